"""What a plan says, value by value: read one, change one, and write all money in finer units."""

from typing import Any, Final

from pydantic import BaseModel

from crmbudget.money import Currency
from crmbudget.planning.plan import Activity, Channel, Limit, Plan, Segment, Step
from crmbudget.planning.source import Path


class _Absent:
    """Nothing is said there."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = _Absent()
"""In place of a value that a plan does not hold."""


def said(node: Any, at: Path) -> Any:
    """What a plan, or a part of it, holds at a path such as ``("segments", "key", "value")``; ABSENT where it holds nothing.

    >>> from crmbudget.planning.loader import read_plan
    >>> said(read_plan("{currency: CNY, total: 12, segments: {key: {churn: 8%}}}").ready, ("segments", "key", "churn"))
    Fraction(2, 25)
    """
    for key in at:
        inside = _inside(node)
        if key not in inside:
            return ABSENT
        node = inside[key]
    return node


def with_said(plan: Plan, at: Path, value: Any) -> Plan:
    """The plan with this value at a path, taken out where it is ABSENT; only the path's last part may be new.

    Nothing is checked: ask ``references.findings`` and ``ready_steps`` whether such a plan can be shared out.
    """
    changed: Plan = _placed(plan, at, value)
    return changed


def _inside(node: Any) -> dict[Any, Any]:
    if isinstance(node, BaseModel):
        return {name: getattr(node, name) for name in type(node).model_fields} | (node.model_extra or {})
    if isinstance(node, tuple):
        return dict(enumerate(node))
    return node if isinstance(node, dict) else {}


def _placed(node: Any, at: Path, value: Any) -> Any:
    key, rest = at[0], at[1:]
    new = _placed(_inside(node)[key], rest, value) if rest else value
    if isinstance(node, BaseModel):
        return _copy(node, {str(key): new})
    inside = {**_inside(node), key: new}
    kept = {name: part for name, part in inside.items() if part is not ABSENT}
    return tuple(kept[name] for name in sorted(kept)) if isinstance(node, tuple) else kept


def _copy(node: BaseModel, update: dict[str, Any]) -> Any:
    """A copy that remembers nothing of what the original worked out."""
    fields = type(node).model_fields
    given = {name: fields[name].default if new is ABSENT else new for name, new in update.items() if name in fields}
    copied = node.model_copy(update=given)
    for name in set(copied.__dict__).difference(fields):
        del copied.__dict__[name]
    if own := {name: new for name, new in update.items() if name not in fields}:
        extra = {name: new for name, new in {**(node.model_extra or {}), **own}.items() if new is not ABSENT}
        object.__setattr__(copied, "__pydantic_extra__", extra)
    return copied


def in_finer_units(plan: Plan, digits: int) -> Plan:
    """The plan with ``digits`` more decimals in its currency: the same amounts, shared out more finely.

    What one plan rounds to a minor unit, the other rounds to a part of one; their difference is what rounding does.
    Plans of ready ``lines`` are given back as they are, for nothing is rounded in them.
    """
    if plan.lines:
        return plan
    updates = {
        "total": plan.total, "reserve": plan.reserve, "allocate": plan.allocate, "limits": plan.limits,
        "segments": plan.segments, "activities": plan.activities, "channels": plan.channels,
    }  # fmt: skip
    finer: Plan = _copy(plan, {name: _finer(value, 10**digits) for name, value in updates.items()})
    finer.__dict__["money"] = Currency(plan.currency, plan.money.digits + digits)
    return finer


_AMOUNTS: dict[type[BaseModel], tuple[str, ...]] = {
    Segment: ("value",), Activity: ("cost",), Channel: ("cost",), Limit: ("min", "max"), Step: ("min", "max", "fixed"),
}  # fmt: skip


def _finer(value: Any, times: int) -> Any:
    """Every amount in a value, times so many; shares, weights and other numbers stay."""
    if isinstance(value, int):
        return value * times
    if isinstance(value, dict):
        return {name: _finer(part, times) for name, part in value.items()}
    if isinstance(value, tuple):
        return tuple(_finer(part, times) for part in value)
    names = _AMOUNTS.get(type(value), ())
    return _copy(value, {name: _finer(getattr(value, name), times) for name in names}) if names else value
