"""Two plans compared: what moved, why, and how sure that is."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from crmbudget.allocation.budget import Budget
from crmbudget.comparing.chain import Chain, Held, Names, Ruler
from crmbudget.comparing.changes import changes
from crmbudget.comparing.effects import Effects, Row, effects
from crmbudget.comparing.merging import Bundle, bundles
from crmbudget.comparing.moves import Moves, common, lines_moved, moves
from crmbudget.comparing.reach import FOLLOWS, Reach
from crmbudget.comparing.sides import Side
from crmbudget.finding import Place
from crmbudget.planning.loader import Loaded

DIGITS = 6
"""Decimals of a minor unit in which the effects of causes are measured, before they are rounded."""


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing that was changed, or a few that can only be changed together.

    ``moved`` is what it gave to some, or took from some, whichever is more; by the coordinate, of those that the steps
    split, by which it moved the most. ``number`` says in which order it was changed, from 1; that of rounding is the last.
    """

    number: int
    text: str
    place: Place | None
    before: str | None
    after: str | None
    moved: int


@dataclass(frozen=True)
class Difference:
    """What changed from one budget to the other; ``causes`` are in the order in which they were changed."""

    before: Budget
    after: Budget
    tables: tuple[Moves, ...]
    effects: tuple[Effects, ...]
    causes: tuple[Cause, ...]
    lines_moved: int

    @property
    def names(self) -> Names:
        """The coordinates that both have."""
        return common(self.before, self.after)

    @property
    def change(self) -> int:
        """How much the total changed."""
        return self.after.total - self.before.total

    @cached_property
    def moved(self) -> bool:
        """Whether any amount that is shown changed, the total among them."""
        return bool(self.change or self.lines_moved or any(table.moved for table in self.tables))

    def at_most(self, cause: Cause) -> tuple[Names, dict[Row, int]]:
        """The table in which a cause moves the most, and what it does there."""
        found = max(telling(self.effects), key=lambda table: table.moved(cause.number - 1))
        return found.names, found.column(cause.number - 1)

    def relabelled(self, cause: Cause) -> list[tuple[str, int]]:
        """What a cause moves between categories, or owners, while every line stays what it is."""
        found = [] if cause.moved else self.effects
        return [(", ".join(table.names), moved) for table in found if (moved := table.moved(cause.number - 1))]


def compare(before: Loaded, after: Loaded, budgets: tuple[Budget, Budget], group_by: Names = ()) -> Difference:
    """What changed between two plans that were read and shared out; by ``group_by``, else by every common coordinate."""
    old, new = budgets
    names = common(old, new)
    tables = (group_by,) if group_by else tuple((name,) for name in names) or ((),)
    sides = (Side(before), Side(after))
    reach = Reach(sides, budgets)
    made = bundles(changes(*sides), reach.causes_max)
    moved = tuple(moves(old, new, table) for table in tables)
    shown = tables if group_by else reach.tables(tables, len(made))
    known = [table for table in moved if table.names in shown]
    ends = (
        Held(old.reserve, old.unassigned_total, tuple(table.before for table in known)),
        Held(new.reserve, new.unassigned_total, tuple(table.after for table in known)),
    )
    found, linked = _measured(sides, ends, made, Ruler(shown, reach.depth(shown), DIGITS))
    return Difference(old, new, moved, tuple(found), _causes(found, linked), lines_moved(old, new))


def _measured(
    sides: tuple[Side, Side],
    ends: tuple[Held, Held],
    made: Sequence[Bundle],
    ruler: Ruler,
) -> tuple[list[Effects], list[Bundle]]:
    """The effects of each cause in each table; in whole units where the plans cannot be shared out more finely."""
    links = Chain(sides[0].plan, sides[1].plan, ruler).links(made) if made else []
    if links is None:
        # In whole units both plans were shared out before.
        return _measured(sides, ends, made, replace(ruler, digits=0))
    return effects(ruler.tables, links, 10**ruler.digits, *ends), [link.bundle for link in links]


def _causes(found: Sequence[Effects], made: Sequence[Bundle]) -> tuple[Cause, ...]:
    causes = [_cause(number, bundle, found) for number, bundle in enumerate(made, 1)]
    rounding = Cause(len(made) + 1, "rounding", None, None, None, _moved(found, len(made)))
    return (*causes, rounding)


def _cause(number: int, bundle: Bundle, found: Sequence[Effects]) -> Cause:
    first = bundle.changes[0]
    texts = (first.before, first.after) if len(bundle.changes) == 1 else (None, None)
    return Cause(number, bundle.text, first.place, *texts, _moved(found, number - 1))


def _moved(found: Sequence[Effects], column: int) -> int:
    return max(table.moved(column) for table in telling(found))


def telling(found: Sequence[Effects]) -> Sequence[Effects]:
    """The tables that tell whether money moves: not those of what follows from it, unless there are no others."""
    return [table for table in found if not FOLLOWS.keys() & set(table.names)] or found
