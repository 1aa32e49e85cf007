"""Forecasts, their scores, and the causes of a variance as tables."""

from collections.abc import Iterator
from typing import Any

from crmbudget.money import Currency
from crmbudget.monitoring.causes import Causes
from crmbudget.monitoring.forecast import Forecast
from crmbudget.monitoring.outlook import Outlook
from crmbudget.reporting.report import Column, Kind, Prose, Table

_MONEY = Kind.MONEY
_RATIO = Kind.RATIO
_FORECAST = (
    Column("method", "Method"), Column("eac", "At the end", _MONEY, adds=False), Column("vac", "Variance", _MONEY, adds=False), Column("bac", "Budget", _MONEY),
    Column("pv", "Planned", _MONEY), Column("ev", "Earned", _MONEY), Column("ac", "Actual", _MONEY),
    Column("cpi", "CPI", _RATIO), Column("spi", "SPI", _RATIO), Column("tcpi", "TCPI", _RATIO), Column("reason", "Not computable"),
)  # fmt: skip
_SHARED = frozenset({"bac", "pv", "ac"})
_SCORE = (
    Column("method", "Method"), Column("trials", "Forecasts", Kind.COUNT), Column("error_mean", "Mean error", _MONEY), Column("bias", "Bias", _MONEY),
)  # fmt: skip
_CAUSE = (
    Column("cause", "Cost"), Column("price", "Price", _MONEY), Column("volume", "Volume", _MONEY), Column("mix", "Mix", _MONEY),
    Column("difference", "Actual - budget", _MONEY),
)  # fmt: skip


def blocks(outlook: Outlook, top: int, money: Currency) -> Iterator[Table | Prose]:
    """The tables for people, where there is something to show."""
    if outlook.forecasts:
        yield from _forecasts(outlook, top, money)
    if outlook.scores:
        yield _without_empty(Table("How far each method would have been off, the best first", _SCORE, _scores(outlook)))
    if outlook.causes and outlook.causes.rows:
        rows = _causes(outlook.causes)
        yield Table("Why actuals differ: price, volume and mix (positive costs more)", _CAUSE, rows[:-1], rows[-1])
    elif outlook.causes:
        yield Prose(f"price, volume and mix cannot be told apart: {outlook.causes.reason}", folds=True)


def _forecasts(outlook: Outlook, top: int, money: Currency) -> Iterator[Table | Prose]:
    known, periods = outlook.forecasts[0], f"{outlook.closed} period{'' if outlook.closed == 1 else 's'} closed"
    columns = tuple(column for column in _FORECAST if column.key not in _SHARED)
    places = [_FORECAST.index(column) for column in columns]
    rows = [[row[place] for place in places] for row in map(_forecast, outlook.forecasts)]
    yield _without_empty(Table(f"Where it will end, {periods}", columns, rows))
    if len(outlook.lines) > 1 and known.eac is not None:
        yield _lines(outlook, top)
    ac, pv, bac = (money.text(amount, grouped=True) for amount in (known.ac, known.pv, known.bac))
    said = f"{periods}: {ac} spent (AC), {pv} planned (PV); {bac} planned in all (BAC)"
    if not outlook.stated and any(one.ev is not None for one in outlook.forecasts):
        said += (
            "\nEarned: the plan states no `monitor: progress`, so remaining-plan takes the work to be where the plan is, "
            "run-rate and blend where time is"
        )
    yield Prose(said, folds=True)


def annexes(outlook: Outlook) -> tuple[tuple[str, Table], ...]:
    """The same for programs."""
    found: list[tuple[str, Table]] = []
    if outlook.forecasts:
        found.append(("forecast", Table("", _FORECAST, [_forecast(one) for one in outlook.forecasts])))
        columns = (Column("line", "Line"), *_FORECAST)
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
    columns = (Column("line", "Line"), Column("eac", "At the end", _MONEY), Column("bac", "Budget", _MONEY), Column("vac", "Variance", _MONEY), Column("reason", "Not computable"))  # fmt: skip
    rows = [
        [name, one.eac, one.bac, None if one.eac is None else one.bac - one.eac, one.reason or None]
        for name, one in outlook.lines[:top]
    ]
    title = f"Each line, by {outlook.forecasts[0].method}"
    return _without_empty(Table(title, columns, rows))


def _causes(found: Causes) -> list[list[Any]]:
    rows = [[row.id, row.price, row.volume, row.mix, row.price + row.volume + row.mix] for row in found.rows]
    sums = [found.price or 0, found.volume or 0, found.mix or 0]
    return [*rows, ["total", *sums, sum(sums)]]
