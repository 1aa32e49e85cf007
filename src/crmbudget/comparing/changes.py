"""What differs between two plans and may move money, in the order in which it is changed, one thing after the other.

Comments, key order, the spelling of numbers, and a default that is written out are no change. The order: total, reserve,
calendar; members that are new; the numbers of segments, activities and channels; steps, their bounds, limits; members
that are gone.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from crmbudget.comparing.edits import Edit
from crmbudget.comparing.sides import Side
from crmbudget.finding import Place
from crmbudget.planning.inputs import ABSENT, said
from crmbudget.planning.plan import Activity, Calendar, Channel, Per, Segment
from crmbudget.planning.source import Path
from crmbudget.wording import say

COLLECTIONS = ("segments", "channels", "activities")
PRICES = {"activities": ("weight", "cost", "times", "per"), "channels": ("weight", "cost", "contacts")}
_KEYS = {
    "segments": ("customers", "value"),
    "activities": (*PRICES["activities"], "segments", "channels", "when", "priority", "category"),
    "channels": PRICES["channels"],
}


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs: ``edits`` make it in the older plan; ``kind`` is its collection, and its key there.

    ``what`` names it, ``before`` and ``after`` are its values as texts, None where it is no value that changed.
    """

    edits: tuple[Edit, ...]
    kind: tuple[str, str]
    what: str
    place: Place
    before: str | None = None
    after: str | None = None

    @property
    def text(self) -> str:
        """The change on one line."""
        return self.what if self.before is None else f"{self.what}: {self.before} -> {self.after}"


def changes(before: Side, after: Side) -> list[Change]:
    """Every change, in order."""
    from crmbudget.comparing.line_changes import line_changes
    from crmbudget.comparing.step_changes import bound_changes, limit_changes, step_changes

    if before.plan.lines or after.plan.lines:
        return line_changes(before, after)
    return [
        *(change for key in ("total", "reserve") for change in valued(before, after, (key,), ("plan", key))),
        *_calendar(before, after),
        *(change for collection in COLLECTIONS for change in _added(before, after, collection)),
        *(change for collection in ("segments", "activities", "channels") for change in numbers(before, after, collection)),
        *step_changes(before, after),
        *bound_changes(before, after),
        *limit_changes(before, after),
        *(change for collection in reversed(COLLECTIONS) for change in _removed(before, after, collection)),
    ]  # fmt: skip


def valued(before: Side, after: Side, at: Path, kind: tuple[str, str]) -> Iterator[Change]:
    """The change of one value, where it means something else than before."""
    holders = before.node(at[:-1]), after.node(at[:-1])
    old, new = (meaning(holder, at[-1]) for holder in holders)
    if old != new:
        yield value_change(before, after, [Edit(at, said(holders[1], at[-1:]))], kind, defaults=(old, new))


def value_change(
    before: Side,
    after: Side,
    edits: list[Edit],
    kind: tuple[str, str],
    *,
    what: str = "",
    defaults: tuple[Any, Any] = (None, None),
) -> Change:
    """A value that is another one: at its line in the newer plan, in the older one where it is taken out."""
    at: Any = edits[0].at
    place = before.place(at) if before.writes(at) and not after.writes(at) else after.place(at)
    texts = (before.text(at, defaults[0]), after.text(at, defaults[1]))
    return Change(tuple(edits), kind, what or ".".join(map(str, at)), place, *texts)


def meaning(holder: Any, key: str | int) -> Any:
    """What a plan or a member says, in the form in which equal things are equal: defaults filled in, sets as sets."""
    value = said(holder, (key,))
    value = None if value is ABSENT else value
    if isinstance(value, Calendar):
        return value.members
    if isinstance(holder, Activity | Channel):
        default = {"weight": 1 if holder.cost is None else None, "times": 1, "per": Per.PLAN}.get(str(key))
        value = default if value is None else value
        if key in {"times", "per"} and holder.cost is None:
            return None
        if isinstance(value, tuple):
            return frozenset((span.first, span.last) if key == "when" else span for span in value)
    return value


def _calendar(before: Side, after: Side) -> Iterator[Change]:
    yield from valued(before, after, ("calendar",), ("plan", "calendar"))


def _added(before: Side, after: Side, collection: str) -> Iterator[Change]:
    old, new = getattr(before.plan, collection), getattr(after.plan, collection)
    for name in sorted(new.keys() - old.keys()):
        place = after.place((collection, name), key=True)
        yield Change(
            (Edit((collection, name), new[name]),),
            (collection, "new"),
            say("{collection}.{name}: new", collection=collection, name=name),
            place,
        )


def _removed(before: Side, after: Side, collection: str) -> Iterator[Change]:
    old, new = getattr(before.plan, collection), getattr(after.plan, collection)
    for name in sorted(old.keys() - new.keys()):
        place = before.place((collection, name), key=True)
        yield Change(
            (Edit((collection, name), ABSENT),),
            (collection, "gone"),
            say("{collection}.{name}: gone", collection=collection, name=name),
            place,
        )


def numbers(before: Side, after: Side, collection: str, keys: Iterable[str] = ()) -> Iterator[Change]:
    """What is said otherwise of the members that both plans have, and who answers for them."""
    old, new = getattr(before.plan, collection), getattr(after.plan, collection)
    for name in sorted(old.keys() & new.keys()):
        if old[name] != new[name]:
            yield from _of_member(before, after, (collection, name), old[name], new[name], tuple(keys))


def _of_member(before: Side, after: Side, at: Path, old: Any, new: Any, only: tuple[str, ...]) -> Iterator[Change]:
    collection = str(at[0])
    skipped: tuple[str, ...] = ()
    if not only and not isinstance(old, Segment) and (old.cost is None) != (new.cost is None):
        skipped = PRICES[collection]
        yield _priced(before, after, at, new)
    own = {**(old.model_extra or {}), **(new.model_extra or {})}
    owner = [] if collection == "channels" else ["owner"]
    for key in only or (*_KEYS[collection], *sorted(own), *owner):
        if key not in skipped:
            yield from valued(before, after, (*at, key), (collection, key))


def _priced(before: Side, after: Side, at: Path, new: Any) -> Change:
    """A weight in place of a cost, or the other way round: neither can be changed without the other."""
    keys = PRICES[str(at[0])]
    edits = tuple(Edit((*at, key), getattr(new, key)) for key in keys)
    texts = (_price(side, at, keys) for side in (before, after))
    first = next(key for key in ("cost", "weight") if getattr(new, key) is not None or key == "weight")
    return Change(edits, (str(at[0]), "weight"), ".".join(map(str, at)), after.place((*at, first)), *texts)


def _price(side: Side, at: Path, keys: Iterable[str]) -> str:
    given = [key for key in keys if getattr(side.node(at), key) is not None]
    return " ".join(f"{key} {side.text((*at, key))}" for key in given) or say("no weight")
