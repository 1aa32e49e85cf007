"""One small wrong plan per finding code, and the exact text it must give."""

import json
import re
import shlex
from pathlib import Path

import pytest

from crmbudget.finding import explanations
from crmbudget.planning.loader import lines_of
from golden import assert_golden
from runner import ROOT, here

FOLDERS = sorted((ROOT / "tests/errors").glob("CB*"))
# The plan of a rule is the wrong one of its page, and tests/test_rules.py holds it to its text.
CASES = [folder for folder in FOLDERS if (folder / "plan.yaml").exists() or (folder / "command").exists()]
CODES = sorted(code for code in explanations() if code.startswith("CB"))


def commands(case):
    named = case / "command"
    return shlex.split(named.read_text(encoding="utf-8")) if named.exists() else ["check", "plan.yaml"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_code_has_a_wrong_plan_and_an_exact_text(case, monkeypatch, capsys):
    ran = here(monkeypatch, capsys, *commands(case), cwd=case)
    assert f"[{case.name}]" in ran.out + ran.err
    assert "Traceback" not in ran.err
    assert_golden(case / "expected.txt", f"{ran.out}{ran.err}exit {ran.code}\n")


def test_every_code_in_the_source_has_a_page_and_a_case():
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py")]
    used = {code for text in texts for code in re.findall(r'"(CB\d{3})"', text)}
    assert used == set(CODES) == {folder.name for folder in FOLDERS}


def examples(code):
    return re.findall(r"```(\w+)\n(.*?)```", explanations()[code], re.DOTALL)


@pytest.mark.parametrize("code", CODES)
def test_a_page_has_a_headline_a_text_a_wrong_and_a_right_example(code):
    page = explanations()[code]
    assert re.match(r"# \S.*\n\n\S", page)
    assert page.count("\n## ") == 2
    assert "\n## Wrong\n" in page
    assert "\n## Right\n" in page
    assert len(examples(code)) >= 2


@pytest.mark.parametrize("code", [code for code in CODES if code < "CB400" or code >= "CB720"])
def test_the_right_example_gives_no_finding_and_the_wrong_one_is_the_case(code, tmp_path, monkeypatch, capsys):
    kinds = [kind for kind, _ in examples(code)]
    if set(kinds) != {"yaml"}:
        pytest.skip("the examples are command lines")
    wrong, right = (text for _, text in examples(code))
    if code != "CB105":
        assert wrong == (ROOT / "tests/errors" / code / "plan.yaml").read_text(encoding="utf-8")
    Path(tmp_path / "plan.yaml").write_text(right, encoding="utf-8")
    ran = here(monkeypatch, capsys, "check", "plan.yaml", cwd=tmp_path)
    assert (ran.code, "error[" in ran.out, "warning[" in ran.out) == (0, False, False), ran.out


NOWHERE = {
    "CB001": "a wrong call stands in no file",
    "CB100": "the file is not there",
    "CB124": "an override stands on the command line",
    "CB501": "of a file in an unknown encoding no line can be told",
    "CB601": "a commit stands on the command line",
    "CB602": "a threshold stands on the command line",
}


@pytest.mark.parametrize("case", [case for case in CASES if case.name not in NOWHERE], ids=lambda case: case.name)
def test_a_finding_points_at_the_users_own_line_and_column(case, monkeypatch, capsys):
    ran = here(monkeypatch, capsys, *commands(case), "--format", "json", cwd=case)
    for found in json.loads(ran.out)["diagnostics"]:
        # Behind the last line end an editor has one line more; of what is no UTF-8 the lines are counted by their bytes.
        lines = [*lines_of(str(case / found["path"])), ""] if case.name != "CB105" else [" " * 80]
        assert 1 <= found["line"] <= len(lines)
        assert 1 <= found["column"] <= len(lines[found["line"] - 1]) + 1
