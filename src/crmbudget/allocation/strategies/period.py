"""Share a pool over time."""

from fractions import Fraction

from crmbudget.allocation.strategy import Cell, Driver, Member, Strategy
from crmbudget.finding import Misread, one_of
from crmbudget.planning.plan import Dimension, Plan, Step
from crmbudget.wording import say


class Period(Strategy):
    """Give every period of the calendar the same, or what the step says.

    Takes from the step: ``profile: days`` (in proportion to each period's days) or ``weights``, a list with one
    weight for each period, or a mapping that names every period: ``weights: {2027-01: 2, 2027-02: 1}``.
    """

    splits = Dimension.PERIOD
    keys = frozenset({"profile", "weights"})

    def __init__(self, step: Step, plan: Plan) -> None:
        super().__init__(step, plan)
        periods = list(plan.members(Dimension.PERIOD))
        self.weights: dict[str, Fraction] | None = None
        if step.weights is not None and step.profile is not None:
            raise Misread("CB212", say("`profile` and `weights` are both given"), say("keep one of them"), ("profile",))
        if isinstance(step.weights, dict):
            self.weights = _named(step.weights, periods)
        elif step.weights is not None:
            if len(step.weights) != len(periods):
                message = say(
                    "there are {count} weights for {count2} periods", count=len(step.weights), count2=len(periods)
                )
                raise Misread("CB212", message, say("write one weight for each period"), ("weights",))
            self.weights = dict(zip(periods, step.weights, strict=True))

    def drivers(self, member: Member, cell: Cell) -> list[Driver]:
        if self.weights is not None:
            place = member.id if isinstance(self.step.weights, dict) else list(self.weights).index(member.id)
            return [Driver("weight", self.weight(member, cell), ("weights", place))]
        return [member.driver("days", self.plan.money)] if self.step.profile == "days" else []

    def weight(self, member: Member, cell: Cell) -> Fraction:  # noqa: ARG002
        if self.weights is not None:
            return self.weights[member.id]
        return Fraction(member.facts.days) if self.step.profile == "days" else Fraction(1)


def _named(weights: dict[str, Fraction], periods: list[str]) -> dict[str, Fraction]:
    for name in weights:
        if name not in periods:
            raise Misread(
                "CB201",
                say("there is no period `{name}` in this plan", name=name),
                one_of(name, periods),
                ("weights", name),
            )
    missing = [name for name in periods if name not in weights]
    if missing:
        more = say(" and {count} more", count=len(missing) - 1) if len(missing) > 1 else ""
        raise Misread(
            "CB212",
            say("period {missing}{more} has no weight", missing=missing[0], more=more),
            say("add `{missing}: 0` if it gets nothing", missing=missing[0]),
            ("weights",),
        )
    return weights
