"""From multipliers to whole amounts: classes first, with every rule exact, then down the tree to the lines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from crmbudget.allocation.budget import Level
from crmbudget.allocation.fill import Bounds, Overdrawn
from crmbudget.allocation.limits.carry import Carry, scaled
from crmbudget.allocation.limits.classes import Cells, Classes
from crmbudget.allocation.limits.rules import Exact, StepBounds
from crmbudget.allocation.limits.settle import Settled, Share, settle
from crmbudget.allocation.split import split

Touched = Sequence[tuple[tuple[int, Exact], ...]]


def round_classes(made: Classes, exponents: Sequence[float]) -> Cells:
    """Each group's sum split by its classes' weights; the groups' sums are exact, the rules nearly so."""
    carry = Carry(len(made.masks))
    rounded: Cells = {}
    for group, parts in made.parts.items():
        masks = list(parts)
        weights = scaled(list(parts.values()), [exponents[mask] for mask in masks])
        given = list(parts.values()) if len(set(map(exponents.__getitem__, masks))) == 1 else carry.parts(made.pools[group], weights, masks)
        rounded |= {(group, mask): part for mask, part in zip(masks, given, strict=True)}
    return rounded


def keep_rules(made: Classes, rounded: Cells, touched: Touched, most: Sequence[Exact], *, loose: bool = False) -> Settled:
    """Changes ``rounded`` in place by as few units as needed until every rule is exact; tells where that is impossible.

    Groups with the same masks are one here: a unit that moves from mask to mask can do so in any of them. Where ``loose``,
    units may move between groups too.
    """
    kinds: dict[tuple[int, ...], list[int]] = {}
    for group, parts in made.parts.items():
        kinds.setdefault(() if loose else tuple(parts), []).append(group)
    merged: dict[tuple[int, int], int] = {}
    members: dict[tuple[int, int], list[int]] = {}
    for number, groups in enumerate(kinds.values()):
        for group in groups:
            for mask in made.parts[group]:
                merged[number, mask] = merged.get((number, mask), 0) + rounded[group, mask]
                members.setdefault((number, mask), []).append(group)
    shares = [Share(kind, amount, touched[mask]) for (kind, mask), amount in merged.items()]
    found = settle(shares, most)
    if found.changes is not None:
        for (kind, mask), change in zip(merged, found.changes, strict=True):
            if change < 0:
                _take(rounded, mask, members[kind, mask], -change)
        for (kind, mask), change in zip(merged, found.changes, strict=True):
            if change > 0:
                _give(made, rounded, mask, members[kind, mask], change)
    return found


def _take(rounded: Cells, mask: int, groups: Sequence[int], units: int) -> None:
    """Takes units from the groups that have the most of this mask."""
    for group in sorted(groups, key=lambda group: (-rounded[group, mask], group)):
        taken = min(units, rounded[group, mask])
        rounded[group, mask] -= taken
        units -= taken
        if not units:
            return


def _give(made: Classes, rounded: Cells, mask: int, groups: Sequence[int], units: int) -> None:
    """Gives units first to the groups that lack them, then, where no group does, to the first."""
    for group in groups:
        lacks = made.pools[group] - sum(rounded[group, other] for other in made.parts[group])
        given = max(0, min(units, lacks))
        rounded[group, mask] += given
        units -= given
        if not units:
            return
    rounded[groups[0], mask] += units


@dataclass
class Descent:
    """Carries new amounts down the tree: level by level each amount is split in proportion to what it held before."""

    levels: Sequence[Level]
    sums: Sequence[Sequence[int]]
    bounds: StepBounds
    made: Classes
    crowded: list[tuple[int, int]] = field(default_factory=list)
    """Amounts ``(level, cell)`` whose step bounds cannot be kept below the amounts above them."""

    def lines(self, rounded: Cells) -> list[list[int]]:
        """The lines' sums at each level from ``kept`` down to the lines themselves."""
        below = []
        for depth in range(self.made.kept, self.made.depth + 1):
            rounded = self._masked(depth, rounded)
            totals = [0] * len(self.sums[depth])
            for (cell, _), amount in rounded.items():
                totals[cell] += amount
            below.append(totals)
        for depth in range(self.made.depth + 1, len(self.levels)):
            below.append(self._plain(depth, below[-1]))
        self._check(below)
        return below

    def _masked(self, depth: int, pools: Cells) -> Cells:
        level = self.levels[depth]
        children: dict[tuple[int, int], list[int]] = {}
        seeds = self.made.by_level[depth]
        for cell, mask in seeds:
            children.setdefault((level.parent[cell], mask), []).append(cell)
        carry, amounts = Carry(len(level.ids)), Cells()
        for key, cells in children.items():
            mask = key[1]
            weights = [seeds[cell, mask] for cell in cells]
            parts = carry.parts(pools[key], weights, [level.member[cell] for cell in cells])
            for cell, part in zip(cells, parts, strict=True):
                amounts[cell, mask] = part
        return amounts

    def _plain(self, depth: int, pools: Sequence[int]) -> list[int]:
        level, seeds, old = self.levels[depth], self.sums[depth], self.sums[depth - 1]
        carry, amounts = Carry(len(level.ids)), list[int]()
        bounded, start, count = depth in self.bounds.levels, 0, len(level.parent)
        parents, members = level.parent, level.member
        while start < count:
            parent = parents[start]
            end = start + 1
            while end < count and parents[end] == parent:
                end += 1
            pool = pools[parent]
            if pool == old[parent]:
                amounts += seeds[start:end]
            elif bounded:
                amounts += self._within(depth, range(start, end), pool)
            else:
                amounts += carry.parts(pool, seeds[start:end], members[start:end])
            start = end
        return amounts

    def _within(self, depth: int, cells: range, pool: int) -> list[int]:
        """One amount split within its step's bounds; noted as crowded where they do not leave it room."""
        limits = [self.bounds.interval(depth, cell, pool, same=False) for cell in cells]
        low, high = tuple(least for least, _ in limits), tuple(most for _, most in limits)
        weights = [self.sums[depth][cell] for cell in cells]
        try:
            parts = split(pool, weights, Bounds(low, high, (0,) * len(cells)))
        except Overdrawn:
            parts = []
        if sum(parts) == pool:
            return parts
        self.crowded += [(depth, cell) for cell in cells if self.bounds.bounded(depth, cell)]
        return Carry(len(cells)).parts(pool, weights, range(len(cells)))

    def _check(self, below: Sequence[Sequence[int]]) -> None:
        kept = self.made.kept
        for depth in (depth for depth in self.bounds.levels if depth >= kept):
            parents, own = self.levels[depth].parent, below[depth - kept]
            for cell, amount in enumerate(own):
                above, before = self._parent(depth, parents[cell], below)
                if amount == self.sums[depth][cell] and above == before:
                    continue
                least, most = self.bounds.interval(depth, cell, above, same=above == before)
                if amount < least or (most is not None and amount > most):
                    self.crowded.append((depth, cell))

    def _parent(self, depth: int, parent: int, below: Sequence[Sequence[int]]) -> tuple[int, int]:
        before = self.sums[depth - 1][parent] if depth else sum(self.sums[0])
        kept = self.made.kept
        return (below[depth - 1 - kept][parent] if depth > kept else before), before


def marks_of(crowded: Sequence[tuple[int, int]], levels: Sequence[Level], kept: int, old: Mapping[tuple[int, int], int], first: int) -> dict[tuple[int, int], int]:
    """Bits for the crowded amounts and, where their share depends on it, for the amount above; the old ones included."""
    marks = dict(old)
    for depth, cell in sorted(set(crowded)):
        wanted = [(depth, cell), *([(depth - 1, levels[depth].parent[cell])] if depth > kept else [])]
        for key in wanted:
            marks.setdefault(key, first + len(marks))
    return marks
