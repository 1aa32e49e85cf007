"""What the texts in a file of actuals are called in the plan."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from crmbudget.allocation.budget import Budget
from crmbudget.finding import nearest
from crmbudget.planning.plan import CATEGORIES, Dimension, Plan
from crmbudget.planning.words import word_of
from crmbudget.reading.layers import NAMES
from crmbudget.wording import joined, say

Texts = tuple[str | None, ...]
"""What a row says, in the order of NAMES."""


class Names:
    """Ids by what a file may call them: the id, else an alias of the plan, else the display name where only one has it.

    ``names`` are the coordinates by which rows find their budget.
    """

    def __init__(self, budget: Budget, names: Sequence[str]) -> None:
        self.names = tuple(names)
        self._budget = budget
        self._called: dict[str, dict[str, str]] = {}
        self._found: dict[Texts, tuple[tuple[str, ...], str]] = {}

    def cell(self, texts: Texts) -> tuple[tuple[str, ...], str]:
        """The ids that the texts stand for, and why no budget line has them: empty where one has."""
        if texts not in self._found:
            known = dict(zip(map(str, NAMES), texts, strict=True))
            activity = known["activity"]
            if known["category"] is None and activity:
                known["category"] = self._category(activity)
            cell, reason = self._look_up([known[name] for name in self.names])
            if "category" in self.names and activity and not known["category"]:
                reason = _unknown(activity, "activity")
            self._found[texts] = cell, reason
        return self._found[texts]

    def known(self, texts: Texts) -> dict[str, str]:
        """Every coordinate that is given, as its id; as its text where the plan knows none."""
        return {str(name): self._ids(name).get(text) or text for name, text in zip(NAMES, texts, strict=True) if text}

    def near(self, name: str, text: str) -> str | None:
        """The id that a text was probably meant to be."""
        known = {called: meant for called, meant in self._ids(name).items() if meant}
        found = nearest(text, known)
        return known[found] if found else None

    def _look_up(self, texts: Sequence[str | None]) -> tuple[tuple[str, ...], str]:
        ids = [self._ids(name).get(text or "") for name, text in zip(self.names, texts, strict=True)]
        cell = tuple(meant or text or "" for meant, text in zip(ids, texts, strict=True))
        reasons = [
            say("no {coordinate} is given", coordinate=word_of(name))
            if not text
            else _unknown(text, name)
            if meant is None
            else say(
                "`{text}` is the name of more than one {coordinate} of the plan", text=text, coordinate=word_of(name)
            )
            for name, text, meant in zip(self.names, texts, ids, strict=True)
            if not meant
        ]
        if not reasons and cell not in self._lines:
            reasons = [say("the plan has no budget line for {cell}", cell=" / ".join(cell))]
        return cell, joined(say("; "), reasons) if reasons else ""

    def _category(self, activity: str) -> str | None:
        """The category of an activity, where the file does not say it."""
        found = self._budget.plan.activities.get(self._ids("activity").get(activity, ""))
        return found.category if found else None

    @cached_property
    def _lines(self) -> set[tuple[str, ...]]:
        return set(self._budget.totals(self.names)) if self.names else {()}

    def _ids(self, name: str) -> dict[str, str]:
        if name not in self._called:
            self._called[name] = _called(self._budget.plan, name)
        return self._called[name]


def _unknown(text: str, name: str) -> str:
    return say("`{text}` is no {coordinate} of the plan", text=text, coordinate=word_of(name))


def _called(plan: Plan, name: str) -> dict[str, str]:
    """Ids by what they may be called, for one coordinate; empty for a name that two of them share."""
    titles = _titles(plan, name)
    by_title: dict[str, str] = {}
    for member, title in titles.items():
        by_title[title] = "" if title in by_title else member
    aliases = {text: meant for text, meant in plan.actuals.aliases.items() if meant in titles}
    return {**by_title, **aliases, **{member: member for member in titles}}


def _titles(plan: Plan, name: str) -> dict[str, str]:
    """Display names by id; the id itself where a member has none."""
    members: Mapping[str, Any]
    if name == "category":
        members = {**dict.fromkeys(CATEGORIES, ""), **plan.categories}
    elif name == "owner":
        owners = [member.owner for group in (plan.activities, plan.segments) for member in group.values()]
        members = dict.fromkeys(filter(None, owners), "")
    else:
        members = plan.members(Dimension(name))
    return {key: (member if isinstance(member, str) else member.name) or key for key, member in members.items()}
