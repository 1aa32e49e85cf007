"""How a figure came to be: the way from the total to one line, or to the sum of several, replayed step by step."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from pathlib import PurePath

from crmbudget.allocation.bearing import Bearing, Effect, LimitTold
from crmbudget.allocation.budget import Budget, Level, Progress
from crmbudget.allocation.cascade import Walk, begin, held_back
from crmbudget.allocation.chosen import Chosen, barred, choose
from crmbudget.allocation.telling import StepTold, tell_many, tell_one
from crmbudget.allocation.way import Way, coordinates, way
from crmbudget.allocation.work import Work
from crmbudget.finding import Finding, Misread, Place, Refused
from crmbudget.planning.plan import Dimension, Plan
from crmbudget.planning.source import Source
from crmbudget.wording import joined, say

LOOKED_AT = 10_000
"""Lines that are looked at for what could have been asked for instead."""
NAMED_MAX = 6
"""Names that one message lists."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """The way to a figure, in minor units: ``total`` = ``reserve`` + ``pool``; each step splits what the one before gave.

    ``free`` is what the last step gave the ``lines`` that are asked for, ``amount`` what they have after limits moved
    money. Where a ``file`` of lines is named, nothing was split: they stand in it, and it leaves ``unassigned`` of the
    pool.
    """

    plan: Plan
    chosen: Chosen
    total: int
    reserve: int
    pool: int
    free: int
    amount: int
    lines: int
    steps: tuple[StepTold, ...] = ()
    limits: tuple[LimitTold, ...] = ()
    effects: tuple[Effect, ...] = ()
    file: str = ""
    unassigned: int = 0
    warnings: tuple[Finding, ...] = ()
    reserve_place: Place | None = None


@dataclass
class Run:
    """A plan on which any number of figures can be explained; what one of them needed is there for the next.

    Budgets are those of the total's absolute value, but for a file of lines.
    """

    plan: Plan
    source: Source
    progress: Progress | None = None

    @cached_property
    def walk(self) -> Walk:
        """The plan's steps, taken as far as somebody asked."""
        return begin(self.plan, self.source, self.progress)

    @cached_property
    def free(self) -> Budget:
        """What all steps make before limits, or what the file of lines holds."""
        if not self.plan.lines:
            return self.walk.budget()
        from crmbudget.allocation.ready import ready_budget

        return ready_budget(self.plan, held_back(self.plan), self.source)

    @cached_property
    def budget(self) -> Budget:
        """The budget that keeps the limits."""
        if not self.plan.limits or self.plan.lines:
            return self.free
        from crmbudget.allocation.limits import keep_limits

        return keep_limits(self.free, self.source)

    @cached_property
    def bearing(self) -> Bearing:
        """What limits did."""
        return Bearing(self.free, self.budget, self.source)

    @cached_property
    def dimensions(self) -> tuple[Dimension, ...]:
        """What the lines are split over, top to bottom."""
        if self.plan.lines:
            return tuple(level.dimension for level in self.free.levels)
        return tuple(step.dimension for step in self.walk.steps)


def explain(run: Run, words: Mapping[str, str]) -> Explanation:
    """The way to the lines that the words select, one value by coordinate; to all of them without any.

    Refused: exit code 2 for coordinates that select nothing, 3 or 4 where the plan has no numbers.

    >>> from crmbudget.planning.loader import read_plan
    >>> loaded = read_plan("{currency: CNY, total: 99.99, segments: {a: {value: 75}, b: {value: 25}}}")
    >>> told = explain(Run(loaded.ready, loaded.source), {"segment": "a"})
    >>> told.amount, [(part.member, str(part.weight), str(part.exact)) for part in told.steps[0].parts]
    (7499, [('a', '3/4', '29997/4'), ('b', '1/4', '9999/4')])
    """
    try:
        chosen = choose(run.plan, run.dimensions, words)
    except Misread as error:
        raise Refused([Finding(error.code, error.message, Place("command line"), error.fix)], 2) from error
    if run.plan.lines:
        return _of_the_file(run, chosen)
    asked = [chosen.members(dimension) for dimension in run.dimensions]
    single = all(names is not None and len(names) == 1 for names in asked) and not run.plan.limits
    told = _line(run, chosen) if single else _lines(run, chosen)
    return _mirrored(told) if run.plan.total < 0 else told


def _line(run: Run, chosen: Chosen) -> Explanation:
    """One line of a plan without limits: the last step is not made as a whole, for it may be long."""
    last = len(run.dimensions) - 1
    work, found = run.walk.work(last), _way(run, chosen, run.walk.work(last).levels)
    (name,) = chosen.members(run.dimensions[last]) or ("",)
    if not found[-1] or not _leads(work, found[-1][0], name, chosen):
        raise _nowhere(run, chosen)
    steps = [*_told(run, chosen, found), tell_one(work, found[-1][0], {name}, {name})]
    return _explanation(run, chosen, steps, steps[-1].amount, 1)


def _leads(work: Work, number: int, name: str, chosen: Chosen) -> bool:
    """Whether an amount was split over a member, among others, and the owner is the one that is asked for."""
    at = {**coordinates(work.levels, len(work.levels) - 1, number), work.ready.dimension: name}
    members = work.weightings[number].members
    return any(work.ready.members[position].id == name for position in members) and chosen.owned(at)


def _lines(run: Run, chosen: Chosen) -> Explanation:
    """The sum of some lines, or a line of a plan with limits."""
    budget, found = run.budget, _way(run, chosen, run.free.levels)
    if not found[-1]:
        raise _nowhere(run, chosen)
    amount = sum(budget.levels[-1].amounts[number] for number in found[-1])
    told = _explanation(run, chosen, list(_told(run, chosen, found)), amount, len(found[-1]))
    limits = tuple(run.bearing.limits(found)) if run.plan.limits else ()
    return replace(told, limits=limits, effects=tuple(run.bearing.effects(found)), warnings=budget.warnings)


def _told(run: Run, chosen: Chosen, found: Way) -> Iterator[StepTold]:
    """The steps above the end of the way."""
    known = _owner_depth(run, chosen)
    for depth, (above, numbers) in enumerate(pairwise(found)):
        work, asked = run.walk.work(depth), chosen.members(run.dimensions[depth])
        level = work.level
        ids = {level.ids[level.member[number]] for number in numbers} if len(above) == 1 or depth == known else set()
        asked = ids if depth == known else asked
        yield tell_one(work, above[0], asked, ids) if len(above) == 1 else tell_many(work, above, numbers, asked)


def _way(run: Run, chosen: Chosen, levels: Sequence[Level]) -> Way:
    """The amounts of these levels on the way to the lines that are asked for."""
    accepted = []
    for level in levels:
        asked = chosen.members(level.dimension)
        places = {place for place, name in enumerate(level.ids) if asked is None or name in asked}
        accepted.append(None if asked is None else places)
    return way(levels, accepted, chosen.owned, _owner_depth(run, chosen))


def _owner_depth(run: Run, chosen: Chosen) -> int:
    """The level from which on the owner of an amount is known; -1 where no owner is asked for."""
    owners = [depth for depth, d in enumerate(run.dimensions) if d in {Dimension.ACTIVITY, Dimension.SEGMENT}]
    return max(owners) if "owner" in chosen.words else -1


def _explanation(run: Run, chosen: Chosen, steps: Sequence[StepTold], amount: int, lines: int) -> Explanation:
    plan, walk = run.plan, run.walk
    return Explanation(
        plan, chosen, abs(plan.total), walk.reserve, walk.pool, steps[-1].amount, amount, lines, tuple(steps), warnings=walk.findings,
        reserve_place=run.source.place(("reserve",)),
    )  # fmt: skip


def _mirrored(told: Explanation) -> Explanation:
    """The same of the opposite total."""
    return replace(
        told, total=-told.total, reserve=-told.reserve, pool=-told.pool, free=-told.free, amount=-told.amount,
        steps=tuple(step.mirrored() for step in told.steps), limits=tuple(limit.mirrored() for limit in told.limits),
        effects=tuple(effect.mirrored() for effect in told.effects),
    )  # fmt: skip


def _of_the_file(run: Run, chosen: Chosen) -> Explanation:
    """Lines that were read, and not split."""
    plan, budget = run.plan, run.budget
    assert plan.lines  # noqa: S101 - the caller asks only then
    found = _way(run, chosen, budget.levels)
    if not found[-1]:
        raise _nowhere(run, chosen)
    amount = sum(budget.levels[-1].amounts[number] for number in found[-1])
    file = (PurePath(run.source.path).parent / plan.lines.source).as_posix()
    return Explanation(
        plan, chosen, plan.total, budget.reserve, plan.total - budget.reserve, amount, amount, len(found[-1]),
        file=file, unassigned=budget.unassigned_total, reserve_place=run.source.place(("reserve",)),
    )  # fmt: skip


def _nowhere(run: Run, chosen: Chosen) -> Refused:
    """Why no line has these coordinates, and what could be asked for instead."""
    reasons, activities = list(barred(chosen)), chosen.members(Dimension.ACTIVITY) or ()
    if reasons and not run.plan.lines and len({reason.at[1] for reason in reasons}) == len(activities):
        found = [Finding(one.code, one.message, run.source.place(one.at), one.fix) for one in reasons[:NAMED_MAX]]
        return Refused(found, 2)
    words = " ".join(f"{name}={value}" for name, value in chosen.words.items())
    message = say("no line of this plan has {words}", words=words) if words else say("this plan has no lines")
    return Refused([Finding("CB001", message, Place("command line"), _instead(run, chosen))], 2)


def _instead(run: Run, chosen: Chosen) -> str:
    """The values that one coordinate could have, where the others stay."""
    levels = run.free.levels
    for name in reversed(list(chosen.words)):
        less = chosen.without(name)
        numbers = _way(run, less, levels)[-1][:LOOKED_AT]
        if numbers:
            at = [coordinates(levels, len(levels) - 1, number) for number in numbers]
            values = dict.fromkeys(less.value(name, one) for one in at)
            return say("there `{name}` is {one_or_more}", name=name, one_or_more=one_or_more(list(values)))
    return say("leave one of the coordinates out")


def one_or_more(names: Sequence[str]) -> str:
    """Names as a message lists them, the first few of them."""
    more = say(" and {count:,} more", count=len(names) - NAMED_MAX) if len(names) > NAMED_MAX else ""
    shown = [f"`{name}`" if name else "nobody" for name in names[:NAMED_MAX]]
    return joined("", [", ".join(shown), more])
