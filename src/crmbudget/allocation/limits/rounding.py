"""From multipliers to whole amounts by class: every group's sum and every rule exact."""

from collections.abc import Mapping, Sequence

from crmbudget.allocation.limits.carry import Carry
from crmbudget.allocation.limits.classes import Cells, Classes
from crmbudget.allocation.limits.settle import Settled, settle
from crmbudget.allocation.limits.shares import Entries, Exact, Share

Touched = Sequence[Entries]


def round_classes(made: Classes, factors: Sequence[int]) -> Cells:
    """Each group's sum by coarse mask, in proportion to ``amount x factor``; the sums are exact, the rules nearly so."""
    carry = Carry(len(made.ladder.coarse_masks))
    rounded: Cells = {}
    for group, parts in made.parts.items():
        before = made.coarse_parts[group]
        if len({factors[mask] for mask in parts}) == 1:
            given = list(before.values())
        else:
            weights = dict.fromkeys(before, 0)
            for mask, amount in parts.items():
                weights[made.ladder.coarse[mask]] += amount * factors[mask]
            given = carry.parts(made.pools[group], list(weights.values()), list(weights))
        for mask, part in zip(before, given, strict=True):
            rounded[group, mask] = part
    return rounded


def keep_rules(
    made: Classes, rounded: Cells, touched: Touched, most: Sequence[Exact], *, loose: bool = False
) -> Settled:
    """Changes ``rounded`` in place by a few units until every rule is exact; tells where that is impossible.

    Groups with the same masks are one here: a unit that moves from mask to mask can do so in any of them. Where ``loose``,
    units may move between groups too.
    """
    merged, members = merge(made.coarse_parts, rounded, loose=loose)
    shares = [Share(kind, amount, touched[mask]) for (kind, mask), amount in merged.items()]
    found = settle(shares, most)
    if found.changes is not None:
        for (kind, mask), change in zip(merged, found.changes, strict=True):
            if change < 0:
                _take(rounded, mask, members[kind, mask], -change)
        for (kind, mask), change in zip(merged, found.changes, strict=True):
            if change > 0:
                _give(made, rounded, mask, members[kind, mask], change)
    return found


def merge(
    parts: Mapping[int, Mapping[int, int]], amounts: Cells, *, loose: bool = False
) -> tuple[Cells, dict[tuple[int, int], list[int]]]:
    """Amounts by ``(kind of group, mask)``, groups with the same masks being of one kind, and the groups of each."""
    kinds: dict[tuple[int, ...], int] = {}
    merged: Cells = {}
    members: dict[tuple[int, int], list[int]] = {}
    for group, masks in parts.items():
        kind = kinds.setdefault(() if loose else tuple(masks), len(kinds))
        for mask in masks:
            merged[kind, mask] = merged.get((kind, mask), 0) + amounts[group, mask]
            members.setdefault((kind, mask), []).append(group)
    return merged, members


def _take(rounded: Cells, mask: int, groups: Sequence[int], units: int) -> None:
    """Takes units from the groups that have the most of this mask."""
    for group in sorted(groups, key=lambda group: (-rounded[group, mask], group)):
        taken = min(units, rounded[group, mask])
        rounded[group, mask] -= taken
        units -= taken
        if not units:
            return


def _give(made: Classes, rounded: Cells, mask: int, groups: Sequence[int], units: int) -> None:
    """Gives units first to the groups that lack them, then, where no group does, to the first."""
    for group in groups:
        lacks = made.pools[group] - sum(rounded[group, other] for other in made.coarse_parts[group])
        given = max(0, min(units, lacks))
        rounded[group, mask] += given
        units -= given
        if not units:
            return
    rounded[groups[0], mask] += units
