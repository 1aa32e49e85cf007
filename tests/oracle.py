"""What an allocation must give, computed a second time: plain fractions, no sharing of work, no rounding."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from crmbudget.allocation import strategy
from crmbudget.allocation.budget import Budget
from crmbudget.allocation.strategy import Cell, Member
from crmbudget.planning.plan import Activity, Dimension, Plan, Step
from crmbudget.planning.scalars import Share

Exact = Fraction | int


@dataclass
class Split:
    """One amount of one step: who could share in it, with which weights, and what each got."""

    step: Step
    cell: Cell
    ids: list[str]
    weights: list[Exact]
    costs: list[Exact | None]
    turns: list[int]
    parts: list[int]
    unassigned: int

    @property
    def bounded(self) -> bool:
        return bool(self.step.min or self.step.max or self.step.fixed) or any(cost is not None for cost in self.costs)

    @property
    def low(self) -> list[Exact]:
        return [_amount(self.step.fixed.get(name, self.step.min.get(name, 0)), self.cell.amount) for name in self.ids]

    @property
    def high(self) -> list[Exact | None]:
        caps = [self.step.fixed.get(name, self.step.max.get(name)) for name in self.ids]
        amounts = [None if cap is None else _amount(cap, self.cell.amount) for cap in caps]
        return [_lowest(cap, cost) for cap, cost in zip(amounts, self.costs, strict=True)]

    @property
    def shares(self) -> list[Exact]:
        """Exact shares: in proportion, or with the one ``t`` that uses up the money, class by class."""
        if not self.bounded:
            return in_proportion(self.cell.amount, self.weights)
        low, high = tight(self.cell.amount, self.weights, self.low, self.high)
        shares, spare = list(low), self.cell.amount - sum(low)
        for turn in sorted(set(self.turns)):
            places = [place for place, own in enumerate(self.turns) if own == turn]
            kept = sum(low[place] for place in places)
            given = clipped(spare + kept, *([row[place] for place in places] for row in (self.weights, low, high)))
            for place, share in zip(places, given, strict=True):
                shares[place] = share
            spare += kept - sum(given)
        return shares


def splits(budget: Budget) -> list[list[Split]]:
    """Every split of every step, from the amounts that the budget holds."""
    plan = budget.plan
    left = {frozenset(rest.coordinates): rest.amount for rest in budget.unassigned}
    assert len(left) == len(budget.unassigned), "one amount is left unassigned twice"
    cells = [Cell({}, budget.total - budget.reserve, 0)]
    found = []
    for step, level in zip(plan.allocate or (), budget.levels, strict=True):
        children: list[list[tuple[str, int]]] = [[] for _ in cells]
        for parent, member, amount in zip(level.parent, level.member, level.amounts, strict=True):
            children[parent].append((level.ids[member], amount))
        made = _of_step(plan, step, level.dimension, cells)
        for split, own in zip(made, children, strict=True):
            assert [name for name, _ in own] == split.ids, "not those who may share in it, or not in order"
            split.parts = [amount for _, amount in own]
            split.unassigned = left.pop(frozenset(split.cell.coordinates.items()), 0)
        found.append(made)
        rows = [(split.cell, name, part) for split in made for name, part in zip(split.ids, split.parts, strict=True)]
        cells = [
            Cell({**cell.coordinates, level.dimension: name}, part, n) for n, (cell, name, part) in enumerate(rows)
        ]
    assert not left, "money is unassigned where nothing was split"
    return found


def _of_step(plan: Plan, step: Step, dimension: Dimension, cells: list[Cell]) -> list[Split]:
    members = [Member(name, facts, dimension) for name, facts in plan.members(dimension).items()]
    blend = [(strategy.find(name)(step, plan), share.of_one) for name, share in step.blend.items()]
    for one, _ in blend:
        if one.by_cell:
            one.begin(cells, members)
    made = []
    for cell in cells:
        able = [member for member in members if may_spend(plan, {**cell.coordinates, dimension: member.id})]
        weights = _weights(blend, able, cell)
        if step.zero == "equal" and not any(weights):
            weights = [1] * len(able)
        costs = [blend[0][0].ceiling(member, cell) for member in able]
        turns = [blend[0][0].turn(member) for member in able]
        made.append(Split(step, cell, [member.id for member in able], weights, costs, turns, [], 0))
    return made


def _weights(blend: Sequence[tuple[strategy.Strategy, Fraction]], able: list[Member], cell: Cell) -> list[Exact]:
    sums: dict[str, Exact] = defaultdict(int)
    for one, share in blend:
        weights = [one.weight(member, cell) for member in able]
        if len(blend) > 1 and not any(weights):
            weights = [1] * len(able)
        for member, weight in zip(able, weights, strict=True):
            sums[member.id] += share * Fraction(weight) / (sum(weights) or 1)
    return [sums[member.id] for member in able]


def may_spend(plan: Plan, coordinates: dict[Dimension, str]) -> bool:
    """Whether the activity of these coordinates, if there is one, may spend there."""
    facts: Activity | None = plan.activities.get(coordinates.get(Dimension.ACTIVITY, ""))
    if facts is None:
        return True
    segment, channel = coordinates.get(Dimension.SEGMENT), coordinates.get(Dimension.CHANNEL)
    period = plan.members(Dimension.PERIOD).get(coordinates.get(Dimension.PERIOD, ""))
    return (
        (segment is None or facts.segments is None or segment in facts.segments)
        and (channel is None or facts.channels is None or channel in facts.channels)
        and (period is None or facts.when is None or any(span.holds(period) for span in facts.when))
    )


def in_proportion(pool: int, weights: Sequence[Exact]) -> list[Exact]:
    total = sum(weights)
    return [Fraction(pool * weight) / total if total else 0 for weight in weights]


def largest_remainder(pool: int, weights: Sequence[Exact]) -> list[int]:
    """The textbook: round down, then one unit each to the largest remainders, the earlier first."""
    shares = in_proportion(pool, weights)
    parts = [floor(share) for share in shares]
    ranked = sorted(range(len(shares)), key=lambda place: (parts[place] - shares[place], place))
    for place in ranked[: pool - sum(parts) if any(weights) else 0]:
        parts[place] += 1
    return parts


def tight(
    pool: int, weights: list[Exact], low: list[Exact], high: list[Exact | None]
) -> tuple[list[Exact], list[Exact | None]]:
    """Bounds on whole units where whole units can keep them."""
    loose = [
        most is None or (least != most and ceil(least) <= floor(most)) for least, most in zip(low, high, strict=True)
    ]
    lower = [ceil(least) if free else least for least, free in zip(low, loose, strict=True)]
    upper = [floor(most) if free and most is not None else most for most, free in zip(high, loose, strict=True)]
    if sum(lower) > pool:
        return low, high
    room = [None if None in tops else sum(tops) for tops in (_tops(weights, lower, upper), _tops(weights, lower, high))]
    loses = room[0] is not None and room[0] < pool <= room[1]
    return lower, high if loses else upper


def _tops(weights: list[Exact], low: list[Exact], high: list[Exact | None]) -> list[Exact | None]:
    return [most if weight else least for weight, least, most in zip(weights, low, high, strict=True)]


def clipped(pool: Exact, weights: list[Exact], low: list[Exact], high: list[Exact | None]) -> list[Exact]:
    """``clip(t * weight, low, high)`` at the ``t`` where they add up to the pool, or as near as the caps let them."""

    def at(t: Exact) -> list[Exact]:
        rows = zip(weights, low, high, strict=True)
        return [max(least, t * weight if most is None else min(t * weight, most)) for weight, least, most in rows]

    ends = [
        (weight, bound)
        for weight, *both in zip(weights, low, high, strict=True)
        for bound in both
        if weight and bound is not None
    ]
    before: Exact = 0
    for bend in sorted({Fraction(bound) / weight for weight, bound in ends}):
        if sum(at(bend)) >= pool:
            gap = sum(at(bend)) - sum(at(before))
            return at(before + (bend - before) * (pool - sum(at(before))) / gap) if gap else at(before)
        before = bend
    free = sum(weight for weight, most in zip(weights, high, strict=True) if most is None)
    return at(before + Fraction(pool - sum(at(before))) / free) if free else at(before)


def _amount(bound: int | Share, pool: int) -> Exact:
    return bound.of_one * pool if isinstance(bound, Share) else bound


def _lowest(*bounds: Exact | None) -> Exact | None:
    return min((bound for bound in bounds if bound is not None), default=None)
