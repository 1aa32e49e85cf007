"""Calendar periods: months, quarters, ISO weeks and years, and spans of them."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from crmbudget.wording import say

_SHAPE = re.compile(r"(?P<year>[0-9]{4})(?:-(?P<kind>[QW]?)(?P<number>[0-9]{1,2}))?")


class Unit(StrEnum):
    """How long one period is."""

    MONTH = "month"
    QUARTER = "quarter"
    WEEK = "week"
    YEAR = "year"


_MONTHS = {Unit.MONTH: 1, Unit.QUARTER: 3, Unit.YEAR: 12}
_KINDS = {"": Unit.MONTH, "Q": Unit.QUARTER, "W": Unit.WEEK, None: Unit.YEAR}
_NUMBER_MAX = {Unit.MONTH: 12, Unit.QUARTER: 4, Unit.WEEK: 53, Unit.YEAR: 1}
_DIGITS = {Unit.MONTH: 2, Unit.QUARTER: 1, Unit.WEEK: 2, Unit.YEAR: 0}


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """One stretch of days, ``first`` to ``last`` inclusive; ordered by time."""

    first: date
    last: date
    unit: Unit

    def __str__(self) -> str:
        """The id as a plan writes it: ``2027-01``, ``2027-Q1``, ``2027-W05``, ``2027``."""
        year, month = self.first.year, self.first.month
        match self.unit:
            case Unit.MONTH:
                return f"{year:04d}-{month:02d}"
            case Unit.QUARTER:
                return f"{year:04d}-Q{(month + 2) // 3}"
            case Unit.WEEK:
                iso = self.first.isocalendar()
                return f"{iso.year:04d}-W{iso.week:02d}"
            case Unit.YEAR:
                return f"{year:04d}"

    @property
    def days(self) -> int:
        """Days from the first to the last, both counted."""
        return (self.last - self.first).days + 1

    def next(self) -> "Period":
        """The period of the same length that follows; ValueError after the year 9999."""
        return _starting(self.last + timedelta(days=1), self.unit)


@dataclass(frozen=True, slots=True)
class Span:
    """All days from ``first`` to ``last``, as in ``2027-04..2027-12``."""

    first: date
    last: date
    text: str

    def holds(self, period: Period) -> bool:
        """Whether the period's middle day lies in the span: an ISO week is where its Thursday is."""
        middle = period.first + timedelta(days=(period.days - 1) // 2)
        return self.first <= middle <= self.last


def _starting(first: date, unit: Unit) -> Period:
    if unit is Unit.WEEK:
        return Period(first, _plus(first, 6), unit)
    months = first.year * 12 + first.month - 1 + _MONTHS[unit]
    year, month = divmod(months, 12)
    beyond = date(year, month + 1, 1) if year <= date.max.year else None
    return Period(first, beyond - timedelta(days=1) if beyond else date.max, unit)


def _plus(day: date, days: int) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError as error:
        raise ValueError(say("after the year 9999")) from error


def read_period(text: str) -> Period:
    """A period from its id; ValueError for anything else.

    >>> str(read_period("2027-Q1")), read_period("2027-02").days
    ('2027-Q1', 28)
    """
    found = _SHAPE.fullmatch(text)
    unit = _KINDS.get(found["kind"]) if found else None
    number = int(found["number"] or 1) if found else 0
    if not found or not unit or not 1 <= number <= _NUMBER_MAX[unit] or len(found["number"] or "") != _DIGITS[unit]:
        raise ValueError(say("`{text}` is not a period", text=text))
    year = int(found["year"])
    if unit is Unit.WEEK:
        return _starting(date.fromisocalendar(year, number, 1), unit)
    return _starting(date(year, (number - 1) * _MONTHS[unit] + 1, 1), unit)


def read_span(text: str) -> Span:
    """A period, or two joined by ``..``, as a span; ValueError where it is neither or runs backwards."""
    head, dots, tail = text.partition("..")
    start = read_period(head.strip())
    end = read_period(tail.strip()) if dots else start
    if end.last < start.first:
        raise ValueError(say("`{text}` ends before it starts", text=text))
    return Span(start.first, end.last, text)


def sequence(start: Period, count: int) -> tuple[Period, ...]:
    """``count`` periods in a row, the first being ``start``; ValueError past the year 9999."""
    periods = [start]
    while len(periods) < count:
        if periods[-1].last == date.max:
            raise ValueError(say("after the year 9999"))
        periods.append(periods[-1].next())
    return tuple(periods)
