"""Who the texts in a file of lines are: members of the plan, or members that only the file names."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from crmbudget.finding import one_of
from crmbudget.planning.plan import CATEGORIES, Activity, Channel, Dimension, Plan, Segment
from crmbudget.reading.entries import Group
from crmbudget.reading.headers import Role
from crmbudget.reading.layers import NAMES
from crmbudget.wording import joined, say

COLLECTIONS = {Dimension.SEGMENT: "segments", Dimension.ACTIVITY: "activities", Dimension.CHANNEL: "channels"}


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why rows cannot be lines, for what they name; ``groups`` are all such rows."""

    message: str
    fix: str
    groups: Sequence[Group]


@dataclass(slots=True)
class Naming:
    """The members that rows name, in those ``dimensions`` that have a column: ``ids`` by what the file writes."""

    plan: Plan
    groups: Sequence[Group]
    dimensions: Sequence[Dimension]
    ids: dict[Dimension, dict[str, str]] = field(default_factory=dict)
    doubts: list[Doubt] = field(default_factory=list)
    owners_lost: bool = False
    """Whether the file names owners that no segment and no activity can keep."""

    def filled(self) -> Plan:
        """The plan with every member that the rows name; good for nothing where there are ``doubts``."""
        self.ids = {dimension: self._known(dimension) for dimension in self.dimensions}
        members = {
            dimension: {**self.plan.members(dimension), **self._made(dimension)} for dimension in self.dimensions
        }
        for dimension, owners in self._owners().items():
            for name, owner in owners.items():
                member = members[dimension][name]
                members[dimension][name] = member.model_copy(update={"owner": member.owner or owner})
        plan = self.plan.model_copy(update={COLLECTIONS[dimension]: its for dimension, its in members.items()})
        plan.__dict__.pop("_members", None)  # the copy must not remember the members of the original
        return plan

    def _by(self, role: Role) -> dict[str, list[Group]]:
        """The rows by their text in a column, in the order of the texts; none where there is no such column."""
        place = NAMES.index(role)
        found: dict[str, list[Group]] = defaultdict(list)
        for group in self.groups:
            if (text := group.names[place]) is not None:
                found[text].append(group)
        return dict(sorted(found.items()))

    def _by_id(self, dimension: Dimension) -> dict[str, list[Group]]:
        found: dict[str, list[Group]] = defaultdict(list)
        for text, groups in self._by(Role(dimension.value)).items():
            if text in self.ids[dimension]:
                found[self.ids[dimension][text]] += groups
        return found

    def _known(self, dimension: Dimension) -> dict[str, str]:
        """The id of each text of a dimension: a member's id or display name, else the text itself."""
        members = self.plan.members(dimension)
        titled = _by_title({name: member.name for name, member in members.items()})
        ids = {}
        for text, groups in self._by(Role(dimension.value)).items():
            named = [text] if text in members else titled.get(text, [text])
            if not text:
                self.doubts.append(
                    Doubt(
                        say("no {dimension} is given", dimension=dimension),
                        say("name the {dimension} in every row", dimension=dimension),
                        groups,
                    )
                )
            elif len(named) > 1:
                message = say("`{text}` is the name of {listed}", text=text, listed=_listed(named))
                self.doubts.append(Doubt(message, say("write the id of the {dimension}", dimension=dimension), groups))
            else:
                ids[text] = named[0]
        return ids

    def _made(self, dimension: Dimension) -> dict[str, Any]:
        """The members that only the file has."""
        if dimension is Dimension.ACTIVITY:
            return {name: Activity(category=category) for name, category in self._categories().items()}
        kind = Segment if dimension is Dimension.SEGMENT else Channel
        return {name: kind() for name in self._strangers(dimension)}

    def _strangers(self, dimension: Dimension) -> list[str]:
        """The ids that only the file has, in order."""
        return sorted(set(self.ids[dimension].values()) - self.plan.members(dimension).keys())

    def _categories(self) -> dict[str, str]:
        """The category of each activity that only the file has, which must have one there."""
        ids, place, made = self._category_ids(), NAMES.index(Role.CATEGORY), {}
        for name, groups in self._by_id(Dimension.ACTIVITY).items():
            declared = self.plan.activities.get(name)
            found = {ids[text] for group in groups if (text := group.names[place])}
            every = sorted(found | ({declared.category} if declared else set()))
            if not every:
                message = say("activity `{name}` has no category, in the plan or in the file", name=name)
                fix = say("declare it with its `category` under `activities:`")
                self.doubts.append(Doubt(message, fix, groups))
            elif len(every) > 1:
                message = say(
                    "activity `{name}` has {count} categories: {listed}",
                    name=name,
                    count=len(every),
                    listed=_listed(every),
                )
                self.doubts.append(Doubt(message, say("give it one, the same in the plan and in every row"), groups))
            made[name] = next(iter(every), CATEGORIES[0])
        return {name: made[name] for name in self._strangers(Dimension.ACTIVITY)}

    def _category_ids(self) -> dict[str, str]:
        """The category that each text means; one that there is not means itself."""
        names = dict.fromkeys(CATEGORIES, "") | {
            name: category if isinstance(category, str) else category.name
            for name, category in self.plan.categories.items()
        }
        titled = _by_title(names)
        ids = {}
        for text, groups in self._by(Role.CATEGORY).items():
            named = [text] if text in names else titled.get(text, [])
            if text and len(named) != 1:
                fix = say("{one_of}; or add it under `categories:`", one_of=one_of(text, names))
                self.doubts.append(Doubt(say("there is no category `{text}` in this plan", text=text), fix, groups))
            ids[text] = named[0] if named else text
        return ids

    def _owners(self) -> Mapping[Dimension, Mapping[str, str]]:
        """The owners by activity, else by segment, where each has the same one on all its rows."""
        place = NAMES.index(Role.OWNER)
        if not any(group.names[place] for group in self.groups):
            return {}
        for dimension in (Dimension.ACTIVITY, Dimension.SEGMENT):
            rows = self._by_id(dimension) if dimension in self.dimensions else {}
            owners = {name: {group.names[place] or "" for group in groups} for name, groups in rows.items()}
            if owners and all(len(names) == 1 for names in owners.values()):
                return {dimension: {name: next(iter(names)) for name, names in owners.items()}}
        self.owners_lost = True
        return {}


def _by_title(names: Mapping[str, str]) -> dict[str, list[str]]:
    """The ids by display name."""
    found: dict[str, list[str]] = defaultdict(list)
    for name, title in names.items():
        if title:
            found[title].append(name)
    return found


def _listed(names: Sequence[str]) -> str:
    return joined(say(" and "), [f"`{name}`" for name in names])
