"""Customer lists as they come -> UTF-8 on disk, with its delimiter, header and line ends known."""

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from crmbudget.finding import Misread
from crmbudget.planning.customer_file import CustomerFile
from crmbudget.reading.opening import CHUNK, PARQUET, ZIPPED, as_utf8, first_bytes
from crmbudget.reading.records import CELL_MAX
from crmbudget.reading.table import literal_path
from crmbudget.wording import say

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_DELIMITERS = ",;\t|"


def open_customers(path: Path, encoding: str | None, scratch: Path, connection: "DuckDBPyConnection") -> CustomerFile:
    """The file, its header read; copied to the scratch folder where DuckDB could not read it as it is."""
    head = first_bytes(path)
    if head == PARQUET:
        found = connection.execute(
            "DESCRIBE SELECT * FROM read_parquet($path, hive_partitioning = false)", {"path": literal_path(path)}
        )
        return CustomerFile(path, path, tuple(str(row[0]) for row in found.fetchall()))
    if head == ZIPPED:
        raise Misread(
            "CB401",
            say("{name} is a workbook or a zip file", name=path.name),
            say("save the sheet as CSV UTF-8"),
            ("from",),
        )
    text = as_utf8(path, encoding, scratch, "CB401")
    csv.field_size_limit(CELL_MAX)
    note = text.note and say("{name} was {note}", name=path.name, note=text.note)
    file = _with_header(CustomerFile(text.path, text.path, (), note=note), path.name)
    uniform, lines = _line_ends(text.path)
    return replace(file, uniform=uniform, rows=None if lines is None else lines - file.skip - 1)


def _with_header(file: CustomerFile, name: str) -> CustomerFile:
    with file.text.open(encoding="utf-8", newline="") as text:
        sample = text.read(CHUNK)
    if "\0" in sample:
        raise Misread(
            "CB401",
            say("{name} is not a text: it holds NUL signs", name=name),
            say("save it as CSV UTF-8, or name its encoding: `encoding: utf-16-le`"),
            ("from",),
        )
    lines = io.StringIO(sample, newline="").readlines()
    skip = next((number for number, line in enumerate(lines) if line.strip()), len(lines))
    if skip == len(lines):
        raise Misread(
            "CB410", say("{name} is empty", name=name), say("put the names of the columns on the first line"), ("from",)
        )
    delimiter = max(_DELIMITERS, key=lambda sign: _fit(lines[skip:], sign))
    spaced = f'{delimiter} "' in sample
    try:
        header = next(csv.reader(lines[skip:], delimiter=delimiter, skipinitialspace=spaced))
    except csv.Error as error:
        message = say("{name} has no header that can be read: {error}", name=name, error=error)
        raise Misread("CB410", message, say("put the names of the columns on the first line"), ("from",)) from error
    columns = tuple(cell.strip() for cell in header)
    return replace(file, columns=columns, delimiter=delimiter, skip=skip, spaced=spaced)


def _line_ends(path: Path) -> tuple[bool, int | None]:
    """Whether all lines end alike; and how many lines there are, where no quote and no blank line is among them."""
    feeds, returns, pairs, simple, before = 0, 0, 0, True, b""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            feeds, returns = feeds + chunk.count(b"\n"), returns + chunk.count(b"\r")
            pairs += chunk.count(b"\r\n") + (before[-1:] + chunk[:1] == b"\r\n")
            seen = before + chunk
            simple = simple and not any(mark in seen for mark in (b'"', b"\n\n", b"\n\r\n"))
            before = seen[-3:]
    uniform = feeds == 0 or returns == 0 or feeds == pairs == returns
    return uniform, feeds + (not before.endswith(b"\n")) if simple and feeds and uniform else None


def _fit(lines: Sequence[str], delimiter: str) -> tuple[bool, int]:
    """Whether the first rows have as many cells as the header, then how many cells that is; the more the better."""
    try:
        rows = [len(row) for row in islice(csv.reader(lines, delimiter=delimiter), 20) if row]
    except csv.Error:
        return False, 0
    return rows[0] > 1 and len(set(rows[:-1])) <= 1, rows[0]
