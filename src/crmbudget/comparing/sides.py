"""One of the two plans of a comparison: what of it moves money, and where each of its values is written."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from crmbudget.allocation import strategy
from crmbudget.allocation.steps import steps_of
from crmbudget.comparing.spelling import spelled, typed
from crmbudget.finding import Place
from crmbudget.planning.inputs import said, with_said
from crmbudget.planning.loader import Loaded
from crmbudget.planning.plan import Actuals, Dimension, Limit, Monitor, Plan, Step
from crmbudget.planning.source import Path

COORDINATES = ("segment", "category", "activity", "channel", "period", "owner")
_MONEY = frozenset({
    "currency", "total", "reserve", "calendar", "segments", "categories", "activities", "channels", "allocate", "limits", "lines",
})  # fmt: skip
Selection = tuple[Hashable, ...]
"""What a limit selects, and which of the plan's limits with this selection it is."""


def bare(plan: Plan) -> Plan:
    """The plan without what moves no money, its usual steps written out."""
    steps = None if plan.lines else steps_of(plan)
    rest: dict[str, Any] = {"actuals": Actuals(), "monitor": Monitor(), "allocate": steps}
    for key, field in type(plan).model_fields.items():
        if key in rest or key not in _MONEY:
            plan = with_said(plan, (key,), rest.get(key, field.default))
    return plan


def splits(step: Step) -> Dimension:
    """What a step of a valid plan splits."""
    own = (strategy.find(name).splits for name in step.blend)
    return step.across or next(dimension for dimension in own if dimension)


def by_dimension(plan: Plan) -> dict[Dimension, Step]:
    """The steps by what they split, top to bottom."""
    return {splits(step): step for step in plan.allocate or ()}


def by_selection(plan: Plan) -> dict[Selection, Limit]:
    """The limits by what they select."""
    found: dict[Selection, Limit] = {}
    for limit in plan.limits:
        selection = _selection(limit)
        found[(*selection, sum(key[:-1] == selection for key in found))] = limit
    return found


def _selection(limit: Limit) -> Selection:
    ids = [getattr(limit, name) for name in COORDINATES if name != "period"]
    sets = (frozenset([own]) if isinstance(own, str) else own and frozenset(own) for own in ids)
    return (*sets, limit.period and (limit.period.first, limit.period.last), limit.per)


@dataclass(frozen=True)
class Side:
    """A plan that was read and can be shared out."""

    loaded: Loaded

    @cached_property
    def plan(self) -> Plan:
        """The plan with what moves money alone."""
        return bare(self.loaded.ready)

    @cached_property
    def steps(self) -> dict[Dimension, Step]:
        """The steps by what they split."""
        return by_dimension(self.plan)

    @cached_property
    def limits(self) -> dict[Selection, Limit]:
        """The limits by what they select."""
        return by_selection(self.plan)

    def written(self, at: Path) -> Path:
        """The path at which the file has what a comparison calls ``at``: steps and limits by number."""
        if len(at) > 1 and at[0] in {"allocate", "limits"}:
            known: Mapping[Any, Any] = self.steps if at[0] == "allocate" else self.limits
            return (at[0], list(known).index(at[1]), *at[2:])
        return at

    def writes(self, at: Path) -> bool:
        """Whether this stands in the plan's own file."""
        path = self.written(at)
        return path in self.loaded.source.values or path in self.loaded.source.keys

    def place(self, at: Path, *, key: bool = False) -> Place:
        """Where this is written: a line of the plan, or the file of customers or of lines that it came from."""
        source, path = self.loaded.source, self.written(at)
        if self.writes(at):
            return source.place(path, key=key)
        if at[0] in self._from_file:
            return Place(self.loaded.inputs[-1].path)
        # Steps that the plan leaves to the program follow from its members.
        return source.place(("segments",) if at[0] == "allocate" else path, key=True)

    @cached_property
    def _from_file(self) -> frozenset[str]:
        plan = self.loaded.ready
        if plan.customers:
            return frozenset({"segments"})
        return frozenset({"lines", "segments", "activities", "channels", "total"} if plan.lines else ())

    def text(self, at: Path, default: Any = None) -> str:
        """The value as it was typed, else as a plan would write it; what holds where nothing is said, where that is something."""
        value = said(self.node(at[:2]), at[2:]) if len(at) > 1 else said(self.plan, at)
        found = typed(self.loaded.source.tree, self.written(at))
        return found if found is not None else spelled(default if value is None else value, at, self.plan.money)

    def node(self, at: Path) -> Any:
        """A member, a step or a limit; the plan itself where none is named."""
        if not at:
            return self.plan
        known: dict[str, Mapping[Any, Any]] = {"allocate": self.steps, "limits": self.limits}
        return known.get(str(at[0]), getattr(self.plan, str(at[0])))[at[1]]
