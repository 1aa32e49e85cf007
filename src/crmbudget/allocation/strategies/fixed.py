"""Share a pool by shares that the plan states."""

from fractions import Fraction

from crmbudget.allocation.strategy import Cell, Driver, Member, Strategy
from crmbudget.finding import Misread, one_of
from crmbudget.planning.plan import Plan, Step
from crmbudget.planning.scalars import Share
from crmbudget.wording import say


class Fixed(Strategy):
    """Give every member of ``across`` the share that the step states; they add up to 100%.

    Takes from the step: ``across``, and ``shares``, as in ``shares: {key: 50%, growth: 30%, ordinary: 20%}``.
    A member that is not named gets nothing.
    """

    keys = needs = frozenset({"shares"})

    def __init__(self, step: Step, plan: Plan) -> None:
        super().__init__(step, plan)
        if step.shares is None:
            raise Misread("CB212", say("`fixed` needs the shares"), say("add `shares: {{...}}`, adding up to 100%"))
        known = plan.members(self.dimension) if self.dimension else {}
        for name in step.shares:
            if known and name not in known:
                raise Misread(
                    "CB201",
                    say("there is no {dimension} `{name}` in this plan", dimension=self.dimension, name=name),
                    one_of(name, known),
                    ("shares", name),
                )
        total = sum((share.of_one for share in step.shares.values()), Fraction(0))
        if total != 1:
            raise Misread(
                "CB213",
                say("the shares add up to {share}, not to 100%", share=Share(total)),
                say("change them until they do"),
                ("shares",),
            )

    def drivers(self, member: Member, cell: Cell) -> list[Driver]:
        return [Driver("share", self.weight(member, cell), ("shares", member.id))]

    def weight(self, member: Member, cell: Cell) -> Fraction:  # noqa: ARG002
        share = (self.step.shares or {}).get(member.id)
        return share.of_one if share else Fraction(0)
