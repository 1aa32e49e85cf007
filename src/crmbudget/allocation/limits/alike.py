"""A sight as the solver's groups; where there are very many, those whose parts are alike are one."""

from collections.abc import Iterator, Sequence

from crmbudget.allocation.limits.classes import Classes
from crmbudget.allocation.limits.entropy import Group, Nearest, Touched, nearest
from crmbudget.allocation.limits.sight import Sight

PARTS_MAX = 30_000
"""With more parts than this, groups that are alike are put together."""
ROUGH = 1e-8
"""So exactly rules are then kept before the amounts are rounded."""
FINE = 4096
"""Parts are alike where their shares of the group agree to one in so many: the sums then agree to the square of that."""


def nearest_of(sight: Sight) -> Nearest:
    """The multipliers that keep a sight's rules."""
    made, touched = sight.made, [tuple((rule, float(c)) for rule, c in own) for own in sight.touched]
    most = [float(rule.most) for rule in sight.rules]
    tightest = _tightest(touched, most)
    if len(tightest) < len(most):
        touched = [tuple((tightest[rule], c) for rule, c in own if rule in tightest) for own in touched]
    bounds = [most[rule] for rule in tightest]
    if sum(map(len, made.parts.values())) <= PARTS_MAX:
        found = nearest(list(_each(made)), touched, bounds)
    else:
        found = nearest(list(_together(made)), touched, bounds, ROUGH)
    multipliers = [found.multipliers[tightest[rule]] if rule in tightest else 0.0 for rule in range(len(most))]
    return found._replace(multipliers=multipliers)


def _tightest(touched: Sequence[Touched], most: Sequence[float]) -> dict[int, int]:
    """Of rules that say the same of the same amounts the first that allows least, each with its new number."""
    own: list[list[tuple[int, float]]] = [[] for _ in most]
    for mask, rules in enumerate(touched):
        for rule, c in rules:
            own[rule].append((mask, c))
    least: dict[tuple[tuple[int, float], ...], int] = {}
    for rule, amounts in enumerate(map(tuple, own)):
        if most[rule] < most[least.setdefault(amounts, rule)]:
            least[amounts] = rule
    return {rule: number for number, rule in enumerate(sorted(least.values()))}


def _each(made: Classes) -> Iterator[Group]:
    for group, parts in made.parts.items():
        whole = sum(parts.values())
        yield Group(float(made.pools[group]), [(mask, amount / whole) for mask, amount in parts.items()])


def _together(made: Classes) -> Iterator[Group]:
    alike: dict[tuple[int, ...], dict[int, int]] = {}
    pools: dict[tuple[int, ...], int] = {}
    for group, parts in made.parts.items():
        whole, pool = sum(parts.values()), made.pools[group]
        key = (*parts, *[amount * FINE // whole for amount in parts.values()])
        held = alike.get(key)
        if held is None:
            alike[key], pools[key] = dict(parts), pool
        else:
            pools[key] += pool
            for mask, amount in parts.items():
                held[mask] += amount
    for key, parts in alike.items():
        whole = sum(parts.values())
        yield Group(float(pools[key]), [(mask, amount / whole) for mask, amount in parts.items()])
