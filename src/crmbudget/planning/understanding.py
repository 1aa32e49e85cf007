"""A tree -> as much of a Plan as can be understood, and what is wrong with the rest.

So that one run tells everything: what cannot be read is taken out, and the other checks still see what is left.
"""

import copy
from typing import Any

from pydantic import ValidationError

from crmbudget.finding import Finding
from crmbudget.money import Currency
from crmbudget.planning.plan import Plan
from crmbudget.planning.source import Path, Source

_STAND_INS = {"currency": "USD", "total": "0"}
_ROUNDS = 4


def understand(tree: dict[str, Any], source: Source, currency: Currency | None) -> tuple[Plan | None, list[Finding]]:
    """The plan, or a draft of it without what is wrong; None where too little is left. The draft is not for numbers."""
    try:
        return Plan.model_validate(tree, context=currency), []
    except ValidationError as error:
        from crmbudget.planning.translation import translate

        findings = list(translate(error, source))
        return _draft(tree, error, currency), findings


def _draft(tree: dict[str, Any], error: ValidationError, currency: Currency | None) -> Plan | None:
    from crmbudget.planning.translation import path_of

    rest = copy.deepcopy(tree)
    for _ in range(_ROUNDS):
        for detail in sorted(error.errors(include_url=False), key=lambda one: len(one["loc"]), reverse=True):
            _take_out(rest, path_of(detail["loc"]))
        for key, value in _STAND_INS.items():
            rest.setdefault(key, value)
        try:
            return Plan.model_validate(rest, context=currency)
        except ValidationError as again:
            error = again
    return None


def _take_out(tree: Any, at: Path) -> None:
    """Takes out what a path leads to; where it is not written, or stands in a list, what holds it."""
    trail = [tree]
    for part in at:
        inner = trail[-1]
        found = (
            part in inner
            if isinstance(inner, dict)
            else isinstance(inner, list) and isinstance(part, int) and part < len(inner)
        )
        if not found:
            break
        trail.append(inner[part])
    depth = len(trail) - 1
    for place in range(depth - (1 if depth < len(at) else 0), 0, -1):
        if isinstance(trail[place - 1], dict):
            trail[place - 1].pop(at[place - 1], None)
            return
