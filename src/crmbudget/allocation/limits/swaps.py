"""Single swaps that mend broken rules: units go from one amount of a group to another that differs in one rule only."""

from collections.abc import Sequence
from math import ceil

from crmbudget.allocation.limits.shares import Entries, Exact, Share

COLUMNS_MAX = 1500
"""Amounts that the exact solver looks at first, where there are more."""


class Swaps:
    """Amounts on their way to the rules; ``changes`` is what each has gained, ``left`` what each rule still allows."""

    def __init__(self, shares: Sequence[Share], left: Sequence[Exact]) -> None:
        self.shares, self.left = shares, list(left)
        self.changes = [0] * len(shares)
        room = 2 * sum((-bound for bound in left if bound < 0), 0)
        self.tight = {rule for rule, bound in enumerate(left) if bound < room}
        groups: dict[int, list[int]] = {}
        for number, share in enumerate(shares):
            groups.setdefault(share.group, []).append(number)
        self.groups = sorted(groups.values(), key=lambda numbers: (-sum(shares[n].amount for n in numbers), numbers[0]))
        self._alike: list[dict[Entries, list[int]] | None] = [None] * len(groups)

    def run(self) -> bool:
        """Mends what single swaps can; whether every rule is kept then."""
        for rule in sorted(self.tight):
            for place in range(len(self.groups)):
                if self.left[rule] >= 0:
                    break
                self._mend(rule, self.alike(place))
        return min(self.left, default=0) >= 0

    def alike(self, place: int) -> dict[Entries, list[int]]:
        """The amounts of one group by the tight rules that they touch."""
        found = self._alike[place]
        if found is None:
            found = self._alike[place] = {}
            for number in self.groups[place]:
                entries = tuple(entry for entry in self.shares[number].entries if entry[0] in self.tight)
                found.setdefault(entries, []).append(number)
        return found

    def _mend(self, rule: int, alike: dict[Entries, list[int]]) -> None:
        for entries, inside in alike.items():
            coefficient = next((c for number, c in entries if number == rule), None)
            outside = alike.get(tuple(entry for entry in entries if entry[0] != rule))
            if coefficient in {1, -1} and outside is not None:
                givers, taker = (inside, outside[0]) if coefficient == 1 else (outside, inside[0])
                for giver in givers:
                    if self.left[rule] >= 0:
                        return
                    self._move(
                        giver, taker, min(ceil(-self.left[rule]), self.shares[giver].amount + self.changes[giver])
                    )

    def _move(self, giver: int, taker: int, units: int) -> None:
        self.changes[giver] -= units
        self.changes[taker] += units
        for number, sign in ((giver, 1), (taker, -1)):
            for rule, coefficient in self.shares[number].entries:
                self.left[rule] += sign * units * coefficient

    def some(self) -> list[int]:
        """Amounts for the exact solver to try first: of the largest groups, one for each set of tight rules."""
        chosen: list[int] = []
        for place in range(len(self.groups)):
            if len(chosen) < COLUMNS_MAX:
                chosen += [
                    max(alike, key=lambda n: (self.shares[n].amount, -n)) for alike in self.alike(place).values()
                ]
        return sorted(chosen)
