"""The plan's JSON Schema, in the form that editors read: draft-07, made from the models and the words of their keys."""

from typing import Any

from crmbudget import registry
from crmbudget.planning import ruling
from crmbudget.planning.forms import FORMS, Form, Schema
from crmbudget.planning.keys import KEYS
from crmbudget.planning.plan import Plan
from crmbudget.planning.together import STRATEGIES, together
from crmbudget.wording import say

_DEFINITIONS = "#/definitions/"


def plan_schema() -> Schema:
    """The schema of a plan, with the strategies and rules that are installed."""
    writer = Writer()
    definitions = {name: writer.model(name) for name in sorted(writer.models) if name != "Plan"}
    plan = writer.model("Plan") | {"title": "A crmbudget plan"}
    return {"$schema": "http://json-schema.org/draft-07/schema#", **plan, "definitions": definitions}


class Writer:
    """Writes the models as pydantic tells them in the words of the plan, for an editor."""

    def __init__(self) -> None:
        raw = Plan.model_json_schema(by_alias=True, ref_template=f"{_DEFINITIONS}{{model}}")
        told = {"Plan": raw, **raw.pop("$defs")}
        self.models = {name: model for name, model in told.items() if "properties" in model}
        self.words = {name: model["enum"] for name, model in told.items() if "enum" in model}
        self.forms = FORMS | _installed()
        self.together = together()

    def model(self, name: str) -> Schema:
        """One model: a closed mapping, but for the numbers of a segment and the keys of a scenario."""
        told, more = self.models[name], dict(self.together.get(name, {}))
        properties = {key: self._key(name, key) for key in told["properties"]}
        for key, extra in more.pop("properties", {}).items():
            properties.setdefault(key, self._key("Plan", key, bare=True) if name == "Scenario" else extra)
        described = told["description"].partition("\n\n")[0].replace("``", "`").replace("\n", " ")
        required = {"required": told["required"]} if "required" in told else {}
        closed = {} if name == "Scenario" else {"additionalProperties": self._further(told["additionalProperties"])}
        return {
            "title": told["title"], "description": described, "type": "object", "properties": properties,
            **required, **closed, **more,
        }  # fmt: skip

    def _further(self, told: Any) -> Any:
        return self.plain(told) if isinstance(told, dict) else False

    def _key(self, model: str, name: str, *, bare: bool = False) -> Schema:
        """A key with its words; ``bare`` where its value may be anything."""
        told = {} if bare else self.models[model]["properties"][name]
        key, plain = KEYS[model][name], self.plain(told) if told else {}
        shown = {"allOf": [plain]} if "$ref" in plain else plain
        default = told.get("default") if key.absent else None
        return {
            "title": key.title,
            "description": key.text[:1].upper() + key.text[1:] + (f" ({key.absent} where left out)" if key.absent else ""),
            **shown,
            **({"default": default} if isinstance(default, str | int) else {}),
            **({"examples": list(key.examples)} if not bare else {}),
            **self.together.get(f"{model}.{name}", {}),
        }  # fmt: skip

    def plain(self, told: Schema) -> Schema:
        """What may stand as a value, without what only pydantic needs."""
        if "form" in told:
            return dict(self.forms[told["form"]].schema)
        if "$ref" in told:
            name = told["$ref"].removeprefix(_DEFINITIONS)
            return {"enum": self.words[name]} if name in self.words else {"$ref": told["$ref"]}
        if options := options_of(told):
            return self.plain(options[0]) if len(options) == 1 else {"anyOf": [self.plain(one) for one in options]}
        if "enum" in told:
            return {"enum": told["enum"]}
        if told["type"] == "array":
            return {"type": "array", "items": self.plain(told["items"])}
        return self._mapping(told)

    def _mapping(self, told: Schema) -> Schema:
        inner, names = self.plain(told["additionalProperties"]), told.get("propertyNames")
        few = {"minProperties": told["minProperties"]} if "minProperties" in told else {}
        if names is None:
            return {"type": "object", "patternProperties": {r"\S": inner}, "additionalProperties": False, **few}
        return {"type": "object", "propertyNames": self._names(names), "additionalProperties": inner, **few}

    def _names(self, told: Schema) -> Schema:
        return dict(self.forms[told["form"]].schema) if "form" in told else {"enum": told["enum"]}


def options_of(told: Schema) -> list[Schema]:
    """The forms that a value may have; an option that is left out is not one, for a plan has no null."""
    options = told.get("anyOf") or told.get("oneOf") or []
    return [inner for one in options if one != {"type": "null"} for inner in (options_of(one) or [one])]


def _installed() -> dict[str, Form]:
    """The names that depend on what is installed: any id may be a strategy of another package, a rule must be there."""
    rules = list(registry.names(ruling.PACKAGE, ruling.PACKAGE))
    strategy = FORMS["id"].schema | {"examples": list(registry.names(*STRATEGIES)), "errorMessage": "Name a strategy"}
    return {
        "strategy": Form(say("strategy"), strategy),
        "rule": Form(say("rule"), {"enum": rules, "errorMessage": f"There is no such rule. Write one of {', '.join(rules)}"}),
    }  # fmt: skip
