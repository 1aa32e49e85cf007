"""Amounts that look wrong by 10, 100 or 10,000."""

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from crmbudget.planning.plan import Activity, Dimension, Per, Segment
from crmbudget.planning.source import Path
from crmbudget.rules import Found, Rule, Subject
from crmbudget.wording import say

_FAR = 50
"""So many times the total is no plan, but another unit."""
_HUGE = 1000
_WAN = 10_000
_SMALL = 100
_ENOUGH = 10
_FINE = 10**12


class _Worth(NamedTuple):
    """What the customers of a segment are worth, in minor units, and how many they are."""

    name: str
    value: int
    customers: int

    @property
    def each(self) -> Fraction:
        """What one of them is worth."""
        return Fraction(self.value, self.customers)

    @property
    def rank(self) -> int:
        """The same as a whole number, which is quick to compare."""
        return self.value * _FINE // self.customers


class UnitLooksWrong(Rule):
    """An amount looks wrong by a factor of 10, 100 or 10,000.

    One amount was written in 万 (10,000) or in cents, and the others were not. The rule compares figures that belong
    together, and speaks only where they are apart by such a factor:

    - what one customer of a segment is worth (`value` / `customers`) with the median of the other segments. Important
      customers are few and worth much, so a factor of 10 or 100 counts only the other way round, and only where the other
      segments are alike; 10,000 always counts;
    - the total with what all segments are worth together;
    - what an activity costs in all (`cost` x `times`), and the amounts of limits and bounds, with the total.

    Such an amount wins or loses nearly all the money. To mend it, write the amount in the plan's currency: `120万`, `1.2m`.

    Turn the rule off where the figures are right: a plan for one customer who is worth as much as all the others.

    ## Wrong

    ```yaml
    currency: CNY
    total: 1_200_000
    reserve: 8%
    segments:
      key: {customers: 40, value: 8_200_000}
      growth: {customers: 260, value: 5_100_000}
      ordinary: {customers: 1900, value: 270}
    ```

    ## Right

    ```yaml
    currency: CNY
    total: 1_200_000
    reserve: 8%
    segments:
      key: {customers: 40, value: 8_200_000}
      growth: {customers: 260, value: 5_100_000}
      ordinary: {customers: 1900, value: 270万}
    ```
    """

    code = "CB710"

    def look(self, subject: Subject) -> Iterator[Found]:
        worths = [worth for name, one in subject.plan.segments.items() if (worth := _worth(name, one))]
        off = list(_off(subject, worths))
        yield from off
        if not off and len(worths) == len(subject.plan.segments):
            yield from _total(subject)
        yield from _costs(subject)
        yield from _bounds(subject)


def _worth(name: str, segment: Segment) -> _Worth | None:
    if not segment.customers or not segment.value or segment.value < 0:
        return None
    return _Worth(name, segment.value, segment.customers)


def _off(subject: Subject, worths: list[_Worth]) -> Iterator[Found]:
    """Segments that are apart from all others; only the lowest and the highest can be."""
    ranked = sorted(worths, key=lambda one: one.rank)
    if len(ranked) < 3:  # noqa: PLR2004 - of two nobody knows which is wrong
        return
    for one, others in ((ranked[0], ranked[1:]), (ranked[-1], ranked[:-1])):
        if factor := _factor(one, others):
            middle = _middle([other.each for other in others])
            message = say(
                "a customer of `{name}` is worth {each}, of the other segments {middle}: this looks wrong by a factor of {factor}",
                name=one.name,
                each=subject.money(one.each),
                middle=subject.money(middle),
                factor=_shown(factor),
            )
            yield Found(("segments", one.name, "value"), message, _FIX, one.value)


_FIX = say("check the unit of this amount: 1万 is 10,000")


def _factor(one: _Worth, others: list[_Worth]) -> int:
    """The factor by which a segment is apart from the nearest other, where it cannot be how customers are."""
    low, high, spread = others[0].each, others[-1].each, others[-1].each / others[0].each
    apart, above = (low / one.each, False) if one.each < low else (one.each / high, True)
    if apart >= _HUGE:
        return _WAN
    # Few customers worth much, or many worth little, is how customers are; and fewer than three others are no measure.
    if apart < 7 or len(others) < 3 or _usual(one, others, above=above):  # noqa: PLR2004
        return 0
    if _FAR <= apart <= 4 * _FAR and spread <= 5:  # noqa: PLR2004 - the others are alike
        return _SMALL
    return 10 if apart <= 15 and spread <= 2 else 0  # noqa: PLR2004 - the others are nearly the same


def _usual(one: _Worth, others: list[_Worth], *, above: bool) -> bool:
    count = _middle(sorted(Fraction(other.customers) for other in others))
    return one.customers < count if above else one.customers > count


def _middle(ranked: list[Fraction]) -> Fraction:
    """The median of numbers in order."""
    half = len(ranked) // 2
    return ranked[half] if len(ranked) % 2 else (ranked[half - 1] + ranked[half]) / 2


def _shown(factor: int) -> str:
    return say("10,000 (万)") if factor == _WAN else f"{factor:,}"


def _total(subject: Subject) -> Iterator[Found]:
    """The total beside what all the customers are worth."""
    total, worth = abs(subject.budget.total), sum(one.value or 0 for one in subject.plan.segments.values())
    if not worth or total < _ENOUGH * worth or "total" not in subject.source.tree:
        return
    factor = _WAN if total > _SMALL * worth else _SMALL
    message = say(
        "the total is {total}, and all segments are worth {worth} together: one of them looks wrong by a factor of {factor}",
        total=subject.money(total),
        worth=subject.money(worth),
        factor=_shown(factor),
    )
    yield Found(("total",), message, _FIX, total)


def _costs(subject: Subject) -> Iterator[Found]:
    total = abs(subject.budget.total)
    people = sum(segment.customers or 0 for segment in subject.plan.segments.values())
    for name, activity in subject.plan.activities.items():
        if activity.cost and not subject.is_ready:
            cost = activity.cost * (activity.times or 1) * _units(subject, activity, people)
            if total and cost >= _FAR * total:
                what = say("activity `{name}` costs {money} in all", name=name, money=subject.money(cost))
                yield _beyond(subject, ("activities", name, "cost"), what, Fraction(cost))


def _units(subject: Subject, activity: Activity, people: int) -> int:
    """For how many customers or periods a cost is paid."""
    if activity.per is Per.CUSTOMER:
        known = subject.plan.segments
        return people if activity.segments is None else sum(known[one].customers or 0 for one in activity.segments)
    if activity.per is Per.PERIOD:
        periods = subject.plan.members(Dimension.PERIOD).values()
        when = activity.when
        return sum(when is None or any(span.holds(period) for span in when) for period in periods)
    return 1


def _beyond(subject: Subject, at: Path, what: str, amount: Fraction) -> Found:
    total = abs(subject.budget.total)
    message = say(
        "{what}, and the total is {total}: this looks wrong by a factor of {factor}",
        what=what,
        total=subject.money(total),
        factor=_shown(_WAN if amount >= _HUGE * total else _SMALL),
    )
    return Found(at, message, _FIX, round(amount))


def _bounds(subject: Subject) -> Iterator[Found]:
    """Amounts of limits and of steps that are far beyond the total, and caps that are far below it."""
    total = abs(subject.budget.total)
    most = max((len(level.ids) for level in subject.budget.levels), default=1)
    for at, amount in _amounts(subject):
        what = say("this `{key}` is {money}", key="max" if "max" in at else "min", money=subject.money(amount))
        if total and amount >= _FAR * total:
            yield _beyond(subject, at, what, Fraction(amount))
        elif "max" in at and 0 < amount * _WAN <= total and amount * most * _SMALL <= total:
            message = say(
                "{what}, and the total is {total}: this looks wrong by a factor of {factor}",
                what=what,
                total=subject.money(total),
                factor=_shown(_WAN),
            )
            yield Found(at, message, _FIX, amount)


def _amounts(subject: Subject) -> Iterator[tuple[Path, int]]:
    """The amounts of limits and of steps, each with its path."""
    for number, limit in enumerate(subject.plan.limits):
        for key, bound in (("min", limit.min), ("max", limit.max)):
            if isinstance(bound, int) and limit.per is None:
                yield ("limits", number, key), bound
    for at, step in subject.steps.values():
        for key, bounds in (("min", step.min), ("max", step.max)):
            yield from (((*at, key, name), bound) for name, bound in bounds.items() if isinstance(bound, int))
