"""A file's rows as SQL over text: the one shape in which every kind of file is read."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

CELL, ROW = "\x1f", "\n"
NEVER = "\x02"
FEED, RETURN = "\x1e", "\x1d"
"""What stands for a line end inside a cell while the rows are in a text of ours."""
MARKS = "\0\x02\x03\x1d\x1e\x1f"
"""Signs that have a meaning of ours; a text that holds one is written anew."""
LINE_USUAL = 2 * 1024 * 1024
_BYTES_MAX = 4
"""Bytes of a sign in UTF-8."""
_UNSAID = str.maketrans({**dict.fromkeys(MARKS, "\ufffd"), "\n": FEED, "\r": RETURN})
_SAID = str.maketrans({FEED: "\n", RETURN: "\r"})
_PLAIN = "auto_detect = false, header = false, compression = 'none', hive_partitioning = false, nullstr = '\x03'"
# What str.strip takes away.
BLANK = r"[\s\x0b\x1c-\x1f\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}]*"


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a file is written, where the plan says so; empty where it must be found out."""

    encoding: str = ""
    delimiter: str = ""
    decimal: str = ""
    date: str = ""
    skip: int | None = None
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """The rows below a header: ``source`` is SQL that gives them, and there must be so many ``rows``.

    ``cell`` is how one cell is taken from a row of it, by its place from 1, or ``listed`` where all are in one list;
    ``count`` how many cells a row has, ``number`` which row it is: its place among the rows, from 1, or its line where
    the file was written anew (``numbered``). ``spare`` columns stand behind those of the header, for rows that are too
    long; ``spaced`` is true where blanks stand before quotes. A file that is not ``lined`` has no lines.
    """

    path: Path
    header: tuple[str, ...]
    source: str = ""
    parameters: dict[str, str] = field(default_factory=dict)
    cell: str = "f{}"
    count: str = "0"
    number: str = "row_number() OVER ()"
    rows: int = 0
    numbered: bool = False
    lined: bool = True
    before: int = 0
    header_line: int | None = None
    blanks: tuple[int, ...] = ()
    delimiter: str = ","
    spaced: bool = False
    spare: int = 0
    notes: tuple[str, ...] = ()

    def without(self, blanks: tuple[int, ...]) -> "Table":
        """The same, once it is known which lines below the header are blank."""
        return replace(self, blanks=blanks, rows=self.rows - len(blanks))

    @property
    def listed(self) -> bool:
        """Whether the cells of a row are one list."""
        return self.cell.startswith("c[")

    def text(self, place: int) -> str:
        """SQL of a cell's text; empty where the row is too short."""
        return f"coalesce({self.cell.format(place + 1)}, '')"

    def joined(self, start: int = 1) -> str:
        """SQL of all texts of a row from a place on, as one."""
        if self.listed:
            return f"array_to_string(c[{start}:], '')"
        cells = [self.cell.format(place) for place in range(start, len(self.header) + 1 + self.spare)]
        return f"concat({', '.join(cells)})" if cells else "''"

    def cells(self, row: str) -> str:
        """SQL of all cells of a row as one list."""
        if self.listed:
            return f"{row}.c"
        return f"[{', '.join(f'{row}.f{place}' for place in range(1, len(self.header) + 1 + self.spare))}]"

    def line(self, number: int) -> int | None:
        """The line on which a row starts; None where the file has no lines."""
        if not self.lined:
            return None
        if self.numbered:
            return number
        line = self.before + number
        # Each blank line pushes the rows behind it down by one.
        while (pushed := self.before + number + bisect_right(self.blanks, line)) != line:
            line = pushed
        return line


def literal_path(path: Path) -> str:
    """A path for DuckDB, which would take ``*``, ``?`` and ``[`` for a pattern."""
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in str(path))


def texts_of(cells: Sequence[str | None]) -> tuple[str, ...]:
    """The cells of a row as they were; those that it does not have at its end are left out."""
    last = max((place for place, cell in enumerate(cells, 1) if cell is not None), default=0)
    return tuple((cell or "").translate(_SAID) for cell in cells[:last])


def _buffered(line_max: int = LINE_USUAL) -> str:
    """Options for lines of at most so many bytes; left to itself, DuckDB holds eight times the memory for nothing."""
    return f"max_line_size = {line_max}, buffer_size = {2 * line_max}"


def lined(path: Path, header: Sequence[str], delimiter: str, before: int, rows: int) -> Table:
    """A text without quotes: every line is a row, split at the delimiter; ``before`` lines stand above the rows."""
    source = (
        f"SELECT string_split(l, $delimiter) AS c FROM read_csv($path, columns = {{'l': 'VARCHAR'}}, "  # noqa: S608 - names of ours
        f"delim = '{NEVER}', quote = '', escape = '', skip = {before}, {_PLAIN}, {_buffered()})"
    )
    parameters = {"path": literal_path(path), "delimiter": delimiter}
    return Table(
        path, tuple(header), source, parameters, cell="c[{}]", count="len(c)", rows=rows, before=before, delimiter=delimiter
    )  # fmt: skip


def quoted(path: Path, header: Sequence[str], delimiter: str, before: int, rows: int) -> Table:
    """A text whose quotes close on the line on which they open. DuckDB raises where they do not."""
    width, sign = len(header), delimiter.replace("'", "''")
    fields = ", ".join(f"'f{place}': 'VARCHAR'" for place in range(1, width + 2))
    source = (
        f"SELECT * FROM read_csv($path, columns = {{{fields}}}, delim = '{sign}', quote = '\"', escape = '\"', "  # noqa: S608 - names of ours
        f"strict_mode = true, null_padding = true, skip = {before}, {_PLAIN}, {_buffered()})"
    )
    count = f"CASE WHEN f{width + 1} IS NOT NULL THEN {width + 1} WHEN f{width} IS NOT NULL THEN {width} ELSE "
    count += " + ".join(f"(f{place} IS NOT NULL)::INTEGER" for place in range(1, width + 1)) + " END"
    return Table(
        path, tuple(header), source, {"path": literal_path(path)}, count=count, rows=rows, before=before,
        delimiter=delimiter, spare=1,
    )  # fmt: skip


def rewritten(path: Path, header: Sequence[str], records: Iterable[tuple[int, Sequence[str]]], delimiter: str) -> Table:
    """The rows written to ``path`` in the one plain way, each with its line in front; blank rows are left out."""
    rows, longest = 0, 0
    with path.open("w", encoding="utf-8", newline="") as file:
        for line, cells in records:
            if any(cell.strip() for cell in cells):
                rows += 1
                longest = max(
                    longest, file.write(CELL.join([str(line), *(cell.translate(_UNSAID) for cell in cells)]) + ROW)
                )
    line_max = max(LINE_USUAL, _BYTES_MAX * longest + 2)
    source = (
        f"SELECT string_split(l, '{CELL}') AS s, s[2:] AS c FROM read_csv($path, columns = {{'l': 'VARCHAR'}}, "  # noqa: S608 - names of ours
        f"delim = '{NEVER}', quote = '', escape = '', {_PLAIN}, {_buffered(line_max)})"
    )
    return Table(
        path, tuple(header), source, {"path": literal_path(path)}, cell="c[{}]", count="len(c)",
        number="CAST(s[1] AS BIGINT)", rows=rows, numbered=True, delimiter=delimiter,
    )  # fmt: skip
