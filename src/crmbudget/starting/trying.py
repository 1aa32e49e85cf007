"""The plan that is proposed, tried before it is written: read, shared out and judged as ``crmbudget check`` would."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crmbudget.finding import Finding, Refused, Severity
from crmbudget.planning.loader import Loaded, read_plan
from crmbudget.planning.plan import Plan
from crmbudget.starting.filling import months
from crmbudget.starting.plan_text import plan_text
from crmbudget.starting.proposal import Proposal, Way, total
from crmbudget.wording import say

if TYPE_CHECKING:
    from crmbudget.allocation.budget import Budget


@dataclass(frozen=True, slots=True)
class Tried:
    """A plan that can be shared out: its text but for the name of the list, its way, and what is still odd about it."""

    way: Way
    total: tuple[str, str]
    plan: Plan
    budget: "Budget"
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """Tries ways for one proposal; what was read of the list is kept in ``lists``."""

    proposal: Proposal
    total: str
    as_of: date
    path: str
    lists: dict[str, Any]

    def best(self) -> Tried:
        """The first way in which nothing is odd, else the last one; Refused where none can be shared out."""
        last: Tried | Refused | None = None
        for way in self.proposal.ways():
            try:
                last = self._tried(way)
            except Refused as refused:
                if any(one.place and one.place.path == self.proposal.source for one in refused.findings):
                    raise
                last = refused
            else:
                if not any(one.severity > Severity.INFO for one in last.findings):
                    return last
        if isinstance(last, Tried):
            return last
        assert last  # noqa: S101 - there is always a way
        raise last

    def _tried(self, way: Way) -> Tried:
        from crmbudget.allocation.cascade import allocate
        from crmbudget.allocation.notes import notes
        from crmbudget.rules import Subject
        from crmbudget.rules._judging import judge

        amount = (self.total, say("--total names it")) if self.total else self._proposed(way)
        loaded = self._read(way, amount)
        budget = allocate(loaded.ready, loaded.source)
        found = [
            *loaded.findings,
            *notes(budget, loaded.source),
            *judge(Subject(loaded.ready, loaded.source, budget, self.as_of)),
        ]
        return Tried(way, amount, loaded.ready, budget, tuple(found))

    def _proposed(self, way: Way) -> tuple[str, str]:
        """The total, from what the customers are worth."""
        plan = self._read(way, ("1", "")).ready
        return total(_worth(plan, way), self._customers(plan), self.proposal.currency)

    def _customers(self, plan: Plan) -> int:
        return sum(one.customers or 0 for one in plan.segments.values())

    def _read(self, way: Way, amount: tuple[str, str]) -> Loaded:
        """The plan with its segments, its list named as seen from where we are."""
        from crmbudget.planning.customers import with_customers

        text = plan_text(self.proposal, way, amount, months(self.as_of), self.proposal.source)
        loaded = read_plan(text, self.path)
        loaded = with_customers(loaded, Path(), self.lists) if loaded.plan else loaded
        loaded.ready  # noqa: B018 - Refused where there is no plan
        return loaded


def _worth(plan: Plan, way: Way) -> Fraction:
    """What all customers are worth, in the plan's currency; 0 where the way does not know."""
    segments = plan.segments.values()
    if way.money:
        return sum((plan.money.major(one.value or 0) for one in segments), Fraction(0))
    if way.worth:
        return sum((Fraction((one.customers or 0) * (one.model_extra or {})["worth"]) for one in segments), Fraction(0))
    return Fraction(0)
