"""YAML text -> mappings, lists and texts as typed, with the place of every key and value.

PyYAML's C parser gives the events; the tree is built here, so that no scalar is ever resolved to a bool, a float,
an octal number or a date, and so that neither depth nor aliases can exhaust the machine.
"""

import re
from dataclasses import dataclass, field, replace
from typing import Any

import yaml

from crmbudget.finding import Finding, Place
from crmbudget.planning.building import BREAK, Builder, Node, Stop
from crmbudget.planning.syntax import in_words
from crmbudget.wording import say

BYTES_MAX = 64 * 1024 * 1024

Path = tuple[str | int, ...]

_AHEAD = 4096
"""Signs behind an error that a parser may have to see to say what it is."""


@dataclass(slots=True)
class Source:
    """A plan's text and tree: ``values`` and ``keys`` say where what a path leads to is written."""

    path: str
    text: str = ""
    tree: Any = None
    values: dict[Path, Place] = field(default_factory=dict)
    keys: dict[Path, Place] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    _split: list[str] | None = None

    def place(self, at: Path, *, key: bool = False) -> Place:
        """The place of a path's value (or key); of its nearest parent where the path itself is not written."""
        first, second = (self.keys, self.values) if key else (self.values, self.keys)
        for length in range(len(at), -1, -1):
            if found := first.get(at[:length]) or second.get(at[:length]):
                return found
            first, second = self.keys, self.values
        return Place(self.path, 1, 1)

    def copy(self) -> "Source":
        """The same source, whose tree and places can be replaced without changing this one."""
        return replace(self, values=dict(self.values), keys=dict(self.keys), findings=list(self.findings))

    def lines(self) -> list[str]:
        """The text line by line, as the places count them."""
        if self._split is None:
            lines = re.split(BREAK, self.text)
            self._split = lines if lines[-1] else lines[:-1]
        return self._split


def read_source(text: str, path: str) -> Source:
    """The tree of a YAML text; what is wrong with it stands in ``findings``, and ``tree`` is None where it has no shape."""
    source = Source(path, text)
    builder = Builder(text, path)
    source.findings = builder.findings
    try:
        node = builder.build()
    except yaml.YAMLError as error:
        source.findings.append(_syntax(text, path, error))
    except UnicodeEncodeError as error:
        before = text[: error.start]
        place = Place(path, before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1)
        source.findings.append(
            Finding("CB105", say("half of a character stands here"), place, say("save the file as UTF-8"))
        )
    except RecursionError:  # pragma: no cover - the depth is bounded before
        source.findings.append(Finding("CB102", say("the plan nests too deeply"), Place(path)))
    except Stop as stop:
        source.findings.append(stop.finding)
    else:
        if node is None or node.value == "":
            source.findings.append(
                Finding(
                    "CB103",
                    say("the plan is empty"),
                    Place(path, 1, 1),
                    say("start with `currency:`, `total:` and `segments:`"),
                )
            )
        else:
            source.tree = node.value
            _remember(source, node)
    return source


def _remember(source: Source, root: Node) -> None:
    todo: list[tuple[Path, Node]] = [((), root)]
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
        Builder(text[: _reach(text, error)], path, yaml.SafeLoader).build()
    except yaml.YAMLError as better:
        error = better
    except Stop as stop:  # the C parser reads ahead, and stumbles before it gives what stands first
        return stop.finding
    from crmbudget.planning.mending import mended

    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or say("it is not YAML")
    place = _at(path, mark) if mark else Place(path)
    begun, context = getattr(error, "context_mark", None), getattr(error, "context", None)
    related = (
        ((say("{context} that starts here", context=in_words(context)), _at(path, begun)),)
        if begun and context and begun.line != getattr(mark, "line", None)
        else ()
    )
    return Finding(
        "CB101",
        say("this is not YAML: {problem}", problem=in_words(problem)),
        place,
        _syntax_fix(text, mark, begun),
        related=related,
        repair=mended(text),
    )


def _reach(text: str, error: yaml.YAMLError) -> int:
    """How far the pure parser has to read to stumble as the C parser did: it is slow, and slower the deeper a text nests."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:
        return len(text)
    starts = [0, *(found.end() for found in re.finditer(BREAK, text))]
    line, column = min(int(mark.line), len(starts) - 1), int(mark.column)
    return min(starts[line] + column + _AHEAD, len(text))


def _at(path: str, mark: Any) -> Place:
    return Place(path, mark.line + 1, mark.column + 1, mark.column + 2)


def _syntax_fix(text: str, *marks: Any) -> str:
    """The likely mend, from the lines that the parser points at."""
    lines = text.splitlines()
    for mark in marks:
        line = lines[mark.line] if mark and mark.line < len(lines) else ""
        if "\t" in line[: len(line) - len(line.lstrip())] or (mark and line[mark.column : mark.column + 1] == "\t"):
            return say("indent with spaces, not with a tab")
        if re.search(r":\S", line) and ": " not in line:
            return say("put a space after the colon")
    return say("look at this line and the one above: a missing quote, bracket, colon or space")
