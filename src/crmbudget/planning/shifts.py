"""Signed values, which change a number: ``-15%`` by a part of itself, ``+5pp`` by percentage points, ``+50_000`` by so much."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from crmbudget.finding import Misread, nearest
from crmbudget.money import Currency
from crmbudget.planning import scalars
from crmbudget.planning.kinds import Kind
from crmbudget.planning.scalars import Share, decimal
from crmbudget.wording import say

_DIGITS = r"[0-9_.,]*[0-9] ?[kKmM万亿]?"
_SIGNED = re.compile(rf"(?P<sign>[-+]) ?(?P<digits>{_DIGITS}) ?(?P<unit>%|pp|个?百分点|)", re.IGNORECASE)
_OUT = frozenset({"~", "null", "Null", "NULL"})
_POINTS = re.compile(rf"{_DIGITS} ?(pp|个?百分点)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Shift:
    """A change of a number: ``unit`` is ``%`` of itself, ``pp`` for percentage points, or nothing for so much."""

    typed: str
    sign: int
    digits: str
    unit: str


class Form(Enum):
    """How a number is written, which decides what may change it and how it is rounded."""

    AMOUNT = say("an amount")
    SHARE = say("a share")
    PERCENT = say("a number in percent")
    NUMBER = say("no percent")
    MEASURED = say("a number from the customer list")
    WHOLE = say("a whole number")


def read_shift(value: str) -> Shift | None:
    """The change that a text with a sign stands for; None for a text that is a value of its own.

    >>> read_shift("－15％")
    Shift(typed='－15％', sign=-1, digits='15', unit='%')
    """
    plain = unicodedata.normalize("NFKC", value.strip())
    if _POINTS.fullmatch(plain):
        raise Misread(
            "CB127",
            say("`{value}` is in percentage points, without a sign", value=value),
            say("write +{plain} or -{plain}", plain=plain),
        )
    found = _SIGNED.fullmatch(plain)
    if found is None:
        return None
    unit = found["unit"] if found["unit"] in {"%", ""} else "pp"
    return Shift(value.strip(), -1 if found["sign"] == "-" else 1, found["digits"], unit)


def read_form(kind: Kind, text: object, currency: Currency) -> tuple[Form, Fraction]:
    """A number as the plan writes it: its form, and what it is; amounts in minor units, percents as parts of one."""
    if kind is Kind.AMOUNT:
        return Form.AMOUNT, Fraction(scalars.read_amount(text, currency))
    if kind in {Kind.BOUND, Kind.SHARE}:
        found = scalars.read_share(text) if kind is Kind.SHARE else scalars.read_amount_or_share(text, currency)
        return (Form.SHARE, found.of_one) if isinstance(found, Share) else (Form.AMOUNT, Fraction(found))
    if kind is Kind.WHOLE:
        return Form.WHOLE, Fraction(scalars.read_whole(text))
    number = scalars.read_number(text)
    percent = isinstance(text, str) and unicodedata.normalize("NFKC", text).rstrip().endswith("%")
    return (Form.PERCENT if percent else Form.NUMBER), number


def shifted(number: Fraction, form: Form, shift: Shift, name: str, currency: Currency) -> Fraction:
    """The number after the change, exact; amounts and whole numbers are rounded, half to even.

    Misread where the change does not fit the form; ``name`` is what messages call the number.
    """
    new = number + shift.sign * _difference(number, form, shift, name, currency)
    return Fraction(round(new)) if form in {Form.AMOUNT, Form.WHOLE} else new


def _difference(number: Fraction, form: Form, shift: Shift, name: str, currency: Currency) -> Fraction:
    if shift.unit == "%":
        return number * scalars.read_number(shift.digits) / 100
    percent = form in {Form.SHARE, Form.PERCENT}
    if shift.unit == "pp" and not percent and form is not Form.MEASURED:
        message = say(
            "`{typed}` adds percentage points, and `{name}` is {value}", typed=shift.typed, name=name, value=form.value
        )
        part = f"{'-' if shift.sign < 0 else '+'}{shift.digits}%"
        raise Misread(
            "CB127",
            message,
            say("write {part} to change it by a part of itself, or the new value without a sign", part=part),
        )
    if shift.unit == "" and percent:
        message = say("`{typed}` has no unit, and `{name}` is {value}", typed=shift.typed, name=name, value=form.value)
        raise Misread(
            "CB127", message, say("write {typed}pp for percentage points, or {typed}% of itself", typed=shift.typed)
        )
    if form is Form.AMOUNT:
        return Fraction(scalars.read_amount(shift.digits, currency))
    return scalars.read_number(shift.digits) / (100 if shift.unit else 1)


def written(number: Fraction, form: Form, currency: Currency) -> str:
    """The number as a plan would write it.

    >>> written(Fraction(17, 100), Form.PERCENT, Currency.of("CNY"))
    '17%'
    """
    if form is Form.AMOUNT:
        return currency.text(int(number), grouped=True)
    return f"{decimal(number * 100)}%" if form in {Form.SHARE, Form.PERCENT} else decimal(number)


def taken_out(value: str, name: str, *, absent: bool) -> bool:
    """Whether a value takes its key out of the plan; Misread for one that says nothing, or takes out what is not there."""
    if not value.strip():
        fix = say("write a value for `{name}`, or ~ to take it out of the plan", name=name)
        raise Misread("CB107", say("a value is expected here, and nothing is given"), fix)
    if value.strip() in _OUT and absent:
        raise Misread("CB127", say("there is no `{name}` to take out", name=name), say("take this line out"))
    return value.strip() in _OUT


def nothing(name: str, shift: Shift, beside: Iterable[str] = ()) -> Misread:
    """The answer where a plan lacks the number that a change is of; ``beside`` are the keys that stand there."""
    key = name.rpartition(".")[2]
    near = nearest(key, [other for other in beside if other != key])
    message = say("the plan says no `{name}` that `{typed}` could change", name=name, typed=shift.typed)
    return Misread(
        "CB127",
        message,
        say("did you mean `{near}`?", near=near) if near else say("write the value itself, without a sign"),
    )


def no_number(name: str, shift: Shift) -> Misread:
    """The answer where something else than a number would be changed."""
    message = say("`{typed}` changes a number, and `{name}` is none", typed=shift.typed, name=name)
    return Misread("CB127", message, say("name the number that it changes, or write a value without a sign"))
