"""Ready lines as a budget: nothing is split, so nothing is rounded."""

from collections.abc import Mapping, Sequence

from crmbudget.allocation.budget import Budget, Level, Unassigned
from crmbudget.finding import Finding, Refused
from crmbudget.planning.lines import ReadLines
from crmbudget.planning.plan import Plan
from crmbudget.planning.source import Source
from crmbudget.wording import say


def ready_budget(plan: Plan, reserve: int, source: Source) -> Budget:
    """The budget of a plan whose lines were read, ``reserve`` in minor units.

    What the lines leave of the total is unassigned. Refused where they exceed it, and where their file was not read.
    """
    if not isinstance(plan.lines, ReadLines):
        message = say("the lines of this plan stand in a file that was not read")
        raise Refused([Finding("CB412", message, source.place(("lines",)), say("read the plan from its file"))])
    allocated = sum(plan.lines.amounts.values())
    rest = plan.total - reserve - allocated
    if rest * (plan.total or 1) < 0:
        raise Refused([_too_much(plan, reserve, allocated, source)], currency=plan.money)
    unassigned = (Unassigned((), rest, "lines"),) if rest else ()
    return Budget(plan, reserve, _levels(plan, plan.lines), unassigned)


def _too_much(plan: Plan, reserve: int, allocated: int, source: Source) -> Finding:
    text, room = plan.money.text, plan.total - reserve
    less = say("the reserve leaves") if reserve else say("the total is")
    message = say(
        "the lines come to {amount} {currency}, and {less} {amount2}",
        amount=text(allocated, grouped=True),
        currency=plan.currency,
        less=less,
        amount2=text(room, grouped=True),
    )
    fix = say("take `total` out, so that the lines say it; or take something out of the file")
    return Finding("CB412", message, source.place(("total",)), fix, abs(allocated - room))


def _levels(plan: Plan, lines: ReadLines) -> tuple[Level, ...]:
    """One level per dimension: each amount is the sum of the lines below it; members in order, periods in time."""
    ids = [tuple(plan.members(dimension)) for dimension in lines.dimensions]
    places = [{name: place for place, name in enumerate(names)} for names in ids]
    ordered = sorted((_positions(key, places), amount) for key, amount in lines.amounts.items())
    levels: list[Level] = []
    above: dict[tuple[int, ...], int] = {(): 0}
    for depth, dimension in enumerate(lines.dimensions, 1):
        sums: dict[tuple[int, ...], int] = {}
        for key, amount in ordered:
            sums[key[:depth]] = sums.get(key[:depth], 0) + amount
        parents = [above[key[:-1]] for key in sums]
        levels.append(Level(dimension, ids[depth - 1], parents, [key[-1] for key in sums], list(sums.values())))
        above = {key: number for number, key in enumerate(sums)}
    return tuple(levels)


def _positions(key: tuple[str, ...], places: Sequence[Mapping[str, int]]) -> tuple[int, ...]:
    return tuple(known[name] for known, name in zip(places, key, strict=True))
