"""A customer list that DuckDB can read the same way on every machine, and the lines on which its rows stand."""

import csv
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from crmbudget.finding import Finding, Place
from crmbudget.reading.table import literal_path
from crmbudget.wording import say, say_count

_CSV = "auto_detect = false, header = true, quote = '\"', escape = '\"', strict_mode = true, hive_partitioning = false, compression = 'none'"


@dataclass(frozen=True, slots=True)
class CustomerFile:
    """A customer list: ``path`` is what DuckDB reads, ``text`` the same rows on the lines that an editor shows.

    ``delimiter`` is empty for Parquet; ``skip`` counts blank lines above the header; ``spaced`` where quotes stand
    after blanks. ``rows`` is how many rows there must be, where every line is one: no quotes, no blank lines.
    """

    path: Path
    text: Path
    columns: tuple[str, ...]
    delimiter: str = ""
    skip: int = 0
    spaced: bool = False
    uniform: bool = True
    rows: int | None = None
    note: str = ""

    def scan(self, used: Sequence[str]) -> tuple[str, dict[str, str]]:
        """SQL that reads the used columns as text, in file order as c0, c1, ...; and its parameters."""
        at = [self.columns.index(name) for name in used]
        if self.delimiter:
            cells = [f"coalesce(f{place}, '') AS c{number}" for number, place in enumerate(at)]
            fields = ", ".join(f"'f{place}': 'VARCHAR'" for place in range(len(self.columns)))
            skip = self.skip if self.path == self.text else 0
            parallel = "false" if self.rows is None else "true"  # it may take a line inside quotes for a row
            options = f"columns = {{{fields}}}, delim = '{self.delimiter}', skip = {skip}, parallel = {parallel}"
            table = f"read_csv($path, {options}, {_CSV})"
        else:
            names = ['"{}"'.format(name.replace('"', '""')) for name in used]
            cells = [f"coalesce(CAST({name} AS VARCHAR), '') AS c{number}" for number, name in enumerate(names)]
            table = "read_parquet($path, hive_partitioning = false)"
        return f"SELECT {', '.join(cells)} FROM {table}", {"path": literal_path(self.path)}  # noqa: S608 - names of ours, or quoted

    def records(self, *, strict: bool = False) -> Iterator[tuple[int, list[str]]]:
        """The rows below the header, each with the line on which it starts; csv.Error with line and reason where one cannot be read."""
        if not self.delimiter:
            return
        with self.text.open(encoding="utf-8", newline="") as file:
            for _ in range(self.skip):
                next(file)
            reader = csv.reader(file, delimiter=self.delimiter, strict=strict, skipinitialspace=self.spaced)
            start, header = self.skip + 1, True
            try:
                for cells in reader:
                    if (cells or len(self.columns) == 1) and not header:
                        yield start, cells
                    start, header = self.skip + reader.line_num + 1, False
            except csv.Error as error:
                raise csv.Error(start, str(error)) from error

    def lines(self, rows: Collection[int]) -> dict[int, int]:
        """The lines, as an editor counts them, on which these rows start; none for Parquet, or where a cell is huge."""
        wanted, found = set(rows), {}
        try:
            for row, (line, _) in enumerate(islice(self.records(), max(wanted, default=-1) + 1)):
                if row in wanted:
                    found[row] = line
        except csv.Error:
            pass
        return found

    def rewritten(self, scratch: Path) -> "CustomerFile":
        """The same rows in one way of writing them, for a file that mixes line ends."""
        path = scratch / "rewritten.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, delimiter=self.delimiter, quoting=csv.QUOTE_ALL, lineterminator="\n")
            writer.writerow(self.columns)
            writer.writerows(cells for _, cells in self.records())
        return replace(self, path=path, rows=None)

    def flaws(self, shown: str) -> tuple[list[Finding], int]:
        """Rows that are too short or too long, and quotes that are not closed; else, how many rows there are."""
        columns, rows = len(self.columns), 0
        uneven: list[tuple[int, int]] = []
        try:
            for line, cells in self.records(strict=True):
                rows += 1
                if len(cells) != columns and (len(cells) != columns + 1 or cells[-1]):
                    uneven.append((line, len(cells)))
        except csv.Error as error:
            line, reason = error.args
            message = say("the rows from line {line} on cannot be told apart: {reason}", line=line, reason=reason)
            fix = say("close the quotes, and double a quote that is part of the text")
            return [Finding("CB410", message, Place(shown, line), fix)], rows
        return [_uneven(uneven, columns, shown)] if uneven else [], rows


def _uneven(uneven: Sequence[tuple[int, int]], columns: int, shown: str) -> Finding:
    line, cells = uneven[0]
    message = say_count(
        "{count} row has more or fewer cells than the header, which has {columns}; the first, on line {line}, has {cells}",
        "{count:,} rows have more or fewer cells than the header, which has {columns}; the first, on line {line}, has {cells}",
        len(uneven), columns=columns, line=line, cells=cells,
    )  # fmt: skip
    fix = say("put a text that holds the delimiter in quotes; fill short rows up")
    return Finding("CB410", message, Place(shown, line), fix)
