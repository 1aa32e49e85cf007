"""A comparison and its ledger as a report: the worst first, what has no budget, what was rejected, and how rows add up."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from crmbudget.finding import Finding
from crmbudget.money import Currency
from crmbudget.monitoring.ledger import Ledger, Rejected
from crmbudget.monitoring.variance import Line
from crmbudget.reporting.report import Column, Kind, Report, Table
from crmbudget.reporting.views.outlook import annexes
from crmbudget.reporting.views.variance_blocks import Answer, blocks, direction, period_name
from crmbudget.wording import say

SCHEMA = "crmbudget.variance"
_MONEY, _COUNT = Kind.MONEY, Kind.COUNT
_KNOWN = ("segment", "category", "activity", "channel", "owner")
_SUMS = ("budget", "actual", "variance")


def variance_report(
    answer: Answer,
    *,
    top: int,
    inputs: tuple[tuple[str, str], ...],
    findings: tuple[Finding, ...],
    notes: Sequence[str],
) -> Report:
    """The report of a comparison; ``top`` folds long tables."""
    return Report(
        SCHEMA,
        "variance",
        blocks=blocks(answer, top, notes),
        summary=_summary(answer),
        records=_records(answer),
        annexes=(
            ("unbudgeted", _unbudgeted(answer)),
            ("rejected", _rejected(answer.ledger.rejected)),
            *annexes(answer.outlook),
        ),
        currency=answer.budget.plan.money,
        inputs=inputs,
        findings=findings,
    )


def refusal_report(
    ledger: Ledger, money: Currency, *, inputs: tuple[tuple[str, str], ...], findings: tuple[Finding, ...]
) -> Report:
    """The answer without numbers, for files whose rows must all count: which do not."""
    annexes = (("rejected", _rejected(ledger.rejected)),)
    return Report(SCHEMA, "variance", annexes=annexes, currency=money, inputs=inputs, findings=findings, exit_code=3)


def _summary(answer: Answer) -> tuple[tuple[Column, Any], ...]:
    comparison, plan, so_far = answer.comparison, answer.budget.plan, say(" so far") if answer.sides.phased else ""
    variance = comparison.budget - comparison.actual
    day = answer.as_of.day if answer.as_of.closed <= answer.as_of.through else None
    percent = Fraction(variance, abs(comparison.budget)) if comparison.budget else None
    through = period_name(answer.sides, answer.as_of.through)
    return (
        (
            Column("as_of", (say("Through, as of {day}", day=day) if day else say("Through")) if through else ""),
            through,
        ),
        *([(Column("owner", say("Owner")), answer.owner)] if answer.owner else []),
        (
            Column("budget", say("Budget{so_far} ({currency})", so_far=so_far, currency=plan.currency), _MONEY),
            comparison.budget,
        ),
        (Column("actual", say("Actual{so_far}", so_far=so_far), _MONEY), comparison.actual),
        (Column("variance", say("Variance, {direction}", direction=direction(variance)), _MONEY), variance),
        (Column("percent", "" if percent is None else say("Variance of budget"), Kind.PERCENT), percent),
        (
            Column("budget_plan", say("Budget of the whole plan") if answer.sides.phased else "", _MONEY),
            comparison.whole,
        ),
        (
            Column("available", say("Left of it") if answer.sides.phased else say("Left"), _MONEY),
            comparison.whole - comparison.actual - comparison.later,
        ),
        (Column("later", say("Spent later") if comparison.later else "", _MONEY), comparison.later),
        *_reconciled(answer.ledger),
    )


def _reconciled(ledger: Ledger) -> Iterator[tuple[Column, int]]:
    """How the rows add up, for programs; people read it as one line."""
    tallies = {"matched": ledger.matched, "unbudgeted": ledger.unbudgeted_tally, "rejected": ledger.rejected_tally}
    yield Column("rows", "", _COUNT), ledger.control.rows
    for name, tally in tallies.items():
        yield Column(f"{name}_rows", "", _COUNT), tally.rows
    yield Column("duplicate_rows", "", _COUNT), sum(len(one.places) - 1 for one in ledger.repeated)
    for name, tally in tallies.items():
        yield Column(name, "", _MONEY), tally.amount
    yield Column("control_total", "", _MONEY), ledger.control.amount


def _records(answer: Answer) -> Table:
    comparison = answer.comparison
    by_period = "period" in comparison.names
    owned = comparison.has_owner and "owner" not in comparison.names
    columns = [Column(name, name) for name in (*comparison.names, *(["owner"] if owned else []))]
    columns += [Column(key, key, _MONEY) for key in _SUMS]
    columns += [
        Column("percent", "percent", Kind.PERCENT),
        Column("status", "status"),
        Column("direction", "direction"),
    ]
    columns += [Column("reason", "reason"), Column("budget_plan", "budget_plan", _MONEY)]
    columns += [Column("available", "available", _MONEY)]
    columns += [Column(f"{key}_so_far", key, _MONEY) for key in _SUMS] if by_period else []

    def row(line: Line) -> list[Any]:
        own = [*comparison.known(line).values(), *([line.owner] if owned else [])]
        budget, actual = line.so_far or (line.budget, line.actual)
        status = [str(line.status), direction(line.variance), line.reason or None, line.whole, line.whole - actual]
        so_far = [budget, actual, budget - actual] if by_period else []
        return [*own, line.budget, line.actual, line.variance, line.percent, *status, *so_far]

    return Table("", tuple(columns), _Rows(lambda: map(row, comparison.lines)))


@dataclass(frozen=True, slots=True)
class _Rows:
    make: Callable[[], Iterator[Sequence[Any]]]

    def __iter__(self) -> Iterator[Sequence[Any]]:
        return self.make()


def _unbudgeted(answer: Answer) -> Table:
    columns = [
        *(Column(name, name) for name in _KNOWN),
        Column("period", "period"),
        Column("amount", "amount", _MONEY),
    ]
    columns += [
        Column("rows", "rows", _COUNT),
        Column("path", "path"),
        Column("line", "line", _COUNT),
        Column("reason", "reason"),
    ]
    rows = [
        [
            *(one.coordinates.get(name) for name in _KNOWN), period_name(answer.sides, one.period),
            one.amount, one.rows, one.path, one.line, one.reason,
        ]
        for one in answer.strangers
    ]  # fmt: skip
    return Table("", tuple(columns), rows)


def _rejected(rows: Sequence[Rejected]) -> Table:
    columns = (
        Column("path", "path"), Column("line", "line", _COUNT), Column("column", "column", _COUNT),
        Column("reason", "reason"), Column("text", "text"), Column("amount", "amount", _MONEY),
    )  # fmt: skip
    return Table("", columns, [[row.path, row.line, row.column, row.reason, row.text, row.amount] for row in rows])
