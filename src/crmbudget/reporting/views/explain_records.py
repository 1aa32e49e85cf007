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
from crmbudget.wording import say

_MONEY, _COUNT = Kind.MONEY, Kind.COUNT
_SPLIT = (
    Column("step", say("step"), _COUNT),
    Column("dimension", say("dimension")),
    Column("strategy", say("strategy")),
)
_PLACE = (Column("path", say("path")), Column("line", say("line"), _COUNT))


def results(told: Explanation) -> Table:
    """One record for each step on the way and each member that shared in its split.

    Amounts are money; bounds, what was carried and what is exact are fractions of minor units.
    """
    names = [step.ready.dimension for step in told.steps]
    columns = (
        *_SPLIT, *(Column(name, name) for name in names), Column("member", say("member")), Column("chosen", say("chosen")),
        Column("pool", say("pool"), _MONEY), Column("weight", say("weight")), Column("low", say("low")), Column("high", say("high")),
        Column("turn", say("turn"), _COUNT), Column("carried", say("carried")), Column("exact", say("exact")),
        Column("evened", say("evened"), _COUNT), Column("amount", say("amount"), _MONEY),
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
        *_SPLIT, Column("amounts", say("amounts"), _COUNT), Column("pool", say("pool"), _MONEY), Column("amount", say("amount"), _MONEY),
        Column("unassigned", say("unassigned"), _MONEY), *_PLACE,
    )  # fmt: skip
    return Table(
        "",
        columns,
        [[*_of(step), step.count, step.pool, step.amount, step.left, *_at(step.place)] for step in told.steps],
    )


def _weights(told: Explanation) -> Table:
    columns = (
        Column("step", say("step"), _COUNT), Column("strategy", say("strategy")), Column("share", say("share"), Kind.PERCENT),
        Column("member", say("member")), Column("weight", say("weight")), Column("total_weight", say("total_weight")),
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
        Column("step", say("step"), _COUNT), Column("strategy", say("strategy")), Column("member", say("member")),
        Column("name", say("name")), Column("value", say("value")), *_PLACE,
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
        Column("limit", say("limit")), Column("bound", say("bound"), _MONEY), Column("sum", say("sum"), _MONEY), Column("touches", say("touches")),
        Column("binds", say("binds")), Column("moved", say("moved"), _MONEY), *_PLACE,
    )  # fmt: skip
    rows = [[one.text, one.bound, one.has, one.touches, one.binds, one.moved, *_at(one.place)] for one in told.limits]
    return Table("", columns, rows)


def _effects(told: Explanation) -> Table:
    """What limits did level by level; without a member, for all lines on the way together."""
    columns = (
        Column("step", say("step"), _COUNT), Column("dimension", say("dimension")), Column("member", say("member")), Column("chosen", say("chosen")),
        Column("pool", say("pool"), _MONEY), Column("before", say("before"), _MONEY), Column("weight", say("weight")), Column("exact", say("exact")),
        Column("settled", say("settled"), _COUNT), Column("amount", say("amount"), _MONEY),
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
