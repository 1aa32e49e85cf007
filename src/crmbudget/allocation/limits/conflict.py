"""Limits that cannot hold together: a smallest set of them, and how much is missing."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from crmbudget.allocation.budget import Budget
from crmbudget.allocation.limits.rules import Rule, Said
from crmbudget.allocation.limits.settle import Settled, settle, whole
from crmbudget.allocation.limits.shares import Entries, Exact, Share
from crmbudget.finding import Finding
from crmbudget.planning.plan import Plan
from crmbudget.planning.source import Path, Source


def proof(
    parts: Iterable[Mapping[int, int]], touched: Sequence[Entries], most: Sequence[Exact], multipliers: Sequence[float]
) -> frozenset[int]:
    """Rules, by position, that cannot hold together: their sum, so weighted, is above its bound wherever the money is.

    ``parts`` are the groups' amounts by mask. Empty where the multipliers prove nothing. Whole numbers only.
    """
    top = max(multipliers, default=0.0)
    for share in (0.0, 1e-6, 1e-3, 1e-2, 1e-1) if top else ():
        weights = [int(m / top * 2**40) if m >= share * top else 0 for m in multipliers]
        heights = [sum(weights[rule] * c for rule, c in entries) for entries in touched]
        least = sum(sum(own.values()) * min(heights[mask] for mask in own) for own in parts)
        if least > sum(weight * bound for weight, bound in zip(weights, most, strict=True)):
            return frozenset(rule for rule, weight in enumerate(weights) if weight)
    return frozenset()


def conflict(
    shares: Sequence[Share], rules: Sequence[Rule], causes: frozenset[int], plan: Plan, source: Source
) -> Finding:
    """The finding for rules that contradict each other; ``shares`` is all the money, in one group.

    ``causes`` are rules known to clash, if any are. Taking any one of the named lines out of the plan lets the other
    named ones hold. Where nothing proves a clash (odd units that no search mended), it says so and names no amount.
    """
    causes = causes or settle(shares, [rule.most for rule in rules]).causes
    everything = list(dict.fromkeys(rule.said.at for rule in rules))
    caused = {rules[position].said.at for position in causes}
    names = [at for at in everything if at in caused]
    if not names or holds(shares, rules, names):
        names = everything
    proven = not holds(shares, rules, names)
    for at in list(names):
        fewer = [name for name in names if name != at]
        if not holds(shares, rules, fewer):
            names = fewer
    missing = max(1, whole(_settled(shares, rules, names).breach)) if proven else 0
    said = {rule.said.at: rule.said for rule in reversed(rules)}
    return _finding([said[at] for at in names], missing, sum(share.amount for share in shares), plan, source)


def holds(shares: Sequence[Share], rules: Sequence[Rule], names: Collection[Path]) -> bool:
    """Whether the rules of these lines of the plan can be kept together, in whole minor units."""
    return _settled(shares, rules, names).changes is not None


def _settled(shares: Sequence[Share], rules: Sequence[Rule], names: Collection[Path]) -> Settled:
    numbers = {position: n for n, position in enumerate(p for p, rule in enumerate(rules) if rule.said.at in names)}
    cut = [share._replace(entries=tuple((numbers[p], c) for p, c in share.entries if p in numbers)) for share in shares]
    merged: dict[tuple[tuple[int, object], ...], Share] = {}
    for share in cut:
        held = merged.get(share.entries)
        merged[share.entries] = share if held is None else share._replace(amount=share.amount + held.amount)
    return settle(list(merged.values()), [rules[position].most for position in numbers])


def _finding(clashing: Sequence[Said], missing: int, allocated: int, plan: Plan, source: Source) -> Finding:
    money, of = plan.money.text(missing, grouped=True), f"{plan.money.text(allocated, grouped=True)} {plan.currency}"
    listed = ", ".join(said.text for said in clashing)
    if not missing:
        message = f"no way was found to keep these limits together to the last unit: {listed}"
        fix = "lower one of these minimums, or raise one of these maximums"
    elif len(clashing) == 1 and clashing[0].floor:
        message = f"a minimum asks for {money} more than its lines can have of the {of} to allocate: {listed}"
        fix = "lower it, or let money reach these lines"
    elif all(said.floor for said in clashing):
        message = f"the minimums need {money} more than their lines can have of the {of} to allocate: {listed}"
        fix = "lower one of these minimums, or raise the total"
    elif not any(said.floor for said in clashing):
        message = f"the maximums leave {money} of the {of} to allocate without a place: {listed}"
        fix = "raise one of these maximums, or hold more back as reserve"
    else:
        message = f"these limits contradict each other by {money} {plan.currency}: {listed}"
        fix = "lower one of these minimums, or raise one of these maximums"
    places = [source.place(said.at) for said in clashing]
    related = tuple((said.text, place) for said, place in zip(clashing[1:], places[1:], strict=True))
    return Finding("CB310", message, places[0], fix, missing or None, related=related)


def costs_in_the_way(budget: Budget, source: Source) -> Finding:
    """Moved money may not exceed what an activity costs, and the moves do not know the costs."""
    number = next(number for number, step in enumerate(budget.plan.allocate or ()) if step.fit == "cost")
    message = "a limit would have to move money between activities that get what they cost"
    fix = "put the cap into this step as `max:`, or share with `fit: scale`"
    return Finding("CB312", message, source.place(("allocate", number, "fit")), fix)
