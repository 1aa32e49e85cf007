"""Lines that the same limits touch in the same kept group, as one amount: what the solver sees."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from crmbudget.allocation.budget import Level

Cells = dict[tuple[int, int], int]
"""Amounts by ``(cell of a level, position of the mask)``."""


@dataclass(frozen=True)
class Classes:
    """Amounts of the lines by cell and mask, on each level from the first that may move down to the deepest with a mask.

    ``kept`` first steps stand: level ``kept`` is the first that may move, and its parents are the groups.
    """

    kept: int
    depth: int
    masks: tuple[int, ...]
    by_level: Mapping[int, Cells]

    @cached_property
    def pools(self) -> dict[int, int]:
        """The sum of each group."""
        sums: dict[int, int] = {}
        for (group, _), amount in self.groups.items():
            sums[group] = sums.get(group, 0) + amount
        return sums

    @property
    def groups(self) -> Cells:
        """Amounts by group and mask, in order."""
        return self.by_level[self.kept - 1]

    @cached_property
    def parts(self) -> dict[int, dict[int, int]]:
        """For each group its amounts by mask."""
        parts: dict[int, dict[int, int]] = {}
        for (group, mask), amount in self.groups.items():
            parts.setdefault(group, {})[mask] = amount
        return parts


def classes(levels: Sequence[Level], sums: Sequence[Sequence[int]], masks: Sequence[int], depth: int, kept: int) -> Classes:
    """The classes for masks of the amounts at ``depth``; amounts of zero are left out, for they stay zero."""
    positions = {mask: number for number, mask in enumerate(sorted({m for m, amount in zip(masks, sums[depth], strict=True) if amount}))}
    cells: Cells = {(cell, positions[masks[cell]]): amount for cell, amount in enumerate(sums[depth]) if amount}
    by_level = {depth: cells}
    for number in range(depth, kept - 1, -1):
        parents, above = levels[number].parent, Cells()
        for (cell, mask), amount in by_level[number].items():
            key = (parents[cell], mask)
            above[key] = above.get(key, 0) + amount
        by_level[number - 1] = dict(sorted(above.items()))
    return Classes(kept, depth, tuple(positions), by_level)
