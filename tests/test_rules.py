"""Every rule has cases, finds what its page shows, and never stands in the way of a valid plan."""

import json
import re
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

import drawn_plans
from crmbudget import allocate, read_plan, registry
from crmbudget.finding import Refused, Severity, explanations
from crmbudget.planning.loader import load_plan
from crmbudget.planning.schema import plan_schema
from crmbudget.rules import GROUP, PACKAGE, Found, Rule, Subject, _judging
from golden import assert_golden
from runner import ROOT, TODAY, bare, here, run

RULES = registry.own_names(PACKAGE)
FOLDER = ROOT / "tests/cases/rules"
CASES = {name: yaml.safe_load((FOLDER / f"{name}.yaml").read_text("utf-8")) for name in RULES}
HEAD = "currency: CNY\ntotal: 1_000_000\nreserve: 8%\n"
NOW = datetime.fromtimestamp(int(TODAY), UTC).date()
PLACES = re.compile(r"```yaml\n(.*?)```", re.DOTALL)


def loaded(case, folder):
    """The plan of a case, from a file where it names one."""
    text = case.get("plan") or HEAD + case["add"]
    if "file" not in case:
        return read_plan(text, scenario=case.get("scenario", ""))
    (folder / "plan.yaml").write_text(text, encoding="utf-8")
    (folder / "lines.csv").write_text(case["file"], encoding="utf-8")
    return load_plan(str(folder / "plan.yaml"))


def subject_of(read, as_of=NOW):
    budget = allocate(read.ready, read.source)
    return Subject(read.ready, read.source, budget, as_of, read.scenario, read.changes)


def asked(name, subject):
    return list(_judging._asked(name, None, subject))


def told(finding, money):
    """A finding as a case writes it."""
    facts = {"at": f"{finding.place.line}:{finding.place.column}", "message": finding.message, "fix": finding.fix}
    return facts | ({"money": money.text(finding.money, grouped=True)} if finding.money is not None else {})


@pytest.mark.parametrize(
    ("name", "case"), [pytest.param(name, case, id=f"{name}: {case['name']}") for name in RULES for case in CASES[name]]
)
def test_a_rule_finds_what_its_case_says(name, case, tmp_path):
    subject = subject_of(loaded(case, tmp_path), date.fromisoformat(case.get("as-of", str(NOW))))
    found = asked(name, subject)
    assert [told(one, subject.plan.money) for one in found] == case["finds"]
    assert {one.code for one in found} <= {_judging.find(name).code}


@pytest.mark.parametrize("name", RULES)
def test_a_rule_has_three_cases_that_fire_and_three_that_are_quiet(name):
    assert sum(bool(case["finds"]) for case in CASES[name]) >= 3
    assert sum(not case["finds"] for case in CASES[name]) >= 3
    assert len({case["name"] for case in CASES[name]}) == len(CASES[name])


def page_plans(name):
    return PLACES.findall(explanations()[name])


@pytest.mark.parametrize("name", RULES)
def test_the_page_of_a_rule_is_its_docstring(name):
    kind = _judging.find(name)
    page = explanations()[name]
    headline, _, text = (kind.__doc__ or "").partition(".\n")
    assert explanations()[kind.code] == page
    assert page.startswith(f"# {headline}\n\n")
    turned_off = f"In the plan, `rules: {{{name}: {{severity: off, reason: ...}}}}` turns it off.\n\n"
    lines = [line.removeprefix("    ") for line in text.splitlines()]
    assert page.replace(turned_off, "", 1).split("\n", 1)[1].strip() == "\n".join(lines).strip()


@pytest.mark.parametrize("name", RULES)
def test_the_wrong_plan_of_a_page_has_one_finding_and_the_right_one_has_none(name, tmp_path, monkeypatch, capsys):
    wrong, right = page_plans(name)
    (tmp_path / "plan.yaml").write_text(wrong, encoding="utf-8")
    ran = here(monkeypatch, capsys, "check", "plan.yaml", cwd=tmp_path)
    code = _judging.find(name).code
    assert (ran.code, ran.out.count("[CB"), f"[{code}]" in ran.out) == (0, 1, True)
    assert_golden(ROOT / "tests/errors" / code / "expected.txt", f"{ran.out}{ran.err}exit {ran.code}\n")
    (tmp_path / "plan.yaml").write_text(right, encoding="utf-8")
    assert "[CB" not in here(monkeypatch, capsys, "check", "plan.yaml", cwd=tmp_path).out


def test_rules_have_codes_of_their_own_and_none_is_an_error():
    kinds = [_judging.find(name) for name in RULES]
    assert len({kind.code for kind in kinds}) == len(kinds)
    assert {kind.severity for kind in kinds} == {Severity.WARNING, Severity.INFO}


def texts():
    for name in drawn_plans.STRATEGIES:
        yield drawn_plans.plans(name, bounded=True)
        yield drawn_plans.plans(name, costs=False)


@given(st.one_of(list(texts())), st.sampled_from(RULES), st.sampled_from(["info", "warning", "error"]))
def test_rules_never_stop_at_a_valid_plan_and_obey_it(drawn, name, word):
    read = read_plan(drawn.text)
    try:
        subject = subject_of(read)
    except Refused:
        return
    found = _judging.judge(subject)
    lines = drawn.text.split("\n")
    assert all(1 <= one.place.line <= len(lines) for one in found)
    assert all(1 <= one.place.column <= len(lines[one.place.line - 1]) for one in found)
    assert all(one.severity < Severity.ERROR and one.message and one.fix for one in found)
    code = _judging.find(name).code
    louder = _judging.judge(subject_of(ruled(drawn, {name: word})))
    assert {one.severity for one in louder if one.code == code} <= {Severity[word.upper()]}
    off = _judging.judge(subject_of(ruled(drawn, {name: {"severity": "off", "reason": "meant"}})))
    assert [one.code for one in off] == [one.code for one in found if one.code != code]


def ruled(drawn, rules):
    return read_plan(json.dumps({**drawn.plan, "rules": rules}, ensure_ascii=False))


PLAIN = "currency: CNY\ntotal: 1000\nsegments: {key: {customers: 40}, growth: {customers: 260}}\n"
RULINGS = [
    ("a rule as an error fails the run, and the numbers stand", "{reserve-outside-range: error}", 1, "error[CB706]"),
    ("a severity may stand in a mapping", "{reserve-outside-range: {severity: warning}}", 0, "warning[CB706]"),
    ("a reason may stand beside a severity", "{reserve-outside-range: {severity: info, reason: x}}", 0, "info[CB706]"),
    ("a reason alone changes nothing", "{reserve-outside-range: {reason: x}}", 0, "info[CB706]"),
    ("a rule that never fires may be named", "{calendar-past: error}", 0, "info[CB706]"),
    ("off needs a reason", "{reserve-outside-range: off}", 3, "error[CB721]"),
    ("a blank is no reason", "{reserve-outside-range: {severity: off, reason: ' '}}", 3, "error[CB721]"),
    ("a code is no name", "{CB706: info}", 3, "error[CB720]"),
    ("a slip is told with the near name", "{reserve-outside-rnage: info}", 3, "did you mean `reserve-outside-range`"),
    ("there is no other word", "{owner-missing: of}", 3, "did you mean `off`"),
    ("there is no other key", "{owner-missing: {severty: info}}", 3, "did you mean `severity`"),
    ("a list is no ruling", "{owner-missing: [info]}", 3, "error[CB1"),
    ("nothing is no ruling", "{owner-missing: }", 3, "error[CB1"),
]


@pytest.mark.parametrize(("rules", "code", "says"), [case[1:] for case in RULINGS], ids=[case[0] for case in RULINGS])
def test_a_plan_rules_over_the_rules(rules, code, says, tmp_path, monkeypatch, capsys):
    (tmp_path / "plan.yaml").write_text(f"{PLAIN}rules: {rules}\n", encoding="utf-8")
    ran = here(monkeypatch, capsys, "check", "plan.yaml", cwd=tmp_path)
    assert (ran.code, says in ran.out) == (code, True), ran.out
    allocated = here(monkeypatch, capsys, "allocate", "plan.yaml", cwd=tmp_path)
    assert allocated.code == (3 if code == 3 else 0)


@pytest.mark.parametrize("word", ["off", "OFF", "no", "false"])
def test_off_is_a_text_and_no_other_word_of_yaml_is(word):
    read = read_plan(f"{PLAIN}rules: {{owner-missing: {{severity: {word}, reason: x}}}}\n")
    assert [one.code for one in read.findings] == ([] if word == "off" else ["CB119"])


@pytest.mark.parametrize("rulings", ["{owner-missing: {severity: off, reason: y}, calendar-past: info}", "{}"])
def test_the_schema_knows_what_may_be_said_of_a_rule(rulings):
    valid = Draft7Validator(plan_schema()).is_valid
    assert valid(yaml.safe_load(f"{PLAIN}rules: {rulings}"))
    assert valid(yaml.load(f"{PLAIN}rules: {rulings}", yaml.BaseLoader))
    assert not valid(yaml.safe_load(f"{PLAIN}rules: {{owner-missing: on}}"))
    assert not valid(yaml.safe_load(f"{PLAIN}rules: {{owner-missing: off}}"))
    assert not valid(yaml.safe_load(f"{PLAIN}rules: {{no-such-rule: info}}"))
    assert not valid(yaml.safe_load(f"{PLAIN}rules: {{owner-missing: {{why: x}}}}"))


def test_a_rule_that_is_off_is_silent(tmp_path, monkeypatch, capsys):
    ruling = "{reserve-outside-range: {severity: off, reason: 集团另有预备金}}"
    (tmp_path / "plan.yaml").write_text(f"{PLAIN}rules: {ruling}\n", encoding="utf-8")
    ran = here(monkeypatch, capsys, "check", "plan.yaml", cwd=tmp_path)
    assert (ran.code, ran.out) == (0, "plan.yaml: valid, 2 lines, 1,000.00 CNY allocated\n")


DAYS = [
    (["--as-of", "2028-01-01"], "", True),
    (["--as-of", "2027-12-31"], "1900000000", False),
    ([], "1900000000", True),
    ([], TODAY, False),
]


@pytest.mark.parametrize(("words", "epoch", "over"), DAYS)
def test_the_day_is_that_of_the_option_then_that_of_the_environment(words, epoch, over, tmp_path):
    (tmp_path / "plan.yaml").write_text(f"{PLAIN}calendar: {{start: 2027-01}}\n", encoding="utf-8")
    ran = run("check", "plan.yaml", *words, cwd=tmp_path, SOURCE_DATE_EPOCH=epoch)
    assert (ran.code, "[CB708]" in ran.out) == (0, over)


@pytest.mark.parametrize(("words", "epoch"), [(["--as-of", "31.12.2027"], TODAY), ([], "yesterday"), ([], "9" * 30)])
def test_what_is_no_day_is_refused(words, epoch, monkeypatch):
    from crmbudget.commands import _rules

    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    with pytest.raises(Refused) as refused:
        _rules.day(words[-1] if words else "")
    assert refused.value.exit_code == 2
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    assert abs((_rules.day("") - datetime.now(UTC).date()).days) <= 1


def test_a_scenario_tells_what_the_plan_did_not(tmp_path, monkeypatch, capsys):
    text = f"{HEAD}segments:\n  key: {{customers: 40}}\n  growth: {{customers: 260}}\n  lost: {{customers: 0}}\n"
    text += "scenarios: {gone: {segments.growth.customers: 0}}\n"
    (tmp_path / "plan.yaml").write_text(text, encoding="utf-8")
    found = json.loads(here(monkeypatch, capsys, "check", "plan.yaml", "-f", "json", cwd=tmp_path).out)["results"]
    assert [(one["code"], one["message"]) for one in found] == [
        ("CB701", "scenario `gone`: segment `growth` gets nothing"), ("CB701", "segment `lost` gets nothing"),
    ]  # fmt: skip


def test_of_many_findings_those_with_the_most_money_are_listed():
    rows = "".join(f"  s{number}: {{value: {number}, customers: {number % 2}}}\n" for number in range(60))
    found = asked("segment-without-money", subject_of(read_plan(f"{HEAD}segments:\n{rows}allocate: [{{by: count}}]\n")))
    assert [one.message for one in found[:2]] == ["segment `s58` gets nothing", "segment `s56` gets nothing"]
    assert [(one.message, one.money) for one in found[20:]] == [("10 more like these", 9000)]
    assert len(found) == 21


class Loud(Rule):
    """Says one thing of every plan."""

    code = "XY1"

    def look(self, subject: Subject):
        yield Found(("total",), f"seen on {subject.as_of}", "look away")


@pytest.fixture
def outside(tmp_path, monkeypatch):
    """A folder with the metadata of another distribution that has rules."""
    facts = tmp_path / "more_rules-1.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: more-rules\nVersion: 1\n")
    (facts / "entry_points.txt").write_text(f"[{GROUP}]\nloud = test_rules:Loud\nbroken = no_such_module:Broken\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    for known in (registry._outside, registry._mentioned):
        known.cache_clear()
    yield
    for known in (registry._outside, registry._mentioned):
        known.cache_clear()


@pytest.mark.usefixtures("outside")
def test_a_rule_of_another_package_is_asked_and_one_that_does_not_load_is_told():
    found = _judging.judge(subject_of(read_plan(PLAIN)))
    assert [(one.code, one.message, str(one.severity)) for one in found if one.code != "CB706"] == [
        ("CB720", "the rule `broken` does not load: No module named 'no_such_module'", "warning"),
        ("XY1", "seen on 2026-11-24", "warning"),
    ]
    quiet = read_plan(PLAIN + "rules: {loud: info, broken: {severity: off, reason: not here}}\n")
    found = [one for one in _judging.judge(subject_of(quiet)) if one.code != "CB706"]
    assert [(one.code, str(one.severity)) for one in found] == [("XY1", "info")]
    assert read_plan(PLAIN + "rules: {lout: info}\n").findings[0].fix == "did you mean `loud`?"


def imported(tmp_path, *words):
    program = f"import sys; from crmbudget.cli import main; main({list(words)!r}); print(*sys.modules, file=sys.stderr)"
    command = [sys.executable, "-c", program]
    finished = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path, env=bare({}))
    return {name.removeprefix("crmbudget.rules.") for name in finished.stderr.split() if "crmbudget.rules." in name}


def test_only_check_imports_rules_and_none_that_is_off(tmp_path):
    text = f"{PLAIN}rules: {{unit-looks-wrong: {{severity: off, reason: x}}, owner-missing: info}}\n"
    Path(tmp_path / "plan.yaml").write_text(text, encoding="utf-8")
    assert imported(tmp_path, "allocate", "plan.yaml") == set()
    assert imported(tmp_path, "explain", "CB701") == set()
    assert imported(tmp_path, "check", "plan.yaml") == {"_judging", *own("unit_looks_wrong")}


def own(off):
    return {name.replace("-", "_") for name in RULES} - {off}


def test_the_rule_of_the_contributing_page_works():
    page = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    block = next(text for text in re.findall(r"```python\n(.*?)```", page, re.DOTALL) if "(Rule)" in text)
    room = {"__name__": "gift_heavy"}
    exec(re.sub(r"(?m)^   ", "", block), room)  # noqa: S102 - it is ours
    activities = "activities: {gifts: {category: gift, weight: 3}, visits: {category: service}}"
    subject = subject_of(read_plan(f"{HEAD}{activities}\n"))
    assert list(room["GiftHeavy"]().look(subject)) == [
        Found(("activities", "gifts"), "`gifts` takes 690,000.00 CNY", "lower its weight", 69_000_000, key=True)
    ]
