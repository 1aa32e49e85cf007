"""The rows of a customer list in a table of text, and what is wrong with its cells: counted, each with its first line."""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from crmbudget.finding import Finding, Place, Refused
from crmbudget.planning.columns import Column, Role
from crmbudget.planning.customer_file import CustomerFile

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

DIGITS_MAX = 38
_SHOWN_MAX = 40

Rule = Literal["error", "zero", "skip"]


@dataclass(frozen=True, slots=True)
class Use:
    """A column that the plan uses: ``number`` where it is computed with, ``filled`` where it must not be blank.

    ``key`` marks ids and segments, for which no blank can count as zero.
    """

    name: str
    number: bool = False
    filled: bool = True
    key: bool = False

    @classmethod
    def of(cls, name: str, played: set[Role], *, key: bool) -> "Use":
        """The use of a column by the roles that it plays."""
        number = Role.NUMBER in played
        return cls(name, number, key or number or Role.TEXT_OR_BLANK not in played, key)


@dataclass(frozen=True, slots=True)
class _Facts:
    """What was counted in one column; the rows are the first ones, from 0."""

    use: Use
    blank: int
    blank_row: int | None
    bad: int = 0
    bad_row: int | None = None
    digits: int = 0
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class Rows:
    """The used columns of a customer list as the table ``customers``, by name; ``shown`` names the file in findings."""

    connection: "DuckDBPyConnection"
    file: CustomerFile
    shown: str
    columns: Mapping[str, Column]
    uses: Sequence[Use]
    rule: Rule

    @property
    def kept(self) -> str:
        """SQL that is true for the customers who count."""
        filled = [self.columns[use.name] for use in self.uses if use.filled]
        return " AND ".join(f"{column.trimmed} <> ''" for column in filled) if self.rule == "skip" else "true"

    def place(self, row: int | None) -> Place:
        """The file, and the line of a row of it."""
        return Place(self.shown, self.file.lines({row}).get(row) if row is not None else None)

    def cell(self, name: str, row: int) -> str:
        """A cell's text, short enough to be shown."""
        sql = f"SELECT {self.columns[name].sql} FROM customers WHERE rowid = {row}"  # noqa: S608 - names of ours
        text = str(self.connection.execute(sql).fetchall()[0][0])
        return text if len(text) <= _SHOWN_MAX else f"{text[: _SHOWN_MAX - 3]}..."


def load_rows(
    connection: "DuckDBPyConnection", file: CustomerFile, shown: str, uses: Sequence[Use], rule: Rule, scratch: Path
) -> Rows:
    """Reads the used columns; Refused where the file is no table of rows of one length."""
    import duckdb

    names = [use.name for use in uses]
    try:
        _create(connection, file, names)
    except duckdb.Error as error:
        if flaws := list(_flaws(file, shown)) or ([] if file.delimiter else [unreadable(error, shown)]):
            raise Refused(flaws) from error
        file = file.rewritten(scratch)
        _create(connection, file, names)
    columns = {use.name: Column(use.name, f"c{number}") for number, use in enumerate(uses)}
    return Rows(connection, file, shown, columns, uses, rule)


def _create(connection: "DuckDBPyConnection", file: CustomerFile, names: Sequence[str]) -> None:
    sql, parameters = file.scan(names)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE customers AS {sql}", parameters)


def unreadable(error: Exception, shown: str) -> Finding:
    """The finding for what DuckDB says about a file."""
    reason = str(error).strip().partition("\n")[0]
    return Finding("CB410", f"{shown} cannot be read as a table: {reason}", Place(shown), "save it again as CSV UTF-8")


def _flaws(file: CustomerFile, shown: str) -> Iterator[Finding]:
    """Rows that are too short or too long, and quotes that are not closed."""
    columns, last = len(file.columns), file.skip
    uneven: list[tuple[int, int]] = []
    try:
        for line, cells in file.records(strict=True):
            last = line
            if len(cells) != columns and not (len(cells) == columns + 1 and not cells[-1]):
                uneven.append((line, len(cells)))
    except csv.Error as error:
        fix = "close the quotes, and double a quote that is part of the text"
        yield Finding("CB410", f"the rows below line {last} cannot be told apart: {error}", Place(shown, last), fix)
    if uneven:
        line, found = uneven[0]
        count = "1 row has" if len(uneven) == 1 else f"{len(uneven):,} rows have"
        message = (
            f"{count} more or fewer cells than the header, which has {columns}; the first, on line {line}, has {found}"
        )
        yield Finding(
            "CB410", message, Place(shown, line), "put a text that holds the delimiter in quotes; fill short rows up"
        )


def judged(rows: Rows) -> tuple[Rows, list[Finding], list[tuple[str, int]]]:
    """The rows with the decimals of their columns known, what is wrong with them, and the blanks of each column."""
    rows = replace(rows, columns=dict(_widened(rows)))
    facts = list(_count(rows))
    sized = {fact.use.name: replace(rows.columns[fact.use.name], decimals=fact.decimals) for fact in facts}
    rows = replace(rows, columns=sized)
    findings = [finding for fact in facts for finding in _wrong(fact, rows)]
    blanks = [(fact.use.name, fact.blank) for fact in facts if fact.blank and fact.use.filled]
    return rows, findings, blanks


def _widened(rows: Rows) -> Iterator[tuple[str, Column]]:
    """Full-width digits are looked for only in columns that hold more than plain letters."""
    columns = list(rows.columns.values())
    wide = ", ".join(f"coalesce(max(strlen({column.sql}) - length({column.sql})), 0)" for column in columns)
    found = rows.connection.execute(f"SELECT {wide} FROM customers").fetchall()[0]  # noqa: S608 - names of ours
    for column, more, use in zip(columns, found, rows.uses, strict=True):
        yield column.name, replace(column, wide=use.number and more > 0)


def _count(rows: Rows) -> Iterator[_Facts]:
    for use in rows.uses:
        column = rows.columns[use.name]
        blank = f"({column.trimmed} = '')"
        counted = [f"count(*) FILTER ({blank})", f"min(rowid) FILTER ({blank})"]
        if use.number:
            whole = f"strlen(replace(split_part({column.trimmed}, '.', 1), ',', ''))"
            decimals = f"strlen(split_part({column.trimmed}, '.', 2))"
            counted += [f"count(*) FILTER ({column.bad})", f"min(rowid) FILTER ({column.bad})"]
            counted += [f"coalesce(max({size}) FILTER (NOT {column.bad}), 0)" for size in (whole, decimals)]
        sql = f"SELECT {', '.join(counted)} FROM customers"  # noqa: S608 - names of ours
        yield _Facts(use, *rows.connection.execute(sql).fetchall()[0])


def _wrong(fact: _Facts, rows: Rows) -> Iterator[Finding]:
    name = fact.use.name
    if fact.bad and fact.bad_row is not None:
        text, place = rows.cell(name, fact.bad_row), rows.place(fact.bad_row)
        message = f"{_times(fact.bad, 'cell holds', 'cells hold')} text in column `{name}`, where a number must be; {_first(place, fact.bad_row)} is `{text}`"
        yield Finding("CB403", message, place, "write it in digits, such as 1234.50, with a point before the decimals")
    if fact.digits + fact.decimals > DIGITS_MAX:
        message = f"column `{name}` has numbers of up to {fact.digits} digits and {fact.decimals} decimals, more than can be summed exactly"
        yield Finding("CB411", message, Place(rows.shown), f"keep to {DIGITS_MAX} digits, decimals included")
    excused = rows.rule == "skip" or (rows.rule == "zero" and not fact.use.key)
    if fact.blank and fact.use.filled and not excused:
        place = rows.place(fact.blank_row)
        message = (
            f"{_times(fact.blank, 'cell is', 'cells are')} empty in column `{name}`; {_first(place, fact.blank_row)}"
        )
        fix = (
            "fill it in, or write `blank: skip`"
            if fact.use.key
            else "fill it in, or write `blank: zero` or `blank: skip`"
        )
        yield Finding("CB404", message, place, fix)


def _times(count: int, one: str, many: str) -> str:
    return f"1 {one}" if count == 1 else f"{count:,} {many}"


def _first(place: Place, row: int | None) -> str:
    return f"the first, on line {place.line}," if place.line else f"the first, in row {(row or 0) + 1:,},"


def repeated(rows: Rows, name: str) -> Iterator[Finding]:
    """The finding for ids that stand on more than one row.

    Different hashes mean different ids, and counting hashes is quick; only where some are equal the ids are compared.
    """
    cell, some = rows.columns[name].sql, f"{rows.columns[name].trimmed} <> ''"
    ask: Callable[[str], list[tuple[int, ...]]] = lambda sql: rows.connection.execute(sql).fetchall()  # noqa: E731
    count, hashes = ask(f"SELECT count(*), count(DISTINCT hash({cell})) FROM customers WHERE {some}")[0]  # noqa: S608 - names of ours
    if count == hashes:
        return
    groups = f"SELECT count(*) AS times, min(rowid) AS row FROM customers WHERE {some} GROUP BY {cell} HAVING times > 1"  # noqa: S608 - as above
    ids, more, first = ask(f"SELECT count(*), sum(times), min(row) FROM ({groups})")[0]  # noqa: S608 - as above
    if not ids:
        return
    same = f"SELECT min(rowid) FROM customers WHERE rowid > {first} AND {cell} = (SELECT {cell} FROM customers WHERE rowid = {first})"  # noqa: S608
    second = ask(same)[0][0]
    lines = rows.file.lines({first, second})
    at = f"lines {lines[first]} and {lines[second]}" if len(lines) == 2 else f"rows {first + 1:,} and {second + 1:,}"  # noqa: PLR2004
    message = f"{_times(ids, 'id stands', 'ids stand')} on more than one row, {more:,} rows in all; the first is `{rows.cell(name, first)}`, on {at}"
    place = Place(rows.shown, lines.get(second))
    related = (("first here", Place(rows.shown, lines.get(first))),)
    yield Finding(
        "CB402", message, place, "keep one row for each customer, or name another column under `id`", related=related
    )
