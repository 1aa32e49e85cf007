"""A sight as the solver's groups; where there are very many, those whose parts are alike are one."""

from collections.abc import Iterator

from crmbudget.allocation.limits.classes import Classes
from crmbudget.allocation.limits.entropy import Group, Nearest, nearest
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
    if sum(map(len, made.parts.values())) <= PARTS_MAX:
        return nearest(list(_each(made)), touched, most)
    return nearest(list(_together(made)), touched, most, ROUGH)


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
