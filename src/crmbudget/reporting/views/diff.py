"""Two plans compared as a report: the verdict, what changed in total, why, and what moved."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from crmbudget.comparing.difference import Cause, Difference
from crmbudget.comparing.effects import Apart
from crmbudget.comparing.moves import lines, split_names
from crmbudget.finding import Finding
from crmbudget.money import Currency
from crmbudget.reporting.report import Column, Kind, Report, Table, percent
from crmbudget.reporting.views.diff_blocks import blocks
from crmbudget.reporting.views.words import listed
from crmbudget.wording import say

SCHEMA = "crmbudget.diff"
_MONEY, _COUNT = Kind.MONEY, Kind.COUNT


def diff_report(
    difference: Difference,
    *,
    path: str,
    group_by: Sequence[str] = (),
    top: int = 10,
    inputs: tuple[tuple[str, str], ...] = (),
    findings: tuple[Finding, ...] = (),
    notes: Sequence[str] = (),
    exit_code: int = 0,
) -> Report:
    """The report of a comparison; ``path`` is the newer plan's, ``top`` folds long tables."""
    return Report(
        SCHEMA,
        "diff",
        blocks=blocks(difference, top, notes),
        summary=tuple(_summary(difference, group_by)),
        records=_records(difference, group_by),
        annexes=(
            ("moves", _moves(difference)),
            ("causes", _causes(difference)),
            ("effects", _effects(difference)),
        ),
        currency=difference.after.plan.money,
        inputs=inputs,
        findings=findings,
        exit_code=exit_code,
        headline=headline(difference),
        marker=f"crmbudget diff: {path}",
    )


def headline(difference: Difference) -> str:
    """The verdict in one line."""
    money = difference.after.plan.money
    others = [(table.names[-1], table.turnover) for table in difference.tables if table.moved]
    return verdict(money, difference.before.total, difference.after.total, difference.lines_moved, others)


def verdict(money: Currency, before: int, after: int, moved: int, others: Sequence[tuple[str, int]]) -> str:
    """Two totals and what moves between lines; where nothing does, the coordinates that gain and lose all the same."""
    old, new = money.text(before, grouped=True), money.text(after, grouped=True)
    if change := after - before:
        part = change_part(before, change)
        said = say(
            "Budget {signed} {code}{part}: {old} -> {new}",
            signed=signed(change, money),
            code=money.code,
            part=f" ({part})" if part else "",
            old=old,
            new=new,
        )
        return say("{said}; {moved}", said=said, moved=_moved(moved, money))
    if moved:
        return say(
            "Budget unchanged at {total} {code}; {moved}", total=new, code=money.code, moved=_moved(moved, money)
        )
    if others:
        gains = money.text(max(turnover for _, turnover in others), grouped=True)
        names = listed([name for name, _ in others], say(" and "))
        return say("No amount changes; {gains} {code} change {names}", gains=gains, code=money.code, names=names)
    return say("No change in money")


def _moved(moved: int, money: Currency) -> str:
    amount = money.text(moved, grouped=True)
    return say("{amount} moves", amount=amount) if moved == money.unit else say("{amount} move", amount=amount)


def signed(amount: int, money: Currency) -> str:
    """An amount with its sign."""
    return f"{'+' if amount > 0 else ''}{money.text(amount, grouped=True)}"


def change_part(before: int, change: int) -> str:
    """A change in percent of what was before, with its sign; nothing where nothing was before."""
    return f"{'+' if change > 0 else ''}{percent(Fraction(change, abs(before)))}" if before else ""


def _summary(difference: Difference, group_by: Sequence[str]) -> Iterator[tuple[Column, Any]]:
    """For programs; people read the same as a table."""
    for word, side in (("before", difference.before), ("after", difference.after)):
        amounts = (("total", side.total), ("reserve", side.reserve), ("allocated", side.allocated))
        for key, amount in (*amounts, ("unassigned", side.unassigned_total)):
            yield Column(f"{word}_{key}", "", _MONEY), amount
        yield Column(f"{word}_lines", "", _COUNT), side.line_count
    before = difference.before.total
    yield Column("change", "", _MONEY), difference.change
    yield Column("change_percent", "", Kind.PERCENT), Fraction(difference.change, abs(before)) if before else None
    yield Column("moved", "", _MONEY), difference.lines_moved
    yield Column("causes", "", _COUNT), len(difference.causes)
    yield Column("group_by", ""), ",".join(group_by or split_names(difference.before, difference.after))


@dataclass(frozen=True, slots=True)
class _Rows:
    make: Callable[[], Iterator[Sequence[Any]]]

    def __iter__(self) -> Iterator[Sequence[Any]]:
        return self.make()


def _amounts() -> list[Column]:
    return [Column(key, key, _MONEY) for key in ("before", "after", "change")]


def _records(difference: Difference, group_by: Sequence[str]) -> Table:
    """What changed: lines, or sums of them; nothing stands where there was none before."""
    old, new = difference.before, difference.after
    names = group_by or split_names(old, new)
    columns = (*(Column(name, name) for name in names), *_amounts())
    if not group_by:
        rows = _Rows(lambda: ((*move.key, move.before, move.after, move.change) for move in lines(old, new)))
        return Table("", columns, rows)
    moved = [row for row in difference.tables[0].rows if row.change]
    return Table("", columns, [[*row.key, row.before, row.after, row.change] for row in moved])


def _moves(difference: Difference) -> Table:
    """Every table that people see, one after the other, whole."""
    names = difference.names
    columns = (*(Column(name, name) for name in names), *_amounts())
    rows = [
        [*_placed(table.names, row.key, names), row.before, row.after, row.change]
        for table in difference.tables
        for row in table.rows
    ]
    return Table("", columns, rows)


def _placed(own: Sequence[str], key: Sequence[str], names: Sequence[str]) -> list[str | None]:
    """The ids under the coordinates that they belong to."""
    known = dict(zip(own, key, strict=True))
    return [known.get(name) for name in names]


def _causes(difference: Difference) -> Table:
    columns = (
        Column("number", "number", _COUNT), Column("what", "what"), Column("path", "path"), Column("line", "line", _COUNT),
        Column("before", "before"), Column("after", "after"), Column("moved", "moved", _MONEY),
    )  # fmt: skip
    return Table("", columns, [_cause(cause) for cause in difference.causes])


def _cause(cause: Cause) -> list[Any]:
    place = cause.place
    where = [place.path, place.line] if place else [None, None]
    return [cause.number, cause.text, *where, cause.before, cause.after, cause.moved]


def _effects(difference: Difference) -> Table:
    """For each cause and each table, what it does to reserve, unassigned and the members; those that are not nothing."""
    names = difference.names
    columns = (
        Column("cause", "cause", _COUNT), Column("by", "by"), Column("row", "row"),
        *(Column(name, name) for name in names), Column("amount", "amount", _MONEY),
    )  # fmt: skip

    def rows() -> Iterator[Sequence[Any]]:
        for table in difference.effects:
            for cause in difference.causes:
                for row, amount in table.column(cause.number - 1).items():
                    key = [None] * len(names) if isinstance(row, Apart) else _placed(table.names, row, names)
                    kind = row.value if isinstance(row, Apart) else "member"
                    yield [cause.number, ",".join(table.names), kind, *key, amount]

    return Table("", columns, _Rows(rows))
