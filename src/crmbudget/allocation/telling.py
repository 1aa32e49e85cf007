"""One step of the way to a figure: which amounts it split, among whom, and what those who are asked for got."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import groupby
from math import floor
from pathlib import PurePath
from typing import NamedTuple

from crmbudget.allocation.fill import tight
from crmbudget.allocation.split import Weighting
from crmbudget.allocation.steps import ReadyStep, place_of
from crmbudget.allocation.strategy import Cell, Driver
from crmbudget.allocation.way import below, coordinates
from crmbudget.allocation.work import Split, Work
from crmbudget.finding import Place
from crmbudget.planning.plan import Dimension, Plan
from crmbudget.planning.source import Path, Source


class Part(NamedTuple):
    """What a member got of one amount (``of`` are its coordinates), and why; the member None stands for nobody.

    ``weight`` is its part of all weights, ``exact`` its share before rounding. Only where a step splits a single amount
    on the way are bounds, turn, what it was still owed (``carried``) and what was ``evened`` out told.
    """

    of: tuple[tuple[Dimension, str], ...]
    member: str | None
    pool: int
    weight: Fraction
    exact: Fraction
    amount: int
    chosen: bool
    low: Fraction | None = None
    high: Fraction | None = None
    turn: int = 0
    carried: Fraction | None = None
    evened: int = 0

    def mirrored(self) -> "Part":
        """The same of the opposite amount."""
        low, high, carried = (None if one is None else -one for one in (self.low, self.high, self.carried))
        return self._replace(
            pool=-self.pool, exact=-self.exact, amount=-self.amount, low=low, high=high, carried=carried, evened=-self.evened,
        )  # fmt: skip


class Weighed(NamedTuple):
    """A member's weight by one strategy, which shares so much of the money, and the numbers that make it.

    Where all weights are zero and the step says so, they are ``equal``.
    """

    strategy: str
    share: Fraction
    member: str
    weight: Fraction
    total: Fraction
    numbers: tuple[tuple[Driver, Place], ...]
    equal: bool = False


class Rounding(NamedTuple):
    """Who was rounded up: the first ``odd`` of the members by what they were due beyond whole units, in minor units."""

    odd: int
    order: tuple[tuple[str | None, Fraction], ...]


UNROUNDED = Rounding(0, ())


@dataclass(frozen=True, slots=True)
class StepTold:
    """A step on the way: it split ``count`` amounts, ``pool`` together; those asked for got ``amount``, ``left`` got nobody.

    ``asked`` are the members that are asked for, None where all are. Where one amount was split there is a part for each
    member who may share in it; where there are several, one for each of them and each member that is asked for.
    """

    ready: ReadyStep
    count: int
    pool: int
    amount: int
    left: int
    asked: frozenset[str] | None
    place: Place
    parts: tuple[Part, ...] = ()
    why_left: str = ""
    rounding: Rounding = UNROUNDED
    weighed: tuple[Weighed, ...] = ()
    bounds: Mapping[str, Place] = field(default_factory=dict)
    """Where the bounds of the one member on the way are written, by key."""

    @property
    def own(self) -> Part | None:
        """The part of the one member that is on the way; None where there are several."""
        chosen = [part for part in self.parts if part.chosen]
        return chosen[0] if len(chosen) == 1 and self.weighed else None

    def mirrored(self) -> "StepTold":
        """The same of the opposite amount."""
        parts = tuple(part.mirrored() for part in self.parts)
        return replace(self, pool=-self.pool, amount=-self.amount, left=-self.left, parts=parts)


def tell_one(work: Work, number: int, asked: AbstractSet[str] | None, chosen: Collection[str]) -> StepTold:
    """A step that split one amount of the way; ``chosen`` are the members through which the way goes on."""
    split, ready, source = work.split(number), work.ready, work.source
    parts = tuple(_parts(work, number, split, chosen))
    amount, left = sum(part.amount for part in parts if part.chosen), split.pool - sum(split.amounts)
    places = {
        key: source.place((*ready.at, key, name))
        for key in ("fixed", "min", "max")
        for name in chosen
        if name in getattr(ready.step, key)
    }
    return StepTold(
        ready, 1, split.pool, amount, left, asked if asked is None else frozenset(asked), place_of(ready, source), parts,
        work.why_left(split.weighting) if left else "", _rounding(parts), tuple(_weighed(work, number, split)), places,
    )  # fmt: skip


def tell_many(work: Work, above: Sequence[int], numbers: Sequence[int], asked: AbstractSet[str] | None) -> StepTold:
    """A step that split several amounts of the way, those ``above``; ``numbers`` are its own amounts on the way."""
    level, pools = work.level, work.pools
    pool, amount = sum(pools[number] for number in above), sum(level.amounts[number] for number in numbers)
    left = pool - sum(level.amounts[number] for number in below(level, above)) if work.unassigned else 0
    parts = () if asked is None else tuple(_several(work, numbers))
    place = place_of(work.ready, work.source)
    return StepTold(
        work.ready, len(above), pool, amount, left, asked if asked is None else frozenset(asked), place, parts
    )


def _parts(work: Work, number: int, split: Split, chosen: Collection[str]) -> Iterator[Part]:
    weighting, bounds = split.weighting, split.weighting.bounds
    of = tuple(coordinates(work.levels, len(work.levels) - 1, number).items())
    low, high = tight(split.pool, weighting.weights, bounds) if bounds else ([None], [None])
    for place, (position, weight) in enumerate(_weights(weighting).items()):
        member = work.ready.members[position].id
        part = Part(
            of, member, split.pool, weight, Fraction(split.exact[place]), split.amounts[place], member in chosen
        )
        part = part._replace(carried=split.carried[place], evened=split.amounts[place] - split.rounded[place])
        if bounds:
            least, most = Fraction(low[place] or 0), high[place]
            top = None if most is None else Fraction(most)
            part = part._replace(low=least, high=top, turn=bounds.turn[place])
        yield part
    rest, exact = split.pool - sum(split.amounts), Fraction(split.exact[-1])
    if rest or exact or split.carried[-1]:
        yield Part(of, None, split.pool, Fraction(0), exact, rest, chosen=False, carried=split.carried[-1])


def _rounding(parts: Sequence[Part]) -> Rounding:
    """The members with a remainder, those who are due most first; nobody, the last of the parts, loses ties."""
    rests = [(part.member, part.exact - floor(part.exact), part.carried or Fraction(0)) for part in parts]
    due = [(member, rest + carried) for member, rest, carried in rests if rest]
    due.sort(key=lambda one: -one[1])
    return Rounding(int(sum(rest for _, rest, _ in rests)), tuple(due))


def _several(work: Work, numbers: Sequence[int]) -> Iterator[Part]:
    level, depth = work.level, len(work.levels) - 1
    known: dict[int, dict[int, Fraction]] = {}
    for parent, run in groupby(numbers, key=level.parent.__getitem__):
        of, pool, weighting = (
            tuple(coordinates(work.levels, depth, parent).items()),
            work.pools[parent],
            work.weightings[parent],
        )
        weights = known.get(id(weighting))
        if weights is None:
            weights = known[id(weighting)] = _weights(weighting)
        bounded = weighting.bounds and dict(zip(weighting.members, work.exact(parent), strict=True))
        for number in run:
            position = level.member[number]
            weight = weights[position]
            exact = Fraction(bounded[position]) if bounded else pool * weight
            yield Part(of, level.ids[position], pool, weight, exact, level.amounts[number], chosen=True)


def _weights(weighting: Weighting) -> dict[int, Fraction]:
    """By position, each member's part of all weights."""
    rows = zip(weighting.members, weighting.weights, strict=True)
    return {position: Fraction(weight, weighting.total or 1) for position, weight in rows}


def _weighed(work: Work, number: int, split: Split) -> Iterator[Weighed]:
    """Every member's weight by every strategy of the step, as the step blends them."""
    ready, source = work.ready, work.source
    cell = Cell(coordinates(work.levels, len(work.levels) - 1, number), split.pool, number)
    members = [ready.members[position] for position in split.weighting.members]
    for name, (strategy, share) in zip(ready.step.blend, ready.strategies, strict=True):
        weights = [Fraction(strategy.weight(member, cell)) for member in members]
        equal = ready.step.zero == "equal" and not any(weights)
        if equal:
            weights = [Fraction(1)] * len(members)
        total = sum(weights, Fraction(0))
        for member, weight in zip(members, weights, strict=True):
            numbers = tuple(
                (driver, _place(work.plan, source, ready.at, driver.at)) for driver in strategy.drivers(member, cell)
            )
            yield Weighed(name, share, member.id, weight, total, numbers, equal)


def _place(plan: Plan, source: Source, step: Path, at: Path) -> Place:
    """Where a number stands: in the plan, in its step, or in the customer list that fills its segments."""
    if at[0] not in Plan.model_fields:
        return source.place((*step, *at))
    listed = plan.customers and at not in source.values and at[0] == "segments"
    if plan.customers and listed and at[-1] in {"customers", "value", *plan.customers.numbers}:
        return Place((PurePath(source.path).parent / plan.customers.source).as_posix())
    return source.place(at)
