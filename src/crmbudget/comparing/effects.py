"""What each cause does to each amount, in whole minor units that add up in both directions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from crmbudget.allocation.fill import Bounds
from crmbudget.allocation.split import split
from crmbudget.comparing.chain import Held, Key, Link, Names


class Apart(StrEnum):
    """The money that is in no line."""

    RESERVE = "reserve"
    UNASSIGNED = "unassigned"


Row = Apart | Key


@dataclass(frozen=True, slots=True)
class Effects:
    """One row for reserve, unassigned and each member of a table; one column for each cause, and a last one for rounding.

    Every row adds up to what changed there. A cause's column adds up to its change of the total, that of rounding to 0.
    """

    names: Names
    rows: Mapping[Row, Sequence[int]]

    def moved(self, column: int) -> int:
        """What a cause gave to some, or took from some, whichever is more."""
        return turnover(amounts[column] for amounts in self.rows.values())

    def column(self, column: int) -> dict[Row, int]:
        """A cause's effects that are not nothing."""
        return {row: amounts[column] for row, amounts in self.rows.items() if amounts[column]}


def turnover(changes: Iterable[int]) -> int:
    """What changes give, or what they take, whichever is more: so much money moved, came or went.

    >>> turnover([30, -10, -20]), turnover([-30, 10])
    (30, 30)
    """
    gained = lost = 0
    for change in changes:
        if change > 0:
            gained += change
        else:
            lost -= change
    return max(gained, lost)


def effects(tables: Sequence[Names], links: Sequence[Link], unit: int, before: Held, after: Held) -> list[Effects]:
    """One table of effects for each table of ``before`` and ``after``, which are in minor units; links in ``unit`` of one."""
    heads = [_heads(link, unit) for link in links]
    return [_table(number, names, links, unit, heads, (before, after)) for number, names in enumerate(tables)]


def _heads(link: Link, unit: int) -> list[int]:
    """What a link does to reserve, unassigned and all lines together."""
    old, new = link.before, link.after
    parts = [new.reserve - old.reserve, new.unassigned - old.unassigned, new.allocated - old.allocated]
    return whole(parts, unit, sum(parts) // unit)


def _table(
    number: int, names: Names, links: Sequence[Link], unit: int, heads: Sequence[Sequence[int]], ends: tuple[Held, Held]
) -> Effects:
    """The columns of the causes, each rounded by itself; what is then left of a row's true change is rounding."""
    old, new = (held.tables[number] for held in ends)
    keys = sorted({*old, *new}.union(*(held.tables[number] for link in links for held in (link.before, link.after))))
    columns = []
    for link, (reserve, unassigned, allocated) in zip(links, heads, strict=True):
        first, last = link.before.tables[number], link.after.tables[number]
        parts = [last.get(key, 0) - first.get(key, 0) for key in keys]
        columns.append([reserve, unassigned, *whole(parts, unit, allocated)])
    reserves, rests = ends[1].reserve - ends[0].reserve, ends[1].unassigned - ends[0].unassigned
    changes = [reserves, rests, *(new.get(key, 0) - old.get(key, 0) for key in keys)]
    rows: list[Row] = [*Apart, *keys]
    amounts = zip(*columns, strict=True) if columns else [()] * len(rows)
    return Effects(
        names,
        {row: (*own, change - sum(own)) for row, change, own in zip(rows, changes, amounts, strict=True)},
    )


def whole(parts: Sequence[int], unit: int, target: int) -> list[int]:
    """Parts in units of ``1/unit`` as whole numbers that add up to a target less than one away from their sum.

    Each is rounded down or up; up those with the largest remainders, of equal ones the first.

    >>> whole([15, -5, 5], 10, 1)
    [2, -1, 0]
    """
    floors = [part // unit for part in parts]
    remainders = [part % unit for part in parts]
    odd = target - sum(floors)
    if odd == 0:
        return floors
    if odd * unit == sum(remainders):
        more = split(odd, remainders)
    else:
        # Nobody is rounded by more than one unit, also where the target is not the sum itself.
        count = len(remainders)
        more = split(odd, remainders, Bounds((0,) * count, (1,) * count, (0,) * count))
    return [least + one for least, one in zip(floors, more, strict=True)]
