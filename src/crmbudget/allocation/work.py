"""One step at work on the amounts of the level above it."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from crmbudget.allocation.budget import Level, Progress, Unassigned
from crmbudget.allocation.fill import Overdrawn, fill
from crmbudget.allocation.split import OFF_MAX, Splitter, Weighting
from crmbudget.allocation.steps import ReadyStep, many, place_of
from crmbudget.allocation.strategy import Cell
from crmbudget.allocation.weighing import Cells, Weigher
from crmbudget.finding import Finding, Refused
from crmbudget.planning.plan import Plan
from crmbudget.planning.scalars import Share
from crmbudget.planning.source import Source
from crmbudget.wording import say

SHOWN_MAX = 20
"""Findings of one kind that one step lists; the last one says how many more there are."""


class Split(NamedTuple):
    """How one amount was split; the lists go by the weighting's members, and ``exact`` and ``carried`` end with nobody.

    ``carried`` is what each still had to get from the amounts before, in minor units; ``rounded`` are its parts before
    any were evened out, ``amounts`` what they are now.
    """

    pool: int
    weighting: Weighting
    carried: Sequence[Fraction]
    exact: Sequence[Fraction | int]
    rounded: Sequence[int]
    amounts: Sequence[int]


@dataclass
class Work:
    """One step at work on the amounts of the level above."""

    ready: ReadyStep
    plan: Plan
    source: Source
    levels: list[Level]
    pools: Sequence[int]
    progress: Progress | None
    unassigned: list[Unassigned] = field(default_factory=list)
    problems: list[Finding] = field(default_factory=list)
    conflicts: list[Finding] = field(default_factory=list)
    _stands: bool | None = None
    """Whether nothing is evened out after the last amount; None where nobody looked yet."""

    @cached_property
    def cells(self) -> Cells:
        """What the step splits, with coordinates."""
        return Cells(self.levels, self.pools)

    @cached_property
    def weigher(self) -> Weigher:
        """What weighs the members in each amount."""
        return Weigher(self.ready, self.plan, self.cells)

    @cached_property
    def weightings(self) -> list[Weighting]:
        """One weighting for each amount."""
        return self.weigher.weightings()

    @cached_property
    def level(self) -> Level:
        """Every amount split; Refused where one cannot be."""
        weightings = self.weightings
        for part, cell in self.weigher.hollow if any(self.pools) else ():
            self._hollow(part, cell)
        splitter = Splitter(len(self.ready.members))
        parents: list[int] = []
        members: list[int] = []
        amounts: list[int] = []
        for number, pool in enumerate(self.pools):
            weighting = weightings[number]
            plain = weighting.bounds is None and weighting.total
            parts = splitter.parts(pool, weighting) if plain else self._parts(number, pool, weighting, splitter)
            parents += [number] * len(parts)
            members += weighting.members
            amounts += parts
            if self.progress and number % 4096 == 0:
                self.progress(number, len(self.pools))
        if self.problems or self.conflicts:
            raise Refused([*self.problems, *self.conflicts], 3 if self.problems else 4, self.plan.money)
        self._stands = splitter.furthest < OFF_MAX
        if not self._stands:
            from crmbudget.allocation.evening import even_out

            even_out(amounts, self.pools, weightings, splitter.carried)
        return Level(self.ready.dimension, tuple(member.id for member in self.ready.members), parents, members, amounts)

    def split(self, number: int) -> Split:
        """How the amount at this position was split; Refused where any amount cannot be.

        The level itself is made only where it must be looked at: where bounds or weights may refuse an amount, or where
        the parts were evened out.
        """
        if not self._sure:
            _ = self.level
        pool, weighting, splitter = self.pools[number], self.weightings[number], Splitter(len(self.ready.members))
        self._pass(splitter, 0, number)
        carried = [*splitter.carried, splitter.nobody]
        exact = self.exact(number)
        rounded = splitter.parts(pool, weighting)
        if self._stands is None:
            self._pass(splitter, number + 1, len(self.pools))
            self._stands = splitter.furthest < OFF_MAX
        amounts = rounded if self._stands else self._made(number, len(rounded))
        owed = [carried[member] for member in (*weighting.members, -1)]
        return Split(pool, weighting, owed, [*exact, pool - sum(exact)], rounded, amounts)

    def exact(self, number: int) -> Sequence[Fraction | int]:
        """The exact shares of the amount at this position, in minor units, one for each member of its weighting."""
        pool, weighting = self.pools[number], self.weightings[number]
        if weighting.bounds is not None:
            return fill(pool, weighting.weights, weighting.bounds)
        return [Fraction(pool * weight, weighting.total or 1) for weight in weighting.weights]

    @cached_property
    def _sure(self) -> bool:
        """Whether every amount can be split, and nothing of it stays with nobody."""
        distinct = dict(zip(map(id, self.weightings), self.weightings, strict=True)).values()
        return not self.weigher.hollow and all(one.bounds is None and one.total for one in distinct)

    def _pass(self, splitter: Splitter, first: int, end: int) -> None:
        """Takes a splitter past these amounts."""
        weighed = zip(self.weightings[first:end], self.pools[first:end], strict=True)
        for weighting, run in groupby(weighed, key=itemgetter(0)):
            pools = map(itemgetter(1), run)
            if weighting.bounds is None and weighting.total and len(weighting.members) == len(self.ready.members):
                splitter.skip(pools, weighting)
            else:
                for pool in pools:
                    splitter.parts(pool, weighting)

    def _made(self, number: int, count: int) -> Sequence[int]:
        start = bisect_left(self.level.parent, number)
        return self.level.amounts[start : start + count]

    def _parts(self, number: int, pool: int, weighting: Weighting, splitter: Splitter) -> list[int]:
        if weighting.total == 0 and self._stuck(number, pool, weighting):
            return [0] * len(weighting.members)
        try:
            parts = splitter.parts(pool, weighting)
        except Overdrawn as short:
            self._conflict(number, pool, weighting, short.missing)
            return [0] * len(weighting.members)
        if weighting.bounds is not None or weighting.total == 0:
            self._keep(number, pool - sum(parts), self.why_left(weighting))
        return parts

    def _stuck(self, number: int, pool: int, weighting: Weighting) -> bool:
        """Whether nobody here can take the money, which is an error."""
        if pool == 0 or (weighting.members and (self.ready.step.zero == "skip" or self._priced())):
            return False
        where, dimension = self.cells.at(number), self.ready.dimension
        money = self.plan.money.text(pool, grouped=True)
        place = place_of(self.ready, self.source)
        if not weighting.members:
            message = say(
                "no {dimension} may take the {money} {currency} of {where}",
                dimension=dimension,
                money=money,
                currency=self.plan.currency,
                where=where,
            )
            fix = say("let one {dimension} spend there, or give that cell nothing", dimension=dimension)
            self._problem(Finding("CB303", message, place, fix, pool))
        else:
            message = say(
                "all weights are zero where {money} {currency} of {where} are split over {many}",
                money=money,
                currency=self.plan.currency,
                where=where,
                many=many(dimension),
            )
            self._problem(
                Finding("CB302", message, place, say("give one a weight, or say `zero: equal` or `zero: skip`"), pool)
            )
        return True

    def _hollow(self, part: str, cell: Cell) -> None:
        message = say("all weights of `{part}` are zero in the blend that splits {cell}", part=part, cell=cell)
        fix = say("take `{part}` out of the blend, or say `zero: equal`", part=part)
        self._problem(Finding("CB302", message, place_of(self.ready, self.source), fix))

    def _problem(self, finding: Finding) -> None:
        if len(self.problems) < SHOWN_MAX:
            self.problems.append(finding)

    def _priced(self) -> bool:
        return self.ready.step.fit == "cost"

    def why_left(self, weighting: Weighting) -> str:
        if self._priced():
            return "cost"
        return "zero" if weighting.total == 0 else "max"

    def _keep(self, number: int, rest: int, reason: str) -> None:
        if rest:
            self.unassigned.append(Unassigned(tuple(self.cells.at(number).coordinates.items()), rest, reason))

    def _conflict(self, number: int, pool: int, weighting: Weighting, missing: int) -> None:
        if len(self.conflicts) >= SHOWN_MAX:
            return
        money, step = self.plan.money, self.ready.step
        related, floors = [], []
        for place in weighting.members:
            name = self.ready.members[place].id
            for key in ("fixed", "min"):
                if (bound := getattr(step, key).get(name)) is not None:
                    shown = str(bound) if isinstance(bound, Share) else money.text(bound, grouped=True)
                    floors.append(f"{name} >= {shown}")
                    related.append(
                        (
                            say("{name} gets at least {shown}", name=name, shown=shown),
                            self.source.place((*self.ready.at, key, name)),
                        )
                    )
                    break
        has = say(
            "{amount} {currency} of {at}",
            amount=money.text(pool, grouped=True),
            currency=self.plan.currency,
            at=self.cells.at(number),
        )
        message = say(
            "the minimums need {amount} more than the {has}: {names}",
            amount=money.text(missing, grouped=True),
            has=has,
            names=" + ".join(floors),
        )
        fix = say("raise the amount above them, or lower one of these minimums")
        self.conflicts.append(Finding("CB301", message, related[0][1], fix, missing, related=tuple(related[1:])))
