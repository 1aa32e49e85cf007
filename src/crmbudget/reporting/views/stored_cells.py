"""The cells of a stored answer: texts become exact amounts, shares and findings again, or are refused with their place."""

import re
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any, NoReturn

from crmbudget.finding import Finding, Place, Severity
from crmbudget.money import DECIMALS, Currency
from crmbudget.reporting.contracts._fields import Field, Holds, Records
from crmbudget.reporting.envelope import Digits, Envelope, Listed
from crmbudget.reporting.report import Column, Table, json_text
from crmbudget.wording import say

_DECIMAL = re.compile(r"-?[0-9]{1,400}\.[0-9]{1,400}")
_PLAIN = (str, int, bool, type(None))
_WORDS = {
    Holds.TEXT: say("a text"), Holds.MONEY: say('money, such as "1200.00"'), Holds.COUNT: say("a whole number"),
    Holds.PERCENT: say('a percent, such as "-12.5"'), Holds.RATIO: say('a ratio, such as "1.1029"'),
    Holds.FLAG: say("true or false"),
}  # fmt: skip
_ANEW = say("write the answer anew, with --output result.json")
_CODES = range(5)
_SHOWN = 40
Read = Callable[[Any], Any]


class Cells:
    """Reads the cells of one answer, by what its contract says of them."""

    def __init__(self, envelope: Envelope) -> None:
        self.envelope = envelope
        self.currency = self._currency()
        digits = f"\\.[0-9]{{{self.currency.digits}}}" if self.currency and self.currency.digits else ""
        self.amount = re.compile(f"-?[0-9]{{1,400}}{digits}")

    def _currency(self) -> Currency | None:
        code = self.envelope.values["currency"]
        if code is None:
            return None
        if not isinstance(code, str) or code not in DECIMALS:
            self.envelope.refuse("CB144", say("`{code}` is not an ISO 4217 currency code", code=code), _ANEW)
        return Currency.of(code)

    def summary(self, fields: Sequence[Field], *, whole: bool) -> dict[str, tuple[Column, Any]]:
        """The summary by name, with what is not known in it; where it is not ``whole``, it may lack anything."""
        given, known = self.envelope.part("summary", dict), {field.key: field for field in fields}
        for field in fields:
            if whole and field.always and field.key not in given:
                self._lacking("summary", field.key)
        found = {}
        for key, value in given.items():
            field = known.get(key, Field(key, Holds.TEXT, ""))
            try:
                cell = self._reader(field)(value) if key in known else value
            except (TypeError, ValueError):
                self._wrong("summary", field, value)
            found[key] = (Column(key, field.title, field.holds.kind, field.adds), cell)
        return found

    def expect(self, name: str, *, always: bool) -> None:
        """Refused where a list is none of records, or is not there and should be."""
        if name in self.envelope.values:
            message = say("this is not an answer of crmbudget: `{name}` is no list of records", name=name)
            self.envelope.refuse("CB144", message, _ANEW)
        if always and name not in self.envelope.lists:
            self._lacking(self.envelope.part("schema", str), name)

    def table(self, name: str, records: Records) -> Table:
        """A list of records as a table, in the order of the document; what is not known in it is kept where it is plain."""
        listed, known = self.envelope.lists[name], {field.key: field for field in records.fields}
        if not listed.rows:
            return Table(
                "", tuple(Column(field.key, field.title, field.holds.kind) for field in self._usual(records)), []
            )
        for field in records.fields:
            if field.always and field.key not in listed.names:
                self._lacking(name, field.key, listed.starts[0])
        fields = [known.get(key, Field(key, Holds.TEXT, "")) for key in listed.names]
        self._read(name, listed, [(at, field) for at, field in enumerate(fields) if field.key in known])
        kept = [at for at, field in enumerate(fields) if field.key in known or _plain(listed, at)]
        rows = listed.rows if len(kept) == len(fields) else [tuple(row[at] for at in kept) for row in listed.rows]
        columns = (Column(fields[at].key, fields[at].title, fields[at].holds.kind, fields[at].adds) for at in kept)
        return Table("", tuple(columns), rows)

    def _usual(self, records: Records) -> Iterator[Field]:
        """The fields of a list without records: those that are always there, and the coordinates by which results are given."""
        grouped = self.envelope.part("summary", dict).get("group_by")
        names = list(filter(None, grouped.split(","))) if isinstance(grouped, str) else []
        for field in records.fields:
            if field.always:
                yield field
            elif field.key in names:
                yield from (one for name in names for one in records.fields if one.key == name)
                names = []

    def _read(self, name: str, listed: Listed, fields: Sequence[tuple[int, Field]]) -> None:
        """Turns the values of all rows into cells, each row in its place: there may be a million."""
        readers = [(at, self._reader(field)) for at, field in fields]
        number = 0
        try:
            for number, row in enumerate(listed.rows):
                cells = list(row)
                for at, read in readers:
                    cells[at] = read(cells[at])
                listed.rows[number] = tuple(cells)
        except (TypeError, ValueError):
            self._blame(name, listed, number, fields)

    def _blame(self, name: str, listed: Listed, number: int, fields: Sequence[tuple[int, Field]]) -> NoReturn:
        """Refused with the first value of a row that cannot be read."""
        for at, field in fields:
            value = listed.rows[number][at]
            try:
                self._reader(field)(value)
            except (TypeError, ValueError):
                self._wrong(name, field, value, listed.starts[number])
        raise AssertionError(name)

    def _reader(self, field: Field) -> Read:
        """Reads one value of a field; TypeError or ValueError for what cannot stand there."""
        read = {
            Holds.TEXT: _text, Holds.MONEY: self._money, Holds.COUNT: _count, Holds.PERCENT: _percent, Holds.RATIO: _ratio,
            Holds.FLAG: _flag,
        }[field.holds]  # fmt: skip
        return (lambda value: None if value is None else read(value)) if field.empty else read

    def _money(self, value: Any) -> int:
        """Minor units of the currency; without one there is no money."""
        if self.currency is None or type(value) is not str or not self.amount.fullmatch(value):
            raise ValueError
        return int(value.replace(".", ""))

    def findings(self) -> tuple[Finding, ...]:
        """The diagnostics as findings again."""
        try:
            return tuple(map(self._finding, self.envelope.part("diagnostics", list)))
        except (AttributeError, KeyError, TypeError, ValueError):
            self.envelope.refuse("CB144", say("a record of `diagnostics` is not a finding"), _ANEW)

    def _finding(self, given: dict[str, Any]) -> Finding:
        money, severities = given["money"], {str(severity): severity for severity in Severity}
        return Finding(
            _text(given["code"]), _text(given["message"]), _place(given), _optional(given["fix"]),
            None if money is None else self._money(money), _optional(given.get("effect")), severities[given["severity"]],
            tuple((_text(one["message"]), _place(one) or Place("")) for one in given.get("related", ())),
        )  # fmt: skip

    def inputs(self) -> tuple[tuple[str, str], ...]:
        """The files that the numbers came from, each with its hash."""
        try:
            return tuple((_text(one["path"]), _text(one["sha256"])) for one in self.envelope.part("inputs", list))
        except (KeyError, TypeError, ValueError):
            self.envelope.refuse("CB144", say("a record of `inputs` is not a file with its hash"), _ANEW)

    def exit_code(self) -> int:
        """The exit code of the command: one with which it gives an answer."""
        code: int = self.envelope.part("exit_code", int)
        if code not in _CODES:
            self.envelope.refuse("CB144", say("`exit_code` is {code}, and no answer has that", code=code), _ANEW)
        return code

    def _lacking(self, name: str, key: str, start: int | None = None) -> NoReturn:
        message = say("`{name}` has no `{key}`, which every such answer has", name=name, key=key)
        self.envelope.refuse("CB144", message, _ANEW, start)

    def _wrong(self, name: str, field: Field, value: Any, start: int | None = None) -> NoReturn:
        shown = value if isinstance(value, Digits) else json_text(value)[:_SHOWN]
        message = say("`{key}` in `{name}` is `{shown}`, and {word} is meant", key=field.key, name=name, shown=shown, word=_WORDS[field.holds])  # fmt: skip
        if field.holds is Holds.MONEY and self.currency:
            digits = self.currency.text(0)
            message = say(
                "{message}, in {code} written as {digits}", message=message, code=self.currency.code, digits=digits
            )
        self.envelope.refuse("CB144", message, _ANEW, start)


def _plain(listed: Listed, at: int) -> bool:
    """Whether the values of a field are single ones."""
    return all(isinstance(row[at], _PLAIN) for row in listed.rows)


def _text(value: Any) -> str:
    if type(value) is not str:
        raise TypeError
    return value


def _optional(value: Any) -> str | None:
    return None if value is None else _text(value)


def _count(value: Any) -> int:
    if type(value) is not int:
        raise TypeError
    return value


def _flag(value: Any) -> bool:
    if type(value) is not bool:
        raise TypeError
    return value


def _percent(value: Any) -> Fraction:
    return _ratio(value) / 100


def _ratio(value: Any) -> Fraction:
    if type(value) is not str or not _DECIMAL.fullmatch(value):
        raise ValueError
    return Fraction(value)


def _place(given: dict[str, Any]) -> Place | None:
    """Where a finding is; None where it is nowhere."""
    if given["path"] is None:
        return None
    line, column, end = (given.get(name) for name in ("line", "column", "end_column"))
    if any(number is not None and type(number) is not int for number in (line, column, end)):
        raise TypeError
    return Place(_text(given["path"]), line, column, end)
