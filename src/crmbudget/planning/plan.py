"""The plan as frozen models: what may be written, and in which form. They compute nothing."""

from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)

from crmbudget.finding import Misread, one_of
from crmbudget.money import DECIMALS, USUAL_NAMES, Currency
from crmbudget.period import Period, Span, Unit, read_period, read_span, sequence
from crmbudget.planning import scalars
from crmbudget.planning.scalars import Share

CATEGORIES = ("service", "event", "gift", "communication", "system")
PERIODS_MAX = 10_000


class Dimension(StrEnum):
    """What money can be split over."""

    SEGMENT = "segment"
    ACTIVITY = "activity"
    CHANNEL = "channel"
    PERIOD = "period"


class Priority(StrEnum):
    """Who is served first when ``fit: cost`` runs dry."""

    MUST = "must"
    SHOULD = "should"
    COULD = "could"


class Per(StrEnum):
    """What one ``cost`` is paid for."""

    CUSTOMER = "customer"
    PERIOD = "period"
    PLAN = "plan"


def _currency(info: ValidationInfo) -> Currency | None:
    return info.context if isinstance(info.context, Currency) else None


def _read_amount(value: object, info: ValidationInfo) -> object:
    return value if isinstance(value, int) else scalars.read_amount(value, _currency(info))


def _read_bound(value: object, info: ValidationInfo) -> object:
    return value if isinstance(value, int | Share) else scalars.read_amount_or_share(value, _currency(info))


def _read_text(value: object) -> object:
    if not isinstance(value, str):
        raise Misread("CB106", "a text is expected here", "write one text")
    return value


def _read_id(value: object) -> object:
    if not isinstance(value, str) or not value.strip():
        raise Misread("CB107", "an id is expected here, and nothing is given", "write the id, in quotes if it is odd")
    return value


def _read_code(value: object) -> object:
    code = str(value).strip()
    if code in DECIMALS:
        return code
    meant = USUAL_NAMES.get(code.upper(), code.upper())
    fix = f"did you mean `{meant}`?" if meant in DECIMALS else "write a code such as CNY, EUR or USD"
    raise Misread("CB116", f"`{code}` is not an ISO 4217 currency code", fix)


def _read_version(value: object) -> object:
    if str(value).strip() != "1":
        raise Misread("CB117", f"this crmbudget reads plan format 1, not `{value}`", "write crmbudget: 1")
    return 1


def _read_span(value: object) -> object:
    try:
        return value if isinstance(value, Span) else read_span(scalars._plain(value, "a period"))  # noqa: SLF001
    except Misread:
        raise
    except ValueError as error:
        raise Misread("CB118", f"{error}", "write 2027-01, 2027-Q1, 2027-W05, 2027, or a span 2027-04..2027-12") from error


def _read_period(value: object) -> object:
    try:
        return value if isinstance(value, Period) else read_period(scalars._plain(value, "a period"))  # noqa: SLF001
    except Misread:
        raise
    except ValueError as error:
        raise Misread("CB118", f"{error}", "write 2027-01, 2027-Q1, 2027-W05 or 2027") from error


def _known(reader: Any, *kinds: type) -> Any:
    return lambda value: value if isinstance(value, kinds) and not isinstance(value, bool) else reader(value)


def _words(words: type[StrEnum]) -> Any:
    def read(value: object) -> object:
        if value not in list(words):
            raise Misread("CB119", f"`{value}` is not a word for this key", one_of(str(value), list(words)))
        return words(str(value))

    return BeforeValidator(read)


def _shape(value: object) -> str:
    return {dict: "<map>", list: "<list>", tuple: "<list>"}.get(type(value), "<text>")


def _text_schema(description: str, *examples: object) -> WithJsonSchema:
    return WithJsonSchema({"type": ["string", "number"], "description": description, "examples": list(examples)})


_AMOUNT = _text_schema("an amount of money in the plan's currency", 1_200_000, "1,200,000.00", "120万", "1.2m")
_BOUND = _text_schema("an amount of money, or a share in percent", "8%", 96_000)
_SHARE = WithJsonSchema({"type": "string", "description": "a share in percent", "pattern": "[%％]$", "examples": ["8%"]})
_WEIGHT = _text_schema("a number of 0 or more", 3, "0.5")
_NUMBER = _text_schema("a number, or a percent", 3, "12%")
_ID = WithJsonSchema({"type": ["string", "number", "boolean"], "description": "an id, as typed"})
_PERIOD = _text_schema("a period", "2027-01", "2027-Q1", "2027-W05", 2027)

Amount = Annotated[int, BeforeValidator(_read_amount), _AMOUNT]
Bound = Annotated[int | Share, BeforeValidator(_read_bound), _BOUND]
ShareOf = Annotated[Share, BeforeValidator(_known(scalars.read_share, Share)), _SHARE]
Weight = Annotated[Fraction, BeforeValidator(_known(scalars.read_weight, Fraction, int)), _WEIGHT]
Number = Annotated[Fraction, BeforeValidator(_known(scalars.read_number, Fraction, int)), _NUMBER]
Whole = Annotated[int, BeforeValidator(_known(scalars.read_whole, int)), _WEIGHT]
Text = Annotated[str, BeforeValidator(_read_text)]
Id = Annotated[str, BeforeValidator(_read_id), _ID]
SpanOf = Annotated[Span, BeforeValidator(_read_span), _PERIOD]
PeriodOf = Annotated[Period, BeforeValidator(_read_period), _PERIOD]
Ids = Annotated[
    Annotated[tuple[Id, ...], Tag("<list>")] | Annotated[Id, Tag("<text>")],
    Discriminator(_shape),
]


class Model(BaseModel):
    """Frozen, and closed to unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True, ignored_types=(cached_property,), defer_build=True)


class Calendar(Model):
    """The plan's periods: ``periods`` of them from ``start``."""

    start: PeriodOf
    every: Annotated[Unit, _words(Unit)] = Unit.MONTH
    periods: Whole | None = None

    YEAR: ClassVar = {Unit.MONTH: 12, Unit.QUARTER: 4, Unit.WEEK: 52, Unit.YEAR: 1}

    @model_validator(mode="after")
    def _fits(self) -> "Calendar":
        if self.periods is not None and not 1 <= self.periods <= PERIODS_MAX:
            raise Misread("CB115", f"a calendar has 1 to {PERIODS_MAX:,} periods", "write how many periods the plan has", ("periods",))
        if self.start.unit is not self.every:
            example = {"month": "2027-01", "quarter": "2027-Q1", "week": "2027-W01", "year": "2027"}[self.every]
            raise Misread("CB118", f"the calendar counts every {self.every}, and `{self.start}` is a {self.start.unit}", f"write a start such as {example}", ("start",))
        try:
            _ = self.members
        except (ValueError, OverflowError) as error:
            raise Misread("CB118", "the calendar runs past the year 9999", "write fewer periods", ("periods",)) from error
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
    cost: Amount | None = None
    times: Weight | None = None
    per: Annotated[Per, _words(Per)] | None = None
    segments: tuple[Id, ...] | None = None
    channels: (
        Annotated[
            Annotated[dict[Id, Weight], Tag("<map>")] | Annotated[tuple[Id, ...], Tag("<list>")],
            Discriminator(lambda value: "<map>" if isinstance(value, dict) else "<list>"),
        ]
        | None
    ) = None
    when: tuple[SpanOf, ...] | None = None
    priority: Annotated[Priority, _words(Priority)] = Priority.SHOULD
    owner: Text = ""

    @model_validator(mode="after")
    def _weight_or_cost(self) -> "Activity":
        _either(self.weight, self.cost)
        for key, given in (("times", self.times), ("per", self.per)):
            if given is not None and self.cost is None:
                raise Misread("CB123", f"`{key}` counts a cost, and there is no `cost`", f"add `cost:`, or take `{key}` out", (key,))
        return self


class Channel(Model):
    """A way in which a customer is reached."""

    name: Text = ""
    weight: Weight | None = None
    cost: Amount | None = None
    contacts: Weight | None = None

    @model_validator(mode="after")
    def _weight_or_cost(self) -> "Channel":
        _either(self.weight, self.cost)
        if (self.cost is None) != (self.contacts is None):
            key, other = ("contacts", "cost") if self.cost is None else ("cost", "contacts")
            raise Misread("CB123", f"`{key}` is given without `{other}`", f"add `{other}:`, or take `{key}` out", (key,))
        return self


def _either(weight: Fraction | None, cost: int | None) -> None:
    if weight is not None and cost is not None:
        raise Misread("CB123", "a weight and a cost are both given", "keep `weight`, or keep `cost`", ("weight",))
    if cost is not None and cost < 0:
        raise Misread("CB115", "a cost is less than nothing", "write a cost of 0 or more", ("cost",))


class Category(Model):
    """A kind of activity, under the name that people read."""

    name: Text = ""


class Step(Model):
    """One split of every amount above it; further keys belong to the strategy."""

    model_config = ConfigDict(extra="allow")

    by: Annotated[
        Annotated[dict[Id, ShareOf], Tag("<map>")] | Annotated[Id, Tag("<text>")],
        Discriminator(lambda value: "<map>" if isinstance(value, dict) else "<text>"),
    ]
    across: Annotated[Dimension, _words(Dimension)] | None = None
    min: dict[Id, Bound] = {}
    max: dict[Id, Bound] = {}
    fixed: dict[Id, Bound] = {}
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
            raise Misread("CB123", "a limit says neither `min` nor `max`", "add `max:` or `min:`")
        return self


class Cuts(Model):
    """Segments cut from a ranked customer list: ``top 20%``, ``next 30%``, ``rest``."""

    by: Text
    cuts: dict[Id, Text] = Field(min_length=1)


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


class Plan(Model):
    """A retention plan: so much money, for these segments, activities, channels and periods, shared out by these steps.

    Amounts are whole minor units of ``currency``.
    """

    crmbudget: Annotated[int, BeforeValidator(_read_version), WithJsonSchema({"const": 1})] = 1
    name: Text = ""
    currency: Annotated[str, BeforeValidator(_read_code), WithJsonSchema({"type": "string", "pattern": "^[A-Z]{3}$"})]
    total: Amount
    reserve: Bound = 0
    calendar: Calendar | None = None
    customers: Customers | None = None
    segments: dict[Id, Segment] = {}
    categories: dict[Id, Annotated[Category, BeforeValidator(lambda v: {"name": v} if isinstance(v, str) else v)]] = {}
    activities: dict[Id, Activity] = {}
    channels: dict[Id, Channel] = {}
    allocate: tuple[Step, ...] | None = None
    limits: tuple[Limit, ...] = ()

    @property
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
