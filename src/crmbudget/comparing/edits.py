"""Values of one plan put into another."""

from collections.abc import Hashable, Iterable, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from crmbudget.comparing.sides import by_dimension, by_selection
from crmbudget.planning.inputs import ABSENT, said, with_said
from crmbudget.planning.plan import Dimension, Plan, Step

STRATEGY = "strategy"
"""In place of a step's key: all of the step but its bounds."""
ORDER = "order"
"""In place of a step's dimension: the order of the steps."""
BOUNDS = ("min", "max", "fixed")
At = tuple[Hashable, ...]


class Edit(NamedTuple):
    """One value and where it goes, ABSENT where something is taken out.

    ``at`` is a path of the plan in which a step stands by what it splits, and a limit by what it selects.
    """

    at: At
    value: Any


class Placed(NamedTuple):
    """A step that is new, and what the steps before it split."""

    step: Step
    above: tuple[Dimension, ...]


def applied(plan: Plan, edits: Iterable[Edit]) -> Plan:
    """The plan with these values; nothing is checked."""
    for collection, group in groupby(edits, lambda edit: str(edit.at[0])):
        own = list(group)
        plan = with_said(plan, (collection,), _collection(plan, collection, own))
    return plan


def _collection(plan: Plan, name: str, edits: Sequence[Edit]) -> Any:
    """One of the plan's keys with these values; all that it holds is one value where nothing inside is named."""
    if len(edits[0].at) == 1:
        return edits[-1].value
    if name == "allocate":
        return _steps(plan, edits)
    return _limits(plan, edits) if name == "limits" else _members(plan, name, edits)


def _members(plan: Plan, collection: str, edits: Sequence[Edit]) -> dict[str, Any]:
    """A million members are not copied for each edit of one."""
    members: dict[str, Any] = dict(getattr(plan, collection))
    for at, value in edits:
        name = str(at[1])
        if len(at) > 2:  # noqa: PLR2004 - collection, member, key
            members[name] = _changed(plan, collection, {name: members[name]}, (name, *at[2:]), value)
        elif value is ABSENT:
            members.pop(name, None)
        else:
            members[name] = value
    return members


def _changed(plan: Plan, collection: str, alone: Any, at: At, value: Any) -> Any:
    """The one member of ``alone`` with another value."""
    only = with_said(plan, (collection,), alone)
    path: Any = (collection, *at)
    return said(with_said(only, path, value), path[:2])


def _steps(plan: Plan, edits: Sequence[Edit]) -> tuple[Step, ...]:
    steps = by_dimension(plan)
    for at, value in edits:
        if at[1] == ORDER:
            steps = _reordered(steps, value)
            continue
        dimension = Dimension(str(at[1]))
        if isinstance(value, Placed):
            steps = _inserted(steps, dimension, value)
        elif value is ABSENT and len(at) == 2:  # noqa: PLR2004 - the step itself
            del steps[dimension]
        elif at[2] == STRATEGY:
            bounds = {key: getattr(steps[dimension], key) for key in BOUNDS}
            steps[dimension] = value.model_copy(update=bounds)
        else:
            steps[dimension] = _changed(plan, "allocate", (steps[dimension],), (0, *at[2:]), value)
    return tuple(steps.values())


def _inserted(steps: dict[Dimension, Step], dimension: Dimension, placed: Placed) -> dict[Dimension, Step]:
    """The new step goes right under the last of those that stand above it."""
    names = list(steps)
    place = max((number for number, name in enumerate(names, 1) if name in placed.above), default=0)
    names.insert(place, dimension)
    return {name: placed.step if name == dimension else steps[name] for name in names}


def _reordered(steps: dict[Dimension, Step], order: Sequence[Dimension]) -> dict[Dimension, Step]:
    """The steps that are in ``order`` take the places that they have among themselves in that order."""
    wanted = iter([name for name in order if name in steps])
    names = [next(wanted) if name in order else name for name in steps]
    return {name: steps[name] for name in names}


def _limits(plan: Plan, edits: Sequence[Edit]) -> tuple[Any, ...]:
    limits: dict[Any, Any] = dict(by_selection(plan))
    for at, value in edits:
        if len(at) > 2:  # noqa: PLR2004 - limits, selection, key
            limits[at[1]] = _changed(plan, "limits", (limits[at[1]],), (0, *at[2:]), value)
        elif value is ABSENT:
            limits.pop(at[1], None)
        else:
            limits[at[1]] = value
    return tuple(limits.values())
