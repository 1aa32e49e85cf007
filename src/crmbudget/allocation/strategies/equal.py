"""Share a pool in equal parts."""

from crmbudget.allocation.strategy import Cell, Member, Strategy


class Equal(Strategy):
    """Give every member of ``across`` the same.

    Takes from the step: ``across`` (segment, activity, channel or period).
    """

    def weight(self, member: Member, cell: Cell) -> int:  # noqa: ARG002
        return 1
