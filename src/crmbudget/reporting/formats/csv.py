"""Comma-separated records with a header; what a spreadsheet would run as a formula is made text."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from crmbudget.reporting.listing import records_of
from crmbudget.reporting.report import Kind, Report, Screen, clean, exact

ENDINGS = (".csv",)
FOR_PROGRAMS = True
_RUNS = ("=", "+", "-", "@", "\t", "\r")
_CHUNK = 4096


def render(report: Report, screen: Screen) -> Iterator[str]:  # noqa: ARG001
    """The header, then every record; no thousands separators."""
    records = records_of(report)
    if records is None:
        return
    columns = records.columns
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([column.key for column in columns])
    for number, row in enumerate(records.rows):
        writer.writerow(
            [
                _text(value) if column.kind is Kind.TEXT else exact(value, column.kind, report.currency)
                for value, column in zip(row, columns, strict=True)
            ]
        )
        if number % _CHUNK == 0:
            yield out.getvalue()
            out.seek(0)
            out.truncate()
    yield out.getvalue()


def _text(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    text = clean(value)
    return f"'{text}" if value.startswith(_RUNS) else text
