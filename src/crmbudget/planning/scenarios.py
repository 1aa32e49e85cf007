"""Scenarios: named overlays of a plan that change only what they list."""

from collections.abc import Iterator
from dataclasses import replace

from crmbudget.finding import Finding
from crmbudget.planning.plan import Plan
from crmbudget.planning.source import Source
from crmbudget.wording import say

BASE = "base"
"""The plan as it is, among its scenarios."""
AT = "scenarios"


def names_of(source: Source) -> list[str]:
    """The scenarios that a plan's text names, in its order, without the base."""
    listed = source.tree.get(AT) if isinstance(source.tree, dict) else None
    return [name for name in listed if name != BASE] if isinstance(listed, dict) else []


def named(finding: Finding, scenario: str) -> Finding:
    """The finding, saying of which scenario it is; as it is where there is none."""
    if not scenario:
        return finding
    message = say("scenario `{scenario}`: {message}", scenario=scenario, message=finding.message)
    return replace(finding, message=message)


def base_findings(plan: Plan, source: Source) -> Iterator[Finding]:
    """The base is the plan as it is: where it is written among the scenarios, it may have a name and nothing else."""
    base = plan.scenarios.get(BASE)
    for key in (base.model_extra or {}) if base else {}:
        message = say("`{base}` is the plan as it is, and changes nothing", base=BASE)
        place = source.place((AT, BASE, key), key=True)
        yield Finding(
            "CB127", message, place, say("change `{key}` in the plan, or give the scenario another name", key=key)
        )
