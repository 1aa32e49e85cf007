"""What a reader should know of a budget: doubts about the plan, and money that stayed with nobody."""

from collections.abc import Iterator

from crmbudget.allocation.budget import Budget, Unassigned
from crmbudget.finding import Finding, Severity
from crmbudget.planning.source import Source

_REASONS = {
    "cost": ("every activity there has what it costs", "move it to the reserve, or plan more", Severity.INFO),
    "zero": ("all weights there are zero, and the step says `zero: skip`", "give a member a weight", Severity.INFO),
    "max": ("every member there has reached its maximum", "raise a `max`, or lower the total", Severity.WARNING),
    "lines": ("the lines of the file come to less", "take `total` out, or add lines to the file", Severity.INFO),
}


def notes(budget: Budget, source: Source) -> Iterator[Finding]:
    """The plan's warnings, and one finding for each reason for which money stayed unassigned, with the sum and the largest place."""
    yield from budget.warnings
    yield from _moves(budget, source)
    for reason, (because, fix, severity) in _REASONS.items():
        rests = [rest for rest in budget.unassigned if rest.reason == reason]
        if not rests:
            continue
        largest = max(rests, key=lambda rest: abs(rest.amount))
        total = sum(rest.amount for rest in rests)
        money = budget.plan.money.text(total, grouped=True)
        message = f"{money} {budget.plan.currency} stay unassigned{_where(largest, len(rests))}: {because}"
        place = source.place(("total" if reason == "lines" else "allocate",), key=True)
        yield Finding("CB305", message, place, fix, total, severity=severity)


def _moves(budget: Budget, source: Source) -> Iterator[Finding]:
    """One finding for each limit that moved money: how much, and what stands."""
    for moved in budget.moved:
        money = budget.plan.money.text(abs(moved.amount), grouped=True)
        stands = f"the sums of the first {moved.kept} steps stand" if moved.kept > 1 else "the sums of step 1 stand"
        kept = stands if moved.kept else "the first step moved too"
        loose = f", but for {budget.plan.money.text(moved.loose)} that only fractions would keep" if moved.loose else ""
        message = f"this limit moved {money} {budget.plan.currency}; {kept}{loose}"
        yield Finding("CB313", message, source.place(moved.limit), None, moved.amount, severity=Severity.INFO)


def _where(largest: Unassigned, count: int) -> str:
    cell = " ".join(f"{dimension}={name}" for dimension, name in largest.coordinates)
    if not cell:
        return ""
    return f" in {cell}" if count == 1 else f" in {count:,} cells, most of it in {cell}"
