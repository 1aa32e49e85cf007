"""What a field of an answer is: its name, what it holds, what it means, and its title for people."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from crmbudget.reporting.report import Kind
from crmbudget.reporting.views.words import title
from crmbudget.wording import say


class Holds(Enum):
    """What stands in a field, and its kind of cell."""

    TEXT = "text"
    MONEY = "money"
    COUNT = "count"
    PERCENT = "percent"
    RATIO = "ratio"
    FLAG = "flag"

    @property
    def kind(self) -> Kind:
        """The kind of a table's cells; a flag is shown as its word."""
        return Kind.TEXT if self is Holds.FLAG else Kind[self.name]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record or of the summary; without a ``title`` it is for programs alone.

    ``empty`` fields may be null; those that are not ``always`` there depend on the plan or on what was asked for.
    """

    key: str
    holds: Holds
    says: str
    title: str = ""
    empty: bool = False
    always: bool = True
    adds: bool = True
    examples: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Records:
    """A list of records; people see it under its ``title``, with a row of totals where its rows are ``summed``."""

    says: str
    fields: tuple[Field, ...]
    title: str = ""
    always: bool = True
    summed: bool = False


@dataclass(frozen=True, slots=True)
class Contract:
    """What an answer holds beside what all have: its summary, its results, and further lists by name."""

    says: str
    summary: tuple[Field, ...] = ()
    results: Records = Records("Nothing.", ())
    lists: Mapping[str, Records] = field(default_factory=dict)


def text(key: str, says: str, title_: str = "", *examples: str, empty: bool = False, always: bool = True) -> Field:
    """A text."""
    return Field(key, Holds.TEXT, says, title_, empty, always, examples=examples)


def money(
    key: str, says: str, title_: str = "", *, empty: bool = False, always: bool = True, adds: bool = True
) -> Field:
    """An amount of money."""
    return Field(key, Holds.MONEY, says, title_, empty, always, adds)


def count(key: str, says: str, title_: str = "", *, empty: bool = False, always: bool = True) -> Field:
    """A whole number."""
    return Field(key, Holds.COUNT, says, title_, empty, always)


def percent(key: str, says: str, title_: str = "", *, empty: bool = False) -> Field:
    """A part of a whole, in percent."""
    return Field(key, Holds.PERCENT, says, title_, empty)


def ratio(key: str, says: str, title_: str = "", *, empty: bool = False) -> Field:
    """A number with four decimals."""
    return Field(key, Holds.RATIO, says, title_, empty)


def flag(key: str, says: str, title_: str = "") -> Field:
    """True or false."""
    return Field(key, Holds.FLAG, says, title_)


COORDINATES = {
    "segment": ("The id of a segment.", "key"),
    "category": ("The category of the activity.", "gift"),
    "activity": ("The id of an activity.", "gifts"),
    "channel": ("The id of a channel.", "visit"),
    "period": ("The id of a period.", "2027-09"),
    "owner": ("Who answers for it; empty where nobody does.", "wang.li"),
}


def coordinates(*, empty: bool = False) -> tuple[Field, ...]:
    """The coordinates of a line; there as far as the steps split them, or as they follow."""
    return tuple(
        text(name, says, title(name), example, empty=empty, always=False)
        for name, (says, example) in COORDINATES.items()
    )


def dimensions(*, empty: bool = False) -> tuple[Field, ...]:
    """The coordinates that a step splits."""
    return tuple(field for field in coordinates(empty=empty) if field.key not in {"category", "owner"})


def place(*, empty: bool = False) -> tuple[Field, Field]:
    """Where something of the plan is written."""
    return (
        text("path", "The file in which it is written.", "", "plan.yaml", empty=empty),
        count("line", "The line on which it is written, from 1.", say("Line"), empty=True),
    )


SCENARIO = text("scenario", "The scenario that was asked for.", say("Scenario"), "downturn", always=False)
