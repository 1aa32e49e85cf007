"""Share a pool over the channels."""

from fractions import Fraction

from crmbudget.allocation.strategy import Cell, Driver, Member, Strategy
from crmbudget.planning.plan import Channel as Facts
from crmbudget.planning.plan import Dimension
from crmbudget.wording import say


class Channel(Strategy):
    """Weight each channel by its own weight, or by ``cost`` x ``contacts``.

    Takes from the plan: ``channels.*.weight`` (1 where left out), or ``cost`` and ``contacts``; and, where the amount
    already belongs to an activity, that activity's own weights (``channels: {email: 4, wechat: 1}``).
    """

    splits = Dimension.CHANNEL
    reads = frozenset({Dimension.ACTIVITY})

    def drivers(self, member: Member, cell: Cell) -> list[Driver]:
        name = cell.coordinates.get(Dimension.ACTIVITY, "")
        activity = self.plan.activities.get(name)
        if activity and isinstance(activity.channels, dict):
            own = self.weight(member, cell)
            return [Driver(say("weight for {name}", name=name), own, ("activities", name, "channels", member.id))]
        names = ("weight",) if member.facts.cost is None else ("cost", "contacts")
        return [member.driver(name, self.plan.money, otherwise=1) for name in names]

    def weight(self, member: Member, cell: Cell) -> Fraction:
        activity = self.plan.activities.get(cell.coordinates.get(Dimension.ACTIVITY, ""))
        if activity and isinstance(activity.channels, dict):
            return activity.channels.get(member.id, Fraction(0))
        facts: Facts = member.facts
        if facts.cost is not None and facts.contacts is not None:
            return self.plan.money.major(facts.cost) * facts.contacts
        return Fraction(1) if facts.weight is None else facts.weight
