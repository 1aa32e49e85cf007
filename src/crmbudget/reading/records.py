"""Delimited text -> records with their lines; a quote that does not close properly is a sign like any other.

A program that writes a lone quote into a memo would otherwise take the rows behind it along.
"""

import csv
from collections import deque
from collections.abc import Callable, Iterable, Iterator

from crmbudget.wording import say

CELL_MAX = 64 * 1024 * 1024
LINES_MAX = 10_000
"""Lines that one record may have; with more, its quote was never meant to open a cell."""

Record = tuple[int, list[str]]
IsRow = Callable[[list[str]], bool]


def _any(_: list[str]) -> bool:
    return False


class _Lines:
    """Lines handed out one by one, of which some can be taken back; ``taken`` are those of the present record."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines, self._again = iter(lines), deque[str]()
        self.taken: list[str] = []

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        if len(self.taken) >= LINES_MAX:
            raise csv.Error(say("a record is too long"))
        line = self._again.popleft() if self._again else next(self._lines)
        self.taken.append(line)
        return line

    def only_first(self) -> str:
        """Takes back all lines of the record but the first."""
        self._again.extendleft(reversed(self.taken[1:]))
        del self.taken[1:]
        return self.taken[0]


def records(lines: Iterable[str], delimiter: str, is_row: IsRow = _any, *, spaced: bool = False) -> Iterator[Record]:
    """Every record with the line on which it starts, from 1; a blank line is an empty record.

    ``is_row`` tells cells that look like a row of this file; ``spaced`` where blanks stand before quotes.
    """
    csv.field_size_limit(CELL_MAX)
    yield from _records(_Lines(lines), delimiter, is_row, spaced=spaced)


def _records(source: _Lines, delimiter: str, is_row: IsRow, *, spaced: bool) -> Iterator[Record]:
    reader = csv.reader(source, delimiter=delimiter, skipinitialspace=spaced, strict=True)
    start = 1
    while True:
        source.taken.clear()
        try:
            cells = next(reader)
            # Where each line that the quotes hold together is a row by itself, two lone quotes met.
            if len(source.taken) > 1 and all(is_row(_split(line, delimiter)) for line in source.taken):
                cells = _split(source.only_first(), delimiter)
        except StopIteration:
            return
        except csv.Error:
            cells = _alone(source.only_first(), delimiter, is_row, spaced=spaced)
        yield start, cells
        start += len(source.taken)


def _split(line: str, delimiter: str) -> list[str]:
    return line.rstrip("\r\n").split(delimiter)


def _alone(line: str, delimiter: str, is_row: IsRow, *, spaced: bool) -> list[str]:
    """The cells of a line whose quotes cannot be right: read leniently, or as signs where only that makes a row."""
    literal = _split(line, delimiter)
    if len(line) >= CELL_MAX:
        return literal
    whole = [f"{delimiter.join(literal)}{delimiter}."]
    lenient = next(csv.reader(whole, delimiter=delimiter, skipinitialspace=spaced))
    if len(lenient) == 1 or lenient.pop() != "." or (is_row(literal) and not is_row(lenient)):
        return literal
    return lenient
