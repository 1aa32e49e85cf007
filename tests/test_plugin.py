"""The example plug-in, installed as another distribution would be."""

import json
import subprocess
import sys

import pytest

from runner import ROOT, bare

EXAMPLE = ROOT / "examples/plugin"


@pytest.fixture
def installed(tmp_path):
    """A folder that holds the plug-in and the metadata that an installer writes."""
    facts = tmp_path / "crmbudget_risk-0.1.0.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: crmbudget-risk\nVersion: 0.1.0\n")
    (facts / "entry_points.txt").write_text(
        "[crmbudget.strategies]\nat-risk = crmbudget_risk:AtRisk\nbroken = no_such_module:Broken\n"
    )
    return tmp_path


def run(installed, *arguments):
    path = f"{installed}:{EXAMPLE / 'src'}"
    command = [sys.executable, "-m", "crmbudget", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=EXAMPLE, env=bare({"PYTHONPATH": path})
    )


def test_a_strategy_of_another_package_shares_the_money(installed):
    answer = json.loads(run(installed, "allocate", "plan.yaml", "--format", "json").stdout)
    assert [(line["segment"], line["amount"]) for line in answer["results"]] == [
        ("key", "59312.84"),
        ("ordinary", "40687.16"),
    ]


def test_it_is_listed_with_its_manual_page(installed):
    assert "Weight each segment by the value that leaves" in run(installed, "strategies", "at-risk").stdout


def test_one_that_does_not_load_is_told_and_stops_nothing_else(installed):
    told = run(installed, "allocate", "plan.yaml", "--by", "broken")
    assert told.returncode == 3
    assert "the strategy `broken` does not load" in told.stderr
    assert "at-risk" in run(installed, "strategies").stdout


def test_without_the_package_the_plan_says_what_is_missing():
    command = [sys.executable, "-m", "crmbudget", "allocate", "plan.yaml"]
    told = subprocess.run(command, capture_output=True, text=True, check=False, cwd=EXAMPLE, env=bare({}))
    assert (told.returncode, "there is no strategy `at-risk`" in told.stderr) == (3, True)
