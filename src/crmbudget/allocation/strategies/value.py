"""Share a pool by customer value."""

from crmbudget.allocation.strategy import Cell, Driver, Member, Strategy, lacking
from crmbudget.finding import Misread
from crmbudget.planning.plan import Dimension
from crmbudget.wording import say


class Value(Strategy):
    """Weight each segment by what its customers are worth.

    Takes from the plan: ``segments.*.value`` (an amount, over the plan's horizon).
    """

    splits = Dimension.SEGMENT

    def drivers(self, member: Member, cell: Cell) -> list[Driver]:  # noqa: ARG002
        return [member.driver("value", self.plan.money)]

    def weight(self, member: Member, cell: Cell) -> int:  # noqa: ARG002
        value: int | None = member.facts.value
        if value is None:
            raise lacking(member, "value", "value")
        if value < 0:
            at = ("segments", member.id, "value")
            raise Misread(
                "CB115",
                say("segment `{id}` is worth less than nothing", id=member.id),
                say("write 0, or share by count"),
                at,
            )
        return value
