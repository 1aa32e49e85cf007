"""The plan as frozen models: what may be written, and in which form. They compute nothing."""

from fractions import Fraction
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Discriminator, Field, Tag, model_validator

from crmbudget.finding import Misread
from crmbudget.money import Currency
from crmbudget.planning.actuals import Actuals, Dialect, Lines, Rate, Role
from crmbudget.planning.members import (
    CATEGORIES,
    Activity,
    Calendar,
    Category,
    Channel,
    Customers,
    Cuts,
    Model,
    Segment,
)
from crmbudget.planning.monitor import Monitor, Threshold
from crmbudget.planning.ruling import RuleName, RulingOf
from crmbudget.planning.scalars import Share
from crmbudget.planning.types import (
    Amount,
    Bound,
    Code,
    Dimension,
    Id,
    Ids,
    Per,
    Priority,
    ShareOf,
    SpanOf,
    Text,
    Version,
    Weight,
    form,
    word,
)
from crmbudget.wording import say

__all__ = [
    "CATEGORIES", "Activity", "Actuals", "Calendar", "Category", "Channel", "Customers", "Cuts", "Dialect", "Dimension", "Limit", "Lines", "Monitor", "Per", "Plan",
    "Priority", "Role", "Scenario", "Segment", "Step", "Threshold",
]  # fmt: skip


_Strategy = Annotated[Id, form("strategy", type="string")]
_StepBound = Annotated[Bound, form("step-bound")]


class Step(Model):
    """One split of every amount above it; further keys belong to the strategy."""

    model_config = ConfigDict(extra="allow")

    by: Annotated[
        Annotated[dict[_Strategy, ShareOf], Field(min_length=1), Tag("<map>")] | Annotated[_Strategy, Tag("<text>")],
        Discriminator(lambda value: "<map>" if isinstance(value, dict) else "<text>"),
    ]
    across: Annotated[Dimension, word(Dimension)] | None = None
    min: dict[Id, _StepBound] = {}
    max: dict[Id, _StepBound] = {}
    fixed: dict[Id, _StepBound] = {}
    zero: Literal["error", "equal", "skip"] = "error"
    fit: Literal["scale", "cost"] | None = None
    profile: Literal["even", "days"] | None = None
    weights: (
        Annotated[
            Annotated[dict[Id, Weight], Tag("<map>")] | Annotated[tuple[Weight, ...], Tag("<list>")],
            Discriminator(lambda value: "<map>" if isinstance(value, dict) else "<list>"),
        ]
        | None
    ) = None
    shares: dict[Id, ShareOf] | None = None
    formula: Text | None = None

    @property
    def blend(self) -> dict[str, Share]:
        """Strategy names with their shares of the money; one strategy has all of it."""
        return self.by if isinstance(self.by, dict) else {self.by: Share(Fraction(1))}


class Limit(Model):
    """A floor or a cap on the sum of the lines that the coordinates select."""

    segment: Ids | None = None
    category: Ids | None = None
    activity: Ids | None = None
    channel: Ids | None = None
    period: SpanOf | None = None
    owner: Ids | None = None
    min: Bound | None = None
    max: Bound | None = None
    per: Literal["segment", "category", "activity", "channel", "period", "owner"] | None = None

    @model_validator(mode="after")
    def _bounds(self) -> "Limit":
        if self.min is None and self.max is None:
            raise Misread("CB123", say("a limit says neither `min` nor `max`"), say("add `max:` or `min:`"))
        return self


class Scenario(Model):
    """A named overlay of the plan. Its keys are those of the plan, nested or dotted (`segments.key.churn`, `limits.0.max`).

    A value takes the place of the plan's; with a sign it changes it: -15% by a part of itself, +5pp by percentage points,
    +50_000 by so much; ~ takes the key out. What is not listed stays.
    """

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Any]

    name: Text = ""


class Plan(Model):
    """A retention plan: so much money, for these segments, activities, channels and periods, shared out by these steps.

    Amounts are whole minor units of ``currency``. ``total`` is given, or 0 where ``lines`` are and say it.
    """

    crmbudget: Version = 1
    name: Text = ""
    currency: Code
    total: Amount = 0
    reserve: Bound = 0
    calendar: Calendar | None = None
    customers: Customers | None = None
    segments: dict[Id, Segment] = {}
    categories: dict[
        Id,
        Annotated[
            Annotated[Category, Tag("<map>")] | Annotated[Text, Tag("<text>")],
            Discriminator(lambda value: "<text>" if isinstance(value, str) else "<map>"),
        ],
    ] = {}
    activities: dict[Id, Activity] = {}
    channels: dict[Id, Channel] = {}
    allocate: tuple[Step, ...] | None = None
    limits: tuple[Limit, ...] = ()
    lines: Lines | None = None
    actuals: Actuals = Field(default={}, validate_default=True)
    monitor: Monitor = Field(default={}, validate_default=True)
    fx: dict[Code, Rate] = {}
    scenarios: dict[Id, Scenario] = {}
    rules: dict[RuleName, RulingOf] = {}

    @cached_property
    def money(self) -> Currency:
        """The plan's currency with its decimals."""
        return Currency.of(self.currency)

    def members(self, dimension: Dimension) -> dict[str, Any]:
        """The members of a dimension by id, in the order in which ties are settled."""
        return self._members[dimension]

    @cached_property
    def _members(self) -> dict[Dimension, dict[str, Any]]:
        periods = self.calendar.members if self.calendar else ()
        return {
            Dimension.SEGMENT: dict(sorted(self.segments.items())),
            Dimension.ACTIVITY: dict(sorted(self.activities.items())),
            Dimension.CHANNEL: dict(sorted(self.channels.items())),
            Dimension.PERIOD: {str(period): period for period in periods},
        }
