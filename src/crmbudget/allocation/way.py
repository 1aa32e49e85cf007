"""The amounts that lie on the way from the total to some of a budget's lines."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Container, Sequence

from crmbudget.allocation.budget import Level
from crmbudget.planning.plan import Dimension

Owned = Callable[[dict[Dimension, str]], bool]
"""Whether an amount with these coordinates has the owner that is asked for."""
Way = list[Sequence[int]]
"""Positions of amounts by level, ascending; the first entry is the one amount above the first step."""


def below(level: Level, numbers: Sequence[int]) -> Sequence[int]:
    """The amounts of a level whose parents stand at these positions; children stand side by side."""
    if isinstance(numbers, range):
        return range(bisect_left(level.parent, numbers.start), bisect_right(level.parent, numbers.stop - 1))
    return [child for number in numbers for child in below(level, range(number, number + 1))]


def way(levels: Sequence[Level], accepted: Sequence[Container[int] | None], owned: Owned, known: int) -> Way:
    """The amounts on the way to lines with one of the ``accepted`` members on each level; None accepts all.

    Whose an amount is can be asked from the level ``known`` on. Every list is empty where there is no such line.
    """
    found: Way = [range(1)]
    for depth, (level, places) in enumerate(zip(levels, accepted, strict=True)):
        numbers = below(level, found[-1])
        if places is not None:
            numbers = [number for number in numbers if level.member[number] in places]
        if depth == known:
            numbers = [number for number in numbers if owned(coordinates(levels, depth, number))]
        found.append(numbers)
    return _to_the_end(levels, found)


def _to_the_end(levels: Sequence[Level], found: Way) -> Way:
    """The same without the amounts that lead to nothing."""
    for depth in range(len(found) - 2, -1, -1):
        leading = {levels[depth].parent[number] for number in found[depth + 1]}
        if len(leading) != len(found[depth]):
            found[depth] = sorted(leading)
    return found


def coordinates(levels: Sequence[Level], depth: int, number: int) -> dict[Dimension, str]:
    """The coordinates of one amount, those of the first step first."""
    found: dict[Dimension, str] = {}
    for level in reversed(levels[: depth + 1]):
        found[level.dimension] = level.ids[level.member[number]]
        number = level.parent[number]
    return dict(reversed(found.items()))


def descend(levels: Sequence[Level], number: int) -> Sequence[int]:
    """The amounts of the last of these levels below one of the amounts above the first."""
    numbers: Sequence[int] = range(number, number + 1)
    for level in levels:
        numbers = below(level, numbers)
    return numbers
