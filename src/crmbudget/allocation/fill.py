"""Exact shares under bounds: ``clip(t x weight, low, high)`` with the one ``t`` that uses up the money."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, inf

from crmbudget.planning.scalars import Share

Exact = Fraction | int


@dataclass(frozen=True, slots=True)
class Bounds:
    """Per member of a split: the least and the most it may get, and its turn (all in turn 0 unless some go first).

    A bound is minor units, or a share of the pool; ``high`` is None where there is no cap.
    """

    low: tuple[Exact | Share, ...]
    high: tuple[Exact | Share | None, ...]
    turn: tuple[int, ...]


class Overdrawn(Exception):  # noqa: N818 - an answer: the least that must be given is more than there is
    """The floors add up to ``missing`` minor units more than the pool."""

    def __init__(self, missing: int) -> None:
        super().__init__(missing)
        self.missing = missing


def fill(pool: int, weights: Sequence[int], bounds: Bounds) -> list[Exact]:
    """Exact shares of a pool; Overdrawn where the floors need more than there is.

    Bounds given as shares are tightened to whole units where that is possible. What the caps leave over is in no share.
    """
    low, high = tight(pool, weights, bounds)
    missing = ceil(sum(low)) - pool
    if missing > 0:
        raise Overdrawn(missing)
    shares = list(low)
    spare: Exact = pool - sum(low)
    for turn in sorted(set(bounds.turn)):
        places = [place for place, own in enumerate(bounds.turn) if own == turn]
        kept = sum(low[place] for place in places)
        served = _water([weights[p] for p in places], [low[p] for p in places], [high[p] for p in places], kept + spare)
        for place, share in zip(places, served, strict=True):
            shares[place] = share
        spare = spare + kept - sum(served)
    return shares


def tight(pool: int, weights: Sequence[int], bounds: Bounds) -> tuple[list[Exact], list[Exact | None]]:
    """The bounds as amounts of the pool: in whole units where that loses no money, a None in the caps where there is none."""
    exact_low = [_amount(bound, pool) for bound in bounds.low]
    exact_high = [None if bound is None else _amount(bound, pool) for bound in bounds.high]
    low: list[Exact] = []
    high: list[Exact | None] = []
    for least, most in zip(exact_low, exact_high, strict=True):
        pinned = least == most or (most is not None and ceil(least) > floor(most))
        low.append(least if pinned else ceil(least))
        high.append(most if pinned or most is None else floor(most))
    if sum(low) > pool:
        return exact_low, exact_high
    loses = _room(weights, low, high) < pool <= _room(weights, low, exact_high)
    return low, exact_high if loses else high


def _room(weights: Sequence[int], low: list[Exact], high: list[Exact | None]) -> Exact | float:
    """The most that the members can take."""
    tops = [most if weight else least for weight, least, most in zip(weights, low, high, strict=True)]
    return inf if None in tops else sum(top for top in tops if top is not None)


def _amount(bound: Exact | Share, pool: int) -> Exact:
    return bound.of_one * pool if isinstance(bound, Share) else bound


def _water(weights: list[int], low: list[Exact], high: list[Exact | None], pool: Exact) -> list[Exact]:
    """Raises ``t`` from bend to bend of the sum until it reaches the pool."""
    bends: list[tuple[Exact, int]] = []
    for weight, least, most in zip(weights, low, high, strict=True):
        if weight and (most is None or most > least):
            bends.append((Fraction(least, weight), weight))
            if most is not None:
                bends.append((Fraction(most, weight), -weight))
    level, slope, total = Fraction(0), 0, sum(low)
    for bend, change in sorted(bends):
        reached = total + slope * (bend - level)
        if slope and reached >= pool:
            break
        level, slope, total = Fraction(bend), slope + change, reached
    if slope:
        level += (pool - total) / Fraction(slope)
    return [_clip(level * weight, least, most) for weight, least, most in zip(weights, low, high, strict=True)]


def _clip(share: Exact, low: Exact, high: Exact | None) -> Exact:
    return max(share, low) if high is None else max(low, min(share, high))
