"""A customer list -> what each of its columns holds, counted by DuckDB and exact."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from crmbudget.finding import Misread
from crmbudget.planning.columns import Column, Translator, check, read_expression
from crmbudget.planning.customer_rows import DIGITS_MAX, Rows, Use

if TYPE_CHECKING:
    from crmbudget.planning.customer_file import CustomerFile

KINDS_MAX = 12
"""So many different texts at most are kinds of customers."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a column holds; ``texts`` counts its texts where these are few.

    ``low``, ``high`` and ``below`` (cells below zero) are of columns that can be computed with. ``odd`` is the first cell
    that is no number, and its line.
    """

    name: str
    rows: int
    blank: int
    distinct: int
    texts: dict[str, int] = field(default_factory=dict)
    bad: int = 0
    odd: tuple[str, int | None] = ("", None)
    decimals: int = 0
    low: Fraction | None = None
    high: Fraction | None = None
    below: int = 0

    @property
    def filled(self) -> int:
        """The cells that hold something."""
        return self.rows - self.blank

    @property
    def unique(self) -> bool:
        """Whether no text stands there twice."""
        return 0 < self.filled == self.distinct

    @property
    def numeric(self) -> bool:
        """Whether it can be computed with."""
        return self.low is not None


def uses(file: "CustomerFile") -> list[Use]:
    """All columns that a plan can name: those with a name of their own."""
    return [Use(name, number=True) for name in file.columns if name and file.columns.count(name) == 1]


def seen(rows: Rows, count: int) -> list[Seen]:
    """Each column, for a table that has so many rows."""
    return [_seen(rows, use.name, count) for use in rows.uses]


def _seen(rows: Rows, name: str, count: int) -> Seen:
    column = rows.columns[name]
    cells = (
        f"count(*) FILTER ({column.blank}), count(DISTINCT {column.typed}) FILTER (NOT {column.blank}),"
        f"count(*) FILTER ({column.bad}), min(rowid) FILTER ({column.bad}),"
        f"coalesce(max({column.places}) FILTER (NOT {column.bad}), 0)"
    )
    blank, distinct, bad, at, decimals = rows.ask(f"SELECT {cells} FROM customers")[0]  # noqa: S608 - names of ours
    texts = dict(_texts(rows, column)) if distinct <= KINDS_MAX else {}
    odd = (rows.cell(name, at), rows.place(at).line) if at is not None else ("", None)
    span = _span(rows, column, decimals) if not bad and blank < count else (None, None, 0)
    return Seen(name, count, blank, distinct, texts, bad, odd, decimals, *span)


def _texts(rows: Rows, column: Column) -> Iterator[tuple[str, int]]:
    grouped = (
        f"SELECT {column.typed} AS text, count(*) FROM customers WHERE NOT {column.blank} GROUP BY text ORDER BY text"  # noqa: S608 - names of ours
    )
    yield from ((str(text), int(times)) for text, times in rows.ask(grouped))


def _span(rows: Rows, column: Column, decimals: int) -> tuple[Fraction | None, Fraction | None, int]:
    """The lowest and the highest number, and how many are below zero; none where there are too many digits."""
    import duckdb

    if decimals > DIGITS_MAX:
        return None, None, 0
    whole, filled = Column(column.place, number=True, decimals=decimals).whole, f"NOT {column.blank}"
    asked = f"SELECT min(x), max(x), count(*) FILTER (x < 0) FROM (SELECT {whole} AS x FROM customers WHERE {filled})"  # noqa: S608 - names of ours
    try:
        low, high, below = rows.ask(asked)[0]
    except (duckdb.OutOfRangeException, duckdb.ConversionException):
        return None, None, 0
    return Fraction(low, 10**decimals), Fraction(high, 10**decimals), below


def held_by_top(
    rows: Rows, columns: Sequence[Seen], value: str, shares: Sequence[Fraction]
) -> dict[Fraction, Fraction]:
    """Which part of all value the richest customers hold, for each share of them; none where it cannot be said."""
    import duckdb

    known = {one.name: Column(rows.columns[one.name].place, number=True, decimals=one.decimals) for one in columns}
    parameters: dict[str, str] = {}
    try:
        expression = read_expression(value, rows.file.columns, {})
        check(expression)
        ranked = f"SELECT {Translator(known, parameters).scaled(expression).sql} AS x FROM customers ORDER BY x DESC"  # noqa: S608 - names of ours
        count = columns[0].rows
        tops = [max(1, round(count * share)) for share in shares]
        asked = [f"SELECT sum(x) FROM ({ranked} LIMIT {top})" for top in (*tops, count)]  # noqa: S608 - names of ours
        sums = [rows.connection.execute(one, parameters).fetchall() for one in asked]
    except (Misread, duckdb.Error):
        return {}
    *held, whole = (found[0][0] for found in sums)
    return {share: Fraction(part, whole) for share, part in zip(shares, held, strict=True)} if whole > 0 else {}
