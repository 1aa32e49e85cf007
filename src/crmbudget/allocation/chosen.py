"""Lines chosen by coordinates as typed: ``segment=key activity=gifts period=2027-Q1``."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from crmbudget.allocation.budget import COORDINATES
from crmbudget.finding import Misread, nearest, one_of
from crmbudget.period import read_span
from crmbudget.planning.plan import Activity, Dimension, Plan
from crmbudget.wording import say

_WHERE = {"segments": Dimension.SEGMENT, "channels": Dimension.CHANNEL, "when": Dimension.PERIOD}


@dataclass(frozen=True)
class Chosen:
    """Which lines are asked for: ``words`` as typed, and by coordinate the ids that match; no coordinate, all lines."""

    plan: Plan
    words: Mapping[str, str]
    wanted: Mapping[str, AbstractSet[str]]

    def without(self, name: str) -> "Chosen":
        """The same without one coordinate."""
        words, wanted = dict(self.words), dict(self.wanted)
        del words[name], wanted[name]
        return Chosen(self.plan, words, wanted)

    def members(self, dimension: Dimension) -> AbstractSet[str] | None:
        """The members of a dimension that match; None where all of them do."""
        own = self.wanted.get(dimension)
        if dimension is not Dimension.ACTIVITY or "category" not in self.wanted:
            return own
        kinds = self.wanted["category"]
        inside = {name for name, activity in self.plan.activities.items() if activity.category in kinds}
        return inside if own is None else inside & own

    def owned(self, at: Mapping[Dimension, str]) -> bool:
        """Whether a line with these coordinates has the owner that is asked for."""
        return "owner" not in self.wanted or owner_of(self.plan, at) in self.wanted["owner"]

    def value(self, name: str, at: Mapping[Dimension, str]) -> str:
        """What a line with these coordinates has for a coordinate of any name."""
        if name == "category":
            return self.plan.activities[at[Dimension.ACTIVITY]].category
        return owner_of(self.plan, at) if name == "owner" else at[Dimension(name)]


def owner_of(plan: Plan, at: Mapping[Dimension, str]) -> str:
    """Who answers for a line: the activity's owner, else the segment's; empty where nobody does."""
    activity = plan.activities[at[Dimension.ACTIVITY]].owner if Dimension.ACTIVITY in at else ""
    return activity or (plan.segments[at[Dimension.SEGMENT]].owner if Dimension.SEGMENT in at else "")


def choose(plan: Plan, dimensions: Sequence[Dimension], words: Mapping[str, str]) -> Chosen:
    """The lines that the words name, where lines have these dimensions; Misread for a name or a value there is not."""
    known = _names(plan, dimensions)
    wanted = {}
    for name, value in words.items():
        if name not in known:
            message = say("the lines of this plan have no coordinate `{name}`", name=name)
            raise Misread("CB001", message, one_of(name, known))
        wanted[name] = _ids(plan, dimensions, name, value)
    return Chosen(plan, {name: words[name] for name in known if name in words}, wanted)


def _names(plan: Plan, dimensions: Sequence[Dimension]) -> list[str]:
    """The coordinates that lines of these dimensions have: their own, and what follows from them."""
    follows = {"category"} if Dimension.ACTIVITY in dimensions else set()
    follows |= {"owner"} if _owners(plan, dimensions) else set()
    return [name for name in COORDINATES if name in follows or name in dimensions]


def _owners(plan: Plan, dimensions: Sequence[Dimension]) -> set[str]:
    activities = plan.activities.values() if Dimension.ACTIVITY in dimensions else ()
    segments = plan.segments.values() if Dimension.SEGMENT in dimensions else ()
    return {member.owner for group in (activities, segments) for member in group} - {""}


def _ids(plan: Plan, dimensions: Sequence[Dimension], name: str, value: str) -> AbstractSet[str]:
    if name == Dimension.PERIOD:
        return _periods(plan, value)
    if name == "category":
        known = {activity.category: plan.categories.get(activity.category) for activity in plan.activities.values()}
        titles = {kind: said if isinstance(said, str) else said.name for kind, said in known.items() if said}
        return _one(name, value, sorted(known), titles)
    if name == "owner":
        return _one(name, value, sorted(_owners(plan, dimensions)), {})
    members = plan.members(Dimension(name))
    return _one(name, value, list(members), {one: facts.name for one, facts in members.items()})


def _one(name: str, value: str, known: Sequence[str], titles: Mapping[str, str]) -> AbstractSet[str]:
    """The id itself; Misread with the near one, which may be meant by its display name."""
    if value in known:
        return frozenset([value])
    fold = value.casefold()
    meant = next((one for one, title in titles.items() if title.casefold() == fold), None) or nearest(value, known)
    inside = [one for one in known if fold in one.casefold()]
    meant = meant or min(inside, key=lambda one: (not one.casefold().startswith(fold), len(one), one), default=None)
    fix = say("did you mean `{meant}`?", meant=meant) if meant else one_of(value, known)
    raise Misread("CB001", say("there is no {name} `{value}` in this plan", name=name, value=value), fix)


def _periods(plan: Plan, value: str) -> AbstractSet[str]:
    """The plan's periods in a period or a span."""
    members = plan.members(Dimension.PERIOD)
    try:
        span = read_span(value)
    except ValueError as error:
        near = nearest(value, members)
        fix = (
            say("did you mean `{near}`?", near=near)
            if near
            else say("write 2027-01, 2027-Q1, 2027-W05, 2027, or 2027-04..2027-12")
        )
        raise Misread("CB001", error.args[0], fix) from error
    found = frozenset(name for name, period in members.items() if span.holds(period))
    if not found:
        first, last = next(iter(members)), next(reversed(members))
        raise Misread(
            "CB001",
            say("the plan has no period in `{value}`", value=value),
            say("its periods are `{first}` to `{last}`", first=first, last=last),
        )
    return found


def barred(chosen: Chosen) -> Iterator[Misread]:
    """Why activities that are asked for spend nothing where it is asked: their own restrictions, each with its path."""
    activities = chosen.members(Dimension.ACTIVITY)
    for name in sorted(activities or ()):
        facts: Activity = chosen.plan.activities[name]
        for key, dimension in _WHERE.items():
            open_to, asked = _open_to(chosen.plan, facts, key), chosen.members(dimension)
            if open_to is not None and asked is not None and not asked & set(open_to):
                shown = ", ".join(open_to[:6]) + (
                    say(" and {count:,} more", count=len(open_to) - 6) if len(open_to) > 6 else ""  # noqa: PLR2004 - a line's worth of names
                )
                message = say(
                    "activity `{name}` spends only in {shown}: its `{key}` says so",
                    name=name,
                    shown=shown or say("no such place"),
                    key=key,
                )
                fix = say("ask for one of these as `{dimension}`, or leave `{dimension}` out", dimension=dimension)
                yield Misread("CB001", message, fix, ("activities", name, key))


def _open_to(plan: Plan, facts: Activity, key: str) -> list[str] | None:
    """The members among which an activity may spend, by the plan's order; None where it may everywhere."""
    if key == "when":
        periods = plan.members(Dimension.PERIOD)
        return None if facts.when is None else [
            name for name, period in periods.items() if any(span.holds(period) for span in facts.when)
        ]  # fmt: skip
    given = getattr(facts, key)
    return None if given is None else list(given)
