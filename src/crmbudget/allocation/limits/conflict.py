"""Limits that cannot hold together: a smallest set of them, and how much is missing."""

from collections.abc import Collection, Sequence
from math import ceil

from crmbudget.allocation.limits.clash import least_total
from crmbudget.allocation.limits.leftover import At, largest, only
from crmbudget.allocation.limits.rules import Said
from crmbudget.allocation.limits.settle import settle
from crmbudget.allocation.limits.shares import Entries, Exact, Share
from crmbudget.allocation.split import split
from crmbudget.finding import Finding
from crmbudget.planning.plan import Plan
from crmbudget.planning.source import Path, Source
from crmbudget.wording import joined, say


def conflict(shares: Sequence[Share], at: At, causes: frozenset[int], plan: Plan, source: Source) -> Finding:
    """The finding for rules that contradict each other; ``shares`` is all the money, in one group.

    ``causes`` are rules known to clash, if any are. Taking any one of the named lines out of the plan lets the other
    named ones hold, be it for a part of the money only. Where nothing proves a clash (odd units that no search mended), it
    says so and names no amount.
    """
    work = _Clash(shares, at)
    names = work.smallest(causes)
    said = {rule.said.at: rule.said for rule in reversed(work.rules)}
    return _finding([said[name] for name in names], work.missing(names), work.pool, plan, source)


class _Clash:
    """All the money in one group, and the rules that it has to keep."""

    def __init__(self, shares: Sequence[Share], at: At) -> None:
        self.pool = sum(share.amount for share in shares)
        self.shares, self.at, self.rules = shares, at, at(self.pool)

    def smallest(self, causes: frozenset[int]) -> list[Path]:
        """Lines of the plan that do not hold together, though without any one of them the others do."""
        everything = list(dict.fromkeys(rule.said.at for rule in self.rules))
        causes = causes or least_total(self.shares, [rule.most for rule in self.rules]).causes
        caused = {self.rules[position].said.at for position in causes}
        names = [name for name in everything if name in caused]
        if not names or self.possible(names):
            names = everything
        before: list[Path] = []
        while names != before:
            before = names
            names = self._fewer(names, before)
        return names

    def _fewer(self, names: list[Path], part: list[Path]) -> list[Path]:
        """The lines without those of a part that the clash can do without; many are tried at once, since few are needed."""
        rest = [name for name in names if name not in part]
        if not self.possible(rest):
            return rest
        if len(part) == 1:
            return names
        half = len(part) // 2
        return self._fewer(self._fewer(names, part[:half]), part[half:])

    def possible(self, names: Collection[Path]) -> bool:
        """Whether these lines can be kept together, in whole minor units, by all the money or by a part of it."""
        if self._holds(self.pool, names):
            return True
        placed = largest(self.shares, self.at, names).amount
        return 0 < placed < self.pool and self._holds(placed, names)

    def missing(self, names: Collection[Path]) -> int:
        """The least by which these lines must give way in total; 0 where only odd units stand in the way."""
        placed = largest(self.shares, self.at, names)
        if all(not rule.said.floor for rule in self.rules if rule.said.at in names):
            placed = placed._replace(breach=0, amount=0)
        if placed.breach:
            return ceil(placed.breach)
        return ceil(self._least(placed.amount or self.pool, names))

    def _holds(self, pool: int, names: Collection[Path]) -> bool:
        shares, most = self._cut(pool, names)
        return not least_total(shares, most).total and settle(shares, most).changes is not None

    def _least(self, pool: int, names: Collection[Path]) -> Exact:
        total: Exact = least_total(*self._cut(pool, names)).total
        return total

    def _cut(self, pool: int, names: Collection[Path]) -> tuple[list[Share], list[Exact]]:
        """The money by the rules of these lines that it touches, so much of it, and what those rules allow."""
        positions = [p for p, rule in enumerate(self.rules) if rule.said.at in names]
        merged: dict[Entries, int] = {}
        for share in self.shares:
            own = only(share.entries, positions)
            merged[own] = merged.get(own, 0) + share.amount
        amounts = split(pool, list(merged.values()))
        shares = [Share(0, amount, own) for amount, own in zip(amounts, merged, strict=True)]
        rules = self.at(pool)
        return shares, [rules[position].most for position in positions]


def _finding(clashing: Sequence[Said], missing: int, allocated: int, plan: Plan, source: Source) -> Finding:
    money, of = plan.money.text(missing, grouped=True), f"{plan.money.text(allocated, grouped=True)} {plan.currency}"
    listed = joined(say(", "), [said.text for said in clashing])
    if not missing:
        message = say("no way was found to keep these limits together to the last unit: {listed}", listed=listed)
        fix = say("lower one of these minimums, or raise one of these maximums")
    elif len(clashing) == 1 and clashing[0].floor:
        message = say(
            "a minimum asks for {money} more than its lines can have of the {of2} to allocate: {listed}",
            money=money,
            of2=of,
            listed=listed,
        )
        fix = say("lower it, or let money reach these lines")
    elif all(said.floor for said in clashing):
        message = say(
            "the minimums need {money} more than their lines can have of the {of2} to allocate: {listed}",
            money=money,
            of2=of,
            listed=listed,
        )
        fix = say("lower one of these minimums, or raise the total")
    elif not any(said.floor for said in clashing):
        message = say(
            "the maximums leave {money} of the {of2} to allocate without a place: {listed}",
            money=money,
            of2=of,
            listed=listed,
        )
        fix = say("raise one of these maximums, or hold more back as reserve")
    else:
        message = say(
            "these limits contradict each other by {money} {currency}: {listed}",
            money=money,
            currency=plan.currency,
            listed=listed,
        )
        fix = say("lower one of these minimums, or raise one of these maximums")
    places = [source.place(said.at) for said in clashing]
    related = tuple((said.text, place) for said, place in zip(clashing[1:], places[1:], strict=True))
    return Finding("CB310", message, places[0], fix, missing or None, related=related)
