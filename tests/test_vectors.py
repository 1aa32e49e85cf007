"""Every case in tests/cases/allocation: a small plan, and the amounts that must come out."""

import json
import random
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from crmbudget.allocation.budget import Budget
from crmbudget.allocation.cascade import allocate
from crmbudget.finding import Refused
from crmbudget.planning.loader import read_plan

FOLDER = Path(__file__).parent / "cases" / "allocation"
CASES: list[dict[str, Any]] = [
    case for file in sorted(FOLDER.glob("*.yaml")) for case in yaml.load(file.read_text("utf-8"), yaml.BaseLoader)
]
GOOD = [case for case in CASES if "refused" not in case]
BAD = [case for case in CASES if "refused" in case]


def sentence(case: dict[str, Any]) -> str:
    return str(case["name"])


def budget_of(plan: dict[str, Any]) -> Budget:
    loaded = read_plan(json.dumps(plan, ensure_ascii=False))
    return allocate(loaded.ready, loaded.source)


def answer(budget: Budget) -> dict[str, Any]:
    """A budget in the words of a case; members of a line in the order of the steps."""
    text = budget.plan.money.text
    order = [budget.coordinates.index(level.dimension) for level in budget.levels]
    unassigned = {
        " ".join(f"{dimension}={name}" for dimension, name in rest.coordinates): f"{text(rest.amount)} {rest.reason}"
        for rest in budget.unassigned
    }
    return {
        "lines": {" ".join(str(line[place]) for place in order): text(int(line[-1])) for line in budget.lines()},
        "unassigned": unassigned,
        "reserve": text(budget.reserve),
        "allocated": text(budget.allocated),
    }


def expected(case: dict[str, Any]) -> dict[str, Any]:
    money = read_plan(json.dumps(case["plan"])).ready.money
    allocated = sum(int(amount.replace(".", "")) for amount in case["lines"].values())
    usual = {"unassigned": {}, "reserve": money.text(0), "allocated": money.text(allocated)}
    return usual | {key: case[key] for key in ("lines", "unassigned", "reserve", "allocated") if key in case}


@pytest.mark.parametrize("case", GOOD, ids=sentence)
def test_the_amounts_come_out(case: dict[str, Any]) -> None:
    assert answer(budget_of(case["plan"])) == expected(case)


@pytest.mark.parametrize("case", GOOD, ids=sentence)
def test_the_amounts_come_out_from_a_shuffled_file(case: dict[str, Any]) -> None:
    for seed in range(3):
        assert answer(budget_of(shuffled(case["plan"], random.Random(seed)))) == expected(case)


@pytest.mark.parametrize("case", GOOD, ids=sentence)
def test_the_amounts_come_out_mirrored_from_a_mirrored_total(case: dict[str, Any]) -> None:
    mirrored = deepcopy(case["plan"])
    mirrored["total"] = negated(mirrored["total"])
    if not mirrored.get("reserve", "%").endswith("%"):
        mirrored["reserve"] = negated(mirrored["reserve"])
    before, after = budget_of(case["plan"]), budget_of(mirrored)
    assert [line[:-1] for line in after.lines()] == [line[:-1] for line in before.lines()]
    assert [-int(line[-1]) for line in after.lines()] == [line[-1] for line in before.lines()]
    assert (-after.reserve, -after.unassigned_total) == (before.reserve, before.unassigned_total)


@pytest.mark.parametrize("case", BAD, ids=sentence)
def test_the_plan_is_refused_with_the_money_that_is_missing(case: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        budget_of(case["plan"])
    money = read_plan(json.dumps(case["plan"])).ready.money
    found = {finding.code: money.text(finding.money) if finding.money else "" for finding in refused.value.findings}
    assert (found, str(refused.value.exit_code)) == (case["refused"], case["exit"])


def test_every_case_has_a_name_of_its_own() -> None:
    assert len({case["name"] for case in CASES}) == len(CASES)


def negated(text: str) -> str:
    return text.removeprefix("-") if text.startswith("-") else f"-{text}"


def shuffled(written: Any, chance: random.Random) -> Any:
    """The same plan with the keys of every mapping in another order."""
    if isinstance(written, dict):
        return {key: shuffled(written[key], chance) for key in chance.sample(list(written), len(written))}
    return [shuffled(one, chance) for one in written] if isinstance(written, list) else written
