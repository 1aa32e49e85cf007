"""Steps applied top to bottom: each splits every amount of the one above it."""

from dataclasses import dataclass, field, replace

from crmbudget.allocation.budget import Budget, Progress
from crmbudget.allocation.split import split
from crmbudget.allocation.steps import ReadyStep, ready_steps
from crmbudget.allocation.work import Work
from crmbudget.finding import Finding, Refused, Severity
from crmbudget.planning.plan import Plan
from crmbudget.planning.scalars import Share
from crmbudget.planning.source import Source


def allocate(
    plan: Plan, source: Source | None = None, progress: Progress | None = None, depth: int | None = None
) -> Budget:
    """Share a plan's money out; Refused where it cannot be: exit code 3 for errors, 4 for bounds that contradict.

    With a ``depth``, only the first so many steps of a plan without limits are taken.

    >>> from crmbudget.planning.loader import read_plan
    >>> plan = read_plan("{currency: CNY, total: 99.99, segments: {a: {value: 75}, b: {value: 25}}}").ready
    >>> list(allocate(plan).lines())
    [('a', 7499), ('b', 2500)]
    """
    source = source or Source("plan.yaml")
    if plan.lines:
        from crmbudget.allocation.ready import ready_budget

        return ready_budget(plan, held_back(plan), source)
    budget = begin(plan, source, progress).budget(None if plan.limits else depth)
    if plan.limits:
        from crmbudget.allocation.limits import keep_limits

        budget = keep_limits(budget, source)
    return _negated(budget) if plan.total < 0 else budget


def begin(plan: Plan, source: Source, progress: Progress | None = None) -> "Walk":
    """A walk down the plan's steps, none of which is taken yet; Refused where one of them is wrong."""
    steps, findings = ready_steps(plan, source)
    if any(finding.severity is Severity.ERROR for finding in findings):
        raise Refused(findings, currency=plan.money)
    reserve = abs(held_back(plan))
    return Walk(plan, source, abs(plan.total) - reserve, reserve, tuple(steps), tuple(findings), progress)


def held_back(plan: Plan) -> int:
    """The reserve, with the sign of the total; an odd unit that it and the rest could both have goes to the rest."""
    if isinstance(plan.reserve, Share):
        return split(plan.total, [1 - plan.reserve.of_one, plan.reserve.of_one])[1]
    return -abs(plan.reserve) if plan.total < 0 else abs(plan.reserve)


@dataclass
class Walk:
    """A plan's steps, each taken when it is asked for. All amounts are 0 or more: those of the absolute value."""

    plan: Plan
    source: Source
    pool: int
    reserve: int
    steps: tuple[ReadyStep, ...]
    findings: tuple[Finding, ...]
    progress: Progress | None = None
    _works: list[Work] = field(default_factory=list)

    def work(self, depth: int) -> Work:
        """The step at this depth, at work on what the steps above it made."""
        while len(self._works) <= depth:
            levels = [work.level for work in self._works]
            pools = levels[-1].amounts if levels else [self.pool]
            step = self.steps[len(levels)]
            self._works.append(Work(step, self.plan, self.source, levels, pools, self.progress))
        return self._works[depth]

    def budget(self, depth: int | None = None) -> Budget:
        """What all steps made, or the first so many, before limits."""
        works = [self.work(number) for number in range(len(self.steps))[:depth]]
        levels = tuple(work.level for work in works)
        unassigned = tuple(rest for work in works for rest in work.unassigned)
        return Budget(self.plan, self.reserve, levels, unassigned, warnings=self.findings)


def _negated(budget: Budget) -> Budget:
    levels = tuple(replace(level, amounts=[-amount for amount in level.amounts]) for level in budget.levels)
    unassigned = tuple(rest._replace(amount=-rest.amount) for rest in budget.unassigned)
    return replace(budget, reserve=-budget.reserve, levels=levels, unassigned=unassigned)
