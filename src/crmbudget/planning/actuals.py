"""Files of amounts as frozen models: what was spent, or lines that are ready; how they are read, and in which money."""

from fractions import Fraction
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from crmbudget.finding import Misread, misspelt, one_of
from crmbudget.planning.members import Model
from crmbudget.planning.types import Id, Text, Weight, Whole, form
from crmbudget.reading.roles import PERIOD, Role
from crmbudget.wording import say

__all__ = ["Actuals", "Dialect", "Lines", "Rate", "Role"]


_KEYS = (*Role, PERIOD)


def _read_role(value: object) -> object:
    if value not in _KEYS:
        raise Misread(
            "CB119",
            say("`{value}` is not a role that a column can have", value=value),
            one_of(str(value), _KEYS),
            meant=misspelt(str(value), _KEYS),
        )
    return Role(str(value))


def _given(text: str) -> str:
    if not text.strip():
        raise Misread(
            "CB107", say("a text is expected here, and nothing is given"), say("fill it, or take the key out")
        )
    return text


def _one_date(columns: object) -> object:
    if isinstance(columns, dict) and {Role.DATE, PERIOD} <= columns.keys():
        raise Misread(
            "CB123", say("`date` and `period` both say when"), say("keep `date`, or keep `period`"), (PERIOD,)
        )
    return columns


def _read_delimiter(text: str) -> str:
    sign = "\t" if text in {"tab", "\\t"} else text
    if len(sign) > 1:
        raise Misread(
            "CB119",
            say("`{text}` is not one sign", text=text),
            say("write one sign in quotes, such as ';', or the word tab"),
        )
    if sign != "\t" and (sign.isalnum() or _given(sign) == '"'):
        raise Misread(
            "CB119",
            say("`{text}` cannot part cells", text=text),
            say("write a sign that stands in no cell, such as ';'"),
        )
    return sign


def _above_zero(rate: Fraction) -> Fraction:
    if rate == 0:
        raise Misread(
            "CB115", say("a rate of 0 makes every amount nothing"), say("write the plan currency for one unit")
        )
    return rate


Given = Annotated[
    Text,
    AfterValidator(_given),
    form("given"),
]
Delimiter = Annotated[
    Text,
    AfterValidator(_read_delimiter),
    form("delimiter"),
]
Key = Annotated[Role, BeforeValidator(_read_role), WithJsonSchema({"type": "string", "enum": list(_KEYS)})]
Columns = Annotated[dict[Key, Given], BeforeValidator(_one_date)]
Rate = Annotated[
    Weight,
    AfterValidator(_above_zero),
    form("rate"),
]


class Dialect(Model):
    """How a file is written, where its texts alone would not tell; ``skip`` lines stand above the header."""

    encoding: Given | None = None
    delimiter: Delimiter | None = None
    decimal: Literal["point", "comma"] | None = None
    date: Given | None = None
    skip: Whole | None = None
    sheet: Given | None = None


class Actuals(Model):
    """How files of actuals are read: the header of each role, and the plan's id for other words in the files."""

    columns: Columns = Field(default={}, validate_default=True)
    aliases: dict[Id, Id] = Field(default={})
    dialect: Dialect = Field(default={}, validate_default=True)


class Lines(Model):
    """A file of lines that are ready, in place of steps."""

    source: Given = Field(alias="from")
    columns: Columns = Field(default={}, validate_default=True)
    dialect: Dialect = Field(default={}, validate_default=True)
