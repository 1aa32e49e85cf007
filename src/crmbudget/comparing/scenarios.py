"""A plan's scenarios side by side: what each comes to, what it costs, and how much money it moves against the plan as it is."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from crmbudget.allocation.budget import Budget, Progress
from crmbudget.allocation.cascade import allocate
from crmbudget.allocation.notes import notes
from crmbudget.finding import Finding, Place, Refused, Severity
from crmbudget.planning.loader import Loaded
from crmbudget.planning.scenarios import BASE, named
from crmbudget.planning.source import Path, Source

if TYPE_CHECKING:
    from crmbudget.planning.overlaying import Changed

Key = tuple[str, ...]


class Binding(NamedTuple):
    """A limit that moves money: what it says, where, and by how many minor units it changed its lines' sum."""

    at: Path
    words: str
    place: Place
    amount: int


class Gains(NamedTuple):
    """What lines, reserve and unassigned money gained and lost, each added up; their difference is that of the totals."""

    gained: int
    lost: int

    @property
    def moved(self) -> int:
        """The money that moved: the larger of both."""
        return max(self.gained, self.lost)


@dataclass(frozen=True, slots=True)
class Laid:
    """A scenario that was shared out, in minor units; a refused one has its findings alone.

    ``groups`` are its lines added up, None where it is not split that way. ``gains`` are against the base, None where that
    has no numbers.
    """

    name: str
    title: str
    changes: "tuple[Changed, ...]"
    findings: tuple[Finding, ...]
    exit_code: int = 0
    total: int | None = None
    reserve: int | None = None
    allocated: int | None = None
    unassigned: int | None = None
    lines: int | None = None
    groups: dict[Key, int] | None = None
    gains: Gains | None = None
    limits: tuple[Binding, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether there are no numbers."""
        return self.total is None


def side_by_side(
    scenarios: Sequence[Loaded], names_of: Callable[[Budget], Sequence[str]], progress: Progress | None = None
) -> tuple[list[Laid], Budget | None]:
    """Every scenario shared out, the base first, and the budget of the base where it has one.

    ``names_of`` says by which coordinates lines are added up, asked of the first that has numbers. What is found in a
    scenario and in the base alike stands with the base alone.
    """
    laid: list[Laid] = []
    base: Budget | None = None
    names: Sequence[str] | None = None
    for loaded in scenarios:
        budget, found, exit_code = shared_out(loaded, progress)
        if budget and names is None:
            names = names_of(budget)
        if loaded is scenarios[0]:
            base, name = budget, BASE
        else:
            name, found = loaded.scenario, own_findings(found, laid[0].findings, loaded.scenario)
        known = loaded.draft.scenarios if loaded.draft else {}
        title = known[name].name if name in known else ""
        one = Laid(name, title, loaded.changes, tuple(found), exit_code)
        laid.append(_numbers(one, loaded, budget, base, names or ()) if budget else one)
    return laid, base


def shared_out(loaded: Loaded, progress: Progress | None = None) -> tuple[Budget | None, list[Finding], int]:
    """The budget of a plan with all that is found in it; where it has none, the exit code that says why."""
    if loaded.plan is None:
        return None, list(loaded.findings), 3
    try:
        budget = allocate(loaded.plan, loaded.source, progress)
    except Refused as refused:
        return None, [*loaded.findings, *refused.findings], refused.exit_code
    return budget, [*loaded.findings, *notes(budget, loaded.source)], 0


def own_findings(found: Sequence[Finding], of_base: Sequence[Finding], name: str) -> list[Finding]:
    """Errors and warnings of a scenario that the base does not have, each naming the scenario."""
    known = set(of_base)
    return [named(one, name) for one in found if one.severity > Severity.INFO and one not in known]


def _numbers(one: Laid, loaded: Loaded, budget: Budget, base: Budget | None, names: Sequence[str]) -> Laid:
    split = set(names) <= set(budget.coordinates)
    return Laid(
        one.name, one.title, one.changes, one.findings, one.exit_code,
        total=budget.total, reserve=budget.reserve, allocated=budget.allocated, unassigned=budget.unassigned_total,
        lines=budget.line_count, groups=budget.totals(names) if split and names else None,
        gains=difference(base, budget) if base else None, limits=tuple(_bindings(budget, loaded.source)),
    )  # fmt: skip


def _bindings(budget: Budget, source: Source) -> Iterator[Binding]:
    from crmbudget.allocation.limits.selection import words

    for moved in budget.moved:
        limit = budget.plan.limits[int(moved.limit[1])]
        yield Binding(moved.limit, words(limit, budget.plan.money), source.place(moved.limit), moved.amount)


def difference(old: Budget, new: Budget) -> Gains:
    """What one budget gives more and less than another: line by line, in the reserve, and unassigned.

    Where they are not split alike, their lines are added up by what both are split by.
    """
    changes = [new.reserve - old.reserve, new.unassigned_total - old.unassigned_total]
    if _alike(old, new):
        pairs = zip(new.levels[-1].amounts, old.levels[-1].amounts, strict=True)
        changes += [amount - before for amount, before in pairs]
    else:
        names = [
            level.dimension.value for level in old.levels if level.dimension in {one.dimension for one in new.levels}
        ]
        before, after = old.totals(names), new.totals(names)
        changes += [after.get(key, 0) - before.get(key, 0) for key in {**before, **after}]
    return Gains(sum(change for change in changes if change > 0), -sum(change for change in changes if change < 0))


def _alike(old: Budget, new: Budget) -> bool:
    """Whether the lines of both stand for the same cells, in the same order."""
    pairs = list(zip(old.levels, new.levels, strict=False))
    return len(old.levels) == len(new.levels) and all(
        (one.dimension, one.ids) == (other.dimension, other.ids)
        and one.member == other.member
        and one.parent == other.parent
        for one, other in pairs
    )
