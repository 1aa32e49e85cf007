"""As much of a plan as can be read, broken or not, in a moment: mappings, lists and texts as typed."""

import os
import re
import stat
from collections.abc import Iterator
from typing import Any

import yaml

READ_MAX = 5_000_000
"""Of a longer plan only so much is looked at: TAB must answer at once."""
SIGNS_MAX = 60_000
"""Of a longer section only its keys are read, and not what is in them."""
_SECTION = re.compile(r"\n(?=[^\s#\-\]}])")
_HEAD = re.compile(r"([\w-]+):[ \t]*(?:#.*)?\n(?:[ \t]*(?:#.*)?\n)*( +)[^\W\d][\w.-]*:\s")


def readable(path: str) -> dict[str, Any]:
    """The tree of the file at a path; empty where nothing can be read."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):  # noqa: PTH116 - a pipe would be waited for
            return {}
        with open(path, encoding="utf-8-sig", errors="replace") as file:  # noqa: PTH123 - a path is a text
            return read_what_can_be_read(file.read(READ_MAX))
    except (OSError, ValueError):
        return {}


def read_what_can_be_read(text: str) -> dict[str, Any]:
    r"""The tree of a text; where it breaks or is long, each of its top-level keys is read for itself, up to where it breaks.

    >>> read_what_can_be_read("total: 5\nlimits: [{max: }, :]]\nsegments: {a: {}, b: {value: 1")
    {'total': '5', 'limits': [{'max': ''}], 'segments': {'a': {}, 'b': {'value': '1'}}}
    """
    found, whole = _grown(text) if len(text) <= SIGNS_MAX else ({}, False)
    for section in [] if whole else _SECTION.split(text):
        found |= _grown(section)[0] if len(section) <= SIGNS_MAX else _keys(section)
    return found


def _keys(section: str) -> dict[str, Any]:
    """The keys in a long section, where they are plain and each begins a line; else as much as grows of its beginning."""
    head = _HEAD.match(section)
    if not head:
        return _grown(section[:SIGNS_MAX])[0]
    plain = re.compile(rf"\n{head[2]}([^\W\d][\w.-]*):(?=\s)")
    return {head[1]: dict.fromkeys(plain.findall(section), "")}


def _grown(text: str) -> tuple[dict[str, Any], bool]:
    """The tree as far as it grew, and whether that is all of it."""
    tree, whole = _Tree(), False
    try:
        for event in _events(text):
            tree.take(event)
        whole = True
    except (yaml.YAMLError, UnicodeError):
        pass
    return (tree.root if isinstance(tree.root, dict) else {}), whole


def _events(text: str) -> Iterator[Any]:
    return yaml.parse(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))


class _Tree:
    """Grows by parse events; what is not closed yet is part of it already."""

    def __init__(self) -> None:
        self.root: Any = None
        self.open: list[Any] = []
        self.keys: list[str | None] = []
        self.anchors: dict[str, Any] = {}

    def take(self, event: Any) -> None:
        """The next event."""
        if isinstance(event, yaml.ScalarEvent):
            self._add(event.value, event.anchor)
        elif isinstance(event, yaml.AliasEvent):
            self._add(self.anchors.get(event.anchor or "", ""), None)
        elif isinstance(event, yaml.CollectionStartEvent):
            grown: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
            self._add(grown, event.anchor)
            self.open.append(grown)
            self.keys.append(None)
        elif isinstance(event, yaml.CollectionEndEvent):
            self.open.pop()
            self.keys.pop()

    def _add(self, value: Any, anchor: str | None) -> None:
        if anchor:
            self.anchors[anchor] = value
        if not self.open:
            self.root = value if self.root is None else self.root
        elif isinstance(self.open[-1], list):
            self.open[-1].append(value)
        elif self.keys[-1] is None:
            self.keys[-1] = value if isinstance(value, str) else ""
        else:
            self._put(self.open[-1], self.keys[-1], value)
            self.keys[-1] = None

    @staticmethod
    def _put(mapping: dict[str, Any], key: str, value: Any) -> None:
        if key == "<<" and isinstance(value, dict):
            mapping.update({name: inner for name, inner in value.items() if name not in mapping})
        elif key:
            mapping[key] = value
