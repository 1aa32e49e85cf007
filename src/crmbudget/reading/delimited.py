"""Delimited text -> Table: delimiter, header and line structure found out, nothing guessed about the cells."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from io import StringIO
from itertools import islice
from pathlib import Path

from crmbudget.finding import Misread
from crmbudget.reading.headers import MONEY, Role, is_header, recognise
from crmbudget.reading.layout import layout
from crmbudget.reading.opening import CHUNK, Text
from crmbudget.reading.records import IsRow, Record, records
from crmbudget.reading.table import Dialect, Table, lined, quoted, rewritten
from crmbudget.wording import say

DELIMITERS = ",;\t|"
HEADER_WITHIN = 50
"""Records in which the header must stand."""
_DATE_MAX = 40

Declared = Mapping[str, str]


def open_delimited(text: Text, dialect: Dialect, declared: Declared, scratch: Path, shown: str, code: str) -> Table:
    """The rows below the header; the file as it is where it is regular, else written anew record by record."""
    sample = _sample(text.path, shown, code)
    delimiter = dialect.delimiter or _delimiter(sample, declared)
    found = layout(text.path, delimiter)
    heads = _first_records(sample, delimiter, skip=dialect.skip or 0, spaced=found.spaced)
    at = _header(heads, dialect.skip, declared, shown, code)
    line, header = heads[at][0], tuple(cell.strip() for cell in heads[at][1])
    notes = _notes(text, line, delimiter, dialect)
    if found.regular:
        make = quoted if found.quotes else lined
        return replace(make(text.path, header, delimiter, line, found.lines - line), header_line=line, notes=notes)
    raw = Table(text.path, header, before=line - 1, delimiter=delimiter, spaced=found.spaced)
    return written_anew(replace(raw, header_line=line, notes=notes), declared, scratch)


def written_anew(table: Table, declared: Declared, scratch: Path) -> Table:
    """The same rows record by record, whatever quotes and line ends there are."""
    path = scratch / f"rows-{len(list(scratch.iterdir()))}.txt"
    with table.path.open(encoding="utf-8", newline="") as file:
        below = records(
            _below(file, table.before), table.delimiter, _like_rows(table.header, declared), spaced=table.spaced
        )
        if table.header_line and table.header_line > table.before:
            next(below)
        rows = ((table.before + line, cells) for line, cells in below)
        made = rewritten(path, table.header, rows, table.delimiter)
    return replace(made, header_line=table.header_line, notes=table.notes, spaced=table.spaced)


def _below(lines: Iterable[str], above: int) -> Iterator[str]:
    return islice(lines, above, None)


def _like_rows(header: Sequence[str], declared: Declared) -> IsRow:
    """Whether cells look like a row below this header: as many, with digits in the date and in an amount."""
    places = recognise(header, declared).places
    date, money = places.get(Role.DATE), [places[role] for role in MONEY & places.keys()]

    def is_row(cells: Sequence[str]) -> bool:
        if len(cells) != len(header) or date is None or len(cells[date]) > _DATE_MAX:
            return False
        return any(map(str.isdigit, cells[date])) and any(map(str.isdigit, "".join(cells[place] for place in money)))

    return is_row


def _notes(text: Text, line: int, delimiter: str, dialect: Dialect) -> tuple[str, ...]:
    name = {"\t": "a tab", ";": "a semicolon", "|": "a bar"}.get(delimiter, f"`{delimiter}`")
    said = [text.note] if text.note else []
    said += [say("the header stands on line {line}", line=line)] if line > 1 and dialect.skip is None else []
    return (
        *said,
        *([say("cells are parted by {name}", name=name)] if delimiter != "," and not dialect.delimiter else []),
    )


def _sample(path: Path, shown: str, code: str) -> str:
    with path.open(encoding="utf-8", newline="") as file:
        sample = file.read(CHUNK)
    if sample.count("\0") * 4 > len(sample):
        fix = say("save it as CSV UTF-8, or name its encoding: `encoding: utf-16-le`")
        raise Misread(code, say("{shown} is not a text: it holds NUL signs", shown=shown), fix, ("from",))
    if not sample.strip():
        raise Misread(
            code, say("{shown} is empty", shown=shown), say("put the names of the columns on the first line"), ("from",)
        )
    return sample


def _delimiter(sample: str, declared: Declared) -> str:
    """The sign under which a header is found; else the one that gives the most rows of one length."""

    def fit(sign: str) -> tuple[int, bool, int]:
        rows = [row for _, row in _first_records(sample, sign)]
        named = max((is_header(row, declared) for row in rows), default=0)
        widths = [len(row) for row in rows if len(row) > 1]
        return named, bool(widths) and len(set(widths)) == 1, max(widths, default=0)

    return max(DELIMITERS, key=fit)


def _first_records(sample: str, delimiter: str, *, skip: int = 0, spaced: bool = False) -> list[Record]:
    found = records(_below(StringIO(sample, newline=""), skip), delimiter, spaced=spaced)
    return [(skip + line, cells) for line, cells in islice(found, HEADER_WITHIN)]


def _header(heads: Sequence[Record], skip: int | None, declared: Declared, shown: str, code: str) -> int:
    """Which of the first records is the header."""
    full = [at for at, (_, cells) in enumerate(heads) if any(map(str.strip, cells))]
    if not full and skip:
        raise Misread(
            code,
            say("{shown} has nothing below line {skip}", shown=shown, skip=skip),
            say("write a smaller `skip:`, or leave it out"),
            ("skip",),
        )
    if not full:
        fix = say("put the names of the columns on the first line")
        raise Misread(code, say("{shown} holds no names of columns in its first lines", shown=shown), fix, ("from",))
    return full[0] if skip is not None else max(full, key=lambda at: is_header(heads[at][1], declared))
