"""Why costs differ from the budget: price, volume and mix, per row and in total, adding up to the last minor unit."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from crmbudget.allocation.split import Splitter, Weighting
from crmbudget.wording import say

Shares = tuple[Fraction, Fraction, Fraction]
"""Exact minor units due to price, volume and mix; together they are whole."""


@dataclass(frozen=True, slots=True)
class Priced:
    """A row of costs: quantities, all rows in one unit, and amounts in minor units; a credit note is negative."""

    id: str
    budget_quantity: Fraction
    budget_amount: int
    actual_quantity: Fraction
    actual_amount: int


@dataclass(frozen=True, slots=True)
class Effect:
    """What each cause does to the cost of one row, actual - budget, in minor units: positive costs more."""

    id: str
    price: int
    volume: int
    mix: int


@dataclass(frozen=True, slots=True)
class Causes:
    """The causes of all rows together, in minor units, and one Effect per row, in the order of the rows.

    Where there are none, they are None, there are no rows, and ``reason`` says why.
    """

    price: int | None
    volume: int | None
    mix: int | None
    rows: tuple[Effect, ...]
    reason: str


def causes(rows: Sequence[Priced]) -> Causes:
    """Each row's actual - budget as the sum of its causes, each within one minor unit of its exact amount.

    Volume: the whole quantity changed, in the budget's mix and at its prices. Mix: the quantity went to other rows than
    budgeted, at the budget's prices. Price: the rest, a quantity that cost another price. A total is the sum of its
    rows, and the three totals are rounded by largest remainder; whatever is whole or nothing stays so.

    >>> rows = [Priced("a", Fraction(2), 200, Fraction(3), 330), Priced("b", Fraction(2), 400, Fraction(3), 600)]
    >>> causes(rows)
    Causes(price=30, volume=300, mix=0, rows=(Effect(id='a', price=30, volume=100, mix=0), \
Effect(id='b', price=0, volume=200, mix=0)), reason='')
    """
    budget = sum((row.budget_quantity for row in rows), Fraction(0))
    actual = sum((row.actual_quantity for row in rows), Fraction(0))
    if budget == 0:
        return Causes(None, None, None, (), say("the budget's quantities add up to zero"))
    amounts = _whole([_shares(row, actual / budget) for row in rows])
    effects = tuple(Effect(row.id, *own) for row, own in zip(rows, amounts, strict=True))
    price, volume, mix = (sum(column) for column in zip(*amounts, strict=True))
    return Causes(price, volume, mix, effects, "")


def _shares(row: Priced, growth: Fraction) -> Shares:
    """The exact causes of one row, where all rows' quantity is ``growth`` times what was budgeted.

    Without a budget quantity there is no budget price, and the actual price stands for it: a new row is all mix. Without
    any quantity none can have moved: such a row is all price.
    """
    nothing, difference = Fraction(0), Fraction(row.actual_amount - row.budget_amount)
    if row.budget_quantity == 0:
        return (nothing, nothing, difference) if row.actual_quantity else (difference, nothing, nothing)
    in_budget_mix = growth * row.budget_amount
    at_budget_price = row.actual_quantity / row.budget_quantity * row.budget_amount
    return row.actual_amount - at_budget_price, in_budget_mix - row.budget_amount, at_budget_price - in_budget_mix


def _whole(table: Sequence[Shares]) -> list[list[int]]:
    """Each share rounded down or up: rows add up to their whole sums, columns to totals rounded by largest remainder.

    A row of the totals, negative, goes first and is rounded as they should be. With it every column adds up to zero, and
    what is carried among three columns always stays less than a unit: after the last row nothing is.
    """
    splitter = Splitter(3)
    less_totals = [-sum(column) for column in zip(*table, strict=True)]
    return [_rounded(splitter, shares) for shares in (less_totals, *table)][1:]


def _rounded(splitter: Splitter, shares: Sequence[Fraction]) -> list[int]:
    floors = [floor(share) for share in shares]
    remainders = [share - least for share, least in zip(shares, floors, strict=True)]
    odd = splitter.parts(int(sum(remainders)), Weighting.of(range(len(shares)), remainders))
    return [least + more for least, more in zip(floors, odd, strict=True)]
