"""Swaps that mend broken rules: units go from one amount of a group to another, to the harm of no rule that has none to spare."""

from collections.abc import Iterator, Sequence
from math import ceil, floor
from typing import NamedTuple

from crmbudget.allocation.limits.shares import Entries, Exact, Share

COLUMNS_MAX = 1000
"""Amounts that the exact solver looks at first, where there are more."""
KINDS_MAX = 400
"""Of each group, so many kinds of amounts are looked at, the largest."""
GROUPS_MAX = 60
"""So many groups are searched for a chain of swaps, the largest."""


class Swap(NamedTuple):
    """Units go from one amount to another: it relieves ``loads`` of one that the other does not bear, and so on."""

    giver: int
    taker: int
    harm: int


class Swaps:
    """Amounts on their way to the rules; ``changes`` is what each has gained, ``left`` what each rule still allows.

    An amount bears a rule as a bit of its load: a cap where a unit counts in it, a floor where it does not. Rules with other
    coefficients are left as they are: a swap is between amounts that touch them alike.
    """

    def __init__(self, shares: Sequence[Share], left: Sequence[Exact]) -> None:
        self.shares, self.left = shares, list(left)
        self.changes = [0] * len(shares)
        self._floors, self._uneven = _sorts(shares)
        self.loads = [self._load(share.entries) for share in shares]
        groups: dict[tuple[int, Entries], list[int]] = {}
        for number, share in enumerate(shares):
            groups.setdefault((share.group, self._odd(share.entries)), []).append(number)
        self.groups = sorted(groups.values(), key=lambda numbers: (-sum(shares[n].amount for n in numbers), numbers[0]))
        self._kinds: list[list[int] | None] = [None] * len(groups)

    def _load(self, entries: Entries) -> int:
        load = self._floors
        for rule, coefficient in entries:
            if coefficient == 1:
                load |= 1 << rule
            elif coefficient == -1:
                load &= ~(1 << rule)
        return load

    def _odd(self, entries: Entries) -> Entries:
        return tuple(entry for entry in entries if entry[0] in self._uneven) if self._uneven else ()

    def run(self) -> bool:
        """Mends what swaps can; whether every rule is kept then."""
        for rule, bound in enumerate(self.left):
            if bound < 0 and rule not in self._uneven:
                while self.left[rule] < 0 and self._mend(rule):
                    pass
        return min(self.left, default=0) >= 0

    def _mend(self, rule: int) -> bool:
        """One swap, or a chain of them in which each mends what the one before it harmed; whether there was one."""
        tight = self._tight()
        chain = self._direct(rule, tight) or self._chain(rule, tight)
        if not chain:
            return False
        units = min(ceil(-self.left[rule]), *(self._room(swap, tight) for swap in chain))
        for swap in chain:
            self._move(swap.giver, swap.taker, units)
        return True

    def _tight(self) -> int:
        return sum(1 << rule for rule, bound in enumerate(self.left) if bound < 1)

    def _room(self, swap: Swap, tight: int) -> int:
        """The units that a swap may move: what the giver has, and what the rules that are not tight can spare."""
        room = self._has(swap.giver)
        harmed = self.loads[swap.taker] & ~self.loads[swap.giver] & ~tight
        while harmed:
            lowest = harmed & -harmed
            room = min(room, floor(self.left[lowest.bit_length() - 1]))
            harmed ^= lowest
        return room

    def _has(self, number: int) -> int:
        return self.shares[number].amount + self.changes[number]

    def _direct(self, rule: int, tight: int) -> list[Swap]:
        for place in range(len(self.groups)):
            for swap in self._swaps(place, rule, tight):
                if not swap.harm:
                    return [swap]
        return []

    def _chain(self, rule: int, tight: int) -> list[Swap]:
        """The shortest chain that ends without harm; each link harms one tight rule, which the next one mends."""
        came: dict[int, tuple[int, Swap] | None] = {rule: None}
        reached = [rule]
        for broken in reached:
            for place in range(min(len(self.groups), GROUPS_MAX)):
                for swap in self._swaps(place, broken, tight):
                    if not swap.harm:
                        return [*_traced(came, broken), swap]
                    harmed = swap.harm.bit_length() - 1
                    if not swap.harm & (swap.harm - 1) and harmed not in came:
                        came[harmed] = (broken, swap)
                        reached.append(harmed)
        return []

    def _swaps(self, place: int, rule: int, tight: int) -> Iterator[Swap]:
        """The swaps of one group that relieve a rule."""
        own, loads = 1 << rule, self.loads
        kinds = self._kinds_of(place)
        takers = [(number, loads[number] & tight) for number in kinds if not loads[number] & own]
        for giver in kinds if takers else ():
            if loads[giver] & own and self._has(giver) > 0:
                bears = ~loads[giver]
                for taker, load in takers:
                    yield Swap(giver, taker, load & bears)

    def _kinds_of(self, place: int) -> list[int]:
        """The largest amounts of a group, one for each load."""
        found = self._kinds[place]
        if found is None:
            largest: dict[int, int] = {}
            for number in self.groups[place]:
                held = largest.get(self.loads[number])
                if held is None or self.shares[number].amount > self.shares[held].amount:
                    largest[self.loads[number]] = number
            found = sorted(largest.values(), key=lambda number: (-self.shares[number].amount, number))[:KINDS_MAX]
            self._kinds[place] = found
        return found

    def _move(self, giver: int, taker: int, units: int) -> None:
        self.changes[giver] -= units
        self.changes[taker] += units
        for number, sign in ((giver, 1), (taker, -1)):
            for rule, coefficient in self.shares[number].entries:
                self.left[rule] += sign * units * coefficient

    def some(self) -> list[int]:
        """Amounts for the exact solver to try first: the largest of the largest groups."""
        chosen: list[int] = []
        for place in range(len(self.groups)):
            chosen += self._kinds_of(place) if len(chosen) < COLUMNS_MAX else []
        return sorted(chosen)


def _sorts(shares: Sequence[Share]) -> tuple[int, frozenset[int]]:
    """The bits of the floors, and the rules whose coefficients are not all alike 1 or -1."""
    seen: dict[int, set[Exact]] = {}
    for entries in {share.entries for share in shares}:
        for rule, coefficient in entries:
            seen.setdefault(rule, set()).add(coefficient)
    floors = sum(1 << rule for rule, found in seen.items() if found == {-1})
    return floors, frozenset(rule for rule, found in seen.items() if found not in ({1}, {-1}))


def _traced(came: dict[int, tuple[int, Swap] | None], rule: int) -> list[Swap]:
    links: list[Swap] = []
    while (link := came[rule]) is not None:
        rule, swap = link
        links.insert(0, swap)
    return links
