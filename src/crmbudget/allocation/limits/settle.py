"""Whole amounts that keep every rule, near amounts that almost do."""

from collections.abc import Iterator, Sequence
from math import ceil, floor
from typing import NamedTuple

from crmbudget.allocation.limits.shares import Exact, Share, excess
from crmbudget.allocation.limits.simplex import Breach, Column, least_breach
from crmbudget.allocation.limits.swaps import Swaps

TRIES_MAX = 40
"""Branches that are tried for whole amounts where fractions would keep the rules."""


class Settled(NamedTuple):
    """The change of each amount, None where there is none; then ``breach`` tells by how much rules must give way."""

    changes: list[int] | None
    breach: Exact
    causes: frozenset[int]


def settle(shares: Sequence[Share], most: Sequence[Exact]) -> Settled:
    """Changes that keep every group's sum, leave no amount below zero and bring every rule to at most ``most``.

    Where the rules nest, or cross in two families, what is possible in fractions is possible in whole amounts, and found
    at once. Beyond that up to ``TRIES_MAX`` branches are tried.
    """
    left = excess(shares, most)
    if min(left, default=0) >= 0:
        return Settled([0] * len(shares), 0, frozenset())
    swaps = Swaps(shares, left)
    if swaps.run():
        return Settled(swaps.changes, 0, frozenset())
    mended = [share._replace(amount=share.amount + change) for share, change in zip(shares, swaps.changes, strict=True)]
    chosen = swaps.some()
    found = _branched(mended, swaps.left, chosen) if len(chosen) < len(shares) else None
    if found is None or found.changes is None:
        found = _branched(mended, swaps.left, range(len(shares)))
    if found.changes is None:
        return found
    return Settled([first + then for first, then in zip(swaps.changes, found.changes, strict=True)], 0, frozenset())


def _branched(shares: Sequence[Share], left: Sequence[Exact], chosen: Sequence[int]) -> Settled:
    """The exact solver on the chosen amounts only; the others stay."""
    found = _Branches([shares[number] for number in chosen], left).run()
    if found.changes is None:
        return found
    changes = [0] * len(shares)
    for number, change in zip(chosen, found.changes, strict=True):
        changes[number] = change
    return found._replace(changes=changes)


Cut = tuple[int, int, int]
"""``(amount, sign, most)``: sign x its change is at most so much."""


class _Branches:
    def __init__(self, shares: Sequence[Share], left: Sequence[Exact]) -> None:
        self.shares, self.left = shares, left
        numbers = {group: number for number, group in enumerate(dict.fromkeys(share.group for share in shares))}
        self.group_of = [numbers[share.group] for share in shares]
        self.groups = len(numbers)
        self.floors: dict[Cut, None] = {}

    def run(self) -> Settled:
        first = self.relaxed(())
        if first.total:
            return Settled(None, first.total, frozenset(rule for rule in first.causes if rule < len(self.left)))
        todo: list[tuple[Cut, ...]] = [()]
        for _ in range(TRIES_MAX):
            if not todo:
                break
            cuts = todo.pop()
            found = self.relaxed(cuts)
            if found.total:
                continue
            changes = self._changes(found)
            odd = next((n for n, change in sorted(changes.items()) if change.denominator != 1), None)
            if odd is None:
                return Settled([int(changes.get(number, 0)) for number in range(len(self.shares))], 0, frozenset())
            todo += [(*cuts, (odd, -1, -ceil(changes[odd]))), (*cuts, (odd, 1, floor(changes[odd])))]
        return Settled(None, 0, frozenset())

    def _changes(self, found: Breach) -> dict[int, Exact]:
        changes: dict[int, Exact] = {}
        for column, amount in found.amounts.items():
            number, down = divmod(column, 2)
            changes[number] = changes.get(number, 0) + (-amount if down else amount)
        return changes

    def relaxed(self, cuts: tuple[Cut, ...]) -> Breach:
        """The least breach in fractions; the rule that an amount is not below zero joins where it would be broken."""
        while True:
            rows = [*self.floors, *cuts]
            bounds = [*self.left, *(most for _, _, most in rows)]
            found = least_breach(list(self._columns(rows)), self.groups, bounds, len(self.left))
            changes = self._changes(found)
            below = [n for n, change in sorted(changes.items()) if change < -self.shares[n].amount]
            if not below:
                return found
            self.floors |= {(number, -1, self.shares[number].amount): None for number in below}

    def _columns(self, rows: Sequence[Cut]) -> Iterator[Column]:
        """Two columns for each amount: what it gains, and what it loses."""
        cut: dict[int, list[tuple[int, int]]] = {}
        for position, (number, sign, _) in enumerate(rows, len(self.left)):
            cut.setdefault(number, []).append((position, sign))
        for number, share in enumerate(self.shares):
            up = (*share.entries, *cut.get(number, ()))
            group = self.group_of[number]
            yield Column(group, 1, up)
            yield Column(group, -1, tuple((rule, -coefficient) for rule, coefficient in up))
