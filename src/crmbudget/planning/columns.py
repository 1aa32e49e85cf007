"""Expressions over the columns of a customer list, translated to SQL over whole numbers.

Every value is a whole number of parts: a column with two decimals counts hundredths, ``x / 3`` counts thirds of them.
So DuckDB adds, subtracts, multiplies and compares exactly, never divides, and raises where 38 digits are not enough.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from math import lcm

from crmbudget.finding import Finding, Misread, one_of
from crmbudget.planning.expression import Apply, Expression, Name, Number, Word, evaluate, names, parse
from crmbudget.planning.source import Path, Source
from crmbudget.wording import say

_HUGEINT_MAX = 2**127 - 1
_COMPARISONS = {"==": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_FUNCTIONS = {"min": "least", "max": "greatest"}
_BLANKS = " \t\r\n\u00a0\u3000\ufeff"
_WIDE, _NARROW = "０１２３４５６７８９．，－＋", "0123456789.,-+"
_NUMBER = r"[-+]?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]+)?|[-+]?\.[0-9]+"


class Role(Enum):
    """How an expression uses a column: ``TEXT_OR_BLANK`` is compared with an empty text, so may be empty."""

    NUMBER = "number"
    TEXT = "text"
    TEXT_OR_BLANK = "text or blank"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table of customers, by its place; ``decimals`` are the most that a cell of it has.

    The table holds the cell as typed for who compares it, and trimmed, in plain digits, for who computes with it.
    """

    place: int
    number: bool = False
    decimals: int = 0

    @property
    def typed(self) -> str:
        """SQL of the cell as typed."""
        return f"c{self.place}"

    @property
    def trimmed(self) -> str:
        """SQL of the cell without surrounding blanks, full-width digits made plain."""
        return f"n{self.place}"

    @property
    def trimming(self) -> str:
        """SQL that makes the trimmed cell of the typed one; most cells need nothing."""
        plain = f"trim(translate({self.typed}, '{_WIDE}', '{_NARROW}'), '{_BLANKS}')"
        return f"CASE WHEN regexp_full_match({self.typed}, '{_NUMBER}') THEN {self.typed} ELSE {plain} END"

    @property
    def blank(self) -> str:
        """SQL that is true for a cell that holds nothing, or only blanks; cells that start with a letter are not looked into."""
        if self.number:
            return f"({self.trimmed} = '')"
        return f"(CASE WHEN {self.typed} BETWEEN '!' AND '~' THEN false ELSE trim({self.typed}, '{_BLANKS}') = '' END)"

    @property
    def bad(self) -> str:
        """SQL that is true for a text where a number must be; not for a blank."""
        return f"({self.trimmed} <> '' AND NOT regexp_full_match({self.trimmed}, '{_NUMBER}'))"

    @property
    def places(self) -> str:
        """SQL of how many decimals the cell has."""
        cell = self.trimmed
        return f"CASE WHEN contains({cell}, '.') THEN strlen({cell}) - strpos({cell}, '.') ELSE 0 END"

    @property
    def whole(self) -> str:
        """SQL of the cell as a whole number of 10 ** -decimals; a blank counts as 0. Every cell must be a number."""
        digits = f"replace(replace({self.trimmed}, ',', ''), '.', '')"
        if self.decimals:
            digits = f"{digits} || repeat('0', CAST({self.decimals} - {self.places} AS INTEGER))"
        return f"CAST(CASE WHEN {self.trimmed} = '' THEN '0' ELSE {digits} END AS HUGEINT)"


@dataclass(frozen=True, slots=True)
class Scaled:
    """SQL of whole numbers that count parts of ``denominator``."""

    sql: str
    denominator: int

    def over(self, denominator: int) -> str:
        """The SQL over a multiple of the denominator."""
        factor = denominator // self.denominator
        return self.sql if factor == 1 else f"({self.sql} * {_literal(factor)})"


def misread(error: Misread, source: Source, at: Path) -> Finding:
    """The finding for a text of the plan that could not be read, at its place."""
    return Finding(error.code, error.message, source.place((*at, *error.at)), error.fix)


def find_column(name: str, known: Sequence[str]) -> str:
    """The name, where the file has one such column; Misread where it has none, or two."""
    times = known.count(name)
    if times == 0:
        raise Misread(
            "CB406", say("the customer list has no column `{name}`", name=name), one_of(name, dict.fromkeys(known))
        )
    if times > 1:
        raise Misread(
            "CB406",
            say("the customer list has {times} columns `{name}`", times=times, name=name),
            say("give each column a name of its own"),
        )
    return name


def read_expression(text: str, known: Sequence[str], words: Mapping[str, Expression]) -> Expression:
    """The expression that a text holds, its names columns of the file; ``words`` stand for expressions of their own."""
    if text in words:
        return words[text]
    if text in known:
        return Name(find_column(text, known))
    return _resolved(parse(text), known, words)


def _resolved(expression: Expression, known: Sequence[str], words: Mapping[str, Expression]) -> Expression:
    match expression:
        case Name(name) if name in words:
            return words[name]
        case Name(name):
            return Name(find_column(name, known))
        case Apply(sign, operands):
            return Apply(sign, tuple(_resolved(operand, known, words) for operand in operands))
        case _:
            return expression


def roles(expression: Expression) -> Iterator[tuple[str, Role]]:
    """Each column of the expression with a role that it plays."""
    match expression:
        case Name(name):
            yield name, Role.NUMBER
        case Apply("==" | "!=", (Name(name), Word(word)) | (Word(word), Name(name))):
            yield name, Role.TEXT if word.strip(_BLANKS) else Role.TEXT_OR_BLANK
        case Apply(_, operands):
            for operand in operands:
                yield from roles(operand)


@dataclass(slots=True)
class Translator:
    """Turns expressions into SQL; the texts that they compare with are gathered in ``parameters``."""

    columns: Mapping[str, Column]
    parameters: dict[str, str]

    def scaled(self, expression: Expression) -> Scaled:
        """The SQL of an expression, and what its whole numbers count; Misread for what has no exact value."""
        match expression:
            case Number(value):
                return Scaled(_literal(value.numerator), value.denominator)
            case Name(name):
                return Scaled(self.columns[name].whole, 10 ** self.columns[name].decimals)
            case Apply("==" | "!=" as sign, (Name(name), Word(word)) | (Word(word), Name(name))):
                return _truth(f"{self.columns[name].typed} {_COMPARISONS[sign]} {self._parameter(word)}")
            case Apply(sign, operands) if names(expression):
                return self._applied(sign, operands)
            case _:
                return self.scaled(Number(evaluate(expression, {})))

    def _parameter(self, word: str) -> str:
        name = f"word{len(self.parameters)}"
        self.parameters[name] = word
        return f"${name}"

    def _applied(self, sign: str, operands: tuple[Expression, ...]) -> Scaled:
        if sign == "/":
            return self._divided(*operands)
        parts = [self.scaled(operand) for operand in operands]
        if sign == "*":
            return Scaled(f"({parts[0].sql} * {parts[1].sql})", parts[0].denominator * parts[1].denominator)
        denominator = lcm(*(part.denominator for part in parts))
        numbers = [part.over(denominator) for part in parts]
        if sign in _COMPARISONS:
            return _truth(f"{numbers[0]} {_COMPARISONS[sign]} {numbers[1]}")
        if sign in _FUNCTIONS:
            return Scaled(f"{_FUNCTIONS[sign]}({', '.join(numbers)})", denominator)
        return Scaled(f"({numbers[0]} {sign} {numbers[1]})", denominator)

    def _divided(self, dividend: Expression, divisor: Expression) -> Scaled:
        if divided_by := names(divisor):
            message = f"dividing by the column `{divided_by[0]}` has no exact sum"
            raise Misread(
                "CB120", message, say("divide by a number, or put the quotient into the file as a column of its own")
            )
        by = evaluate(divisor, {})
        if by == 0:
            raise Misread("CB122", say("the expression divides by zero"), say("divide by another number"))
        part, times = self.scaled(dividend), by.denominator if by > 0 else -by.denominator
        return Scaled(
            part.sql if times == 1 else f"({part.sql} * {_literal(times)})", part.denominator * abs(by.numerator)
        )


def check(expression: Expression) -> None:
    """Misread for what no file could make right: a division by a column or by zero, a text used as a number."""
    columns = {name: Column(0) for name in names(expression)}
    Translator(columns, {}).scaled(expression)


def _truth(condition: str) -> Scaled:
    return Scaled(f"CAST({condition} AS HUGEINT)", 1)


def _literal(number: int) -> str:
    if abs(number) > _HUGEINT_MAX:
        raise Misread(
            "CB411",
            say("a number of the expression has more digits than can be summed exactly"),
            say("write fewer digits"),
        )
    return f"CAST('{number}' AS HUGEINT)"
