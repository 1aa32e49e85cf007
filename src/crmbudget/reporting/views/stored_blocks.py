"""What people see of stored answers whose tables are more than their lists."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from crmbudget.comparing.effects import turnover
from crmbudget.money import Currency
from crmbudget.reporting.contracts._fields import COORDINATES
from crmbudget.reporting.report import Column, Kind, Prose, Report, Table
from crmbudget.reporting.views.budget import dimension_table, groups_table, lines_table
from crmbudget.reporting.views.diff import verdict
from crmbudget.reporting.views.manual import entries
from crmbudget.reporting.views.reconciling import PARTS, reconciliation
from crmbudget.wording import say


class Stored(NamedTuple):
    """A report whose parts for programs are there again, its summary by name, and how many rows people see of a table."""

    report: Report
    summary: Mapping[str, Any]
    top: int

    @property
    def money(self) -> Currency:
        """The currency; one without decimals where the answer has none."""
        return self.report.currency or Currency("", 0)

    @property
    def records(self) -> Table:
        """The results."""
        return self.report.records or Table("", (), ())

    def annex(self, name: str) -> Table:
        """A further list; an empty one where there is none."""
        return dict(self.report.annexes).get(name, Table("", (), ()))


def titled(report: Report) -> tuple[tuple[Column, Any], ...]:
    """The summary, its first amount naming the currency; people do not see what there is not."""
    found = [(column if value is not None else replace(column, title=""), value) for column, value in report.summary]
    code = report.currency.code if report.currency else ""
    for place, (column, value) in enumerate(found):
        if column.kind is Kind.MONEY and column.title:
            found[place] = (
                replace(column, title=say("{title} ({currency})", title=column.title, currency=code)),
                value,
            )
            break
    return tuple(found)


def _allocation(stored: Stored, lists: Sequence[Table]) -> Report:
    """A table for each coordinate, then the largest lines; one table where the lines are summed up already."""
    blocks = (*_shared(stored), *lists)
    return replace(stored.report, summary=titled(stored.report), blocks=blocks)


def _shared(stored: Stored) -> Iterator[Table]:
    allocated, top, table = stored.summary["allocated"], stored.top, stored.records
    keys = [column.key for column in table.columns]
    names = [key for key in keys if key in COORDINATES]
    places, amount = [keys.index(name) for name in names], keys.index("amount")
    rows = list(table.rows)
    lines = ((*(row[at] for at in places), row[amount]) for row in rows)
    if stored.summary["lines"] != len(rows):
        yield groups_table(names, lines, len(rows), allocated, top)
        return
    for name, at in zip(names, places, strict=True):
        sums: dict[str, int] = {}
        for row in rows:
            sums[row[at]] = sums.get(row[at], 0) + row[amount]
        yield dimension_table(name, dict(sorted(sums.items())), allocated, top, _nameless)
    if len(set(names) - {"category", "owner"}) > 1:
        yield lines_table(names, lines, len(rows), allocated, top)


def _nameless(_: str) -> None:
    """The names for people stand in the plan, and not in its answer."""


def _diff(stored: Stored, lists: Sequence[Table]) -> Report:
    """The verdict, and the marker of the plan that was newer: the last one that was read."""
    summary, report = stored.summary, stored.report
    line = verdict(
        stored.money, summary["before_total"], summary["after_total"], summary["moved"], _others(stored.annex("moves"))
    )
    plans = [path for path, _ in report.inputs if path.endswith((".yaml", ".yml"))]
    marker = f"crmbudget diff: {plans[-1]}" if plans else "crmbudget diff"
    return replace(report, blocks=tuple(lists), headline=line, marker=marker)


def _others(moves: Table) -> list[tuple[str, int]]:
    """The coordinates whose members gain and lose, and how much."""
    changes: dict[str, list[int]] = {}
    for row in moves.rows:
        own = {column.key: value for column, value in zip(moves.columns, row, strict=True) if value is not None}
        names = [name for name in own if name in COORDINATES]
        changes.setdefault(names[-1] if names else "", []).append(own["change"])
    return [(name, turnover(own)) for name, own in changes.items() if any(own)]


def _explanation(stored: Stored, lists: Sequence[Table]) -> Report:
    """The figure in a line."""
    summary, text = stored.summary, stored.money.text
    who = " ".join(f"{name}={summary[name]}" for name in COORDINATES if name in summary) or say("the whole plan")
    line = say(
        "{who} gets {amount} {currency} of {total}",
        who=who,
        amount=text(summary["amount"], grouped=True),
        currency=stored.money.code,
        total=text(summary["total"], grouped=True),
    )
    return replace(stored.report, blocks=tuple(lists), headline=line)


def _variance(stored: Stored, lists: Sequence[Table]) -> Report:
    """The line of what became of the rows stands last."""
    summary = stored.summary
    rows = {part: summary[f"{part}_rows"] for part in PARTS} | {"control": summary["rows"]}
    amounts = {part: summary[part] for part in PARTS} | {"control": summary["control_total"]}
    rejected = stored.annex("rejected")
    at = next((at for at, column in enumerate(rejected.columns) if column.key == "amount"), 0)
    unread = sum(row[at] is None for row in rejected.rows)
    line = Prose(reconciliation(rows, amounts, unread, stored.money), folds=True)
    return replace(stored.report, summary=titled(stored.report), blocks=(*lists, line))


def _page(stored: Stored, lists: Sequence[Table]) -> Report:  # noqa: ARG001 - a page is all of it
    keys = [column.key for column in stored.records.columns]
    pages = [dict(zip(keys, row, strict=True))["text"] for row in stored.records.rows]
    return replace(stored.report, blocks=tuple(map(Prose, pages)))


def _strategies(stored: Stored, lists: Sequence[Table]) -> Report:  # noqa: ARG001 - as above
    table = stored.records
    keys = [column.key for column in table.columns]
    rows = [dict(zip(keys, row, strict=True)) for row in table.rows]
    return replace(
        stored.report,
        blocks=tuple(entries([[row[key] for key in ("name", "splits", "summary", "page")] for row in rows])),
    )


SPECIAL: dict[str, Callable[[Stored, Sequence[Table]], Report]] = {
    "crmbudget.allocation": _allocation, "crmbudget.diff": _diff, "crmbudget.explanation": _explanation,
    "crmbudget.page": _page, "crmbudget.strategies": _strategies, "crmbudget.variance": _variance,
}  # fmt: skip
"""By schema; of any other the lists are shown as they are."""
