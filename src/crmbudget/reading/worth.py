"""What the money of a key is worth: cells that only Python reads, currencies, and what is a debit or a credit."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from crmbudget.money import Currency
from crmbudget.reading.amounts import Decimal, Proof, Reading, is_blank, read
from crmbudget.reading.currencies import chosen, codes_of, spelled
from crmbudget.reading.headers import Role
from crmbudget.reading.layers import QUANTITY_DECIMALS, SUMMED
from crmbudget.reading.terms import folded
from crmbudget.wording import say

_DEBITS = frozenset(map(folded, ("借", "借方", "D", "Dr", "Debit", "Debits", "S", "Soll", "支", "支出")))
_CREDITS = frozenset(map(folded, ("贷", "贷方", "C", "Cr", "Credit", "Credits", "H", "Haben", "收", "收入")))


class Reason(NamedTuple):
    """Why a row is rejected, and by which of its columns."""

    text: str
    role: Role | None = None


class Rejected(Exception):  # noqa: N818 - it says what becomes of a row
    """Something in a key that lets its rows count for nothing."""

    def __init__(self, text: str, role: Role | None = None) -> None:
        super().__init__(text)
        self.reason = Reason(text, role)


class Worth:
    """How the money of one file is read.

    ``power`` is that of ten in which the amounts are, ``stated`` the currencies of which the header names one; ``known``
    is true where the decimal sign is proved or declared, ``declared`` where no other is taken.
    """

    def __init__(
        self, currency: Currency, decimal: Decimal, power: int, stated: frozenset[str], rates: Mapping[str, Fraction], *, declared: bool
    ) -> None:  # fmt: skip
        self.currency, self.decimal, self.declared = currency, decimal, declared
        self.known = declared
        self._unit, self._stated, self._rates = currency.unit * 10**power, stated, rates
        self._spelled = spelled(currency.code, rates)
        self._readings: dict[str, Reading] = {}

    def reading(self, text: str) -> Reading:
        """What a text may mean; each text is read once."""
        if text not in self._readings:
            self._readings[text] = read(text)
        return self._readings[text]

    def minor(self, key: Mapping[Role | str, Any], rows: int, value: str | None, converted: str | None) -> int:
        """Minor units of all rows of a key, from the sums of SQL or the odd cells; Rejected where there are none."""
        code = self._code(key.get(Role.CURRENCY, ""))
        if value is None and converted is None:
            return self._odd(key, rows, code)
        return self._sign(key) * (whole(value) + whole(converted))

    def _code(self, text: str) -> str:
        """The currency of a row, where it is not the plan's own."""
        word = text.strip()
        if not word:
            return ""
        code = chosen(codes_of(word), self.currency.code, self._rates)
        if code is None or (code != self.currency.code and text.strip(" ").upper() not in self._spelled):
            raise self._unknown(word)
        if self._stated and code not in self._stated:
            shown = "/".join(sorted(self._stated))
            raise Rejected(
                say("`{word}` is another currency than the header's, {shown}", word=word, shown=shown), Role.CURRENCY
            )
        return "" if code == self.currency.code else code

    def _odd(self, key: Mapping[Role | str, Any], rows: int, code: str) -> int:
        numbers = {
            role: self._number(text, role)
            for role in SUMMED
            if (text := key.get(f"odd_{role}")) is not None and not is_blank(text)
        }
        if not numbers:
            raise Rejected(say("there is no amount"), next(role for role in SUMMED if f"odd_{role}" in key))
        code = self._marked(
            [key[f"odd_{role}"] for role in numbers], code, named=bool(key.get(Role.CURRENCY, "").strip())
        )
        total = sum((-number if role is Role.CREDIT else number for role, number in numbers.items()), Fraction(0))
        minor = total * self._unit
        if code:
            minor = Fraction(half_up(minor * self._rates[code]))
        if minor.denominator != 1:
            role = next(iter(numbers))
            raise Rejected(
                say("`{key}` has more decimals than {code}", key=key[f"odd_{role}"].strip(), code=self.currency.code),
                role,
            )
        return self._sign(key, below_zero=total < 0) * int(minor) * rows

    def _number(self, text: str, role: Role) -> Fraction:
        reading = self.reading(text)
        under = {Decimal.POINT: reading.point, Decimal.COMMA: reading.comma}[self.decimal]
        number = under if self.declared else reading.under(self.decimal)
        if number is None:
            raise Rejected(say("`{text}` is not an amount", text=text.strip()), role)
        return number

    def _marked(self, texts: Sequence[str], code: str, *, named: bool) -> str:
        """The currency of a row, its amounts' own signs considered; ``named`` where a column says it."""
        for text in texts:
            marks = self.reading(text).marks
            if not marks or (code or self.currency.code) in marks:
                continue
            known = chosen(marks, self.currency.code, self._rates)
            if known is None or named or self._stated or code:
                raise self._unknown(text.strip())
            code = known
        return code

    def _unknown(self, shown: str) -> Rejected:
        return Rejected(
            say("`{shown}` is in another currency, and the plan has no `fx:` rate for it", shown=shown), Role.CURRENCY
        )

    def _sign(self, key: Mapping[Role | str, Any], *, below_zero: bool = False) -> int:
        """-1 for a credit, where a column says which rows are."""
        if Role.DIRECTION not in key:
            return 1
        word = key[Role.DIRECTION].strip()
        if folded(word) in _DEBITS:
            return 1
        if folded(word) not in _CREDITS:
            shown = (
                say("`{word}` is neither a debit nor a credit", word=word)
                if word
                else say("it is not said whether this is a debit or a credit")
            )
            raise Rejected(shown, Role.DIRECTION)
        if below_zero:
            raise Rejected(say("a credit below zero may be a credit, or one that is taken back"), Role.DIRECTION)
        return -1

    def quantity(self, odd: str | None, rows: int, summed: str | None) -> Fraction | None:
        """The quantity of all rows of a key; None where there is none."""
        if odd is None:
            return None if summed is None else Fraction(whole(summed), 10**QUANTITY_DECIMALS)
        if is_blank(odd):
            return None
        reading = self.reading(odd)
        if reading.proof is Proof.OPEN and not self.known:
            raise Rejected(
                say("`{odd}` has two readings, and the amounts do not say which", odd=odd.strip()), Role.QUANTITY
            )
        number = reading.under(self.decimal)
        if number is None or reading.marks:
            raise Rejected(say("`{odd}` is not a quantity", odd=odd.strip()), Role.QUANTITY)
        return number * rows


def whole(text: str | None) -> int:
    """The digits of an exact sum, its decimals included, as one whole number."""
    return int(text.replace(".", "")) if text else 0


def half_up(number: Fraction) -> int:
    """To the nearest whole number, a half away from zero: as the statement does for the rows that SQL converts."""
    rounded = (2 * abs(number.numerator) + number.denominator) // (2 * number.denominator)
    return -rounded if number < 0 else rounded
