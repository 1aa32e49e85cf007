"""Texts that are meant as numbers, and are not written as a plan writes them."""

import re
import unicodedata
from fractions import Fraction

from crmbudget.finding import Misread
from crmbudget.money import Currency
from crmbudget.planning.edits import tidied
from crmbudget.wording import say

DIGITS_MAX = 400
"""Digits one number may have; far more than any sum of money, far fewer than would slow a machine down."""
_SIGNS_MAX = 60
_BESIDE = re.compile(r"(?P<before>[^-+0-9. ]*) ?(?P<amount>[-+]?[0-9][0-9_,.]*(?: ?[kKmM万亿])?) ?(?P<behind>[^0-9 ]*)")


def not_a_number(text: str, shown: str, kind: str) -> Misread:
    """What is wrong with a text that is no number, and the number where it can mean only one.

    ``text`` is the part of ``shown``, the text as typed, that should be digits.
    """
    if len(text) > DIGITS_MAX:
        return Misread(
            "CB108",
            say("a text of {count} signs is not {kind}", count=len(text), kind=kind),
            say("write {kind} in digits, such as {examples}", kind=kind, examples=_EXAMPLES[kind]),
        )
    # Scalars are read there, and only what is none comes here.
    from crmbudget.planning.scalars import decimal

    if power := re.fullmatch(r"([-+]?[0-9]+\.?[0-9]*)[eE]([-+]?[0-9]{1,2})", text):
        plain = decimal(Fraction(power[1]) * Fraction(10) ** int(power[2]))
        return Misread(
            "CB113",
            say("`{shown}` is in powers of ten, which programs read as text or as a float", shown=shown),
            say("write {plain}", plain=plain),
            meant=instead(shown, text, plain),
        )
    if re.fullmatch(r"[-+]?[0-9]{1,2}(:[0-5]?[0-9])+", text):
        return Misread(
            "CB113",
            say("`{shown}` is a time of day, or a number in base 60 for YAML 1.1", shown=shown),
            say("write {kind} in plain digits", kind=kind),
        )
    if found := _parted(text, shown):
        return found
    plain = tidied(shown)
    return Misread(
        "CB108",
        say("`{shown}` is not {kind}", shown=shown, kind=kind),
        say("write {kind} in digits, such as {examples}", kind=kind, examples=_EXAMPLES[kind]),
        meant=plain if re.fullmatch(r"[-+]?[0-9][0-9_,.]* ?[kKmM万亿%]?", plain) else None,
    )


def _parted(text: str, shown: str) -> Misread | None:
    """What is wrong with digits that are parted as no plan parts them; None where they are not."""
    if re.fullmatch(r"[-+]?[0-9]{1,3}(\.[0-9]{3})*,[0-9]{1,2}", text):
        digits = text.replace(".", "").replace(",", ".")
        # 12,5 may be 12.5, and may lack a digit of 12,500; with a point before the comma there is one reading.
        meant = instead(shown, text, digits) if "." in text else None
        said = say("`{shown}` has a decimal comma", shown=shown)
        return Misread("CB108", said, say("write {digits}", digits=digits), meant=meant)
    if re.fullmatch(r"[-+]?[0-9]{1,3}([ '’][0-9]{3})+(\.[0-9]+)?", text):
        bare = re.sub("[ '’]", "_", text)
        # Before 120 in 8 120 may stand a digit too many; 1 200 000 is written with care.
        meant = None if text.count(" ") == 1 else instead(shown, text, bare)
        said = say("`{shown}` parts its digits by a sign that no plan has", shown=shown)
        return Misread("CB108", said, say("write {bare}", bare=bare), meant=meant)
    if "," in text and re.fullmatch(r"[-+]?[0-9,]+(\.[0-9]+)?", text):
        return Misread(
            "CB108",
            say("the commas of `{shown}` do not part groups of three digits", shown=shown),
            say("write {replace}", replace=text.replace(",", "")),
        )
    return None


def instead(shown: str, wrong: str, right: str) -> str:
    """The text as typed with a part of it mended."""
    return unicodedata.normalize("NFKC", shown.strip()).replace(wrong, right, 1)


_EXAMPLES = {
    "an amount": say("1_200_000, 1,200,000.00, 120万 or 1.2m"),
    "a share": say("8% or 12.5%"),
    "a weight": say("3 or 0.5"),
    "a number": say("3, -0.5 or 12%"),
    "a whole number": "1900",
    "an amount or a share": say("150_000 or 8%"),
}


def without_currency(plain: str, currency: Currency) -> str:
    """The amount beside a sign or a name of the plan's own currency; nothing where there is none."""
    found = _BESIDE.fullmatch(plain) if len(plain) <= _SIGNS_MAX else None
    if not found or not (found["before"] or found["behind"]):
        return ""
    from crmbudget.reading.currencies import codes_of

    words = [word for word in (found["before"], found["behind"]) if word]
    return found["amount"] if all(currency.code in codes_of(word) for word in words) else ""
