"""A Budget as a report: a summary, a table per dimension, and the largest lines."""

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from crmbudget.allocation.budget import Budget
from crmbudget.finding import Finding
from crmbudget.planning.plan import Dimension, Plan
from crmbudget.planning.words import word_of
from crmbudget.reporting.report import Column, Kind, Prose, Report, Table
from crmbudget.reporting.views.words import NOBODY, TOTAL, listed, title
from crmbudget.wording import joined, say

SCHEMA = "crmbudget.allocation"
MEMBERS_MAX = 20
PERIODS_MAX = 60


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows made anew each time they are walked, so that a million of them are never held."""

    make: Callable[[], Iterator[Sequence[Any]]]

    def __iter__(self) -> Iterator[Sequence[Any]]:
        """The rows from the start."""
        return self.make()


def budget_report(
    budget: Budget,
    *,
    group_by: Sequence[str] = (),
    top: int = 10,
    inputs: tuple[tuple[str, str], ...] = (),
    findings: tuple[Finding, ...] = (),
    notes: Sequence[str] = (),
    annexes: Sequence[tuple[str, Table | Prose, Table]] = (),
) -> Report:
    """The report of an allocation; ``group_by`` sums the lines by these coordinates, ``top`` folds long tables.

    An annex is a block for people and its records for programs, under a name.
    """
    said = (Prose(joined("\n", notes), folds=True),) if notes else ()
    return Report(
        SCHEMA,
        "allocate",
        blocks=(*_blocks(budget, group_by, top), *(table for _, table, _ in annexes), *said),
        summary=_summary(budget),
        records=_records(budget, group_by),
        annexes=tuple((name, records) for name, _, records in annexes),
        currency=budget.plan.money,
        inputs=inputs,
        findings=findings,
    )


def _summary(budget: Budget) -> tuple[tuple[Column, Any], ...]:
    money = Kind.MONEY
    return (
        (Column("total", say("Total ({currency})", currency=budget.plan.currency), money), budget.total),
        (Column("reserve", say("Reserve"), money), budget.reserve),
        (Column("allocated", say("Allocated"), money), budget.allocated),
        (Column("unassigned", say("Unassigned"), money), budget.unassigned_total),
        (Column("lines", say("Lines"), Kind.COUNT), budget.line_count),
    )


def _records(budget: Budget, group_by: Sequence[str]) -> Table:
    names = group_by or budget.coordinates
    columns = (*(Column(name, name) for name in names), Column("amount", "amount", Kind.MONEY))
    if not group_by:
        return Table("", columns, Rows(budget.lines))
    return Table("", columns, Rows(lambda: ((*key, amount) for key, amount in budget.totals(names).items())))


def _blocks(budget: Budget, group_by: Sequence[str], top: int) -> Iterator[Table]:
    if group_by:
        yield _folded(budget, group_by, top)
        return
    for name in budget.coordinates:
        yield _dimension(budget, name, top)
    if len(budget.levels) > 1:
        yield _lines(budget, top)


def _dimension(budget: Budget, name: str, top: int) -> Table:
    sums = {key[0]: amount for key, amount in budget.totals([name]).items()}
    return dimension_table(name, sums, budget.allocated, top, lambda member: _display(budget.plan, name, member))


def dimension_table(
    name: str, sums: Mapping[str, int], allocated: int, top: int, display: Callable[[str], str | None]
) -> Table:
    """One row a member: the largest first, but periods in time; many are folded."""
    in_time = name == "period" and len(sums) <= PERIODS_MAX
    order = list(sums) if in_time else sorted(sums, key=lambda member: (-abs(sums[member]), member))
    shown = order if in_time or len(order) <= MEMBERS_MAX else order[:top]
    names = {member: display(member) for member in shown}
    titled = any(names.values())
    columns = [Column(name, title(name)), *([Column("name", say("Name"))] if titled else [])]
    widest = max((abs(amount) for amount in sums.values()), default=0)

    def row(label: str, name: str | None, amount: int) -> list[Any]:
        # A sum that is folded from many may be longer than any bar.
        bar = min(Fraction(abs(amount), widest or 1), Fraction(1))
        return [label, *([name] if titled else []), amount, _part(amount, allocated), bar]

    rows = [row(member or NOBODY, names[member], sums[member]) for member in shown]
    if len(shown) < len(order):
        rest = sum(sums[member] for member in order[len(shown) :])
        rows.append([*row(say("{count:,} more", count=len(order) - len(shown)), None, rest)[:-1], None])
    columns += [
        Column("amount", say("Amount"), Kind.MONEY),
        Column("share", say("Share"), Kind.PERCENT),
        Column("bar", "", Kind.BAR),
    ]
    footer = [*row(TOTAL, None, allocated)[:-1], None]
    return Table(say("By {name}", name=word_of(name)), tuple(columns), rows, footer, len(order) - len(shown))


def _part(amount: int, whole: int) -> Fraction | None:
    return Fraction(amount, whole) if whole else None


def _display(plan: Plan, name: str, member: str) -> str | None:
    """A member's name for people, where the plan gives one."""
    collections: Mapping[str, Mapping[str, Any]] = {
        "segment": plan.members(Dimension.SEGMENT), "activity": plan.members(Dimension.ACTIVITY),
        "channel": plan.members(Dimension.CHANNEL), "category": plan.categories,
    }  # fmt: skip
    found = collections.get(name, {}).get(member)
    return (found if isinstance(found, str) else found.name) or None if found else None


def _lines(budget: Budget, top: int) -> Table:
    return lines_table(budget.coordinates, budget.lines(), budget.line_count, budget.allocated, top)


def lines_table(names: Sequence[str], lines: Iterable[Sequence[Any]], count: int, allocated: int, top: int) -> Table:
    """The largest lines; each has its coordinates, then its amount."""
    heading = (
        say("The {top:,} largest of {count:,} lines", top=top, count=count)
        if top < count
        else say("{count:,} lines", count=count)
    )
    return largest_table(heading, names, heapq.nlargest(top, lines, key=_size), count, allocated)


def _folded(budget: Budget, names: Sequence[str], top: int) -> Table:
    sums = budget.totals(names)
    return groups_table(names, ((*key, amount) for key, amount in sums.items()), len(sums), budget.allocated, top)


def groups_table(names: Sequence[str], lines: Iterable[Sequence[Any]], count: int, allocated: int, top: int) -> Table:
    """The largest sums of lines; each has its coordinates, then its amount."""
    largest = heapq.nlargest(top, lines, key=_size)
    return largest_table(say("By {names}", names=listed(names)), names, largest, count, allocated)


def _size(line: Sequence[Any]) -> int:
    amount: int = line[-1]
    return abs(amount)


def largest_table(
    heading: str, names: Sequence[str], largest: Sequence[Sequence[Any]], count: int, allocated: int
) -> Table:
    """The largest rows under a heading, and one for those that follow."""
    columns = [Column(name, title(name)) for name in names]
    columns += [Column("amount", say("Amount"), Kind.MONEY), Column("share", say("Share"), Kind.PERCENT)]
    blank = [None] * (len(names) - 1)
    rows: list[Sequence[Any]] = [[*line, _part(line[-1], allocated)] for line in largest]
    if count > len(largest):
        rest = allocated - sum(line[-1] for line in largest)
        rows.append([say("{count:,} more", count=count - len(largest)), *blank, rest, _part(rest, allocated)])
    footer = [TOTAL, *blank, allocated, _part(allocated, allocated)]
    return Table(heading, tuple(columns), rows, footer, count - len(largest))
