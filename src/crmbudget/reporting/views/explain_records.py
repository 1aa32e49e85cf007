"""An Explanation for programs: records from which every amount can be computed again."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from crmbudget.allocation.explain import Explanation
from crmbudget.allocation.telling import StepTold
from crmbudget.finding import Place
from crmbudget.planning.scalars import decimal
from crmbudget.reporting.report import Column, Kind, Table
from crmbudget.reporting.views.budget import Rows
from crmbudget.reporting.views.explain_words import strategy_of

_MONEY, _COUNT = Kind.MONEY, Kind.COUNT
_SPLIT = (
    Column("step", "step", _COUNT),
    Column("dimension", "dimension"),
    Column("strategy", "strategy"),
)
_PLACE = (Column("path", "path"), Column("line", "line", _COUNT))


def results(told: Explanation) -> Table:
    """One record for each step on the way and each member that shared in its split.

    Amounts are money; bounds, what was carried and what is exact are fractions of minor units.
    """
    names = [step.ready.dimension for step in told.steps]
    columns = (
        *_SPLIT, *(Column(name, name) for name in names), Column("member", "member"), Column("chosen", "chosen"),
        Column("pool", "pool", _MONEY), Column("weight", "weight"), Column("low", "low"), Column("high", "high"),
        Column("turn", "turn", _COUNT), Column("carried", "carried"), Column("exact", "exact"),
        Column("evened", "evened", _COUNT), Column("amount", "amount", _MONEY),
    )  # fmt: skip

    def rows() -> Iterator[list[Any]]:
        for step in told.steps:
            for part in step.parts:
                at = {**dict(part.of), step.ready.dimension: part.member}
                yield [
                    *_of(step), *(at.get(name) for name in names), part.member, part.chosen, part.pool, str(part.weight),
                    _text(part.low), _text(part.high), part.turn, _text(part.carried), str(part.exact), part.evened, part.amount,
                ]  # fmt: skip

    return Table("", columns, Rows(rows))


def _of(step: StepTold) -> list[Any]:
    return [step.ready.number + 1, str(step.ready.dimension), strategy_of(step)]


def _text(exact: Fraction | None) -> str | None:
    return None if exact is None else str(exact)


def _at(place: Place) -> list[Any]:
    return [place.path, place.line]


def annexes(told: Explanation) -> tuple[tuple[str, Table], ...]:
    """The steps, what the weights are made of, and what limits did."""
    return (
        ("steps", _steps(told)),
        ("weights", _weights(told)),
        ("numbers", _numbers(told)),
        ("limits", _limits(told)),
        ("effects", _effects(told)),
    )


def _steps(told: Explanation) -> Table:
    columns = (
        *_SPLIT, Column("amounts", "amounts", _COUNT), Column("pool", "pool", _MONEY), Column("amount", "amount", _MONEY),
        Column("unassigned", "unassigned", _MONEY), *_PLACE,
    )  # fmt: skip
    return Table(
        "",
        columns,
        [[*_of(step), step.count, step.pool, step.amount, step.left, *_at(step.place)] for step in told.steps],
    )


def _weights(told: Explanation) -> Table:
    columns = (
        Column("step", "step", _COUNT), Column("strategy", "strategy"), Column("share", "share", Kind.PERCENT),
        Column("member", "member"), Column("weight", "weight"), Column("total_weight", "total_weight"),
    )  # fmt: skip
    rows = [
        [step.ready.number + 1, one.strategy, one.share, one.member, str(one.weight), str(one.total)]
        for step in told.steps
        for one in step.weighed
    ]
    return Table("", columns, rows)


def _numbers(told: Explanation) -> Table:
    """Numbers as the plan has them; money in major units."""
    columns = (
        Column("step", "step", _COUNT), Column("strategy", "strategy"), Column("member", "member"),
        Column("name", "name"), Column("value", "value"), *_PLACE,
    )  # fmt: skip
    rows = [
        [step.ready.number + 1, one.strategy, one.member, driver.name, decimal(driver.value), *_at(place)]
        for step in told.steps
        for one in step.weighed
        for driver, place in one.numbers
    ]
    return Table("", columns, rows)


def _limits(told: Explanation) -> Table:
    columns = (
        Column("limit", "limit"), Column("bound", "bound", _MONEY), Column("sum", "sum", _MONEY), Column("touches", "touches"),
        Column("binds", "binds"), Column("moved", "moved", _MONEY), *_PLACE,
    )  # fmt: skip
    rows = [[one.text, one.bound, one.has, one.touches, one.binds, one.moved, *_at(one.place)] for one in told.limits]
    return Table("", columns, rows)


def _effects(told: Explanation) -> Table:
    """What limits did level by level; without a member, for all lines on the way together."""
    columns = (
        Column("step", "step", _COUNT), Column("dimension", "dimension"), Column("member", "member"), Column("chosen", "chosen"),
        Column("pool", "pool", _MONEY), Column("before", "before", _MONEY), Column("weight", "weight"), Column("exact", "exact"),
        Column("settled", "settled", _COUNT), Column("amount", "amount", _MONEY),
    )  # fmt: skip
    rows: list[list[Any]] = []
    for effect, step in zip(told.effects, told.steps, strict=False):
        head = [step.ready.number + 1, str(step.ready.dimension)]
        for one in effect.shifts:
            cells = [effect.pool, one.before, str(one.weight), str(one.exact), one.settled, one.amount]
            rows.append([*head, one.member, one.chosen, *cells])
        if not effect.shifts:
            rows.append([*head, None, True, effect.pool, effect.before, None, None, None, effect.amount])
    return Table("", columns, rows)
