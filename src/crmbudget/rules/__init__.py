"""What a valid plan may still have wrong: one rule in one file, found by its name.

A rule never changes a number. Only ``crmbudget check`` asks the rules, so nothing else imports them.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from crmbudget.finding import Severity
from crmbudget.wording import say

if TYPE_CHECKING:
    from crmbudget.allocation.budget import Budget, Level
    from crmbudget.planning.overlaying import Changed
    from crmbudget.planning.plan import Dimension, Plan, Step
    from crmbudget.planning.source import Path, Source

PACKAGE, GROUP = "crmbudget.rules", "crmbudget.rules"


class Found(NamedTuple):
    """What a rule found: its path in the plan, what is odd, one action, and the minor units that it is about.

    With ``key`` its place is the key at the end of the path, else the value. Where the path is not written in the plan,
    the place is that of its nearest parent.
    """

    at: "Path"
    message: str
    fix: str
    money: int | None = None
    key: bool = False


@dataclass(frozen=True)
class Subject:
    """What a rule looks at: a valid plan, where it is written, its budget, and the day on which it is looked at.

    ``scenario`` is empty for the plan as it is; else ``changes`` are those of the scenario that is laid over it.
    """

    plan: "Plan"
    source: "Source"
    budget: "Budget"
    as_of: date
    scenario: str = ""
    changes: "Sequence[Changed]" = ()

    def money(self, minor: int | Fraction) -> str:
        """An amount with its currency, as in ``1,200.00 CNY``; a part of a minor unit is rounded, half to even."""
        return f"{self.plan.money.text(round(minor), grouped=True)} {self.plan.currency}"

    @property
    def is_ready(self) -> bool:
        """Whether the lines come from a file, so that nothing is shared out."""
        return self.plan.lines is not None

    def level(self, dimension: "Dimension") -> "Level | None":
        """What the step that splits a dimension made; None where none splits it."""
        return next((level for level in self.budget.levels if level.dimension is dimension), None)

    def above(self, upper: "Dimension", lower: "Dimension") -> bool:
        """Whether both dimensions are split, ``upper`` first."""
        order = [level.dimension for level in self.budget.levels]
        return upper in order and lower in order and order.index(upper) < order.index(lower)

    def sums(self, dimension: "Dimension") -> dict[str, int]:
        """What each member of a dimension gets, in minor units; those without a line are not among them."""
        if dimension not in self._known:
            split = self.level(dimension) is not None
            totals = self.budget.totals([dimension.value]) if split else {}
            self._known[dimension] = {name: amount for (name,), amount in totals.items()}
        return self._known[dimension]

    @cached_property
    def _known(self) -> "dict[Dimension, dict[str, int]]":
        return {}

    @cached_property
    def steps(self) -> "dict[Dimension, tuple[Path, Step]]":
        """Each step with its path in the plan, by the dimension that it splits; none where lines are ready."""
        from crmbudget.allocation import strategy
        from crmbudget.allocation.steps import steps_of

        found: dict[Dimension, tuple[Path, Step]] = {}
        for number, step in enumerate(() if self.is_ready else steps_of(self.plan)):
            own = (strategy.find(name).splits for name in step.blend)
            dimension = step.across or next(one for one in own if one)
            found[dimension] = (("allocate", number), step)
        return found


class Rule(ABC):
    """Looks at a valid plan and its budget. The docstring of a rule is its manual page.

    The page says what the rule looks for, why it matters, how to mend it and when to turn it off, then shows a plan that
    the rule finds something in (``## Wrong``), and one in which it finds nothing (``## Right``).
    """

    code: ClassVar[str]
    severity: ClassVar[Severity] = Severity.WARNING

    @abstractmethod
    def look(self, subject: Subject) -> Iterator[Found]:
        """Everything odd, in time linear in the plan's members and lines."""


def percent(part: Fraction) -> str:
    """A part of one in percent for people, with one decimal at most.

    >>> percent(Fraction(1, 3)), percent(Fraction(8, 100))
    ('33.3%', '8%')
    """
    from crmbudget.planning.scalars import decimal

    tenths = round(part * 1000)
    shown = decimal(Fraction(tenths, 10))
    return say("less than 0.1%") if part and not tenths else f"{shown}%"
