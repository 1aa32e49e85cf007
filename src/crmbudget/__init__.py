"""Plan, share out and explain a customer-retention budget, right to the cent.

>>> from crmbudget import allocate, read_plan
>>> plan = read_plan("{currency: CNY, total: 10.03, segments: {a: {value: 49}, b: {value: 51}}}").ready
>>> allocate(plan).totals(["segment"])
{('a',): 491, ('b',): 512}
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crmbudget.allocation.budget import Budget
    from crmbudget.allocation.cascade import allocate
    from crmbudget.allocation.split import split
    from crmbudget.finding import Finding, Refused
    from crmbudget.planning.loader import load_plan, read_plan
    from crmbudget.planning.plan import Plan

__version__ = "0.1.0"
__all__ = ["Budget", "Finding", "Plan", "Refused", "allocate", "load_plan", "read_plan", "split"]

_HOMES = {
    "Budget": "allocation.budget", "allocate": "allocation.cascade", "split": "allocation.split", "Finding": "finding",
    "Refused": "finding", "load_plan": "planning.loader", "read_plan": "planning.loader", "Plan": "planning.plan",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    """The public names, imported when they are first asked for, so that a start costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
