"""Whether rules can hold together at all, wherever the money of each group lies; if not, which of them stand in the way."""

from collections.abc import Mapping, Sequence

from crmbudget.allocation.limits.shares import Entries, Exact, Share
from crmbudget.allocation.limits.simplex import Breach, Column, least_breach_of

Kinds = Mapping[tuple[int, ...], int]
"""The pools of groups by the masks of their parts."""
NONE_BELOW = 1e-7
"""A breach by less than this part of the money is none that floats can tell."""


def clash(
    kinds: Kinds, touched: Sequence[Entries], most: Sequence[Exact], multipliers: Sequence[float]
) -> frozenset[int]:
    """Rules, by position, that not even fractions of a unit can keep together; empty where nothing proves a clash.

    ``touched`` says for each mask what a unit adds to which rules. The multipliers are tried first, then floats find where
    to look; what is answered is proven in whole numbers.
    """
    causes = proof(kinds, touched, most, multipliers)
    if causes:
        return causes
    pool = float(sum(kinds.values())) or 1.0
    shares = [
        Share(group, 0, tuple((rule, float(c)) for rule, c in entries))  # type: ignore[misc]
        for group, kind in enumerate(kinds)
        for entries in dict.fromkeys(touched[mask] for mask in kind)
    ]
    hint = _least(shares, [own / pool for own in kinds.values()], [float(bound) / pool for bound in most])  # type: ignore[misc]
    if hint.total < NONE_BELOW:
        return frozenset()
    found = [float(hint.prices.get(rule, 0)) for rule in range(len(most))]
    return proof(kinds, touched, most, [max(0.0, -price) for price in found])


def proof(
    kinds: Kinds, touched: Sequence[Entries], most: Sequence[Exact], multipliers: Sequence[float]
) -> frozenset[int]:
    """Rules, by position, that cannot hold together: their sum, so weighted, is above its bound wherever the money is.

    Empty where the multipliers prove nothing. Whole numbers only.
    """
    top = max(multipliers, default=0.0)
    for share in (0.0, 1e-6, 1e-3, 1e-2, 1e-1) if top else ():
        weights = [int(m / top * 2**40) if m >= share * top else 0 for m in multipliers]
        heights = [sum(weights[rule] * c for rule, c in entries) for entries in touched]
        least = sum(pool * min(heights[mask] for mask in kind) for kind, pool in kinds.items())
        if least > sum(weight * bound for weight, bound in zip(weights, most, strict=True)):
            return frozenset(rule for rule, weight in enumerate(weights) if weight)
    return frozenset()


def least_total(shares: Sequence[Share], most: Sequence[Exact]) -> Breach:
    """The least total by which the rules must give way, in fractions of a unit; the shares' sum is one pool."""
    entries = dict.fromkeys(share.entries for share in shares) or {(): None}
    return _least([Share(0, 0, own) for own in entries], [sum(share.amount for share in shares)], most)


def _least(shares: Sequence[Share], pools: Sequence[Exact], most: Sequence[Exact]) -> Breach:
    return least_breach_of([Column(share.group, 1, share.entries) for share in shares], pools, most)
