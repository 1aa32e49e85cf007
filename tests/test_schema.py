"""The JSON Schema of a plan: draft-07, and of one mind with ``check``."""

import json

import pytest
import yaml
from jsonschema import Draft7Validator

from crmbudget.planning.schema import plan_schema
from runner import ROOT, here

PLANS = sorted((ROOT / "examples").rglob("plan.yaml"))


def test_the_schema_is_draft_07():
    Draft7Validator.check_schema(plan_schema())
    assert "$defs" not in json.dumps(plan_schema())


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.parent.name)
def test_every_example_is_valid_by_the_schema(path):
    plan = yaml.load(path.read_text("utf-8"), yaml.BaseLoader)
    assert [error.message for error in Draft7Validator(plan_schema()).iter_errors(plan)] == []


REJECTED = ["CB104", "CB106", "CB119", "CB125"]


@pytest.mark.parametrize("code", REJECTED)
def test_the_schema_rejects_the_shapes_that_check_rejects(code):
    plan = yaml.load((ROOT / "tests/errors" / code / "plan.yaml").read_text("utf-8"), yaml.BaseLoader)
    assert list(Draft7Validator(plan_schema()).iter_errors(plan))


HELD = [
    ("a plan has a total", "{currency: CNY}", False),
    ("or lines that say it", "{currency: CNY, lines: {from: x.csv, columns: {amount: 金额}}}", True),
    ("lines come from a file", "{currency: CNY, lines: {columns: {amount: 金额}}}", False),
    ("a column has a role", "{currency: CNY, total: 1, actuals: {columns: {date: 记账日期, amount: 6601}}}", True),
    ("no other role", "{currency: CNY, total: 1, actuals: {columns: {dat: 记账日期}}}", False),
    ("a decimal sign is a word", "{currency: CNY, total: 1, actuals: {dialect: {decimal: comma}}}", True),
    ("no other word", "{currency: CNY, total: 1, actuals: {dialect: {decimal: dot}}}", False),
    (
        "a threshold is a share and an amount",
        "{currency: CNY, total: 1, monitor: {over: {percent: 5%, amount: 9}}}",
        True,
    ),
    ("progress may be of each activity", "{currency: CNY, total: 1, monitor: {watch: 80%, progress: {x: 40%}}}", True),
    ("a share has its sign", "{currency: CNY, total: 1, monitor: {watch: 0.9}}", False),
    ("a rate is a number", "{currency: CNY, total: 1, fx: {USD: 7.12}}", True),
]


@pytest.mark.parametrize(("plan", "valid"), [case[1:] for case in HELD], ids=[case[0] for case in HELD])
def test_the_schema_knows_how_actuals_are_held_against_a_plan(plan, valid):
    assert Draft7Validator(plan_schema()).is_valid(yaml.safe_load(plan)) == valid


def test_the_command_prints_the_schema(monkeypatch, capsys):
    assert json.loads(here(monkeypatch, capsys, "schema").out) == plan_schema()
