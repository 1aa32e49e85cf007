"""Limits across all steps: the money moves as little, and as far down the plan, as they allow."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from crmbudget.allocation.budget import Budget, Level, Moved
from crmbudget.allocation.limits.classes import Cells, Classes, classes
from crmbudget.allocation.limits.conflict import conflict
from crmbudget.allocation.limits.entropy import Group, Nearest, nearest
from crmbudget.allocation.limits.rounding import Descent, keep_rules, marks_of, round_classes
from crmbudget.allocation.limits.rules import Exact, Rule, StepBounds, coefficients, limit_rules
from crmbudget.allocation.limits.selection import Choice, Masks, choices
from crmbudget.allocation.limits.settle import Share, excess
from crmbudget.finding import Refused
from crmbudget.planning.source import Source

ROUNDS_MAX = 12
"""How often step bounds that turn out to be in the way may join the limits before an upper step gives way."""


def keep_limits(budget: Budget, source: Source) -> Budget:
    """The budget that keeps every limit of its plan, nearest to the one given, whose amounts are 0 or more.

    Returns the same budget where nothing has to move. Refused: exit code 3 where a limit selects by what no step splits,
    4 where limits, step bounds and the amount to allocate contradict each other.
    """
    if not budget.plan.limits:
        return budget
    chosen = choices(budget, source)
    rules = limit_rules(chosen, budget)
    masks = Masks(budget, chosen)
    if _kept_already(budget, masks, rules):
        return budget
    work = _Work(budget, chosen, rules, masks, StepBounds(budget, budget.sums))
    for kept in range(masks.depth, -1, -1):
        answer = work.attempt(kept)
        if answer is not None:
            return answer
    raise Refused([conflict(*work.whole(), budget.plan, source)], 4, currency=budget.plan.money)


def _kept_already(budget: Budget, masks: Masks, rules: Sequence[Rule]) -> bool:
    made = classes(budget.levels, budget.sums, masks.at(masks.depth, {}), masks.depth, 0)
    return min(excess(_shares(made, coefficients(rules, made.masks)), [rule.most for rule in rules]), default=0) >= 0


def _shares(made: Classes, touched: Sequence[tuple[tuple[int, Exact], ...]]) -> list[Share]:
    return [Share(group, amount, touched[mask]) for (group, mask), amount in made.groups.items()]


class _Sight(NamedTuple):
    """The classes for one depth, the rules, and which rule each mask touches."""

    made: Classes
    rules: list[Rule]
    touched: list[tuple[tuple[int, Exact], ...]]

    @property
    def most(self) -> list[Exact]:
        return [rule.most for rule in self.rules]


@dataclass
class _Work:
    """Limits at work on one budget."""

    budget: Budget
    chosen: Sequence[Choice]
    limits: list[Rule]
    masks: Masks
    bounds: StepBounds
    seen: _Sight | None = field(default=None)

    def attempt(self, kept: int) -> Budget | None:
        """The budget in which the sums of the first ``kept`` steps stand; None where there is none."""
        crowded: set[tuple[int, int]] = set()
        marks: dict[tuple[int, int], int] = {}
        for _ in range(ROUNDS_MAX):
            marks = marks_of(sorted(crowded), self.budget.levels, kept, marks, len(self.chosen))
            sight = self.seen = self._sight(kept, crowded, marks)
            if not all(_reachable(sight)):
                return None
            solved = _nearest(sight)
            rounded = round_classes(sight.made, solved.exponents)
            found = keep_rules(sight.made, rounded, sight.touched, sight.most)
            if found.changes is None and not found.breach:
                found = keep_rules(sight.made, rounded, sight.touched, sight.most, loose=True)
            if found.changes is None:
                return None
            descent = Descent(self.budget.levels, self.budget.sums, self.bounds, sight.made)
            below = descent.lines(rounded)
            if not descent.crowded:
                return self._budget(kept, below, self._moved(kept, sight, rounded, solved))
            if crowded.issuperset(descent.crowded):
                return None
            crowded.update(descent.crowded)
        return None

    def whole(self) -> tuple[list[Share], list[Rule]]:
        """All the money in one group, and the rules that it has to keep; after an attempt that kept no step."""
        assert self.seen is not None  # noqa: S101 - an attempt came before
        return _shares(self.seen.made, self.seen.touched), self.seen.rules

    def _sight(self, kept: int, crowded: set[tuple[int, int]], marks: dict[tuple[int, int], int]) -> _Sight:
        depth = max([self.masks.depth, *(level for level, _ in marks)])
        made = classes(self.budget.levels, self.budget.sums, self.masks.at(depth, marks), depth, kept)
        rules = [*self.limits]
        for level, cell in sorted(crowded):
            rules += self.bounds.rules(level, cell, kept, marks)
        return _Sight(made, rules, coefficients(rules, made.masks))

    def _moved(self, kept: int, sight: _Sight, rounded: Cells, solved: Nearest) -> tuple[Moved, ...]:
        """For each limit that binds, how much its lines gained or lost together."""
        change = [0] * len(sight.made.masks)
        for (group, mask), amount in sight.made.groups.items():
            change[mask] += rounded[group, mask] - amount
        loose = sum(abs(pool - now) for pool, now in _pools(sight.made, rounded)) // 2
        before = excess(_shares(sight.made, sight.touched), sight.most)
        amounts: dict[int, int] = {}
        for position, rule in enumerate(self.limits):
            if before[position] < 0 or solved.multipliers[position] > 0:
                total = sum(change[mask] * rule.coefficient(own) for mask, own in enumerate(sight.made.masks))
                number = int(rule.said.at[1])
                amounts[number] = amounts.get(number, 0) + abs(int(total))
        return tuple(Moved(("limits", number), amount, kept, loose) for number, amount in sorted(amounts.items()) if amount)

    def _budget(self, kept: int, below: Sequence[Sequence[int]], moved: tuple[Moved, ...]) -> Budget:
        """The budget with these sums of lines; above them each amount changes by what the lines below it change."""
        old, levels = self.budget.sums, list(self.budget.levels)
        sums: Sequence[int] = below[-1]
        for depth in range(len(levels) - 1, -1, -1):
            level = levels[depth]
            levels[depth] = replace(level, amounts=_changed(level, old[depth], sums))
            sums = _above(level, sums, len(levels[depth - 1].amounts)) if depth else sums
        _proven(self.budget, below, kept)
        return replace(self.budget, levels=tuple(levels), moved=moved)


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
    for group, parts in made.parts.items():
        yield made.pools[group], sum(rounded[group, mask] for mask in parts)


def _reachable(sight: _Sight) -> Iterator[bool]:
    """For each rule whether the groups, each at its best, can keep it."""
    least: list[Exact] = [0] * len(sight.rules)
    for group, parts in sight.made.parts.items():
        lowest: dict[int, Exact] = {}
        count: dict[int, int] = {}
        for mask in parts:
            for rule, coefficient in sight.touched[mask]:
                lowest[rule] = min(lowest.get(rule, coefficient), coefficient)
                count[rule] = count.get(rule, 0) + 1
        for rule, coefficient in lowest.items():
            best = coefficient if count[rule] == len(parts) else min(coefficient, 0)
            least[rule] += best * sight.made.pools[group]
    return (low <= rule.most for low, rule in zip(least, sight.rules, strict=True))


def _nearest(sight: _Sight) -> Nearest:
    groups = []
    for group, parts in sight.made.parts.items():
        pool = sight.made.pools[group]
        groups.append(Group(float(pool), [(mask, amount / pool) for mask, amount in parts.items()]))
    touched = [tuple((rule, float(coefficient)) for rule, coefficient in own) for own in sight.touched]
    return nearest(groups, touched, [float(rule.most) for rule in sight.rules])
