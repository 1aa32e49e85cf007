"""New amounts carried down the tree: level by level each is split in proportion to what it held before."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from crmbudget.allocation.budget import Level
from crmbudget.allocation.fill import Bounds, Overdrawn
from crmbudget.allocation.limits.carry import Carry
from crmbudget.allocation.limits.classes import Cells, Classes
from crmbudget.allocation.limits.settle import settle
from crmbudget.allocation.limits.shares import Share
from crmbudget.allocation.limits.step_bounds import Cell, StepBounds
from crmbudget.allocation.split import split

Seed = tuple[int, int, int]
"""A cell, the position of its mask, and what its lines had before."""
ODD = 2
"""Minor units by which rounding alone may miss a step bound; more than that is for the rules to keep."""


@dataclass
class Descent:
    """One way down, from the classes to the lines. ``known`` are the amounts whose step bounds are rules already."""

    levels: Sequence[Level]
    sums: Sequence[Sequence[int]]
    bounds: StepBounds
    made: Classes
    factors: Sequence[int]
    known: frozenset[Cell]
    crowded: set[Cell] = field(default_factory=set)
    """Amounts whose step bounds are not kept, for want of room in what lies above them."""

    def lines(self, rounded: Cells) -> list[Sequence[int]]:
        """The lines' sums at each level from ``kept`` down to the lines themselves."""
        below: list[Sequence[int]] = []
        depth = self.made.ladder.depth
        for number in range(self.made.kept, depth):
            rounded = self._masked(number, rounded)
            totals = [0] * len(self.sums[number])
            for (cell, _), amount in rounded.items():
                totals[cell] += amount
            below.append(totals)
        if self.made.kept <= depth:
            below.append(self._deepest(depth, rounded))
        for number in range(depth + 1, len(self.levels)):
            below.append(self._plain(number, below[-1]))
        return below

    def _masked(self, depth: int, pools: Cells) -> Cells:
        """The amounts of one level by coarse mask; each parent's children in one run."""
        parents, carry, amounts = self.levels[depth].parent, Carry(len(self.levels[depth].ids)), Cells()
        cells = self.made.ladder.cells(depth)
        for parent, run in groupby(cells, key=lambda key: parents[key[0]]):
            seeds = [(cell, mask, cells[cell, mask]) for cell, mask in run]
            amounts |= self._shared(depth, parent, seeds, pools, carry)
        return amounts

    def _deepest(self, depth: int, pools: Cells) -> list[int]:
        """The amounts of the level on which each has one mask."""
        level, places, coarse, sums = (
            self.levels[depth],
            self.made.ladder.places,
            self.made.ladder.coarse,
            self.sums[depth],
        )
        carry, amounts, bounded = Carry(len(level.ids)), list[int](), depth in self.bounds.levels
        for parent, start, end in runs(level.parent):
            inside, seeds = places[start:end], sums[start:end]
            if not bounded and min(inside) == max(inside):
                pool = pools.get((parent, coarse[inside[0]]), 0)
                amounts += carry.parts(pool, seeds, level.member[start:end])
            else:
                rows = [row for row in zip(range(start, end), inside, seeds, strict=True) if row[2]]
                given = {cell: part for (cell, _), part in self._shared(depth, parent, rows, pools, carry).items()}
                amounts += [given.get(cell, 0) for cell in range(start, end)]
        return amounts

    def _shared(self, depth: int, parent: int, seeds: Sequence[Seed], pools: Cells, carry: Carry) -> Cells:
        """One parent's amounts by coarse mask, each mask's in proportion to ``seed x factor``, within the step's bounds."""
        member, coarse, factors = self.levels[depth].member, self.made.ladder.coarse, self.factors
        by_mask: dict[int, list[Seed]] = {}
        for one in seeds:
            by_mask.setdefault(coarse[one[1]], []).append(one)
        amounts: Cells = {}
        for mask, own in by_mask.items():
            scale = 1 if len({factors[fine] for _, fine, _ in own}) == 1 else 0
            weights: dict[int, int] = {}
            for cell, fine, seed in own:
                weights[cell] = weights.get(cell, 0) + seed * (scale or factors[fine])
            parts = carry.parts(pools[parent, mask], list(weights.values()), [member[cell] for cell in weights])
            amounts |= {(cell, mask): part for cell, part in zip(weights, parts, strict=True)}
        if depth in self.bounds.levels:
            sums: dict[int, int] = {}
            for (cell, _), amount in amounts.items():
                sums[cell] = sums.get(cell, 0) + amount
            if self._broken(depth, sums, sum(sums.values())):
                self._ease(depth, sum(sums.values()), amounts)
        return amounts

    def _broken(self, depth: int, sums: Mapping[int, int], pool: int) -> list[int]:
        """The amounts outside their bounds."""
        found = []
        for cell, amount in sums.items():
            least, most = self._interval(depth, cell, pool)
            if amount < least or (most is not None and amount > most):
                found.append(cell)
                if (
                    max(least - amount, amount - (amount if most is None else most)) > ODD
                    and (depth, cell) not in self.known
                ):
                    self.crowded.add((depth, cell))
        return found

    def _interval(self, depth: int, cell: int, pool: int) -> tuple[int, int | None]:
        if not self.bounds.bounded(depth, cell):
            return 0, None
        before = self.sums[depth - 1][self.levels[depth].parent[cell]] if depth else sum(self.sums[0])
        return self.bounds.interval(depth, cell, pool, same=pool == before)

    def _ease(self, depth: int, pool: int, amounts: Cells) -> None:
        """Moves odd units between the amounts below one parent, within their masks, until the step's bounds are kept."""
        keys = list(amounts)
        most: list[int] = []
        entries: dict[int, list[tuple[int, int]]] = {}
        for cell in dict.fromkeys(cell for cell, _ in keys):
            low, high = self._interval(depth, cell, pool)
            for sign, bound in ((-1, -low), (1, high)):
                if bound is not None:
                    entries.setdefault(cell, []).append((len(most), sign))
                    most.append(bound)
        found = settle([Share(mask, amounts[cell, mask], tuple(entries[cell])) for cell, mask in keys], most)
        if found.changes is None:
            self.crowded.update((depth, cell) for cell, _ in keys if self.bounds.bounded(depth, cell))
            return
        for key, change in zip(keys, found.changes, strict=True):
            amounts[key] += change

    def _plain(self, depth: int, pools: Sequence[int]) -> list[int]:
        level, seeds, old = self.levels[depth], self.sums[depth], self.sums[depth - 1]
        carry, amounts = Carry(len(level.ids)), list[int]()
        bounded = depth in self.bounds.levels
        for parent, start, end in runs(level.parent):
            pool = pools[parent]
            if pool == old[parent]:
                amounts += seeds[start:end]
                continue
            parts = carry.parts(pool, seeds[start:end], level.member[start:end])
            if bounded and self._broken(depth, dict(zip(range(start, end), parts, strict=True)), pool):
                parts = self._within(depth, range(start, end), pool)
            amounts += parts
        return amounts

    def _within(self, depth: int, cells: range, pool: int) -> list[int]:
        """One amount split within its step's bounds; noted as crowded where they do not leave it room."""
        limits = [self._interval(depth, cell, pool) for cell in cells]
        low, high = tuple(least for least, _ in limits), tuple(most for _, most in limits)
        weights = [self.sums[depth][cell] for cell in cells]
        try:
            parts = split(pool, weights, Bounds(low, high, (0,) * len(cells)))
        except Overdrawn:
            parts = []
        if sum(parts) == pool:
            return parts
        self.crowded.update((depth, cell) for cell in cells if self.bounds.bounded(depth, cell))
        return Carry(len(cells)).parts(pool, weights, range(len(cells)))


def runs(parents: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """Each parent with the start and the end of its children; they stand side by side."""
    start, count = 0, len(parents)
    while start < count:
        end, parent = start + 1, parents[start]
        while end < count and parents[end] == parent:
            end += 1
        yield parent, start, end
        start = end
