"""What the names of columns tell beside the part that they play: currencies, ways to a customer, money that is no number."""

import re
from collections.abc import Iterator, Sequence

from crmbudget.reading.currencies import codes_of, unit_of
from crmbudget.reporting.report import clean
from crmbudget.starting import header_words as words
from crmbudget.starting.spelling import named
from crmbudget.starting.survey import Seen
from crmbudget.wording import say, say_count


def guess_channels(columns: Sequence[Seen]) -> dict[str, Seen]:
    """The ways to a customer for which the list has a column, most of it different."""
    found = dict[str, Seen]()
    for channel, terms in words.CHANNELS.items():
        fits = [one for one in columns if words.says(one.name, terms) and 2 * one.distinct > one.filled > 0]
        found |= {channel: fits[0]} if fits else {}
    return found


def guess_currency(columns: Sequence[Seen], value: str) -> tuple[str, str]:
    """The currency that the list names, and why; what is usual for its language where it names none.

    ``value`` is the column of what customers are worth, empty where there is none.
    """
    if value and (code := _code(value)):
        return code, say("`{name}` names it", name=named(value))
    for one in columns:
        codes = (
            codes_of(next(iter(one.texts)))
            if one.distinct == 1 and words.says(one.name, words.CURRENCY)
            else frozenset()
        )
        if codes:
            return min(codes), say("`{name}` names it in every row", name=named(one.name))
    if any(re.search("[\u4e00-\u9fff]", one.name) for one in columns):
        return "CNY", say("nothing in the list names a currency, and its headers are Chinese")
    return "USD", say("nothing in the list names a currency")


def _code(header: str) -> str:
    """The currency that a header names in brackets, or as its last word in capitals."""
    codes = unit_of(remark(header))[1]
    last = re.split(r"[\s_.,:;-]+", header.strip())[-1]
    codes = codes or (codes_of(last) if last.isupper() or not last.isalpha() else frozenset())
    return min(codes, default="")


def remark(header: str) -> str:
    """What a header says in brackets."""
    return " ".join(re.findall(r"[(\[（【]([^()\[\]（）【】]*)[)\]）】]", header))


def unfit(columns: Sequence[Seen]) -> Iterator[str]:
    """Columns whose name says money and that hold none: texts such as ``12,50``, or nothing above zero."""
    for one in columns:
        if words.says(one.name, words.VALUE) and not words.says(one.name, words.NOT_MONEY):
            text, line = one.odd
            if one.numeric and (one.high or 0) <= 0:
                yield say("`{name}` is not used: it holds no number above zero", name=named(one.name))
            elif any(map(str.isdigit, text)):
                yield say_count(
                    "`{name}` is not used: {count} cell is no number; the first, on line {line}, is `{text}`",
                    "`{name}` is not used: {count:,} cells are no numbers; the first, on line {line}, is `{text}`",
                    one.bad, name=named(one.name), line=line, text=clean(text),
                )  # fmt: skip
