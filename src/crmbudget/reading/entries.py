"""Files of entries -> sums by what decides about a row; every row is in exactly one of them.

One path for files of all sizes: DuckDB adds rows up by key (``statement``), Python judges each key once (``judging``).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from crmbudget.finding import Finding, Misread, Place, Refused
from crmbudget.reading import asking
from crmbudget.reading.engine import engine
from crmbudget.reading.file import read_file
from crmbudget.reading.group import File, Group, Request, Row

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

__all__ = ["Entries", "File", "Group", "Request", "Row", "opened"]

MEMORY = "256MB"


@dataclass(slots=True)
class Entries:
    """All groups of all files, and the way back to single rows while the connection is open."""

    request: Request
    files: tuple[File, ...]
    groups: list[Group]
    connection: "DuckDBPyConnection"

    def rows(self, groups: Sequence[Group]) -> list[Row]:
        """Every row of these groups, file by file in the files' order."""
        return self.found(groups, ())[0]

    def first_lines(self, groups: Sequence[Group]) -> dict[int, int | None]:
        """For each group, by its place in the sequence, the line of its first row."""
        return self.found((), groups)[1]

    def found(self, whole: Sequence[Group], firsts: Sequence[Group]) -> tuple[list[Row], dict[int, int | None]]:
        """The ``rows`` of some groups and the ``first_lines`` of others, in one reading of each file."""
        return asking.found(self.files, whole, firsts, self.connection)

    def repeated(self) -> list[list[Row]]:
        """Rows that are the same in all that is read, reference included: each time the first, then its repetitions."""
        return asking.repeated(self.files, self.groups, self.connection)


@contextmanager
def opened(paths: Sequence[tuple[Path, str]], request: Request) -> Iterator[Entries]:
    """The entries of these files, each with the name by which it is shown; Refused where one cannot be read as a table.

    Findings of all files come together. The entries can be asked for rows until the block ends.
    """
    with engine(MEMORY) as (connection, scratch):
        yield _read_all(paths, request, connection, scratch)


def _read_all(
    paths: Sequence[tuple[Path, str]], request: Request, connection: "DuckDBPyConnection", scratch: Path
) -> Entries:
    files: list[File] = []
    groups: list[Group] = []
    findings: list[Finding] = []
    for place, (path, shown) in enumerate(paths):
        try:
            file, found = read_file(path, shown, place, request, connection, scratch)
        except Misread as error:
            findings.append(Finding(error.code, error.message, Place(shown), error.fix))
        except Refused as refused:
            findings += refused.findings
        else:
            files.append(file)
            groups += found
    if findings:
        raise Refused(findings, currency=request.currency)
    return Entries(request, tuple(files), groups, connection)
