"""Share a pool by number of customers."""

from crmbudget.allocation.strategy import Cell, Member, Strategy, lacking
from crmbudget.planning.plan import Dimension


class Count(Strategy):
    """Weight each segment by how many customers it has.

    Takes from the plan: ``segments.*.customers`` (a whole number).
    """

    splits = Dimension.SEGMENT

    def weight(self, member: Member, cell: Cell) -> int:  # noqa: ARG002
        customers: int | None = member.facts.customers
        if customers is None:
            raise lacking(member, "customers", "count")
        return customers
