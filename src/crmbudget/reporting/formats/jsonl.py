"""One JSON object a line: the records, and nothing else."""

from collections.abc import Iterator

from crmbudget.reporting.listing import records_of
from crmbudget.reporting.report import Report, Screen, exact, json_text

ENDINGS = (".jsonl", ".ndjson")
FOR_PROGRAMS = True
UTF8 = True


def render(report: Report, screen: Screen) -> Iterator[str]:  # noqa: ARG001
    """Every record on a line of its own."""
    records = records_of(report)
    if records is None:
        return
    columns = records.columns
    for row in records.rows:
        record = {
            column.key: exact(value, column.kind, report.currency) for column, value in zip(columns, row, strict=True)
        }
        yield json_text(record) + "\n"
