"""Limits across all steps: the money moves as little, and as far down the plan, as they allow."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from crmbudget.allocation.budget import Budget, Level, Moved
from crmbudget.allocation.limits.carry import factors
from crmbudget.allocation.limits.classes import Cells, Classes, Ladder, ladder
from crmbudget.allocation.limits.conflict import conflict, costs_in_the_way
from crmbudget.allocation.limits.descent import Cell, Descent
from crmbudget.allocation.limits.entropy import Group, Nearest, nearest
from crmbudget.allocation.limits.rounding import round_classes
from crmbudget.allocation.limits.rules import Rule, StepBounds, coefficients, limit_rules, marks_of
from crmbudget.allocation.limits.selection import Choice, Masks, choices, unsplit
from crmbudget.allocation.limits.shares import Exact, Share, excess
from crmbudget.allocation.limits.sight import Sight, Solution, shares_of
from crmbudget.finding import Refused, Severity
from crmbudget.planning.source import Source

ROUNDS_MAX = 12
"""How often step bounds that turn out to be in the way may join the limits before an upper step gives way."""
EXACT = 2
"""Marks a step bound that has to be exact for the classes already, not only on the way down."""
LOOSE_MAX = 1000
"""Minor units that may cross the sums of kept steps where whole amounts cannot keep them."""


def keep_limits(budget: Budget, source: Source) -> Budget:
    """The budget that keeps every limit of its plan, nearest to the one given, whose amounts are 0 or more.

    Returns the same budget where nothing has to move. Refused: exit code 3 where a limit selects by what no step of the
    plan splits (where the command line gave the steps, a warning) or would move money that `fit: cost` measured, 4 where limits, step bounds and the amount to allocate contradict each other.
    """
    if not budget.plan.limits:
        return budget
    lacking = unsplit(budget, source)
    if any(finding.severity is Severity.ERROR for finding in lacking.values()):
        raise Refused(list(lacking.values()), currency=budget.plan.money)
    if lacking:
        budget = replace(budget, warnings=(*budget.warnings, *lacking.values()))
    chosen = choices(budget, lacking)
    rules = limit_rules(chosen, budget)
    masks = Masks(budget, chosen)
    first = ladder(budget.levels, budget.sums[masks.depth], masks.at(masks.depth, {}), masks.depth)
    if _kept_already(Classes(first, 0), rules):
        return budget
    if any(step.fit == "cost" for step in budget.plan.allocate or ()):
        raise Refused([costs_in_the_way(budget, source)], currency=budget.plan.money)
    work = _Work(budget, chosen, rules, masks, first, StepBounds(budget, budget.sums))
    for kept in range(masks.depth, -1, -1):
        answer = work.attempt(kept)
        if answer is not None:
            return answer
    raise Refused([conflict(*work.whole(), budget.plan, source)], 4, currency=budget.plan.money)


def _kept_already(made: Classes, rules: Sequence[Rule]) -> bool:
    left = excess(shares_of(made, coefficients(rules, made.ladder.masks)), [rule.most for rule in rules])
    return min(left, default=0) >= 0


@dataclass
class _Work:
    """Limits at work on one budget."""

    budget: Budget
    chosen: Sequence[Choice]
    limits: list[Rule]
    masks: Masks
    first: Ladder
    bounds: StepBounds
    seen: Sight | None = None
    causes: frozenset[int] | None = None

    def attempt(self, kept: int) -> Budget | None:
        """The budget in which the sums of the first ``kept`` steps stand; None where there is none.

        Step bounds that turn out to be in the way become rules; those that are still in the way, exact ones.
        """
        crowded: dict[Cell, int] = {}
        for _ in range(ROUNDS_MAX):
            sight = self.seen = self._sight(kept, crowded)
            solved = None if sight.out_of_reach else _nearest(sight)
            if solved is None or not solved.found:
                self.causes = sight.clash(solved.multipliers if solved else ())
                if self.causes is not None or solved is None:
                    return None
            scale = factors(solved.exponents)
            rounded = round_classes(sight.made, scale)
            if not self._settled(sight, rounded):
                return None
            descent = Descent(self.budget.levels, self.budget.sums, self.bounds, sight.made, scale, frozenset(crowded))
            below = descent.lines(rounded)
            if not descent.crowded:
                moved = self._moved(kept, sight, rounded, solved)
                return self._budget(below, moved, Solution(self.budget, kept, sight, scale, solved.multipliers))
            if all(crowded.get(cell) == EXACT for cell in descent.crowded):
                return None
            crowded |= {cell: EXACT if cell in crowded else 1 for cell in sorted(descent.crowded)}
        return None

    def _settled(self, sight: Sight, rounded: Cells) -> bool:
        """Whether the classes can be brought to the rules; where only fractions of a unit stand against it, across groups."""
        before = dict(rounded)
        found = sight.settle(rounded)
        if found.changes is None and not found.breach and sight.made.kept:
            found = sight.settle(rounded, loose=True)
            moved = sum(abs(amount - before[key]) for key, amount in rounded.items())
            return found.changes is not None and moved <= LOOSE_MAX
        return found.changes is not None

    def whole(self) -> tuple[list[Share], list[Rule], frozenset[int]]:
        """All the money in one group, the rules that it has to keep, and those known to clash; after ``attempt(0)``."""
        assert self.seen is not None  # noqa: S101 - an attempt came before
        return shares_of(self.seen.made, self.seen.touched), self.seen.rules, self.causes or frozenset()

    def _sight(self, kept: int, crowded: dict[Cell, int]) -> Sight:
        if not crowded:
            return Sight(Classes(self.first, kept), self.limits, self.limits)
        marks = marks_of(crowded, self.budget.levels, kept, len(self.chosen))
        depth = max([self.masks.depth, *(level for level, _ in marks)])
        rules, exact = [*self.limits], [*self.limits]
        for level, cell in sorted(crowded):
            own = self.bounds.rules(level, cell, kept, marks)
            rules += own
            exact += [rule for rule in own if len(rule.terms) == 1 or crowded[level, cell] == EXACT]
        fine = sum(1 << bit for bit in {*marks.values()}.difference(bit for rule in exact for bit, _ in rule.terms))
        made = ladder(self.budget.levels, self.budget.sums[depth], self.masks.at(depth, marks), depth, fine)
        return Sight(Classes(made, kept), rules, exact)

    def _moved(self, kept: int, sight: Sight, rounded: Cells, solved: Nearest) -> tuple[Moved, ...]:
        """For each limit that binds, how much its lines gained or lost together."""
        before, touched = sight.made.coarse_parts, sight.exactly_touched
        change: list[Exact] = [0] * len(sight.exact)
        for (group, mask), amount in rounded.items():
            gained = amount - before[group][mask]
            for rule, coefficient in touched[mask] if gained else ():
                change[rule] += coefficient * gained
        loose = sum(abs(pool - now) for pool, now in _pools(sight.made, rounded)) // 2
        left = excess(shares_of(sight.made, sight.touched), [rule.most for rule in sight.rules])
        amounts: dict[int, int] = {}
        for position, limit in enumerate(self.limits):
            if left[position] < 0 or solved.multipliers[position] > 0:
                number = int(limit.said.at[1])
                amounts[number] = amounts.get(number, 0) + abs(int(change[position]))
        return tuple(
            Moved(("limits", number), amount, kept, loose) for number, amount in sorted(amounts.items()) if amount
        )

    def _budget(self, below: Sequence[Sequence[int]], moved: tuple[Moved, ...], solution: Solution) -> Budget:
        """The budget with these sums of lines; above them each amount changes by what the lines below it change."""
        old, levels = self.budget.sums, list(self.budget.levels)
        sums: Sequence[int] = below[-1]
        for depth in range(len(levels) - 1, -1, -1):
            level = levels[depth]
            levels[depth] = replace(level, amounts=_changed(level, old[depth], sums))
            sums = _above(level, sums, len(levels[depth - 1].amounts)) if depth else sums
        _proven(self.budget, below, solution.kept)
        return replace(self.budget, levels=tuple(levels), moved=moved, solution=solution)


def _changed(level: Level, old: Sequence[int], new: Sequence[int]) -> Sequence[int]:
    if level.amounts is old or level.amounts == old:
        return new
    return [amount + now - before for amount, now, before in zip(level.amounts, new, old, strict=True)]


def _above(level: Level, sums: Sequence[int], count: int) -> list[int]:
    upper = [0] * count
    for parent, amount in zip(level.parent, sums, strict=True):
        upper[parent] += amount
    return upper


def _proven(budget: Budget, below: Sequence[Sequence[int]], kept: int) -> None:
    """No unit is lost, and none is below zero."""
    lines = below[-1]
    if sum(lines) != sum(below[0]) or sum(lines) != budget.allocated or min(lines) < 0:
        raise AssertionError(f"money was lost while limits were kept below step {kept}")  # pragma: no cover


def _pools(made: Classes, rounded: Cells) -> Iterator[tuple[int, int]]:
    for group in made.parts:
        yield made.pools[group], sum(rounded[group, mask] for mask in made.coarse_parts[group])


def _nearest(sight: Sight) -> Nearest:
    groups = []
    for group, parts in sight.made.parts.items():
        pool = sight.made.pools[group]
        groups.append(Group(float(pool), [(mask, amount / pool) for mask, amount in parts.items()]))
    touched = [tuple((rule, float(coefficient)) for rule, coefficient in own) for own in sight.touched]
    return nearest(groups, touched, [float(rule.most) for rule in sight.rules])
