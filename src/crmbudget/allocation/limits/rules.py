"""Limits and step bounds as linear rules over masks: the sum of coefficient x amount is at most so much."""

from collections.abc import Sequence
from math import ceil, floor
from typing import NamedTuple

from crmbudget.allocation.limits.selection import Choice
from crmbudget.allocation.limits.shares import Entries, Exact
from crmbudget.money import Currency
from crmbudget.planning.plan import Limit, Plan
from crmbudget.planning.scalars import Share
from crmbudget.planning.source import Path


class Said(NamedTuple):
    """The line of the plan that a rule comes from: its path, what it says, and whether it is a floor."""

    at: Path
    text: str
    floor: bool


class Rule(NamedTuple):
    """``sum(coefficient x amount) <= most`` over the amounts that carry the bit, in minor units.

    ``share`` is the part of all that is allocated from which ``most`` was made, 0 where it is an amount.
    """

    terms: tuple[tuple[int, Exact], ...]
    most: Exact
    said: Said
    share: Exact = 0


def limit_rules(chosen: Sequence[Choice], plan: Plan, allocated: int) -> list[Rule]:
    """One rule for each floor and each cap, in the plan's order, where so many minor units are allocated."""
    rules = []
    for bit, choice in enumerate(chosen):
        limit = plan.limits[choice.number]
        bounds = (("min", limit.min), ("max", limit.max))
        for (key, bound), whole in zip(bounds, _whole(limit, allocated, plan.total), strict=True):
            if bound is not None:
                sign = -1 if key == "min" else 1
                text = f"{choice.label} {'>=' if sign < 0 else '<='} {shown(bound, plan.money)}"
                said = Said(("limits", choice.number, key), text, sign < 0)
                share = bound.of_one if isinstance(bound, Share) else 0
                rules.append(Rule(((bit, sign),), sign * whole, said, sign * share))
    return rules


def _whole(limit: Limit, allocated: int, total: int) -> tuple[int, int]:
    """The least and the most in whole units: what a share leaves of a unit makes a cap smaller and a floor larger.

    Where that leaves no whole unit between two shares, each of them is rounded the other way.
    """
    given = (abs(bound) if isinstance(bound, int) and total < 0 else bound for bound in (limit.min, limit.max))
    low, high = (amount_of(bound or 0, allocated) for bound in given)
    if isinstance(limit.min, Share) and isinstance(limit.max, Share) and low <= high and ceil(low) > floor(high):
        return floor(low), ceil(high)
    return ceil(low), floor(high)


def shown(bound: int | Share, currency: Currency) -> str:
    """A bound as a message writes it."""
    return str(bound) if isinstance(bound, Share) else currency.text(bound, grouped=True)


def coefficients(rules: Sequence[Rule], masks: Sequence[int]) -> list[Entries]:
    """For each mask the rules that it touches, by position, with what one unit adds to them."""
    by_bit: dict[int, list[tuple[int, Exact]]] = {}
    for position, rule in enumerate(rules):
        for bit, coefficient in rule.terms:
            by_bit.setdefault(1 << bit, []).append((position, coefficient))
    used, single = sum(by_bit), all(len(rule.terms) == 1 for rule in rules)
    table = []
    for mask in masks:
        entries: list[tuple[int, Exact]] = []
        rest = mask & used
        while rest:
            lowest = rest & -rest
            entries += by_bit[lowest]
            rest ^= lowest
        table.append(tuple(sorted(entries)) if single else _added(entries))
    return table


def _added(entries: Sequence[tuple[int, Exact]]) -> Entries:
    sums: dict[int, Exact] = {}
    for position, coefficient in entries:
        sums[position] = sums.get(position, 0) + coefficient
    return tuple(sorted((position, total) for position, total in sums.items() if total))


def amount_of(bound: int | Share, whole: int) -> Exact:
    """A bound in minor units: itself, or its share of the whole."""
    return bound.of_one * whole if isinstance(bound, Share) else bound
