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


def test_the_command_prints_the_schema(monkeypatch, capsys):
    assert json.loads(here(monkeypatch, capsys, "schema").out) == plan_schema()
