"""Sums of classes brought down to the lines in one pass, in proportion to what the lines held before."""

from collections.abc import Iterator, Mapping, Sequence

from crmbudget.allocation.budget import Level
from crmbudget.allocation.limits.carry import FINE
from crmbudget.allocation.limits.classes import Cells, Classes

ONE = 1 << FINE


def sweep(
    levels: Sequence[Level], seeds: Sequence[int], made: Classes, factors: Sequence[int], rounded: Cells
) -> list[int]:
    """The lines, each its exact share of its class rounded down or up; every class makes its sum.

    Lines that stand together in the plan make up their exact sum within two units for each mask, on every level. Which of
    them get the odd units goes by what their member of the last step is owed.
    """
    places: Sequence[int] = made.ladder.places
    for level in levels[made.ladder.depth + 1 :]:
        places = [places[parent] for parent in level.parent]
    work = _Sweep(made.ladder.coarse, _weights(made, factors), [0] * len(levels[-1].ids), [])
    members = levels[-1].member
    for group, start, end in spans(levels, made.kept):
        parts = made.parts.get(group, {})
        pools = {mask: rounded[group, mask] for mask in made.coarse_parts.get(group, {})}
        if pools == made.coarse_parts.get(group, {}) and len({factors[mask] for mask in parts}) <= 1:
            work.lines += seeds[start:end]
        else:
            work.group(parts, pools, places[start:end], seeds[start:end], members[start:end])
    return work.lines


def _weights(made: Classes, factors: Sequence[int]) -> list[int]:
    """What a unit of each mask weighs within its coarse mask: 1 where all of them weigh the same."""
    alike: dict[int, set[int]] = {}
    for mask, to in enumerate(made.ladder.coarse):
        alike.setdefault(to, set()).add(factors[mask])
    return [factors[mask] if len(alike[to]) > 1 else 1 for mask, to in enumerate(made.ladder.coarse)]


class _Sweep:
    """``due`` is what each member of the last step is owed, ``lines`` the lines so far."""

    def __init__(self, coarse: Sequence[int], weights: Sequence[int], due: list[int], lines: list[int]) -> None:
        self.coarse, self.weights, self.due, self.lines = coarse, weights, due, lines

    def group(
        self,
        parts: Mapping[int, int],
        pools: Mapping[int, int],
        places: Sequence[int],
        seeds: Sequence[int],
        members: Sequence[int],
    ) -> None:
        """Adds the lines of one group."""
        whole = dict.fromkeys(pools, 0)
        for mask, amount in parts.items():
            whole[self.coarse[mask]] += amount * self.weights[mask]
        share = {
            mask: (self.coarse[mask], self.weights[mask] * pools[self.coarse[mask]], whole[self.coarse[mask]])
            for mask in parts
        }
        over, due, add = dict.fromkeys(pools, 0), self.due, self.lines.append
        for place, seed, member in zip(places, seeds, members, strict=True):
            if not seed:
                add(0)
                continue
            mask, times, total = share[place]
            part, rest = divmod(seed * times, total)
            if rest:
                ahead = over[mask] + rest
                owed = due[member] + (rest << FINE) // total
                if ahead >= total or (ahead > 0 and owed + (ahead << FINE) // total >= ONE):
                    part, ahead, owed = part + 1, ahead - total, owed - ONE
                over[mask], due[member] = ahead, owed
            add(part)


def spans(levels: Sequence[Level], kept: int) -> Iterator[tuple[int, int, int]]:
    """Each group of the level above ``kept`` with the start and the end of its lines, which stand side by side."""
    if kept == 0:
        yield 0, 0, len(levels[-1].amounts)
        return
    ends: Sequence[int] = range(1, len(levels[-1].amounts) + 1)
    for number in range(len(levels) - 1, kept - 1, -1):
        upper = [0] * len(levels[number - 1].amounts)
        for parent, end in zip(levels[number].parent, ends, strict=True):
            if end:
                upper[parent] = end
        ends = upper
    start = 0
    for group, end in enumerate(ends):
        if end > start:
            yield group, start, end
            start = end
