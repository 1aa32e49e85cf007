"""Share a pool by value at risk."""

from fractions import Fraction

from crmbudget.allocation.strategy import Cell, Member, Strategy, lacking
from crmbudget.planning.plan import Dimension


class AtRisk(Strategy):
    """Weight each segment by the value that leaves with its churn.

    Takes from the plan: ``segments.*.value`` and a number of your own, ``segments.*.churn``.
    """

    splits = Dimension.SEGMENT

    def weight(self, member: Member, cell: Cell) -> Fraction:  # noqa: ARG002 - the weight is the same everywhere
        """Value times churn, exact."""
        numbers = member.numbers(self.plan.money)
        for needed in ("value", "churn"):
            if needed not in numbers:
                raise lacking(member, needed, "value at risk")
        return numbers["value"] * numbers["churn"]
