"""A contract as a JSON Schema (draft-07), for whoever reads our answers with a program."""

from collections.abc import Iterable
from typing import Any

from crmbudget.reporting.contracts._fields import Contract, Field, Holds, Records
from crmbudget.reporting.contracts._finding import DIAGNOSTICS, RELATED
from crmbudget.reporting.envelope import NAMES
from crmbudget.reporting.listing import REFUSED
from crmbudget.reporting.report import SCHEMA_VERSION

Schema = dict[str, Any]
_TYPES = {Holds.COUNT: "integer", Holds.FLAG: "boolean"}
# Money has as many decimals as its currency: none, two, three or four.
_PATTERNS = {
    Holds.MONEY: r"^-?[0-9]+(\.[0-9]{2,4})?$",
    Holds.PERCENT: r"^-?[0-9]+\.[0-9]+$",
    Holds.RATIO: r"^-?[0-9]+\.[0-9]{4}$",
}
_EXAMPLES = {Holds.MONEY: "1200.00", Holds.PERCENT: "-12.5", Holds.RATIO: "1.1029"}


def contract_schema(name: str, contract: Contract) -> Schema:
    """The schema of an answer. It allows what a later minor version may add, and no other major version."""
    lists = contract.lists.items()
    major = SCHEMA_VERSION.partition(".")[0]
    properties = {
        "schema": {"description": "The name of this schema.", "const": f"crmbudget.{name}"},
        "schema_version": {"description": "Its version: a minor one only adds.", "type": "string", "pattern": f"^{major}\\.[0-9]+$"},
        "tool": _object("What made the answer.", {"name": {"const": "crmbudget"}, "version": {"type": "string"}}, ("name", "version")),
        "command": {"description": "The command that gave the answer; empty where the call named none.", "type": "string", "examples": ["allocate"]},
        "currency": {"description": "The ISO 4217 code of all money; null where there is none.", "type": ["string", "null"], "pattern": "^[A-Z]{3}$", "examples": ["CNY"]},
        "inputs": _list("One file that was read.", {"path": {"type": "string"}, "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"}}, ("path", "sha256")),
        "summary": _object(f"The figures of the whole; empty on exit code {REFUSED} and above.", _fields(contract.summary), ()),
        "results": _records(contract.results),
        **{key: _records(records) for key, records in lists},
        "diagnostics": _diagnostics(),
        "exit_code": {"description": "The exit code of the command.", "enum": [0, 1, 2, 3, 4]},
    }  # fmt: skip
    whole = {
        "properties": {"summary": {"required": _always(contract.summary)}},
        "required": [key for key, records in lists if records.always],
    }
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": f"crmbudget.{name} {SCHEMA_VERSION}",
        "description": contract.says,
        "type": "object",
        "properties": properties,
        "required": list(NAMES),
        "if": {"properties": {"exit_code": {"enum": list(range(REFUSED))}}},
        "then": whole,
    }


def _fields(fields: Iterable[Field]) -> Schema:
    return {field.key: _field(field) for field in fields}


def _always(fields: Iterable[Field]) -> list[str]:
    return [field.key for field in fields if field.always]


def _field(field: Field) -> Schema:
    kind = _TYPES.get(field.holds, "string")
    examples = field.examples or filter(None, [_EXAMPLES.get(field.holds)])
    found = {
        "title": str(field.title),
        "description": field.says,
        "type": [kind, "null"] if field.empty else kind,
        "pattern": _PATTERNS.get(field.holds),
        "examples": list(examples),
    }
    return {key: value for key, value in found.items() if value}


def _records(records: Records) -> Schema:
    return _list(records.says, _fields(records.fields), _always(records.fields))


def _diagnostics() -> Schema:
    found = _records(DIAGNOSTICS)
    of_each = found["items"]["properties"]
    of_each["severity"]["enum"] = ["error", "warning", "info"]
    of_each["related"] = _records(RELATED)
    return found


def _list(says: str, properties: Schema, required: Iterable[str]) -> Schema:
    return {"type": "array", "items": _object(says, properties, required)}


def _object(says: str, properties: Schema, required: Iterable[str]) -> Schema:
    return {"description": says, "type": "object", "properties": properties, "required": list(required)}
