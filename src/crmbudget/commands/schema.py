"""``crmbudget schema [NAME]``."""

from typing import Annotated, Any

from crmbudget import registry
from crmbudget.calling import Argument
from crmbudget.commands._outcome import CONTRACTS, Outcome, Output, usage
from crmbudget.finding import one_of
from crmbudget.wording import say

PLAN = "plan"


def run(
    name: Annotated[
        str, Argument(metavar="NAME", help="plan, or an answer: allocation, variance, diff, findings and so on.")
    ] = PLAN,
    output: Output = [],  # noqa: B006 - typer copies it
) -> Outcome:
    """Print the JSON Schema (draft-07) of a plan, for editors, or of what a command answers as JSON, for programs."""
    from crmbudget.reporting.report import Report

    return Outcome(Report("crmbudget.schema", "schema", document=_schema(name)), "json", tuple(output))


def _schema(name: str) -> dict[str, Any]:
    if name == PLAN:
        from crmbudget.planning.schema import plan_schema

        return plan_schema()
    answers = registry.own_names(CONTRACTS)
    if name not in answers:
        raise usage(say("there is no schema `{name}`", name=name), one_of(name, [PLAN, *answers]))
    from crmbudget.reporting.contracts._schema import contract_schema

    return contract_schema(name, registry.module(CONTRACTS, name).CONTRACT)
