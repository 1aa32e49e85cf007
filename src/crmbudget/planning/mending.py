"""Lines over which a YAML parser stumbles, and the plain signs that they are meant to have."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import yaml

from crmbudget.finding import Edit
from crmbudget.planning.building import BREAK, Builder, Parser, Stop

SIGNS_MAX = 256 * 1024
MENDS_MAX = 100
_WIDTHS = (2, 4, 8)
"""How wide a tab may be meant; where these do not agree, nobody can know."""
_HEAD = r"(?P<head> *(?:- +)*)"
_WORD = r"(?P<key>[\w.-]*\w)"
_MENDS = (
    (re.compile(rf"{_HEAD}{_WORD}[ \u3000]*：[ \u3000]*"), r"\g<head>\g<key>: "),
    (re.compile(rf"{_HEAD}{_WORD}:(?=[^\s:/])"), r"\g<head>\g<key>: "),
)
_IN_FLOW = (
    (re.compile(r"(?P<head>[{,，][ \u3000]*)" + _WORD + r"[ \u3000]*：[ \u3000]*"), r"\g<head>\g<key>: "),
    (re.compile(rf"，[ \u3000]*(?=(?:{_WORD})[ \u3000]*:)"), ", "),
)


def mended(text: str) -> tuple[Edit, ...]:
    """The edits that make a text YAML: the space after a colon, plain signs for full-width ones, spaces for tabs.

    None where that does not suffice, or where a tab may be meant in several ways.
    """
    if len(text) > SIGNS_MAX:
        return ()
    lines, breaks = re.split(BREAK, text), re.findall(BREAK, text)
    try:
        read = [made for start in _starts(lines) if (made := _read(start, breaks))]
    except yaml.reader.ReaderError:  # a sign that no text may have
        return ()
    found = [(made, _tree(made, breaks)) for made in read]
    if not found or any(tree != found[0][1] for _, tree in found):
        return ()
    return tuple(_changes(lines, found[0][0]))


def _starts(lines: list[str]) -> Iterator[list[str]]:
    """The lines with spaces for what else they are indented by; one for each width that a tab may have."""
    tabs = any("\t" in _lead(line) for line in lines)
    for width in _WIDTHS if tabs else _WIDTHS[:1]:
        yield [_lead(line).replace("\xa0", " ").expandtabs(width) + line[len(_lead(line)) :] for line in lines]


def _lead(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t\xa0"))] if line.strip() else ""


def _read(lines: list[str], breaks: list[str]) -> list[str]:
    """The lines, mended one by one until a parser reads them all; none where that cannot be."""
    for _ in range(MENDS_MAX):
        stumbled = _stumble(lines, breaks)
        if stumbled is None:
            return lines
        better = next((other for other in _candidates(lines, stumbled) if _further(other, breaks, stumbled)), None)
        if better is None:
            return []
        lines = better
    return []


def _candidates(lines: list[str], error: yaml.MarkedYAMLError) -> Iterator[list[str]]:
    """The lines with one of them mended: that of the error, that where it began, and the one above."""
    at = _at(error)[0]
    context = error.context_mark.line if error.context_mark else at
    above = next((place for place in range(min(at, len(lines)) - 1, -1, -1) if lines[place].strip()), at)
    for place in dict.fromkeys((context, above, at)):
        for line in _plainer(lines[place] if place < len(lines) else "", error):
            yield [*lines[:place], line, *lines[place + 1 :]]


def _plainer(line: str, error: yaml.MarkedYAMLError) -> Iterator[str]:
    for pattern, plain in _MENDS:
        if found := pattern.match(line):
            yield found.expand(plain) + line[found.end() :]
    other = line
    for pattern, plain in _IN_FLOW:
        other = pattern.sub(plain, other)
    yield from [other] if other != line else []
    column = _at(error)[1]
    if line[column : column + 1] == "\t":
        yield line[:column] + " " + line[column:].lstrip("\t ")


def _further(lines: list[str], breaks: list[str], error: yaml.MarkedYAMLError) -> bool:
    again = _stumble(lines, breaks)
    return again is None or _at(again) > _at(error)


def _stumble(lines: list[str], breaks: list[str]) -> yaml.MarkedYAMLError | None:
    try:
        for _ in yaml.parse(_joined(lines, breaks), Parser):
            pass
    except yaml.MarkedYAMLError as error:
        return error
    return None


def _at(error: yaml.MarkedYAMLError) -> tuple[int, int]:
    mark = error.problem_mark or error.context_mark
    return (mark.line, mark.column) if mark else (0, 0)


def _tree(lines: list[str], breaks: list[str]) -> Any:
    """What the lines hold; their own text where that is no tree."""
    try:
        node = Builder(_joined(lines, breaks), "").build()
    except (yaml.YAMLError, Stop):
        return lines
    return node.value if node else None


def _joined(lines: list[str], breaks: list[str]) -> str:
    return "".join(line + end for line, end in zip(lines, [*breaks, ""], strict=True))


def _changes(before: Sequence[str], after: Sequence[str]) -> Iterator[Edit]:
    """For each line that differs, the stretches that do."""
    from difflib import SequenceMatcher

    for number, (old, new) in enumerate(zip(before, after, strict=True), 1):
        for kind, start, end, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if kind != "equal":
                yield Edit(number, start + 1, number, end + 1, new[first:last])
