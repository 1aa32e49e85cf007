"""How many causes are told apart, and by which coordinates, where plans have many lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from crmbudget.allocation.budget import Budget
from crmbudget.allocation.steps import ready_steps
from crmbudget.allocation.strategy import Strategy
from crmbudget.comparing.chain import Names
from crmbudget.comparing.merging import CAUSES_MAX
from crmbudget.comparing.sides import Side

WORK_MAX = 500_000
"""Amounts that are shared out to find causes, in all; where that does not reach the lines, causes stop at an upper step."""
WHOLE_MAX = 4_000_000
"""The same where every step must be taken, so that only fewer causes are less work."""
CAUSES_FEW = 4
"""Causes that are told apart all the same."""
FOLLOWS = {"category": ("activity",), "owner": ("activity", "segment")}
"""Coordinates that follow from others."""


@dataclass(frozen=True)
class Reach:
    """What can be found out about the way from one plan to the other without much more work than sharing both out."""

    sides: tuple[Side, Side]
    budgets: tuple[Budget, Budget]

    @cached_property
    def steps(self) -> Sequence[str]:
        """What the steps split, where both plans split the same in the same order and upper steps do not depend on lower ones."""
        old, new = (list(side.steps) for side in self.sides)
        return [] if old != new or any(side.plan.limits for side in self.sides) else old

    @property
    def causes_max(self) -> int:
        """How many causes are told apart."""
        lines = max(budget.line_count for budget in self.budgets)
        return CAUSES_MAX if self.steps else max(CAUSES_FEW, min(CAUSES_MAX, WHOLE_MAX // max(lines, 1)))

    def tables(self, tables: tuple[Names, ...], count: int) -> tuple[Names, ...]:
        """The tables for which so many causes are found; always the first."""
        if not self.steps:
            return tables
        pairs = zip(*(budget.levels for budget in self.budgets), strict=True)
        sizes = [max(len(level.amounts) for level in pair) * (count + 1) for pair in pairs]
        deepest = max([self._least, *(depth for depth, size in enumerate(sizes, 1) if size <= WORK_MAX)])
        return tuple(names for names in tables if self._known(names) <= deepest) or tables[:1]

    def depth(self, tables: Sequence[Names]) -> int | None:
        """How many steps must be taken for these tables; None is all of them."""
        return max(self._least, *map(self._known, tables)) if self.steps else None

    def _known(self, names: Names) -> int:
        """How many steps it takes until these coordinates are known."""
        bases = {base for name in names for base in FOLLOWS.get(name, (name,))}
        return max((number for number, step in enumerate(self.steps, 1) if step in bases), default=1)

    @cached_property
    def _least(self) -> int:
        """The last step that may leave money unassigned, counted from 1; at least 1."""
        ready = [one for side in self.sides for one in ready_steps(side.plan, side.loaded.source)[0]]
        leaving = [
            one.number + 1
            for one in ready
            if one.step.max
            or one.step.fixed
            or one.step.zero == "skip"
            or any(_caps(kind) for kind, _ in one.strategies)
        ]
        return max(leaving, default=1)


def _caps(strategy: Strategy) -> bool:
    """Whether a strategy may say that a member needs no more; that of activities does where each gets its cost."""
    return type(strategy).ceiling is not Strategy.ceiling and getattr(strategy, "to_cost", True)
