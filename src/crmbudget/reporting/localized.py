"""A report in the reader's language: titles, notes and words; names, codes and numbers stay as they are."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from crmbudget.reporting.report import Column, Prose, Report, Table
from crmbudget.wording import Said, language, local


def localized(report: Report) -> Report:
    """The report as people read it; as it is in English. Records and annexes are for programs, and stay."""
    if language() == "en":
        return report
    return replace(
        report,
        headline=local(report.headline),
        summary=tuple((_column(column), _cell(value)) for column, value in report.summary),
        blocks=tuple(map(_block, report.blocks)),
        on_screen=tuple(map(_block, report.on_screen)),
    )


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows with what was said in them in the reader's language, made anew each time they are walked."""

    rows: Iterable[Sequence[Any]]

    def __iter__(self) -> Iterator[list[Any]]:
        return ([_cell(cell) for cell in row] for row in self.rows)


def _block(block: Table | Prose) -> Table | Prose:
    return _table(block) if isinstance(block, Table) else replace(block, text=local(block.text))


def _table(table: Table) -> Table:
    return replace(
        table, title=local(table.title), columns=tuple(map(_column, table.columns)),
        rows=_Rows(table.rows), footer=table.footer and [_cell(cell) for cell in table.footer],
    )  # fmt: skip


def _column(column: Column) -> Column:
    return replace(column, title=local(column.title))


def _cell(value: Any) -> Any:
    return local(value) if isinstance(value, Said) else value
