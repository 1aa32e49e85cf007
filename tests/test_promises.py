"""The promises of exactness, on every strategy that the registry finds."""

import os
import random
import subprocess
import sys
from copy import deepcopy
from fractions import Fraction
from math import ceil, floor

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from crmbudget.allocation import strategy
from crmbudget.allocation.budget import Budget
from crmbudget.allocation.cascade import allocate
from crmbudget.finding import Refused
from crmbudget.planning.loader import read_plan
from drawn_plans import BLEND, ENTRIES, STRATEGIES, Drawn, Written, plans
from oracle import Split, largest_remainder, splits

every_strategy = pytest.mark.parametrize("name", STRATEGIES)


def budget_of(drawn: Drawn) -> Budget:
    loaded = read_plan(drawn.text)
    return allocate(loaded.ready, loaded.source)


def amounts(budget: Budget, sign: int = 1) -> dict[tuple[object, ...], int]:
    """Every amount of a budget by what it is for: lines, what is unassigned, the reserve."""
    found: dict[tuple[object, ...], int] = {tuple(line[:-1]): sign * int(line[-1]) for line in budget.lines()}
    assert len(found) == budget.line_count, "two lines have the same coordinates"
    for rest in budget.unassigned:
        found["unassigned", frozenset(rest.coordinates), rest.reason] = sign * rest.amount
    return found | {("reserve",): sign * budget.reserve}


def of_the_step(drawn: Drawn) -> list[Split]:
    return splits(budget_of(drawn))[drawn.number]


def test_every_strategy_of_the_registry_is_drawn() -> None:
    missing = set(strategy.names()) - set(ENTRIES)
    assert not missing, f"tell tests/drawn_plans.py ENTRIES which options these strategies need: {sorted(missing)}"
    assert set(ENTRIES) == {*strategy.names(), BLEND}, "an entry names a strategy that is gone"


@every_strategy
@given(data=st.data())
def test_the_parts_make_the_whole_at_every_split(name: str, data: st.DataObject) -> None:
    for step in splits(budget_of(data.draw(plans(name)))):
        for split in step:
            assert sum(split.parts) + split.unassigned == split.cell.amount
            assert all(part >= 0 for part in split.parts)


@every_strategy
@given(data=st.data())
def test_reserve_and_allocated_and_unassigned_make_the_total(name: str, data: st.DataObject) -> None:
    budget = budget_of(data.draw(plans(name)))
    assert budget.reserve + budget.allocated + budget.unassigned_total == budget.total == budget.plan.total
    for coordinate in budget.coordinates:
        assert sum(budget.totals([coordinate]).values()) == budget.allocated


@every_strategy
@given(data=st.data())
def test_each_part_is_its_exact_share_rounded_down_or_up(name: str, data: st.DataObject) -> None:
    for split in of_the_step(data.draw(plans(name))):
        for part, share in zip(split.parts, split.shares, strict=True):
            assert floor(share) <= part <= ceil(share)


@every_strategy
@given(data=st.data())
def test_zero_weight_gets_nothing(name: str, data: st.DataObject) -> None:
    for split in of_the_step(data.draw(plans(name))):
        assert all(part == 0 for part, weight in zip(split.parts, split.weights, strict=True) if weight == 0)


@every_strategy
@given(data=st.data(), factor=st.sampled_from([2, 3, 10, 97, 10**12]))
def test_scaling_all_weights_changes_nothing(name: str, data: st.DataObject, factor: int) -> None:
    drawn = data.draw(plans(name, costs=name == "activity"))  # else more customers make more costs too
    scaled = drawn.changed(lambda plan, step: ENTRIES[name].scale(plan, step, factor))
    assert amounts(budget_of(scaled)) == amounts(budget_of(drawn))


@every_strategy
@given(data=st.data(), seed=st.integers(0, 99))
def test_shuffling_the_file_changes_nothing(name: str, data: st.DataObject, seed: int) -> None:
    drawn = data.draw(plans(name, bounded=data.draw(st.booleans())))
    try:
        expected = budget_of(drawn)
    except Refused:
        assume(False)
    mixed = Drawn(shuffled(drawn.plan, random.Random(seed)), drawn.number)
    assert list(budget_of(mixed).lines()) == list(expected.lines())
    assert amounts(budget_of(mixed)) == amounts(expected)


def shuffled(written: object, chance: random.Random) -> Written:
    """The same plan with the keys of every mapping in another order."""
    if isinstance(written, dict):
        keys = list(written)
        chance.shuffle(keys)
        return {key: shuffled(written[key], chance) for key in keys}
    return [shuffled(one, chance) for one in written] if isinstance(written, list) else deepcopy(written)  # type: ignore[return-value]


@every_strategy
@given(data=st.data())
def test_a_negative_total_is_the_mirror_image(name: str, data: st.DataObject) -> None:
    drawn = data.draw(plans(name))
    assert amounts(budget_of(drawn.changed(negated)), sign=-1) == amounts(budget_of(drawn))


def negated(plan: Written, _step: Written) -> None:
    plan["total"] = f"-{plan['total']}"
    if not plan["reserve"].endswith("%"):
        plan["reserve"] = f"-{plan['reserve']}"


@every_strategy
@given(data=st.data())
def test_a_reserve_as_a_share_is_one_part_of_a_split(name: str, data: st.DataObject) -> None:
    plan = budget_of(data.draw(plans(name)).changed(lambda plan, _: plan.update(reserve="8.25%")))
    share = Fraction(825, 10_000)
    assert [plan.total - plan.reserve, plan.reserve] == largest_remainder(plan.total, [1 - share, share])


@every_strategy
@given(data=st.data())
def test_a_member_s_sum_over_all_parents_stays_within_two_units(name: str, data: st.DataObject) -> None:
    drawn = data.draw(plans(name, bounded=data.draw(st.booleans())))
    try:
        steps = splits(budget_of(drawn))
    except Refused:
        assume(False)
    for step in steps:
        off: dict[str, Fraction] = {}
        for split in step:
            for member, part, share in zip(split.ids, split.parts, split.shares, strict=True):
                off[member] = off.get(member, Fraction(0)) + share - part
        assert all(abs(rest) < 2 for rest in off.values()), off


@every_strategy
@given(data=st.data())
def test_one_pool_is_split_by_the_plain_largest_remainder(name: str, data: st.DataObject) -> None:
    def alone(plan: Written, step: Written) -> None:
        plan["allocate"] = [step]

    drawn = data.draw(plans(name)).changed(alone)
    drawn.number = 0
    (split,) = of_the_step(drawn)
    assert split.parts == largest_remainder(split.cell.amount, split.weights)


@every_strategy
@given(data=st.data())
def test_bounds_hold(name: str, data: st.DataObject) -> None:
    drawn = data.draw(plans(name, bounded=True))
    try:
        found = of_the_step(drawn)
    except Refused as refused:
        assert {finding.code for finding in refused.findings} <= {"CB219", "CB301"}
        assert {finding.code: refused.exit_code for finding in refused.findings} in [{"CB219": 3}, {"CB301": 4}]
        return
    for split in found:
        assert sum(split.parts) + split.unassigned == split.cell.amount
        whole_units_can = sum(ceil(low) for low in split.low) <= split.cell.amount
        rows = list(zip(split.weights, split.low, split.high, strict=True))
        open_end = any(weight and high is None for weight, _, high in rows)
        room = sum(floor(high) if weight and high is not None else floor(low) for weight, low, high in rows)
        for part, low, high, share in zip(split.parts, split.low, split.high, split.shares, strict=True):
            assert floor(share) <= part <= ceil(share)
            assert low - 1 < part < (float("inf") if high is None else high + 1)
            if whole_units_can and (high is None or ceil(low) <= floor(high)):
                assert low <= part
                # A cap is passed, by less than a unit, only where whole units under all caps would leave money over.
                assert high is None or part <= high or (not open_end and room < split.cell.amount)
        if split.unassigned >= len(split.ids) + 1:
            caps = zip(split.parts, split.high, split.weights, strict=True)
            assert all(high is not None and part >= floor(high) for part, high, weight in caps if weight)


@given(data=st.data())
def test_minimums_are_refused_only_where_they_need_more_than_there_is(data: st.DataObject) -> None:
    drawn = data.draw(plans("count", bounded=True))
    drawn.plan["allocate"], drawn.number = [drawn.step], 0
    free = drawn.changed(lambda _, step: [step.pop(key) for key in ("min", "max", "fixed")])
    pool = (budget := budget_of(free)).total - budget.reserve
    plan = read_plan(drawn.text).ready
    floors = {**plan.allocate[0].min, **plan.allocate[0].fixed}
    least = sum(bound if isinstance(bound, int) else bound.of_one * pool for bound in floors.values())
    try:
        budget_of(drawn)
    except Refused as refused:
        if refused.exit_code == 4:
            assert least > pool
            assert sum(finding.money for finding in refused.findings) == ceil(least) - pool
    else:
        assert least <= pool


@given(data=st.data())
def test_fit_cost_pays_must_before_should_before_could(data: st.DataObject) -> None:
    drawn = data.draw(plans("activity", fit="cost"))
    for split in of_the_step(drawn):
        costs = [Fraction(cost or 0) for cost in split.costs]
        left: Fraction | int = split.cell.amount
        for turn in (0, 1, 2):
            rows = [row for row in zip(costs, split.parts, split.turns, strict=True) if row[2] == turn]
            wanted = sum(floor(cost) for cost, *_ in rows)
            given = sum(part for _, part, _ in rows)
            assert given == min(wanted, left)
            assert all(part <= ceil(cost) for cost, part, _ in rows)
            left -= given
        assert split.unassigned == left


@given(data=st.data())
def test_fit_cost_shares_what_there_is_in_proportion_inside_the_class_that_runs_dry(data: st.DataObject) -> None:
    for split in of_the_step(data.draw(plans("activity", fit="cost"))):
        for part, share in zip(split.parts, split.shares, strict=True):
            assert floor(share) <= part <= ceil(share)


def test_the_hash_seed_and_the_locale_change_nothing() -> None:
    program = """
from crmbudget.planning.loader import read_plan
from crmbudget.allocation.cascade import allocate
members = ", ".join(f"{name}: {{customers: {number}, weight: {number}}}" for number, name in enumerate("zaZ\\u00e9\\u91cdb", 1))
activities = ", ".join(f"{name}: {{category: gift, weight: {number}}}" for number, name in enumerate("zaZ\\u00e9\\u91cdb", 1))
plan = read_plan(f"{{currency: CNY, total: 1234.57, reserve: 3%, segments: {{{members}}}, activities: {{{activities}}}}}").ready
print(ascii(list(allocate(plan).lines())))
"""
    worlds = [{"PYTHONHASHSEED": "1"}, {"PYTHONHASHSEED": "2", "LC_ALL": "C", "TZ": "Asia/Shanghai"}]
    outputs = [
        subprocess.run([sys.executable, "-c", program], env=os.environ | world, capture_output=True, check=True).stdout
        for world in worlds
    ]
    assert outputs[0] == outputs[1]
    assert outputs[0]
