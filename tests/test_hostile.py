"""Plans as no one would write them: a finding or a result, never a traceback. ``tests/hostile.py`` tries 10,000."""

import json
import re
from pathlib import Path

import pytest

from crmbudget.cli import main
from hostile import COMMANDS, answered, is_answer, mutated, suite
from runner import ROOT, TODAY


@pytest.mark.parametrize("first", range(0, 200, 50))
def test_a_mutated_plan_gets_an_answer(first, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", TODAY)
    monkeypatch.setenv("CRMBUDGET_LANG", "en")
    for seed in range(first, first + 50):
        folder, text = mutated(seed)
        code, printed, _ = answered(COMMANDS[seed % len(COMMANDS)], text, folder)
        assert is_answer(code, printed), (seed, code, printed[-2000:])


def test_mutations_reach_both_valid_and_invalid_plans(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", TODAY)
    codes = {answered(["check"], text, folder)[0] for folder, text in map(mutated, range(60))}
    assert {0, 3} <= codes


def test_the_inputs_of_a_suite_are_read_as_its_package_holds_them(tmp_path):
    held = {"id": "229Q", "cases": [{"yaml": "- a\n"}, {"yaml": "b: \t1"}]}
    (tmp_path / "data").mkdir()
    (tmp_path / "data/229Q.js").write_text(f"// Generated\n\nexport default {json.dumps(held)};\n", "utf-8")
    assert list(suite(tmp_path)) == [("229Q-0", "- a\n"), ("229Q-1", "b: \t1")]


SAME = "\n".join(["  - {segment: ordinary, min: 245_000}"] * 100)


def test_a_hundred_times_the_same_limit_clashes_as_one_does(tmp_path, monkeypatch, capsys):
    once = (ROOT / "tests/errors/CB310/plan.yaml").read_text("utf-8")
    (tmp_path / "plan.yaml").write_text(once.rstrip("\n") + f"\n{SAME}\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    assert main(["check", "plan.yaml"]) == 4
    named = re.findall(r"segment=\w+ >= [\d,]+\.\d+", capsys.readouterr().out.partition("\n")[0])
    assert named == ["segment=key >= 500,000.00", "segment=growth >= 300,000.00", "segment=ordinary >= 245,000.00"]


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no such device here")
@pytest.mark.parametrize("key", ["customers: {from: /dev/zero, id: a, segment: b}", "lines: {from: /dev/zero}"])
def test_what_never_ends_is_not_read(key, tmp_path, monkeypatch, capsys):
    (tmp_path / "plan.yaml").write_text(f"currency: CNY\ntotal: 100\n{key}\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    assert main(["check", "plan.yaml"]) == 3
    assert "/dev/zero is a pipe or a device" in capsys.readouterr().out
    assert main(["check", "/dev/zero"]) == 3
    assert "error[CB102]" in capsys.readouterr().err
