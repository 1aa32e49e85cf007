"""Amounts, shares, weights and whole numbers, read from their text as typed; no float on the way."""

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction

from crmbudget.finding import Misread
from crmbudget.money import Currency

_NUMBER = re.compile(
    r"(?P<sign>[-+]?)(?P<whole>[0-9]+(?:_[0-9]+)*|[0-9]{1,3}(?:,[0-9]{3})+)?(?:\.(?P<decimals>[0-9]+))?"
)
_POWERS = {"": 0, "k": 3, "K": 3, "m": 6, "M": 6, "万": 4, "亿": 8}
_AMOUNT = re.compile(r"(?P<number>.*?) ?(?P<suffix>[kKmM万亿]?)", re.DOTALL)
_EMPTY = frozenset({"", "~", "null", "Null", "NULL"})
DIGITS_MAX = 400
"""Digits one number may have; far more than any sum of money, far fewer than would slow a machine down."""


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole, exact: ``8%`` is ``Share(Fraction(2, 25))``."""

    of_one: Fraction

    def __str__(self) -> str:
        """The percent as a plan writes it."""
        return f"{decimal(self.of_one * 100)}%"


def decimal(number: Fraction) -> str:
    """A number with finitely many decimals as plain digits, exactly; a ratio ``a/b`` where it has no such form."""
    twos, fives, rest = 0, 0, number.denominator
    while rest % 2 == 0:
        twos, rest = twos + 1, rest // 2
    while rest % 5 == 0:
        fives, rest = fives + 1, rest // 5
    if rest != 1:
        return str(number)
    places = max(twos, fives)
    digits = f"{abs(number.numerator) * 10**places // number.denominator:0{places + 1}d}"
    sign = "-" if number < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"


def _plain(text: object, kind: str) -> str:
    if not isinstance(text, str):
        what = "a list" if isinstance(text, list | tuple) else "a mapping"
        raise Misread("CB106", f"{kind} is expected here, not {what}", f"write {kind} on this line")
    if text.strip() in _EMPTY:
        raise Misread("CB107", f"{kind} is expected here, and nothing is given", "write a value, or take the key out")
    return unicodedata.normalize("NFKC", text.strip())


def _number(text: str, shown: str, kind: str) -> Fraction:
    found = _NUMBER.fullmatch(text)
    if not found or (found["whole"] is None and found["decimals"] is None):
        raise _not_a_number(text, shown, kind)
    whole, decimals = re.sub("[_,]", "", found["whole"] or "0"), found["decimals"] or ""
    if len(whole) + len(decimals) > DIGITS_MAX:
        raise Misread(
            "CB111", f"a number of {len(whole) + len(decimals)} digits is more than {DIGITS_MAX}", "write fewer digits"
        )
    if len(whole) > 1 and whole.startswith("0"):
        bare = f"{found['sign']}{whole.lstrip('0') or '0'}" + (f".{decimals}" if decimals else "")
        raise Misread("CB112", f"`{shown}` starts with a zero, which YAML 1.1 reads as base 8", f"write {bare}")
    return Fraction(int(f"{found['sign']}{whole}{decimals}"), 10 ** len(decimals))


def _not_a_number(text: str, shown: str, kind: str) -> Misread:
    if len(text) > DIGITS_MAX:
        return Misread(
            "CB108", f"a text of {len(text)} signs is not {kind}", f"write {kind} in digits, such as {_EXAMPLES[kind]}"
        )
    if power := re.fullmatch(r"([-+]?[0-9]+\.?[0-9]*)[eE]([-+]?[0-9]{1,2})", text):
        plain = decimal(Fraction(power[1]) * Fraction(10) ** int(power[2]))
        return Misread(
            "CB113", f"`{shown}` is in powers of ten, which programs read as text or as a float", f"write {plain}"
        )
    if re.fullmatch(r"[-+]?[0-9]{1,2}(:[0-5]?[0-9])+", text):
        return Misread(
            "CB113", f"`{shown}` is a time of day, or a number in base 60 for YAML 1.1", f"write {kind} in plain digits"
        )
    if re.fullmatch(r"[-+]?[0-9]{1,3}(\.[0-9]{3})*,[0-9]{1,2}", text):
        digits = text.replace(".", "").replace(",", ".")
        return Misread("CB108", f"`{shown}` has a decimal comma", f"write {digits}")
    if "," in text and re.fullmatch(r"[-+]?[0-9,]+(\.[0-9]+)?", text):
        return Misread(
            "CB108", f"the commas of `{shown}` do not part groups of three digits", f"write {text.replace(',', '')}"
        )
    return Misread("CB108", f"`{shown}` is not {kind}", f"write {kind} in digits, such as {_EXAMPLES[kind]}")


_EXAMPLES = {
    "an amount": "1_200_000, 1,200,000.00, 120万 or 1.2m",
    "a share": "8% or 12.5%",
    "a weight": "3 or 0.5",
    "a number": "3, -0.5 or 12%",
    "a whole number": "1900",
    "an amount or a share": "150_000 or 8%",
}


def read_amount(text: object, currency: Currency | None, kind: str = "an amount") -> int:
    """Minor units of an amount such as ``1,200,000.00``, ``120万`` or ``1.2m``; Misread for anything else.

    Without a currency the decimals are not judged.
    """
    plain = _plain(text, kind)
    if plain.endswith("%"):
        raise Misread("CB109", f"`{text}` is a share, and an amount is meant here", "write the amount in money")
    found = _AMOUNT.fullmatch(plain)
    assert found  # noqa: S101 - the pattern takes any text
    major = _number(found["number"], str(text), kind) * 10 ** _POWERS[found["suffix"]]
    if currency is None:
        return int(major)
    minor = major * currency.unit
    if minor.denominator != 1:
        raise _too_fine(str(text), major, currency)
    return int(minor)


def _too_fine(shown: str, major: Fraction, currency: Currency) -> Misread:
    digits = decimal(major)
    places = len(digits.partition(".")[2])
    lost = digits[-(places - currency.digits) :]
    kept = currency.text(int(major * currency.unit))
    has = f"{currency.digits or 'no'} decimal{'' if currency.digits == 1 else 's'}"
    return Misread(
        "CB114",
        f"`{shown}` has more decimals than {currency.code}: {currency.code} has {has}, and `{lost}` would be lost",
        f"write {kept}",
    )


def read_share(text: object) -> Share:
    """A share such as ``8%``; Misread for a bare number, naming the percent it looks like."""
    plain = _plain(text, "a share")
    if not plain.endswith("%"):
        raise _bare_share(plain, str(text))
    of_hundred = _number(plain[:-1].rstrip(), str(text), "a share")
    if of_hundred < 0:
        raise Misread("CB115", f"`{text}` is less than nothing", "write a share of 0% or more")
    return Share(of_hundred / 100)


def _bare_share(plain: str, shown: str) -> Misread:
    number = _number(plain, shown, "a share")
    of_one = number if 0 < number < 1 else number / 100
    return Misread("CB109", f"`{shown}` is a bare number, and a share is meant here", f"write {Share(of_one)}")


def read_amount_or_share(text: object, currency: Currency | None) -> int | Share:
    """An amount in minor units, or a share where the text ends in a percent sign."""
    plain = _plain(text, "an amount or a share")
    if plain.endswith("%"):
        return read_share(text)
    if re.fullmatch(r"0?\.(?=.*[1-9])[0-9]+", plain):
        share = Share(_number(plain, str(text), "a share"))
        raise Misread("CB109", f"`{text}` is a bare number, and looks like a share", f"write {share}")
    return read_amount(text, currency, "an amount or a share")


def read_weight(text: object) -> Fraction:
    """A number of 0 or more, exact."""
    weight = read_number(text, "a weight", percent=False)
    if weight < 0:
        raise Misread("CB115", f"`{text}` is less than nothing", "write a weight of 0 or more")
    return weight


def read_number(text: object, kind: str = "a number", *, percent: bool = True) -> Fraction:
    """Any number, exact; a percent is the share it names, where ``percent`` allows one."""
    plain = _plain(text, kind)
    if plain.endswith("%"):
        if not percent:
            raise Misread("CB109", f"`{text}` is a share, and {kind} is meant here", f"write {plain[:-1].rstrip()}")
        return _number(plain[:-1].rstrip(), str(text), kind) / 100
    return _number(plain, str(text), kind)


def read_whole(text: object) -> int:
    """A whole number of 0 or more."""
    number = read_number(text, "a whole number", percent=False)
    if number.denominator != 1:
        raise Misread("CB108", f"`{text}` is not a whole number", f"write {int(number)} or {int(number) + 1}")
    if number < 0:
        raise Misread("CB115", f"`{text}` is less than nothing", "write 0 or more")
    return int(number)
