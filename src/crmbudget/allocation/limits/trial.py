"""Ways to keep the limits of a budget: so many steps stand, and all the money or a part of it has a place."""

from collections.abc import Sequence
from functools import cached_property

from crmbudget.allocation.budget import Budget
from crmbudget.allocation.limits.alike import nearest_of
from crmbudget.allocation.limits.carry import factors
from crmbudget.allocation.limits.classes import Cells, Classes, Ladder, ladder
from crmbudget.allocation.limits.costs import Capped, Costs
from crmbudget.allocation.limits.descent import Descent
from crmbudget.allocation.limits.kept import Kept
from crmbudget.allocation.limits.leftover import Placed, largest
from crmbudget.allocation.limits.reach import Patterns, in_reach, patterns
from crmbudget.allocation.limits.rounding import round_classes
from crmbudget.allocation.limits.rules import Rule, limit_rules
from crmbudget.allocation.limits.selection import Choice, Masks
from crmbudget.allocation.limits.shares import Share
from crmbudget.allocation.limits.sight import Sight, Solution, shares_of
from crmbudget.allocation.limits.step_bounds import Cell, StepBounds, marks_of
from crmbudget.allocation.limits.sweep import sweep
from crmbudget.planning.source import Source

ROUNDS_MAX = 12
"""How often step bounds that turn out to be in the way may join the limits before an upper step gives way."""
EXACT = 2
"""Marks a step bound that has to be exact for the classes already, not only on the way down."""
LOOSE_MAX = 1000
"""Minor units that may cross the sums of kept steps where whole amounts cannot keep them."""
ROOMY = 3
"""Marks an exact step bound that keeps ``ROOM`` minor units of its room, so that rounding finds a way."""
ROOM = 2
LESS_MAX = 3
"""So many amounts are tried, where only fractions of a unit would place a part of the money: each one unit less."""

CLASHING_MAX = 300
"""Amounts whose step bounds are looked at to find a smallest conflict; of more, only those that are in the way."""

Crowd = dict[Cell, int]
"""Amounts whose step bounds are in the way of the limits."""


class Trial:
    """What all tries share: the budget without limits, and what its limits select."""

    def __init__(self, budget: Budget, chosen: Sequence[Choice], source: Source) -> None:
        self.budget, self.chosen = budget, chosen
        self.masks = Masks(budget, chosen)
        self.bounds = StepBounds(budget, source)
        self.limits = self._limits(budget.allocated)
        self.crowd: Crowd = {}
        self.seen: Sight | None = None
        self.causes: frozenset[int] = frozenset()

    def _limits(self, allocated: int) -> list[Rule]:
        return limit_rules(self.chosen, self.budget.plan, allocated)

    @cached_property
    def first(self) -> Ladder:
        """The ladder that knows the limits alone."""
        depth = self.masks.depth
        return ladder(self.budget.levels, self.budget.sums[depth], self.masks.at(depth), depth)

    @cached_property
    def patterns(self) -> list[Patterns]:
        """For each number of kept steps, what the groups' lines have in common."""
        masks = [self.first.masks[place] for place in self.first.places]
        return patterns(self.budget.levels, self.budget.sums, masks, self.masks.depth)

    def whole(self, kept: int) -> Budget | None:
        """The budget in which the sums of the first ``kept`` steps stand; None where there is none."""
        if kept and not in_reach(self.patterns[kept], self.limits):
            return None
        self.crowd = {}
        for _ in range(ROUNDS_MAX):
            answer = self._try(kept, Placed(self.budget.allocated))
            if not isinstance(answer, dict):
                return answer
            self.crowd |= answer
        return None

    def part(self) -> Budget | None:
        """The budget that places as much of the money as the limits allow; None where they do not hold then either."""
        for _ in range(ROUNDS_MAX):
            self.seen = self._sight(0, 0) or self.seen
            placed = largest(self.money(), self.at)
            answer: Budget | Crowd | None = None
            roomy = sum(ROOM for mark in self.crowd.values() if mark == ROOMY)
            for less in range(LESS_MAX) if roomy < placed.amount < self.budget.allocated else ():
                answer = self._try(0, placed._replace(amount=placed.amount - less - roomy))
                if answer is not None or self.causes:
                    break
            if not isinstance(answer, dict):
                return answer
            self.crowd |= answer
        return None

    def clash(self) -> frozenset[int]:
        """Rules known to clash, after all tries; lets every amount join them whose step bound is in the way elsewhere."""
        levels = self.budget.levels
        members = {(depth, levels[depth].member[cell]) for depth, cell in self.crowd if self.bounds.said(depth, cell)}
        alike = {
            (depth, cell): EXACT
            for depth in {depth for depth, _ in members}
            for cell, member in enumerate(levels[depth].member)
            if (depth, member) in members and self.budget.sums[depth][cell]
        }
        if alike.keys() <= self.crowd.keys() or len(alike) > CLASHING_MAX:
            return self.causes
        self.crowd |= alike
        self.seen = self._sight(0, 0) or self.seen
        return frozenset()

    def at(self, allocated: int) -> list[Rule]:
        """All rules, for so many minor units that are allocated; after a try."""
        assert self.seen is not None  # noqa: S101 - a try came before
        return [*self._limits(allocated), *self.seen.rules[len(self.limits) :]]

    def money(self) -> list[Share]:
        """All the money, in one group; after a try with no step kept."""
        assert self.seen is not None  # noqa: S101 - a try came before
        return shares_of(Classes(self.seen.made.ladder, 0), self.seen.touched)

    def _try(self, kept: int, placed: Placed) -> Budget | Crowd | None:
        """The budget; or the amounts whose step bounds are in its way, which have to join the rules; or nothing."""
        self.causes = frozenset()
        self.bounds.over = over = self.budget.allocated - placed.amount
        sight = self.seen = self._sight(kept, over) or self.seen
        if sight is None or sight.made.kept != kept:
            return None
        out = sight.out_of_reach if self.crowd or not kept else []
        solved = None if out else nearest_of(sight)
        if solved is None or not solved.found:
            self.causes = sight.clash(solved.multipliers if solved else ())
            if self.causes or solved is None:
                return None
        solution = Solution(self.budget, kept, sight, factors(solved.exponents), solved.multipliers, over)
        rounded = round_classes(sight.made, solution.factors)
        if not self._settled(sight, rounded):
            return self._roomier()
        result = Kept(solution, sight.rules[: len(self.limits)], rounded, self.bounds)
        lines: Sequence[int] = sweep(self.budget.levels, self.budget.sums[-1], sight.made, solution.factors, rounded)
        if not result.within(lines):
            descent = Descent(
                self.budget.levels, self.budget.sums, self.bounds, sight.made, solution.factors, frozenset(self.crowd)
            )
            lines = descent.lines(rounded)[-1]
            if descent.crowded:
                return self._further(descent.crowded)
        return result.budget(lines, placed)

    def _further(self, crowded: set[Cell]) -> Crowd | None:
        if all(self.crowd.get(cell, 0) >= EXACT for cell in crowded):
            return None
        return {cell: EXACT if cell in self.crowd else 1 for cell in sorted(crowded)}

    def _roomier(self) -> Crowd | None:
        """All step bounds that depend on the amount above them, with room; None where they have it."""
        found = {cell: ROOMY for cell in self.crowd if self.bounds.said(*cell)}
        return None if all(self.crowd[cell] == ROOMY for cell in found) else found

    def _settled(self, sight: Sight, rounded: Cells) -> bool:
        """Whether the classes can be brought to the rules; where only fractions of a unit stand against it, across groups."""
        before = dict(rounded)
        found = sight.settle(rounded)
        if found.changes is None and not found.breach and sight.made.kept:
            found = sight.settle(rounded, loose=True)
            moved = sum(abs(amount - before[key]) for key, amount in rounded.items())
            return found.changes is not None and moved <= LOOSE_MAX
        return found.changes is not None

    def _sight(self, kept: int, over: int) -> Sight | None:
        """What the solver sees; None where too many step bounds are in the way."""
        placed = self.budget.allocated - over
        limits, part = self._limits(placed) if over else self.limits, placed if over else None
        if not self.crowd:
            return Sight(Classes(self.first, kept, part), limits, limits)
        crowded = self.crowd
        said = {cell: mark for cell, mark in crowded.items() if self.bounds.said(*cell)}
        marks = marks_of(said, self.budget.levels, kept, len(self.chosen))
        costs = self._costs(kept, len(self.chosen) + len(marks))
        if costs is None:
            return None
        rules, exact = [*limits], [*limits]
        for level, cell in sorted(said):
            room = ROOM if said[level, cell] == ROOMY else 0
            own = self.bounds.rules(level, cell, kept, marks, room)
            rules += own
            exact += [rule for rule in own if len(rule.terms) == 1 or said[level, cell] >= EXACT]
        everything = [*marks.items(), *costs.marks]
        bits = {*marks.values()}.difference(bit for rule in exact for bit, _ in rule.terms)
        depth = max([self.masks.depth, *(level for (level, _), _ in everything)])
        masks, fine = self.masks.at(depth, everything), sum(1 << bit for bit in bits)
        made = ladder(self.budget.levels, self.budget.sums[depth], masks, depth, fine)
        return Sight(Classes(made, kept, part), [*rules, *costs.rules], [*exact, *costs.rules])

    def _costs(self, kept: int, first: int) -> Capped | None:
        priced = [cell for cell in self.crowd if self.bounds.ceiling(*cell) is not None]
        alone = [cell for cell in priced if self.crowd[cell] == EXACT]
        found = Costs(self.budget, self.bounds, self.masks, kept).rules(priced, alone, first)
        if found is None and not kept:
            return Costs(self.budget, self.bounds, self.masks, kept, full=True).rules(priced, (), first)
        return found
