"""Share a pool in equal parts."""

from crmbudget.allocation.strategy import Cell, Driver, Member, Strategy


class Equal(Strategy):
    """Give every member of ``across`` the same.

    Takes from the step: ``across`` (segment, activity, channel or period).
    """

    def drivers(self, member: Member, cell: Cell) -> list[Driver]:  # noqa: ARG002
        return []

    def weight(self, member: Member, cell: Cell) -> int:  # noqa: ARG002
        return 1
