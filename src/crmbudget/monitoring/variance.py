"""Budget against actuals: lines rolled up to what both sides have, to date and for the whole plan, each with a status."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

from crmbudget.monitoring.ledger import Cell
from crmbudget.monitoring.sides import Sides, by_money
from crmbudget.planning.monitor import Monitor, Threshold
from crmbudget.wording import say

_Key = TypeVar("_Key")


class Status(StrEnum):
    """What a line's spending calls for; the worst first."""

    OVER = "over"
    UNBUDGETED = "unbudgeted"
    WATCH = "watch"
    UNDER = "under"
    OK = "ok"
    NOT_STARTED = "not started"

    @property
    def word(self) -> str:
        """The same word, for people."""
        return _WORDS[self]


_WORDS = {
    Status.OVER: say("over"), Status.UNBUDGETED: say("unbudgeted"), Status.WATCH: say("watch"),
    Status.UNDER: say("under"), Status.OK: say("ok"), Status.NOT_STARTED: say("not started"),
}  # fmt: skip

_RANK = {status: rank for rank, status in enumerate(Status)}


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a comparison, in minor units: ``budget`` and ``actual`` to date, or in ``period`` where there is one.

    ``whole`` is the budget of the whole plan; ``so_far`` are budget and actual from the start through the period.
    """

    coordinates: Cell
    owner: str
    budget: int
    actual: int
    whole: int
    status: Status
    period: int | None = None
    so_far: tuple[int, int] | None = None

    @property
    def variance(self) -> int:
        """Budget less actual: positive is favourable, negative adverse, since both are cost."""
        return self.budget - self.actual

    @property
    def percent(self) -> Fraction | None:
        """The variance as a part of the budget, of the variance's sign; None where the budget is zero."""
        return Fraction(self.variance, abs(self.budget)) if self.budget else None

    @property
    def reason(self) -> str:
        """Why there is no percent; empty where there is one."""
        if self.budget:
            return ""
        if self.status is Status.UNBUDGETED:
            return say("there is no budget for it")
        if not self.whole:
            return say("its budget is zero")
        return say("its budget to date is zero") if self.period is None else say("its budget in this period is zero")


@dataclass(frozen=True, slots=True)
class Comparison:
    """All lines of a comparison, the worst first; ``names`` are their coordinates, ``through`` the last period.

    ``periods`` are all lines together, one for each period; ``later`` was spent after the last; ``whole`` is the budget
    of the whole plan. Minor units.
    """

    names: tuple[str, ...]
    lines: tuple[Line, ...]
    through: int
    periods: tuple[Line, ...]
    later: int
    whole: int
    has_owner: bool
    period_names: tuple[str, ...]

    @property
    def budget(self) -> int:
        """The budget to date of all lines."""
        return sum(line.budget for line in self.lines)

    @property
    def actual(self) -> int:
        """What was spent to date, unbudgeted spending included."""
        return sum(line.actual for line in self.lines)

    def known(self, line: Line) -> dict[str, str]:
        """The coordinates of a line by name, its period among them."""
        period = () if line.period is None else (self.period_names[line.period],)
        return dict(zip(self.names, (*line.coordinates, *period), strict=True))

    @property
    def telling(self) -> tuple[str, ...]:
        """The names that tell lines apart: without the category where the activity is there."""
        return tuple(name for name in self.names if name != "category" or "activity" not in self.names)


@dataclass(slots=True)
class _Tally:
    """Budget and actual by period while they are added up; ``first`` is the first period in which a row stands."""

    budget: dict[int, int] = field(default_factory=dict)
    actual: dict[int, int] = field(default_factory=dict)
    owners: dict[str, int] = field(default_factory=dict)
    budgeted: bool = False
    first: int | None = None

    def begins(self, period: int) -> None:
        self.first = period if self.first is None else min(self.first, period)

    def has_begun(self, period: int) -> bool:
        return self.first is not None and self.first <= period


def compare(sides: Sides, monitor: Monitor, through: int, group_by: Sequence[str] = ()) -> Comparison:
    """The lines through a period, counted from 0; ``group_by`` chooses their coordinates."""
    names = tuple(name for name in (group_by or sides.names) if name != "period")
    by_period = "period" in group_by
    tallies = _tallies(sides, names)
    made = _lines_by_period if by_period else _lines_to_date
    lines = [line for key, tally in tallies.items() for line in made(key, tally, monitor, through)]
    return Comparison(
        names=(*names, *(["period"] if by_period else [])),
        lines=tuple(sorted(lines, key=_worst)),
        through=through,
        periods=_by_period(tallies.values(), monitor, through) if sides.phased else (),
        later=sum(amount for tally in tallies.values() for at, amount in tally.actual.items() if at > through),
        whole=sum(sum(tally.budget.values()) for tally in tallies.values()),
        has_owner=sides.has_owner,
        period_names=sides.period_names,
    )


def _worst(line: Line) -> tuple[bool, bool, int, int, Cell, int]:
    """The most adverse first; then what is to be watched, what falls short, what is well, and what has not begun."""
    idle = not (line.budget or line.actual)
    favourable = line.variance >= 0
    rank = _RANK[line.status] if favourable else 0
    return idle, favourable, rank, -abs(line.variance), line.coordinates, line.period or 0


def _tallies(sides: Sides, names: Sequence[str]) -> dict[Cell, _Tally]:
    tallies: dict[Cell, _Tally] = {}
    for cell, periods in sides.cells.items():
        tally = tallies.setdefault(_key(sides, cell, names), _Tally(budgeted=True))
        tally.budgeted = True
        _add(tally.budget, periods)
        _add(tally.owners, sides.owners.get(cell, {}))
        if spent := sides.ledger.spent.get(cell):
            _add(tally.actual, spent)
            tally.begins(min(spent))
    for one in sides.unbudgeted:
        tally = tallies.setdefault(tuple(one.coordinates.get(name, "") for name in names), _Tally())
        _add(tally.actual, {one.period: one.amount})
        tally.begins(one.period)
        tally.owners.setdefault(one.coordinates.get("owner", ""), 0)
    return tallies


def _key(sides: Sides, cell: Cell, names: Sequence[str]) -> Cell:
    """The coordinates of a cell of the budget, those that were asked for."""
    if names == sides.ledger.names:
        return cell
    known = sides.known(cell)
    return tuple(known[name] for name in names)


def _add(sums: dict[_Key, int], amounts: Mapping[_Key, int]) -> None:
    for key, amount in amounts.items():
        sums[key] = sums.get(key, 0) + amount


def _lines_to_date(key: Cell, tally: _Tally, monitor: Monitor, through: int) -> Iterator[Line]:
    """The line of one key; none for spending without budget that came later."""
    if tally.budgeted or tally.has_begun(through):
        budget, actual = _through(tally.budget, through), _through(tally.actual, through)
        status = _status(budget, actual, tally, monitor, through)
        yield Line(key, by_money(tally.owners), budget, actual, sum(tally.budget.values()), status)


def _lines_by_period(key: Cell, tally: _Tally, monitor: Monitor, through: int) -> Iterator[Line]:
    """A line for each period of one key in which there is budget or spending."""
    owner, whole = by_money(tally.owners), sum(tally.budget.values())
    for period in sorted({*tally.budget, *tally.actual}):
        if period <= through:
            budget, actual = tally.budget.get(period, 0), tally.actual.get(period, 0)
            so_far = (_through(tally.budget, period), _through(tally.actual, period))
            status = _status(budget, actual, tally, monitor, period)
            yield Line(key, owner, budget, actual, whole, status, period, so_far)


def _by_period(tallies: Iterable[_Tally], monitor: Monitor, through: int) -> tuple[Line, ...]:
    """All keys together, one line for each period."""
    total = _Tally(budgeted=True)
    for tally in tallies:
        _add(total.budget, tally.budget)
        _add(total.actual, tally.actual)
    return tuple(_lines_by_period((), total, monitor, through))


def _through(amounts: Mapping[int, int], last: int) -> int:
    return sum([amount for period, amount in amounts.items() if period <= last])


def _status(budget: int, actual: int, tally: _Tally, monitor: Monitor, period: int) -> Status:
    """A status by both thresholds; what has not begun is neither under nor well."""
    if not tally.budgeted:
        return Status.UNBUDGETED
    if not actual and not tally.has_begun(period):
        return Status.NOT_STARTED
    if _is_off(actual - budget, budget, monitor.over):
        return Status.OVER
    if actual > 0 and actual >= budget * monitor.watch.of_one:
        return Status.WATCH
    return Status.UNDER if _is_off(budget - actual, budget, monitor.under) else Status.OK


def _is_off(by: int, budget: int, threshold: Threshold) -> bool:
    """Whether money is off by more than a part of the budget, and by more than an amount."""
    return by > abs(budget) * threshold.percent.of_one and by > threshold.amount
