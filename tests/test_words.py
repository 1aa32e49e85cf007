"""What people read can be shown in another language: nothing is said in English alone."""

import re
import shlex

import pytest

from runner import ROOT, here
from test_errors import CASES, commands
from unsaid import speak_wordless, unsaid

SHOWN = [
    "allocate examples/handover/plan.yaml --prices",
    "allocate examples/small/plan.yaml --group-by segment,period --format markdown",
    "check examples/small/plan.yaml examples/handover/plan.yaml",
    "diff examples/handover/plan.yaml --set total=1.25m",
    "diff examples/handover/plan.yaml --scenario downturn --group-by segment",
    "diff examples/small/plan.yaml examples/handover/plan.yaml",
    "explain examples/handover/plan.yaml segment=key activity=gifts channel=visit period=2027-09",
    "explain examples/handover/plan.yaml category=gift period=2027-Q3",
    "explain examples/telco/plan.yaml",
    "scenarios examples/handover/plan.yaml",
    "variance examples/handover/actuals.csv --forecast all",
    "variance examples/price-volume-mix/actuals.csv",
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_finding_is_said_in_no_language_alone(case, monkeypatch, capsys):
    speak_wordless(monkeypatch)
    ran = here(monkeypatch, capsys, *commands(case), cwd=case)
    assert unsaid(ran.out + ran.err) == []


@pytest.mark.parametrize("words", SHOWN, ids=lambda words: re.sub(r"examples/|/[a-z]+\.(yaml|csv)", "", words)[:60])
def test_an_answer_is_said_in_no_language_alone(words, monkeypatch, capsys):
    speak_wordless(monkeypatch)
    ran = here(monkeypatch, capsys, *shlex.split(words), cwd=ROOT)
    assert ran.code < 2
    assert unsaid(ran.out + ran.err) == []
