"""One JSON object a line: the records, and nothing else."""

from collections.abc import Iterator

from crmbudget.reporting.report import Report, Screen, exact, json_text

ENDINGS = (".jsonl", ".ndjson")
FOR_PROGRAMS = True


def render(report: Report, screen: Screen) -> Iterator[str]:  # noqa: ARG001
    """Every record on a line of its own."""
    if report.records is None:
        return
    columns = report.records.columns
    for row in report.records.rows:
        record = {
            column.key: exact(value, column.kind, report.currency) for column, value in zip(columns, row, strict=True)
        }
        yield json_text(record) + "\n"
