"""Limits across all steps: the money moves as little, and as far down the plan, as they allow."""

from collections.abc import Sequence
from dataclasses import replace

from crmbudget.allocation.budget import Budget
from crmbudget.allocation.limits.classes import Classes
from crmbudget.allocation.limits.conflict import conflict
from crmbudget.allocation.limits.rules import Rule, coefficients
from crmbudget.allocation.limits.selection import choices, unsplit
from crmbudget.allocation.limits.shares import excess
from crmbudget.allocation.limits.sight import shares_of
from crmbudget.allocation.limits.trial import Trial
from crmbudget.finding import Refused, Severity
from crmbudget.planning.source import Source


def keep_limits(budget: Budget, source: Source) -> Budget:
    """The budget that keeps every limit of its plan, nearest to the one given, whose amounts are 0 or more.

    Returns the same budget where nothing has to move. Money that the maximums leave no place is unassigned. Refused: exit
    code 3 where a limit selects by what no step of the plan splits (where the command line gave the steps, a warning), 4
    where limits, step bounds and the amount to allocate contradict each other.
    """
    if not budget.plan.limits:
        return budget
    lacking = unsplit(budget, source)
    if any(finding.severity is Severity.ERROR for finding in lacking.values()):
        raise Refused(list(lacking.values()), currency=budget.plan.money)
    if lacking:
        budget = replace(budget, warnings=(*budget.warnings, *lacking.values()))
    trial = Trial(budget, choices(budget, lacking), source)
    if _kept_already(Classes(trial.first, 0), trial.limits):
        return budget
    for kept in range(trial.masks.depth, -1, -1):
        answer = trial.whole(kept)
        if answer is not None:
            return answer
    answer = trial.part()
    if answer is not None:
        return answer
    causes = trial.clash()
    raise Refused([conflict(trial.money(), trial.at, causes, budget.plan, source)], 4, currency=budget.plan.money)


def _kept_already(made: Classes, rules: Sequence[Rule]) -> bool:
    left = excess(shares_of(made, coefficients(rules, made.ladder.masks)), [rule.most for rule in rules])
    return min(left, default=0) >= 0
