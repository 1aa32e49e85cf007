"""The budget that a solution makes: lines brought up to sums, what limits moved, and what has no place."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from crmbudget.allocation.budget import Budget, Level, Moved, Unassigned
from crmbudget.allocation.limits.classes import Cells, Classes
from crmbudget.allocation.limits.leftover import Placed
from crmbudget.allocation.limits.rules import Rule, coefficients
from crmbudget.allocation.limits.shares import Entries, Exact
from crmbudget.allocation.limits.sight import Solution
from crmbudget.allocation.limits.step_bounds import StepBounds


class Kept:
    """One solution on its way to a budget. ``limits`` are the first of its rules, ``rounded`` its classes."""

    def __init__(self, solution: Solution, limits: Sequence[Rule], rounded: Cells, bounds: StepBounds) -> None:
        self.solution, self.limits, self.rounded, self.bounds = solution, limits, rounded, bounds
        self.free = solution.free

    def within(self, lines: Sequence[int]) -> bool:
        """Whether lines keep all step bounds."""
        bounded = [depth for depth in self.bounds.levels if depth >= self.solution.kept]
        if not bounded:
            return True
        now, before = summed(self.free.levels, lines), self.free.sums
        return all(self._keeps(depth, now, before) for depth in bounded)

    def _keeps(self, depth: int, now: Sequence[Sequence[int]], before: Sequence[Sequence[int]]) -> bool:
        parents = self.free.levels[depth].parent
        for cell, amount in enumerate(now[depth]):
            if self.bounds.bounded(depth, cell):
                pool, old = (
                    (now[depth - 1][parents[cell]], before[depth - 1][parents[cell]])
                    if depth
                    else (sum(now[0]), sum(before[0]))
                )
                least, most = self.bounds.interval(depth, cell, pool, same=pool == old)
                if amount < least or (most is not None and amount > most):
                    return False
        return True

    def budget(self, lines: Sequence[int], placed: Placed) -> Budget:
        """The budget with these lines; above them each amount changes by what the lines below it change."""
        old, new, levels = self.free.sums, summed(self.free.levels, lines), list(self.free.levels)
        for depth, level in enumerate(levels):
            levels[depth] = replace(level, amounts=_changed(level, old[depth], new[depth]))
        _proven(self.free.allocated - self.solution.over, lines)
        rest = tuple(self._unassigned(placed)) if self.solution.over else ()
        return replace(
            self.free,
            levels=tuple(levels),
            unassigned=(*self.free.unassigned, *rest),
            moved=self._moved(),
            solution=self.solution,
        )

    def _unassigned(self, placed: Placed) -> Iterator[Unassigned]:
        yield Unassigned((), self.solution.over, "limits", tuple((said.at, said.text) for said in placed.causes))

    def _moved(self) -> tuple[Moved, ...]:
        """For each limit that binds, how much its lines gained or lost together."""
        kept, made = self.solution.kept, self.solution.sight.made
        before = _by_mask((mask, amount) for (_, mask), amount in made.ladder.cells(-1).items())
        after = _by_mask((mask, amount) for (_, mask), amount in self.rounded.items())
        touched = coefficients(self.limits, made.ladder.masks), coefficients(self.limits, made.ladder.coarse_masks)
        sums = [_of_limits(len(self.limits), *pair) for pair in zip(touched, (before, after), strict=True)]
        amounts: dict[int, int] = {}
        for limit, old, new, multiplier in zip(self.limits, *sums, self.solution.multipliers, strict=False):
            # Where money has no place, the bounds that are shares have shrunk; they bind only where they are used up.
            broken = old > limit.most and (not self.solution.over or new > limit.most - 1)
            if broken or multiplier > 0:
                number = int(limit.said.at[1])
                amounts[number] = amounts.get(number, 0) + abs(int(new - old))
        loose = sum(abs(pool - now) for pool, now in _pools(made, self.rounded)) // 2 if kept else 0
        return tuple(
            Moved(("limits", number), amount, kept, loose) for number, amount in sorted(amounts.items()) if amount
        )


def _by_mask(pairs: Iterable[tuple[int, int]]) -> dict[int, int]:
    sums: dict[int, int] = {}
    for mask, amount in pairs:
        sums[mask] = sums.get(mask, 0) + amount
    return sums


def _of_limits(count: int, touched: Sequence[Entries], amounts: Mapping[int, int]) -> list[Exact]:
    """Each limit's sum, times its sign."""
    sums: list[Exact] = [0] * count
    for mask, amount in amounts.items():
        for limit, coefficient in touched[mask]:
            sums[limit] += coefficient * amount
    return sums


def summed(levels: Sequence[Level], lines: Sequence[int]) -> list[Sequence[int]]:
    """The lines added up to each level."""
    sums: list[Sequence[int]] = [lines]
    for level, above in zip(reversed(levels), reversed(levels[:-1]), strict=False):
        upper = [0] * len(above.amounts)
        for parent, amount in zip(level.parent, sums[0], strict=True):
            upper[parent] += amount
        sums.insert(0, upper)
    return sums


def _changed(level: Level, old: Sequence[int], new: Sequence[int]) -> Sequence[int]:
    if level.amounts is old or level.amounts == old:
        return new
    return [amount + now - before for amount, now, before in zip(level.amounts, new, old, strict=True)]


def _proven(allocated: int, lines: Sequence[int]) -> None:
    """No unit is lost, and none is below zero."""
    if sum(lines) != allocated or min(lines) < 0:
        raise AssertionError("money was lost while limits were kept")  # pragma: no cover


def _pools(made: Classes, rounded: Cells) -> Iterator[tuple[int, int]]:
    for group in made.parts:
        yield made.pools[group], sum(rounded[group, mask] for mask in made.coarse_parts[group])
