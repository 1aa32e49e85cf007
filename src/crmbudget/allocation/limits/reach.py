"""Whether a limit can be kept at all while the sums of the first steps stand, told from each group's masks alone."""

from collections.abc import Sequence

from crmbudget.allocation.budget import Level
from crmbudget.allocation.limits.rules import Rule
from crmbudget.allocation.limits.shares import Exact

Patterns = dict[tuple[int, int], int]
"""Money by what its group's lines have in common: the bits that all of them have, and those that any of them has."""


def patterns(
    levels: Sequence[Level], sums: Sequence[Sequence[int]], masks: Sequence[int], depth: int
) -> list[Patterns]:
    """The patterns of the groups for each number of kept steps from 0 to ``depth``; ``masks`` are those at ``depth``."""
    found: list[Patterns] = []
    common: Sequence[int] = masks
    ever: Sequence[int] = masks
    for number in range(depth, -1, -1):
        pools = sums[number - 1] if number else [sum(sums[0])]
        every, some = [-1] * len(pools), [0] * len(pools)
        for parent, amount, one, other in zip(levels[number].parent, sums[number], common, ever, strict=True):
            if amount:
                every[parent] &= one
                some[parent] |= other
        common, ever = every, some
        money: Patterns = {}
        for pool, first, second in zip(pools, common, ever, strict=True):
            if pool:
                money[first, second] = money.get((first, second), 0) + pool
        found.insert(0, money)
    return found


def in_reach(money: Patterns, rules: Sequence[Rule]) -> bool:
    """Whether each limit by itself can be kept: with each group's money where it suits the limit, inside or outside."""
    return all(_least(money, *rule.terms[0]) <= rule.most for rule in rules)


def _least(money: Patterns, bit: int, sign: Exact) -> Exact:
    """The least that a limit's lines hold at best, times its sign."""
    own = 1 << bit
    if sign > 0:
        return sign * sum([pool for (every, _), pool in money.items() if every & own])
    return sign * sum([pool for (_, some), pool in money.items() if some & own])
