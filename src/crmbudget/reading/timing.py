"""Which texts of a date column lie in which period; a column of ISO dates need not be read twice for that."""

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from crmbudget.period import Period
from crmbudget.reading.dates import Day, decide
from crmbudget.reading.headers import Role
from crmbudget.reading.layers import TIMED, Calendar
from crmbudget.reading.statement import Statement
from crmbudget.reading.table import NEVER
from crmbudget.wording import say

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

DAYS_MAX = 8_000
SAMPLE = 1_000
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIMED = re.compile(TIMED)


@dataclass(frozen=True, slots=True)
class Timing:
    """The periods of a plan, and what the texts of one file's date column mean; ``open`` texts have two meanings."""

    periods: Sequence[Period]
    meaning: Mapping[str, Day | str] = field(default_factory=dict)
    form: str = "YYYY-MM-DD"
    open: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def with_texts(self, counts: Mapping[str, int], declared: str) -> "Timing":
        """The same with further texts decided."""
        if not counts:
            return self
        found = decide(counts, declared)
        return Timing(self.periods, {**self.meaning, **found.meaning}, self.form or found.form, found.open)

    def place(self, day: Day) -> int | str:
        """The period that holds all of these days, counted from 0; else why there is none. Without periods all is one."""
        if not self.periods:
            return 0
        at = bisect_right(self.periods, day.first, key=lambda period: period.first) - 1
        if at >= 0 and day.last <= self.periods[at].last:
            return at
        if day.last < self.periods[0].first or day.first > self.periods[-1].last:
            first, last = self.periods[0], self.periods[-1]
            whole = say("{first} to {last}", first=first, last=last) if len(self.periods) > 1 else str(first)
            return say("is outside the plan's calendar, {whole}", whole=whole)
        return say("is longer than one period of the plan")


def calendar_of(
    statement: Statement, type_: str, periods: Sequence[Period], declared: str, connection: "DuckDBPyConnection"
) -> tuple[Calendar, Timing]:
    """The texts that SQL is to know, as an enum type of that name, and what they mean."""
    parameters = statement.table.parameters
    sample = [row[0] for row in connection.execute(statement.sample(Role.DATE, SAMPLE), parameters).fetchall()]
    cuts = [_TIMED.fullmatch(text) for text in sample]
    cut = any(cuts)
    iso = not declared and all(
        _ISO.fullmatch(found[1] or "" if found else text) for text, found in zip(sample, cuts, strict=True)
    )
    days = (periods[-1].last - periods[0].first).days + 1 if periods else DAYS_MAX + 1
    if iso and days <= DAYS_MAX:
        timing = Timing(periods)
        every = (periods[0].first + timedelta(days=one) for one in range(days))
        known = {day.isoformat(): Day(day, day) for day in every}
    else:
        timed = replace(statement, calendar=replace(statement.calendar, cut=cut))
        counts = dict(connection.execute(timed.dates(), parameters).fetchall())
        timing = Timing(periods, form="").with_texts(counts, declared)
        known = {text: day for text, day in timing.meaning.items() if isinstance(day, Day) and text not in timing.open}
    placed = {text: (at, day.last) for text, day in known.items() if isinstance(at := timing.place(day), int)}
    return _enum(placed, type_, connection, cut=cut), timing


def _enum(
    placed: Mapping[str, tuple[int, date]], type_: str, connection: "DuckDBPyConnection", *, cut: bool
) -> Calendar:
    texts = list(placed) or [NEVER]
    connection.execute(f"DROP TYPE IF EXISTS {type_}")
    connection.execute("CREATE OR REPLACE TEMP TABLE texts AS SELECT unnest($texts) AS cell", {"texts": texts})
    connection.execute(f"CREATE TYPE {type_} AS ENUM (SELECT cell FROM texts)")  # noqa: S608 - a name of ours
    order = [row[0] for row in connection.execute(f"SELECT unnest(enum_range(NULL::{type_}))").fetchall()]
    known = [placed[text] for text in order if text in placed]
    return Calendar(type_, [at for at, _ in known], [last.toordinal() for _, last in known], cut)
