"""Templates of the files that a plan begins with: package data, in each language that people read."""

import re
from collections.abc import Mapping
from datetime import date
from importlib.resources import files

from crmbudget.period import read_period, sequence
from crmbudget.wording import language

_MARK = re.compile(r"\{\{(\w+)\}\}")
_MONTHS = 12


def template(name: str) -> str:
    """A file of this room, in the reader's language where it is written in more than one."""
    folder = files("crmbudget.starting") / "files"
    own = folder / language() / name
    return (own if own.is_file() else folder / name).read_text("utf-8")


def filled(text: str, facts: Mapping[str, str]) -> str:
    """The text with each ``{{mark}}`` replaced; KeyError for one without a fact.

    >>> filled("start: {{first}}", {"first": "2027-01"})
    'start: 2027-01'
    """
    return _MARK.sub(lambda found: facts[found[1]], text)


def months(as_of: date) -> dict[str, str]:
    """The twelve months after a day, by the names that templates have for them; ValueError after the year 9999."""
    _, *following = sequence(read_period(f"{as_of:%Y-%m}"), _MONTHS + 1)
    named = {f"month{place}": str(period) for place, period in enumerate(following, 1)}
    return {**named, "first": str(following[0]), "last": str(following[-1])}
