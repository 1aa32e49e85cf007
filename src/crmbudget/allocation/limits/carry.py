"""Whole parts of many pools, whose odd units go round: what a member misses in one pool it gets first in the next."""

from collections.abc import Sequence

from crmbudget.allocation.limits.entropy import exponential

FINE = 32
"""Remainders are carried in parts of 2 to this power."""


class Carry:
    """Splits pools by whole weights, rounding each share down or up; each member's remainder is carried along."""

    def __init__(self, members: int) -> None:
        self._due = [0] * members

    def parts(self, pool: int, weights: Sequence[int], members: Sequence[int]) -> list[int]:
        """Parts that add up to the pool; the total of the weights must be above zero where the pool is."""
        total = sum(weights)
        if pool == total or not total:
            return list(weights)
        shares = [pool * weight for weight in weights]
        parts = [share // total for share in shares]
        odd = pool - sum(parts)
        if not odd and not any(share % total for share in shares):
            return parts
        due = self._due
        owed = [due[member] + (share % total << FINE) // total for member, share in zip(members, shares, strict=True)]
        places = [place for place, share in enumerate(shares) if share % total]
        places.sort(key=owed.__getitem__, reverse=True)
        for place in places[:odd]:
            parts[place] += 1
            owed[place] -= 1 << FINE
        for member, rest in zip(members, owed, strict=True):
            due[member] = rest
        return parts


def factors(exponents: Sequence[float]) -> list[int]:
    """Whole numbers in the ratio of ``e^exponent``, to some 50 binary digits."""
    top = max(exponents, default=0.0)
    return [int(exponential(max(exponent - top, -600.0)) * 2.0**100) for exponent in exponents]
