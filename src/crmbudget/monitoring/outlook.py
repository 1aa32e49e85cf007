"""Where spending will end, how far each method would have been off, and why it differs: for a comparison's rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from crmbudget.monitoring.causes import Causes, Priced, causes
from crmbudget.monitoring.forecast import METHODS, Forecast, Score, Standing, backtest, forecast
from crmbudget.monitoring.ledger import Cell
from crmbudget.monitoring.sides import Sides
from crmbudget.planning.plan import Per, Plan
from crmbudget.planning.scalars import Share
from crmbudget.wording import say


@dataclass(frozen=True, slots=True)
class Outlook:
    """Forecasts of all money together, scores of the methods, and the causes of the variance; empty where not asked.

    ``lines`` are the members of one coordinate, each forecast by its own pace; ``closed`` periods count for all of them.
    ``stated`` says whether the plan states the progress of the work.
    """

    forecasts: tuple[Forecast, ...] = ()
    scores: tuple[Score, ...] = ()
    causes: Causes | None = None
    lines: tuple[tuple[str, Forecast], ...] = ()
    closed: int = 0
    stated: bool = False


def outlook(sides: Sides, method: str, closed: int, through: int, back: int) -> Outlook:
    """The outlook by one method, or by all of them for ``all``; ``back`` periods are forecast again.

    A forecast needs a plan that is split by period.
    """
    if not method and not back:
        return Outlook(causes=_causes(sides, through))
    whole = _standing(sides, tuple(sides.cells), closed, [(one.period, one.amount) for one in sides.unbudgeted])
    methods = METHODS if method == "all" else (method,) if method else ()
    return Outlook(
        forecasts=tuple(forecast(name, whole) for name in methods),
        scores=backtest(whole, back) if back else (),
        causes=_causes(sides, through),
        lines=_by_line(sides, methods[0], closed) if methods else (),
        closed=closed,
        stated=whole.progress is not None,
    )


def _standing(sides: Sides, cells: Iterable[Cell], closed: int, unbudgeted: Iterable[tuple[int, int]] = ()) -> Standing:
    """Budget and actual of some cells by period."""
    budget, actual = [0] * len(sides.period_names), [0] * len(sides.period_names)
    for cell in cells:
        for period, amount in sides.cells[cell].items():
            budget[period] += amount
        for period, amount in sides.ledger.spent.get(cell, {}).items():
            actual[period] += amount
    for period, amount in unbudgeted:
        actual[period] += amount
    return Standing(tuple(budget), tuple(actual), min(closed, len(budget)), _progress(sides, cells))


def _progress(sides: Sides, cells: Iterable[Cell]) -> Fraction | None:
    """The part of the work that the plan says is done, weighted by budget; None where it does not say so for all."""
    said = sides.budget.plan.monitor.progress
    if said is None or isinstance(said, Share):
        return said.of_one if said else None
    if "activity" not in sides.ledger.names:
        return None
    at, done, whole = sides.ledger.names.index("activity"), Fraction(0), 0
    for cell in cells:
        if amount := _budget(sides, cell):
            if cell[at] not in said:
                return None
            done += amount * said[cell[at]].of_one
            whole += amount
    return done / whole if whole else None


def _by_line(sides: Sides, method: str, closed: int) -> tuple[tuple[str, Forecast], ...]:
    """A forecast for each activity - or for each member of the first coordinate that there is; the worst first."""
    if not sides.ledger.names:
        return ()
    at = sides.ledger.names.index("activity") if "activity" in sides.ledger.names else 0
    groups: dict[str, list[Cell]] = {}
    for cell in sides.cells:
        groups.setdefault(cell[at], []).append(cell)
    found = [(name, forecast(method, _standing(sides, cells, closed))) for name, cells in groups.items()]
    return tuple(sorted(found, key=lambda one: (one[1].eac is None, one[1].bac - (one[1].eac or 0), one[0])))


def _causes(sides: Sides, through: int) -> Causes | None:
    """Price, volume and mix of the activities with a cost, where the files give quantities; None where there are no such."""
    plan = sides.budget.plan
    if not sides.ledger.counted or all(activity.cost is None for activity in plan.activities.values()):
        return None
    if "activity" not in sides.ledger.names:
        return _nothing(say("budget and actuals do not both name the activity"))
    groups: dict[Cell, list[Cell]] = {}
    for cell in sides.cells:
        known = dict(zip(sides.ledger.names, cell, strict=True))
        groups.setdefault(tuple(known[name] for name in ("segment", "activity") if name in known), []).append(cell)
    rows = [
        _priced(sides, key, cells, through, groups)
        for key, cells in groups.items()
        if plan.activities[key[-1]].cost is not None and all(_is_counted(sides, cell) for cell in cells)
    ]
    return causes(rows) if rows else _nothing(say("rows of every activity with a `cost` lack a quantity"))


def _nothing(reason: str) -> Causes:
    return Causes(None, None, None, (), reason)


def _is_counted(sides: Sides, cell: Cell) -> bool:
    """Whether all that was spent on a cell has a quantity."""
    return cell not in sides.ledger.spent or cell in sides.ledger.quantities


def _priced(
    sides: Sides, key: Cell, cells: Sequence[Cell], through: int, groups: Mapping[Cell, Sequence[Cell]]
) -> Priced:
    """An activity, in its segment where the files name one: the quantity to date is budgeted as its money is."""
    count, actual = Fraction(0), 0
    for cell in cells:
        count += sum(number for period, number in sides.ledger.quantities.get(cell, {}).items() if period <= through)
        actual += sum(amount for period, amount in sides.ledger.spent.get(cell, {}).items() if period <= through)
    so_far = sum(_budget(sides, cell, through) for cell in cells)
    by_segment = sides.budget.plan.activities[key[-1]].per is Per.CUSTOMER
    paid = cells if by_segment else [cell for own, group in groups.items() if own[-1] == key[-1] for cell in group]
    whole = sum(_budget(sides, cell) for cell in paid)
    budgeted = _quantity(sides.budget.plan, key) * Fraction(so_far, whole) if whole else Fraction(0)
    return Priced(" / ".join(key), budgeted, so_far, count, actual)


def _budget(sides: Sides, cell: Cell, through: int | None = None) -> int:
    return sum(amount for period, amount in sides.cells[cell].items() if through is None or period <= through)


def _quantity(plan: Plan, key: Cell) -> Fraction:
    """How often a cost is to be paid in the whole plan: times, for each customer - of the segment - or period."""
    activity = plan.activities[key[-1]]
    times = Fraction(1) if activity.times is None else activity.times
    if activity.per is Per.CUSTOMER:
        segments = [key[0]] if len(key) > 1 else activity.segments or plan.segments
        return times * sum(plan.segments[name].customers or 0 for name in segments)
    if activity.per is Per.PERIOD and plan.calendar:
        spans = activity.when
        return times * sum(spans is None or any(span.holds(one) for span in spans) for one in plan.calendar.members)
    return times
