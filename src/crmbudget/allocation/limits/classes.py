"""Lines that the same rules touch in the same kept group, as one amount: what the solver sees."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from crmbudget.allocation.budget import Level

Cells = dict[tuple[int, int], int]
"""Amounts by ``(cell of a level, position of its mask)``."""


@dataclass(frozen=True)
class Ladder:
    """Amounts of the lines by cell and mask, on each level above ``depth``; there each cell has one mask, in ``places``.

    ``coarse`` maps each mask to a coarser one, without the bits of rules that are kept further down the tree.
    """

    depth: int
    masks: tuple[int, ...]
    coarse_masks: tuple[int, ...]
    coarse: tuple[int, ...]
    places: Sequence[int]
    by_level: Mapping[int, Cells]


@dataclass(frozen=True)
class Classes:
    """A ladder seen from level ``kept - 1``, the groups whose sums stand."""

    ladder: Ladder
    kept: int

    @cached_property
    def pools(self) -> dict[int, int]:
        """The sum of each group."""
        return {group: sum(parts.values()) for group, parts in self.parts.items()}

    @cached_property
    def parts(self) -> dict[int, dict[int, int]]:
        """For each group its amounts by mask."""
        parts: dict[int, dict[int, int]] = {}
        for (group, mask), amount in self.ladder.by_level[self.kept - 1].items():
            parts.setdefault(group, {})[mask] = amount
        return parts

    @cached_property
    def coarse_parts(self) -> dict[int, dict[int, int]]:
        """For each group its amounts by coarse mask."""
        coarse, to = dict[int, dict[int, int]](), self.ladder.coarse
        for group, parts in self.parts.items():
            sums = coarse.setdefault(group, {})
            for mask, amount in parts.items():
                sums[to[mask]] = sums.get(to[mask], 0) + amount
        return {group: dict(sorted(sums.items())) for group, sums in coarse.items()}


def ladder(levels: Sequence[Level], amounts: Sequence[int], masks: Sequence[int], depth: int, fine: int = 0) -> Ladder:
    """The ladder for amounts at ``depth`` and their masks; zeros are left out, for they stay zero.

    ``fine`` are the bits that a coarse mask lacks.
    """
    known = sorted(set(masks))
    positions = {mask: number for number, mask in enumerate(known)}
    coarse = sorted({mask & ~fine for mask in known})
    numbers = {mask: number for number, mask in enumerate(coarse)}
    places = [positions[mask] for mask in masks]
    count, by_level = len(known), dict[int, Cells]()
    keys = [parent * count + place for parent, place in zip(levels[depth].parent, places, strict=True)]
    sums = _summed(keys, amounts)
    for number in range(depth - 1, -2, -1):
        by_level[number] = {divmod(key, count): amount for key, amount in sums.items()}
        if number >= 0:
            parents = levels[number].parent
            sums = _summed([parents[key // count] * count + key % count for key in sums], sums.values())
    return Ladder(depth, tuple(known), tuple(coarse), tuple(numbers[mask & ~fine] for mask in known), places, by_level)


def _summed(keys: Sequence[int], amounts: Iterable[int]) -> dict[int, int]:
    sums: dict[int, int] = {}
    get = sums.get
    for key, amount in zip(keys, amounts, strict=True):
        if amount:
            sums[key] = get(key, 0) + amount
    return dict(sorted(sums.items()))
