"""The result of an allocation: lines, totals, reserve and what is unassigned."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from crmbudget.finding import Finding
from crmbudget.planning.plan import Dimension, Plan
from crmbudget.planning.source import Path

if TYPE_CHECKING:
    from crmbudget.allocation.limits.sight import Solution

COORDINATES = ("segment", "category", "activity", "channel", "period", "owner")


@dataclass(frozen=True, slots=True)
class Level:
    """What one step made: for each amount its parent in the level above, its member, and its minor units."""

    dimension: Dimension
    ids: tuple[str, ...]
    parent: Sequence[int]
    member: Sequence[int]
    amounts: Sequence[int]


class Unassigned(NamedTuple):
    """Money that no member could take: where it stayed, how much, and why; which lines of the plan left it no place."""

    coordinates: tuple[tuple[Dimension, str], ...]
    amount: int
    reason: str
    causes: tuple[tuple[Path, str], ...] = ()


class Moved(NamedTuple):
    """A limit that moved money: its place in the plan, and by how many minor units it changed its lines' sum.

    ``kept`` first steps stand, so the money began to move at the step after them; ``loose`` units cross even their sums,
    where only fractions of a unit would keep them.
    """

    limit: tuple[str | int, ...]
    amount: int
    kept: int
    loose: int = 0


@dataclass(frozen=True)
class Budget:
    """All amounts of a plan, in minor units: reserve + allocated + unassigned = total."""

    plan: Plan
    reserve: int
    levels: tuple[Level, ...]
    unassigned: tuple[Unassigned, ...]
    warnings: tuple[Finding, ...] = ()
    moved: tuple[Moved, ...] = ()
    solution: "Solution | None" = field(default=None, repr=False, compare=False)
    """How limits moved the money; its amounts are those of the absolute value where the total is negative."""

    @property
    def total(self) -> int:
        """What the plan has."""
        return self.plan.total

    @cached_property
    def allocated(self) -> int:
        """The sum of all lines."""
        return sum(self.levels[-1].amounts)

    @property
    def unassigned_total(self) -> int:
        """What stayed with nobody."""
        return sum(rest.amount for rest in self.unassigned)

    @property
    def line_count(self) -> int:
        """How many lines there are, those of zero included."""
        return len(self.levels[-1].amounts)

    @cached_property
    def coordinates(self) -> tuple[str, ...]:
        """The coordinates that a line has: what the steps split, and what follows from it."""
        split = {level.dimension.value for level in self.levels}
        follows = {"category"} if "activity" in split else set()
        groups = [
            *(self.plan.activities.values() if "activity" in split else ()),
            *(self.plan.segments.values() if "segment" in split else ()),
        ]
        follows |= {"owner"} if any(member.owner for member in groups) else set()
        return tuple(name for name in COORDINATES if name in split | follows)

    def totals(self, names: Sequence[str]) -> dict[tuple[str, ...], int]:
        """Sums of the lines by these coordinates, in the lines' order."""
        depth = max((self._depth(name) for name in names), default=0)
        labels = [self._labels(name, depth) for name in names]
        sums: dict[tuple[str, ...], int] = {}
        for amount, *key in zip(self.sums[depth], *labels, strict=True):
            group = tuple(key)
            sums[group] = sums.get(group, 0) + amount
        return sums if len(names) != 1 else dict(sorted(sums.items()))

    def lines(self) -> Iterator[tuple[str | int, ...]]:
        """Every line: its coordinates in the order of ``coordinates``, then its amount."""
        leaf = len(self.levels) - 1
        labels = [self._labels(name, leaf) for name in self.coordinates]
        return zip(*labels, self.levels[-1].amounts, strict=True)

    @cached_property
    def sums(self) -> list[Sequence[int]]:
        """The lines' amounts added up to each level."""
        sums: list[Sequence[int]] = [self.levels[-1].amounts]
        for level, above in zip(reversed(self.levels), reversed(self.levels[:-1]), strict=False):
            upper = [0] * len(above.amounts)
            for parent, amount in zip(level.parent, sums[0], strict=True):
                upper[parent] += amount
            sums.insert(0, upper)
        return sums

    def _depth(self, name: str) -> int:
        """The level on which the coordinate is known."""
        bases = {"category": ["activity"], "owner": ["activity", "segment"]}.get(name, [name])
        return max((depth for depth, level in enumerate(self.levels) if level.dimension in bases), default=0)

    def _labels(self, name: str, depth: int) -> Iterable[str]:
        if name == "category":
            ids = [self.plan.activities[activity].category for activity in self._ids(Dimension.ACTIVITY)]
            return map(ids.__getitem__, self.column(Dimension.ACTIVITY, depth))
        if name == "owner":
            return self._owners(depth)
        dimension = Dimension(name)
        return map(self._ids(dimension).__getitem__, self.column(dimension, depth))

    def _owners(self, depth: int) -> Iterable[str]:
        split = [level.dimension for level in self.levels[: depth + 1]]
        activities = (
            [self.plan.activities[name].owner for name in self._ids(Dimension.ACTIVITY)]
            if Dimension.ACTIVITY in split
            else []
        )
        segments = (
            [self.plan.segments[name].owner for name in self._ids(Dimension.SEGMENT)]
            if Dimension.SEGMENT in split
            else []
        )
        if not segments:
            return map(activities.__getitem__, self.column(Dimension.ACTIVITY, depth))
        if not activities:
            return map(segments.__getitem__, self.column(Dimension.SEGMENT, depth))
        pairs = zip(self.column(Dimension.ACTIVITY, depth), self.column(Dimension.SEGMENT, depth), strict=True)
        return (activities[activity] or segments[segment] for activity, segment in pairs)

    def _ids(self, dimension: Dimension) -> tuple[str, ...]:
        return next(level.ids for level in self.levels if level.dimension is dimension)

    def column(self, dimension: Dimension, depth: int) -> Sequence[int]:
        """Positions of the members of a dimension, for each amount of the level at ``depth``."""
        return column(self.levels, dimension, depth)


def column(levels: Sequence[Level], dimension: Dimension, depth: int) -> Sequence[int]:
    """For each amount of the level at ``depth``, the position of its member in the dimension."""
    level = levels[depth]
    if level.dimension is dimension:
        return level.member
    above = column(levels, dimension, depth - 1)
    return [above[parent] for parent in level.parent]


Progress = Callable[[int, int], None]
"""Told how many amounts of a step are split, and how many there are."""
