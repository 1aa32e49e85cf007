"""A plan's text and its findings -> the text in which all is repaired that has one right repair, and what was done."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from crmbudget.finding import Edit, Finding, Place, Severity
from crmbudget.planning.building import BREAK
from crmbudget.planning.source import read_source

ROUNDS_MAX = 20
"""How often what a repair brings to light is repaired in its turn."""
_VALID = 0


@dataclass(frozen=True, slots=True)
class Looked:
    """What is wrong with a text, and the exit code with which ``check`` would tell it."""

    findings: tuple[Finding, ...]
    exit_code: int


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


class _Done(NamedTuple):
    at: int
    code: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class _State:
    """A text on the way, how far it is from giving numbers, and what was done to it; ``trail`` leads back to the first text."""

    text: str
    looked: Looked
    rank: tuple[int, int, int]
    done: "tuple[_Done, ...]" = ()
    trail: tuple[tuple[_Swap, ...], ...] = ()


def repaired(text: str, path: str, look: Look) -> tuple[str, tuple[Repaired, ...], Looked]:
    """The text repaired, what was done in the order of the text, and what is wrong with it then.

    A repair stays where its place is right afterwards, and the plan is nearer to numbers or has no more errors than
    before. A valid plan is left alone.
    """
    looked = look(text)
    first = _State(text, looked, _rank(text, looked))
    for strictly in (False, True):
        last = _to_the_end(first, path, look, strictly=strictly)
        # A name that was misspelt may have hidden more than could then be repaired.
        if last.rank <= first.rank:
            break
    return last.text, _told(sorted(last.done), text, path), last.looked


def _to_the_end(state: _State, path: str, look: Look, *, strictly: bool) -> _State:
    for _ in range(ROUNDS_MAX):
        groups = _groups(state, path)
        together = tuple(group for group in groups if not _meets(group, groups))
        better = _tried(state, together, path, look, strictly=strictly)
        if better is None:
            better = state
            # From the end, so that what is done moves nothing that is still to be done.
            for group in reversed(groups):
                better = _tried(better, (group,), path, look, strictly=strictly) or better
        if better is state:
            return state
        state = better
    return state


_Group = tuple[Finding, tuple[_Swap, ...]]


def _groups(state: _State, path: str) -> list[_Group]:
    """The repairs of a text in its order, those of errors of this file; each once."""
    if state.looked.exit_code == _VALID:
        return []
    starts = _starts(state.text)
    found = {
        tuple(_swap(edit, starts) for edit in finding.repair): finding
        for finding in state.looked.findings
        if finding.repair and finding.severity is Severity.ERROR and finding.place and finding.place.path == path
    }
    return sorted(((finding, swaps) for swaps, finding in found.items()), key=lambda group: group[1][0].start)


def _meets(group: _Group, groups: Sequence[_Group]) -> bool:
    return any(
        one.start < other.end and other.start < one.end
        for _, swaps in groups
        if swaps is not group[1]
        for other in swaps
        for one in group[1]
    )


def _tried(state: _State, groups: Sequence[_Group], path: str, look: Look, *, strictly: bool) -> _State | None:
    """The text with these repairs; None where there are none, or where they do not make it better."""
    swaps = tuple(sorted((swap for _, swaps in groups for swap in swaps), key=lambda swap: swap.start))
    if not swaps:
        return None
    text = _swapped(state.text, swaps)
    looked = look(text)
    rank = _rank(text, looked)
    # Names that are mended bring to light what is wrong below them, which may be mended too.
    worse = rank > state.rank if strictly else rank[:2] > state.rank[:2]
    if worse or _wrong_again(text, swaps, looked, path):
        return None
    done = [_done(finding, swap, state) for finding, own in groups for swap in own]
    return _State(text, looked, rank, (*state.done, *done), (*state.trail, swaps))


def _rank(text: str, looked: Looked) -> tuple[int, int, int]:
    """How far a text is from numbers: no YAML, no plan, or limits that cannot be met; then how many errors it has."""
    unreadable = looked.exit_code != _VALID and read_source(text, "").tree is None
    errors = sum(finding.severity is Severity.ERROR for finding in looked.findings)
    return (int(unreadable), {_VALID: 0, 4: 1}.get(looked.exit_code, 2), errors)


def _wrong_again(text: str, swaps: Sequence[_Swap], looked: Looked, path: str) -> bool:
    """Whether an error stands where something was repaired."""
    starts, moved = _starts(text), 0
    stretches = []
    for swap in swaps:
        stretches.append((swap.start + moved, swap.start + moved + len(swap.text)))
        moved += len(swap.text) - (swap.end - swap.start)
    wrong = [one.place for one in looked.findings if one.severity is Severity.ERROR and one.place]
    spans = [
        (_offset(place.line, place.column or 1, starts), _offset(place.line, place.end or 2, starts))
        for place in wrong
        if place.path == path and place.line
    ]
    return any(start < last and first < end for start, end in spans for first, last in stretches)


def _done(finding: Finding, swap: _Swap, state: _State) -> _Done:
    """What a swap does, and where in the first text; what is only put in is told with the sign before it."""
    start, before, after = swap.start, state.text[swap.start : swap.end], swap.text
    if not before and start:
        start, before, after = start - 1, state.text[start - 1], state.text[start - 1] + after
    for swaps in reversed(state.trail):
        start = _back(start, swaps)
    return _Done(start, finding.code, before.strip("\r\n"), after)


def _back(offset: int, swaps: Sequence[_Swap]) -> int:
    """Where a sign of a text stood before the swaps; the start of the swap that brought it."""
    moved = 0
    for swap in swaps:
        start = swap.start + moved
        if offset < start:
            break
        if offset < start + len(swap.text):
            return swap.start
        moved += len(swap.text) - (swap.end - swap.start)
    return offset - moved


def _told(done: Sequence[_Done], text: str, path: str) -> tuple[Repaired, ...]:
    starts = _starts(text)
    lines = [bisect_right(starts, one.at) for one in done]
    return tuple(
        Repaired(one.code, Place(path, line, one.at - starts[line - 1] + 1), one.before, one.after)
        for one, line in zip(done, lines, strict=True)
    )


def _starts(text: str) -> list[int]:
    """Where each line of a text starts."""
    return [0, *(found.end() for found in re.finditer(BREAK, text))]


def _swap(edit: Edit, starts: Sequence[int]) -> _Swap:
    return _Swap(_offset(edit.line, edit.column, starts), _offset(edit.end_line, edit.end_column, starts), edit.text)


def _offset(line: int, column: int, starts: Sequence[int]) -> int:
    return starts[min(line, len(starts)) - 1] + column - 1


def _swapped(text: str, swaps: Iterable[_Swap]) -> str:
    parts, last = [], 0
    for swap in swaps:
        parts += [text[last : swap.start], swap.text]
        last = swap.end
    return "".join([*parts, text[last:]])
