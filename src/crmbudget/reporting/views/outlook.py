"""Forecasts, their scores, and the causes of a variance as tables."""

from collections.abc import Iterator
from typing import Any

from crmbudget.money import Currency
from crmbudget.monitoring.causes import Causes
from crmbudget.monitoring.forecast import Forecast
from crmbudget.monitoring.outlook import Outlook
from crmbudget.reporting.report import Column, Kind, Prose, Table
from crmbudget.reporting.views.words import TOTAL
from crmbudget.wording import joined, say, say_count

_MONEY = Kind.MONEY
_RATIO = Kind.RATIO
_FORECAST = (
    Column("method", say("Method")), Column("eac", say("At the end"), _MONEY, adds=False), Column("vac", say("Variance"), _MONEY, adds=False), Column("bac", say("Budget"), _MONEY),
    Column("pv", say("Planned"), _MONEY), Column("ev", say("Earned"), _MONEY), Column("ac", say("Actual"), _MONEY),
    Column("cpi", say("CPI"), _RATIO), Column("spi", say("SPI"), _RATIO), Column("tcpi", say("TCPI"), _RATIO), Column("reason", say("Not computable")),
)  # fmt: skip
_SHARED = frozenset({"bac", "pv", "ac"})
_SCORE = (
    Column("method", say("Method")), Column("trials", say("Forecasts"), Kind.COUNT), Column("error_mean", say("Mean error"), _MONEY), Column("bias", say("Bias"), _MONEY),
)  # fmt: skip
_CAUSE = (
    Column("cause", say("Cost")), Column("price", say("Price"), _MONEY), Column("volume", say("Volume"), _MONEY), Column("mix", say("Mix"), _MONEY),
    Column("difference", say("Actual - budget"), _MONEY),
)  # fmt: skip


def blocks(outlook: Outlook, top: int, money: Currency) -> Iterator[Table | Prose]:
    """The tables for people, where there is something to show."""
    if outlook.forecasts:
        yield from _forecasts(outlook, top, money)
    if outlook.scores:
        yield _without_empty(
            Table(say("How far each method would have been off, the best first"), _SCORE, _scores(outlook))
        )
    if outlook.causes and outlook.causes.rows:
        rows = _causes(outlook.causes)
        yield Table(say("Why actuals differ: price, volume and mix (positive costs more)"), _CAUSE, rows[:-1], rows[-1])
    elif outlook.causes:
        yield Prose(
            say("price, volume and mix cannot be told apart: {reason}", reason=outlook.causes.reason), folds=True
        )


def _forecasts(outlook: Outlook, top: int, money: Currency) -> Iterator[Table | Prose]:
    known, periods = outlook.forecasts[0], say_count("{count} period closed", "{count} periods closed", outlook.closed)
    columns = tuple(column for column in _FORECAST if column.key not in _SHARED)
    places = [_FORECAST.index(column) for column in columns]
    rows = [[row[place] for place in places] for row in map(_forecast, outlook.forecasts)]
    yield _without_empty(Table(say("Where it will end, {periods}", periods=periods), columns, rows))
    if len(outlook.lines) > 1 and known.eac is not None:
        yield _lines(outlook, top)
    ac, pv, bac = (money.text(amount, grouped=True) for amount in (known.ac, known.pv, known.bac))
    said: list[str] = [
        say(
            "{periods}: {ac} spent (AC), {pv} planned (PV); {bac} planned in all (BAC)",
            periods=periods,
            ac=ac,
            pv=pv,
            bac=bac,
        )
    ]
    if not outlook.stated and any(one.ev is not None for one in outlook.forecasts):
        earned = say(
            "Earned: the plan states no `monitor: progress`, so remaining-plan takes the work to be where the plan is, run-rate and blend where time is"
        )
        said.append(earned)
    yield Prose(joined("\n", said), folds=True)


def annexes(outlook: Outlook) -> tuple[tuple[str, Table], ...]:
    """The same for programs."""
    found: list[tuple[str, Table]] = []
    if outlook.forecasts:
        found.append(("forecast", Table("", _FORECAST, [_forecast(one) for one in outlook.forecasts])))
        columns = (Column("line", say("Line")), *_FORECAST)
        found.append(("forecast_lines", Table("", columns, [[name, *_forecast(one)] for name, one in outlook.lines])))
    if outlook.scores:
        found.append(("backtest", Table("", _SCORE, _scores(outlook))))
    if outlook.causes and outlook.causes.rows:
        found.append(("causes", Table("", _CAUSE, _causes(outlook.causes))))
    return tuple(found)


def _forecast(one: Forecast) -> list[Any]:
    ahead = None if one.eac is None else one.bac - one.eac
    earned = None if one.ev is None else round(one.ev)
    return [one.method, one.eac, ahead, one.bac, one.pv, earned, one.ac, one.cpi, one.spi, one.tcpi, one.reason or None]


def _scores(outlook: Outlook) -> list[list[Any]]:
    return [[one.method, one.trials, one.error_mean, one.bias] for one in outlook.scores]


def _without_empty(table: Table) -> Table:
    """The table without columns in which nothing stands."""
    rows = [list(row) for row in table.rows]
    kept = [place for place, column in enumerate(table.columns) if any(row[place] is not None for row in rows)]
    return Table(
        table.title, tuple(table.columns[place] for place in kept), [[row[place] for place in kept] for row in rows]
    )


def _lines(outlook: Outlook, top: int) -> Table:
    """Each line by its own pace; they need not add up to the whole, which has a pace of its own."""
    columns = (Column("line", say("Line")), Column("eac", say("At the end"), _MONEY), Column("bac", say("Budget"), _MONEY), Column("vac", say("Variance"), _MONEY), Column("reason", say("Not computable")))  # fmt: skip
    rows = [
        [name, one.eac, one.bac, None if one.eac is None else one.bac - one.eac, one.reason or None]
        for name, one in outlook.lines[:top]
    ]
    title = say("Each line, by {method}", method=outlook.forecasts[0].method)
    return _without_empty(Table(title, columns, rows))


def _causes(found: Causes) -> list[list[Any]]:
    rows = [[row.id, row.price, row.volume, row.mix, row.price + row.volume + row.mix] for row in found.rows]
    sums = [found.price or 0, found.volume or 0, found.mix or 0]
    return [*rows, [TOTAL, *sums, sum(sums)]]
