"""The JSON Schema of a plan: draft-07, and of one mind with ``check`` as far as an editor can see."""

import json
import re

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from crmbudget.allocation.cascade import allocate
from crmbudget.finding import Refused, Severity, explanations
from crmbudget.planning.keys import KEYS
from crmbudget.planning.loader import load_scenarios
from crmbudget.planning.schema import Writer, plan_schema
from drawn_plans import STRATEGIES, plans
from editor import VALIDATOR, complaints, nodes, resolved, seen, typed
from runner import ROOT, here
from test_docs import yaml_blocks
from test_reading import SCALARS, TRAPS
from test_refused_plans import CASES, HEAD

EXAMPLES = sorted((ROOT / "examples").rglob("plan.yaml"))
UNSEEN = [
    ("an empty file: there is nothing to underline", "CB103", ""),
    ("bytes that are not UTF-8: the editor shows them as odd signs", "CB105", ""),
    ("a number in odd digits: without quotes `0x1F`, `0420` and `1e3` are numbers before the schema sees them", "CB108 CB112 CB113", ""),
    ("a number of more than 400 digits", "CB111", ""),
    ("more decimals than the currency has", "CB114", ""),
    ("a value or a formula below nothing, where a step shares by it", "CB115", "weight below nothing|worth less"),
    ("a span that runs backwards, a calendar past the year 9999", "CB118", "ends before|past the year"),
    ("what stands in a formula", "CB120 CB121 CB122", ""),
    ("a rate for the plan's own currency", "CB123", "own currency"),
    ("what a scenario does to the plan: keys that lead nowhere, signs that do not fit", "CB127", ""),
    ("a name that leads nowhere", "CB201", ""),
    ("a reserve of more than the total", "CB202", ""),
    ("a period outside the calendar", "CB203", ""),
    ("a plan or a step with nobody to share among", "CB205 CB215", ""),
    ("a number that a strategy needs of a member", "CB210", ""),
    ("a strategy that is not there: another package may bring it", "CB211", ""),
    ("how many weights there must be", "CB212", "weights? for|has no weight"),
    ("shares that do not add up to 100%", "CB213", ""),
    ("a dimension that is split twice", "CB214", ""),
    ("bounds of one member that contradict each other", "CB219", ""),
    ("limits, bounds and totals that contradict each other", "CB301 CB302 CB303 CB310 CB311", ""),
    ("what stands in files of customers and of lines", "CB401 CB402 CB403 CB404 CB405 CB406 CB408 CB409 CB410 CB411 CB412", ""),
]  # fmt: skip
"""What `check` refuses and a schema cannot see: the reason, the codes, and of which messages where not of all."""
SPELLED = {"CB108", "CB112", "CB113"}


def wrong():
    for path in sorted((ROOT / "tests/errors").glob("*/plan.yaml")):
        yield pytest.param(path.read_bytes(), path, id=path.parent.name)
    for name, (text, *_) in TRAPS.items():
        yield pytest.param(text.encode("utf-8", "surrogatepass"), None, id=name)
    for case in CASES:
        added = case["add"]
        plan = HEAD + (added[1:] if added.startswith("=") else f"segments: {{a: {{customers: 1}}}}\n{added}")
        yield pytest.param(plan.encode(), None, id=case["name"])


def right():
    for path in EXAMPLES:
        yield pytest.param(path.read_text("utf-8"), id=path.parent.name)
    yield from yaml_blocks()
    for code, page in explanations().items():
        _, *rest = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)[:2] or [""]
        if rest and "currency:" in rest[0]:
            yield pytest.param(rest[0], id=code)
    for path in sorted((ROOT / "tests/cases/allocation").glob("*.yaml")):
        for case in yaml.load(path.read_text("utf-8"), yaml.BaseLoader):
            if isinstance(case, dict) and "plan" in case:
                yield pytest.param(json.dumps(case["plan"]), id=f"{path.stem}: {case.get('name')}")


def refusals(content, path=None):
    """What `check` has against a plan and its scenarios, as codes with their messages."""
    loaded = load_scenarios(str(path or "plan.yaml"), (), content)
    found = [finding for one in loaded for finding in one.findings]
    for one in loaded:
        if one.plan and not one.plan.lines and (path or not one.plan.customers):
            try:
                allocate(one.plan, one.source)
            except Refused as refused:
                found += refused.findings
    return [(finding.code, finding.message) for finding in found if finding.severity is Severity.ERROR]


def underlined(content, read):
    try:
        return bool(complaints(read(content.decode("utf-8", "replace"))))
    except yaml.YAMLError:
        return True


def reason(code, message):
    """Why a schema cannot see a finding; None where it can."""
    return next((why for why, codes, says in UNSEEN if code in codes.split() and re.search(says, message)), None)


def test_the_schema_is_draft_07():
    Draft7Validator.check_schema(plan_schema())
    assert not re.search(r"\$defs|prefixItems|\"form\"|dependent", json.dumps(plan_schema()))


@pytest.mark.parametrize(("content", "path"), list(wrong()))
def test_an_editor_underlines_what_check_refuses(content, path):
    found = refusals(content, path)
    seeable = {code for code, message in found if not reason(code, message)}
    assert underlined(content, seen) or not seeable
    spelled = {code for code, _ in found} & SPELLED
    assert not spelled or underlined(content, seen) or underlined(content, typed)


def test_no_exception_is_without_a_case():
    unseen = set()
    for case in wrong():
        content, path = case.values
        if not underlined(content, seen):
            unseen |= {reason(*found) for found in refusals(content, path)}
    assert {why for why, *_ in UNSEEN} - unseen == set()


def test_the_docs_list_what_an_editor_cannot_see():
    page = (ROOT / "docs/editor.md").read_text("utf-8")
    rows = re.findall(r"^\| ([a-z].*) \| (CB\d{3}.*) \|$", page, re.MULTILINE)
    assert [(why, codes.replace(", ", " ")) for why, codes in rows] == [(why, codes) for why, codes, _ in UNSEEN]


@pytest.mark.parametrize("text", list(right()))
def test_an_editor_underlines_nothing_in_a_plan_that_check_takes(text):
    assert complaints(seen(text)) == complaints(typed(text)) == []


@pytest.mark.parametrize("name", STRATEGIES)
@settings(max_examples=15)
@given(data=st.data())
def test_a_drawn_plan_is_valid_in_quotes_and_without(name, data):
    plan = data.draw(plans(name, bounded=data.draw(st.booleans()))).plan
    assert complaints([plan, plain(plan)]) == []


def plain(tree):
    """A plan whose texts stand without quotes; what would then be nothing keeps them."""
    if isinstance(tree, dict):
        return {key: plain(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return [plain(value) for value in tree]
    return tree if not isinstance(tree, str) or resolved(tree) is None else resolved(tree)


TREES = [yaml.load(path.read_text("utf-8"), yaml.BaseLoader) for path in EXAMPLES if "philadelphia" not in path.parts]


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_the_schema_refuses_no_change_that_check_takes(data):
    tree = json.loads(json.dumps(data.draw(st.sampled_from(TREES))))
    holders = [node for node in nodes(tree) if isinstance(node, dict | list) and node]
    holder = data.draw(st.sampled_from(holders))
    places = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
    holder[data.draw(st.sampled_from(places))] = data.draw(SCALARS.filter(lambda text: resolved(text) is not None))
    assert refusals(json.dumps(tree).encode()) or complaints([tree, plain(tree)]) == []


def test_every_key_has_its_words_and_no_word_is_without_its_key():
    models = Writer().models
    assert {name: set(model["properties"]) for name, model in models.items()} == {
        name: set(keys) for name, keys in KEYS.items()
    }
    assert all(key.title and key.text and key.examples for keys in KEYS.values() for key in keys.values())


def test_every_example_of_a_key_is_valid():
    schema = plan_schema()
    for model in [schema, *schema["definitions"].values()]:
        for name, key in model["properties"].items():
            for example in key.get("examples", ()):
                found = [*VALIDATOR.evolve(schema=key | {"definitions": schema["definitions"]}).iter_errors(example)]
                assert not found, (model["title"], name, example)


HELD = [
    ("a plan has a total", "{currency: CNY}", False),
    ("or lines that say it", "{currency: CNY, lines: {from: x.csv, columns: {amount: 金额}}}", True),
    ("lines come from a file", "{currency: CNY, lines: {columns: {amount: 金额}}}", False),
    ("a column has a role", "{currency: CNY, total: 1, actuals: {columns: {date: 记账日期, amount: 6601}}}", True),
    ("no other role", "{currency: CNY, total: 1, actuals: {columns: {dat: 记账日期}}}", False),
    ("a decimal sign is a word", "{currency: CNY, total: 1, actuals: {dialect: {decimal: comma}}}", True),
    ("no other word", "{currency: CNY, total: 1, actuals: {dialect: {decimal: dot}}}", False),
    ("a threshold has two parts", "{currency: CNY, total: 1, monitor: {over: {percent: 5%, amount: 9}}}", True),
    ("progress may be of each activity", "{currency: CNY, total: 1, monitor: {watch: 80%, progress: {x: 40%}}}", True),
    ("a share has its sign", "{currency: CNY, total: 1, monitor: {watch: 0.9}}", False),
    ("a rate is a number", "{currency: CNY, total: 1, fx: {USD: 7.12}}", True),
    ("another strategy may be there", "{currency: CNY, total: 1, allocate: [{by: at-risk}]}", True),
    ("a key of no strategy is not", "{currency: CNY, total: 1, allocate: [{by: at-risk, prfile: days}]}", False),
    ("off needs a reason", "{currency: CNY, total: 1, rules: {owner-missing: {severity: off}}}", False),
    ("and has one", "{currency: CNY, total: 1, rules: {owner-missing: {severity: off, reason: x}}}", True),
    ("an odd id is an id", "{currency: CNY, total: 1, limits: [{segment: [0420, NO, 12:30], max: ５％}]}", True),
    ("Chinese words are amounts", "{currency: CNY, total: 120万, reserve: １０．５％}", True),
]


@pytest.mark.parametrize(("plan", "valid"), [case[1:] for case in HELD], ids=[case[0] for case in HELD])
def test_the_schema_takes_what_it_should(plan, valid):
    assert (complaints(seen(plan)) == []) == valid


def test_a_long_text_is_answered_at_once():
    digits = "." + "1" * 100_000 + "x"
    assert complaints([{"currency": "CNY", "total": digits, "reserve": digits, "fx": {"USD": "1," * 50_000}}])


def test_the_command_prints_the_schema(monkeypatch, capsys):
    assert json.loads(here(monkeypatch, capsys, "schema").out) == plan_schema()
