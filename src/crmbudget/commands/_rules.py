"""The rules of ``crmbudget check``: the day on which plans are looked at, and what the rules find."""

import os
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated

from crmbudget.calling import Option
from crmbudget.commands._outcome import usage
from crmbudget.finding import Finding
from crmbudget.wording import say

if TYPE_CHECKING:
    from crmbudget.allocation.budget import Budget
    from crmbudget.planning.loader import Loaded

Day = Annotated[
    str,
    Option(
        "--as-of", metavar="DAY", help="The day on which the plans are looked at, as in 2027-03-31; else today in UTC."
    ),
]
_EPOCH = "SOURCE_DATE_EPOCH"


def day(text: str) -> date:
    """The day that is asked for, else that of ``SOURCE_DATE_EPOCH``, else today, in UTC; Refused where it is none."""
    if text:
        try:
            return date.fromisoformat(text)
        except ValueError as error:
            raise usage(say("`{text}` is not a day", text=text), say("write one such as 2027-03-31")) from error
    seconds = os.environ.get(_EPOCH)
    if not seconds:
        return datetime.now(UTC).date()
    try:
        return datetime.fromtimestamp(int(seconds), UTC).date()
    except (ValueError, OverflowError, OSError) as error:
        message = say("`{text}` in {name} is not a number of seconds", text=seconds, name=_EPOCH)
        raise usage(message, say("write the seconds since 1970, or say --as-of")) from error


def found(loaded: "Loaded", budget: "Budget", as_of: date, told: Sequence[Finding] = ()) -> list[Finding]:
    """What the rules find in a valid plan, but what they have told already of the same place."""
    from crmbudget.rules import Subject
    from crmbudget.rules._judging import judge

    subject = Subject(loaded.ready, loaded.source, budget, as_of, loaded.scenario, loaded.changes)
    known = {(one.code, one.place) for one in told}
    return [one for one in judge(subject) if (one.code, one.place) not in known]
