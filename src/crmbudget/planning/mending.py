"""Lines over which a YAML parser stumbles, and the plain signs that they are meant to have."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import yaml

from crmbudget.finding import Edit
from crmbudget.planning.building import BREAK, Builder, Parser, Stop

SIGNS_MAX = 128 * 1024
WORK_MAX = 1024 * 1024
"""Signs that may be read, in all, to find out what mends a text; a small plan can be wrong on every line."""
_TRIAL = 1024
"""What a trial costs beside the signs that it reads."""
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

    None where that does not suffice, where a tab may be meant in several ways, or where it would take too long to find out.
    """
    if len(text) > SIGNS_MAX:
        return ()
    lines, trials = re.split(BREAK, text), _Trials(re.findall(BREAK, text))
    try:
        read = [made for start in _starts(lines) if (made := trials.mended(start))]
    except yaml.reader.ReaderError:  # a sign that no text may have
        return ()
    if not read or (len(read) > 1 and any(trials.tree(made) != trials.tree(read[0]) for made in read[1:])):
        return ()
    return tuple(_changes(lines, read[0]))


def _starts(lines: list[str]) -> Iterator[list[str]]:
    """The lines with spaces for what else they are indented by; one for each width that a tab may have."""
    tabs = any("\t" in _lead(line) for line in lines)
    for width in _WIDTHS if tabs else _WIDTHS[:1]:
        yield [_lead(line).expandtabs(width) + line[len(_lead(line)) :] for line in lines]


def _lead(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t"))] if line.strip() else ""


class _Trials:
    """Reads lines again and again, until they are YAML or the work is used up."""

    def __init__(self, breaks: Sequence[str]) -> None:
        self.ends, self.left = [*breaks, ""], WORK_MAX

    def mended(self, lines: list[str]) -> list[str]:
        """The lines, mended one by one until a parser reads them all; none where that cannot be."""
        stumbled = self._stumble(lines)
        while stumbled is not None:
            for other in _candidates(lines, stumbled):
                if self.left <= 0:
                    return []
                again = self._stumble(other)
                if again is None or _at(again) > _at(stumbled):
                    lines, stumbled = other, again
                    break
            else:
                return []
        return lines

    def tree(self, lines: list[str]) -> Any:
        """What the lines hold; their own text where that is no tree."""
        try:
            node = Builder(self._joined(lines), "").build()
        except (yaml.YAMLError, Stop):
            return lines
        return node.value if node else None

    def _stumble(self, lines: list[str]) -> yaml.MarkedYAMLError | None:
        text = self._joined(lines)
        try:
            for _ in yaml.parse(text, Parser):
                pass
        except yaml.MarkedYAMLError as error:
            self.left -= _TRIAL + (error.problem_mark.index if error.problem_mark else len(text))
            return error
        self.left -= _TRIAL + len(text)
        return None

    def _joined(self, lines: list[str]) -> str:
        return "".join(line + end for line, end in zip(lines, self.ends, strict=True))


def _candidates(lines: list[str], error: yaml.MarkedYAMLError) -> Iterator[list[str]]:
    """The lines with one of them mended: that of the error, that where it began, and the one above; or with all above it.

    Lines without a colon that a parser knows are one text to it, and it stumbles over the first one that has one.
    """
    at = _at(error)[0]
    context = error.context_mark.line if error.context_mark else at
    above = next((place for place in range(min(at, len(lines)) - 1, -1, -1) if lines[place].strip()), at)
    for place in dict.fromkeys((context, above, at)):
        for line in _plainer(lines[place] if place < len(lines) else "", error):
            yield [*lines[:place], line, *lines[place + 1 :]]
    yield from _with_all_above(lines, at)


def _with_all_above(lines: list[str], at: int) -> Iterator[list[str]]:
    other = list(lines)
    for place in range(min(at, len(lines) - 1), -1, -1):
        line = lines[place]
        other[place] = next(_colons(line), line)
        if other[place] == line and place < at and line.strip() and not line.lstrip().startswith("#"):
            break
    yield from [other] if other != lines else []


def _plainer(line: str, error: yaml.MarkedYAMLError) -> Iterator[str]:
    yield from _colons(line)
    other = line
    for pattern, plain in _IN_FLOW:
        other = pattern.sub(plain, other)
    yield from [other] if other != line else []
    column = _at(error)[1]
    if line[column : column + 1] == "\t":
        yield line[:column] + " " + line[column:].lstrip("\t ")


def _colons(line: str) -> Iterator[str]:
    for pattern, plain in _MENDS:
        if found := pattern.match(line):
            mended = found.expand(plain) + line[found.end() :]
            yield mended if line[found.end() :] else mended.rstrip(" ")


def _at(error: yaml.MarkedYAMLError) -> tuple[int, int]:
    mark = error.problem_mark or error.context_mark
    return (mark.line, mark.column) if mark else (0, 0)


def _changes(before: Sequence[str], after: Sequence[str]) -> Iterator[Edit]:
    """For each line that differs, the stretch that does."""
    for number, (old, new) in enumerate(zip(before, after, strict=True), 1):
        if old != new:
            head = _alike(old, new)
            tail = _alike(old[head:][::-1], new[head:][::-1])
            yield Edit(number, head + 1, number, len(old) - tail + 1, new[head : len(new) - tail])


def _alike(one: str, other: str) -> int:
    """How many signs two texts begin with that are the same."""
    pairs = zip(one, other, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
