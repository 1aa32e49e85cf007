"""Steps applied top to bottom: each splits every amount of the one above it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from crmbudget.allocation.budget import Budget, Level, Progress, Unassigned
from crmbudget.allocation.fill import Overdrawn
from crmbudget.allocation.split import OFF_MAX, Splitter, Weighting, split
from crmbudget.allocation.steps import ReadyStep, many, place_of, ready_steps
from crmbudget.allocation.strategy import Cell
from crmbudget.allocation.weighing import Cells, Weigher
from crmbudget.finding import Finding, Refused, Severity
from crmbudget.planning.plan import Plan
from crmbudget.planning.scalars import Share
from crmbudget.planning.source import Source

SHOWN_MAX = 20
"""Findings of one kind that one step lists; the last one says how many more there are."""


def allocate(plan: Plan, source: Source | None = None, progress: Progress | None = None) -> Budget:
    """Share a plan's money out; Refused where it cannot be: exit code 3 for errors, 4 for bounds that contradict.

    >>> from crmbudget.planning.loader import read_plan
    >>> plan = read_plan("{currency: CNY, total: 99.99, segments: {a: {value: 75}, b: {value: 25}}}").ready
    >>> list(allocate(plan).lines())
    [('a', 7499), ('b', 2500)]
    """
    source = source or Source("plan.yaml")
    pool, reserve = _hold_back(abs(plan.total), plan.reserve)
    if plan.lines:
        from crmbudget.allocation.ready import ready_budget

        return ready_budget(plan, -reserve if plan.total < 0 else reserve, source)
    steps, findings = ready_steps(plan, source)
    if any(finding.severity is Severity.ERROR for finding in findings):
        raise Refused(findings, currency=plan.money)
    levels: list[Level] = []
    unassigned: list[Unassigned] = []
    for ready in steps:
        work = _Work(ready, plan, source, levels, [pool] if not levels else levels[-1].amounts, progress)
        levels.append(work.level())
        unassigned += work.unassigned
    budget = Budget(plan, reserve, tuple(levels), tuple(unassigned), warnings=tuple(findings))
    if plan.limits:
        from crmbudget.allocation.limits import keep_limits

        budget = keep_limits(budget, source)
    return _negated(budget) if plan.total < 0 else budget


def _hold_back(total: int, reserve: int | Share) -> tuple[int, int]:
    """The rest and the reserve; an odd unit that both could have goes to the rest."""
    if isinstance(reserve, Share):
        rest, held = split(total, [1 - reserve.of_one, reserve.of_one])
        return rest, held
    return total - abs(reserve), abs(reserve)


def _negated(budget: Budget) -> Budget:
    levels = tuple(replace(level, amounts=[-amount for amount in level.amounts]) for level in budget.levels)
    unassigned = tuple(rest._replace(amount=-rest.amount) for rest in budget.unassigned)
    return replace(budget, reserve=-budget.reserve, levels=levels, unassigned=unassigned)


@dataclass
class _Work:
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

    @cached_property
    def cells(self) -> Cells:
        """What the step splits, with coordinates."""
        return Cells(self.levels, self.pools)

    def level(self) -> Level:
        """Splits every pool; Refused where one cannot be split."""
        weigher = Weigher(self.ready, self.plan, self.cells)
        weightings = weigher.weightings()
        for part, cell in weigher.hollow if any(self.pools) else ():
            self._hollow(part, cell)
        splitter = Splitter(len(self.ready.members))
        parents: list[int] = []
        members: list[int] = []
        amounts: list[int] = []
        for number, pool in enumerate(self.pools):
            weighting = weightings[number]
            parts = self._parts(number, pool, weighting, splitter)
            parents += [number] * len(parts)
            members += weighting.members
            amounts += parts
            if self.progress and number % 4096 == 0:
                self.progress(number, len(self.pools))
        if self.problems or self.conflicts:
            raise Refused([*self.problems, *self.conflicts], 3 if self.problems else 4, self.plan.money)
        if splitter.furthest >= OFF_MAX:
            from crmbudget.allocation.evening import even_out

            even_out(amounts, self.pools, weightings, splitter.carried)
        return Level(self.ready.dimension, tuple(member.id for member in self.ready.members), parents, members, amounts)

    def _parts(self, number: int, pool: int, weighting: Weighting, splitter: Splitter) -> list[int]:
        if pool == 0 and weighting.bounds is None:
            return [0] * len(weighting.members)
        if weighting.total == 0 and self._stuck(number, pool, weighting):
            return [0] * len(weighting.members)
        try:
            parts = splitter.parts(pool, weighting)
        except Overdrawn as short:
            self._conflict(number, pool, weighting, short.missing)
            return [0] * len(weighting.members)
        if weighting.bounds is not None or weighting.total == 0:
            self._keep(number, pool - sum(parts), self._why_left(weighting))
        return parts

    def _stuck(self, number: int, pool: int, weighting: Weighting) -> bool:
        """Whether nobody here can take the money, which is an error."""
        if pool == 0 or (weighting.members and (self.ready.step.zero == "skip" or self._priced())):
            return False
        where, dimension = self.cells.at(number), self.ready.dimension
        money = self.plan.money.text(pool, grouped=True)
        place = place_of(self.ready, self.source)
        if not weighting.members:
            message = f"no {dimension} may take the {money} {self.plan.currency} of {where}"
            fix = f"let one {dimension} spend there, or give that cell nothing"
            self._problem(Finding("CB303", message, place, fix, pool))
        else:
            message = (
                f"all weights are zero where {money} {self.plan.currency} of {where} are split over {many(dimension)}"
            )
            self._problem(
                Finding("CB302", message, place, "give one a weight, or say `zero: equal` or `zero: skip`", pool)
            )
        return True

    def _hollow(self, part: str, cell: Cell) -> None:
        message = f"all weights of `{part}` are zero in the blend that splits {cell}"
        fix = f"take `{part}` out of the blend, or say `zero: equal`"
        self._problem(Finding("CB302", message, place_of(self.ready, self.source), fix))

    def _problem(self, finding: Finding) -> None:
        if len(self.problems) < SHOWN_MAX:
            self.problems.append(finding)

    def _priced(self) -> bool:
        return self.ready.step.fit == "cost"

    def _why_left(self, weighting: Weighting) -> str:
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
                    related.append((f"{name} gets at least {shown}", self.source.place((*self.ready.at, key, name))))
                    break
        has = f"{money.text(pool, grouped=True)} {self.plan.currency} of {self.cells.at(number)}"
        message = f"the minimums need {money.text(missing, grouped=True)} more than the {has}: {' + '.join(floors)}"
        fix = "raise the amount above them, or lower one of these minimums"
        self.conflicts.append(Finding("CB301", message, related[0][1], fix, missing, related=tuple(related[1:])))
