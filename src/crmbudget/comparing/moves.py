"""What moved between two budgets, in whole minor units: by any coordinates, and line by line."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import sub
from typing import NamedTuple

from crmbudget.allocation.budget import Budget
from crmbudget.comparing.chain import Key, Names, sums
from crmbudget.comparing.effects import turnover
from crmbudget.planning.plan import Dimension


class Move(NamedTuple):
    """What a member, or a line, has before and after; None where it is not there."""

    key: Key
    before: int | None
    after: int | None

    @property
    def change(self) -> int:
        """After less before."""
        return (self.after or 0) - (self.before or 0)


@dataclass(frozen=True, slots=True)
class Moves:
    """The members of a table, what moved most first."""

    names: Names
    rows: Sequence[Move]

    @property
    def before(self) -> dict[Key, int]:
        """What the members had."""
        return {row.key: row.before for row in self.rows if row.before is not None}

    @property
    def after(self) -> dict[Key, int]:
        """What the members have now."""
        return {row.key: row.after for row in self.rows if row.after is not None}

    @property
    def turnover(self) -> int:
        """What was given to members, or taken from them, whichever is more."""
        return turnover(row.change for row in self.rows)

    @property
    def moved(self) -> bool:
        """Whether anybody has more or less than before."""
        return any(row.change for row in self.rows)


def common(before: Budget, after: Budget) -> Names:
    """The coordinates that the lines of both budgets have."""
    return tuple(name for name in after.coordinates if name in before.coordinates)


def moves(before: Budget, after: Budget, names: Names) -> Moves:
    """Every member of a table, the one whose amount changed most first."""
    old, new = sums(before, names), sums(after, names)
    keys = sorted(old.keys() | new.keys())
    rows = [Move(key, old.get(key), new.get(key)) for key in keys]
    return Moves(names, sorted(rows, key=lambda row: -abs(row.change)))


def split_names(before: Budget, after: Budget) -> Names:
    """The coordinates that tell lines apart in both budgets: what both split, without what follows from it."""
    return tuple(name for name in common(before, after) if name in set(Dimension))


def alike(before: Budget, after: Budget) -> bool:
    """Whether the same lines stand in both, in the same order."""
    pairs = list(zip(before.levels, after.levels, strict=False))
    return len(before.levels) == len(after.levels) and all(
        (old.dimension, old.ids) == (new.dimension, new.ids) and old.member == new.member and old.parent == new.parent
        for old, new in pairs
    )


def lines(before: Budget, after: Budget) -> Iterator[Move]:
    """The lines whose amounts differ; where the plans split differently, sums of lines by what both split."""
    names = split_names(before, after)
    if alike(before, after):
        places = [after.coordinates.index(name) for name in names]
        pairs = zip(before.levels[-1].amounts, after.lines(), strict=True)
        yield from (
            Move(tuple(str(line[at]) for at in places), amount, int(line[-1]))
            for amount, line in pairs
            if amount != line[-1]
        )
        return
    old, new = sums(before, names), sums(after, names)
    for key in dict.fromkeys([*new, *old]):
        move = Move(key, old.get(key), new.get(key))
        if move.change:
            yield move


def lines_moved(before: Budget, after: Budget) -> int:
    """What was given to lines, reserve and unassigned together, or taken from them, whichever is more."""
    apart = [after.reserve - before.reserve, after.unassigned_total - before.unassigned_total]
    if alike(before, after):
        return turnover(chain(apart, map(sub, after.levels[-1].amounts, before.levels[-1].amounts)))
    return turnover(chain(apart, (move.change for move in lines(before, after))))
