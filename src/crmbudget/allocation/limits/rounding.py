"""From multipliers to whole amounts by class: every group's sum and every rule exact."""

from collections.abc import Mapping, Sequence

from crmbudget.allocation.limits.carry import Carry
from crmbudget.allocation.limits.classes import Cells, Classes
from crmbudget.allocation.limits.settle import Settled, settle
from crmbudget.allocation.limits.shares import Entries, Exact, Share

Touched = Sequence[Entries]
CLASSES_MAX = 20_000
"""With more classes than this, odd units are moved inside the largest groups where that is possible."""


def round_classes(made: Classes, factors: Sequence[int]) -> Cells:
    """Each group's sum by coarse mask, in proportion to ``amount x factor``; the sums are exact, the rules nearly so."""
    carry, coarse = Carry(len(made.ladder.coarse_masks)), made.ladder.coarse
    rounded: Cells = {}
    for group, parts in made.parts.items():
        if made.coarse_parts is made.parts:
            weights = {mask: amount * factors[mask] for mask, amount in parts.items()}
        else:
            weights = dict.fromkeys(made.coarse_parts[group], 0)
            for mask, amount in parts.items():
                weights[coarse[mask]] += amount * factors[mask]
        for mask, part in zip(weights, _parts(made, group, factors, weights, carry), strict=True):
            rounded[group, mask] = part
    return rounded


def _parts(
    made: Classes, group: int, factors: Sequence[int], weights: Mapping[int, int], carry: Carry
) -> Sequence[int]:
    if made.part is None and len({factors[mask] for mask in made.parts[group]}) == 1:
        return list(made.coarse_parts[group].values())
    return carry.parts(made.pools[group], list(weights.values()), list(weights))


def keep_rules(
    made: Classes, rounded: Cells, touched: Touched, most: Sequence[Exact], *, loose: bool = False
) -> Settled:
    """Changes ``rounded`` in place by a few units until every rule is exact; tells where that is impossible.

    Groups with the same masks are one here: a unit that moves from mask to mask can do so in any of them. Where ``loose``,
    units may move between groups too. Of very many groups the largest are tried first.
    """
    left = list(most)
    for mask, amount in _by_mask(rounded).items():
        for rule, coefficient in touched[mask]:
            left[rule] -= coefficient * amount
    if min(left, default=0) >= 0:
        return Settled([], 0, frozenset())
    parts = made.coarse_parts
    largest = {} if loose or len(rounded) <= CLASSES_MAX else _largest(made)
    if largest:
        found = _settled(made, largest, rounded, touched, left)
        if found.changes is not None:
            return found
    return _settled(made, parts, rounded, touched, left, loose=loose)


def _by_mask(rounded: Cells) -> dict[int, int]:
    sums: dict[int, int] = {}
    for (_, mask), amount in rounded.items():
        sums[mask] = sums.get(mask, 0) + amount
    return sums


def _largest(made: Classes) -> dict[int, Mapping[int, int]]:
    """The largest groups, with some ``CLASSES_MAX`` classes."""
    chosen: dict[int, Mapping[int, int]] = {}
    count = 0
    for group in sorted(made.pools, key=lambda group: (-made.pools[group], group)):
        chosen[group] = made.coarse_parts[group]
        count += len(chosen[group])
        if count > CLASSES_MAX:
            break
    return chosen


def _settled(
    made: Classes,
    parts: Mapping[int, Mapping[int, int]],
    rounded: Cells,
    touched: Touched,
    left: Sequence[Exact],
    *,
    loose: bool = False,
) -> Settled:
    """The same with these groups alone; ``left`` is what each rule still allows."""
    merged, members = merge(parts, rounded, loose=loose)
    shares = [Share(kind, amount, touched[mask]) for (kind, mask), amount in merged.items()]
    most = list(left)
    for share in shares:
        for rule, coefficient in share.entries:
            most[rule] += coefficient * share.amount
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
