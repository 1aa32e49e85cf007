"""What a reader should know of a budget: doubts about the plan, what limits moved, and money that stayed with nobody."""

from collections.abc import Iterator

from crmbudget.allocation.budget import Budget, Moved, Unassigned
from crmbudget.allocation.steps import steps_of
from crmbudget.finding import Finding, Severity
from crmbudget.planning.plan import Plan, Step
from crmbudget.planning.source import Source
from crmbudget.wording import joined, say

_REASONS = {
    "cost": (say("every activity there has what it costs"), say("move it to the reserve, or plan more"), Severity.INFO),
    "zero": (
        say("all weights there are zero, and the step says `zero: skip`"),
        say("give a member a weight"),
        Severity.INFO,
    ),
    "max": (
        say("every member there has reached its maximum"),
        say("raise a `max`, or lower the total"),
        Severity.WARNING,
    ),
    "lines": (
        say("the lines of the file come to less"),
        say("take `total` out, or add lines to the file"),
        Severity.INFO,
    ),
}


def notes(budget: Budget, source: Source) -> Iterator[Finding]:
    """The plan's warnings, and one finding for each reason for which money stayed unassigned, with the sum and the largest place."""
    yield from budget.warnings
    yield from (_move(moved, budget.plan, source) for moved in budget.moved)
    yield from (_over(rest, budget, source) for rest in budget.unassigned if rest.reason == "limits")
    for reason, (because, fix, severity) in _REASONS.items():
        rests = [rest for rest in budget.unassigned if rest.reason == reason]
        if not rests:
            continue
        largest = max(rests, key=lambda rest: abs(rest.amount))
        total = sum(rest.amount for rest in rests)
        money = budget.plan.money.text(total, grouped=True)
        message = say(
            "{money} {currency} stay unassigned{where}: {because}",
            money=money,
            currency=budget.plan.currency,
            where=_where(largest, len(rests)),
            because=because,
        )
        place = source.place(("total" if reason == "lines" else "allocate",), key=True)
        yield Finding("CB305", message, place, fix, total, severity=severity)


def _over(rest: Unassigned, budget: Budget, source: Source) -> Finding:
    """Money for which the limits leave no place, and the lines of the plan that stop it."""
    money = budget.plan.money.text(rest.amount, grouped=True)
    listed = joined(say(", "), [text for _, text in rest.causes])
    message = say(
        "{money} {currency} stay unassigned, for no line may take more: {listed}",
        money=money,
        currency=budget.plan.currency,
        listed=listed,
    )
    (_, place), *others = [(text, source.place(at)) for at, text in rest.causes]
    fix = say("raise one of these maximums, or hold the money back as reserve")
    return Finding("CB305", message, place, fix, rest.amount, severity=Severity.WARNING, related=tuple(others))


def _move(moved: Moved, plan: Plan, source: Source) -> Finding:
    """What one limit moved, the step at which its money began to move, and what stands above it."""
    from crmbudget.allocation.limits.selection import words

    limit, steps = plan.limits[int(moved.limit[1])], steps_of(plan)
    money = f"{plan.money.text(abs(moved.amount), grouped=True)} {plan.currency}"
    here = say("from step {kept} ({named}) on", kept=moved.kept + 1, named=_named(steps[moved.kept]))
    above = (
        say("the sums of step 1 stand")
        if moved.kept == 1
        else say("the sums of steps 1 to {kept} stand", kept=moved.kept)
    )
    stands = above if moved.kept else say("no step's sums could stand")
    units = say("minor unit") if moved.loose == 1 else say("minor units")
    loose = (
        say(", but for {loose:,} {units} that no whole amounts could keep there", loose=moved.loose, units=units)
        if moved.loose
        else ""
    )
    message = say(
        "the limit {words} moved {money} {here}; {stands}{loose}",
        words=words(limit, plan.money),
        money=money,
        here=here,
        stands=stands,
        loose=loose,
    )
    return Finding("CB313", message, source.place(moved.limit), None, moved.amount, severity=Severity.INFO)


def _named(step: Step) -> str:
    """A step as the plan names it: its strategy, and its dimension where that does not say it."""
    by = step.by if isinstance(step.by, str) else " + ".join(step.by)
    return say("{by} across {across}", by=by, across=step.across) if step.across else by


def _where(largest: Unassigned, count: int) -> str:
    cell = " ".join(f"{dimension}={name}" for dimension, name in largest.coordinates)
    if not cell:
        return ""
    return (
        say(" in {cell}", cell=cell)
        if count == 1
        else say(" in {count:,} cells, most of it in {cell}", count=count, cell=cell)
    )
