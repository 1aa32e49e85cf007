"""Amounts, shares, weights and whole numbers, read from their text as typed; no float on the way."""

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction

from crmbudget.finding import Misread
from crmbudget.money import Currency
from crmbudget.planning.numerals import DIGITS_MAX, instead, not_a_number, without_currency
from crmbudget.wording import say, say_count

_NUMBER = re.compile(
    r"(?P<sign>[-+]?)(?P<whole>[0-9]+(?:_[0-9]+)*|[0-9]{1,3}(?:,[0-9]{3})+)?(?:\.(?P<decimals>[0-9]+))?"
)
_POWERS = {"": 0, "k": 3, "K": 3, "m": 6, "M": 6, "万": 4, "亿": 8}
_AMOUNT = re.compile(r"(?P<number>.*?) ?(?P<suffix>[kKmM万亿]?)", re.DOTALL)
_EMPTY = frozenset({"", "~", "null", "Null", "NULL"})


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
        what = say("a list") if isinstance(text, list | tuple) else say("a mapping")
        raise Misread(
            "CB106",
            say("{kind} is expected here, not {what}", kind=kind, what=what),
            say("write {kind} on this line", kind=kind),
        )
    if text.strip() in _EMPTY:
        raise Misread(
            "CB107",
            say("{kind} is expected here, and nothing is given", kind=kind),
            say("write a value, or take the key out"),
        )
    return unicodedata.normalize("NFKC", text.strip())


def _number(text: str, shown: str, kind: str) -> Fraction:
    found = _NUMBER.fullmatch(text)
    if not found or (found["whole"] is None and found["decimals"] is None):
        raise not_a_number(text, shown, kind)
    whole, decimals = re.sub("[_,]", "", found["whole"] or "0"), found["decimals"] or ""
    if len(whole) + len(decimals) > DIGITS_MAX:
        raise Misread(
            "CB111",
            say(
                "a number of {count} digits is more than {digits_max}",
                count=len(whole) + len(decimals),
                digits_max=DIGITS_MAX,
            ),
            say("write fewer digits"),
        )
    if len(whole) > 1 and whole.startswith("0"):
        bare = f"{found['sign']}{whole.lstrip('0') or '0'}" + (f".{decimals}" if decimals else "")
        decimal_only = decimals or set(whole) & set("89")
        raise Misread(
            "CB112",
            say("`{shown}` starts with a zero, which YAML 1.1 reads as base 8", shown=shown),
            say("write {bare}", bare=bare),
            meant=instead(shown, text, bare) if decimal_only else None,
        )
    return Fraction(int(f"{found['sign']}{whole}{decimals}"), 10 ** len(decimals))


def read_amount(text: object, currency: Currency | None, kind: str = say("an amount")) -> int:
    """Minor units of an amount such as ``1,200,000.00``, ``120万`` or ``1.2m``; Misread for anything else.

    Without a currency the decimals are not judged.
    """
    plain = _plain(text, kind)
    if plain.endswith("%"):
        raise Misread(
            "CB109",
            say("`{text}` is a share, and an amount is meant here", text=text),
            say("write the amount in money"),
        )
    if currency and (bare := without_currency(plain, currency)):
        said = say("`{text}` names the currency, which the plan says once for all amounts", text=text)
        raise Misread("CB108", said, say("write {bare}", bare=bare), meant=bare)
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
    has = say_count("{digits} decimal", "{digits} decimals", currency.digits, digits=currency.digits or "no")
    return Misread(
        "CB114",
        say(
            "`{shown}` has more decimals than {code}: {code} has {has}, and `{lost}` would be lost",
            shown=shown,
            code=currency.code,
            has=has,
            lost=lost,
        ),
        say("write {kept}", kept=kept),
    )


def read_share(text: object) -> Share:
    """A share such as ``8%``; Misread for a bare number, naming the percent it looks like."""
    plain = _plain(text, say("a share"))
    if not plain.endswith("%"):
        raise _bare_share(plain, str(text))
    of_hundred = _number(plain[:-1].rstrip(), str(text), say("a share"))
    if of_hundred < 0:
        raise Misread("CB115", say("`{text}` is less than nothing", text=text), say("write a share of 0% or more"))
    return Share(of_hundred / 100)


def _bare_share(plain: str, shown: str) -> Misread:
    number = _number(plain, shown, say("a share"))
    of_one = number if 0 < number < 1 else number / 100
    share = Share(of_one)
    # 0.5 may be half a percent as well as half of all: the fix names what it looks like, and a person decides.
    said = say("`{shown}` is a bare number, and a share is meant here", shown=shown)
    return Misread("CB109", said, say("write {share}", share=share))


def read_amount_or_share(text: object, currency: Currency | None) -> int | Share:
    """An amount in minor units, or a share where the text ends in a percent sign."""
    plain = _plain(text, say("an amount or a share"))
    if plain.endswith("%"):
        return read_share(text)
    if re.fullmatch(r"\+?0?\.(?=.*[1-9])[0-9]+", plain):
        share = Share(_number(plain, str(text), say("a share")))
        raise Misread(
            "CB109",
            say("`{text}` is a bare number, and looks like a share", text=text),
            say("write {share}", share=share),
        )
    return read_amount(text, currency, say("an amount or a share"))


def read_weight(text: object) -> Fraction:
    """A number of 0 or more, exact."""
    weight = read_number(text, say("a weight"), percent=False)
    if weight < 0:
        raise Misread("CB115", say("`{text}` is less than nothing", text=text), say("write a weight of 0 or more"))
    return weight


def read_number(text: object, kind: str = say("a number"), *, percent: bool = True) -> Fraction:
    """Any number, exact; a percent is the share it names, where ``percent`` allows one."""
    plain = _plain(text, kind)
    if plain.endswith("%"):
        if not percent:
            raise Misread(
                "CB109",
                say("`{text}` is a share, and {kind} is meant here", text=text, kind=kind),
                say("write {rstrip}", rstrip=plain[:-1].rstrip()),
            )
        return _number(plain[:-1].rstrip(), str(text), kind) / 100
    return _number(plain, str(text), kind)


def read_whole(text: object) -> int:
    """A whole number of 0 or more."""
    number = read_number(text, say("a whole number"), percent=False)
    if number.denominator != 1:
        raise Misread(
            "CB108",
            say("`{text}` is not a whole number", text=text),
            say("write {number} or {number2}", number=int(number), number2=int(number) + 1),
        )
    if number < 0:
        raise Misread("CB115", say("`{text}` is less than nothing", text=text), say("write 0 or more"))
    return int(number)
