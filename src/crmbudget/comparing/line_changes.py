"""What differs between two plans of which one has ready lines: the lines are one thing, who answers for them another."""

from collections.abc import Iterator
from dataclasses import replace

from crmbudget.comparing.changes import Change, numbers, valued
from crmbudget.comparing.edits import Edit
from crmbudget.comparing.sides import Side
from crmbudget.finding import Place
from crmbudget.planning.lines import ReadLines
from crmbudget.wording import say

_ALL = (
    "calendar", "segments", "categories", "activities", "channels", "allocate", "limits", "lines", "total", "reserve",
)  # fmt: skip


def line_changes(before: Side, after: Side) -> list[Change]:
    """Total and reserve where the plans write them, owners and categories, and then the lines, or lines for steps."""
    if not (before.plan.lines and after.plan.lines):
        return [_everything(after, say("ready lines") if after.plan.lines else say("steps, no longer ready lines"))]
    return [
        *_held(before, after),
        *numbers(before, after, "segments", ["owner"]),
        *numbers(before, after, "activities", ["category", "owner"]),
        *_lines(before, after),
    ]


def _written(side: Side) -> bool:
    return "total" in side.loaded.source.tree


def _held(before: Side, after: Side) -> Iterator[Change]:
    """The total, and the reserve, where they can be told from the lines: a total that is not written comes with them."""
    written = _written(before), _written(after)
    if all(written) or (any(written) and _read(before).amounts == _read(after).amounts):
        yield from valued(before, after, ("total",), ("plan", "total"))
        yield from valued(before, after, ("reserve",), ("plan", "reserve"))
    elif not any(written):
        for change in valued(before, after, ("reserve",), ("plan", "reserve")):
            total = before.plan.total - _amount(before) + _amount(after)
            yield replace(change, edits=(*change.edits, Edit(("total",), total)))


def _read(side: Side) -> ReadLines:
    lines = side.plan.lines
    assert isinstance(lines, ReadLines)  # noqa: S101 - plans without are told apart above, and files were read
    return lines


def _amount(side: Side) -> int:
    return side.plan.reserve if isinstance(side.plan.reserve, int) else 0


def _lines(before: Side, after: Side) -> Iterator[Change]:
    old, new = _read(before), _read(after)
    keys = old.amounts.keys() | new.amounts.keys()
    differ = sum(old.amounts.get(key) != new.amounts.get(key) for key in keys)
    if old.dimensions != new.dimensions:
        yield _everything(after, say("other columns: {names}", names=", ".join(new.dimensions)))
    elif differ:
        yield _everything(after, say("{differ:,} of {count:,} lines differ", differ=differ, count=len(keys)))


def _everything(after: Side, what: str) -> Change:
    edits = tuple(Edit((key,), getattr(after.plan, key)) for key in _ALL)
    place = Place(after.loaded.inputs[-1].path) if after.plan.lines else after.place(("allocate",), key=True)
    return Change(edits, ("lines", "lines"), say("lines: {what}", what=what), place)
