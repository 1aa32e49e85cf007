"""Which lines a limit selects, as one bit per limit in a mask per amount of a level."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from crmbudget.allocation.budget import Budget
from crmbudget.finding import Finding, Severity
from crmbudget.money import Currency
from crmbudget.planning.plan import Dimension, Limit, Plan
from crmbudget.planning.scalars import Share
from crmbudget.planning.source import Source
from crmbudget.wording import say

_NEEDS = {"category": (Dimension.ACTIVITY,), "owner": (Dimension.ACTIVITY, Dimension.SEGMENT)}


class Choice(NamedTuple):
    """One limit, by its position in the plan, on one selection: ``wanted`` ids by coordinate."""

    number: int
    wanted: Mapping[str, frozenset[str]]
    label: str


def choices(budget: Budget, without: Collection[int] = ()) -> list[Choice]:
    """Every limit of the plan but those ``without``, by position; one for each value where it says ``per``."""
    limits = [(number, limit) for number, limit in enumerate(budget.plan.limits) if number not in without]
    return [choice for number, limit in limits for choice in _spread(number, limit, budget)]


def unsplit(budget: Budget, source: Source) -> dict[int, Finding]:
    """The limits, by position, that select by a coordinate that the lines do not have.

    That is an error of a plan, and a warning where the command line gave other steps than the plan's.
    """
    given = source.place(("allocate",)).path.startswith("--set ")
    split = {level.dimension for level in budget.levels}
    findings: dict[int, Finding] = {}
    for number, limit in enumerate(budget.plan.limits):
        for name in (*_asked(limit), *([limit.per] if limit.per else [])):
            needs = _NEEDS.get(name) or (Dimension(name),)
            if not split.intersection(needs):
                key = name if name in _asked(limit) else "per"
                message = say("a limit selects by {name}, and no step splits the money that far", name=name)
                fix = say("add a step `by: {need}`, or take `{key}` out", need=needs[0], key=key)
                if given:
                    message, fix = (
                        say("this limit is left out: it selects by {name}, which no step given here splits", name=name),
                        say("leave the plan its own steps"),
                    )
                severity = Severity.WARNING if given else Severity.ERROR
                findings[number] = Finding(
                    "CB311", message, source.place(("limits", number, key)), fix, severity=severity
                )
    return findings


def _asked(limit: Limit) -> list[str]:
    names = ("segment", "category", "activity", "channel", "period", "owner")
    return [name for name in names if getattr(limit, name) is not None]


def _spread(number: int, limit: Limit, budget: Budget) -> Iterator[Choice]:
    wanted = {name: _ids(limit, name, budget.plan) for name in _asked(limit)}
    if limit.per is None:
        yield Choice(number, wanted, label(limit))
        return
    for value in _values(limit.per, budget):
        if value in wanted.get(limit.per, {value}):
            text = " ".join([label(limit, limit.per), f"{limit.per}={value}"]).strip()
            yield Choice(number, wanted | {limit.per: frozenset([value])}, text)


def words(limit: Limit, money: Currency) -> str:
    """A limit as a message writes it: what it selects, and its bounds.

    >>> from fractions import Fraction
    >>> words(Limit(category="gift", per="segment", max=Share(Fraction(1, 20))), Currency.of("CNY"))
    'category=gift for each segment <= 5%'
    """
    bounds = [
        f"{sign} {bound if isinstance(bound, Share) else money.text(bound, grouped=True)}"
        for sign, bound in ((">=", limit.min), ("<=", limit.max))
        if bound is not None
    ]
    each = say(" for each {per}", per=limit.per) if limit.per else ""
    return f"{label(limit)}{each} {' and '.join(bounds)}"


def label(limit: Limit, but: str = "") -> str:
    """A limit's selection as a command line writes it, without one of its coordinates."""
    shown = []
    for name in _asked(limit):
        given = getattr(limit, name)
        text = given.text if name == "period" else given if isinstance(given, str) else ",".join(given)
        shown += [f"{name}={text}"] if name != but else []
    return " ".join(shown) or ("" if but else say("all lines"))


def _ids(limit: Limit, name: str, plan: Plan) -> frozenset[str]:
    if limit.period is not None and name == "period":
        return frozenset(name for name, period in plan.members(Dimension.PERIOD).items() if limit.period.holds(period))
    given = getattr(limit, name)
    return frozenset([given] if isinstance(given, str) else given)


def _values(per: str, budget: Budget) -> list[str]:
    plan = budget.plan
    if per == "category":
        return sorted({activity.category for activity in plan.activities.values()})
    if per == "owner":
        return sorted({member.owner for group in (plan.activities, plan.segments) for member in group.values()} - {""})
    return list(next(level.ids for level in budget.levels if level.dimension.value == per))


class Masks:
    """For each amount of a level, the choices that may select it: bit ``i`` stands for the choice at position ``i``."""

    def __init__(self, budget: Budget, chosen: Sequence[Choice]) -> None:
        self._budget, self._chosen = budget, chosen
        self._all = (1 << len(chosen)) - 1
        self._above = -1 << len(chosen)
        self._members = [self._by_member(level.dimension, level.ids) for level in budget.levels]
        owned = any("owner" in choice.wanted for choice in chosen)
        self._owner_depth = self._known("owner") if owned else -1
        self.depth = max((self._known(name) for choice in chosen for name in choice.wanted), default=0)

    def _known(self, name: str) -> int:
        bases = _NEEDS.get(name) or (Dimension(name),)
        return max(depth for depth, level in enumerate(self._budget.levels) if level.dimension in bases)

    def _accepts(self, name: str) -> tuple[int, dict[str, int]]:
        """The mask of choices that do not ask for this coordinate, and for each value the mask of those that want it."""
        free, by_value = self._all, dict[str, int]()
        for position, choice in enumerate(self._chosen):
            if name in choice.wanted:
                free &= ~(1 << position)
                for value in choice.wanted[name]:
                    by_value[value] = by_value.get(value, 0) | 1 << position
        return free, by_value

    def _by_member(self, dimension: Dimension, ids: Sequence[str]) -> list[int]:
        free, by_value = self._accepts(dimension.value)
        masks = [free | by_value.get(name, 0) | self._above for name in ids]
        if dimension is Dimension.ACTIVITY:
            free, by_value = self._accepts("category")
            categories = [self._budget.plan.activities[name].category for name in ids]
            masks = [
                mask & (free | by_value.get(value, 0) | self._above)
                for mask, value in zip(masks, categories, strict=True)
            ]
        return masks

    def at(self, depth: int, marks: Iterable[tuple[tuple[int, int], int]] = ()) -> list[int]:
        """The masks at ``depth``; ``marks`` adds a bit to an amount, by its level and position, and to all below it."""
        by_level: dict[int, list[tuple[int, int]]] = {}
        for (number, cell), bit in marks:
            by_level.setdefault(number, []).append((cell, 1 << bit))
        masks = [self._all]
        for number, level in enumerate(self._budget.levels[: depth + 1]):
            members = self._members[number]
            masks = [masks[parent] & members[member] for parent, member in zip(level.parent, level.member, strict=True)]
            if number == self._owner_depth:
                masks = [mask & owned for mask, owned in zip(masks, self._owners(number), strict=True)]
            for cell, bit in by_level.get(number, ()):
                masks[cell] |= bit
        return masks

    def _owners(self, depth: int) -> Iterator[int]:
        """The owner's mask of each amount: the activity's owner, else the segment's."""
        free, by_value = self._accepts("owner")
        levels, plan = self._budget.levels, self._budget.plan
        split = {level.dimension: level.ids for level in levels[: depth + 1]}
        activities = [plan.activities[name].owner for name in split.get(Dimension.ACTIVITY, ())] or [""]
        segments = [plan.segments[name].owner for name in split.get(Dimension.SEGMENT, ())] or [""]
        table = [[free | by_value.get(first or second, 0) | self._above for second in segments] for first in activities]
        nobody = [0] * len(levels[depth].amounts)
        rows = self._budget.column(Dimension.ACTIVITY, depth) if Dimension.ACTIVITY in split else nobody
        columns = self._budget.column(Dimension.SEGMENT, depth) if Dimension.SEGMENT in split else nobody
        return (table[row][column] for row, column in zip(rows, columns, strict=True))
