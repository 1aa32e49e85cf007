"""Workbooks (XLSX, XLS, ODS) -> Table, by python-calamine."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from crmbudget.finding import Misread, one_of
from crmbudget.reading.delimited import HEADER_WITHIN
from crmbudget.reading.headers import MONEY, Role, is_header, recognise
from crmbudget.reading.table import Dialect, Table, rewritten
from crmbudget.wording import say

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

NUMBERS = MONEY | {Role.QUANTITY}
Rows = list[tuple[int, list[object]]]


def open_workbook(
    path: Path, dialect: Dialect, declared: Mapping[str, str], scratch: Path, shown: str, code: str
) -> Table:
    """The rows below the header of the sheet that is named, or of the only one that has such a header."""
    sheets = _sheets(path, dialect.sheet, shown, code)
    name, at = _headed(sheets, dialect.skip, declared, shown, code)
    rows = sheets[name]
    line, header = rows[at][0], [_text(cell).strip() for cell in rows[at][1]]
    numbers = {place for role, place in recognise(header, declared).places.items() if role in NUMBERS}
    table = rewritten(
        scratch / f"sheet-{len(list(scratch.iterdir()))}.txt", header, _texts(rows[at + 1 :], numbers), ","
    )
    notes = [say("rows are read from sheet `{name}`", name=name)] if len(sheets) > 1 else []
    notes += [say("the header stands on line {line}", line=line)] if line > 1 and dialect.skip is None else []
    return replace(table, header_line=line, notes=tuple(notes))


def _sheets(path: Path, named: str, shown: str, code: str) -> dict[str, Rows]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(path)
        if named and named not in book.sheet_names:
            raise Misread(
                code,
                say("{shown} has no sheet `{named}`", shown=shown, named=named),
                one_of(named, book.sheet_names),
                ("sheet",),
            )
        return {name: _rows(book, name) for name in ([named] if named else book.sheet_names)}
    except CalamineError as error:
        fix = say("save it as XLSX without a password, or save the sheet as CSV UTF-8")
        raise Misread(
            code, say("{shown} cannot be read as a workbook: {error}", shown=shown, error=error), fix, ("from",)
        ) from error


def _rows(book: "CalamineWorkbook", name: str) -> Rows:
    sheet = book.get_sheet_by_name(name)
    first = (sheet.start or (0, 0))[0] + 1
    return [(line, list(cells)) for line, cells in enumerate(sheet.to_python(skip_empty_area=True), first)]


def _texts(rows: Rows, numbers: set[int]) -> Iterator[tuple[int, list[str]]]:
    for line, cells in rows:
        yield line, [_text(cell, number=place in numbers) for place, cell in enumerate(cells)]


def _headed(
    sheets: dict[str, Rows], skip: int | None, declared: Mapping[str, str], shown: str, code: str
) -> tuple[str, int]:
    """The sheet with a header, and the place of that header among its rows."""
    below = {name: [at for at, (line, _) in enumerate(rows) if line > (skip or 0)] for name, rows in sheets.items()}
    full = {name: [at for at in below[name] if any(map(_text, sheets[name][at][1]))] for name in sheets}
    heads = {name: places[: HEADER_WITHIN if skip is None else 1] for name, places in full.items() if places}
    named = {
        name: [is_header([_text(cell) for cell in sheets[name][at][1]], declared) for at in places]
        for name, places in heads.items()
    }
    if not heads:
        where = say("has nothing below line {skip}", skip=skip) if skip else say("is empty")
        raise Misread(code, f"{shown} {where}", say("put the names of the columns on the first line"), ("from",))
    best = {name: heads[name][found.index(max(found))] for name, found in named.items()}
    filled = [name for name, found in named.items() if any(found) and full[name][-1] > best[name]]
    if len(filled) > 1:
        fix = say(
            "name one, as in `actuals: {{dialect: {{sheet: {filled}}}}}`; or give each sheet as a file",
            filled=filled[0],
        )
        texts = ", ".join(f"`{name}`" for name in filled)
        raise Misread(
            code,
            say("{count} sheets of {shown} hold such rows: {texts}", count=len(filled), shown=shown, texts=texts),
            fix,
            ("sheet",),
        )
    chosen = filled[0] if filled else max(named, key=lambda name: max(named[name]))
    return chosen, best[chosen]


def _text(cell: object, *, number: bool = False) -> str:
    """A cell as text that has one reading: a date is in ISO form, and no ``number`` looks grouped."""
    match cell:
        case bool():
            return str(cell).upper()
        case int() | float():
            text = number_text(cell)
            return f"{text}0" if number and LIKE_GROUPS.fullmatch(text) else text
        case datetime():
            return cell.date().isoformat()
        case date():
            return cell.isoformat()
        case _:
            return str(cell)


LIKE_GROUPS = re.compile(r"-?[0-9]{1,3}\.[0-9]{3}")
"""Three decimals get a zero, so that they are not taken for thousands."""


def number_text(number: float) -> str:
    """A number as a spreadsheet shows it, in 15 digits.

    >>> number_text(1234.5600000000001), number_text(0.1 + 0.2), number_text(12.0)
    ('1234.56', '0.3', '12')
    """
    return f"{number:.15g}"
