"""Limits and step bounds as linear rules over masks: the sum of coefficient x amount is at most so much."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import ceil, floor
from typing import NamedTuple

from crmbudget.allocation.budget import Budget, Level
from crmbudget.allocation.limits.selection import Choice
from crmbudget.allocation.limits.shares import Entries, Exact
from crmbudget.allocation.steps import steps_of
from crmbudget.money import Currency
from crmbudget.planning.scalars import Share
from crmbudget.planning.source import Path


class Said(NamedTuple):
    """The line of the plan that a rule comes from: its path, what it says, and whether it is a floor."""

    at: Path
    text: str
    floor: bool


class Rule(NamedTuple):
    """``sum(coefficient x amount) <= most`` over the amounts that carry the bit, in minor units."""

    terms: tuple[tuple[int, Exact], ...]
    most: Exact
    said: Said


def limit_rules(chosen: Sequence[Choice], budget: Budget) -> list[Rule]:
    """One rule for each floor and each cap, in the plan's order."""
    rules = []
    for bit, choice in enumerate(chosen):
        limit = budget.plan.limits[choice.number]
        for key, bound, whole in (("min", limit.min, choice.low), ("max", limit.max, choice.high)):
            if bound is not None and whole is not None:
                sign = -1 if key == "min" else 1
                text = f"{choice.label} {'>=' if sign < 0 else '<='} {shown(bound, budget.plan.money)}"
                rules.append(Rule(((bit, sign),), sign * whole, Said(("limits", choice.number, key), text, sign < 0)))
    return rules


def shown(bound: int | Share, currency: Currency) -> str:
    """A bound as a message writes it."""
    return str(bound) if isinstance(bound, Share) else currency.text(bound, grouped=True)


def coefficients(rules: Sequence[Rule], masks: Sequence[int]) -> list[Entries]:
    """For each mask the rules that it touches, by position, with what one unit adds to them."""
    by_bit: dict[int, list[tuple[int, Exact]]] = {}
    for position, rule in enumerate(rules):
        for bit, coefficient in rule.terms:
            by_bit.setdefault(1 << bit, []).append((position, coefficient))
    used, single = sum(by_bit), all(len(rule.terms) == 1 for rule in rules)
    table = []
    for mask in masks:
        entries: list[tuple[int, Exact]] = []
        rest = mask & used
        while rest:
            lowest = rest & -rest
            entries += by_bit[lowest]
            rest ^= lowest
        table.append(tuple(sorted(entries)) if single else _added(entries))
    return table


def _added(entries: Sequence[tuple[int, Exact]]) -> Entries:
    sums: dict[int, Exact] = {}
    for position, coefficient in entries:
        sums[position] = sums.get(position, 0) + coefficient
    return tuple(sorted((position, total) for position, total in sums.items() if total))


class StepBounds:
    """What the steps' ``min``, ``max`` and ``fixed`` ask of each amount of their level."""

    def __init__(self, budget: Budget, sums: Sequence[Sequence[int]]) -> None:
        self._budget, self._sums = budget, sums
        self._steps = steps_of(budget.plan)
        self.levels = [depth for depth, step in enumerate(self._steps) if step.min or step.max or step.fixed]

    def bounded(self, depth: int, cell: int) -> bool:
        """Whether this amount has a bound at all."""
        low, high = self._keys(depth, cell)
        return low is not None or high is not None

    def _keys(self, depth: int, cell: int) -> tuple[str | None, str | None]:
        step, level = self._steps[depth], self._budget.levels[depth]
        name = level.ids[level.member[cell]]
        low = next((key for key in ("fixed", "min") if name in getattr(step, key)), None)
        high = next((key for key in ("fixed", "max") if name in getattr(step, key)), None)
        return low, high

    def _given(self, depth: int, cell: int) -> tuple[int | Share, int | Share | None]:
        step, level = self._steps[depth], self._budget.levels[depth]
        name = level.ids[level.member[cell]]
        return step.fixed.get(name, step.min.get(name, 0)), step.fixed.get(name, step.max.get(name))

    def rest(self, depth: int, cell: int) -> int:
        """What of this amount is in no line."""
        return self._budget.levels[depth].amounts[cell] - self._sums[depth][cell]

    def parent_rest(self, depth: int, cell: int) -> int:
        """What of the amount above is in no line."""
        if depth == 0:
            return sum(rest.amount for rest in self._budget.unassigned)
        return self.rest(depth - 1, self._budget.levels[depth].parent[cell])

    def interval(self, depth: int, cell: int, parent: int, *, same: bool) -> tuple[int, int | None]:
        """The least and the most that the lines of this amount may have, where those of its parent have ``parent``.

        Where the parent is the ``same`` as before the limits, what the step gave is within.
        """
        whole = parent + self.parent_rest(depth, cell)
        least_given, most_given = self._given(depth, cell)
        low = _amount(least_given, whole)
        high = None if most_given is None else _amount(most_given, whole)
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

    def rules(self, depth: int, cell: int, kept: int, marks: Mapping[tuple[int, int], int]) -> list[Rule]:
        """The rules for one amount: fixed numbers where its parent is kept, else in proportion to its parent."""
        own, level, steps = marks[depth, cell], self._budget.levels[depth], self._steps
        name, rest = level.ids[level.member[cell]], self.rest(depth, cell)
        parent = self._sums[depth - 1][level.parent[cell]] if depth else sum(self._sums[0])
        least, most = self.interval(depth, cell, parent, same=depth <= kept)
        rules = []
        for key, sign in zip(self._keys(depth, cell), (-1, 1), strict=True):
            if key is None:
                continue
            bound = getattr(steps[depth], key)[name]
            text = f"{name} {'>=' if sign < 0 else '<='} {shown(bound, self._budget.plan.money)}"
            at: Path = ("allocate", depth) if self._budget.plan.allocate is not None else ("allocate",)
            said = Said((*at, key, name), text, sign < 0)
            if isinstance(bound, Share) and depth > kept:
                above, over = bound.of_one, marks[depth - 1, level.parent[cell]]
                within = sign * (above * self.parent_rest(depth, cell) - rest)
                play = 1 - Fraction(1, above.denominator) if self._pinned(depth, cell) else 0
                rules.append(Rule(((own, sign), (over, -sign * above)), within + play, said))
            else:
                rules.append(Rule(((own, sign),), sign * (least if sign < 0 else most or 0), said))
        return rules

    def _pinned(self, depth: int, cell: int) -> bool:
        low, high = self._given(depth, cell)
        return low == high


def _amount(bound: int | Share, whole: int) -> Exact:
    return bound.of_one * whole if isinstance(bound, Share) else bound


def marks_of(
    crowded: Iterable[tuple[int, int]], levels: Sequence[Level], kept: int, first: int
) -> dict[tuple[int, int], int]:
    """A bit for each of these amounts ``(level, cell)`` and, where its bound depends on it, for the one above."""
    marks: dict[tuple[int, int], int] = {}
    for depth, cell in sorted(crowded):
        for key in ((depth, cell), *([(depth - 1, levels[depth].parent[cell])] if depth > kept else [])):
            marks.setdefault(key, first + len(marks))
    return marks
