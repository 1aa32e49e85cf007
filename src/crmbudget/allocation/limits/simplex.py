"""The least total breach of linear rules, in whole numbers and fractions: no float decides what is possible."""

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from crmbudget.allocation.limits.shares import Entries, Exact


class Column(NamedTuple):
    """One amount of 0 or more: ``sign`` x itself counts in its group, and in each rule ``coefficient`` x itself."""

    group: int
    sign: int
    entries: Entries


class Breach(NamedTuple):
    """The least total breach, the amounts that reach it, and which rules (by position) cause it."""

    total: Exact
    amounts: dict[int, Exact]
    causes: frozenset[int]


def least_breach(columns: Sequence[Column], groups: int, most: Sequence[Exact], soft: int) -> Breach:
    """Amounts with ``sum = 0`` in each group and ``sum <= most`` in each rule, the first ``soft`` rules as far as possible.

    A rule after those may be broken only where nothing at all breaks it at the start.
    """
    return _Simplex(columns, groups, most, soft).run()


Row = dict[int, Exact]


class _Simplex:
    """The revised simplex method with a sparse inverse; variables: columns, then one slack and one breach per rule."""

    def __init__(self, columns: Sequence[Column], groups: int, most: Sequence[Exact], soft: int) -> None:
        self.columns, self.groups, self.rules = columns, groups, len(most)
        home: dict[int, int] = {}
        for number, column in enumerate(columns):
            if column.sign > 0:
                home.setdefault(column.group, number)
        first = len(columns)
        self.basis = [home[group] for group in range(groups)]
        self.inverse: list[Row] = [{group: 1} for group in range(groups)]
        self.amounts: list[Exact] = [*[0] * groups, *map(_size, most)]
        for rule, bound in enumerate(most):
            self.basis.append(first + rule if bound >= 0 else first + self.rules + rule)
            self.inverse.append({groups + rule: 1 if bound >= 0 else -1})
        for group, number in enumerate(self.basis[:groups]):
            for rule, coefficient in columns[number].entries:
                row = self.inverse[groups + rule]
                row[group] = -coefficient * row[groups + rule]
        self.breakable = [rule < soft or bound < 0 for rule, bound in enumerate(most)]

    def run(self) -> Breach:
        """Pivots until nothing lowers the breach; after a stall by Bland's rule, which cannot cycle."""
        stalled, before = 0, None
        while True:
            prices, total = self._prices()
            stalled, before = (stalled + 1, before) if total == before else (0, total)
            entering = self._entering(prices, bland=stalled > self.groups + self.rules) if total else None
            if entering is None:
                causes = frozenset(rule for rule in range(self.rules) if prices.get(self.groups + rule))
                solved = zip(self.basis, self.amounts, strict=True)
                return Breach(total, {number: a for number, a in solved if a and number < len(self.columns)}, causes)
            self._pivot(entering, bland=stalled > self.groups + self.rules)

    def _prices(self) -> tuple[Row, Exact]:
        """What one more unit of each row's right side adds to the breach, and the breach."""
        prices: Row = {}
        total: Exact = 0
        first = len(self.columns) + self.rules
        for number, row, amount in zip(self.basis, self.inverse, self.amounts, strict=True):
            if number >= first:
                total += amount
                for place, entry in row.items():
                    prices[place] = prices.get(place, 0) + entry
        return {place: price for place, price in prices.items() if price}, total

    def _entering(self, prices: Row, *, bland: bool) -> int | None:
        """The variable that lowers the breach most per unit; the first that does, by Bland's rule."""
        best: int | None = None
        least: Exact = 0
        groups, by_rules = self.groups, dict[Entries, Exact]()
        for number, column in enumerate(self.columns):
            gain = by_rules.get(column.entries)
            if gain is None:
                gain = by_rules[column.entries] = sum(c * prices.get(groups + rule, 0) for rule, c in column.entries)
            cost = -gain - column.sign * prices.get(column.group, 0)
            if cost < least:
                if bland:
                    return number
                best, least = number, cost
        first = len(self.columns)
        for rule in range(self.rules):
            price = prices.get(groups + rule, 0)
            costs = ((first + rule, -price), (first + self.rules + rule, 1 + price if self.breakable[rule] else 0))
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

    def _pivot(self, entering: int, *, bland: bool) -> None:
        entries = self._entries(entering)
        change = [sum(row[place] * e for place, e in entries.items() if place in row) for row in self.inverse]
        rows = [row for row, step in enumerate(change) if step > 0]
        ratios = {row: Fraction(self.amounts[row]) / change[row] for row in rows}
        least = min(ratios.values())
        ties = [row for row in rows if ratios[row] == least]
        leaving = min(ties, key=lambda row: self.basis[row] if bland else -change[row])
        by = change[leaving]
        pivot = self.inverse[leaving] = {place: _over(entry, by) for place, entry in self.inverse[leaving].items()}
        amount = self.amounts[leaving] = _over(self.amounts[leaving], by)
        for row, step in enumerate(change):
            if step and row != leaving:
                _subtract(self.inverse[row], step, pivot)
                self.amounts[row] -= step * amount
        self.basis[leaving] = entering


def _size(number: Exact) -> Exact:
    return -number if number < 0 else number


def _over(number: Exact, by: Exact) -> Exact:
    if isinstance(number, int) and isinstance(by, int) and number % by == 0:
        return number // by
    exact = Fraction(number) / by
    return exact.numerator if exact.denominator == 1 else exact


def _subtract(row: Row, times: Exact, other: Row) -> None:
    for place, entry in other.items():
        rest = row.get(place, 0) - times * entry
        if rest:
            row[place] = rest
        else:
            row.pop(place, None)
