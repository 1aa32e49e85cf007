"""What activities cost, as rules: one for all amounts of an activity that grow and shrink together."""

from collections.abc import Collection
from typing import TYPE_CHECKING, NamedTuple

from crmbudget.allocation.budget import Budget
from crmbudget.allocation.limits.classes import ancestors
from crmbudget.allocation.limits.rules import Rule, Said
from crmbudget.allocation.limits.selection import Masks
from crmbudget.allocation.limits.step_bounds import Cell, StepBounds
from crmbudget.planning.plan import Dimension
from crmbudget.wording import say

if TYPE_CHECKING:
    from crmbudget.planning.source import Path

RULES_MAX = 300
"""More rules than this are not weighed one by one: no amount then gets more than it had."""

Alike = tuple[int, ...]
"""What amounts have in common that grow and shrink together: level, group, member, mask, and where they are not full the
amount above them."""


class Capped(NamedTuple):
    """A bit for each amount under a rule, and the rules."""

    marks: list[tuple[Cell, int]]
    rules: list[Rule]


class Costs:
    """The ceilings of a budget's amounts where the first ``kept`` steps stand. Amounts that are ``full`` may not grow."""

    def __init__(self, budget: Budget, bounds: StepBounds, masks: Masks, kept: int, *, full: bool = False) -> None:
        self.budget, self.bounds, self.masks, self.kept, self.full = budget, bounds, masks, kept, full
        self._of_level: dict[int, list[Alike]] = {}
        self._sums: dict[tuple[int, int], int] = {}

    def rules(self, crowded: Collection[Cell], alone: Collection[Cell], first: int) -> Capped | None:
        """Rules for these amounts, and for some of them ``alone``; bits count from ``first``. None where there are too many."""
        bits: dict[Alike, int] = {}
        for depth, cell in sorted(crowded):
            bits.setdefault(self._alike(depth)[cell], first + len(bits))
        own = {cell: first + len(bits) + number for number, cell in enumerate(sorted(alone))}
        if len(bits) + len(own) > RULES_MAX:
            return None
        marks, most, said = list[tuple[Cell, int]](), dict[int, int](), dict[int, Said]()
        for depth in sorted({depth for depth, _ in crowded}):
            for cell, alike in enumerate(self._alike(depth)):
                for bit in (bits.get(alike), own.get((depth, cell))):
                    if bit is not None:
                        marks.append(((depth, cell), bit))
                        most[bit] = most.get(bit, 0) + self._most(depth, cell) - self.bounds.rest(depth, cell)
                        said[bit] = said.get(bit) or self._said(depth, cell)
        return Capped(marks, [Rule(((bit, 1),), amount, said[bit]) for bit, amount in sorted(most.items())])

    def _most(self, depth: int, cell: int) -> int:
        amount = self.budget.levels[depth].amounts[cell]
        return amount if self.full else self.bounds.ceiling(depth, cell) or amount

    def _alike(self, depth: int) -> list[Alike]:
        """By amount of a level, what it has in common with those that grow and shrink with it."""
        if depth not in self._of_level:
            level = self.budget.levels[depth]
            groups = ancestors(self.budget.levels, self.kept - 1, depth) or [0] * len(level.amounts)
            rows = zip(groups, level.member, self.masks.at(depth), level.parent, level.amounts, strict=True)
            self._of_level[depth] = [
                (depth, group, member, mask, -1 if amount == self._most(depth, cell) else parent)
                for cell, (group, member, mask, parent, amount) in enumerate(rows)
            ]
        return self._of_level[depth]

    def _said(self, depth: int, cell: int) -> Said:
        name, level = self.bounds.name(depth, cell), self.budget.levels[depth]
        if not self._sums:
            for number, member in enumerate(level.member):
                key = (depth, member)
                self._sums[key] = self._sums.get(key, 0) + (self.bounds.ceiling(depth, number) or 0)
        at: Path = (
            ("activities", name, "cost") if level.dimension is Dimension.ACTIVITY else (f"{level.dimension}s", name)
        )
        cost = self._sums[depth, level.member[cell]]
        return Said(
            at,
            say("{name} costs {amount}", name=name, amount=self.budget.plan.money.text(cost, grouped=True)),
            floor=False,
        )
