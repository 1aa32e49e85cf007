"""What a plan says about the rules of ``crmbudget check``: how severe each is, and which are off."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Discriminator, Tag

from crmbudget.finding import Finding, one_of
from crmbudget.planning.edits import renamed
from crmbudget.planning.members import Model
from crmbudget.planning.source import Source
from crmbudget.planning.types import Id, Text, form
from crmbudget.wording import say

if TYPE_CHECKING:
    from crmbudget.planning.plan import Plan

PACKAGE = "crmbudget.rules"
"""Where the rules are, and the entry-point group of those from elsewhere."""

Word = Literal["off", "info", "warning", "error"]


class Ruling(Model):
    """How one rule of ``crmbudget check`` is taken: with another severity, or not at all, for a reason."""

    severity: Annotated[Word, form("severity-or-off")] | None = None
    reason: Text = ""


RuleName = Annotated[Id, form("rule", type="string")]
RulingOf = Annotated[
    Annotated[Ruling, Tag("<map>")] | Annotated[Word, Tag("<text>"), form("severity")],
    Discriminator(lambda value: "<map>" if isinstance(value, dict | Ruling) else "<text>"),
]


def findings(plan: "Plan", source: Source) -> Iterator[Finding]:
    """Rules that there are not, and rules that are turned off without a reason."""
    from crmbudget import registry

    for name, ruling in plan.rules.items():
        if name not in registry.own_names(PACKAGE) and name not in registry.names(PACKAGE, PACKAGE):
            message = say("there is no rule `{name}`", name=name)
            fix = one_of(name, registry.names(PACKAGE, PACKAGE))
            repair = renamed(source, ("rules", name), registry.names(PACKAGE, PACKAGE))
            yield Finding("CB720", message, source.place(("rules", name), key=True), fix, repair=repair)
        word, reason = (ruling, "") if isinstance(ruling, str) else (ruling.severity, ruling.reason)
        if word == "off" and not reason.strip():
            message = say("the rule `{name}` is turned off without a reason", name=name)
            fix = say('write {{severity: off, reason: "..."}}')
            yield Finding("CB721", message, source.place(("rules", name)), fix)
