"""Many changes as few causes: the changes of one kind together, then all of one collection."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from crmbudget.comparing.changes import Change
from crmbudget.comparing.edits import Edit
from crmbudget.wording import joined, say

CAUSES_MAX = 40
"""Causes that one comparison tells apart; more would be more than anybody reads."""
Kind = Callable[[Change], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Bundle:
    """Changes that are made together, in order; usually one."""

    changes: tuple[Change, ...]

    @property
    def edits(self) -> list[Edit]:
        """What makes them all."""
        return [edit for change in self.changes for edit in change.edits]

    @property
    def text(self) -> str:
        """One line for all of them."""
        first = self.changes[0]
        if len(self.changes) == 1:
            return first.text
        collections = {change.kind[0] for change in self.changes}
        if len(self.changes) <= 3 or len(collections) > 1:  # noqa: PLR2004 - as many as a line holds
            more = say("; and {count} more", count=len(self.changes) - 3) if len(self.changes) > 3 else ""  # noqa: PLR2004 - as above
            return joined("", [joined(say("; "), [change.text for change in self.changes[:3]]), more])
        keys = list(dict.fromkeys(change.kind[1] for change in self.changes))
        members = len({change.edits[0].at[1] for change in self.changes})
        return f"{members:,} {_many(first.kind[0])}: {', '.join(keys)}"


def _many(collection: str) -> str:
    return "steps" if collection == "allocate" else collection


def bundles(changes: Sequence[Change], most: int = CAUSES_MAX) -> list[Bundle]:
    """Each change alone where they are few; else the largest kinds together, in the place of their first, until they are."""
    made = [Bundle((change,)) for change in changes]
    kinds: tuple[Kind, ...] = (lambda change: change.kind, lambda change: change.kind[:1])
    for kind in kinds:
        made = _joined(made, kind, most)
    return made


def _joined(made: list[Bundle], kind: Kind, most: int) -> list[Bundle]:
    groups: dict[tuple[str, ...], list[Bundle]] = {}
    for bundle in made:
        groups.setdefault(kind(bundle.changes[0]), []).append(bundle)
    excess, joined = len(made) - most, set[tuple[str, ...]]()
    for key, group in sorted(groups.items(), key=lambda entry: -len(entry[1])):
        if excess > 0 and len(group) > 1 and key[0] != "plan":
            excess -= len(group) - 1
            joined.add(key)
    found: list[Bundle] = []
    for bundle in made:
        key = kind(bundle.changes[0])
        if key not in joined:
            found.append(bundle)
        elif groups[key][0] is bundle:
            found.append(Bundle(tuple(change for one in groups[key] for change in one.changes)))
    return found
