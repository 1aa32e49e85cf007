"""Share a pool by number of customers."""

from crmbudget.allocation.strategy import Cell, Driver, Member, Strategy, lacking
from crmbudget.planning.plan import Dimension


class Count(Strategy):
    """Weight each segment by how many customers it has.

    Takes from the plan: ``segments.*.customers`` (a whole number).
    """

    splits = Dimension.SEGMENT

    def drivers(self, member: Member, cell: Cell) -> list[Driver]:  # noqa: ARG002
        return [member.driver("customers", self.plan.money)]

    def weight(self, member: Member, cell: Cell) -> int:  # noqa: ARG002
        customers: int | None = member.facts.customers
        if customers is None:
            raise lacking(member, "customers", "count")
        return customers
