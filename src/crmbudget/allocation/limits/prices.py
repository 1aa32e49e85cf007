"""The price of a limit: what one more unit of money there would move, and from where.

Where the limits bind, the solution answers a small change of one bound with a small change of every line, in proportion to
its amount. The answer is linear: the curvature of the dual at the solution, solved for one bound at a time.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from math import fsum
from typing import NamedTuple, TypeVar

from crmbudget.allocation.budget import Budget, column
from crmbudget.allocation.limits.shares import Exact
from crmbudget.allocation.limits.sight import Solution
from crmbudget.allocation.split import split
from crmbudget.planning.plan import Dimension
from crmbudget.planning.source import Path

FINE = 10_000
"""A price is told in parts of one unit of money, this many of them."""
NOBODY = "(unassigned)"
"""Stands among the members for money that has no place."""
_LEAST = 1e-12
"""Multipliers below this part of the largest are what floats leave of nothing."""


Key = TypeVar("Key")


class Move(NamedTuple):
    """What one member gains, or loses, for each unit of money by which the bound is raised."""

    member: str
    per_unit: Fraction


class Price(NamedTuple):
    """What raising one bound by one unit of money would do: a cap lets one unit more in, a floor asks for one more.

    ``moves`` holds, for each dimension in which money would move, every member that would gain or lose, the largest
    first; each dimension's add up to zero.
    """

    at: Path
    text: str
    bound: int
    moves: Mapping[Dimension, tuple[Move, ...]]

    @property
    def leading(self) -> Dimension | None:
        """The dimension in which the most money would move, the earlier step's where two are alike."""
        gains = {
            dimension: sum((abs(move.per_unit) for move in moves), Fraction(0))
            for dimension, moves in self.moves.items()
        }
        return max(gains, key=lambda dimension: gains[dimension], default=None)


def prices(budget: Budget) -> tuple[Price, ...]:
    """The price of each limit that binds, in the plan's order; of each of its members where it says ``per``."""
    if budget.solution is None:
        return ()
    response = _Response(budget, budget.solution)
    return tuple(response.price(rule) for rule in response.binding if response.sight.rules[rule].said.at[0] == "limits")


Class = tuple[int, int]
"""A kept group, by its position, and a mask, by its position."""


class _Response:
    """How all lines answer to a small change of one bound. Amounts are those of the absolute value of the plan."""

    def __init__(self, budget: Budget, solution: Solution) -> None:
        self.budget, self.sight, self.multipliers = budget, solution.sight, solution.multipliers
        self.open = bool(solution.over)
        self.touched = self._touched()

    @cached_property
    def binding(self) -> list[int]:
        """The rules that are used up; where money has no place, those too that need no multiplier for it."""
        least, left = _LEAST * max(self.multipliers, default=0.0), list(self.sight.most) if self.open else []
        for (_, mask), amount in self.amounts.items() if self.open else ():
            for rule, coefficient in self.sight.touched[mask]:
                left[rule] -= coefficient * amount
        used_up = {rule for rule, rest in enumerate(left) if rest < 1}
        return [rule for rule, own in enumerate(self.multipliers) if own > least or rule in used_up]

    def _touched(self) -> list[list[tuple[int, float]]]:
        """For each mask the binding rules that it touches. Where money has no place, shares grow with what is allocated."""
        places, rules = {rule: place for place, rule in enumerate(self.binding)}, self.sight.rules
        shares = [(rule, -rules[rule].share) for rule in self.binding if self.open and rules[rule].share]
        return [_only([*entries, *shares], places) for entries in self.sight.touched]

    @cached_property
    def classes(self) -> list[Class]:
        """The class of every line."""
        made, levels = self.sight.made, self.budget.levels
        depth, places = made.ladder.depth, made.ladder.places
        groups: Sequence[int] = range(len(levels[depth].amounts))
        for level in reversed(levels[made.kept : depth + 1]):
            groups = [level.parent[cell] for cell in groups]
        found = list(zip(groups, places, strict=True))
        for level in levels[depth + 1 :]:
            found = [found[parent] for parent in level.parent]
        return found

    @cached_property
    def amounts(self) -> dict[Class, int]:
        """The lines' sum by class."""
        return _summed(self.classes, self.budget.levels[-1].amounts)

    @cached_property
    def pools(self) -> dict[int, int]:
        """The lines' sum by group."""
        return _summed([group for group, _ in self.amounts], list(self.amounts.values()))

    @cached_property
    def inverse(self) -> list[list[float]]:
        """What a change of each binding bound does to each multiplier."""
        size = len(self.binding)
        rows = [[0.0] * size for _ in range(size)]
        sums: dict[int, list[float]] = {group: [0.0] * size for group in self.pools}
        for (group, mask), amount in self.amounts.items():
            for first, left in self.touched[mask]:
                sums[group][first] += left * amount
                for second, right in self.touched[mask]:
                    rows[first][second] += left * right * amount
        for group, own in sums.items() if not self.open else ():
            touched = [(place, total) for place, total in enumerate(own) if total]
            for first, left in touched:
                for second, right in touched:
                    rows[first][second] -= left * right / self.pools[group]
        return inverted(rows)

    def price(self, rule: int) -> Price:
        """The price of one binding rule."""
        said = self.sight.rules[rule].said
        changes = self._changes(self.binding.index(rule), -1.0 if said.floor else 1.0)
        moves = {level.dimension: self._moves(level.dimension, changes) for level in self.budget.levels}
        bound = abs(int(self.sight.rules[rule].most))
        return Price(said.at, said.text, bound, {dimension: own for dimension, own in moves.items() if own})

    def _changes(self, place: int, raised: float) -> dict[Class, float]:
        """By how much of itself each class grows where the bound at ``place`` is raised by so many units of money."""
        pull = [raised * row[place] for row in self.inverse]
        heights = [fsum(c * pull[rule] for rule, c in entries) for entries in self.touched]
        weighed: dict[int, list[float]] = {group: [] for group in self.pools}
        for (group, mask), amount in self.amounts.items():
            weighed[group].append(heights[mask] * amount)
        means = {group: fsum(own) / self.pools[group] for group, own in weighed.items() if self.pools[group]}
        if self.open:
            means = dict.fromkeys(means, 0.0)
        return {key: heights[key[1]] - means[key[0]] for key, amount in self.amounts.items() if amount}

    @cached_property
    def _by_member(self) -> dict[Dimension, dict[tuple[Class, int], int]]:
        levels, lines = self.budget.levels, self.budget.levels[-1].amounts
        return {
            level.dimension: _summed(
                list(zip(self.classes, column(levels, level.dimension, len(levels) - 1), strict=True)), lines
            )
            for level in levels
        }

    def _moves(self, dimension: Dimension, changes: Mapping[Class, float]) -> tuple[Move, ...]:
        """What the members of a dimension gain and lose, rounded so that both sides are equal."""
        parts: dict[int, list[float]] = {}
        for (key, member), amount in self._by_member[dimension].items():
            parts.setdefault(member, []).append(changes.get(key, 0.0) * amount)
        ids = next(level.ids for level in self.budget.levels if level.dimension is dimension)
        sums = {ids[member]: fsum(own) for member, own in sorted(parts.items())}
        if self.open:
            sums[NOBODY] = -fsum(sums.values())
        units = round(fsum(change for change in sums.values() if change > 0) * FINE)
        sides = [
            (sign, {m: Fraction(sign * change) for m, change in sums.items() if sign * change > 0}) for sign in (1, -1)
        ]
        moves = [
            Move(member, Fraction(sign * part, FINE))
            for sign, own in sides
            for member, part in zip(own, split(units, list(own.values())), strict=True)
            if part
        ]
        return tuple(sorted(moves, key=lambda move: (-abs(move.per_unit), move.member)))


def _only(entries: Sequence[tuple[int, Exact]], places: Mapping[int, int]) -> list[tuple[int, float]]:
    sums: dict[int, Exact] = {}
    for rule, coefficient in entries:
        if rule in places:
            sums[places[rule]] = sums.get(places[rule], 0) + coefficient
    return [(place, float(total)) for place, total in sorted(sums.items())]


def _summed(keys: Sequence[Key], amounts: Sequence[int]) -> dict[Key, int]:
    sums: dict[Key, int] = {}
    for key, amount in zip(keys, amounts, strict=True):
        sums[key] = sums.get(key, 0) + abs(amount)
    return sums


def inverted(rows: Sequence[Sequence[float]]) -> list[list[float]]:
    """The inverse of a symmetric matrix that is not negative; a direction without curvature is left out.

    >>> inverted([[2.0, 0.0], [0.0, 0.0]])
    [[0.5, 0.0], [0.0, 0.0]]
    """
    size = len(rows)
    wide = [[*row, *(float(place == own) for place in range(size))] for own, row in enumerate(rows)]
    least = [1e-10 * abs(rows[place][place]) for place in range(size)]
    for pivot in range(size):
        top = wide[pivot][pivot]
        if top <= least[pivot]:
            wide[pivot] = [0.0] * (2 * size)
            continue
        own = wide[pivot] = [entry / top for entry in wide[pivot]]
        for other in range(size):
            times = wide[other][pivot]
            if times and other != pivot:
                wide[other] = [entry - times * part for entry, part in zip(wide[other], own, strict=True)]
    return [row[size:] for row in wide]
