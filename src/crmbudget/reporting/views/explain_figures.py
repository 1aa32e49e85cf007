"""Numbers and places in the sentences of an explanation: what has no end is cut, and shows it."""

from fractions import Fraction
from math import floor
from pathlib import PurePosixPath

from crmbudget.finding import Place
from crmbudget.money import Currency
from crmbudget.planning.scalars import decimal

MORE_MAX = 4
"""Decimals that are shown beyond those of the currency."""


def number_of(number: Fraction, money: Currency | None = None) -> str:
    """A number with its thousands apart, an amount of ``money`` with all its decimals; up to four more are shown.

    >>> number_of(Fraction(12345678, 1000)), number_of(Fraction(2, 3)), number_of(Fraction(-20), Currency.of("CNY"))
    ('12,345.678', '0.6666...', '-20.00')
    """
    digits = money.digits if money else 0
    text, shown = decimal(abs(number)), digits + MORE_MAX
    if "/" in text or len(text.partition(".")[2]) > shown:
        cut = floor(abs(number) * 10**shown)
        text = f"{cut // 10**shown}.{cut % 10**shown:0{shown}d}..."
    whole, dot, rest = text.partition(".")
    if digits and len(rest) < digits:
        dot, rest = ".", rest.ljust(digits, "0")
    return f"{'-' if number < 0 else ''}{int(whole):,}{dot}{rest}"


def units_of(exact: Fraction, money: Currency) -> str:
    """Minor units that need not be whole, in major units.

    >>> units_of(Fraction(100000, 12), Currency.of("CNY")), units_of(Fraction(7, 2), Currency.of("JPY"))
    ('83.333333...', '3.5')
    """
    return number_of(exact / money.unit, money)


def shown_at(place: Place) -> str:
    """A place without its folders."""
    name = PurePosixPath(place.path).name or place.path
    return f"{name}:{place.line}" if place.line else name
