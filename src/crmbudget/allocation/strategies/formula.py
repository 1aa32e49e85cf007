"""Share a pool by arithmetic over the members' own numbers."""

from fractions import Fraction

from crmbudget.allocation.strategy import Cell, Driver, Member, Strategy
from crmbudget.finding import Misread
from crmbudget.planning.expression import evaluate, names, parse
from crmbudget.planning.plan import Plan, Step
from crmbudget.wording import say


class Formula(Strategy):
    """Weight every member of ``across`` by an expression over its own numbers.

    Takes from the step: ``across``, and ``formula``, as in ``formula: value * churn``. It may use + - * /, min(),
    max(), parentheses and numbers. Names: for segments ``customers``, ``value`` and any number of your own; for
    activities ``weight``, ``cost`` and ``times``; for channels ``weight``, ``cost`` and ``contacts``; for periods
    ``days``. Money counts in major units. The result is exact, and must be 0 or more.
    """

    keys = needs = frozenset({"formula"})

    def __init__(self, step: Step, plan: Plan) -> None:
        super().__init__(step, plan)
        if step.formula is None:
            raise Misread("CB212", say("`formula` needs the formula"), say("add `formula: value * churn`"))
        try:
            self.expression = parse(step.formula)
        except Misread as error:
            raise Misread(error.code, error.message, error.fix, ("formula",)) from error

    def drivers(self, member: Member, cell: Cell) -> list[Driver]:  # noqa: ARG002
        return [member.driver(name, self.plan.money) for name in names(self.expression)]

    def weight(self, member: Member, cell: Cell) -> Fraction:  # noqa: ARG002
        try:
            weight = evaluate(self.expression, member.numbers(self.plan.money))
        except Misread as error:
            raise Misread(
                error.code,
                say(
                    "{message}, for {dimension} `{id}`", message=error.message, dimension=member.dimension, id=member.id
                ),
                error.fix,
                ("formula",),
            ) from error
        if weight < 0:
            message = say(
                "the formula gives {dimension} `{id}` a weight below nothing: {weight}",
                dimension=member.dimension,
                id=member.id,
                weight=weight,
            )
            raise Misread("CB115", message, say("use max(0, ...)"), ("formula",))
        return weight
