"""The prices of limits as tables: what one more unit of money would move, and from where."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from crmbudget.allocation.limits.prices import Move, Price
from crmbudget.planning.source import Source
from crmbudget.planning.words import word_of
from crmbudget.reporting.report import Column, Kind, Prose, Table, ratio
from crmbudget.wording import joined, say

NOTHING = say("nothing")
NAMED_MAX = 4
"""Members that one cell names; the rest are counted."""


def price_table(prices: Sequence[Price]) -> Table | Prose:
    """One row for each limit that binds, in the dimension in which most would move."""
    if not prices:
        return Prose(say("No limit binds: one more unit of money in any of them would move nothing."), folds=True)
    columns = (
        Column("limit", say("Limit")),
        Column("bound", say("Bound"), Kind.MONEY, adds=False),
        Column("dimension", say("Moves by")),
        Column("to", say("One more gives")),
        Column("from", say("And takes")),
    )
    return Table(say("The price of one more unit of money in each limit"), columns, [_row(price) for price in prices])


def _row(price: Price) -> list[Any]:
    moves = price.moves[price.leading] if price.leading else ()
    gains, losses = _named(moves, 1), _named(moves, -1)
    return [price.text, price.bound, word_of(str(price.leading or "")), gains or NOTHING, losses or NOTHING]


def _named(moves: Sequence[Move], sign: int) -> str:
    own = [move for move in moves if move.per_unit * sign > 0]
    shown = [f"{move.member} {_signed(move.per_unit)}" for move in own[:NAMED_MAX]]
    rest = own[NAMED_MAX:]
    more = (
        [
            say(
                "{count} more {signed}",
                count=len(rest),
                signed=_signed(sum((move.per_unit for move in rest), Fraction(0))),
            )
        ]
        if rest
        else []
    )
    return joined(say(", "), [*shown, *more])


def _signed(part: Fraction) -> str:
    return f"+{ratio(part)}" if part > 0 else ratio(part)


def price_records(prices: Sequence[Price], source: Source) -> Table:
    """One record for each limit that binds, dimension, and member that would gain or lose."""
    columns = (
        Column("limit", "limit"),
        Column("bound", "bound", Kind.MONEY),
        Column("path", "path"),
        Column("line", "line"),
        Column("dimension", "dimension"),
        Column("member", "member"),
        Column("per_unit", "per unit", Kind.RATIO),
    )
    return Table("", columns, list(_records(prices, source)))


def _records(prices: Sequence[Price], source: Source) -> Iterator[list[Any]]:
    for price in prices:
        place = source.place(price.at)
        for dimension, moves in price.moves.items():
            for move in moves:
                yield [price.text, price.bound, place.path, place.line, str(dimension), move.member, move.per_unit]
