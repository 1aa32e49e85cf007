"""The rejected rows as a CSV file: as they were, each behind its file, line and reason."""

import csv
import io
import re
from collections.abc import Iterator

from crmbudget.monitoring.ledger import Ledger
from crmbudget.reading.amounts import NOTHING, read
from crmbudget.reporting.report import clean

_RUNS = ("=", "+", "-", "@", "\t", "\r")


def rejects(ledger: Ledger) -> Iterator[str]:
    """The file's text, with a byte order mark for spreadsheets; columns of the same name in several files are one."""
    width = [
        max((len(row.cells) for row in ledger.rejected if row.file == file), default=0)
        for file in range(len(ledger.headers))
    ]
    columns = [_columns(header, count) for header, count in zip(ledger.headers, width, strict=True)]
    union = list(dict.fromkeys(column for own, count in zip(columns, width, strict=True) if count for column in own))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["path", "line", "reason", *(_harmless(name) for name, _ in union)])
    for row in ledger.rejected:
        cells = dict(zip(columns[row.file], row.cells, strict=False))
        told = [_harmless(row.path), row.line or "", _harmless(row.reason)]
        writer.writerow([*told, *(_harmless(cells.get(column, "")) for column in union)])
    yield f"\ufeff{out.getvalue()}"


def _columns(header: tuple[str, ...], width: int) -> list[tuple[str, int]]:
    """A file's columns by name; of one name the first, the second, and so on; cells beyond the header have none."""
    names = [*header, *[""] * (width - len(header))]
    return [(name, names[:place].count(name)) for place, name in enumerate(names)]


def _harmless(text: str) -> str:
    """A cell as it was, unless a spreadsheet would run it or a terminal obey it; line breaks stay."""
    shown = (
        text
        if text.isprintable()
        else "".join(sign if sign in "\n\t" else clean(sign) for sign in re.sub("\r\n?", "\n", text))
    )
    runs = text.startswith(_RUNS) and text.strip() not in {"-", "--"} and read(text) == NOTHING
    return f"'{shown}" if runs else shown
