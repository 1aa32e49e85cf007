"""The cells of a step, and how each of them is weighed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from crmbudget.allocation.budget import Level, column
from crmbudget.allocation.eligibility import allows
from crmbudget.allocation.fill import Bounds
from crmbudget.allocation.split import Weighting
from crmbudget.allocation.steps import ReadyStep
from crmbudget.allocation.strategy import Cell, Member
from crmbudget.planning.plan import Dimension, Plan
from crmbudget.planning.scalars import Share


@dataclass
class Cells:
    """The amounts that a step splits, with their coordinates."""

    levels: Sequence[Level]
    pools: Sequence[int]

    def at(self, number: int) -> Cell:
        """One cell."""
        return next(iter(self.some([number])))

    def some(self, numbers: Sequence[int]) -> list[Cell]:
        """Several cells, by number."""
        columns = self._all_columns
        ids = {level.dimension: level.ids for level in self.levels}
        return [
            Cell({d: ids[d][positions[number]] for d, positions in columns.items()}, self.pools[number], number)
            for number in numbers
        ]

    @cached_property
    def _all_columns(self) -> dict[Dimension, Sequence[int]]:
        return self.columns([level.dimension for level in self.levels])

    def columns(self, dimensions: Sequence[Dimension]) -> dict[Dimension, Sequence[int]]:
        """For each dimension the positions of the cells' members."""
        return {dimension: column(self.levels, dimension, len(self.levels) - 1) for dimension in dimensions}


@dataclass
class Weigher:
    """Weighs the members of a step in each of its cells; ``hollow`` are parts of a blend that weigh nothing there."""

    ready: ReadyStep
    plan: Plan
    cells: Cells
    hollow: list[tuple[str, Cell]] = field(default_factory=list)

    def weightings(self) -> list[Weighting]:
        """One weighting for each pool; pools that differ in nothing that counts share one."""
        strategies = [strategy for strategy, _ in self.ready.strategies]
        if any(strategy.by_cell for strategy in strategies):
            cells = self.cells.some(range(len(self.cells.pools)))
            for strategy in strategies:
                strategy.begin(cells, self.ready.members)
            return [self._weighting(cell) for cell in cells]
        split = {level.dimension for level in self.cells.levels}
        reads = split if self.ready.dimension is Dimension.ACTIVITY else split & {Dimension.ACTIVITY}
        counts = [d for d in Dimension if d in split & reads.union(*(strategy.reads for strategy in strategies))]
        columns = self.cells.columns(counts)
        if not columns:
            return [self._weighting(Cell({}))] * len(self.cells.pools)
        keys = list(zip(*columns.values(), strict=True))
        ids = {level.dimension: level.ids for level in self.cells.levels}
        known = {key: self._weighting(Cell(_named(counts, key, ids))) for key in dict.fromkeys(keys)}
        return [known[key] for key in keys]

    def _weighting(self, cell: Cell) -> Weighting:
        open_to = [(place, m) for place, m in enumerate(self.ready.members) if allows(self.plan, m, cell.coordinates)]
        places = [place for place, _ in open_to]
        weights = self._blend([member for _, member in open_to], cell)
        if self.ready.step.zero == "equal" and not any(weights):
            weights = [1] * len(weights)
        return Weighting.of(places, weights, self._bounds([member for _, member in open_to], cell))

    def _blend(self, members: Sequence[Member], cell: Cell) -> Sequence[Fraction | int]:
        """Each strategy's weights, as shares of its part of the money."""
        if len(self.ready.strategies) == 1:
            strategy = self.ready.strategies[0][0]
            return [strategy.weight(member, cell) for member in members]
        blended, empty = [Fraction(0)] * len(members), list[str]()
        for strategy, share in self.ready.strategies:
            weights = [Fraction(strategy.weight(member, cell)) for member in members]
            if members and share and not any(weights):
                weights = [Fraction(self.ready.step.zero == "equal")] * len(members)
                empty.append(type(strategy).__name__.lower())
            total = sum(weights) or 1
            blended = [sum_ + share * weight / total for sum_, weight in zip(blended, weights, strict=True)]
        if empty and any(blended) and self.ready.step.zero != "equal":
            self.hollow.append((empty[0], cell))
        return blended

    def _bounds(self, members: Sequence[Member], cell: Cell) -> Bounds | None:
        step, strategy = self.ready.step, self.ready.strategies[0][0]
        ceilings = [strategy.ceiling(member, cell) for member in members]
        if not (step.min or step.max or step.fixed or any(ceiling is not None for ceiling in ceilings)):
            return None
        low = tuple(step.fixed.get(member.id, step.min.get(member.id, 0)) for member in members)
        caps = (step.fixed.get(member.id, step.max.get(member.id)) for member in members)
        high = tuple(_lower(cap, ceiling, cell.amount) for cap, ceiling in zip(caps, ceilings, strict=True))
        return Bounds(low, high, tuple(strategy.turn(member) for member in members))


def _named(
    dimensions: Sequence[Dimension], key: Sequence[int], ids: Mapping[Dimension, Sequence[str]]
) -> dict[Dimension, str]:
    return {dimension: ids[dimension][position] for dimension, position in zip(dimensions, key, strict=True)}


def _lower(cap: int | Share | None, ceiling: Fraction | int | None, pool: int) -> Fraction | int | Share | None:
    if ceiling is None:
        return cap
    if isinstance(cap, Share):
        return min(cap.of_one * pool, ceiling)
    return ceiling if cap is None else min(cap, ceiling)
