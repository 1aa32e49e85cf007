"""The rows of a customer list in a table of text, and what is wrong with its cells: counted, each with its first line."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from crmbudget.finding import Finding, Place, Refused
from crmbudget.planning.columns import Column, Role
from crmbudget.planning.customer_file import CustomerFile
from crmbudget.wording import say, say_count

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

    def read(self) -> int:
        """Fills the table; the answer is how many rows it has."""
        scan, parameters = self.file.scan(list(self.columns))
        typed = [column.typed for column in self.columns.values()]
        trimmed = [f"{column.trimming} AS {column.trimmed}" for column in self.columns.values() if column.number]
        table = f"SELECT {', '.join(typed + trimmed)} FROM ({scan})"  # noqa: S608 - names of ours
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE customers AS {table}", parameters)
        return int(self.ask("SELECT count(*) FROM customers")[0][0])

    def is_read(self, expected: int) -> bool:
        """Fills the table; whether that gave as many rows as there must be."""
        import duckdb

        try:
            return self.read() == expected
        except duckdb.InterruptException:
            raise
        except duckdb.Error:
            return False

    @property
    def kept(self) -> str:
        """SQL that is true for the customers who count."""
        filled = [self.columns[use.name] for use in self.uses if use.filled]
        return " AND ".join(f"NOT {column.blank}" for column in filled) if self.rule == "skip" else "true"

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows that a statement gives."""
        return self.connection.execute(sql).fetchall()

    def place(self, row: int | None) -> Place:
        """The file, and the line of a row of it."""
        return Place(self.shown, self.file.lines({row}).get(row) if row is not None else None)

    def cell(self, name: str, row: int) -> str:
        """A cell's text, short enough to be shown."""
        column = self.columns[name]
        cell = column.trimmed if column.number else column.typed
        text = str(self.ask(f"SELECT {cell} FROM customers WHERE rowid = {row}")[0][0])  # noqa: S608 - names of ours
        return text if len(text) <= _SHOWN_MAX else f"{text[: _SHOWN_MAX - 3]}..."


def load_rows(
    connection: "DuckDBPyConnection", file: CustomerFile, shown: str, uses: Sequence[Use], rule: Rule, scratch: Path
) -> Rows:
    """Reads the used columns; Refused where the file is no table of rows of one length.

    DuckDB may stop early without a word where quotes are not closed or line ends differ, so rows are counted twice.
    """
    columns = {use.name: Column(place, use.number) for place, use in enumerate(uses)}
    rows = Rows(connection, file, shown, columns, uses, rule)
    if not file.delimiter:
        rows.read()
        return rows
    expected = _counted(file, shown) if file.rows is None else file.rows
    if file.uniform and rows.is_read(expected):
        return rows
    expected = _counted(file, shown)
    rows = replace(rows, file=file.rewritten(scratch))
    if rows.read() != expected:  # pragma: no cover - no such file is known
        raise Refused([unreadable(say("its rows cannot be told apart"), shown)])
    return rows


def _counted(file: CustomerFile, shown: str) -> int:
    findings, rows = file.flaws(shown)
    if findings:
        raise Refused(findings)
    return rows


def unreadable(reason: object, shown: str) -> Finding:
    """The finding for what DuckDB says about a file."""
    said = str(reason).strip().partition("\n")[0]
    return Finding(
        "CB410",
        say("{shown} cannot be read as a table: {said}", shown=shown, said=said),
        Place(shown),
        say("save it again as CSV UTF-8"),
    )


def judged(rows: Rows) -> tuple[Rows, list[Finding], list[tuple[str, int]]]:
    """The rows with the decimals of their columns known, what is wrong with them, and the blanks of each column."""
    facts = [_count(use, rows) for use in rows.uses]
    sized = {fact.use.name: replace(rows.columns[fact.use.name], decimals=fact.decimals) for fact in facts}
    findings = [finding for fact in facts for finding in _wrong(fact, rows)]
    blanks = [(fact.use.name, fact.blank) for fact in facts if fact.blank and fact.use.filled]
    return replace(rows, columns=sized), findings, blanks


def _count(use: Use, rows: Rows) -> _Facts:
    column = rows.columns[use.name]
    counted = [f"count(*) FILTER ({column.blank})", f"min(rowid) FILTER ({column.blank})"]
    if use.number:
        counted += [f"count(*) FILTER ({column.bad})", f"min(rowid) FILTER ({column.bad})"]
        counted += [f"coalesce(max({column.places}) FILTER (NOT {column.bad}), 0)"]
    return _Facts(use, *rows.ask(f"SELECT {', '.join(counted)} FROM customers")[0])  # noqa: S608 - names of ours


def _wrong(fact: _Facts, rows: Rows) -> Iterator[Finding]:
    name, count = fact.use.name, fact.bad
    if count and fact.bad_row is not None:
        place = replace(rows.place(fact.bad_row), cell=rows.cell(name, fact.bad_row))
        message = say_count(
            "{count} cell of column `{name}` holds text where a number must be; {first}, is `{cell}`",
            "{count:,} cells of column `{name}` hold text where a number must be; {first}, is `{cell}`",
            count, name=name, first=_first(place, fact.bad_row), cell=rows.cell(name, fact.bad_row),
        )  # fmt: skip
        yield Finding(
            "CB403", message, place, say("write it in digits, such as 1234.50, with a point before the decimals")
        )
    if fact.decimals > DIGITS_MAX:
        message = say(
            "column `{name}` has {decimals} decimals, more than can be summed exactly",
            name=name,
            decimals=fact.decimals,
        )
        yield Finding(
            "CB411",
            message,
            Place(rows.shown),
            say("keep to {digits_max} digits, decimals included", digits_max=DIGITS_MAX),
        )
    excused = rows.rule == "skip" or (rows.rule == "zero" and not fact.use.key)
    if fact.blank and fact.use.filled and not excused:
        place = rows.place(fact.blank_row)
        message = say_count(
            "{count} cell of column `{name}` is empty; {first}", "{count:,} cells of column `{name}` are empty; {first}",
            fact.blank, name=name, first=_first(place, fact.blank_row),
        )  # fmt: skip
        fix = (
            say("fill it in, or write `blank: skip`")
            if fact.use.key
            else say("fill it in, or write `blank: zero` or `blank: skip`")
        )
        yield Finding("CB404", message, place, fix)


def _first(place: Place, row: int | None) -> str:
    if place.line:
        return say("the first, on line {line}", line=place.line)
    return say("the first, in row {row:,}", row=(row or 0) + 1)


def repeated(rows: Rows, name: str) -> Iterator[Finding]:
    """The finding for ids that stand on more than one row.

    Different hashes mean different ids, and counting hashes is quick; only where some are equal the ids are compared.
    """
    typed, some = rows.columns[name].typed, f"NOT {rows.columns[name].blank}"
    count, hashes = rows.ask(f"SELECT count(*), count(DISTINCT hash({typed})) FROM customers WHERE {some}")[0]  # noqa: S608 - names of ours
    if count == hashes:
        return
    groups = (
        f"SELECT count(*) AS times, min(rowid) AS row FROM customers WHERE {some} GROUP BY {typed} HAVING times > 1"  # noqa: S608 - as above
    )
    ids, more, first = rows.ask(f"SELECT count(*), sum(times), min(row) FROM ({groups})")[0]  # noqa: S608 - as above
    if not ids:
        return  # pragma: no cover - two ids with one hash
    same = f"SELECT min(rowid) FROM customers WHERE rowid > {first} AND {typed} = (SELECT {typed} FROM customers WHERE rowid = {first})"  # noqa: S608
    second = rows.ask(same)[0][0]
    lines = rows.file.lines({first, second})
    at = (
        say("lines {one} and {two}", one=lines[first], two=lines[second])
        if len(lines) == 2  # noqa: PLR2004 - both are known
        else say("rows {one:,} and {two:,}", one=first + 1, two=second + 1)
    )
    cell = rows.cell(name, first)
    message = say_count(
        "{count} id stands on more than one row, {more:,} rows in all; the first is `{cell}`, on {at}",
        "{count:,} ids stand on more than one row, {more:,} rows in all; the first is `{cell}`, on {at}",
        ids, more=more, cell=cell, at=at,
    )  # fmt: skip
    place = Place(rows.shown, lines.get(second), cell=cell)
    related = ((say("first here"), Place(rows.shown, lines.get(first), cell=cell)),)
    yield Finding(
        "CB402",
        message,
        place,
        say("keep one row for each customer, or name another column under `id`"),
        related=related,
    )
