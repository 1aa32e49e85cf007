"""The allocation nearest in proportion that keeps the rules: Newton's method on the dual, one multiplier per rule.

Each kept group's own multiplier is closed form: it scales the group to its sum. Only the four operations and ``fsum`` are
used, which IEEE 754 fixes to the last bit, so every machine finds the same multipliers.
"""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

STEPS_MAX = 120
NEAR = 1e-3
"""Multipliers below this whose rules have room are on their way to 0."""
STALL = 1e-8
"""Below this relative miss, a step that does not halve it is the last: floats go no further."""
RANGE_MAX = 500.0
"""Exponents further apart than this mean that no multipliers exist."""
_LN2 = 0.6931471805599453
_SERIES = [1.0 / math.factorial(power) for power in range(18)]


def exponential(number: float) -> float:
    """E to the power of a number, with the same bits on every machine."""
    twos = round(number / _LN2)
    rest = number - twos * 0.693147180369123816490 - twos * 1.90821492927058770002e-10
    total = 0.0
    for term in reversed(_SERIES):
        total = total * rest + term
    return math.ldexp(total, twos)


def logarithm(number: float) -> float:
    """The natural logarithm of a number above 0, with the same bits on every machine."""
    mantissa, twos = math.frexp(number)
    if mantissa < 0.7071067811865476:  # noqa: PLR2004 - the root of one half
        mantissa, twos = mantissa * 2, twos - 1
    ratio = (mantissa - 1) / (mantissa + 1)
    total, square = 0.0, ratio * ratio
    for odd in range(25, 0, -2):
        total = total * square + 1.0 / odd
    return 2 * ratio * total + twos * _LN2


class Group(NamedTuple):
    """Amounts whose sum stays: ``pool``, and for each part its mask's position and its share of one."""

    pool: float
    parts: list[tuple[int, float]]


Touched = tuple[tuple[int, float], ...]


class Nearest(NamedTuple):
    """The exponent of each mask's factor, the rules' multipliers, and whether they keep the rules."""

    exponents: list[float]
    multipliers: list[float]
    found: bool


class _Point(NamedTuple):
    """A state of the dual: multipliers, exponents per mask, value, each rule's slack and size, amounts per group."""

    multipliers: list[float]
    exponents: list[float]
    value: float
    slack: list[float]
    size: list[float]
    amounts: list[list[float]]
    by_mask: list[float]


def nearest(
    groups: Sequence[Group], touched: Sequence[Touched], most: Sequence[float], precision: float = 1e-11
) -> Nearest:
    """Multipliers of 0 or more such that amounts in proportion to share x e^exponent keep every rule.

    ``touched`` says for each mask what a unit adds to which rules; ``most`` what each rule allows; ``precision`` by what
    part of its size a rule may be missed.
    """
    work = _Dual(groups, touched, most)
    point = work.at([0.0] * len(most))
    for _ in range(STEPS_MAX):
        if point is None or work.solved(point, precision):
            break
        further = work.step(point)
        if further is None:
            break
        before, point = point, further
        if work.worst(before) < STALL and work.worst(point) > work.worst(before) / 2:
            break
    if point is None:
        return Nearest([0.0] * len(touched), [0.0] * len(most), found=False)
    return Nearest(point.exponents, point.multipliers, work.solved(point, 1e-7))


class _Dual:
    def __init__(self, groups: Sequence[Group], touched: Sequence[Touched], most: Sequence[float]) -> None:
        self.groups, self.touched, self.most = groups, touched, most

    def at(self, multipliers: list[float]) -> _Point | None:
        """The state for these multipliers; None where they are out of range."""
        exponents = [-math.fsum(c * multipliers[rule] for rule, c in rules) for rules in self.touched]
        top = max(exponents, default=0.0)
        if top - min(exponents, default=0.0) > RANGE_MAX:
            return None
        factors = [exponential(exponent - top) for exponent in exponents]
        by_mask: list[list[float]] = [[] for _ in factors]
        amounts, values = [], [m * bound for m, bound in zip(multipliers, self.most, strict=True)]
        for pool, parts in self.groups:
            raw = [share * factors[mask] for mask, share in parts]
            total = math.fsum(raw)
            if not total:
                return None
            values.append(pool * (logarithm(total) + top))
            scaled = [pool * part / total for part in raw]
            amounts.append(scaled)
            for (mask, _), amount in zip(parts, scaled, strict=True):
                by_mask[mask].append(amount)
        sums = [math.fsum(own) for own in by_mask]
        slack, size = self._slack(sums)
        return _Point(multipliers, exponents, math.fsum(values), slack, size, amounts, sums)

    def _slack(self, sums: Sequence[float]) -> tuple[list[float], list[float]]:
        slack, size = list(self.most), [abs(bound) for bound in self.most]
        for rules, total in zip(self.touched, sums, strict=True):
            for rule, coefficient in rules:
                slack[rule] -= coefficient * total
                size[rule] += abs(coefficient) * total
        return slack, size

    def solved(self, point: _Point, precision: float) -> bool:
        """Whether every rule is kept, and exactly used up where it has a multiplier."""
        rows = zip(point.slack, point.size, point.multipliers, strict=True)
        return all((abs(s) if m else -s) <= precision * size + 1e-6 for s, size, m in rows)

    def step(self, point: _Point) -> _Point | None:
        """The next state, lower in value; None where there is none."""
        rows = list(zip(point.multipliers, point.slack, strict=True))
        moving = [k for k, (m, s) in reversed(list(enumerate(rows))) if m > 0 or s < 0]
        curvature = self._curvature(point, moving)
        own = {k: point.slack[k] / (curvature[place].get(place) or 1.0) for place, k in enumerate(moving)}
        ending = {k: step for k, step in own.items() if 0 < rows[k][0] <= min(NEAR, step)}
        return self._searched(point, self._move(point, moving, curvature, ending)) or (
            self._searched(point, self._move(point, moving, curvature, {})) if ending else None
        )

    @staticmethod
    def _move(
        point: _Point, moving: Sequence[int], curvature: Sequence[Mapping[int, float]], ending: Mapping[int, float]
    ) -> dict[int, float]:
        """Newton's move of the multipliers; those that are ``ending``, on their way to 0, move by themselves."""
        free = [(place, rule) for place, rule in enumerate(moving) if rule not in ending]
        to = {place: number for number, (place, _) in enumerate(free)}
        rows = [{to[other]: entry for other, entry in curvature[place].items() if other in to} for place, _ in free]
        solved = solve(rows, [-point.slack[rule] for _, rule in free])
        move = dict(zip((rule for _, rule in free), solved, strict=True))
        return move | {rule: -step for rule, step in ending.items()}

    def _searched(self, point: _Point, move: Mapping[int, float]) -> _Point | None:
        longest = max(map(abs, move.values()), default=0.0)
        length = min(1.0, 8.0 / longest) if longest else 1.0
        for _ in range(40 if self.worst(point) > STALL else 5):
            tried = list(point.multipliers)
            for rule, change in move.items():
                tried[rule] = max(0.0, tried[rule] + length * change)
            found = self.at(tried)
            if found is not None and self._better(point, found):
                return found
            length /= 2
        return None

    def _better(self, old: _Point, new: _Point) -> bool:
        moved = zip(old.slack, old.multipliers, new.multipliers, strict=True)
        slope = math.fsum(slack * (after - before) for slack, before, after in moved)
        return new.value <= old.value + 1e-4 * slope or (
            self.worst(new) < 0.9 * self.worst(old) and new.value <= old.value * (1 + 1e-12) + 1e-9
        )

    @staticmethod
    def worst(point: _Point) -> float:
        """By how much of its size the worst rule is missed."""
        rows = zip(point.slack, point.size, point.multipliers, strict=True)
        return max(((abs(s) if m else -s) / (size or 1.0) for s, size, m in rows), default=0.0)

    def _curvature(self, point: _Point, free: Sequence[int]) -> list[dict[int, float]]:
        """The second derivatives, upper half by rows: what the parts vary within their groups."""
        place = {rule: number for number, rule in enumerate(free)}
        touched = [sorted((place[rule], c) for rule, c in rules if rule in place) for rules in self.touched]
        rows = [[0.0] * len(free) for _ in free]
        for rules, total in zip(touched, point.by_mask, strict=True):
            _add(rows, rules, total)
        for (pool, parts), amounts in zip(self.groups, point.amounts, strict=True):
            sums: dict[int, float] = {}
            for (mask, _), amount in zip(parts, amounts, strict=True):
                for rule, c in touched[mask]:
                    sums[rule] = sums.get(rule, 0.0) + c * amount
            if pool:
                _add(rows, sorted(sums.items()), -1.0 / pool)
        return [{number: entry for number, entry in enumerate(row) if entry} for row in rows]


def _add(rows: list[list[float]], vector: Sequence[tuple[int, float]], times: float) -> None:
    rest = list(vector)
    for first, left in vector:
        row, scaled = rows[first], left * times
        for second, right in rest:
            row[second] += scaled * right
        del rest[0]


def solve(rows: list[dict[int, float]], right: list[float]) -> list[float]:
    """Solves a symmetric system, given by its upper half; a direction without curvature is left where it is."""
    size = len(rows)
    full = [dict(row) for row in rows]
    scale = [row.get(number, 0.0) for number, row in enumerate(rows)]
    solved = list(right)
    for pivot in range(size):
        row = full[pivot]
        top = row[pivot] = max(row.get(pivot, 0.0), 0.0) + 1e-10 * scale[pivot]
        if not top:
            full[pivot] = {}
            continue
        for other in sorted(row):
            if other > pivot:
                times = row[other] / top
                target = full[other]
                for column, entry in row.items():
                    if column >= other:
                        target[column] = target.get(column, 0.0) - times * entry
                solved[other] -= times * solved[pivot]
    for pivot in range(size - 1, -1, -1):
        row = full[pivot]
        if not row:
            solved[pivot] = 0.0
            continue
        rest = math.fsum(entry * solved[column] for column, entry in sorted(row.items()) if column > pivot)
        solved[pivot] = (solved[pivot] - rest) / row[pivot]
    return solved
