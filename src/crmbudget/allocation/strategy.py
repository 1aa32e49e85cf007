"""What a strategy is: it weighs the members of a dimension; the cascade does the splitting."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar, NamedTuple

from crmbudget import registry
from crmbudget.finding import Misread, misspelt, one_of
from crmbudget.money import Currency
from crmbudget.period import Period
from crmbudget.planning.plan import Activity, Channel, Dimension, Plan, Segment, Step
from crmbudget.planning.source import Path
from crmbudget.wording import say

PACKAGE, GROUP = "crmbudget.allocation.strategies", "crmbudget.strategies"
COLLECTIONS = dict(zip(Dimension, ("segments", "activities", "channels", "calendar"), strict=True))
"""The key of a plan under which the members of a dimension stand."""
_MONEY = frozenset({"value", "cost"})


class Driver(NamedTuple):
    """A number that a weight is made of; where it is ``money`` it counts major units.

    ``at`` is its path in the plan, or in the step where it does not begin with a key of the plan.
    """

    name: str
    value: Fraction
    at: Path
    money: bool = False


@dataclass(frozen=True, slots=True)
class Member:
    """One segment, activity, channel or period, with what the plan says of it."""

    id: str
    facts: Any
    dimension: Dimension

    def numbers(self, currency: Currency) -> dict[str, Fraction]:
        """The member's own numbers by name, for a formula; money in major units."""
        facts = self.facts
        match facts:
            case Segment():
                own = {"customers": facts.customers, **(facts.model_extra or {})}
                money = {"value": facts.value}
            case Activity():
                own, money = {"weight": facts.weight, "times": facts.times}, {"cost": facts.cost}
            case Channel():
                own, money = {"weight": facts.weight, "contacts": facts.contacts}, {"cost": facts.cost}
            case Period():
                own, money = {"days": facts.days}, {}
        own |= {name: currency.major(amount) for name, amount in money.items() if amount is not None}
        return {name: Fraction(number) for name, number in own.items() if number is not None}

    def driver(self, name: str, currency: Currency, otherwise: int = 0) -> Driver:
        """One of the member's own numbers with its path in the plan; what counts ``otherwise`` where it has none."""
        value = self.numbers(currency).get(name, Fraction(otherwise))
        at: Path = (COLLECTIONS[self.dimension], self.id, name)
        return Driver(name, value, at[:1] if self.dimension is Dimension.PERIOD else at, name in _MONEY)


@dataclass(frozen=True, slots=True)
class Cell:
    """One amount that a step splits: its coordinates so far, its minor units (0 or more), its place among its peers."""

    coordinates: Mapping[Dimension, str]
    amount: int = 0
    number: int = 0

    def __str__(self) -> str:
        """The coordinates as a command line writes them."""
        return str(self.word)

    @property
    def word(self) -> str:
        """The same, for people."""
        return " ".join(f"{dimension}={name}" for dimension, name in self.coordinates.items()) or say("the whole plan")


class Strategy(ABC):
    """Weighs members. The docstring of a strategy is its manual page."""

    splits: ClassVar[Dimension | None] = None
    """The dimension it splits; None where the step's ``across`` must say."""
    keys: ClassVar[frozenset[str]] = frozenset()
    """Keys of a step that belong to this strategy."""
    needs: ClassVar[frozenset[str]] = frozenset()
    """Those of them that it cannot do without, which an editor then asks for."""
    reads: ClassVar[frozenset[Dimension]] = frozenset()
    """Coordinates of the cell that a weight depends on."""
    by_cell = False
    """Whether a weight depends on the cell's amount too, so that no two cells share weights."""

    def __init__(self, step: Step, plan: Plan) -> None:
        self.step, self.plan = step, plan
        self.dimension = step.across or self.splits

    @abstractmethod
    def weight(self, member: Member, cell: Cell) -> Fraction | int:
        """The member's weight in this cell, 0 or more; Misread where the plan lacks what it needs."""

    def begin(self, cells: Sequence[Cell], members: Sequence[Member]) -> None:
        """Called once before a step's first split, with all the cells; only where ``by_cell``."""

    def ceiling(self, member: Member, cell: Cell) -> Fraction | int | None:  # noqa: ARG002 - most need nothing
        """The most that the member can use in this cell, in minor units; None where it can use anything."""
        return None

    def drivers(self, member: Member, cell: Cell) -> list[Driver]:  # noqa: ARG002 - most need no cell
        """The numbers that make the member's weight in this cell, for who asks why; all that it has where not said."""
        return [member.driver(name, self.plan.money) for name in member.numbers(self.plan.money)]

    def turn(self, member: Member) -> int:  # noqa: ARG002 - most serve all at once
        """When the member is served: all of a lower turn first."""
        return 0


def lacking(member: Member, key: str, strategy: str) -> Misread:
    """The answer where a member has no number that a strategy weighs by."""
    message = say(
        "{dimension} `{id}` has no `{key}`, and the plan shares by {strategy}",
        dimension=member.dimension,
        id=member.id,
        key=key,
        strategy=strategy,
    )
    return Misread(
        "CB210",
        message,
        say("add `{key}:` to it, or share by something else", key=key),
        (COLLECTIONS[member.dimension], member.id),
    )


def names() -> tuple[str, ...]:
    """The strategies there are, from this package and from others."""
    return registry.names(PACKAGE, GROUP)


def find(name: str) -> type[Strategy]:
    """The strategy of that name; Misread where there is none or it does not load."""
    try:
        found = registry.member(PACKAGE, GROUP, name, name.replace("-", " ").title().replace(" ", ""))
    except KeyError:
        said = say("there is no strategy `{name}`", name=name)
        raise Misread("CB211", said, one_of(name, names()), meant=misspelt(name, names())) from None
    except ImportError as error:
        message = say("the strategy `{name}` does not load: {error}", name=name, error=error)
        raise Misread("CB211", message, say("install what it needs, or take it out of the plan")) from error
    return found  # type: ignore[no-any-return]
