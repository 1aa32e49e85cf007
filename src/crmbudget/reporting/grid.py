"""The report as text tables of one of tabulate's forms; shared by the formats that differ only in that."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from textwrap import indent
from typing import Any

from crmbudget.reporting.listing import page_table
from crmbudget.reporting.report import Column, Kind, Prose, Report, Table, shown
from crmbudget.wording import say

ROW_MIN = 20
"""Signs that a row takes at least, with its frame."""
ROWS_OPEN = 12
"""Rows of a table that are shown at once, where a form can close one."""


@dataclass(frozen=True, slots=True)
class Style:
    """How tables and texts are written: ``escape`` makes a text harmless, ``fence`` stands around laid-out text.

    ``closed`` writes a table of more than ``ROWS_OPEN`` rows under its title, so that it opens when it is asked for. Where it
    ``lists``, the findings are a table; else they are shown as on a terminal.
    """

    form: str
    escape: Callable[[str], str]
    heading: Callable[[str], str]
    fence: tuple[str, str] = ("", "")
    margin: str = ""
    lists: bool = False
    closed: Callable[[str, str], str] | None = None


def grids(report: Report, style: Style) -> Iterator[str]:
    """The headline, the summary, the findings and every block."""
    report = _paged(report, style)
    if report.headline:
        yield f"{style.escape(report.headline)}\n"
    rows = [
        (column.title, shown(value, column.kind, report.currency)) for column, value in report.summary if column.title
    ]
    if rows:
        yield "\n" if report.headline else ""
        yield _grid(Table("", (Column("key", ""), Column("value", "", Kind.COUNT)), rows), report, style)
    for number, block in enumerate(report.blocks):
        yield "\n" if number or rows or report.headline else ""
        if isinstance(block, Prose):
            yield f"{style.fence[0]}{indent(block.text, style.margin)}\n{style.fence[1]}"
        elif style.closed and block.title and len(list(block.rows)) > ROWS_OPEN:
            yield style.closed(style.escape(block.title), _grid(block, report, style))
        else:
            yield style.heading(style.escape(block.title)) if block.title else ""
            yield _grid(block, report, style)


def _paged(report: Report, style: Style) -> Report:
    """The report with its findings in a table before all other blocks; or as a terminal shows it."""
    if not style.lists:
        return replace(report, headline="", blocks=report.on_screen) if report.on_screen else report
    table = page_table(report)
    return replace(report, blocks=(table, *report.blocks), findings=()) if table else report


def fitted(report: Report, style: Style, size: int) -> str:
    """The same in so many signs at most: the longest tables are folded, and what is hidden stays as money.

    Where even that is too long, for names or notes of many pages, it is cut, and says so.
    """
    most = size // ROW_MIN
    report = folded(_paged(report, style), most)
    text = "".join(grids(report, style))
    if len(text) <= size:
        return text
    fits, fails = 0, most
    while fails - fits > 1:
        middle = (fits + fails) // 2
        if len("".join(grids(folded(report, middle), style))) <= size:
            fits = middle
        else:
            fails = middle
    text = "".join(grids(folded(report, fits), style))
    return text if len(text) <= size else _cut(text, style, size)


def folded(report: Report, count: int) -> Report:
    """The report with ``count`` rows in each table, and those that follow summed on one."""
    blocks = tuple(_folded(block, count) if isinstance(block, Table) else block for block in report.blocks)
    return replace(report, blocks=blocks)


def _folded(table: Table, count: int) -> Table:
    """The first rows, and one for the others; a single one is not worth a row that says so."""
    rows = iter(table.rows)
    kept, next_two = list(islice(rows, count)), list(islice(rows, 2))
    if len(next_two) < 2:  # noqa: PLR2004 - as above
        return table
    name = next(place for place, column in enumerate(table.columns) if column.kind is Kind.TEXT)
    hidden = max(table.folded - 1, 0)
    rest: list[Any] = [None] * len(table.columns)
    for row in chain(next_two, rows):
        hidden += 1
        _add(rest, row, table.columns)
    rest[name] = say("{hidden:,} more", hidden=hidden)
    return replace(table, rows=[*kept, rest], folded=hidden)


def _add(sums: list[Any], row: Sequence[Any], columns: Sequence[Column]) -> None:
    for place, column in enumerate(columns):
        if column.kind is Kind.MONEY and column.adds and row[place] is not None:
            sums[place] = (sums[place] or 0) + row[place]


def _cut(text: str, style: Style, size: int) -> str:
    note = say("\n{fence}\nCut at {size:,} signs; --format csv or json holds all.\n", fence=style.fence[1], size=size)
    return text[: text.rfind("\n", 0, size - len(note))] + note


def _grid(table: Table, report: Report, style: Style) -> str:
    from tabulate import tabulate

    places = [place for place, column in enumerate(table.columns) if column.kind is not Kind.BAR]
    columns = [table.columns[place] for place in places]
    rows = [*table.rows, *([table.footer] if table.footer else [])]
    cells = [[_shown(row[place], table.columns[place], report, style) for place in places] for row in rows]
    sides = ["left" if column.kind is Kind.TEXT else "right" for column in columns]
    titles = [style.escape(column.title) for column in columns]
    return tabulate(cells, titles, tablefmt=style.form, colalign=sides if cells else None, disable_numparse=True) + "\n"


def _shown(value: object, column: Column, report: Report, style: Style) -> str:
    return style.escape(value if isinstance(value, str) else shown(value, column.kind, report.currency))
