"""Periods as people write them elsewhere -> as a plan writes them."""

import re
from collections.abc import Iterator

from crmbudget.period import read_period, read_span
from crmbudget.planning.edits import tidied

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FULL = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_YEAR, _NUMBER = r"(?P<year>\d{4})", r"(?P<month>\d{1,2})"
# Not 2027.1: a program that took it for a number has lost the zero of 2027.10. Not 202701: it may be a week.
_SPELLINGS = (
    *(rf"{_YEAR}[-/]{_NUMBER}", rf"{_YEAR}\.(?P<month>\d\d)", rf"{_NUMBER}[-/.]{_YEAR}", rf"{_YEAR}年{_NUMBER}月份?"),
    *(rf"(?P<name>[a-z]+)\.?[ -]?{_YEAR}", rf"{_YEAR}[ -]?(?P<name>[a-z]+)"),
    *(
        rf"{_YEAR}[-/ ]?q(?P<quarter>\d)",
        rf"q(?P<quarter>\d)[-/ ]?{_YEAR}",
        rf"{_YEAR}年第?(?P<quarter>[1-4一二三四])季度?",
    ),
    *(
        rf"{_YEAR}[-/ ]?w(?P<week>\d{{1,2}})",
        rf"w(?P<week>\d{{1,2}})[-/ ]?{_YEAR}",
        rf"{_YEAR}年第(?P<week>\d{{1,2}})周",
    ),
    rf"{_YEAR}年",
)
_JOINS = (r"\s*(?:\.\.\.?|…)\s*", r"\s*[~～〜至到]\s*", r"\s+(?:to|-)\s+", "\\s*[\u2013\u2014]\\s*")


def respelt(text: str) -> str | None:
    """The only period, or span of two, that a text can stand for, as a plan writes it.

    >>> respelt("2027-1"), respelt("Q1 2027"), respelt("2027/01 至 2027/03"), respelt("2027-13")
    ('2027-01', '2027-Q1', '2027-01..2027-03', None)
    """
    found = {*_periods(tidied(text)), *_spans(text)}
    return found.pop() if len(found) == 1 else None


def _spans(text: str) -> Iterator[str]:
    for join in _JOINS:
        ends = [set(_periods(tidied(part))) for part in re.split(join, text)]
        if len(ends) == 2 and all(len(end) == 1 for end in ends):  # noqa: PLR2004 - from, to
            span = "..".join(end.pop() for end in ends)
            if _reads(read_span, span):
                yield span


def _periods(text: str) -> Iterator[str]:
    if _reads(read_period, text):
        yield text
    for spelling in _SPELLINGS:
        if found := re.fullmatch(spelling, text, re.IGNORECASE | re.ASCII):
            yield from filter(lambda name: _reads(read_period, name), _named(found))


def _named(found: re.Match[str]) -> Iterator[str]:
    parts = found.groupdict()
    month = parts.get("month")
    if word := (parts.get("name") or "").lower():
        names = _MONTHS if word in _MONTHS else _FULL
        month = str(names.index(word) + 1) if word in names else "0"
    if month:
        yield f"{parts['year']}-{int(month):02d}"
    elif quarter := parts.get("quarter"):
        yield f"{parts['year']}-Q{_digit(quarter)}"
    elif week := parts.get("week"):
        yield f"{parts['year']}-W{int(week):02d}"
    else:
        yield parts["year"]


def _digit(quarter: str) -> str:
    return str("一二三四".find(quarter) + 1 or quarter)


def _reads(reader: object, text: str) -> bool:
    try:
        reader(text)  # type: ignore[operator]
    except ValueError:
        return False
    return True
