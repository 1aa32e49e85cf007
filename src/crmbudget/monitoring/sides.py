"""Budget and ledger side by side, cell by cell, by the coordinates that both have."""

from collections.abc import Mapping
from copy import copy
from dataclasses import replace

from crmbudget.allocation.budget import COORDINATES, Budget
from crmbudget.monitoring.ledger import Cell, Ledger, Unbudgeted
from crmbudget.planning.plan import Plan
from crmbudget.wording import joined, say

OWNERS_SHOWN = 3


class Sides:
    """What a comparison is made of: ``cells`` of budget by period, what was spent on them, and ``unbudgeted`` spending.

    ``names`` are all coordinates that lines can have; where the plan is not ``phased``, all budget is in period 0.
    """

    def __init__(self, budget: Budget, ledger: Ledger) -> None:
        self.budget, self.ledger = budget, ledger
        calendar = budget.plan.calendar
        self.period_names = tuple(map(str, calendar.members)) if calendar else ()
        self.phased = "period" in budget.coordinates
        self.has_owner = "owner" in budget.coordinates
        follows = {"category"} if "activity" in ledger.names else set()
        self.names = tuple(name for name in COORDINATES if name in {*ledger.names, *follows})
        self.cells = self._cells()
        self.owners = self._owners()
        self.unbudgeted = tuple(replace(one, coordinates=full(one, budget.plan)) for one in ledger.unbudgeted)

    def _cells(self) -> dict[Cell, dict[int, int]]:
        own, places = self.ledger.names, {name: at for at, name in enumerate(self.period_names)}
        if not self.phased:
            totals = self.budget.totals(own) if own else {(): self.budget.allocated}
            return {cell: {0: amount} for cell, amount in totals.items()}
        cells: dict[Cell, dict[int, int]] = {}
        for (*cell, period), amount in self.budget.totals([*own, "period"]).items():
            cells.setdefault(tuple(cell), {})[places[period]] = amount
        return cells

    def _owners(self) -> dict[Cell, dict[str, int]]:
        """The owners of each cell's budget, by the money that they answer for."""
        owners: dict[Cell, dict[str, int]] = {}
        if self.has_owner:
            for (*cell, owner), amount in self.budget.totals([*self.ledger.names, "owner"]).items():
                owners.setdefault(tuple(cell), {})[owner] = abs(amount)
        return owners

    def of(self, owner: str) -> "Sides":
        """The same with the cells and the spending of one owner; what several answer for belongs to each of them."""
        kept = copy(self)
        kept.cells = {cell: periods for cell, periods in self.cells.items() if owner in self.owners.get(cell, {})}
        kept.unbudgeted = tuple(one for one in self.unbudgeted if one.coordinates.get("owner") == owner)
        return kept

    def known(self, cell: Cell) -> dict[str, str]:
        """The coordinates of a budget's cell by name, those included that follow from others."""
        known = dict(zip(self.ledger.names, cell, strict=True))
        if "activity" in known:
            known["category"] = self.budget.plan.activities[known["activity"]].category
        return {**known, "owner": by_money(self.owners.get(cell, {}))}


def full(one: Unbudgeted, plan: Plan) -> dict[str, str]:
    """The coordinates of spending without budget as far as known: a category and an owner may follow from others."""
    found = dict(one.coordinates)
    activity, segment = plan.activities.get(found.get("activity", "")), plan.segments.get(found.get("segment", ""))
    if activity:
        found["category"] = activity.category
    if owner := next((member.owner for member in (activity, segment) if member and member.owner), ""):
        found["owner"] = owner
    return {name: found[name] for name in COORDINATES if name in found}


def by_money(owners: Mapping[str, int]) -> str:
    """Owners by their money, the most first; more than a few are counted."""
    names = sorted(filter(None, owners), key=lambda name: (-owners[name], name))
    more = say(" and {count} more", count=len(names) - OWNERS_SHOWN) if len(names) > OWNERS_SHOWN else ""
    return joined("", [", ".join(names[:OWNERS_SHOWN]), more])
