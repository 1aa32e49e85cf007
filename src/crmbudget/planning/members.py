"""The plan's members as frozen models: calendar, segments, activities, channels, categories, customers."""

from fractions import Fraction
from functools import cached_property
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator

from crmbudget.finding import Misread
from crmbudget.period import Period, Unit, sequence
from crmbudget.planning.types import (
    Amount,
    Id,
    Number,
    Per,
    PeriodOf,
    Priority,
    SpanOf,
    Text,
    Weight,
    Whole,
    form,
    word,
)
from crmbudget.wording import say

CATEGORIES = ("service", "event", "gift", "communication", "system")
PERIODS_MAX = 10_000


class Model(BaseModel):
    """Frozen, and closed to unknown keys."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, arbitrary_types_allowed=True, ignored_types=(cached_property,), defer_build=True
    )


def _not_negative(cost: int) -> int:
    if cost < 0:
        raise Misread("CB115", say("a cost is less than nothing"), say("write a cost of 0 or more"))
    return cost


Cost = Annotated[Amount, AfterValidator(_not_negative), form("cost")]


class Calendar(Model):
    """The plan's periods: ``periods`` of them from ``start``."""

    start: PeriodOf
    every: Annotated[Unit, word(Unit)] = Unit.MONTH
    periods: Annotated[Whole, form("periods")] | None = None

    YEAR: ClassVar = {Unit.MONTH: 12, Unit.QUARTER: 4, Unit.WEEK: 52, Unit.YEAR: 1}

    @model_validator(mode="after")
    def _fits(self) -> "Calendar":
        if self.periods is not None and not 1 <= self.periods <= PERIODS_MAX:
            raise Misread(
                "CB115",
                say("a calendar has 1 to {periods_max:,} periods", periods_max=PERIODS_MAX),
                say("write how many periods the plan has"),
                ("periods",),
            )
        if self.start.unit is not self.every:
            example = {"month": "2027-01", "quarter": "2027-Q1", "week": "2027-W01", "year": "2027"}[self.every]
            raise Misread(
                "CB118",
                say(
                    "the calendar counts every {every}, and `{start}` is a {unit}",
                    every=self.every,
                    start=self.start,
                    unit=self.start.unit,
                ),
                say("write a start such as {example}", example=example),
                ("start",),
            )
        try:
            _ = self.members
        except (ValueError, OverflowError) as error:
            raise Misread(
                "CB118", say("the calendar runs past the year 9999"), say("write fewer periods"), ("periods",)
            ) from error
        return self

    @cached_property
    def members(self) -> tuple[Period, ...]:
        """The periods in order."""
        return sequence(self.start, self.periods or self.YEAR[self.every])


class Segment(Model):
    """Customers who are planned for together; any further key is a number of its own, for a ``formula``."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Number]

    name: Text = ""
    customers: Whole | None = None
    value: Amount | None = None
    owner: Text = ""


class Activity(Model):
    """Something that money is spent on."""

    name: Text = ""
    category: Id
    weight: Weight | None = None
    cost: Cost | None = None
    times: Weight | None = None
    per: Annotated[Per, word(Per)] | None = None
    segments: tuple[Id, ...] | None = None
    channels: (
        Annotated[
            Annotated[dict[Id, Weight], Tag("<map>")] | Annotated[tuple[Id, ...], Tag("<list>")],
            Discriminator(lambda value: "<map>" if isinstance(value, dict) else "<list>"),
        ]
        | None
    ) = None
    when: tuple[SpanOf, ...] | None = None
    priority: Annotated[Priority, word(Priority)] = Priority.SHOULD
    owner: Text = ""

    @model_validator(mode="after")
    def _weight_or_cost(self) -> "Activity":
        _either(self.weight, self.cost)
        for key, given in (("times", self.times), ("per", self.per)):
            if given is not None and self.cost is None:
                raise Misread(
                    "CB123",
                    say("`{key}` counts a cost, and there is no `cost`", key=key),
                    say("add `cost:`, or take `{key}` out", key=key),
                    (key,),
                )
        return self


class Channel(Model):
    """A way in which a customer is reached."""

    name: Text = ""
    weight: Weight | None = None
    cost: Cost | None = None
    contacts: Weight | None = None

    @model_validator(mode="after")
    def _weight_or_cost(self) -> "Channel":
        _either(self.weight, self.cost)
        if (self.cost is None) != (self.contacts is None):
            key, other = ("contacts", "cost") if self.cost is None else ("cost", "contacts")
            raise Misread(
                "CB123",
                say("`{key}` is given without `{other}`", key=key, other=other),
                say("add `{other}:`, or take `{key}` out", other=other, key=key),
                (key,),
            )
        return self


def _either(weight: Fraction | None, cost: int | None) -> None:
    if weight is not None and cost is not None:
        raise Misread(
            "CB123", say("a weight and a cost are both given"), say("keep `weight`, or keep `cost`"), ("weight",)
        )


class Category(Model):
    """A kind of activity, under the name that people read."""

    name: Text = ""


class Cuts(Model):
    """Segments cut from a ranked customer list: ``top 20%``, ``next 30%``, ``rest``."""

    by: Text
    cuts: dict[Id, Annotated[Text, form("cut")]] = Field(min_length=1)


class Customers(Model):
    """A customer list, and how its columns become segments."""

    source: Text = Field(alias="from")
    id: Text
    segment: Annotated[
        Annotated[Cuts, Tag("<map>")] | Annotated[Text, Tag("<text>")],
        Discriminator(lambda value: "<map>" if isinstance(value, dict | Cuts) else "<text>"),
    ]
    value: Text | None = None
    numbers: dict[Id, Text] = {}
    blank: Literal["error", "zero", "skip"] = "error"
    encoding: Text | None = None
