"""The least total breach of linear rules: in whole numbers and fractions, or in floats where only a hint is wanted."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from crmbudget.allocation.limits.shares import Entries

Number = Any
"""A Fraction or an int; a float where only a hint is wanted."""
COSTLY = 10**18
"""A unit of breach weighs this many units of what has a price, so that no rule is given up for it."""
NEAR = 1e-9
"""Floats this near to nothing are nothing; the money is scaled to one before."""


class Column(NamedTuple):
    """One amount of 0 or more: ``sign`` x itself counts in its group, and in each rule ``coefficient`` x itself."""

    group: int
    sign: int
    entries: Entries


class Breach(NamedTuple):
    """The least total breach, the amounts that reach it, and the price of each rule that causes it, by position."""

    total: Number
    amounts: dict[int, Number]
    prices: dict[int, Number]

    @property
    def causes(self) -> frozenset[int]:
        """The rules, by position, that cause it."""
        return frozenset(self.prices)


def least_breach(columns: Sequence[Column], groups: int, most: Sequence[Number], soft: int) -> Breach:
    """Changes with ``sum = 0`` in each group and ``sum <= most`` in each rule, the first ``soft`` rules as far as possible.

    A rule after those may be broken only where nothing at all breaks it at the start.
    """
    return _Simplex(columns, [0] * groups, most, soft).run()


def least_breach_of(columns: Sequence[Column], pools: Sequence[Number], most: Sequence[Number]) -> Breach:
    """Amounts that make up each group's pool and keep each rule as far as possible; of floats where the pools are."""
    left = list(most)
    for home, pool in zip(_homes(columns, len(pools)), pools, strict=True):
        for rule, coefficient in columns[home].entries:
            left[rule] -= coefficient * pool
    return _Simplex(columns, pools, left, len(most)).run()


def least_idle(columns: Sequence[Column], pool: int, most: Sequence[Number]) -> Breach:
    """The same for one group, whose first column is money that lies idle: as little of it as the rules allow.

    Where they cannot all be kept, ``total`` is the least breach times ``COSTLY``, and more; else what lies idle.
    """
    left = list(most)
    for rule, coefficient in columns[0].entries:
        left[rule] -= coefficient * pool
    return _Simplex(columns, [pool], left, len(most), idle=True).run()


def _homes(columns: Sequence[Column], groups: int) -> list[int]:
    """The first column of each group that counts in it."""
    home: dict[int, int] = {}
    for number, column in enumerate(columns):
        if column.sign > 0:
            home.setdefault(column.group, number)
    return [home[group] for group in range(groups)]


Row = dict[int, Number]


class _Simplex:
    """The revised simplex method with a sparse inverse; variables: columns, then one slack and one breach per rule.

    It starts with each group's pool in the group's first column; ``left`` is what the rules then still allow.
    """

    def __init__(
        self,
        columns: Sequence[Column],
        pools: Sequence[Number],
        left: Sequence[Number],
        soft: int,
        *,
        idle: bool = False,
    ) -> None:
        self.columns, self.groups, self.rules = columns, len(pools), len(left)
        self.costs = {0: 1} if idle else {}
        self.breach: Number = COSTLY if idle else 1
        self.near: Number = NEAR if any(isinstance(pool, float) for pool in pools) else 0
        first, groups = len(columns), len(pools)
        self.basis = _homes(columns, groups)
        self.inverse: list[Row] = [{group: 1} for group in range(groups)]
        self.amounts: list[Number] = [*pools, *map(_size, left)]
        for rule, bound in enumerate(left):
            self.basis.append(first + rule if bound >= 0 else first + self.rules + rule)
            self.inverse.append({groups + rule: 1 if bound >= 0 else -1})
        for group, number in enumerate(self.basis[:groups]):
            for rule, coefficient in columns[number].entries:
                row = self.inverse[groups + rule]
                row[group] = -coefficient * row[groups + rule]
        self.breakable = [rule < soft or bound < 0 for rule, bound in enumerate(left)]

    def run(self) -> Breach:
        """Pivots until nothing lowers the breach; after a stall by Bland's rule, which cannot cycle."""
        stalled, before = 0, None
        while True:
            prices, total = self._prices()
            stalled, before = (stalled + 1, before) if total == before else (0, total)
            bland = stalled > self.groups + self.rules
            entering = self._entering(prices, bland=bland) if total > self.near else None
            if entering is None or not self._pivot(entering, bland=bland):
                of_rules = {
                    rule: prices[self.groups + rule] for rule in range(self.rules) if self.groups + rule in prices
                }
                solved = zip(self.basis, self.amounts, strict=True)
                return Breach(total, {number: a for number, a in solved if a and number < len(self.columns)}, of_rules)

    def _prices(self) -> tuple[Row, Number]:
        """What one more unit of each row's right side adds to the breach, and the breach."""
        prices: Row = {}
        total: Number = 0
        first = len(self.columns) + self.rules
        for number, row, amount in zip(self.basis, self.inverse, self.amounts, strict=True):
            cost = self.breach if number >= first else self.costs.get(number)
            if cost:
                total += cost * amount
                for place, entry in row.items():
                    prices[place] = prices.get(place, 0) + cost * entry
        return {place: price for place, price in prices.items() if _size(price) > self.near}, total

    def _entering(self, prices: Row, *, bland: bool) -> int | None:
        """The variable that lowers the breach most per unit; the first that does, by Bland's rule."""
        best: int | None = None
        least: Number = -self.near
        groups, by_rules = self.groups, dict[Entries, Number]()
        for number, column in enumerate(self.columns):
            gain = by_rules.get(column.entries)
            if gain is None:
                gain = by_rules[column.entries] = sum(c * prices.get(groups + rule, 0) for rule, c in column.entries)
            cost = self.costs.get(number, 0) - gain - column.sign * prices.get(column.group, 0)
            if cost < least:
                if bland:
                    return number
                best, least = number, cost
        first = len(self.columns)
        for rule in range(self.rules):
            price = prices.get(groups + rule, 0)
            costs = (
                (first + rule, -price),
                (first + self.rules + rule, self.breach + price if self.breakable[rule] else 0),
            )
            for number, cost in costs:
                if cost < least:
                    if bland:
                        return number
                    best, least = number, cost
        return best

    def _entries(self, number: int) -> Row:
        if number < len(self.columns):
            column = self.columns[number]
            return {column.group: column.sign} | {self.groups + rule: c for rule, c in column.entries}
        rule = number - len(self.columns)
        return {self.groups + rule: 1} if rule < self.rules else {self.groups + rule - self.rules: -1}

    def _pivot(self, entering: int, *, bland: bool) -> bool:
        """Brings a variable into the basis; False where floats find none that would have to leave."""
        entries = self._entries(entering)
        change = [sum(row[place] * e for place, e in entries.items() if place in row) for row in self.inverse]
        rows = [row for row, step in enumerate(change) if step > self.near]
        if not rows:
            return False
        ratios = {row: _ratio(self.amounts[row], change[row]) for row in rows}
        least = min(ratios.values())
        ties = [row for row in rows if ratios[row] == least]
        leaving = min(ties, key=lambda row: self.basis[row] if bland else -change[row])
        by = change[leaving]
        pivot = self.inverse[leaving] = {place: _over(entry, by) for place, entry in self.inverse[leaving].items()}
        amount = self.amounts[leaving] = _over(self.amounts[leaving], by)
        for row, step in enumerate(change):
            if step and row != leaving:
                _subtract(self.inverse[row], step, pivot, self.near)
                self.amounts[row] -= step * amount
        self.basis[leaving] = entering
        return True


def _size(number: Number) -> Number:
    return -number if number < 0 else number


def _ratio(number: Number, by: Number) -> Number:
    return max(number, 0) / by if isinstance(number, float) else Fraction(number) / by


def _over(number: Number, by: Number) -> Number:
    if isinstance(number, float) or isinstance(by, float):
        return number / by
    if isinstance(number, int) and isinstance(by, int) and number % by == 0:
        return number // by
    exact = Fraction(number) / by
    return exact.numerator if exact.denominator == 1 else exact


def _subtract(row: Row, times: Number, other: Row, near: Number) -> None:
    for place, entry in other.items():
        rest = row.get(place, 0) - times * entry
        if rest and (not near or abs(rest) > near):
            row[place] = rest
        else:
            row.pop(place, None)
