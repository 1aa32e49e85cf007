"""Wrong plans, each with the finding it must give, at the user's own line and column."""

import pytest
import yaml

from runner import ROOT, here

CASES = yaml.safe_load((ROOT / "tests/cases/plans/refused.yaml").read_text("utf-8"))
HEAD = "currency: CNY\ntotal: 1000\n"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_wrong_plan_is_refused_with_its_place(case, tmp_path, monkeypatch, capsys):
    added = case["add"]
    plan = HEAD + (added[1:] if added.startswith("=") else f"segments: {{a: {{customers: 1}}}}\n{added}")
    (tmp_path / "plan.yaml").write_text(f"{plan}\n", encoding="utf-8")
    ran = here(monkeypatch, capsys, "check", "plan.yaml", cwd=tmp_path)
    told = next((text for text in ran.out.split("\n\n") if f"[{case['code']}]" in text), ran.out)
    assert f"[{case['code']}]" in told
    assert f"--> plan.yaml:{case['at']}\n" in told
    assert case["says"] in told
    assert ran.code == 3


def test_a_plan_that_is_a_list_is_refused(tmp_path, monkeypatch, capsys):
    (tmp_path / "plan.yaml").write_text("- a\n- b\n", encoding="utf-8")
    assert "[CB106]" in here(monkeypatch, capsys, "check", "plan.yaml", cwd=tmp_path).out


def test_a_plan_over_its_size_is_refused(tmp_path, monkeypatch, capsys):
    from crmbudget.planning import plan_file

    monkeypatch.setattr(plan_file, "BYTES_MAX", 10)
    (tmp_path / "plan.yaml").write_text(HEAD, encoding="utf-8")
    ran = here(monkeypatch, capsys, "check", "plan.yaml", cwd=tmp_path)
    assert (ran.code, "[CB102]" in ran.err) == (3, True)


def test_a_plan_in_a_folder_that_is_not_there_is_refused(monkeypatch, capsys):
    ran = here(monkeypatch, capsys, "check", "no/such/plan.yaml")
    assert (ran.code, "there is no file no/such/plan.yaml" in ran.err) == (2, True)


def test_a_folder_with_a_plan_in_it_names_that_plan(monkeypatch, capsys):
    assert "name the file: examples/small/plan.yaml" in here(monkeypatch, capsys, "check", "examples/small").err


def test_two_plans_are_checked_in_one_run(monkeypatch, capsys):
    ran = here(monkeypatch, capsys, "check", "examples/small/plan.yaml", "examples/handover/plan.yaml")
    assert (ran.code, ran.out.count(": valid, ")) == (0, 2)
