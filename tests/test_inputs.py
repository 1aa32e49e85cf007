"""A plan's values are read and changed one by one, and its money can be written more finely."""

from fractions import Fraction

import pytest

from crmbudget import allocate, load_plan, read_plan
from crmbudget.planning.inputs import ABSENT, in_finer_units, said, with_said
from crmbudget.planning.plan import Dimension
from runner import ROOT

TEXT = """
currency: CNY
total: 100
segments: {a: {value: 75, churn: 8%}, b: {value: 25}}
activities: {g: {category: gift, weight: 1}, v: {category: event, weight: 2}}
allocate: [{by: value, max: {a: 60}}, {by: activity}]
limits: [{category: gift, max: 20}]
"""

PATHS = [
    (("total",), 100_00),
    (("segments", "a", "value"), 75_00),
    (("segments", "a", "churn"), Fraction(2, 25)),
    (("segments", "b", "churn"), ABSENT),
    (("segments", "c", "value"), ABSENT),
    (("allocate", 0, "max", "a"), 60_00),
    (("limits", 0, "max"), 20_00),
    (("limits", 1), ABSENT),
    (("total", "x"), ABSENT),
]


@pytest.mark.parametrize(("at", "value"), PATHS)
def test_a_path_leads_to_what_the_plan_says(at, value):
    assert said(read_plan(TEXT).ready, at) == value


@pytest.mark.parametrize("at", [at for at, value in PATHS if value is not ABSENT])
def test_one_value_is_changed_and_nothing_else(at):
    plan = read_plan(TEXT).ready
    changed = with_said(plan, at, 1)
    assert said(changed, at) == 1
    assert with_said(changed, at, said(plan, at)) == plan != changed


def test_what_is_absent_is_taken_out_and_put_back():
    plan = read_plan(TEXT).ready
    without = with_said(with_said(plan, ("segments", "a", "churn"), ABSENT), ("segments", "b"), ABSENT)
    assert said(without, ("segments", "a", "churn")) is ABSENT
    assert list(without.members(Dimension.SEGMENT)) == ["a"]
    assert list(with_said(plan, ("limits", 0), ABSENT).limits) == []
    assert repr(ABSENT) == "ABSENT"


def test_a_changed_plan_forgets_what_the_old_one_worked_out():
    plan = read_plan(TEXT).ready
    assert list(plan.members(Dimension.SEGMENT)) == ["a", "b"]
    assert list(with_said(plan, ("segments", "c"), said(plan, ("segments", "b"))).members(Dimension.SEGMENT))[-1] == "c"


@pytest.mark.parametrize("example", ["small", "handover", "telco", "philadelphia"])
def test_a_finer_plan_shares_the_same_money(example):
    plan = load_plan(str(ROOT / "examples" / example / "plan.yaml")).ready
    finer = in_finer_units(plan, 4)
    old, new = allocate(plan), allocate(finer)
    times = 1 if plan.lines else 10**4
    assert new.total == old.total * times
    assert finer.money.major(new.total) == plan.money.major(old.total)
    pairs = list(zip(old.lines(), new.lines(), strict=True))
    assert all(abs(line[-1] * times - finer[-1]) < 3 * times for line, finer in pairs)


def test_costs_and_caps_are_finer_too():
    text = """
currency: CNY
total: 100
segments: {a: {customers: 3}}
activities: {g: {category: gift, cost: 7, per: customer}, v: {category: event, cost: 90}}
allocate: [{by: count}, {by: activity, fit: cost, max: {v: 50}}]
"""
    plan = read_plan(text).ready
    assert [line[-1] for line in allocate(in_finer_units(plan, 2)).lines()] == [21_00_00, 50_00_00]
