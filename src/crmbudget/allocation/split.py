"""One pool, weights and bounds -> parts that make the whole. The only rounding in the program."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import gcd, lcm
from operator import add

from crmbudget.allocation.fill import Bounds, fill

OFF_MAX = 2
"""Minor units that a member's sum over many splits stays within of its exact sum."""
SEEN_MAX = 4096
"""Rests of pools whose remainders are remembered while one weighting splits many of them."""


@dataclass(frozen=True, slots=True)
class Weighting:
    """Who shares in a pool, and how: ``weights`` are whole numbers in the ratio of the members' weights.

    ``members`` are positions, ascending, in the order that settles ties. ``bounds`` is None where nothing is bounded.
    """

    members: tuple[int, ...]
    weights: tuple[int, ...]
    total: int
    bounds: Bounds | None = None

    @classmethod
    def of(cls, members: Sequence[int], weights: Sequence[Fraction | int], bounds: Bounds | None = None) -> "Weighting":
        """Weights of any precision, brought to the smallest whole numbers in the same ratio."""
        scale = lcm(*(weight.denominator for weight in weights)) if weights else 1
        whole = [weight.numerator * (scale // weight.denominator) for weight in weights]
        common = gcd(*whole) or 1
        reduced = tuple(weight // common for weight in whole)
        return cls(tuple(members), reduced, sum(reduced), bounds)


class Splitter:
    """Splits pools one after another; each member's remainder is carried from one pool to the next.

    A part is its exact share rounded down or up. Rounded up are those with the largest remainder, what is carried
    included; a tie goes to the earlier member. Afterwards ``carried`` is what each member still has to get. What bounds
    leave over may hold a fraction of a unit: it is rounded as if nobody, the last of all, were a member.
    """

    def __init__(self, members: int) -> None:
        self._units = [0] * (members + 1)
        self._scale = 1

    @property
    def carried(self) -> list[Fraction]:
        """Exact sums less parts given so far, per member, in minor units."""
        return [self._fraction(units) for units in self._units[:-1]]

    @property
    def nobody(self) -> Fraction:
        """The same for what bounds left over."""
        return self._fraction(self._units[-1])

    def _fraction(self, units: int) -> Fraction:
        return Fraction(units, self._scale)

    @property
    def furthest(self) -> Fraction:
        """How far off the member is that is furthest off, in minor units."""
        return Fraction(max(map(abs, self._units[:-1]), default=0), self._scale)

    def parts(self, pool: int, weighting: Weighting) -> list[int]:
        """The parts of a pool of 0 or more, one per member of the weighting.

        They add up to the pool; to less only where the bounds leave money over. With all weights zero and no bounds
        nothing is given.
        """
        if weighting.bounds is not None:
            shares = fill(pool, weighting.weights, weighting.bounds)
            nobody = len(self._units) - 1
            return self._round((*weighting.members, nobody), *_exact([*shares, pool - sum(shares)]))[:-1]
        weights, total = weighting.weights, weighting.total
        if total == 0:
            return [0] * len(weights)
        numerators = [pool * weight for weight in weights]
        floors = [numerator // total for numerator in numerators]
        if pool == sum(floors):
            return floors
        return self._round(weighting.members, floors, [numerator % total for numerator in numerators], total)

    def skip(self, pools: Iterable[int], weighting: Weighting) -> None:
        """Carries the remainders past pools whose parts nobody asks for: as ``parts`` of each, in half of the time.

        The weighting is not bounded, and weighs every member.
        """
        weights, total = weighting.weights, weighting.total
        scale = self._in_parts_of(total)
        factor, due, nobody = scale // total, self._units[:-1], self._units[-1]

        @lru_cache(SEEN_MAX)
        def remainders_of(rest: int) -> list[int]:
            return [rest * weight % total * factor for weight in weights]

        for pool in pools:
            rest = pool % total
            if rest:
                remainders = remainders_of(rest)
                due = list(map(add, due, remainders))
                for place in _favoured(due, remainders, sum(remainders) // scale):
                    due[place] -= scale
        self._units = [*due, nobody]

    def _round(self, members: Sequence[int], floors: list[int], remainders: list[int], denominator: int) -> list[int]:
        """Gives the odd units away; ``remainders`` count parts of ``denominator``."""
        odd = sum(remainders) // denominator
        scale = self._in_parts_of(denominator)
        if scale != denominator:
            factor = scale // denominator
            remainders = [remainder * factor for remainder in remainders]
        units = self._units
        everybody = len(members) == len(units) - 1 and members[-1] < len(members)
        due = list(map(add, units if everybody else [units[member] for member in members], remainders))
        for place in _favoured(due, remainders, odd) if odd else ():
            floors[place] += 1
            due[place] -= scale
        if everybody:
            units[:-1] = due
            return floors
        for member, rest in zip(members, due, strict=True):
            units[member] = rest
        return floors

    def _in_parts_of(self, denominator: int) -> int:
        """The scale of the units, made finer where it does not count parts of ``denominator``."""
        return self._rescale(denominator) if self._scale % denominator else self._scale

    def _rescale(self, denominator: int) -> int:
        finer = lcm(self._scale, denominator)
        factor = finer // self._scale
        self._units = [units * factor for units in self._units]
        self._scale = finer
        return finer


def _favoured(due: list[int], remainders: Sequence[int], odd: int) -> Sequence[int]:
    """The places that are rounded up: the ``odd`` largest of ``due`` among those with a remainder, the earlier first."""
    ranked = sorted(due, reverse=True)
    least = ranked[odd - 1]
    if least > ranked[odd] and 0 not in remainders:
        return [place for place, units in enumerate(due) if units >= least]
    open_to_more = [place for place, remainder in enumerate(remainders) if remainder]
    return sorted(open_to_more, key=due.__getitem__, reverse=True)[:odd]


def _exact(shares: Sequence[Fraction | int]) -> tuple[list[int], list[int], int]:
    """Whole parts, remainders, and the denominator that the remainders count parts of."""
    denominator = lcm(*(share.denominator for share in shares)) if shares else 1
    numerators = [share.numerator * (denominator // share.denominator) for share in shares]
    return [n // denominator for n in numerators], [n % denominator for n in numerators], denominator


def split(pool: int, weights: Sequence[Fraction | int], bounds: Bounds | None = None) -> list[int]:
    """One pool in proportion to weights, by largest remainder; a negative pool splits like its absolute value.

    >>> split(613, [98, 92, 98, 123, 102, 92])
    [99, 93, 99, 125, 104, 93]
    """
    weighting = Weighting.of(range(len(weights)), weights, bounds)
    parts = Splitter(len(weights)).parts(abs(pool), weighting)
    return [-part for part in parts] if pool < 0 else parts
