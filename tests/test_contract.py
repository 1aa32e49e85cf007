"""The JSON contract: every answer is valid by its schema, and no name in a schema is ever lost."""

import json
import os
from functools import cache

import pytest
from jsonschema import Draft7Validator

from answers import NUMBERED, RUNS, document
from crmbudget import registry
from crmbudget.reporting.contracts._schema import contract_schema
from crmbudget.reporting.report import SCHEMA_VERSION
from runner import ROOT, here

PACKAGE = "crmbudget.reporting.contracts"
NAMES = registry.own_names(PACKAGE)
PINNED = ROOT / "tests/golden/contract.json"
STORED = [ROOT / "examples/handover/variance.json", ROOT / "tests/cases/stored/variance.json"]
FOLDER = ROOT / "docs/schema"


@cache
def schema(name):
    return contract_schema(name, registry.module(PACKAGE, name).CONTRACT)


def strict(node):
    """The schema without room for anything that it does not name."""
    if isinstance(node, list):
        return [strict(one) for one in node]
    if not isinstance(node, dict):
        return node
    closed = {"additionalProperties": False} if node.get("type") == "object" else {}
    return {key: strict(value) for key, value in node.items()} | closed


def wrong(document, shape):
    return [f"{error.json_path}: {error.message}"[:300] for error in Draft7Validator(shape).iter_errors(document)]


def named(document):
    return document["schema"].removeprefix("crmbudget.")


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_draft_07_and_says_what_each_field_means(name):
    Draft7Validator.check_schema(schema(name))
    for path, field in leaves(schema(name)["properties"]):
        said = field.get("items", field).get("description")
        assert said or path in {"tool.name", "tool.version", "inputs[].path", "inputs[].sha256"}


@pytest.mark.parametrize(("folder", "words"), NUMBERED)
def test_an_answer_has_all_that_its_schema_promises_and_nothing_that_it_does_not_name(folder, words):
    found = document(folder, words)
    assert wrong(found, strict(schema(named(found)))) == []


@pytest.mark.parametrize(("folder", "words"), NUMBERED)
def test_money_has_the_decimals_of_its_currency_and_there_is_none_without_one(folder, words):
    found = document(folder, words)
    digits = {"JPY": 0, "KWD": 3}.get(found["currency"], 2)
    for (path, field), value in values(found, schema(named(found))):
        if "2,4" in field.get("pattern", "") and value is not None:
            assert found["currency"], path
            assert len(value.partition(".")[2]) == digits, path


@pytest.mark.parametrize("path", STORED, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_an_answer_that_was_stored_once_stays_valid(path):
    found = json.loads(path.read_text("utf-8"))
    assert wrong(found, schema(named(found))) == []


def leaves(properties, path=""):
    """Every field of a schema, lists of records among them, with its path."""
    for key, field in properties.items():
        yield f"{path}{key}", field
        inner = field.get("items", field)
        yield from leaves(inner.get("properties", {}), f"{path}{key}{'[].' if 'items' in field else '.'}")


def values(document, shape, path=""):
    """Every value of a document that its schema names, with path and field."""
    for key, field in shape["properties"].items():
        if key not in document:
            continue
        yield (f"{path}{key}", field), document[key]
        if "items" in field:
            for record in document[key]:
                yield from values(record, field["items"], f"{path}{key}[].")
        elif "properties" in field:
            yield from values(document[key], field, f"{path}{key}.")


UNSEEN = {}
"""What no run has, each with the reason."""


@cache
def seen():
    """The paths that have a value in some run, by schema."""
    found = {name: set() for name in NAMES}
    for run in RUNS:
        answer = document(*run)
        given = values(answer, schema(named(answer)))
        found[named(answer)].update(path for (path, _), value in given if value is not None)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_no_field_of_a_schema_is_dead(name):
    fields = {path for path, _ in leaves(schema(name)["properties"])} - common()
    assert fields - seen()[name] == {path for of, path in UNSEEN if of == name}


def test_no_field_that_all_answers_have_is_dead():
    assert common() - set.union(*seen().values()) == set()


def common():
    return {path for path, _ in leaves(schema("answer")["properties"])}


def names_of(shape, path=""):
    """What a reader may rely on: each field, what it holds, and whether it is always there."""
    for key, field in shape["properties"].items():
        holds = field.get("type", "one")
        words = [*([holds] if isinstance(holds, str) else holds), field.get("pattern", "")]
        word = " or ".join(filter(None, words[:-1])) + f" {words[-1]}".rstrip()
        yield f"{path}{key}", f"{word}, {'always' if key in required(shape) else 'sometimes'}"
        if "properties" in (inner := field.get("items", field)):
            more = shape.get("then", {}).get("properties", {}).get(key, {}).get("required", [])
            inner = {**inner, "required": [*inner["required"], *more]}
            yield from names_of(inner, f"{path}{key}{'[].' if 'items' in field else '.'}")


def required(shape):
    return [*shape["required"], *shape.get("then", {}).get("required", [])]


def lost(pinned, found):
    """The fields of the pinned contract that are gone, or are not what they were."""
    return {
        f"{name}: {path}" for name, fields in pinned.items() for path, word in fields.items() if found.get(name, {}).get(path) != word
    }  # fmt: skip


def contract():
    return {name: dict(names_of(schema(name))) for name in NAMES}


def test_no_field_is_lost_or_changed_within_a_major_version():
    """Updating adds what is new to the pinned names, and never takes one out: that needs a new major version."""
    major, found = SCHEMA_VERSION.partition(".")[0], contract()
    pinned = json.loads(PINNED.read_text("utf-8")) if PINNED.exists() else {}
    known = pinned.get(major, {})
    assert lost(known, found) == set()
    if os.environ.get("CRMBUDGET_GOLDEN") == "update":
        merged = {name: {**known.get(name, {}), **fields} for name, fields in found.items()}
        PINNED.write_text(json.dumps({major: merged}, indent=1) + "\n", "utf-8", newline="\n")
        known = merged
    assert known == found, "new fields are pinned by: make golden"


SPOILT = {
    "a summary field renamed": lambda one: one["allocation"].pop("summary.total"),
    "a record field removed": lambda one: one["variance"].pop("rejected[].reason"),
    "a list removed": lambda one: one["diff"].pop("causes"),
    "a schema removed": lambda one: one.pop("scenarios"),
    "money as a number": lambda one: one["allocation"].update({"results[].amount": "integer, always"}),
    "a field no longer always there": lambda one: one["findings"].update({"results[].code": "string, sometimes"}),
    "a field that may be null now": lambda one: one["allocation"].update({"currency": "null, always"}),
}


@pytest.mark.parametrize("change", SPOILT.values(), ids=SPOILT)
def test_a_contract_that_loses_something_is_told(change):
    spoilt = contract()
    change(spoilt)
    assert lost(contract(), spoilt)


@pytest.mark.parametrize("name", ["plan", *NAMES])
def test_the_command_prints_the_schema_that_the_docs_have(name, monkeypatch, capsys):
    printed = here(monkeypatch, capsys, "schema", name)
    assert (printed.code, printed.err) == (0, "")
    assert printed.out == (FOLDER / f"{name}.schema.json").read_text("utf-8")
    assert sorted(path.name for path in FOLDER.glob("*.json")) == sorted(
        f"{name}.schema.json" for name in ["plan", *NAMES]
    )
    assert f"({name}.schema.json)" in (FOLDER / "README.md").read_text("utf-8")


def test_a_schema_that_there_is_not_names_the_near_one(monkeypatch, capsys):
    ran = here(monkeypatch, capsys, "schema", "alocation")
    assert (ran.code, ran.out) == (2, "")
    assert "did you mean `allocation`?" in ran.err
