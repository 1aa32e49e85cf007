"""A stored answer read back: JSON text -> its parts, with the place of whatever is wrong.

Lists of records are kept as rows under the names of their fields, so that a million of them fit. No number becomes a float.
"""

import json
import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, NoReturn

from crmbudget.finding import Finding, Place, Refused
from crmbudget.reporting.report import SCHEMA_VERSION
from crmbudget.wording import say

NAMES = (
    "schema", "schema_version", "tool", "command", "currency", "inputs", "summary", "results", "diagnostics", "exit_code",
)  # fmt: skip
"""What every answer has."""
_WHOLE = frozenset(NAMES) - {"results"}
"""What is no list of records, whatever stands there."""
_SPACE = re.compile(r"[ \t\r\n]*")
_VERSION = re.compile(r"([0-9]{1,9})\.([0-9]{1,9})")
_SHOWN = 20


class Digits(str):
    """A number with decimals or a power of ten, as typed: no answer of ours has one."""

    __slots__ = ()


class Listed(NamedTuple):
    """A list of records: the names of their fields, their values, and where in the text each begins."""

    names: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    starts: "array[int]"


@dataclass(frozen=True, slots=True)
class Envelope:
    """The parts of an answer by name, lists of records apart; ``text`` is what they were read from."""

    path: str
    text: str
    values: dict[str, Any]
    lists: dict[str, Listed]

    def place(self, start: int | None = None) -> Place:
        """The place of a sign of the text; the first one, for all of the document, where none is given."""
        start = start or 0
        line = self.text.count("\n", 0, start) + 1
        column = start - self.text.rfind("\n", 0, start)
        return Place(self.path, line, column, column + 1)

    def refuse(self, code: str, message: str, fix: str, start: int | None = None) -> NoReturn:
        """Refuses the document, for what stands there."""
        raise Refused([Finding(code, message, self.place(start), fix)])

    def part(self, name: str, kind: type) -> Any:
        """A part of the document that is no list of records; Refused where it is of another kind."""
        value = self.values[name]
        if not isinstance(value, kind) or isinstance(value, bool):
            message = say("this is not an answer of crmbudget: `{name}` is wrong", name=name)
            self.refuse("CB141", message, say("write the answer anew, with --output result.json"))
        return value


def read_envelope(text: str, path: str) -> Envelope:
    """The parts of the document; Refused where it is no JSON, no answer of ours, or one of a version to come."""
    envelope = Envelope(path, text, {}, {})
    _Reader(envelope).read()
    fix = say("name a file that a command wrote with --output result.json")
    for name in NAMES:
        if name not in envelope.values and name not in envelope.lists:
            envelope.refuse("CB141", say("this is not an answer of crmbudget: it has no `{name}`", name=name), fix)
    if "results" not in envelope.lists:
        message = say("this is not an answer of crmbudget: `{name}` is no list of records", name="results")
        envelope.refuse("CB141", message, fix)
    _check_version(envelope)
    return envelope


def _check_version(envelope: Envelope) -> None:
    given = envelope.values["schema_version"]
    found = _VERSION.fullmatch(given) if isinstance(given, str) else None
    if not found:
        message = say("`{given}` is not a version of an answer", given=given)
        envelope.refuse("CB142", message, say("write the answer anew, with --output result.json"))
    major = SCHEMA_VERSION.partition(".")[0]
    if int(found[1]) != int(major):
        message = say("this answer has version {given}, and what can be read is {major}.x", given=given, major=major)
        envelope.refuse("CB142", message, say("update crmbudget, or write the answer anew with this one"))


class _NoNumber(Exception):  # noqa: N818 - as below
    """A word stands for a number that JSON does not have."""


class _Twice(Exception):  # noqa: N818 - it says what stands there
    """A record has two values of one name."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A record; which of two values would be meant, nobody knows."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise _Twice(next(name for name in names if names.count(name) > 1))
    return found


class _Reader:
    """Reads the outermost object name by name, and lists of records one record at a time."""

    def __init__(self, envelope: Envelope) -> None:
        self.envelope, self.text = envelope, envelope.text
        self.decoder = json.JSONDecoder(object_pairs_hook=_unique, parse_float=Digits, parse_constant=self._constant)
        self.known: dict[Any, Any] = {}

    def read(self) -> None:
        """Fills the envelope; Refused where the text is no JSON object."""
        place = self._space(0)
        if self.text[place : place + 1] in {"[", '"'} or self.text[place : place + 1].isdigit():
            message = say("this is not an answer of crmbudget: it is JSON, and no object")
            self.envelope.refuse("CB141", message, say("name a file that a command wrote with --output result.json"))
        place = self._space(self._sign(place, "{"))
        while self.text[place : place + 1] != "}":
            place = self._space(self._named(place))
            if self.text[place : place + 1] == ",":
                place = self._space(place + 1)
                if self.text[place : place + 1] == "}":
                    self._wrong(place)
            elif self.text[place : place + 1] != "}":
                self._wrong(place)
        if (end := self._space(place + 1)) < len(self.text):
            self._wrong(end)

    def _named(self, start: int) -> int:
        """Reads one name and its value; the place behind it."""
        if self.text[start : start + 1] != '"':
            self._wrong(start)
        name, place = self._value(start)
        place = self._space(self._sign(self._space(place), ":"))
        if name in self.envelope.values or name in self.envelope.lists:
            self._twice(name, start)
        if self.text[place : place + 1] == "[" and name not in _WHOLE:
            return self._list(name, place)
        self.envelope.values[name], place = self._value(place)
        return place

    def _list(self, name: str, start: int) -> int:
        """Reads a list; one of anything but records is a value as any other."""
        first = self._space(start + 1)
        if self.text[first : first + 1] not in {"{", "]"}:
            self.envelope.values[name], end = self._value(start)
            return end
        records, starts, end = list[tuple[Any, ...]](), array("q"), first
        names: dict[str, int] = {}
        for record, begin, behind in self._members(first):
            if not isinstance(record, dict):
                self.envelope.values[name], end = self._value(start)
                return end
            starts.append(begin)
            records.append(self._row(record, names))
            end = behind
        width = len(names)
        rows = [row if len(row) == width else (*row, *(None,) * (width - len(row))) for row in records]
        self.envelope.lists[name] = Listed(tuple(names), rows, starts)
        return self._space(end) + 1

    def _members(self, place: int) -> Iterator[tuple[Any, int, int]]:
        """Each member of a list, where it begins, and where it ends."""
        while self.text[place : place + 1] != "]":
            value, end = self._value(place)
            yield value, place, end
            place = self._space(end)
            if self.text[place : place + 1] == ",":
                place = self._space(place + 1)
                if self.text[place : place + 1] == "]":
                    self._wrong(place)
            elif self.text[place : place + 1] != "]":
                self._wrong(place)

    def _row(self, record: dict[str, Any], names: dict[str, int]) -> tuple[Any, ...]:
        """The values of a record in the order of the names; what repeats from record to record is held once."""
        for name in record:
            if name not in names:
                names[name] = len(names)
        known = self.known
        return tuple(
            known.setdefault(value, value) if type(value) is str and len(value) < _SHOWN else value
            for value in map(record.get, names)
        )

    def _value(self, start: int) -> tuple[Any, int]:
        """A value, and the place behind it."""
        try:
            return self.decoder.raw_decode(self.text, start)
        except json.JSONDecodeError as error:
            self._wrong(error.pos)
        except _Twice as error:
            self._twice(error.args[0], start)
        except _NoNumber as error:
            self._wrong(start, error.args[0])
        except (ValueError, RecursionError):
            self._wrong(start)

    def _sign(self, start: int, sign: str) -> int:
        if self.text[start : start + 1] != sign:
            self._wrong(start)
        return start + 1

    def _space(self, start: int) -> int:
        found = _SPACE.match(self.text, start)
        return found.end() if found else start

    def _twice(self, name: str, start: int) -> NoReturn:
        message = say("`{name}` stands twice in the same record", name=name)
        self.envelope.refuse("CB140", message, say("take one of them out"), start)

    @staticmethod
    def _constant(word: str) -> NoReturn:
        raise _NoNumber(word)

    def _wrong(self, start: int, word: str = "") -> NoReturn:
        fix = say("write the answer anew, with --output result.json")
        if self._space(start) >= len(self.text):
            self.envelope.refuse("CB140", say("this is not JSON: the document ends too early"), fix, start)
        message = say(
            "this is not JSON: `{sign}` cannot stand here",
            sign=word or self.text[start : start + _SHOWN].split("\n")[0],
        )
        self.envelope.refuse("CB140", message, fix, start)
