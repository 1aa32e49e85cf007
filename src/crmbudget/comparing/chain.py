"""From one plan to another, one thing at a time: what each of them does to the money, in parts of a minor unit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from crmbudget.allocation.budget import Budget
from crmbudget.allocation.cascade import allocate
from crmbudget.comparing.edits import applied
from crmbudget.comparing.merging import Bundle
from crmbudget.finding import Refused, Severity
from crmbudget.planning import references
from crmbudget.planning.inputs import in_finer_units, with_said
from crmbudget.planning.plan import Plan, Segment
from crmbudget.planning.source import Source

Names = tuple[str, ...]
Key = tuple[str, ...]


class Held(NamedTuple):
    """A plan's money: reserve, unassigned, and for each table the sums of its members, all in the same fine units."""

    reserve: int
    unassigned: int
    tables: tuple[Mapping[Key, int], ...]

    @property
    def allocated(self) -> int:
        """What all members have together."""
        return sum(self.tables[0].values())


class Link(NamedTuple):
    """What was changed, and the money before and after it."""

    bundle: Bundle
    before: Held
    after: Held


@dataclass(frozen=True, slots=True)
class Ruler:
    """How finely plans are shared out to be compared: the ``tables`` to sum by, as deep as they need, in 10^-digits units."""

    tables: tuple[Names, ...]
    depth: int | None
    digits: int

    def held(self, plan: Plan) -> Held | None:
        """The plan's money; None where it cannot be shared out."""
        if not _leads_somewhere(plan):
            return None
        try:
            budget = allocate(in_finer_units(plan, self.digits), depth=self.depth)
        except Refused:
            return None
        # Ready lines are given back as they are, in whole units.
        times = 10**self.digits if plan.lines else 1
        tables = tuple(_times(sums(budget, names), times) for names in self.tables)
        return Held(budget.reserve * times, budget.unassigned_total * times, tables)


def _times(amounts: dict[Key, int], times: int) -> dict[Key, int]:
    return amounts if times == 1 else {key: amount * times for key, amount in amounts.items()}


def sums(budget: Budget, names: Names) -> dict[Key, int]:
    """The lines added up by these coordinates; what the budget does not know of a line is an empty text."""
    known = [name for name in names if name in budget.coordinates]
    totals = budget.totals(known)
    if len(known) == len(names):
        return totals
    places = [known.index(name) if name in known else None for name in names]
    return {tuple("" if at is None else key[at] for at in places): amount for key, amount in totals.items()}


def _leads_somewhere(plan: Plan) -> bool:
    """Whether all names lead to members, and the reserve is a part of the total."""
    # The numbers of segments lead nowhere, and are looked at one by one for what they may have been meant to be.
    segments = {name: Segment.model_construct(owner=segment.owner) for name, segment in plan.segments.items()}
    found = references.findings(with_said(plan, ("segments",), segments), Source("", tree={"total": ""}))
    return all(finding.severity is not Severity.ERROR for finding in found)


@dataclass
class Chain:
    """The way from one plan to the other."""

    before: Plan
    after: Plan
    ruler: Ruler

    def links(self, bundles: Sequence[Bundle]) -> list[Link] | None:
        """What each bundle does, made in order; None where the plans themselves cannot be shared out so finely.

        A bundle that makes a plan which cannot be shared out waits for those after it; what can be made only together
        with others is one link with them.
        """
        categories = {**self.before.categories, **self.after.categories}
        self.plan = with_said(self.before, ("categories",), categories)
        begin, end = self.ruler.held(self.plan), self.ruler.held(self.after)
        if begin is None or end is None:
            return None
        self.now, self.end = begin, end
        found: list[Link] = []
        waiting = list(bundles)
        while waiting:
            made, waiting = self._one_by_one(waiting)
            found += made
            if not made:
                link, waiting = self._together(waiting)
                found.append(link)
        return found

    def _one_by_one(self, bundles: Sequence[Bundle]) -> tuple[list[Link], list[Bundle]]:
        made: list[Link] = []
        waiting: list[Bundle] = []
        for number, bundle in enumerate(bundles, 1):
            link = self._link([bundle], last=number == len(bundles) and not waiting)
            if link:
                made.append(link)
            else:
                waiting.append(bundle)
        return made, waiting

    def _together(self, bundles: Sequence[Bundle]) -> tuple[Link, list[Bundle]]:
        """The first with as few of those after it as it takes; with all of them it is the newer plan, which stands."""
        for count in range(2, len(bundles)):
            if link := self._link(bundles[:count], last=False):
                return link, list(bundles[count:])
        link = self._link(bundles, last=True)
        assert link  # noqa: S101 - the newer plan was shared out before
        return link, []

    def _link(self, bundles: Sequence[Bundle], *, last: bool) -> Link | None:
        bundle = Bundle(tuple(change for one in bundles for change in one.changes))
        plan = self.after if last else applied(self.plan, bundle.edits)
        held = self.end if last else self.ruler.held(plan)
        if held is None:
            return None
        link = Link(bundle, self.now, held)
        self.plan, self.now = plan, held
        return link
