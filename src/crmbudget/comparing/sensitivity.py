"""Which single input of a plan moves the most money: each is changed by a part of itself, and the plan shared out again."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from crmbudget.allocation.budget import Budget, Progress
from crmbudget.allocation.cascade import allocate
from crmbudget.comparing.scenarios import difference
from crmbudget.finding import Misread, Refused
from crmbudget.planning import references
from crmbudget.planning.inputs import said, with_said
from crmbudget.planning.plan import Plan
from crmbudget.planning.scalars import Share
from crmbudget.planning.source import Path, Source
from crmbudget.planning.words import word_of
from crmbudget.wording import say

WORK_MAX = 300_000
"""Lines that may be shared out for all inputs together, without being asked for; about a second."""
LIMITED = 8
"""How many times a line costs where limits are kept."""
_MEMBERS = {
    "segments": ("customers", "value"), "activities": ("weight", "cost", "times"), "channels": ("weight", "cost", "contacts"),
}  # fmt: skip
_MEMBER = {"segments": "segment", "activities": "activity", "channels": "channel"}


@dataclass(frozen=True, slots=True)
class Measured:
    """An input with the minor units that move when it grows and when it shrinks; None where that cannot be, ``reasons`` say why."""

    at: Path
    words: str
    value: Any
    up: int | None
    down: int | None
    reasons: tuple[str, ...] = ()

    @property
    def most(self) -> int:
        """What moves the more."""
        return max(self.up or 0, self.down or 0)


def inputs_of(plan: Plan, source: Source) -> list[tuple[Path, str]]:
    """Every number of a plan that may move money, except those that are 0, in the plan's words."""
    said_by_lines = plan.lines is not None and "total" not in (source.tree or ())
    return [
        (at, words)
        for at, words in _all_inputs(plan)
        if number_of(said(plan, at)) and not (said_by_lines and at == ("total",))
    ]


def number_of(value: Any) -> Fraction:
    """A value as a number; 0 for what is none."""
    if isinstance(value, Share):
        return value.of_one
    return Fraction(value) if isinstance(value, int | Fraction) else Fraction(0)


def _all_inputs(plan: Plan) -> Iterator[tuple[Path, str]]:
    yield ("total",), say("total")
    yield ("reserve",), say("reserve")
    if plan.lines:
        return
    for collection, keys in _MEMBERS.items():
        for name, facts in getattr(plan, collection).items():
            for key in (*keys, *(facts.model_extra or ())):
                yield (
                    (collection, name, key),
                    say("{key} of {member} {name}", key=word_of(key), member=word_of(_MEMBER[collection]), name=name),
                )
    for name, activity in plan.activities.items():
        for channel in activity.channels if isinstance(activity.channels, dict) else ():
            yield (
                ("activities", name, "channels", channel),
                say("weight of {channel} in activity {name}", channel=channel, name=name),
            )
    for number, step in enumerate(plan.allocate or ()):
        yield from _of_step(("allocate", number), step, say("step {number}", number=number + 1))
    for number in range(len(plan.limits)):
        for key in ("min", "max"):
            yield ("limits", number, key), say("{key} of limit {number}", key=word_of(key), number=number + 1)


def _of_step(at: Path, step: Any, words: str) -> Iterator[tuple[Path, str]]:
    for key, kind in (("by", "share"), ("shares", "share"), ("min", "min"), ("max", "max"), ("fixed", "fixed")):
        own = getattr(step, key)
        for name in own if isinstance(own, Mapping) else ():
            yield (*at, key, name), say("{kind} of {name} in {words}", kind=word_of(kind), name=name, words=words)
    weights = step.weights or ()
    for name in weights if isinstance(weights, Mapping) else range(len(weights)):
        shown = name if isinstance(weights, Mapping) else say("period {name}", name=name + 1)
        yield (*at, "weights", name), say("weight of {shown} in {words}", shown=shown, words=words)


def nudged(plan: Plan, at: Path, by: Fraction) -> Plan:
    """The plan with one input changed by a part of itself, exact; amounts and whole numbers are rounded, half to even.

    Of shares that make a whole, the others change in proportion. Misread where there is no such plan.
    """
    value = said(plan, at)
    if at[0] == "allocate" and at[2] in {"by", "shares"}:
        return with_said(plan, at[:3], _shares(said(plan, at[:3]), str(at[3]), by))
    return with_said(plan, at, _times(value, 1 + by))


def _times(value: Any, factor: Fraction) -> Any:
    if isinstance(value, Share):
        return Share(value.of_one * factor)
    return round(value * factor) if isinstance(value, int) else value * factor


def _shares(shares: Mapping[str, Share], name: str, by: Fraction) -> dict[str, Share]:
    """The shares with one of them changed, the others in proportion, so that they still make the whole."""
    own = shares[name].of_one * (1 + by)
    others = 1 - shares[name].of_one
    if own > 1 or not others:
        reason = say("it would be {share} of the whole", share=Share(own)) if others else say("it is the whole")
        raise Misread("CB213", reason, None)
    return {one: Share(own if one == name else share.of_one * (1 - own) / others) for one, share in shares.items()}


def sensitivities(
    plan: Plan, source: Source, by: Fraction, depth: int | None = None, progress: Progress | None = None
) -> list[Measured]:
    """Every input measured, what moves the most money first; Refused where the plan itself cannot be shared out.

    With a ``depth``, lines are those of the first so many steps.
    """
    base, found = allocate(plan, source, depth=depth), []
    inputs = inputs_of(plan, source)
    for number, (at, words) in enumerate(inputs):
        sides = [_moved(plan, source, base, at, sign * by, depth) for sign in (1, -1)]
        up, down = (side if isinstance(side, int) else None for side in sides)
        reasons = tuple(side if isinstance(side, str) else "" for side in sides)
        found.append(Measured(at, words, said(plan, at), up, down, reasons))
        if progress:
            progress(number + 1, len(inputs))
    return sorted(found, key=lambda one: -one.most)


def _moved(plan: Plan, source: Source, base: Budget, at: Path, by: Fraction, depth: int | None) -> int | str:
    """The minor units that move, or why there is no such plan."""
    try:
        changed = nudged(plan, at, by)
        wrong = [finding.message for finding in references.reserve(changed, source)]
        return wrong[0] if wrong else difference(base, allocate(changed, source, depth=depth)).moved
    except Misread as error:
        return error.message
    except Refused as refused:
        return refused.findings[0].message


def depth_of(budget: Budget, source: Source) -> int:
    """How many steps deep all inputs can be measured without a long wait; 0 where not even the first step can."""
    count = 2 * len(inputs_of(budget.plan, source))
    times = LIMITED if budget.plan.limits else 1
    fitting = [depth + 1 for depth, level in enumerate(budget.levels) if count * times * len(level.amounts) <= WORK_MAX]
    whole = len(budget.levels)
    return (whole if whole in fitting else 0) if budget.plan.limits else max(fitting, default=0)
