"""What the steps themselves ask of the amounts that they make: ``min``, ``max``, ``fixed``, and what an activity costs."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from math import ceil, floor
from typing import TYPE_CHECKING

from crmbudget.allocation.budget import Budget, Level
from crmbudget.allocation.limits.rules import Rule, Said, amount_of, shown
from crmbudget.allocation.steps import ready_steps, steps_of
from crmbudget.allocation.strategy import Strategy
from crmbudget.allocation.weighing import Cells
from crmbudget.planning.scalars import Share
from crmbudget.planning.source import Path, Source

if TYPE_CHECKING:
    from crmbudget.allocation.limits.shares import Exact

Cell = tuple[int, int]
"""An amount of the budget: its level and its position there."""


class StepBounds:
    """The bounds of each amount of a budget, ``over`` minor units of which have no place."""

    def __init__(self, budget: Budget, source: Source, over: int = 0) -> None:
        self._budget, self._source, self.over = budget, source, over
        self._sums = budget.sums
        self._steps = steps_of(budget.plan)

    @cached_property
    def levels(self) -> list[int]:
        """The levels on which amounts have bounds."""
        said = [depth for depth, step in enumerate(self._steps) if step.min or step.max or step.fixed]
        return sorted({*said, *self.ceilings})

    @cached_property
    def ceilings(self) -> dict[int, list[int | None]]:
        """By level, the most that each amount can use, in minor units; at least what it got."""
        found: dict[int, list[int | None]] = {}
        for depth, ready in enumerate(ready_steps(self._budget.plan, self._source)[0]):
            strategy = ready.strategies[0][0]
            if type(strategy).ceiling is not Strategy.ceiling:
                levels = self._budget.levels
                pools = levels[depth - 1].amounts if depth else [sum(self._sums[0]) + self._budget.unassigned_total]
                cells = Cells(levels[:depth], pools).some(range(len(pools)))
                if strategy.by_cell:
                    strategy.begin(cells, ready.members)
                level = levels[depth]
                most = [
                    strategy.ceiling(ready.members[member], cells[parent])
                    for parent, member in zip(level.parent, level.member, strict=True)
                ]
                if any(bound is not None for bound in most):
                    found[depth] = [
                        None if bound is None else max(floor(bound), amount)
                        for bound, amount in zip(most, level.amounts, strict=True)
                    ]
        return found

    def ceiling(self, depth: int, cell: int) -> int | None:
        """The most that this amount can use; None where it can use anything."""
        return self.ceilings[depth][cell] if depth in self.ceilings else None

    def bounded(self, depth: int, cell: int) -> bool:
        """Whether this amount has a bound at all."""
        return self.said(depth, cell) or self.ceiling(depth, cell) is not None

    def said(self, depth: int, cell: int) -> bool:
        """Whether the step says a bound for this amount."""
        return any(self._keys(depth, cell))

    def name(self, depth: int, cell: int) -> str:
        """The member whose amount it is."""
        level = self._budget.levels[depth]
        return level.ids[level.member[cell]]

    def _keys(self, depth: int, cell: int) -> tuple[str | None, str | None]:
        step, name = self._steps[depth], self.name(depth, cell)
        low = next((key for key in ("fixed", "min") if name in getattr(step, key)), None)
        high = next((key for key in ("fixed", "max") if name in getattr(step, key)), None)
        return low, high

    def _given(self, depth: int, cell: int) -> tuple[int | Share, int | Share | None]:
        step, name = self._steps[depth], self.name(depth, cell)
        return step.fixed.get(name, step.min.get(name, 0)), step.fixed.get(name, step.max.get(name))

    def rest(self, depth: int, cell: int) -> int:
        """What of this amount is in no line."""
        return self._budget.levels[depth].amounts[cell] - self._sums[depth][cell]

    def parent_rest(self, depth: int, cell: int) -> int:
        """What of the amount above is in no line."""
        if depth == 0:
            return self._budget.unassigned_total + self.over
        return self.rest(depth - 1, self._budget.levels[depth].parent[cell])

    def interval(self, depth: int, cell: int, parent: int, *, same: bool) -> tuple[int, int | None]:
        """The least and the most that the lines of this amount may have, where those of its parent have ``parent``.

        Where the parent is the ``same`` as before the limits, what the step gave is within.
        """
        least, most = self._said(depth, cell, parent, same=same)
        ceiling, rest = self.ceiling(depth, cell), self.rest(depth, cell)
        if ceiling is not None:
            most = ceiling - rest if most is None else min(most, ceiling - rest)
        return least, most

    def _said(self, depth: int, cell: int, parent: int, *, same: bool) -> tuple[int, int | None]:
        whole = parent + self.parent_rest(depth, cell)
        least_given, most_given = self._given(depth, cell)
        low = amount_of(least_given, whole)
        high = None if most_given is None else amount_of(most_given, whole)
        rest, given = self.rest(depth, cell), self._budget.levels[depth].amounts[cell]
        if high is None:
            least, most = ceil(low), None
        elif low == high or ceil(low) > floor(high):
            least, most = floor(low), ceil(high)
        else:
            least, most = ceil(low), floor(high)
        if same:
            least, most = min(least, given), None if most is None else max(most, given)
        return max(0, least - rest), None if most is None else most - rest

    def rules(self, depth: int, cell: int, kept: int, marks: Mapping[Cell, int], room: int = 0) -> list[Rule]:
        """The rules for one amount: fixed numbers where its parent is kept, else in proportion to its parent.

        The latter keep so many minor units of their ``room``, where they leave any.
        """
        own, level = marks[depth, cell], self._budget.levels[depth]
        name, rest = self.name(depth, cell), self.rest(depth, cell)
        parent = self._sums[depth - 1][level.parent[cell]] if depth else sum(self._sums[0]) - self.over
        least, most = self._said(depth, cell, parent, same=depth <= kept)
        rules = []
        for key, sign in zip(self._keys(depth, cell), (-1, 1), strict=True):
            if key is None:
                continue
            bound = getattr(self._steps[depth], key)[name]
            text = f"{name} {'>=' if sign < 0 else '<='} {shown(bound, self._budget.plan.money)}"
            at: Path = ("allocate", depth) if self._budget.plan.allocate is not None else ("allocate",)
            said = Said((*at, key, name), text, sign < 0)
            if isinstance(bound, Share) and depth > kept:
                above, over = bound.of_one, marks[depth - 1, level.parent[cell]]
                within: Exact = sign * (above * self.parent_rest(depth, cell) - rest)
                play = 1 - Fraction(1, above.denominator) if self._pinned(depth, cell) else -room
                rules.append(Rule(((own, sign), (over, -sign * above)), within + play, said))
            else:
                rules.append(Rule(((own, sign),), sign * (least if sign < 0 else most or 0), said))
        return rules

    def _pinned(self, depth: int, cell: int) -> bool:
        low, high = self._given(depth, cell)
        return low == high


def marks_of(crowded: Iterable[Cell], levels: Sequence[Level], kept: int, first: int) -> dict[Cell, int]:
    """A bit for each of these amounts and, where its bound depends on it, for the one above."""
    marks: dict[Cell, int] = {}
    for depth, cell in sorted(crowded):
        for key in ((depth, cell), *([(depth - 1, levels[depth].parent[cell])] if depth > kept else [])):
            marks.setdefault(key, first + len(marks))
    return marks
