"""Places in tables, down to the column: where on its line a cell stands."""

import re
from collections.abc import Iterable
from dataclasses import replace

from crmbudget.finding import Finding, Place
from crmbudget.reporting.excerpt import LinesOf

_EDGE = r"[,;|\t\"']"
"""What may stand right beside a cell."""


def located(findings: Iterable[Finding], lines_of: LinesOf) -> list[Finding]:
    """The findings, each place that has a line and no column with that of its cell, else with all of its line.

    Places in files that hold no lines, as workbooks, and in very long ones, stay as they are.
    """
    return [
        replace(
            one, place=one.place and _located(one.place, lines_of),
            related=tuple((text, _located(place, lines_of)) for text, place in one.related),
        )
        for one in findings
    ]  # fmt: skip


def _located(place: Place, lines_of: LinesOf) -> Place:
    if not place.line or place.column:
        return place
    lines = lines_of(place.path)
    if place.line > len(lines):
        return place
    start, end = _stretch(lines[place.line - 1], place.cell)
    return replace(place, column=start + 1, end=end + 1)


def _stretch(line: str, cell: str | None) -> tuple[int, int]:
    """Where a cell begins and ends; where it is not on this line, or not known, the line without what is empty around it."""
    text = re.escape((cell or "").strip())
    if text and (found := re.search(rf"(?:^|{_EDGE})\s*({text})\s*(?:$|{_EDGE})", line)):
        return found.span(1)
    return len(line) - len(line.lstrip()), max(len(line.rstrip()), 1)
