"""Amounts as accounting systems and spreadsheets write them, read exactly: each text under a point and under a comma.

A text that is one number under one of them and none under the other proves its column's sign; one that is two
different numbers leaves it open.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import IntFlag, StrEnum
from fractions import Fraction

from crmbudget.reading.currencies import NOTHING as NO_CODES
from crmbudget.reading.currencies import codes_of

DIGITS_MAX = 30
"""Digits before the point; more is no sum of money, and would not fit what sums are kept in."""
_SPACES = " \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_SPACE = re.compile(f"[{_SPACES}]")
_GROUPED = re.compile(f"[0-9]{{1,3}}(?:[{_SPACES}'’][0-9]{{3}})+(?:[.,][0-9]*)?")
_POINT = re.compile(
    r"(?:[0-9]+|[1-9][0-9]{0,2}(?:,[0-9]{3})+|[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3})(?:\.[0-9]+)?|\.[0-9]+|[0-9]+\."
)
_POWER = re.compile(r"(?P<base>[0-9]+(?:[.,][0-9]+)?)[eE](?P<power>[-+]?[0-9]{1,2})")
_UNITS = {"万": 4, "亿": 8, "k": 3, "K": 3, "m": 6, "M": 6}
_NO_AMOUNT = frozenset({"", "-", "--", "—", "/", "n/a", "N/A", "#N/A", "null", "NULL"})


class Decimal(StrEnum):
    """The sign before the decimals."""

    POINT = "point"
    COMMA = "comma"


class Proof(IntFlag):
    """What the texts of a column say about its decimal sign."""

    NOTHING = 0
    POINT = 1
    COMMA = 2
    OPEN = 4
    """At least one text has two readings."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one text may mean: an exact number under a point, and under a comma; None where it is none.

    ``marks`` are the currencies that its sign or code can stand for, empty where it has none.
    """

    point: Fraction | None
    comma: Fraction | None
    marks: frozenset[str] = NO_CODES

    @property
    def proof(self) -> Proof:
        """What this text says about its column."""
        if self.point == self.comma:
            return Proof.NOTHING
        return Proof.POINT if self.comma is None else Proof.COMMA if self.point is None else Proof.OPEN

    def under(self, decimal: Decimal) -> Fraction | None:
        """The number under this decimal sign; under the other where it can only be that."""
        asked, other = (self.point, self.comma) if decimal is Decimal.POINT else (self.comma, self.point)
        return other if asked is None else asked


NOTHING = Reading(None, None)


def is_blank(text: str) -> bool:
    """Whether a cell holds no amount at all, as nothing, a dash or ``n/a``."""
    return unicodedata.normalize("NFKC", text).strip() in _NO_AMOUNT


def read(text: str) -> Reading:
    """The readings of a text: ``(1,234.00)``, ``1,234.00-``, ``CNY 12``, ``1.2E+04``, ``1.2万``, full-width digits.

    >>> read("-1.234,50"), read("1,234").proof
    (Reading(point=None, comma=Fraction(-2469, 2), marks=frozenset()), <Proof.OPEN: 4>)
    """
    plain = unicodedata.normalize("NFKC", text).replace("−", "-").replace("–", "-").strip()
    sign, body = _signed(plain)
    marks, body = _marked(body)
    if not sign:
        sign, body = _signed(body)
    if body[-1:] == "%":
        return NOTHING
    power, body = _powered(body)
    grouped = _GROUPED.fullmatch(body)
    both = _ungrouped(body) if grouped else (_number(body), _number(body.translate(_SWAPPED)))
    factor = (sign or 1) * Fraction(10) ** power
    point, comma = (None if number is None else number * factor for number in both)
    return Reading(point, comma, marks)


def plain(number: Fraction) -> str:
    """A number that was read, in plain digits."""
    whole, rest = divmod(abs(number.numerator) * 10**DIGITS_MAX // number.denominator, 10**DIGITS_MAX)
    return f"{'-' if number < 0 else ''}{whole}" + (f".{rest:0{DIGITS_MAX}d}".rstrip("0") if rest else "")


_SWAPPED = str.maketrans(".,", ",.")


def _signed(text: str) -> tuple[int, str]:
    """-1 where a sign or brackets make it negative, 1 where a sign says that it is not, else 0; and the rest."""
    if text[:1] == "(" and text[-1:] == ")":
        return -1, text[1:-1].strip()
    if text[:1] in {"+", "-"}:
        return (-1 if text[0] == "-" else 1), text[1:].strip()
    if text[-1:] == "-":
        return -1, text[:-1].strip()
    return 0, text


def _marked(text: str) -> tuple[frozenset[str], str]:
    """The currencies that a sign or code before or behind the number can stand for, and the rest."""
    found = re.fullmatch(r"(?P<before>[^0-9.,(+\-]*)(?P<rest>.*?)(?P<behind>[^0-9.,)\-万亿]*)", text, re.DOTALL)
    assert found  # noqa: S101 - the pattern takes any text
    before, rest, behind = found["before"].strip(), found["rest"].strip(), found["behind"].strip()
    if behind in _UNITS and not before:
        return NO_CODES, text.strip()
    marks = [codes_of(mark) for mark in (before, behind) if mark]
    if not all(marks):
        return NO_CODES, text
    meant = frozenset.intersection(*marks) if marks else NO_CODES
    return (meant, rest) if meant or not marks else (NO_CODES, text)


def _powered(text: str) -> tuple[int, str]:
    """A power of ten that a suffix or an exponent names, and the rest."""
    if found := _POWER.fullmatch(text):
        base = found["base"]
        # One digit before its sign can only be decimals: nobody groups what is in powers of ten.
        return int(found["power"]), base if "." not in base and "," not in base else f"{base}0000"
    if text[-1:] in _UNITS:
        return _UNITS[text[-1]], text[:-1].strip()
    return 0, text


def _ungrouped(body: str) -> tuple[Fraction | None, Fraction | None]:
    """Where blanks or apostrophes group the digits, a point or a comma can only stand before decimals."""
    digits = re.sub(f"[{_SPACES}'’]", "", body)
    if "," in digits:
        return None, _number(digits.replace(",", "."))
    if "." in digits:
        return _number(digits), None
    whole = _number(digits)
    return whole, whole


def _number(text: str) -> Fraction | None:
    if not _POINT.fullmatch(text):
        return None
    digits = text.replace(",", "").removesuffix(".")
    whole, _, decimals = digits.partition(".")
    if len(whole) > DIGITS_MAX or len(decimals) > DIGITS_MAX:
        return None
    return Fraction(int(whole + decimals or "0"), 10 ** len(decimals))
