"""The report as text tables of one of tabulate's forms; shared by the formats that differ only in that."""

from collections.abc import Callable, Iterator

from crmbudget.reporting.report import Column, Kind, Prose, Report, Table, shown


def grids(
    report: Report, form: str, escape: Callable[[str], str], heading: Callable[[str], str], fence: tuple[str, str]
) -> Iterator[str]:
    """The summary and every block; ``escape`` makes a text harmless, ``fence`` stands around laid-out text."""
    if report.summary:
        rows = [(column.title, shown(value, column.kind, report.currency)) for column, value in report.summary]
        yield _grid(Table("", (Column("key", ""), Column("value", "", Kind.COUNT)), rows), report, form, escape)
    for number, block in enumerate(report.blocks):
        yield "\n" if number or report.summary else ""
        if isinstance(block, Prose):
            yield f"{fence[0]}{block.text}\n{fence[1]}"
        else:
            yield heading(escape(block.title)) if block.title else ""
            yield _grid(block, report, form, escape)


def _grid(table: Table, report: Report, form: str, escape: Callable[[str], str]) -> str:
    from tabulate import tabulate

    places = [place for place, column in enumerate(table.columns) if column.kind is not Kind.BAR]
    columns = [table.columns[place] for place in places]
    rows = [*table.rows, *([table.footer] if table.footer else [])]
    cells = [[_shown(row[place], table.columns[place], report, escape) for place in places] for row in rows]
    sides = ["left" if column.kind is Kind.TEXT else "right" for column in columns]
    titles = [escape(column.title) for column in columns]
    return tabulate(cells, titles, tablefmt=form, colalign=sides if cells else None, disable_numparse=True) + "\n"


def _shown(value: object, column: Column, report: Report, escape: Callable[[str], str]) -> str:
    return escape(value if isinstance(value, str) else shown(value, column.kind, report.currency))
