"""What limits did to lines that are asked for: which of them bear on the lines, and how the money moved level by level."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import floor
from typing import TYPE_CHECKING, NamedTuple

from crmbudget.allocation.budget import Budget
from crmbudget.allocation.way import Way, below, descend
from crmbudget.finding import Place
from crmbudget.planning.source import Source

if TYPE_CHECKING:
    from crmbudget.allocation.limits.rules import Rule
    from crmbudget.allocation.limits.sight import Solution


class LimitTold(NamedTuple):
    """A limit that bears on the lines: it ``touches`` them, or it moved money among them and their neighbours.

    ``bound`` and ``has``, what all its lines have now, are minor units; None where a step's bound was in the way of
    the limits. ``moved`` is by how much the limit changed its lines' sum.
    """

    text: str
    bound: int | None
    has: int | None
    place: Place
    touches: bool
    binds: bool
    moved: int

    def mirrored(self) -> "LimitTold":
        """The same of the opposite amount."""
        bound, has = (None if one is None else -one for one in (self.bound, self.has))
        return self._replace(bound=bound, has=has)


class Shift(NamedTuple):
    """One member of an amount whose parts moved: its lines' sum before and after, and why.

    ``exact`` is the amount's new sum times the member's part of all ``weight``, which is what its lines had before times
    the factors of the limits that bind them; ``settled`` units joined its whole part, by rounding and to keep the limits.
    """

    member: str
    before: int
    weight: int
    exact: Fraction
    amount: int
    settled: int
    chosen: bool

    def mirrored(self) -> "Shift":
        """The same of the opposite amount."""
        return self._replace(before=-self.before, exact=-self.exact, amount=-self.amount, settled=-self.settled)


@dataclass(frozen=True, slots=True)
class Effect:
    """What limits did at one level: the sum of the lines on the way, before and after; ``shifts`` where one amount leads there."""

    depth: int
    pool: int
    pool_before: int
    before: int
    amount: int
    shifts: tuple[Shift, ...] = ()

    def mirrored(self) -> "Effect":
        """The same of the opposite amount."""
        return Effect(
            self.depth, -self.pool, -self.pool_before, -self.before, -self.amount, tuple(one.mirrored() for one in self.shifts)
        )  # fmt: skip

    def factor(self, shift: Shift) -> Fraction | None:
        """By how much a member's proportion to the others changed; None where there was nothing to change."""
        had, has = sum(one.before for one in self.shifts), sum(one.weight for one in self.shifts)
        return abs(Fraction(shift.weight * had, shift.before * has)) if shift.before and has else None


def _shifts(solution: "Solution", budget: Budget, depth: int, parent: int, chosen: set[int]) -> Iterator[Shift]:
    level, old, new = budget.levels[depth], solution.free.sums[depth], budget.sums[depth]
    numbers = below(level, range(parent, parent + 1))
    weights = [_weight(solution, depth, number) for number in numbers]
    pool, total = sum(new[number] for number in numbers), sum(weights)
    for number, weight in zip(numbers, weights, strict=True):
        exact = Fraction(pool * weight, total or 1)
        settled = new[number] - floor(exact)
        yield Shift(level.ids[level.member[number]], old[number], weight, exact, new[number], settled, number in chosen)


def _weight(solution: "Solution", depth: int, number: int) -> int:
    """What the lines of an amount had, times the factors of the limits that bind them; what was kept has no factor."""
    ladder, sums = solution.sight.made.ladder, solution.free.sums
    if depth < solution.kept or depth > ladder.depth:
        return sums[depth][number]
    fine, factors, places = sums[ladder.depth], solution.factors, ladder.places
    inside = descend(solution.free.levels[depth + 1 : ladder.depth + 1], number)
    return sum(fine[cell] * factors[places[cell]] for cell in inside)


@dataclass
class Bearing:
    """What bears on the lines of one budget: ``free`` is the same budget before its limits moved money."""

    free: Budget
    budget: Budget
    source: Source

    def limits(self, found: Way) -> list[LimitTold]:
        """The limits that bear on the lines at the end of a way: those that touch them, then those that moved their neighbours."""
        touching, moving = 0, _moving(self.budget, found)
        for number in found[self._depth + 1] if self._rules else ():
            touching |= self._masks[number]
        told = [
            self._told(rule, touches=bool(touching >> rule.terms[0][0] & 1), binds=position in moving.binding)
            for position, rule in enumerate(self._rules)
            if touching >> rule.terms[0][0] & 1 or position in moving.near
        ]
        told += [
            LimitTold(rule.said.text, None, None, self.source.place(rule.said.at), touches, binds=True, moved=0)
            for rule, touches in moving.steps(len(self._rules))
        ]
        return sorted(told, key=lambda one: (not one.touches, not one.binds))

    def _told(self, rule: "Rule", *, touches: bool, binds: bool) -> LimitTold:
        bit, place = rule.terms[0][0], self.source.place(rule.said.at)
        has = sum(amount for mask, amount in self._sums.items() if mask >> bit & 1)
        by = sum(moved.amount for moved in self.budget.moved if moved.limit == rule.said.at[:2] and binds)
        return LimitTold(rule.said.text, abs(int(rule.most)), has, place, touches, binds, by)

    @cached_property
    def _seen(self) -> "tuple[list[Rule], int, list[int]]":
        """The limits' rules; the level on which all that they select by is known, and which of them select each amount there."""
        from crmbudget.allocation.limits.rules import limit_rules
        from crmbudget.allocation.limits.selection import Masks, choices, unsplit

        chosen = choices(self.free, unsplit(self.free, self.source))
        masks = Masks(self.free, chosen)
        return limit_rules(chosen, self.free.plan, self.budget.allocated), masks.depth, masks.at(masks.depth)

    @property
    def _rules(self) -> "list[Rule]":
        return self._seen[0]

    @property
    def _depth(self) -> int:
        return self._seen[1]

    @property
    def _masks(self) -> list[int]:
        return self._seen[2]

    @cached_property
    def _sums(self) -> dict[int, int]:
        """What the lines that the same limits select have together."""
        sums = dict.fromkeys(self._masks, 0)
        for mask, amount in zip(self._masks, self.budget.sums[self._depth], strict=True):
            sums[mask] += amount
        return sums

    def effects(self, found: Way) -> Iterator[Effect]:
        """What limits did on each level down a way."""
        solution = self.budget.solution
        for depth, numbers in enumerate(found[1:] if solution else ()):
            old, new = self.free.sums[depth], self.budget.sums[depth]
            above = [self.free.sums[depth - 1], self.budget.sums[depth - 1]] if depth else [[sum(old)], [sum(new)]]
            pool_before, pool = (sum(sums[number] for number in found[depth]) for sums in above)
            before, amount = (sum(sums[number] for number in numbers) for sums in (old, new))
            shifts: Iterable[Shift] = ()
            if solution and len(found[depth]) == 1 and (depth >= solution.kept or before != amount):
                shifts = _shifts(solution, self.budget, depth, found[depth][0], set(numbers))
            yield Effect(depth, pool, pool_before, before, amount, tuple(shifts))


class _Moving(NamedTuple):
    """Which rules, by position, hold money back at all, and which do so near the lines or on them."""

    rules: "Sequence[Rule]"
    binding: frozenset[int]
    near: frozenset[int]
    on: frozenset[int]

    def steps(self, first: int) -> "Iterator[tuple[Rule, bool]]":
        """The rules that come from bounds of steps, each line of the plan once, and whether they touch the lines."""
        told = set()
        for position in sorted(self.near, key=lambda position: position not in self.on):
            rule = self.rules[position]
            if position >= first and rule.said.at not in told:
                told.add(rule.said.at)
                yield rule, position in self.on


def _moving(budget: Budget, found: Way) -> _Moving:
    solution = budget.solution
    if solution is None:
        return _Moving((), frozenset(), frozenset(), frozenset())
    sight, ladder = solution.sight, solution.sight.made.ladder
    binding = frozenset(rule for rule, multiplier in enumerate(solution.multipliers) if multiplier > 0)
    within = budget.levels[solution.kept : ladder.depth + 1]
    masks = {ladder.places[number] for group in found[solution.kept] for number in descend(within, group)}
    on = {ladder.places[number] for number in found[ladder.depth + 1]}
    return _Moving(
        sight.rules, binding,
        binding & {rule for mask in masks for rule, _ in sight.touched[mask]},
        binding & {rule for mask in on for rule, _ in sight.touched[mask]},
    )  # fmt: skip
