"""Two versions of a file -> a patch, as ``git apply`` and ``patch -p1`` take it."""

import os
import re
from collections.abc import Iterator, Sequence

AROUND = 3
"""Lines that a patch shows before and after what it changes."""
_AHEAD = 64
"""Lines among which the one is looked for that follows what was taken out."""
_Lines = Sequence[bytes]
_Change = tuple[int, int, int, int]
"""From which line of the old file up to which, and of the new one, something else stands; they count from 0."""


def patch(path: str, before: bytes, after: bytes) -> bytes:
    """The patch from one content of a file to another, byte by byte, in whatever encoding; nothing where they are the same.

    The file is named as seen from the folder that we are in, or, where it lies elsewhere, from the root.
    """
    old, new = _lines(before), _lines(after)
    changes = list(_changes(old, new))
    if not changes:
        return b""
    name = _name(path)
    head = f"--- {_quoted(f'a/{name}')}\n+++ {_quoted(f'b/{name}')}\n".encode("utf-8", "surrogateescape")
    return head + b"".join(part for near in _near(changes) for part in _hunk(near, old, new))


def _lines(content: bytes) -> list[bytes]:
    return re.findall(rb"[^\n]*\n|[^\n]+", content)


def _changes(old: _Lines, new: _Lines) -> Iterator[_Change]:
    """What differs, in one walk: repairs change lines or take them out, and put none in.

    A general comparison of lines would take minutes for a plan of many lines that are alike.
    """
    first = start = number = place = 0
    while number < len(old):
        gone = len(old) - number - (len(new) - place)
        if gone and (place == len(new) or old[number] != new[place]):
            ahead = old[number : number + min(gone, _AHEAD) + 1]
            number += gone if place == len(new) else ahead.index(new[place]) if new[place] in ahead else 1
            place += place < len(new) and new[place] not in ahead
        elif old[number] != new[place]:
            number, place = number + 1, place + 1
        else:
            if number > first:
                yield first, number, start, place
            number, place = number + 1, place + 1
            first, start = number, place
    if number > first:
        yield first, number, start, place


def _near(changes: Sequence[_Change]) -> Iterator[list[_Change]]:
    """Changes whose lines around them meet, together."""
    together = [changes[0]]
    for change in changes[1:]:
        if change[0] - together[-1][1] > 2 * AROUND:
            yield together
            together = []
        together.append(change)
    yield together


def _hunk(changes: Sequence[_Change], old: _Lines, new: _Lines) -> Iterator[bytes]:
    first, start = (max(0, changes[0][side] - AROUND) for side in (0, 2))
    last, end = min(len(old), changes[-1][1] + AROUND), min(len(new), changes[-1][3] + AROUND)
    yield f"@@ -{_range(first, last)} +{_range(start, end)} @@\n".encode()
    at = first
    for old_from, old_to, new_from, new_to in changes:
        yield from (_line(b" ", line) for line in old[at:old_from])
        yield from (_line(b"-", line) for line in old[old_from:old_to])
        yield from (_line(b"+", line) for line in new[new_from:new_to])
        at = old_to
    yield from (_line(b" ", line) for line in old[at:last])


def _range(first: int, last: int) -> str:
    count = last - first
    return f"{first + 1 if count else first},{count}"


def _line(sign: bytes, line: bytes) -> bytes:
    return sign + line if line.endswith(b"\n") else sign + line + b"\n\\ No newline at end of file\n"


def _name(path: str) -> str:
    try:
        near = os.path.relpath(path)
    except ValueError:  # on another drive
        near = ".."
    name = os.path.abspath(path) if near.startswith("..") else near  # noqa: PTH100 - no link is followed
    return name.replace(os.sep, "/").lstrip("/")


def _quoted(name: str) -> str:
    r"""A name as it stands in a patch: in quotes where a sign in it would end the line, before a tab where it has a space.

    >>> _quoted("a/plan.yaml"), _quoted("a/my plan.yaml"), _quoted('a/"x".yaml')
    ('a/plan.yaml', 'a/my plan.yaml\t', '"a/\\"x\\".yaml"')
    """
    if not re.search(r'[\x00-\x1f\x7f"\\]', name):
        return f"{name}\t" if " " in name else name
    written = re.sub(r'["\\]', r"\\\g<0>", name)
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda sign: f"\\{ord(sign[0]):03o}", written) + '"'
