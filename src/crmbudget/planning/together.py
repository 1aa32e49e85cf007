"""Which keys of a mapping go together, and which stand alone, for the schema: what the models' validators say, as JSON Schema."""

from collections.abc import Iterable
from typing import Any

from crmbudget import registry
from crmbudget.period import Unit
from crmbudget.planning.forms import OFF, UNITS, Schema, whole
from crmbudget.planning.plan import Dimension, Plan

STRATEGIES = ("crmbudget.allocation.strategies", "crmbudget.strategies")
"""Where the strategies are, and the entry-point group of those from elsewhere."""
_FIXED = ("crmbudget", "currency", "scenarios")
"""Keys that no scenario changes."""


def together() -> dict[str, Schema]:
    """What is added to the schema of a model, or of a key of a model, by its name."""
    columns = {"dependencies": _alone("period", "date")}
    return {
        "Plan": {
            "anyOf": [{"required": ["total"]}, {"required": ["lines"]}],
            "dependencies": _alone("lines", "allocate", "limits", "customers"),
            "if": {"required": ["reserve"], "not": {"required": ["total"]}},
            "then": {
                "properties": {"reserve": {"not": {"type": "string", "pattern": "[%％]"}}},
                "errorMessage": "Without a `total`, the reserve is an amount",
            },
        },
        "Plan.scenarios": {"properties": {"base": {"type": "object", "propertyNames": {"enum": ["name"]}}}},
        "Calendar": {"allOf": [_starting(unit) for unit in UNITS]},
        "Activity": {"dependencies": {**_alone("cost", "weight"), "times": ["cost"], "per": ["cost"]}},
        "Channel": {"dependencies": {**_alone("weight", "cost"), "cost": ["contacts"], "contacts": ["cost"]}},
        "Step": _step(),
        "Limit": {
            "anyOf": [{"required": [key], "errorMessage": "A limit says `max`, `min` or both"} for key in ("max", "min")]
        },
        "Actuals.columns": columns,
        "Lines.columns": columns,
        "Ruling": {
            "errorMessage": "Write error, warning, info, or {severity: off, reason: ...}",
            "if": {"properties": {"severity": {"enum": OFF}}, "required": ["severity"]},
            "then": {"required": ["reason"], "properties": {"reason": {"pattern": r"\S"}}},
        },
        "Scenario": _scenario(),
    }  # fmt: skip


def _alone(key: str, *others: str) -> Schema:
    names = " or ".join(f"`{other}`" for other in others)
    return {key: {"properties": dict.fromkeys(others, False), "errorMessage": f"`{key}` stands without {names}"}}


def _starting(unit: str) -> Schema:
    """A calendar starts with a period of its own length; a year may be a number for an editor."""
    kinds = ["string", "integer"] if unit == "year" else ["string"]
    start = {"type": kinds, "pattern": whole(UNITS[unit]), "errorMessage": f"This calendar counts every {unit}"}
    written = {} if unit == Unit.MONTH else {"required": ["every"]}
    return {"if": {"properties": {"every": {"enum": [unit]}}, **written}, "then": {"properties": {"start": start}}}


def _scenario() -> Schema:
    """A scenario changes keys of the plan, nested or dotted."""
    keys = [key for key in Plan.model_fields if key not in _FIXED and key != "name"]
    named = {
        "pattern": rf"^(?:name|{'|'.join(keys)})(?:\.|$)",
        "errorMessage": "Name a key of the plan that it changes",
    }
    nested = {"name": "好年景", "total": "1.4m", "limits": {"0": {"max": "8%"}}}
    examples = [{"total": "-15%", "segments.key.churn": "+5pp"}, nested]
    return {"propertyNames": named, "properties": {key: {} for key in keys}, "examples": examples}


def _step() -> Schema:
    """What each strategy asks of its step. One that is not installed may ask for anything."""
    kinds = dict(_strategies())
    options = sorted({key for kind in kinds.values() for key in kind.keys})
    rules = [_meaningless(key, [name for name, kind in kinds.items() if key not in kind.keys]) for key in options]
    for dimension in Dimension:
        own = [name for name, kind in kinds.items() if kind.splits == dimension]
        others = [name for name, kind in kinds.items() if kind.splits not in {None, dimension}]
        rules.append(_splitting(dimension, own, others))
    rules.append(
        {"if": _only([name for name, kind in kinds.items() if not kind.splits]), "then": {"required": ["across"]}}
    )
    rules += [
        {"if": _any([name]), "then": {"required": sorted(kind.needs)}} for name, kind in kinds.items() if kind.needs
    ]
    by_cost = {"properties": {"fit": {"enum": ["cost"]}}, "required": ["fit"]}
    alone = {"maxProperties": 1, "errorMessage": "`fit: cost` goes with `activity` alone"}
    rules.append({"if": by_cost, "then": {"properties": {"by": alone}}})
    return {"properties": {key: {} for key in options}, "dependencies": _alone("weights", "profile"), "allOf": rules}


def _strategies() -> Iterable[tuple[str, Any]]:
    for name in registry.names(*STRATEGIES):
        yield name, registry.member(*STRATEGIES, name, name.replace("-", " ").title().replace(" ", ""))


def _meaningless(key: str, without: list[str]) -> Schema:
    message = f"`{key}` has no meaning for this strategy"
    return {"if": _only(without), "then": {"properties": {key: False}, "errorMessage": message}}


def _splitting(dimension: Dimension, own: list[str], others: list[str]) -> Schema:
    """A strategy with a dimension of its own splits no other, and blends with none of another."""
    across = {"enum": [dimension.value], "errorMessage": f"This strategy splits {dimension.value}: take `across` out"}
    by = {"properties": dict.fromkeys(others, False), "errorMessage": "Blend strategies of one dimension"}
    return {"if": _any(own), "then": {"properties": {"across": across, "by": by}}}


def _only(names: list[str]) -> Schema:
    """A step that is by none but these."""
    blend = {"type": "object", "propertyNames": {"enum": names}}
    return {"properties": {"by": {"anyOf": [{"enum": names}, blend]}}, "required": ["by"]}


def _any(names: list[str]) -> Schema:
    """A step that is by one of these, alone or in a blend."""
    blend = {"type": "object", "anyOf": [{"required": [name]} for name in names]}
    return {"properties": {"by": {"anyOf": [{"enum": names}, blend]}}, "required": ["by"]}
