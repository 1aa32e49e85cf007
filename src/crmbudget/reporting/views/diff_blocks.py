"""The tables of a comparison of two plans, for people: totals, causes, what moved, and what did not."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from crmbudget.comparing.difference import Cause, Difference
from crmbudget.comparing.effects import Apart, Effects, Row
from crmbudget.comparing.moves import Move, Moves
from crmbudget.finding import Place
from crmbudget.planning.plan import Plan
from crmbudget.planning.words import word_of
from crmbudget.reporting.report import Column, Kind, Prose, Table, clean
from crmbudget.reporting.views.diff_notes import notes_of
from crmbudget.reporting.views.words import NOBODY, TOTAL, listed, title, titles
from crmbudget.wording import joined, say

SIDES_SHOWN = 2
"""Members with the largest gains, and with the largest losses, that a cause names."""
COLUMNS_MAX = 5
"""Causes that stand side by side, rounding among them."""
_MONEY = Kind.MONEY


def blocks(difference: Difference, top: int, notes: Sequence[str]) -> tuple[Table | Prose, ...]:
    """Totals, causes, every table in which something moved, and notes; only notes where nothing did."""
    found: list[Table | Prose] = []
    if difference.moved:
        found = [_totals(difference), *_causes(difference, top), *_matrix(difference, top)]
        found += [_table(difference, table, top) for table in difference.tables if table.moved]
    last = [*notes_of(difference), *notes]
    return (*found, *([Prose(joined("\n", map(clean, last)), folds=True)] if last else []))


def _totals(difference: Difference) -> Table:
    old, new = difference.before, difference.after
    rows = [_row(say("Total ({currency})", currency=new.plan.currency), old.total, new.total)]
    for name, key in (("reserve", "reserve"), ("allocated", "allocated"), ("unassigned", "unassigned_total")):
        amounts = getattr(old, key), getattr(new, key)
        rows += [_row(title(name), *amounts)] if any(amounts) or key == "allocated" else []
    return Table("", (Column("what", ""), *_columns()), rows)


def _columns() -> list[Column]:
    amounts = [Column(key, title(key), _MONEY) for key in ("before", "after", "change")]
    return [*amounts, Column("percent", "%", Kind.PERCENT)]


def _row(label: str, before: int | None, after: int | None) -> list[Any]:
    change = (after or 0) - (before or 0)
    return [label, before, after, change, Fraction(change, abs(before)) if before else None]


def _causes(difference: Difference, top: int) -> Iterator[Table]:
    """What moved the most first; rounding last."""
    *made, rounding = difference.causes
    moving = sorted((cause for cause in made if cause.moved), key=lambda cause: -cause.moved)
    if not moving:
        return
    last = [rounding] if rounding.moved else []
    rows: list[list[Any]] = [_cause(difference, cause) for cause in moving[:top]]
    if len(moving) > top:
        rows.append([say("{count:,} more", count=len(moving) - top), None, None, None])
    rows += [[say("rounding to whole units"), None, cause.moved, None] for cause in last]
    columns = (
        Column("what", say("Why")), Column("place", say("Where")),
        Column("moved", say("Moves"), _MONEY, adds=False), Column("most", say("To and from")),
    )  # fmt: skip
    yield Table(say("Causes"), columns, rows, stacks=True)


def _cause(difference: Difference, cause: Cause) -> list[Any]:
    money = difference.after.plan.money
    names, column = difference.at_most(cause)
    gains = sorted(((row, amount) for row, amount in column.items() if amount > 0), key=lambda pair: -pair[1])
    losses = sorted(((row, amount) for row, amount in column.items() if amount < 0), key=lambda pair: pair[1])
    shown = [*gains[:SIDES_SHOWN], *losses[:SIDES_SHOWN]]
    text: str = joined(
        say(", "),
        [
            say(
                "{row} {amount}",
                row=label(row),
                amount=f"{'+' if amount > 0 else ''}{money.text(amount, grouped=True)}",
            )
            for row, amount in shown
        ],
    )
    if names and len(difference.tables) > 1:
        text = say("{names}: {text}", names=listed(names), text=text)
    what = say("{number}. {text}", number=cause.number, text=cause.text)
    return [what, cause.place and _where(cause.place), cause.moved, text]


def _where(place: Place) -> str:
    """File and line; of an override only the option, for what it sets is told beside it."""
    if place.line:
        return f"{place.path}:{place.line}"
    return place.path.partition(" ")[0] if place.path.startswith("--") else place.path


def label(row: Row) -> str:
    """A row by the ids of its member, or by what it is."""
    if isinstance(row, Apart):
        return word_of(row.value)
    return joined(" / ", [part or NOBODY for part in row]) if row else say("all lines")


def _matrix(difference: Difference, top: int) -> Iterator[Table]:
    """The first table in which something moved, with a column for each cause, where they are few."""
    for table, found in zip(difference.tables, difference.effects, strict=False):
        numbers = [cause.number for cause in difference.causes if found.moved(cause.number - 1)]
        if not table.moved or not numbers:
            continue
        if 1 < len(numbers) <= COLUMNS_MAX:
            yield _by_cause(difference, found, numbers, top)
        return


def _by_cause(difference: Difference, found: Effects, numbers: Sequence[int], top: int) -> Table:
    last = difference.causes[-1].number
    keys = [("rounding" if number == last else f"({number})") for number in numbers]
    columns = [Column("member", titles(found.names) if found.names else say("What"))]
    columns += [Column(key, say("rounding") if key == "rounding" else key, _MONEY) for key in keys] + [
        Column("change", say("Change"), _MONEY)
    ]
    rows = [
        [label(row), *(amounts[number - 1] for number in numbers), sum(amounts)]
        for row, amounts in sorted(found.rows.items(), key=lambda pair: -abs(sum(pair[1])))
        if any(amounts)
    ]
    count = _shown(len(rows), top)
    shown, rest = rows[:count], rows[count:]
    sums: list[Any] = [sum(row[place] for row in rows) for place in range(1, len(columns))]
    if rest:
        more: list[Any] = [sum(row[place] for row in rest) for place in range(1, len(columns))]
        shown.append([say("{count:,} more", count=len(rest)), *more])
    return Table(say("Cause by cause"), tuple(columns), shown, [TOTAL, *sums], len(rest))


def _table(difference: Difference, table: Moves, top: int) -> Table:
    """The members that moved, the most first; the others are summed on one line."""
    count = _shown(len(table.rows), min(top, sum(row.change != 0 for row in table.rows)))
    shown, rest = table.rows[:count], table.rows[count:]
    display = _titles(difference, table, shown)
    marks = [_mark(row) for row in shown]
    columns = [Column(name, title(name)) for name in table.names]
    columns += [Column("name", say("Name"))] if display else []
    columns += [*_columns(), *([Column("mark", "")] if any(marks) else [])]
    blanks = [None] * (len(columns) - 5 - bool(any(marks)))

    def line(first: Sequence[Any], before: int | None, after: int | None, mark: str | None) -> list[Any]:
        return [*first, *_row("", before, after)[1:], *([mark] if any(marks) else [])]

    rows = [
        line(
            [*(part or NOBODY for part in row.key), *([display[row.key]] if display else [])],
            row.before,
            row.after,
            mark,
        )
        for row, mark in zip(shown, marks, strict=True)
    ]
    if rest:
        before, after = (sum(getattr(row, side) or 0 for row in rest) for side in ("before", "after"))
        rows.append(line([say("{count:,} more", count=len(rest)), *blanks], before, after, None))
    footer = line([TOTAL, *blanks], difference.before.allocated, difference.after.allocated, None)
    return Table(say("By {names}", names=listed(table.names)), tuple(columns), rows, footer, len(rest))


def _shown(rows: int, most: int) -> int:
    """How many of the rows are shown; a single one that is not is not worth a row that says so."""
    return rows if rows - most == 1 else most


def _mark(row: Move) -> str | None:
    return say("new") if row.before is None else say("gone") if row.after is None else None


def _titles(difference: Difference, table: Moves, shown: Sequence[Move]) -> dict[tuple[str, ...], str | None]:
    """Members' names for people, where either plan has any; not where rows have several coordinates."""
    if len(table.names) != 1:
        return {}
    plans = (difference.after.plan, difference.before.plan)
    found = {
        row.key: next(filter(None, (_title(plan, table.names[0], row.key[0]) for plan in plans)), None) for row in shown
    }
    return found if any(found.values()) else {}


def _title(plan: Plan, name: str, member: str) -> str | None:
    collections: Mapping[str, Mapping[str, Any]] = {
        "segment": plan.segments, "activity": plan.activities, "channel": plan.channels, "category": plan.categories,
    }  # fmt: skip
    found = collections.get(name, {}).get(member)
    return found if found is None or isinstance(found, str) else found.name
