"""One file of entries -> its groups: opened, its columns told apart, added up by DuckDB, judged by Python."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crmbudget.finding import Finding, Misread, Place, Refused
from crmbudget.reading.amount_sql import AmountSql
from crmbudget.reading.amounts import Decimal, Proof, plain, read
from crmbudget.reading.currencies import chosen, spelled, unit_of
from crmbudget.reading.delimited import open_delimited, written_anew
from crmbudget.reading.group import File, Group, Request
from crmbudget.reading.headers import Headers, Role, recognise
from crmbudget.reading.judging import Judge
from crmbudget.reading.layers import Calendar
from crmbudget.reading.layout import blank_lines
from crmbudget.reading.opening import OLD_WORKBOOK, PARQUET, ZIPPED, as_utf8, first_bytes
from crmbudget.reading.statement import Statement
from crmbudget.reading.table import Table
from crmbudget.reading.timing import Timing, calendar_of
from crmbudget.reading.totals import MAYBE_TOTAL
from crmbudget.reading.worth import Worth
from crmbudget.wording import joined, say

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

CODE_FILE, CODE_COLUMNS, CODE_OPEN = "CB501", "CB502", "CB503"
NO_CALENDAR = Calendar("", (), (), cut=False)
SAMPLE = 1_000
RATE_MAX = 10**15
"""What a rate's numerator and denominator may be, so that every product fits into 128 bits."""


class _Lost(Exception):  # noqa: N818 - it says what became of rows
    """DuckDB gave fewer or more rows than the file has."""


def read_file(
    path: Path, shown: str, place: int, request: Request, connection: "DuckDBPyConnection", scratch: Path
) -> tuple[File, list[Group]]:
    """The file and its groups; Misread or Refused where it cannot be read."""
    import duckdb

    table = _open(path, shown, request, connection, scratch)
    headers = _headers(table, shown, request)
    try:
        return _added_up(table, headers, shown, place, request, connection)
    except duckdb.InterruptException:
        raise
    except (duckdb.Error, _Lost) as error:
        if table.numbered or not table.lined:
            raise _damaged(shown, error) from error
    table = written_anew(table, request.columns, scratch)
    try:
        return _added_up(table, headers, shown, place, request, connection)
    except duckdb.InterruptException:
        raise
    except duckdb.Error as error:
        raise _damaged(shown, error) from error


def _damaged(shown: str, error: Exception) -> Misread:
    reason = str(error).partition("\n")[0] or say("rows are missing")
    return Misread(
        CODE_FILE,
        say("{shown} is damaged, or its lines are too long: {reason}", shown=shown, reason=reason),
        say("write the file again"),
        ("from",),
    )


def _open(path: Path, shown: str, request: Request, connection: "DuckDBPyConnection", scratch: Path) -> Table:
    """The rows of a file of any kind; Misread where it is none of them."""
    try:
        head = first_bytes(path)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Misread(
            CODE_FILE,
            say("{shown} cannot be opened: {reason}", shown=shown, reason=reason),
            say("check the path and who may read it"),
        ) from error
    if head == PARQUET:
        from crmbudget.reading.parquet import open_parquet

        return open_parquet(path, request.columns, shown, CODE_FILE, connection)
    if head in {ZIPPED, OLD_WORKBOOK}:
        from crmbudget.reading.workbook import open_workbook

        return open_workbook(path, request.dialect, request.columns, scratch, shown, CODE_FILE)
    text = as_utf8(path, request.dialect.encoding or None, scratch, CODE_FILE)
    return open_delimited(text, request.dialect, request.columns, scratch, shown, CODE_FILE)


def _headers(table: Table, shown: str, request: Request) -> Headers:
    """The columns by role; Refused where they cannot be told."""
    headers = recognise(table.header, request.columns)
    if headers.problems:
        place = Place(shown, table.header_line)
        raise Refused([Finding(CODE_COLUMNS, problem.message, place, problem.fix) for problem in headers.problems])
    return headers


def _added_up(
    table: Table, headers: Headers, shown: str, place: int, request: Request, connection: "DuckDBPyConnection"
) -> tuple[File, list[Group]]:
    draft = _draft(table, headers, request)
    calendar, timing = _calendar(draft, f"dates_{place}", request, connection)
    draft = replace(draft, calendar=calendar)
    file = _file(draft, headers, shown, request, timing, connection)
    if open_ := [*_open_dates(file, connection), *_open_amounts(file, connection)]:
        raise Refused(open_)
    return file, [Group(place, key, names, rows, *judged) for key, names, rows, judged in file.judge.judged()]


def _draft(table: Table, headers: Headers, request: Request) -> Statement:
    power, codes = unit_of(headers.unit)
    own = request.currency.code
    stated = "" if not codes or own in codes else chosen(codes, own, request.rates) or min(codes)
    has_currency = bool(stated) or Role.CURRENCY in headers.places
    rates = spelled(own, request.rates) if has_currency else {}
    if any(max(rate.numerator, rate.denominator) > RATE_MAX for rate in rates.values()):
        raise Misread(
            CODE_COLUMNS, say("a rate under `fx:` has too many digits"), say("write it in 15 digits or fewer"), ("fx",)
        )
    amounts = AmountSql(request.currency.digits + power, Decimal.POINT, "" if has_currency else own)
    return Statement(table, headers.places, amounts, NO_CALENDAR, rates, MAYBE_TOTAL, stated)


def _calendar(
    draft: Statement, type_: str, request: Request, connection: "DuckDBPyConnection"
) -> tuple[Calendar, Timing]:
    try:
        return calendar_of(draft, type_, request.periods, request.dialect.date, connection)
    except ValueError as error:
        raise Misread(
            CODE_OPEN, error.args[0], say("write `date: DD.MM.YYYY`, or as the dates are"), ("date",)
        ) from error


def _file(
    draft: Statement, headers: Headers, shown: str, request: Request, timing: Timing, connection: "DuckDBPyConnection"
) -> File:
    """The file with its keys, under the decimal sign that its amounts prove."""
    declared = request.dialect.decimal
    power, codes = unit_of(headers.unit)

    def under(decimal: Decimal) -> File:
        statement = replace(draft, amounts=replace(draft.amounts, decimal=decimal))
        sums = connection.execute(statement.sums(), draft.table.parameters).fetchall()
        statement = replace(statement, table=_counted(draft.table, statement, sums))
        worth = Worth(request.currency, decimal, power, codes, request.rates, declared=bool(declared))
        return File(shown, headers, statement, Judge(statement, worth, timing, sums), decimal)

    likely = Decimal(declared) if declared else _likely_decimal(draft, connection)
    file = under(likely)
    return file if file.judge.fits else under(Decimal.POINT if likely is Decimal.COMMA else Decimal.COMMA)


def _likely_decimal(statement: Statement, connection: "DuckDBPyConnection") -> Decimal:
    """The decimal sign that most of the first rows prove: what is tried first."""
    proofs = [
        read(cell).proof
        for role in map(Role, statement.money)
        for (cell,) in connection.execute(statement.sample(role, SAMPLE), statement.table.parameters).fetchall()
    ]
    return Decimal.COMMA if proofs.count(Proof.COMMA) > proofs.count(Proof.POINT) else Decimal.POINT


def _counted(table: Table, statement: Statement, sums: Sequence[tuple[Any, ...]]) -> Table:
    """The table, where every row of it was added up; DuckDB leaves blank lines out."""
    at = len(statement.keys)
    rows = sum([row[at] for row in sums])
    if rows != table.rows and table.lined and not table.numbered:
        table = table.without(blank_lines(table.path, table.before))
    if rows != table.rows:
        raise _Lost
    return table


def _open_dates(file: File, connection: "DuckDBPyConnection") -> Iterator[Finding]:
    """The finding for dates that the whole column cannot settle."""
    if not file.judge.timing.open:
        return
    texts = list(file.judge.timing.open)[:SAMPLE]
    shown = connection.execute(file.statement.dated(), {**file.table.parameters, "texts": texts}).fetchall()
    forms = file.judge.timing.open[shown[0][1]]
    message = say(
        "{rows_shown}: nothing in the column says whether that is {names}",
        rows_shown=_rows_shown(file, shown),
        names=joined(say(" or "), forms),
    )
    fix = say("say it in the plan, as in `actuals: {{dialect: {{date: {form}}}}}`", form=forms[0])
    yield Finding(CODE_OPEN, message, Place(file.shown, file.table.line(shown[0][0]), cell=shown[0][1]), fix)


def _open_amounts(file: File, connection: "DuckDBPyConnection") -> Iterator[Finding]:
    """The finding for amounts that the whole column cannot settle."""
    if file.judge.is_settled:
        return
    texts = file.judge.doubtful()[:SAMPLE]
    shown = connection.execute(file.statement.doubtful(), {**file.table.parameters, "texts": texts}).fetchall()
    reading = read(shown[0][1])
    both = joined(say(" or "), [plain(number) for number in (reading.point, reading.comma) if number is not None])
    message = say(
        "{rows_shown}: nothing in the column says whether that is {both}",
        rows_shown=_rows_shown(file, shown),
        both=both,
    )
    fix = say("say it in the plan, as in `actuals: {{dialect: {{decimal: point}}}}` or `decimal: comma`")
    yield Finding(CODE_OPEN, message, Place(file.shown, file.table.line(shown[0][0]), cell=shown[0][1]), fix)


def _rows_shown(file: File, rows: Sequence[tuple[int, str]]) -> str:
    """``03.04.2027`` on line 3, ... - as many as were asked for."""
    texts = [(text.strip(), file.table.line(number) or number) for number, text in rows]
    if file.table.lined:
        return joined(say(", "), [say("`{text}` on line {line}", text=text, line=line) for text, line in texts])
    return joined(say(", "), [say("`{text}` on row {row}", text=text, row=row) for text, row in texts])
