"""The largest part of the money that has a place, where the maximums leave no place for all of it."""

from collections.abc import Callable, Collection, Sequence
from math import ceil
from typing import NamedTuple

from crmbudget.allocation.limits.rules import Rule, Said
from crmbudget.allocation.limits.shares import Entries, Exact, Share
from crmbudget.allocation.limits.simplex import COSTLY, Breach, Column, least_idle
from crmbudget.planning.source import Path

At = Callable[[int], Sequence[Rule]]
"""The rules, always in the same order, where so many minor units are allocated."""


class Placed(NamedTuple):
    """So many minor units have a place, and ``causes`` leave none to more; ``breach`` is what these rules lack, or 0."""

    amount: int
    causes: tuple[Said, ...] = ()
    breach: Exact = 0


def largest(shares: Sequence[Share], at: At, names: Collection[Path] | None = None) -> Placed:
    """The most that the rules of these lines of the plan (of all) allow; ``shares`` is all the money, in one group.

    Shares of what is allocated shrink with it. Minimums that are such shares do not count here: less money must not be what
    makes them hold.
    """
    pool = sum(share.amount for share in shares)
    work = _Idle(shares, at, [p for p, rule in enumerate(at(pool)) if _counts(rule, names)])
    found = work.least(pool, shrinks=True)
    if found.total >= COSTLY:
        return Placed(0, breach=found.total / COSTLY if found.total % COSTLY else found.total // COSTLY)
    causes, placed = work.causes(found), pool - ceil(found.total)
    while placed > 0:
        found = work.least(placed, shrinks=False)
        if found.total >= COSTLY:
            return Placed(0, causes)
        if not found.total:
            break
        causes, placed = causes or work.causes(found), placed - ceil(found.total)
    return Placed(placed, causes)


def _counts(rule: Rule, names: Collection[Path] | None) -> bool:
    return (names is None or rule.said.at in names) and not (rule.share and rule.said.floor)


class _Idle:
    """How much money lies idle under the rules at ``positions``."""

    def __init__(self, shares: Sequence[Share], at: At, positions: Sequence[int]) -> None:
        self.at, self.positions = at, positions
        self.entries = list(dict.fromkeys(only(share.entries, positions) for share in shares))

    def least(self, pool: int, *, shrinks: bool) -> Breach:
        """The least that lies idle of a pool; bounds that are shares are those of the whole pool, or of what is placed."""
        every = self.at(pool)
        rules = [every[position] for position in self.positions]
        entries: list[tuple[int, Exact]] = []
        most: list[Exact] = []
        for number, rule in enumerate(rules):
            entries += [(number, rule.share)] if shrinks and rule.share else []
            most.append(rule.share * pool if shrinks and rule.share else rule.most)
        columns = [Column(0, 1, tuple(entries)), *(Column(0, 1, own) for own in self.entries)]
        return least_idle(columns, pool, most)

    def causes(self, found: Breach) -> tuple[Said, ...]:
        """The lines of the plan that leave no place to more money."""
        said = [self.at(0)[self.positions[number]].said for number in sorted(found.prices)]
        return tuple({one.at: one for one in reversed(said)}.values())[::-1]


def only(entries: Entries, positions: Sequence[int]) -> Entries:
    """The entries of these rules, which are renumbered."""
    places = {position: number for number, position in enumerate(positions)}
    return tuple((places[rule], c) for rule, c in entries if rule in places)
