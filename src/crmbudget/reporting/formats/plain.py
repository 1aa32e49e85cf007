"""One record a line, tab-separated: for ``cut``, ``awk`` and ``sort``."""

from collections.abc import Iterator

from crmbudget.reporting.listing import records_of
from crmbudget.reporting.report import Prose, Report, Screen, clean, exact

ENDINGS = (".tsv",)
FOR_PROGRAMS = True


def render(report: Report, screen: Screen) -> Iterator[str]:  # noqa: ARG001
    """A header line, then the records; the texts of a report that has none."""
    records = records_of(report)
    if records is None:
        yield from (f"{block.text}\n" for block in report.blocks if isinstance(block, Prose))
        return
    columns = records.columns
    yield "\t".join(column.key for column in columns) + "\n"
    for row in records.rows:
        cells = (exact(value, column.kind, report.currency) for value, column in zip(row, columns, strict=True))
        yield "\t".join("" if cell is None else clean(str(cell)) for cell in cells) + "\n"
