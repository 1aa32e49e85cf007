"""YAML text -> mappings, lists and texts as typed, with the place of every key and value.

PyYAML's C parser gives the events; the tree is built here, so that no scalar is ever resolved to a bool, a float,
an octal number or a date, and so that neither depth nor aliases can exhaust the machine.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from crmbudget.finding import Finding, Place

NODES_MAX = 100_000
DEPTH_MAX = 64
BYTES_MAX = 64 * 1024 * 1024

Path = tuple[str | int, ...]
_Parser = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True)
class Source:
    """A plan's text and tree: ``values`` and ``keys`` say where what a path leads to is written."""

    path: str
    text: str = ""
    tree: Any = None
    values: dict[Path, Place] = field(default_factory=dict)
    keys: dict[Path, Place] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def place(self, at: Path, *, key: bool = False) -> Place:
        """The place of a path's value (or key); of its nearest parent where the path itself is not written."""
        first, second = (self.keys, self.values) if key else (self.values, self.keys)
        for length in range(len(at), -1, -1):
            if found := first.get(at[:length]) or second.get(at[:length]):
                return found
            first, second = self.keys, self.values
        return Place(self.path, 1, 1)

    def lines(self) -> list[str]:
        """The text line by line, as the places count them."""
        lines = re.split("\r\n|[\n\r\x85\u2028\u2029]", self.text)
        return lines if lines[-1] else lines[:-1]


@dataclass(slots=True)
class _Node:
    value: Any
    place: Place
    size: int = 1
    height: int = 0
    places: "list[tuple[str | int, Place | None, _Node]]" = field(default_factory=list)
    merged: set[str] | None = None


class _Stop(Exception):  # noqa: N818 - it carries a finding
    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


def read_source(text: str, path: str) -> Source:
    """The tree of a YAML text; what is wrong with it stands in ``findings``, and ``tree`` is None where it has no shape."""
    source = Source(path, text)
    try:
        node = _Builder(source).build()
    except yaml.YAMLError as error:
        source.findings.append(_syntax(text, path, error))
    except UnicodeEncodeError as error:
        before = text[: error.start]
        place = Place(path, before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1)
        source.findings.append(Finding("CB105", "half of a character stands here", place, "save the file as UTF-8"))
    except RecursionError:  # pragma: no cover - the depth is bounded before
        source.findings.append(Finding("CB102", "the plan nests too deeply", Place(path)))
    except _Stop as stop:
        source.findings.append(stop.finding)
    else:
        if node is None or node.value == "":
            source.findings.append(
                Finding(
                    "CB103", "the plan is empty", Place(path, 1, 1), "start with `currency:`, `total:` and `segments:`"
                )
            )
        else:
            source.tree = node.value
            _remember(source, node)
    return source


def _remember(source: Source, root: _Node) -> None:
    todo: list[tuple[Path, _Node]] = [((), root)]
    while todo:
        at, node = todo.pop()
        source.values[at] = node.place
        for name, key_place, _ in node.places:
            if key_place:
                source.keys[(*at, name)] = key_place
        todo += [((*at, name), child) for name, _, child in reversed(node.places)]


def _syntax(text: str, path: str, error: yaml.YAMLError) -> Finding:
    """The pure parser's words are better than the C parser's; on odd input they may not agree."""
    try:
        for _ in yaml.parse(text, yaml.SafeLoader):
            pass
    except yaml.YAMLError as better:
        error = better
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "it is not YAML"
    place = _at(path, mark) if mark else Place(path)
    begun, context = getattr(error, "context_mark", None), getattr(error, "context", None)
    related = (
        ((f"{context} that starts here", _at(path, begun)),)
        if begun and context and begun.line != getattr(mark, "line", None)
        else ()
    )
    return Finding("CB101", f"this is not YAML: {problem}", place, _syntax_fix(text, mark), related=related)


def _at(path: str, mark: Any) -> Place:
    return Place(path, mark.line + 1, mark.column + 1, mark.column + 2)


def _syntax_fix(text: str, mark: Any) -> str:
    line = text.splitlines()[mark.line] if mark and mark.line < len(text.splitlines()) else ""
    if "\t" in line[: len(line) - len(line.lstrip())] or line[mark.column : mark.column + 1] == "\t" if mark else False:
        return "indent with spaces, not with a tab"
    if re.search(r":\S", line) and ": " not in line:
        return "put a space after the colon"
    return "look at this line and the one above: a missing quote, bracket, colon or space"


class _Builder:
    """Builds nodes from parse events without recursion."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.anchors: dict[str, _Node] = {}
        self.stack: list[_Node] = []
        self.pending: list[tuple[str, Place] | None] = []
        self.names: list[str | None] = []
        self.root: _Node | None = None
        self.expanded = 0

    def build(self) -> _Node | None:
        documents = 0
        for event in self._events():
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise _Stop(
                        Finding(
                            "CB101",
                            "a second YAML document starts here",
                            self._place(event),
                            "keep one plan in one file",
                        )
                    )
            elif isinstance(event, yaml.ScalarEvent):
                self._check_tag(event)
                self._name(event.anchor, self._add(_Node(event.value, self._place(event))))
            elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
                self._open(event)
            elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
                self._close()
            elif isinstance(event, yaml.AliasEvent):
                self._alias(event)
        return self.root

    def _events(self) -> Iterator[Any]:
        return yaml.parse(self.source.text, _Parser)  # type: ignore[no-any-return]

    def _place(self, event: Any) -> Place:
        start, end = event.start_mark, event.end_mark
        last = end.column + 1 if end.line == start.line and end.column > start.column else start.column + 2
        return Place(self.source.path, start.line + 1, start.column + 1, last)

    def _check_tag(self, event: Any) -> None:
        if event.tag and not event.tag.startswith("tag:yaml.org,2002:"):
            self._say("CB101", f"the tag `{event.tag}` has no meaning in a plan", event, "take the tag out")

    def _say(self, code: str, message: str, event: Any, fix: str) -> None:
        self.source.findings.append(Finding(code, message, self._place(event), fix))

    def _open(self, event: Any) -> None:
        self._check_tag(event)
        if len(self.stack) >= DEPTH_MAX:
            raise _Stop(
                Finding(
                    "CB102",
                    f"the plan nests deeper than {DEPTH_MAX}",
                    self._place(event),
                    "take the extra brackets or indents out",
                )
            )
        self.stack.append(_Node({} if isinstance(event, yaml.MappingStartEvent) else [], self._place(event)))
        self.pending.append(None)
        self.names.append(event.anchor)

    def _close(self) -> None:
        node, name = self.stack.pop(), self.names.pop()
        self.pending.pop()
        self._name(name, self._add(node))

    def _name(self, anchor: str | None, node: _Node) -> None:
        if anchor:
            self.anchors[anchor] = node

    def _alias(self, event: Any) -> None:
        node = self.anchors.get(event.anchor)
        if node is None:
            raise _Stop(
                Finding(
                    "CB101",
                    f"`*{event.anchor}` refers to nothing written above it",
                    self._place(event),
                    "name it with `&` first",
                )
            )
        if self.stack and len(self.stack) + node.height >= DEPTH_MAX:
            raise _Stop(
                Finding("CB102", f"the plan nests deeper than {DEPTH_MAX}", self._place(event), "write the values out")
            )
        self.expanded += node.size
        if self.expanded > NODES_MAX:
            message = f"the anchors of this plan expand beyond {NODES_MAX:,} nodes"
            raise _Stop(Finding("CB102", message, self._place(event), "write the values out, or make the plan smaller"))
        self._add(node)

    def _add(self, node: _Node) -> _Node:
        if not self.stack:
            self.root = node
            return node
        parent, key = self.stack[-1], self.pending[-1]
        if isinstance(parent.value, list):
            parent.places.append((len(parent.value), None, node))
            parent.value.append(node.value)
        elif key is None:
            self._key(parent, node)
            return node
        else:
            self._put(parent, key, node)
            self.pending[-1] = None
        parent.size += node.size
        parent.height = max(parent.height, node.height + 1)
        return node

    def _key(self, parent: _Node, node: _Node) -> None:
        if not isinstance(node.value, str):
            raise _Stop(Finding("CB106", "a key must be a text", node.place, "write one name before the colon"))
        self.pending[-1] = (node.value, node.place)

    def _put(self, parent: _Node, key: tuple[str, Place], node: _Node) -> None:
        name, place = key
        if name == "<<" and isinstance(node.value, dict):
            new = [known for known in node.places if known[0] not in parent.value]
            parent.value |= {inner: child.value for inner, _, child in new}
            parent.places += new
            parent.merged = (parent.merged or set()) | {str(inner) for inner, _, _ in new}
        elif name in parent.value and name not in (parent.merged or ()):
            self._twice(parent, key, node)
        else:
            parent.value[name] = node.value
            parent.places.append((name, place, node))
            if parent.merged:
                parent.merged.discard(name)

    def _twice(self, parent: _Node, key: tuple[str, Place], node: _Node) -> None:
        name, place = key
        first = next(known for inner, known, _ in parent.places if inner == name)
        message = f"`{name}` is given twice, and one of the values would be lost"
        related = (("first here", first),) if first else ()
        self.source.findings.append(Finding("CB110", message, place, "keep one of them", related=related))
