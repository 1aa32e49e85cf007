"""Through when a comparison runs, and how many periods are over by then."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from crmbudget.finding import Misread
from crmbudget.period import Period, read_period
from crmbudget.wording import say


@dataclass(frozen=True, slots=True)
class AsOf:
    """``through`` is the last period that is compared, counted from 0; ``closed`` are over, one less while it runs.

    ``day`` is the day that decided, None where there was none.
    """

    through: int
    closed: int
    day: date | None = None


def as_of(text: str, periods: Sequence[Period], last: tuple[int, date] | None) -> AsOf:
    """A date or a period as typed; where nothing is, the period of the last accepted row. Misread for anything else.

    A day after the plan's end is its end. Without periods there is one, which is over.
    """
    if not periods and text:
        raise Misread(
            "CB001",
            say("the plan has no calendar, so all of it is compared"),
            say("leave --as-of out, or add `calendar:`"),
        )
    if not text:
        return _on(last[0], last[1], periods) if periods and last else AsOf(0, 0 if periods else 1)
    day = _day(text)
    if day < periods[0].first:
        fix = say("write a date or a period from {period} to {period2}", period=periods[0], period2=periods[-1])
        raise Misread("CB001", say("`{text}` is before the plan begins", text=text), fix)
    at = next((place for place, period in enumerate(periods) if day <= period.last), len(periods) - 1)
    return _on(at, day, periods)


def _on(at: int, day: date, periods: Sequence[Period]) -> AsOf:
    return AsOf(at, at + (day >= periods[at].last), day)


def _day(text: str) -> date:
    """The day itself, or the last day of a period."""
    try:
        return date.fromisoformat(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else read_period(text).last
    except ValueError as error:
        raise Misread(
            "CB001",
            say("`{text}` is neither a date nor a period", text=text),
            say("write 2027-03-31, 2027-03 or 2027-Q1"),
        ) from error
