"""Parse events of PyYAML -> nodes, without recursion and with every place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from crmbudget.finding import Edit, Finding, Place
from crmbudget.planning.edits import removing
from crmbudget.wording import say

NODES_MAX = 100_000
DEPTH_MAX = 64
BREAK = "\r\n|[\n\r\x85\u2028\u2029]"
"""What ends a line for a YAML parser."""
Parser = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True)
class Node:
    """A value with its place, and where its keys and members are written; ``merged`` are keys that a merge brought."""

    value: Any
    place: Place
    size: int = 1
    height: int = 0
    places: "list[tuple[str | int, Place | None, Node]]" = field(default_factory=list)
    merged: set[str] | None = None


class Stop(Exception):  # noqa: N818 - it carries a finding
    """What ends the reading."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


class Builder:
    """Builds nodes from parse events without recursion."""

    def __init__(self, text: str, path: str, parser: Any = Parser) -> None:
        self.text, self.path, self.parser = text, path, parser
        self.findings: list[Finding] = []
        self.anchors: dict[str, Node] = {}
        self.stack: list[Node] = []
        self.pending: list[tuple[str, Place] | None] = []
        self.names: list[str | None] = []
        self.root: Node | None = None
        self.event: Any = None
        self.expanded = 0
        self.lines: list[str] | None = None

    def build(self) -> Node | None:
        """The root, None where there is none; Stop or yaml.YAMLError where the text has no shape."""
        documents = 0
        for event in self._events():
            self.event = event
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise Stop(
                        Finding(
                            "CB101",
                            say("a second YAML document starts here"),
                            self._place(event),
                            say("keep one plan in one file"),
                        )
                    )
            elif isinstance(event, yaml.ScalarEvent):
                self._check_tag(event)
                self._name(event.anchor, self._add(Node(event.value, self._place(event))))
            elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
                self._open(event)
            elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
                self._close()
            elif isinstance(event, yaml.AliasEvent):
                self._alias(event)
        return self.root

    def _events(self) -> Iterator[Any]:
        return yaml.parse(self.text, self.parser)

    def _place(self, event: Any) -> Place:
        start, end = event.start_mark, event.end_mark
        last = end.column + 1 if end.line == start.line and end.column > start.column else start.column + 2
        return Place(self.path, start.line + 1, start.column + 1, last)

    def _check_tag(self, event: Any) -> None:
        if event.tag and not event.tag.startswith("tag:yaml.org,2002:"):
            self._say(
                "CB101", say("the tag `{tag}` has no meaning in a plan", tag=event.tag), event, say("take the tag out")
            )

    def _say(self, code: str, message: str, event: Any, fix: str) -> None:
        self.findings.append(Finding(code, message, self._place(event), fix))

    def _open(self, event: Any) -> None:
        self._check_tag(event)
        if len(self.stack) >= DEPTH_MAX:
            raise Stop(
                Finding(
                    "CB102",
                    say("the plan nests deeper than {depth_max}", depth_max=DEPTH_MAX),
                    self._place(event),
                    say("take the extra brackets or indents out"),
                )
            )
        self.stack.append(Node({} if isinstance(event, yaml.MappingStartEvent) else [], self._place(event)))
        self.pending.append(None)
        self.names.append(event.anchor)

    def _close(self) -> None:
        node, name = self.stack.pop(), self.names.pop()
        self.pending.pop()
        self._name(name, self._add(node))

    def _name(self, anchor: str | None, node: Node) -> None:
        if anchor:
            self.anchors[anchor] = node

    def _alias(self, event: Any) -> None:
        node = self.anchors.get(event.anchor)
        if node is None:
            raise Stop(
                Finding(
                    "CB101",
                    say("`*{anchor}` refers to nothing written above it", anchor=event.anchor),
                    self._place(event),
                    say("name it with `&` first"),
                )
            )
        if self.stack and len(self.stack) + node.height >= DEPTH_MAX:
            raise Stop(
                Finding(
                    "CB102",
                    say("the plan nests deeper than {depth_max}", depth_max=DEPTH_MAX),
                    self._place(event),
                    say("write the values out"),
                )
            )
        self.expanded += node.size
        if self.expanded > NODES_MAX:
            message = say("the anchors of this plan expand beyond {nodes_max:,} nodes", nodes_max=NODES_MAX)
            raise Stop(
                Finding("CB102", message, self._place(event), say("write the values out, or make the plan smaller"))
            )
        self._add(node)

    def _add(self, node: Node) -> Node:
        if not self.stack:
            self.root = node
            return node
        parent, key = self.stack[-1], self.pending[-1]
        if isinstance(parent.value, list):
            parent.places.append((len(parent.value), None, node))
            parent.value.append(node.value)
        elif key is None:
            self._key(node)
            return node
        else:
            self._put(parent, key, node)
            self.pending[-1] = None
        parent.size += node.size
        parent.height = max(parent.height, node.height + 1)
        return node

    def _key(self, node: Node) -> None:
        if not isinstance(node.value, str):
            raise Stop(
                Finding("CB106", say("a key must be a text"), node.place, say("write one name before the colon"))
            )
        self.pending[-1] = (node.value, node.place)

    def _put(self, parent: Node, key: tuple[str, Place], node: Node) -> None:
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

    def _twice(self, parent: Node, key: tuple[str, Place], second: Node) -> None:
        name, place = key
        first, value = next((known, node.value) for inner, known, node in parent.places if inner == name)
        message = say("`{name}` is given twice, and one of the values would be lost", name=name)
        related = ((say("first here"), first),) if first else ()
        repair = self._without(place) if value == second.value else ()
        self.findings.append(Finding("CB110", message, place, say("keep one of them"), related=related, repair=repair))

    def _without(self, key: Place) -> tuple[Edit, ...]:
        """The edit that takes out a key with the value that was read last."""
        if self.lines is None:
            self.lines = re.split(BREAK, self.text)
        return removing(self.lines, key, (self.event.end_mark.line + 1, self.event.end_mark.column + 1))
