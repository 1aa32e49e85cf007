"""What differs between the steps of two plans, between the bounds of their steps, and between their limits."""

from collections.abc import Iterator
from typing import Any

from crmbudget.comparing.changes import Change, value_change
from crmbudget.comparing.edits import BOUNDS, ORDER, STRATEGY, Edit, Placed
from crmbudget.comparing.sides import COORDINATES, Side
from crmbudget.planning.inputs import ABSENT, said
from crmbudget.planning.plan import Dimension, Limit, Step
from crmbudget.wording import say

_OPTIONS = ("by", "weights", "shares", "formula", "profile", "fit", "zero")
_DEFAULTS = {"profile": "even", "fit": "scale"}


def step_changes(before: Side, after: Side) -> Iterator[Change]:
    """How each dimension is split; then the order of the steps, those that are new, and those that are gone."""
    old, new = before.steps, after.steps
    both = [dimension for dimension in old if dimension in new]
    for dimension in both:
        yield from _strategy(before, after, dimension)
    order = tuple(dimension for dimension in new if dimension in old)
    if order != tuple(both):
        what = say("allocate: {names} -> {names2}", names=", ".join(both), names2=", ".join(order))
        first = next(new for old, new in zip(both, order, strict=True) if old != new)
        place = after.place(("allocate", first))
        yield Change((Edit(("allocate", ORDER), order),), ("allocate", "order"), what, place)
    for number, dimension in enumerate(new):
        if dimension not in old:
            placed = Placed(new[dimension], tuple(new)[:number])
            yield _whole(after, dimension, placed, "new")
    for dimension in old:
        if dimension not in new:
            yield _whole(before, dimension, ABSENT, "gone")


def _whole(side: Side, dimension: Dimension, value: Any, word: str) -> Change:
    at = ("allocate", dimension)
    return Change((Edit(at, value),), ("allocate", word), f"{'.'.join(at)}: {word}", side.place(at, key=True))


def _strategy(before: Side, after: Side, dimension: Dimension) -> Iterator[Change]:
    """Option by option; another strategy with all of its options at once."""
    old, new = before.steps[dimension], after.steps[dimension]
    at = ("allocate", dimension)
    if old.blend.keys() != new.blend.keys():
        edit = Edit((*at, STRATEGY), new)
        texts = (side.text((*at, "by")) for side in (before, after))
        place = after.place((*at, "by"))
        yield Change((edit,), ("allocate", "by"), f"{'.'.join(at)}.by", place, *texts)
        return
    extras = {**(old.model_extra or {}), **(new.model_extra or {})}
    for key in (*_OPTIONS, *sorted(extras)):
        meant = _option(old, key), _option(new, key)
        if meant[0] != meant[1]:
            edit = Edit((*at, key), said(new, (key,)))
            yield value_change(before, after, [edit], ("allocate", key), defaults=meant)


def _option(step: Step, key: str) -> Any:
    value = step.blend if key == "by" else said(step, (key,))
    return _DEFAULTS.get(key) if value is None else value


def bound_changes(before: Side, after: Side) -> Iterator[Change]:
    """Every ``min``, ``max`` and ``fixed`` of a step that both plans have."""
    for dimension in [one for one in before.steps if one in after.steps]:
        old, new = before.steps[dimension], after.steps[dimension]
        for key in BOUNDS:
            bounds = getattr(old, key), getattr(new, key)
            for name in sorted(bounds[0].keys() | bounds[1].keys()):
                if bounds[0].get(name) != bounds[1].get(name):
                    edit = Edit(("allocate", dimension, key, name), bounds[1].get(name, ABSENT))
                    yield value_change(before, after, [edit], ("allocate", key))


def limit_changes(before: Side, after: Side) -> Iterator[Change]:
    """Limits on the same selection: what they say; then those that are new, and those that are gone."""
    old, new = before.limits, after.limits
    for selection in [one for one in old if one in new]:
        yield from _limit(before, after, selection)
    for selection, limit in new.items():
        if selection not in old:
            at: Any = ("limits", selection)
            yield Change(
                (Edit(at, limit),), ("limits", "new"), say("{named}: new", named=_named(limit)), after.place(at)
            )
    for selection, limit in reversed(old.items()):
        if selection not in new:
            at = ("limits", selection)
            yield Change(
                (Edit(at, ABSENT),), ("limits", "gone"), say("{named}: gone", named=_named(limit)), before.place(at)
            )


def _limit(before: Side, after: Side, selection: Any) -> Iterator[Change]:
    old, new = before.limits[selection], after.limits[selection]
    differing = [key for key in ("min", "max") if getattr(old, key) != getattr(new, key)]
    edits = [Edit(("limits", selection, key), getattr(new, key)) for key in differing]
    edits.sort(key=lambda edit: edit.value is None)
    switched = any(edit.value is None for edit in edits)
    # A limit that says neither would be none: a floor that becomes a cap is one change.
    for group in [edits] if switched and len(edits) > 1 else [[edit] for edit in edits]:
        key = str(group[0].at[2])
        what = f"{_named(new)}.{key}"
        yield value_change(before, after, group, ("limits", key), what=what)


def _named(limit: Limit) -> str:
    """A limit by what it selects, as a command line writes it."""
    chosen = [f"{name}={_ids(getattr(limit, name))}" for name in COORDINATES if getattr(limit, name) is not None]
    chosen += [say("per {per}", per=limit.per)] if limit.per else []
    return f"limits({' '.join(chosen) or 'all lines'})"


def _ids(given: Any) -> str:
    if isinstance(given, str):
        return given
    return ",".join(given) if isinstance(given, tuple) else str(given.text)
