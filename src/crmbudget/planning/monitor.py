"""How spending is watched, as frozen models: from when on a line is told of, and how much of the work is done."""

from typing import Annotated

from pydantic import AfterValidator, Discriminator, Field, Tag

from crmbudget.finding import Misread
from crmbudget.planning.members import Model
from crmbudget.planning.scalars import Share
from crmbudget.planning.types import Amount, Id, ShareOf, form
from crmbudget.wording import say


def _not_negative(amount: int) -> int:
    if amount < 0:
        raise Misread("CB115", say("a threshold is less than nothing"), say("write an amount of 0 or more"))
    return amount


def _some(share: Share) -> Share:
    if share.of_one == 0:
        raise Misread(
            "CB115",
            say("`{share}` of a budget is used up before a cent is spent", share=share),
            say("write a share above 0%"),
        )
    return share


def _part(share: Share) -> Share:
    if share.of_one > 1:
        raise Misread(
            "CB115", say("`{share}` is more than all of the work", share=share), say("write a share from 0% to 100%")
        )
    return share


Done = Annotated[ShareOf, AfterValidator(_part), form("share-of-all")]


class Threshold(Model):
    """How far a line may be off its budget: it is told of when it is off by more than both."""

    percent: ShareOf = Field(default="0%", validate_default=True)
    amount: Annotated[Amount, AfterValidator(_not_negative), form("cost")] = 0


class Monitor(Model):
    """When a line counts as over, under or nearly used up, and how much of the year's work is done."""

    over: Threshold = Field(default={"percent": "10%"}, validate_default=True)
    under: Threshold = Field(default={"percent": "25%"}, validate_default=True)
    watch: Annotated[ShareOf, AfterValidator(_some), form("share-above-zero")] = Field(
        default="90%", validate_default=True
    )
    progress: (
        Annotated[
            Annotated[dict[Id, Done], Field(min_length=1), Tag("<map>")] | Annotated[Done, Tag("<text>")],
            Discriminator(lambda value: "<map>" if isinstance(value, dict) else "<text>"),
        ]
        | None
    ) = None
