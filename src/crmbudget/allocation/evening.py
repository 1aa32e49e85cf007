"""The last resort that keeps every member's sum within two minor units, however the remainders fall.

Carrying remainders from one pool to the next keeps them there on all but contrived data: where the remainders of six
members or more conspire, the largest remainder first can fall behind by the logarithm of their number. A rounding in
which every member is within one unit always exists (a network with whole capacities has a whole flow), so while a
member is two units off, a chain of swaps inside pools brings it nearer.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from fractions import Fraction

from crmbudget.allocation.fill import fill
from crmbudget.allocation.split import OFF_MAX, Weighting


def even_out(
    amounts: list[int], pools: Sequence[int], weightings: Sequence[Weighting], carried: list[Fraction]
) -> None:
    """Swaps units between members of one pool until no member is owed, or owes, ``OFF_MAX`` units or more."""
    while max(map(abs, carried), default=Fraction(0)) >= OFF_MAX:
        sign = 1 if max(carried) >= OFF_MAX else -1
        start = max(range(len(carried)), key=lambda member: sign * carried[member])
        path = _path(start, sign, amounts, pools, weightings, carried)
        if not path:
            return
        for giver, taker, line_from, line_to in path:
            amounts[line_from] -= 1
            amounts[line_to] += 1
            carried[giver] += 1
            carried[taker] -= 1


Swap = tuple[int, int, int, int]


def _path(
    start: int,
    sign: int,
    amounts: list[int],
    pools: Sequence[int],
    weightings: Sequence[Weighting],
    carried: list[Fraction],
) -> list[Swap]:
    """The shortest chain of swaps from the member furthest off to one that can bear it."""
    edges: dict[int, dict[int, Swap]] = defaultdict(dict)
    for giver, taker, line_from, line_to in _swaps(amounts, pools, weightings):
        here, there = (taker, giver) if sign > 0 else (giver, taker)
        edges[here].setdefault(there, (giver, taker, line_from, line_to))
    before: dict[int, tuple[int, Swap]] = {}
    reached = [start]
    for member in reached:
        if sign * carried[member] < 1:
            return list(_trace(member, start, before))
        for there, swap in sorted(edges[member].items()):
            if there not in before and there != start:
                before[there] = (member, swap)
                reached.append(there)
    return []  # pragma: no cover - a whole flow exists, but for what bounds leave over


def _trace(member: int, start: int, before: dict[int, tuple[int, Swap]]) -> Iterator[Swap]:
    while member != start:
        member, swap = before[member]
        yield swap


def _swaps(amounts: list[int], pools: Sequence[int], weightings: Sequence[Weighting]) -> Iterator[Swap]:
    """Every pair of one pool's members of which one was rounded up and one down."""
    line = 0
    for pool, weighting in zip(pools, weightings, strict=True):
        exact = _shares(pool, weighting)
        up = [place for place, share in enumerate(exact) if amounts[line + place] > share]
        down = [place for place, share in enumerate(exact) if amounts[line + place] < share]
        for giver in up:
            for taker in down:
                yield weighting.members[giver], weighting.members[taker], line + giver, line + taker
        line += len(exact)


def _shares(pool: int, weighting: Weighting) -> Sequence[Fraction | int]:
    if weighting.bounds is not None:
        return fill(pool, weighting.weights, weighting.bounds)
    return [Fraction(pool * weight, weighting.total or 1) for weight in weighting.weights]
