"""The plan's JSON Schema, in the form that editors read."""

from typing import Any

from crmbudget.planning.plan import Plan
from crmbudget.wording import say


def plan_schema() -> dict[str, Any]:
    """The schema of a plan as draft-07."""
    schema = Plan.model_json_schema(by_alias=True, ref_template="#/definitions/{model}")
    schema["definitions"] = schema.pop("$defs")
    return {"$schema": "http://json-schema.org/draft-07/schema#", "title": say("A crmbudget plan"), **_bare(schema)}


def _bare(node: Any) -> Any:
    """Without the titles that are only keys again, and without defaults that are written otherwise in YAML."""
    if isinstance(node, list):
        return [_bare(inner) for inner in node]
    if not isinstance(node, dict):
        return node
    kept = {
        key: value for key, value in node.items() if not (key in {"title", "default"} and not isinstance(value, dict))
    }
    return {key: _bare(value) for key, value in kept.items()}
