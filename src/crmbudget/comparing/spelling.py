"""Values of a plan as texts: as they were typed where that is known, else as a plan would write them."""

from fractions import Fraction
from typing import Any

from crmbudget.money import Currency
from crmbudget.planning.inputs import ABSENT
from crmbudget.planning.scalars import decimal
from crmbudget.planning.source import Path

TEXT_MAX = 60
"""Signs of one value that are shown."""
DECIMALS_MAX = 6
_AMOUNTS = frozenset({"value", "cost", "min", "max", "fixed"})


def typed(tree: Any, at: Path) -> str | None:
    """What was typed at a path; None where nothing was.

    >>> typed({"segments": {"key": {"churn": "12%"}}}, ("segments", "key", "churn"))
    '12%'
    """
    for key in at:
        inside = dict(enumerate(tree)) if isinstance(tree, list | tuple) else tree
        if not isinstance(inside, dict) or key not in inside:
            return None
        tree = inside[key]
    return None if tree is None else cut(flow(tree))


def flow(tree: Any) -> str:
    """A tree of texts on one line, as YAML writes it in braces."""
    if isinstance(tree, dict):
        return "{" + ", ".join(f"{key}: {flow(part)}" for key, part in tree.items()) + "}"
    if isinstance(tree, list | tuple):
        return "[" + ", ".join(map(flow, tree)) + "]"
    return str(tree)


def cut(text: str) -> str:
    """The start of a long text."""
    return text if len(text) <= TEXT_MAX else f"{text[: TEXT_MAX - 4]} ..."


def spelled(value: Any, at: Path, money: Currency) -> str:
    """A single value as a plan would write it; ``at`` is its path, which tells amounts from other whole numbers.

    >>> spelled(820_000_000, ("segments", "key", "value"), Currency.of("CNY")), spelled(None, ("calendar",), Currency.of("CNY"))
    ('8,200,000.00', 'none')
    """
    if value is None or value is ABSENT or value == "":
        return "none"
    if isinstance(value, int):
        is_amount = at[0] in {"total", "reserve"} or not _AMOUNTS.isdisjoint(at[2:3])
        return money.text(value, grouped=True) if is_amount else f"{value:,}"
    return decimal(round(value, DECIMALS_MAX)) if isinstance(value, Fraction) else cut(str(value))
