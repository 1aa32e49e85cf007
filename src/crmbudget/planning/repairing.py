"""A plan's text and its findings -> the text in which all is repaired that has one right repair, and what was done."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from crmbudget.finding import Edit, Finding, Place, Severity
from crmbudget.planning.building import BREAK

ROUNDS_MAX = 20
"""How often what a repair brings to light is repaired in its turn."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What is wrong with a text, and whether it has a shape: a text without one is not YAML, or too much of it."""

    findings: tuple[Finding, ...]
    has_shape: bool


@dataclass(frozen=True, slots=True)
class Repaired:
    """One thing that was done: ``before`` stood at a place of the text as it was given, ``after`` took its place."""

    code: str
    place: Place
    before: str
    after: str


Look = Callable[[str], Looked]


@dataclass(frozen=True, slots=True)
class _Swap:
    """An edit by the signs of a text: ``text`` in place of those from ``start`` up to ``end``."""

    start: int
    end: int
    text: str
    code: str


_Group = tuple[_Swap, ...]


@dataclass(frozen=True, slots=True)
class _Round:
    """Swaps that were made together, in the order of the text, and what came of them."""

    before: str
    swaps: Sequence[_Swap]
    text: str
    looked: Looked

    def starts(self) -> list[int]:
        """Where each swap's own text starts afterwards."""
        return list(_moved(self.swaps))

    def back(self, offset: int, starts: Sequence[int]) -> int:
        """Where a sign stood before; the start of the swap that brought it."""
        number = bisect_right(starts, offset) - 1
        if number < 0:
            return offset
        swap, behind = self.swaps[number], offset - starts[number] - len(self.swaps[number].text)
        return swap.start if behind < 0 else swap.end + behind


def repaired(text: str, path: str, look: Look) -> tuple[str, tuple[Repaired, ...]]:
    """The text repaired, and what was done in the order of the text.

    Only errors are repaired. A repair stays where nothing is wrong at its place afterwards, or only what has a repair in
    its turn, and where the text keeps its shape; so a valid plan is left alone.
    """
    rounds = list[_Round]()
    looked = look(text)
    while len(rounds) < ROUNDS_MAX and (made := _round(text, path, looked, look)):
        rounds.append(made)
        text, looked = made.text, made.looked
    return text, _told(rounds, path)


def _round(text: str, path: str, looked: Looked, look: Look) -> _Round | None:
    """All the repairs of a text that can be made together and stay; None where there are none."""
    groups = _apart(_groups(text, path, looked.findings))
    while groups:
        swaps = sorted((swap for group in groups for swap in group), key=lambda swap: swap.start)
        made = _swapped(text, swaps)
        after = look(made)
        if looked.has_shape and not after.has_shape:
            groups = groups[: len(groups) // 2]
            continue
        wrong = set(_wrong(swaps, made, after.findings, path))
        if not wrong:
            return _Round(text, swaps, made, after)
        groups = [group for group in groups if wrong.isdisjoint(group)]
    return None


def _groups(text: str, path: str, findings: Iterable[Finding]) -> list[_Group]:
    """The repairs of a text in its order, those of errors of this file; each once."""
    starts = _starts(text)
    found = {
        tuple(_swap(edit, finding.code, starts) for edit in finding.repair)
        for finding in findings
        if finding.repair and finding.severity is Severity.ERROR and finding.place and finding.place.path == path
    }
    return sorted(found, key=lambda group: (group[0].start, -group[-1].end, group[0].text))


def _apart(groups: Iterable[_Group]) -> list[_Group]:
    """Those that do not touch one another; what lies in another one waits until that is done."""
    kept, end = list[_Group](), -1
    for group in groups:
        if group[0].start > end:
            kept.append(group)
            end = group[-1].end
    return kept


def _wrong(swaps: Sequence[_Swap], text: str, findings: Iterable[Finding], path: str) -> Iterator[_Swap]:
    """The swaps at whose place something is wrong that has no repair, or that is wrong together with it."""
    lines, starts = _starts(text), list(_moved(swaps))
    ends = [start + len(swap.text) for start, swap in zip(starts, swaps, strict=True)]
    errors = [one for one in findings if one.severity is Severity.ERROR and not one.repair]
    places = [place for one in errors for place in (one.place, *(place for _, place in one.related))]
    for place in places:
        if place and place.line and place.path == path:
            start, end = (_offset(place.line, column, lines) for column in (place.column or 1, place.end or 2))
            number = bisect_right(ends, start)
            while number < len(swaps) and starts[number] < end:
                yield swaps[number]
                number += 1


def _moved(swaps: Iterable[_Swap]) -> Iterator[int]:
    moved = 0
    for swap in swaps:
        yield swap.start + moved
        moved += len(swap.text) - (swap.end - swap.start)


def _told(rounds: Sequence[_Round], path: str) -> tuple[Repaired, ...]:
    """What was done, by its place in the first text."""
    if not rounds:
        return ()
    lines, starts = _starts(rounds[0].before), [one.starts() for one in rounds]
    told = list[tuple[int, Repaired]]()
    for number, one in enumerate(rounds):
        for swap in one.swaps:
            offset, before, after = _shown(swap, one.before)
            for last in range(number - 1, -1, -1):
                offset = rounds[last].back(offset, starts[last])
            line = bisect_right(lines, offset)
            place = Place(path, line, offset - lines[line - 1] + 1)
            told.append((offset, Repaired(swap.code, place, before, after)))
    return tuple(one for _, one in sorted(told, key=lambda pair: pair[0]))


def _shown(swap: _Swap, text: str) -> tuple[int, str, str]:
    """Where a swap is, and what it puts in place of what; what is only put in is shown with the sign before it."""
    start, before, after = swap.start, text[swap.start : swap.end], swap.text
    if not before and start:
        start, before, after = start - 1, text[start - 1], text[start - 1] + after
    return start, before.strip("\r\n"), after


def _starts(text: str) -> list[int]:
    """Where each line of a text starts."""
    return [0, *(found.end() for found in re.finditer(BREAK, text))]


def _swap(edit: Edit, code: str, starts: Sequence[int]) -> _Swap:
    start, end = _offset(edit.line, edit.column, starts), _offset(edit.end_line, edit.end_column, starts)
    return _Swap(start, end, edit.text, code)


def _offset(line: int, column: int, starts: Sequence[int]) -> int:
    return starts[min(line, len(starts)) - 1] + column - 1


def _swapped(text: str, swaps: Iterable[_Swap]) -> str:
    parts, last = [], 0
    for swap in swaps:
        parts += [text[last : swap.start], swap.text]
        last = swap.end
    return "".join([*parts, text[last:]])
