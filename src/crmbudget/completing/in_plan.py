"""Words that a plan itself has: ids, keys, scenarios, periods."""

from collections.abc import Iterable, Iterator
from typing import Any

from crmbudget.completing.offer import Offer
from crmbudget.wording import say

Tree = dict[str, Any]
COORDINATES = ("segment", "category", "activity", "channel", "period", "owner")
CATEGORIES = ("service", "event", "gift", "communication", "system")
PERIODS_MAX = 600
_COUNTS = {"month": 12, "quarter": 4, "week": 52, "year": 1}


def _members(tree: Tree, key: str) -> Tree:
    found = tree.get(key)
    return found if isinstance(found, dict) else {}


def _under(tree: Tree, *keys: str) -> Tree:
    """The mapping that a path leads to; an empty one where it leads to none."""
    for key in keys:
        tree = _members(tree, key)
    return tree


def _named(members: Tree) -> Iterator[Offer]:
    """Ids, with the display name of each."""
    for name, member in members.items():
        told = member.get("name", "") if isinstance(member, dict) else member
        yield Offer(name, told if isinstance(told, str) else "")


def _all(tree: Tree, *kinds: str) -> Iterator[Tree]:
    """Every member of these kinds that is a mapping."""
    for kind in kinds:
        yield from (member for member in _members(tree, kind).values() if isinstance(member, dict))


def _texts(values: Iterable[Any]) -> Iterator[Offer]:
    yield from (Offer(value) for value in dict.fromkeys(value for value in values if isinstance(value, str)))


def segments(tree: Tree) -> Iterator[Offer]:
    """Segments of the plan, and those that its customer list is cut into."""
    yield from _named(_members(tree, "segments"))
    yield from (Offer(name) for name in _under(tree, "customers", "segment", "cuts"))


def categories(tree: Tree) -> Iterator[Offer]:
    """The categories of its activities; the five where it has none."""
    names = _members(tree, "categories")
    used = dict.fromkeys(one["category"] for one in _all(tree, "activities") if isinstance(one.get("category"), str))
    for name in used or CATEGORIES:
        told = names.get(name, "")
        yield Offer(name, told if isinstance(told, str) else "")


def activities(tree: Tree) -> Iterator[Offer]:
    """Activities of the plan."""
    return _named(_members(tree, "activities"))


def channels(tree: Tree) -> Iterator[Offer]:
    """Channels of the plan."""
    return _named(_members(tree, "channels"))


def owners(tree: Tree) -> Iterator[Offer]:
    """Who answers for a segment or an activity."""
    return _texts(one.get("owner") for one in _all(tree, "segments", "activities"))


def periods(tree: Tree) -> Iterator[Offer]:
    """Periods of the calendar."""
    from crmbudget.period import read_period, sequence

    calendar = _members(tree, "calendar")
    count = str(calendar.get("periods") or _COUNTS.get(str(calendar.get("every", "month")), 1))
    try:
        start = read_period(str(calendar.get("start")))
        found = sequence(start, min(int(count), PERIODS_MAX))
    except ValueError:
        return iter(())
    return _texts(map(str, found))


def scenarios(tree: Tree) -> Iterator[Offer]:
    """Scenarios of the plan, and the plan without any."""
    yield from _named(_members(tree, "scenarios"))
    yield Offer("base", say("the plan itself"))


IDS = dict(zip(COORDINATES, (segments, categories, activities, channels, periods, owners), strict=True))


def coordinates(tree: Tree) -> list[str]:
    """Those that the lines of the plan may have; all where the plan does not say, as for ready lines."""
    if not tree or "lines" in tree:
        return list(COORDINATES)
    keys = {
        "segment": ("segments", "customers"), "category": ("activities",), "activity": ("activities",),
        "channel": ("channels",), "period": ("calendar",),
    }  # fmt: skip
    there = [name for name, places in keys.items() if any(place in tree for place in places)]
    return [*there, *(["owner"] if any(owners(tree)) else [])]


def keys(tree: Any, word: str, head: str = "") -> Iterator[Offer]:
    """Keys of the plan on the way that a dotted text begins; behind a single value's, the value that it has."""
    pairs = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for name, value in pairs:
        key = f"{head}{name}"
        if isinstance(value, str):
            given = word.startswith(f"{key}=")
            yield Offer(f"{key}={value}", head=len(key) + 1) if given else Offer(f"{key}=", value, True, len(head))  # noqa: FBT003 - more
        elif word.startswith(f"{key}."):
            yield from keys(value, word, f"{key}.")
        else:
            told = value.get("name", "") if isinstance(value, dict) else ""
            yield Offer(
                f"{key}{'.' if value else '='}", told if isinstance(told, str) else "", more=True, head=len(head)
            )
