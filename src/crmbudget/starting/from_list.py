"""A customer list looked at: opened as a plan would, its columns guessed or named; a finding where no plan can be made of it."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from crmbudget.finding import Finding, Misread, Place, Refused, one_of
from crmbudget.money import Currency
from crmbudget.planning.columns import check, find_column, read_expression
from crmbudget.planning.customer_opening import open_customers
from crmbudget.planning.customer_rows import Rows, load_rows, unreadable
from crmbudget.planning.expression import names
from crmbudget.reading.engine import engine
from crmbudget.reading.opening import sha256
from crmbudget.starting import guessing, naming
from crmbudget.starting.guessing import Guess
from crmbudget.starting.proposal import TOPS, Proposal, cut
from crmbudget.starting.spelling import named
from crmbudget.starting.survey import Seen, held_by_top, seen, uses
from crmbudget.wording import say

if TYPE_CHECKING:
    from crmbudget.planning.customer_file import CustomerFile

CODE = "CB413"
_TITLE = 2


@dataclass(frozen=True, slots=True)
class Asked:
    """What was said on the command line, instead of a guess; empty where nothing was."""

    id: str = ""
    value: str = ""
    segment: str = ""
    currency: str = ""
    encoding: str = ""


@dataclass(frozen=True, slots=True)
class Looked:
    """What the list proposes, columns that cannot be used although they are named so, and the SHA-256 of its bytes."""

    proposal: Proposal
    unfit: tuple[str, ...]
    sha256: str


def look(path: str, asked: Asked) -> Looked:
    """The proposal of a list; Refused where it cannot be read, or does not say who the customers are.

    Where it is not there, the call is wrong: exit code 2.

    A column that is asked for and is not there is Misread, with ``at`` naming what asked for it.
    """
    import duckdb

    shown, file = path.replace("\\", "/"), Path(path)
    digest = _digest(file, shown)
    with engine() as (connection, scratch):
        try:
            opened = open_customers(file, asked.encoding or None, scratch, connection)
            _refuse_titles(opened, shown)
            rows = load_rows(connection, opened, shown, uses(opened), "zero", scratch)
            proposal, columns = _proposal(rows, asked)
        except Misread as error:
            if error.at[:1] not in {("from",), ("encoding",)}:
                raise
            raise Refused([Finding(error.code, error.message, Place(shown), error.fix)]) from error
        except duckdb.InterruptException:
            raise
        except duckdb.Error as error:
            raise Refused([unreadable(error, shown)]) from error
    return Looked(proposal, tuple(naming.unfit(columns)), digest)


def _digest(file: Path, shown: str) -> str:
    """The SHA-256 of the list; Refused, as a wrong call, where it cannot be opened."""
    try:
        return sha256(file, "CB401", beside=say("where the command runs"))
    except Misread as error:
        raise Refused([Finding(error.code, error.message, Place(shown), error.fix)], 2) from error


def _refuse_titles(file: "CustomerFile", shown: str) -> None:
    """A line with few names for many columns is a title that stands above the header."""
    names = sum(bool(name) for name in file.columns)
    if names * _TITLE < len(file.columns) or not uses(file):
        message = say(
            "the first line names {names} of {columns} columns: it is a title, or names are missing",
            names=names,
            columns=len(file.columns),
        )
        fix = say("delete the lines above the names of the columns, and give each column a name of its own")
        raise Refused([Finding(CODE, message, Place(shown, file.skip + 1 if file.delimiter else None), fix)])


def _proposal(rows: Rows, asked: Asked) -> tuple[Proposal, list[Seen]]:
    count = int(rows.ask("SELECT count(*) FROM customers")[0][0])
    columns = seen(rows, count)
    if not count:
        raise Refused([Finding("CB410", say("there is no customer in {shown}", shown=rows.shown), Place(rows.shown), say("name a file with one row for each customer"))])  # fmt: skip
    id_ = _id(rows, columns, asked)
    value = _value(rows, columns, asked, id_.column.name)
    segment = _segment(
        columns, asked, [id_.column.name, *([value.column.name] if value else [])], any_kind=value is None
    )
    if not segment and not value:
        raise _nothing(rows, columns)
    taken = [id_.column.name, *(guess.column.name for guess in (value, segment) if guess)]
    code, why = (
        (asked.currency, say("--currency names it"))
        if asked.currency
        else naming.guess_currency(columns, value.column.name if value else "")
    )
    held = held_by_top(rows, columns, value.text, TOPS) if value and not segment else {}
    cuts, cuts_why = cut(held, id_.column.filled) if not segment else ({}, "")
    return Proposal(
        rows.shown, count, id_, Currency.of(code), why, value, segment, cuts, cuts_why,
        guessing.guess_numbers(columns, taken), naming.guess_channels(columns), asked.encoding,
    ), columns  # fmt: skip


def _id(rows: Rows, columns: list[Seen], asked: Asked) -> Guess:
    if asked.id:
        one = _column(columns, asked.id, "id")
        return Guess(one.name, one, say("--id names it"))
    found = guessing.guess_id(columns)
    if not found:
        raise _nobody(rows, columns)
    return found


def _value(rows: Rows, columns: list[Seen], asked: Asked, taken: str) -> Guess | None:
    """The value that is asked for, a column or an expression; else what is guessed."""
    if not asked.value:
        return guessing.guess_value(columns, taken)
    known = [one.name for one in columns]
    if asked.value in known:
        return _numeric(_column(columns, asked.value, "value"), rows)
    try:
        expression = read_expression(asked.value, rows.file.columns, {})
        check(expression)
    except Misread as error:
        raise Misread(error.code, error.message, error.fix, ("value",)) from error
    used = [_column(columns, name, "value") for name in names(expression)] or columns[:1]
    return Guess(asked.value, max(used, key=lambda one: one.blank), say("--value names it"))


def _numeric(one: Seen, rows: Rows) -> Guess:
    """The guess for a column that was named; Refused where it cannot be computed with."""
    if one.numeric:
        return guessing.valued(one)
    text, line = one.odd
    message = say("`{name}` cannot be the value: `{text}` is no number", name=named(one.name), text=text) if text else say("`{name}` cannot be the value: it holds no number", name=named(one.name))  # fmt: skip
    fix = say("write its cells in digits, such as 1234.50, or name another column: --value COLUMN")
    raise Refused([Finding("CB403", message, Place(rows.shown, line), fix)])


def _segment(columns: list[Seen], asked: Asked, taken: list[str], *, any_kind: bool) -> Guess | None:
    if asked.segment:
        return guessing.kind_of(_column(columns, asked.segment, "segment"))
    return guessing.guess_segment(columns, taken, any_kind=any_kind)


def _column(columns: list[Seen], name: str, option: str) -> Seen:
    """The column of that name; Misread where there is none, or two."""
    try:
        found = find_column(name, [one.name for one in columns])
    except Misread as error:
        fix = one_of(name, [one.name for one in columns])
        raise Misread(error.code, error.message, fix, (option,)) from error
    return next(one for one in columns if one.name == found)


def _nobody(rows: Rows, columns: list[Seen]) -> Refused:
    """The finding for a list in which no column names each customer once."""
    near = max(columns, key=lambda one: one.distinct)
    message = say(
        "no column names each customer once: the nearest is `{name}`, with {distinct:,} different texts in {rows:,} rows",
        name=named(near.name), distinct=near.distinct, rows=near.rows,
    )  # fmt: skip
    fix = say("put a column `id` into the list, with a text of its own in each row")
    return Refused([Finding(CODE, message, Place(rows.shown, _header(rows)), fix)])


def _nothing(rows: Rows, columns: list[Seen]) -> Refused:
    """The finding for a list that says neither what customers are worth nor of which kind they are."""
    unfit = next(naming.unfit(columns), "")
    message = say("no column says what a customer is worth, or of which kind it is")
    fix = say("name one of them: --value COLUMN, or --segment COLUMN")
    return Refused([Finding(CODE, message, Place(rows.shown, _header(rows)), fix, effect=unfit or None)])


def _header(rows: Rows) -> int | None:
    return rows.file.skip + 1 if rows.file.delimiter else None
