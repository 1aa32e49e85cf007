"""Words that many tables share: names of coordinates as titles, the row of totals, and who is meant by nobody."""

from collections.abc import Sequence

from crmbudget.planning.words import word_of
from crmbudget.wording import Said, joined, say

TOTAL = say("total")
NOBODY = say("(nobody)")
TITLES = {
    "segment": say("Segment"), "category": say("Category"), "activity": say("Activity"), "channel": say("Channel"),
    "period": say("Period"), "owner": say("Owner"), "budget": say("Budget"), "actual": say("Actual"),
    "variance": say("Variance"), "before": say("Before"), "after": say("After"), "change": say("Change"),
    "reserve": say("Reserve"), "allocated": say("Allocated"), "unassigned": say("Unassigned"),
}  # fmt: skip


def title(name: str) -> str:
    """A coordinate, or a figure, as the title of a column.

    >>> title("segment")
    'Segment'
    """
    return TITLES.get(name, name.capitalize())


def titles(names: Sequence[str]) -> Said:
    """Several coordinates as the title of one column.

    >>> titles(["segment", "activity"])
    'Segment / activity'
    """
    return joined(" / ", [*map(title, names[:1]), *map(word_of, names[1:])])


def listed(names: Sequence[str], separator: str = say(", ")) -> Said:
    """Coordinates in a sentence, one after the other."""
    return joined(separator, map(word_of, names))
