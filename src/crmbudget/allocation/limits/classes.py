"""Lines that the same rules touch in the same kept group, as one amount: what the solver sees."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from crmbudget.allocation.budget import Level
from crmbudget.allocation.limits.carry import Carry

Cells = dict[tuple[int, int], int]
"""Amounts by ``(cell of a level, position of its mask)``."""


@dataclass(frozen=True)
class Ladder:
    """Amounts at ``depth``, each with one mask, and their sums by cell and mask on the levels above.

    ``places`` are the positions of their masks. ``coarse`` maps each mask to a coarser one, without the bits of rules that
    are kept further down the tree.
    """

    depth: int
    masks: tuple[int, ...]
    coarse_masks: tuple[int, ...]
    coarse: tuple[int, ...]
    places: Sequence[int]
    levels: Sequence[Level]
    amounts: Sequence[int]
    _made: dict[int, Cells] = field(default_factory=dict, repr=False, compare=False)

    def cells(self, number: int) -> Cells:
        """The sums at level ``number`` above ``depth`` (-1 is all the money) by mask; zeros are left out, for they stay zero."""
        if number not in self._made:
            self._made[number] = self._summed(number)
        return self._made[number]

    def _summed(self, number: int) -> Cells:
        count, finer = len(self.masks), min((done for done in self._made if done > number), default=None)
        if finer is None:
            above = ancestors(self.levels, number, self.depth)
            keys = (
                [cell * count + place for cell, place in zip(above, self.places, strict=True)] if above else self.places
            )
            sums = _added(keys, self.amounts)
        else:
            cells, up = self._made[finer], ancestors(self.levels, number, finer + 1, whole=False)
            sums = _added([(up[cell] if up else 0) * count + place for cell, place in cells], cells.values())
        return {divmod(key, count): amount for key, amount in sums.items()}


def ancestors(levels: Sequence[Level], number: int, depth: int, *, whole: bool = True) -> Sequence[int]:
    """For each amount at ``depth`` the position of the one above it at level ``number``; nothing for the level above all.

    Where not ``whole``, for each amount at the level above ``depth``.
    """
    if number < 0:
        return ()
    found: Sequence[int] = levels[depth].parent if whole else range(len(levels[depth - 1].amounts))
    for level in reversed(levels[number + 1 : depth]):
        found = [level.parent[cell] for cell in found]
    return found


@dataclass(frozen=True)
class Classes:
    """A ladder seen from level ``kept - 1``, the groups whose sums stand; where there is a ``part``, only so much is placed."""

    ladder: Ladder
    kept: int
    part: int | None = None

    @cached_property
    def pools(self) -> dict[int, int]:
        """The sum of each group."""
        if self.part is not None:
            return dict.fromkeys(self.parts, self.part)
        return {group: sum(parts.values()) for group, parts in self.parts.items()}

    @cached_property
    def parts(self) -> dict[int, dict[int, int]]:
        """For each group its amounts by mask, as they were before the limits."""
        parts: dict[int, dict[int, int]] = {}
        for (group, mask), amount in self.ladder.cells(self.kept - 1).items():
            parts.setdefault(group, {})[mask] = amount
        return parts

    @cached_property
    def coarse_parts(self) -> dict[int, dict[int, int]]:
        """For each group its amounts by coarse mask."""
        if self.ladder.coarse_masks == self.ladder.masks:
            return self.parts
        coarse, to = dict[int, dict[int, int]](), self.ladder.coarse
        for group, parts in self.parts.items():
            sums = coarse.setdefault(group, {})
            for mask, amount in parts.items():
                sums[to[mask]] = sums.get(to[mask], 0) + amount
        return {group: dict(sorted(sums.items())) for group, sums in coarse.items()}

    @cached_property
    def scaled(self) -> dict[int, dict[int, int]]:
        """The amounts by mask in proportion, made to fit the pools."""
        if self.part is None:
            return self.parts
        carry = Carry(len(self.ladder.masks))
        return {
            group: dict(zip(parts, carry.parts(self.part, list(parts.values()), list(parts)), strict=True))
            for group, parts in self.parts.items()
        }

    @cached_property
    def kinds(self) -> dict[tuple[int, ...], int]:
        """The pools of groups with the same masks, added up."""
        kinds: dict[tuple[int, ...], int] = {}
        for group, parts in self.parts.items():
            kind = tuple(parts)
            kinds[kind] = kinds.get(kind, 0) + self.pools[group]
        return kinds


def ladder(levels: Sequence[Level], amounts: Sequence[int], masks: Sequence[int], depth: int, fine: int = 0) -> Ladder:
    """The ladder for amounts at ``depth`` and their masks; ``fine`` are the bits that a coarse mask lacks."""
    known = sorted(set(masks))
    positions = {mask: number for number, mask in enumerate(known)}
    coarse = sorted({mask & ~fine for mask in known})
    numbers = {mask: number for number, mask in enumerate(coarse)}
    places = [positions[mask] for mask in masks]
    to_coarse = tuple(numbers[mask & ~fine] for mask in known)
    return Ladder(depth, tuple(known), tuple(coarse), to_coarse, places, levels, amounts)


def _added(keys: Sequence[int], amounts: Iterable[int]) -> dict[int, int]:
    sums: dict[int, int] = {}
    get = sums.get
    for key, amount in zip(keys, amounts, strict=True):
        if amount:
            sums[key] = get(key, 0) + amount
    return dict(sorted(sums.items()))
