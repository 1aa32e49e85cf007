"""The tables of a comparison for people: lines, periods, spending without budget, rejected rows, and how rows add up."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import accumulate
from pathlib import PurePosixPath
from typing import Any

from crmbudget.allocation.budget import Budget
from crmbudget.monitoring.asof import AsOf
from crmbudget.monitoring.ledger import Ledger, Rejected, Unbudgeted
from crmbudget.monitoring.outlook import Outlook
from crmbudget.monitoring.sides import Sides
from crmbudget.monitoring.variance import Comparison, Line, Status
from crmbudget.planning.words import word_of
from crmbudget.reporting.report import Column, Kind, Prose, Table, clean
from crmbudget.reporting.views.outlook import blocks as outlook_blocks
from crmbudget.reporting.views.reconciling import reconciliation
from crmbudget.reporting.views.words import NOBODY, TOTAL, title, titles
from crmbudget.wording import joined, say

TEXT_MAX = 60
_MONEY = Kind.MONEY
_SUMS = tuple(Column(key, title(key), _MONEY) for key in ("budget", "actual", "variance"))


@dataclass(frozen=True, slots=True)
class Answer:
    """All that one run of ``variance`` found out."""

    budget: Budget
    ledger: Ledger
    sides: Sides
    comparison: Comparison
    as_of: AsOf
    outlook: Outlook
    owner: str = ""

    @property
    def strangers(self) -> list[Unbudgeted]:
        """What has no budget line, the most money first."""
        return sorted(self.sides.unbudgeted, key=lambda one: (-abs(one.amount), one.path, one.line or 0, one.period))


def direction(variance: int) -> str:
    """What a variance of cost is called."""
    return say("favourable") if variance > 0 else say("adverse") if variance < 0 else say("on budget")


def period_name(sides: Sides, place: int) -> str | None:
    """The id of a period, by its place; None where the plan has no calendar."""
    return sides.period_names[place] if sides.period_names else None


def blocks(answer: Answer, top: int, notes: Sequence[str]) -> tuple[Table | Prose, ...]:
    """The tables that have something to show, and the lines below them."""
    shown = answer.comparison.periods
    periods = shown if len(shown) > 1 and "period" not in answer.comparison.names else ()
    found: list[Table | Prose] = [_worst(answer, top)]
    if periods:
        found.append(_periods(answer))
    if answer.strangers:
        found.append(_unbudgeted(answer, top))
    if answer.ledger.rejected:
        found.append(_rejected(answer, top))
    found += outlook_blocks(answer.outlook, top, answer.budget.plan.money)
    missing = any(not line.budget for line in (*answer.comparison.lines[:top], *periods))
    why = [say("n/a: there is no percent of a budget that is zero")] if missing else []
    last = [_reconciliation(answer), *why, *notes]
    return (*found, Prose(joined("\n", map(clean, last)), folds=True))


def _reconciliation(answer: Answer) -> str:
    ledger = answer.ledger
    tallies = {"matched": ledger.matched, "unbudgeted": ledger.unbudgeted_tally, "rejected": ledger.rejected_tally}
    tallies["control"] = ledger.control
    unread = sum(row.amount is None for row in ledger.rejected)
    rows, amounts = ({name: getattr(one, key) for name, one in tallies.items()} for key in ("rows", "amount"))
    return reconciliation(rows, amounts, unread, answer.budget.plan.money)


def _worst(answer: Answer, top: int) -> Table:
    """The worst lines first; what is folded is summed."""
    comparison = answer.comparison
    shown, rest = comparison.lines[:top], comparison.lines[top:]
    names = comparison.telling
    owned = comparison.has_owner and "owner" not in names and bool(names)
    columns = [
        Column("line", titles(names) if names else say("Line")),
        *([Column("owner", say("Owner"))] if owned else []),
        *_SUMS,
    ]
    columns += [
        Column("percent", "%", Kind.PERCENT),
        Column("used", say("Used"), Kind.BAR),
        Column("status", say("Status")),
    ]

    def row(label: str, owner: str | None, budget: int, actual: int, used: Fraction | None, status: str) -> list[Any]:
        return [label, *([owner] if owned else []), *_sums(budget, actual), used, status]

    rows = [
        row(_label(comparison.known(line), names), line.owner or NOBODY, line.budget, line.actual, _used(line), _status(line))
        for line in shown
    ]  # fmt: skip
    if rest:
        budget, actual = sum(line.budget for line in rest), sum(line.actual for line in rest)
        rows.append(row(say("{count:,} more", count=len(rest)), None, budget, actual, None, _counted(rest)))
    budget, actual = comparison.budget, comparison.actual
    footer = row(TOTAL, None, budget, actual, None, direction(budget - actual))
    through = period_name(answer.sides, answer.as_of.through)
    heading = say(
        "Budget against actuals{through}", through=say(", through {through}", through=through) if through else ""
    )
    return _telling(Table(heading, tuple(columns), rows, footer if names else None, len(rest)))


def _label(known: dict[str, str], names: Sequence[str]) -> str:
    own = [known[name] or say("(no {name})", name=word_of(name)) for name in names]
    return joined(" / ", own) if own else say("the plan")


def _used(line: Line) -> Fraction | None:
    return min(Fraction(max(line.actual, 0), line.budget), Fraction(1)) if line.budget > 0 else None


def _status(line: Line) -> str:
    """The status, and the word for its variance where it does not say so itself."""
    if line.status in {Status.NOT_STARTED, Status.UNBUDGETED}:
        return line.status.word
    return say("{status}, {direction}", status=line.status.word, direction=direction(line.variance))


def _sums(budget: int, actual: int) -> list[Any]:
    return [budget, actual, budget - actual, Fraction(budget - actual, abs(budget)) if budget else "n/a"]


def _counted(lines: Sequence[Line]) -> str:
    counts = {status: sum(line.status is status for line in lines) for status in Status}
    return joined(
        say(", "),
        [say("{count:,} {status}", count=count, status=status.word) for status, count in counts.items() if count],
    )


def _periods(answer: Answer) -> Table:
    """Period by period, and added up: which ones caused it, and whether it got better."""
    lines = answer.comparison.periods
    so_far = accumulate(line.variance for line in lines)
    columns = (
        Column("period", say("Period")), *_SUMS, Column("percent", "%", Kind.PERCENT),
        Column("so_far", say("Variance so far"), _MONEY, adds=False), Column("direction", ""),
    )  # fmt: skip
    rows = [
        [answer.sides.period_names[line.period or 0], *_sums(line.budget, line.actual), total, direction(total)]
        for line, total in zip(lines, so_far, strict=True)
    ]
    return Table(say("By period"), columns, rows)


def _unbudgeted(answer: Answer, top: int) -> Table:
    found = answer.strangers
    columns = (
        Column("line", say("What")), Column("period", say("Period")), Column("amount", say("Amount"), _MONEY),
        Column("rows", say("Rows"), Kind.COUNT), Column("place", say("From")), Column("reason", say("Why")),
    )  # fmt: skip
    rows: list[list[Any]] = [
        [
            _named(one),
            period_name(answer.sides, one.period),
            one.amount,
            one.rows,
            place,
            one.reason,
        ]
        for one, place in zip(found[:top], _places(found[:top]), strict=True)
    ]
    if rest := found[top:]:
        rows.append(
            [
                say("{count:,} more", count=len(rest)),
                None,
                sum(one.amount for one in rest),
                sum(one.rows for one in rest),
                None,
                None,
            ]
        )
    return _telling(Table(say("Spent without budget"), columns, rows, folded=len(rest)))


def _named(one: Unbudgeted) -> str:
    follows = {"owner", "category"} if "activity" in one.coordinates else {"owner"}
    return " / ".join(text for name, text in one.coordinates.items() if name not in follows)


def _places(rows: Sequence[Unbudgeted] | Sequence[Rejected]) -> list[str]:
    """File and line of each; the files without their folders, unless two would then be called the same."""
    paths = {row.path: PurePosixPath(row.path).name for row in rows}
    short = len(set(paths.values())) == len(paths)
    return [f"{paths[row.path] if short else row.path}{f':{row.line}' if row.line else ''}" for row in rows]


def _rejected(answer: Answer, top: int) -> Table:
    columns = (
        Column("place", say("Row")), Column("amount", say("Amount"), _MONEY),
        Column("reason", say("Why")), Column("text", say("It holds")),
    )  # fmt: skip
    found = answer.ledger.rejected
    rows: list[list[Any]] = [
        [place, row.amount, row.reason, _cut(row.text)]
        for row, place in zip(found[:top], _places(found[:top]), strict=True)
    ]
    if rest := found[top:]:
        rows.append([say("{count:,} more", count=len(rest)), sum(row.amount or 0 for row in rest), None, None])
    return _telling(Table(say("Rejected rows"), columns, rows, folded=len(rest)))


def _cut(text: str) -> str:
    return text if len(text) <= TEXT_MAX else f"{text[:TEXT_MAX]} ..."


def _telling(table: Table) -> Table:
    """The table without columns in which nothing stands, or 1 in every row."""
    rows = [list(row) for row in table.rows]

    def tells(place: int, column: Column) -> bool:
        nothing = {Kind.COUNT: {None, 1}, Kind.BAR: {None, 0}}.get(column.kind, {None, ""})
        return any(row[place] not in nothing for row in rows)

    kept = [place for place, column in enumerate(table.columns) if tells(place, column)]
    columns = tuple(table.columns[place] for place in kept)
    footer = [table.footer[place] for place in kept] if table.footer else None
    return replace(table, columns=columns, rows=[[row[place] for place in kept] for row in rows], footer=footer)
