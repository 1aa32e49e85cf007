"""What the solver sees of a budget: classes of lines, and the rules that bear on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from crmbudget.allocation.budget import Budget
from crmbudget.allocation.limits.clash import clash
from crmbudget.allocation.limits.classes import Cells, Classes
from crmbudget.allocation.limits.rounding import keep_rules
from crmbudget.allocation.limits.rules import Rule, coefficients
from crmbudget.allocation.limits.settle import Settled
from crmbudget.allocation.limits.shares import Entries, Exact, Share


@dataclass(frozen=True)
class Sight:
    """The classes for one depth, all rules, and those that must be exact for the classes already."""

    made: Classes
    rules: list[Rule]
    exact: list[Rule]

    @cached_property
    def touched(self) -> list[Entries]:
        """For each mask the rules that it touches."""
        return coefficients(self.rules, self.made.ladder.masks)

    @cached_property
    def exactly_touched(self) -> list[Entries]:
        """For each coarse mask the exact rules that it touches."""
        same = self.exact is self.rules and self.made.ladder.coarse_masks == self.made.ladder.masks
        return self.touched if same else coefficients(self.exact, self.made.ladder.coarse_masks)

    @property
    def most(self) -> list[Exact]:
        """What each rule allows."""
        return [rule.most for rule in self.rules]

    @cached_property
    def out_of_reach(self) -> list[int]:
        """Rules that not even each group at its best can keep."""
        least: list[Exact] = [0] * len(self.rules)
        for masks, pool in self.made.kinds.items():
            count: dict[int, int] = {}
            lowest: dict[int, Exact] = {}
            for mask in masks:
                for rule, coefficient in self.touched[mask]:
                    count[rule] = count.get(rule, 0) + 1
                    if coefficient < lowest.get(rule, 1):
                        lowest[rule] = coefficient
            for rule, number in count.items():
                low = lowest.get(rule, 1) if number == len(masks) else min(lowest.get(rule, 0), 0)
                least[rule] += low * pool
        return [number for number, (low, rule) in enumerate(zip(least, self.rules, strict=True)) if low > rule.most]

    def clash(self, multipliers: Sequence[float]) -> frozenset[int]:
        """Rules that are proven not to hold together, not even in fractions of a unit; empty where nothing proves that."""
        return frozenset(self.out_of_reach[:1]) or clash(self.made.kinds, self.touched, self.most, multipliers)

    def settle(self, rounded: Cells, *, loose: bool = False) -> Settled:
        """Brings rounded classes to the exact rules."""
        return keep_rules(self.made, rounded, self.exactly_touched, [rule.most for rule in self.exact], loose=loose)


class Solution(NamedTuple):
    """How limits were kept: ``free`` is the budget without them; the sums of its first ``kept`` steps stand.

    ``factors`` are whole numbers, one per mask of ``sight``: amounts went in proportion to what they were, times the factor
    of their mask. ``multipliers`` are the rules' own, 0 where a rule does not bind. ``over`` minor units have no place.
    """

    free: Budget
    kept: int
    sight: Sight
    factors: Sequence[int]
    multipliers: Sequence[float]
    over: int = 0


def shares_of(made: Classes, touched: Sequence[Entries]) -> list[Share]:
    """What the solver sees: one amount per group and mask."""
    return [
        Share(group, amount, touched[mask]) for group, parts in made.scaled.items() for mask, amount in parts.items()
    ]
