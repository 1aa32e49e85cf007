"""Share a pool over the activities."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import ceil

from crmbudget.allocation.eligibility import allows
from crmbudget.allocation.split import split
from crmbudget.allocation.strategy import Cell, Driver, Member, Strategy, lacking
from crmbudget.finding import Misread
from crmbudget.planning.plan import Activity as Facts
from crmbudget.planning.plan import Dimension, Per, Plan, Priority, Step
from crmbudget.wording import say

_DRIVER = {Per.CUSTOMER: Dimension.SEGMENT, Per.PERIOD: Dimension.PERIOD}


class Activity(Strategy):
    """Weight each activity by its own weight, or by what it costs there.

    Takes from the plan: ``activities.*.weight`` (1 where left out), or ``cost`` x ``times`` ``per: customer | period |
    plan``. Takes from the step: ``fit: scale`` (default) shares all the money in proportion; ``fit: cost`` gives each
    activity what it costs, ``must`` before ``should`` before ``could``, in proportion inside the class that runs dry,
    and leaves the rest unassigned. A cost that several amounts could pay is spread over them in proportion to the amounts.
    """

    splits = Dimension.ACTIVITY
    keys = frozenset({"fit"})

    def __init__(self, step: Step, plan: Plan) -> None:
        super().__init__(step, plan)
        self.to_cost = step.fit == "cost"
        self.by_cell = any(activity.cost is not None for activity in plan.activities.values())
        self.costs: dict[tuple[str, int], Fraction | int] = {}

    def begin(self, cells: Sequence[Cell], members: Sequence[Member]) -> None:
        for member in members:
            if member.facts.cost is not None:
                self._spread(member, [cell for cell in cells if allows(self.plan, member, cell.coordinates)])

    def _spread(self, member: Member, cells: list[Cell]) -> None:
        """The cost of each group of cells that a driver names, shared by their amounts."""
        driver = _DRIVER.get(member.facts.per or Per.PLAN)
        groups: dict[str | None, list[Cell]] = defaultdict(list)
        for cell in cells:
            groups[cell.coordinates.get(driver) if driver else None].append(cell)
        for name, group in groups.items():
            cost = member.facts.cost * _times(member.facts) * self._units(member, name)
            parts = self._parts(cost, [cell.amount for cell in group])
            self.costs |= {(member.id, cell.number): part for cell, part in zip(group, parts, strict=True)}

    def _parts(self, cost: Fraction, amounts: list[int]) -> Sequence[Fraction | int]:
        """A cost that is paid is money, in whole units; a cost that is only a weight stays exact."""
        if len(amounts) == 1:
            return [cost]
        if self.to_cost:
            return split(ceil(cost), amounts)
        total = sum(amounts) or 1
        return [cost * Fraction(amount, total) for amount in amounts]

    def _units(self, member: Member, name: str | None) -> int:
        """How many customers or periods the cost is paid for."""
        facts: Facts = member.facts
        if facts.per is Per.CUSTOMER:
            if not self.plan.segments:
                raise _undriven(member, "customer", "segments")
            return sum(self._customers(segment) for segment in self._segments(member, name))
        if facts.per is Per.PERIOD and name is None:
            periods = self.plan.members(Dimension.PERIOD).values()
            if not periods:
                raise _undriven(member, "period", "calendar")
            return sum(facts.when is None or any(span.holds(period) for span in facts.when) for period in periods)
        return 1

    def _segments(self, member: Member, name: str | None) -> Sequence[str]:
        own: Sequence[str] | None = member.facts.segments
        return [name] if name else own if own is not None else list(self.plan.segments)

    def _customers(self, segment: str) -> int:
        customers = self.plan.segments[segment].customers
        if customers is None:
            raise lacking(Member(segment, None, Dimension.SEGMENT), "customers", say("cost per customer"))
        return customers

    def drivers(self, member: Member, cell: Cell) -> list[Driver]:
        if member.facts.cost is None:
            return [member.driver("weight", self.plan.money, otherwise=1)]
        money, here = self.plan.money, self.weight(member, cell)
        names = ["cost", *(["times"] if member.facts.times is not None else [])]
        found = [*(member.driver(name, money) for name in names), *self._paid_for(member, cell)]
        spread = here != money.major(member.facts.cost)
        return [
            *found,
            *([Driver(say("cost here"), here, ("activities", member.id, "cost"), money=True)] if spread else []),
        ]

    def _paid_for(self, member: Member, cell: Cell) -> Iterator[Driver]:
        """For how many customers or periods the cost is paid."""
        facts: Facts = member.facts
        if facts.per is Per.CUSTOMER:
            for name in self._segments(member, cell.coordinates.get(Dimension.SEGMENT)):
                yield Driver(
                    say("customers of {name}", name=name),
                    Fraction(self._customers(name)),
                    ("segments", name, "customers"),
                )
        elif facts.per is Per.PERIOD and Dimension.PERIOD not in cell.coordinates:
            at = ("activities", member.id, "when") if facts.when is not None else ("calendar",)
            yield Driver("periods", Fraction(self._units(member, None)), at)

    def weight(self, member: Member, cell: Cell) -> Fraction:
        if member.facts.cost is not None:
            return Fraction(self.costs[member.id, cell.number]) / self.plan.money.unit
        if self.to_cost:
            message = say("activity `{id}` has no `cost`, and `fit: cost` gives each what it costs", id=member.id)
            raise Misread(
                "CB210", message, say("add `cost:` to it, or share with `fit: scale`"), ("activities", member.id)
            )
        return Fraction(1) if member.facts.weight is None else member.facts.weight

    def ceiling(self, member: Member, cell: Cell) -> Fraction | int | None:
        return self.costs[member.id, cell.number] if self.to_cost else None

    def turn(self, member: Member) -> int:
        return list(Priority).index(member.facts.priority) if self.to_cost else 0


def _undriven(member: Member, driver: str, key: str) -> Misread:
    message = say(
        "activity `{id}` costs per {driver}, and the plan has no `{key}`", id=member.id, driver=driver, key=key
    )
    return Misread("CB210", message, say("add `{key}:`, or say `per: plan`", key=key), ("activities", member.id, "per"))


def _times(facts: Facts) -> Fraction:
    return Fraction(1) if facts.times is None else facts.times
