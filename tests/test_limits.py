"""Limits hold to the cent, and move the money as little as they allow."""

import random
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmbudget import allocate, load_plan, read_plan
from crmbudget.allocation.limits.carry import Carry
from crmbudget.allocation.limits.entropy import exponential, logarithm, solve
from crmbudget.allocation.limits.settle import settle
from crmbudget.allocation.limits.shares import Share
from crmbudget.finding import Refused
from drawn_limits import Problem, drawn_case, lines_of, total_of
from runner import ROOT

CROSS = """
currency: CNY
total: 100
segments: {s1: {value: 75, owner: li}, s2: {value: 25, owner: wu}}
activities:
  g: {category: gift, weight: 1}
  w: {category: service, weight: 3, segments: [s1]}
  v: {category: event, weight: 1, segments: [s2]}
"""
THREE = """
currency: CNY
total: 100
activities: {a: {category: gift, weight: 3}, b: {category: event, weight: 1}, c: {category: service, weight: 2}}
"""
TIME = """
currency: CNY
total: 1200
calendar: {start: 2027-01, periods: 6}
segments: {s1: {value: 75}, s2: {value: 25}}
"""


def limited(base, *limits):
    loaded = read_plan("\n".join([base, "limits:", *(f"  - {{{limit}}}" for limit in limits)]))
    return allocate(loaded.ready, loaded.source)


def refused(base, *limits):
    with pytest.raises(Refused) as caught:
        limited(base, *limits)
    return caught.value


VECTORS = [
    (CROSS, ["activity: g, max: 20"], "activity", {"g": 20_00, "v": 16_31, "w": 63_69}, 1),
    (CROSS, ["category: gift, max: 20%"], "segment", {"s1": 75_00, "s2": 25_00}, 1),
    (CROSS, ["segment: s1, max: 60"], "segment", {"s1": 60_00, "s2": 40_00}, 0),
    (CROSS, ["owner: wu, min: 30"], "segment", {"s1": 70_00, "s2": 30_00}, 0),
    (CROSS, ["activity: g, per: segment, max: 10"], "activity", {"g": 20_00, "v": 15_00, "w": 65_00}, 1),
    (CROSS, ["activity: w, max: 0"], "activity", {"g": 87_50, "v": 12_50, "w": 0}, 1),
    (CROSS, ["per: owner, segment: s1, max: 60"], "segment", {"s1": 60_00, "s2": 40_00}, 0),
    (THREE, ["activity: a, max: 40"], "activity", {"a": 40_00, "b": 20_00, "c": 40_00}, 0),
    (THREE, ["category: [gift, event], max: 33.333%"], "activity", {"a": 25_00, "b": 8_33, "c": 66_67}, 0),
    (THREE, ["activity: c, min: 33.335%, max: 40%"], "activity", {"a": 49_99, "b": 16_67, "c": 33_34}, 0),
    (THREE, ["category: event, per: category, min: 25"], "activity", {"a": 45_00, "b": 25_00, "c": 30_00}, 0),
    (TIME, ["period: 2027-Q1, max: 300"], "segment", {"s1": 900_00, "s2": 300_00}, 1),
    (TIME, ["per: period, max: 200"], "segment", {"s1": 900_00, "s2": 300_00}, None),
]


@pytest.mark.parametrize(("base", "limits", "name", "sums", "kept"), VECTORS)
def test_a_limit_moves_this_much(base, limits, name, sums, kept):
    budget = limited(base, *limits)
    assert {key[0]: amount for key, amount in budget.totals([name]).items()} == sums
    assert [moved.kept for moved in budget.moved] == ([] if kept is None else [kept])


def test_a_cap_across_segments_leaves_each_segment_its_money():
    budget = limited(CROSS, "activity: g, max: 20")
    assert budget.totals(["segment", "activity"]) == {
        ("s1", "g"): 11_31,
        ("s1", "w"): 63_69,
        ("s2", "g"): 8_69,
        ("s2", "v"): 16_31,
    }
    (moved,) = budget.moved
    assert (moved.limit, moved.amount, moved.kept, moved.loose) == (("limits", 0), 11_25, 1, 0)


def test_limits_that_are_kept_already_change_nothing():
    plan = read_plan(THREE).ready
    budget = limited(THREE, "activity: a, max: 50", "category: event, min: 16%")
    assert (list(budget.lines()), budget.moved) == (list(allocate(plan).lines()), ())


def test_the_levels_agree_from_top_to_bottom():
    budget = limited(TIME, "period: 2027-01, max: 50", "segment: s2, period: 2027-02, min: 40")
    assert sum(budget.levels[0].amounts) == budget.allocated == 1200_00
    for above, below in zip(budget.levels, budget.levels[1:], strict=False):
        sums = [0] * len(above.amounts)
        for parent, amount in zip(below.parent, below.amounts, strict=True):
            sums[parent] += amount
        assert sums == list(above.amounts)


def test_a_negative_plan_is_limited_like_its_absolute_value():
    limits = ["activity: g, max: 20", "segment: s2, activity: v, max: -15"]
    negative = limited(CROSS.replace("total: 100", "total: -100"), *limits)
    assert [-line[-1] for line in negative.lines()] == [
        line[-1] for line in limited(CROSS, limits[0], limits[1].replace("-", "")).lines()
    ]


def test_a_gift_cap_in_the_handover_example_moves_money_inside_the_segments():
    loaded = load_plan(str(ROOT / "examples/handover/plan.yaml"))
    free = allocate(loaded.ready.model_copy(update={"limits": ()}))
    budget = allocate(loaded.ready, loaded.source)
    assert budget.allocated == 1_104_000_00
    assert budget.totals(["category"])["gift",] == 55_200_00 < free.totals(["category"])["gift",]
    assert budget.totals(["segment"]) == free.totals(["segment"])
    before, after = free.totals(["segment", "activity"]), budget.totals(["segment", "activity"])
    for segment in ("key", "growth", "ordinary"):
        rest = [key for key in before if key[0] == segment and key[1] != "gifts"]
        whole, now = sum(before[key] for key in rest), sum(after[key] for key in rest)
        assert all(abs(after[key] - Fraction(before[key] * now, whole)) <= 2 for key in rest)
    old, new = lines_of(free), lines_of(budget)
    scale = {s: Fraction(after[s, "account-team"], before[s, "account-team"]) for s in ("key", "growth", "ordinary")}
    others = [(b, a) for b, a in zip(old, new, strict=True) if b["activity"] != "gifts"]
    assert all(abs(a["amount"] - b["amount"] * scale[b["segment"]]) <= 2 for b, a in others)


def test_step_bounds_hold_while_limits_move_the_money():
    base = """
currency: CNY
total: 1000
segments: {s1: {value: 75}, s2: {value: 25}}
activities: {g: {category: gift, weight: 4}, h: {category: event, weight: 1}, i: {category: service, weight: 1}}
channels: {p: {weight: 1}, q: {weight: 1}}
allocate:
  - by: value
  - by: activity
    max: {h: 30%}
  - by: channel
    max: {p: 55%}
"""
    budget = limited(base, "activity: g, max: 200", "channel: q, max: 470")
    sums = budget.totals(["segment", "activity"])
    assert sums["s1", "h"] <= 225_00
    assert sums["s2", "h"] <= 75_00
    assert budget.totals(["channel"])["q",] <= 470_00
    cells = budget.totals(["segment", "activity", "channel"])
    assert all(100 * cells[*key, "p"] <= 55 * amount for key, amount in sums.items())
    assert budget.totals(["segment"]) == {("s1",): 750_00, ("s2",): 250_00}


FLOORS = """
currency: CNY
total: 1_000_000
segments: {key: {value: 75}, growth: {value: 40}, ordinary: {value: 25}}
"""


def test_floors_above_the_total_are_named_with_what_is_missing():
    caught = refused(
        FLOORS,
        "segment: key, min: 500_000",
        "segment: growth, min: 300_000",
        "segment: ordinary, min: 245_000",
        "segment: key, max: 90%",
    )
    (finding,) = caught.findings
    assert (caught.exit_code, finding.code, finding.money) == (4, "CB310", 45_000_00)
    assert "45,000.00" in finding.message
    assert [finding.place.line, *(place.line for _, place in finding.related)] == [7, 8, 9]


CLASHES = [
    (["segment: key, max: 10%", "segment: growth, max: 20%", "segment: ordinary, max: 30%"], 400_000_00, "leave"),
    (
        ["segment: [key, growth], min: 80%", "segment: key, max: 10%", "segment: growth, max: 20%"],
        500_000_00,
        "contradict",
    ),
]


@pytest.mark.parametrize(("limits", "missing", "word"), CLASHES)
def test_limits_that_clash_are_refused(limits, missing, word):
    caught = refused(FLOORS, *limits)
    assert (caught.exit_code, caught.findings[0].money) == (4, missing)
    assert word in caught.findings[0].message


def test_a_share_that_no_whole_unit_meets_is_met_to_the_nearest():
    budget = limited(FLOORS, "segment: key, min: 33.33333333%, max: 33.33333333%")
    assert budget.totals(["segment"])["key",] in {333_333_33, 333_333_34}
    assert budget.unassigned_total == 0


def test_a_floor_where_no_money_can_be_is_refused():
    caught = refused(CROSS, "segment: s1, activity: v, min: 1")
    assert (caught.exit_code, caught.findings[0].money) == (4, 100)


def test_a_step_bound_is_named_where_it_clashes():
    base = f"{FLOORS}allocate:\n  - by: value\n    max: {{key: 60%}}"
    (finding,) = refused(base, "segment: key, min: 70%").findings
    assert finding.money == 100_000_00
    assert sorted([finding.place.line, *(place.line for _, place in finding.related)]) == [7, 9]


def test_limits_that_only_fractions_of_a_cent_would_keep_are_refused():
    base = "currency: CNY\ntotal: 0.02\nsegments: {a: {value: 1}, b: {value: 1}, c: {value: 0}}"
    plan = read_plan(f"{base}\nlimits: [{{segment: a, min: 75%}}, {{segment: b, min: 25%}}]")
    with pytest.raises(Refused) as caught:
        allocate(plan.ready, plan.source)
    assert caught.value.exit_code == 4


def test_a_coordinate_that_no_step_splits_is_an_error():
    caught = refused(
        f"{FLOORS}channels: {{visit: {{weight: 1}}}}\nallocate: [{{by: value}}]",
        "channel: visit, max: 1%",
        "per: channel, max: 1%",
    )
    assert (caught.exit_code, [finding.code for finding in caught.findings]) == (3, ["CB311", "CB311"])


def test_steps_from_the_command_line_leave_out_the_limits_that_they_cannot_keep():
    text = f"{CROSS}limits:\n  - {{category: gift, max: 5%}}\n  - {{segment: s1, max: 60}}"
    loaded = read_plan(text, "plan.yaml", ["allocate=[{by: value}]"])
    budget = allocate(loaded.ready, loaded.source)
    assert list(budget.levels[0].amounts) == [60_00, 40_00]
    assert [(str(warning.severity), warning.code) for warning in budget.warnings] == [("warning", "CB311")]


seeds = st.integers(0, 2**40)


def outcome(case):
    loaded = read_plan(case.text)
    try:
        return allocate(loaded.ready, loaded.source)
    except Refused as refusal:
        assert refusal.exit_code == 4
        return refusal


def kept_sums(case, lines, steps):
    sums = {}
    for line in lines:
        key = tuple(line[name] for name in case.names[:steps])
        sums[key] = sums.get(key, 0) + line["amount"]
    return sums


@pytest.mark.parametrize(("total", "bounds"), [(10**9, False), (10**9, True), (12_345, False), (54_321, True)])
@settings(max_examples=40)
@given(seed=seeds)
def test_no_limit_is_broken_and_no_cent_lost(total, bounds, seed):
    case = drawn_case(random.Random(seed), total, bounds=bounds)
    budget = outcome(case) if case else None
    if budget is None or isinstance(budget, Refused):
        return
    lines = lines_of(budget)
    over = budget.solution.over if budget.solution else 0
    assert sum(line["amount"] for line in lines) + over == sum(line["amount"] for line in case.before)
    assert budget.reserve + budget.allocated + budget.unassigned_total == budget.total
    for selection, key, units in case.limits:
        found = total_of(lines, selection)
        assert found <= units if key == "max" else found >= units
    for old, new in zip(case.before, lines, strict=True):
        assert new["amount"] >= 0
        assert old["amount"] or not new["amount"]
    if budget.moved and not budget.moved[0].loose and not over:
        for steps in range(budget.moved[0].kept + 1):
            assert kept_sums(case, lines, steps) == kept_sums(case, case.before, steps)
    if bounds:
        bounds_hold(budget, allocate(read_plan(case.base).ready))


def bounds_hold(budget, free):
    for depth, (level, old) in enumerate(zip(budget.levels, free.levels, strict=True)):
        step, whole = budget.plan.allocate[depth], budget.allocated + budget.unassigned_total
        above = budget.levels[depth - 1].amounts if depth else [whole]
        above_before = free.levels[depth - 1].amounts if depth else [whole]
        for cell, amount in enumerate(level.amounts):
            parent, name = level.parent[cell], level.ids[level.member[cell]]
            if (amount, above[parent]) == (old.amounts[cell], above_before[parent]):
                continue
            assert name not in step.min or amount >= step.min[name].of_one * above[parent]
            assert name not in step.max or amount <= step.max[name].of_one * above[parent]


@settings(max_examples=40)
@given(seed=seeds)
def test_the_money_moves_as_far_down_as_is_possible(seed):
    pytest.importorskip("scipy")
    case = drawn_case(random.Random(seed))
    budget = outcome(case) if case else None
    if isinstance(budget, Refused):
        assert Problem(case, 0).missing(idle=True) > 1e-10
    elif budget is not None and budget.moved and budget.moved[0].kept < len(case.names) - 1:
        assert Problem(case, budget.moved[0].kept + 1).missing() > 1e-10


def test_every_line_is_where_an_independent_solver_puts_it():
    pytest.importorskip("scipy")
    import numpy as np

    compared, worst, seed = 0, 0.0, 0
    while compared < 150:
        seed += 1
        case = drawn_case(random.Random(f"solver {seed}"), total=10**12)
        budget = outcome(case) if case else None
        if budget is None or isinstance(budget, Refused) or not budget.moved or budget.solution.over:
            continue
        theirs = Problem(case, budget.moved[0].kept).nearest()
        if theirs is None:
            continue
        ours = np.array([line["amount"] for line in lines_of(budget)]) / budget.allocated
        large = theirs * budget.allocated > 10**6
        worst = max(worst, (abs(ours - theirs)[large] / theirs[large]).max(initial=0))
        compared += 1
    assert compared == 150
    assert worst < 1e-4


def named(finding, case):
    first = case.base.count("\n") + 3
    return sorted({place.line - first for place in [finding.place, *(place for _, place in finding.related)]})


def only_named(text, named):
    """The plan with those limits and step bounds alone that stand in these lines."""
    lines, limits = text.split("\n"), text.split("\n").index("limits:")
    kept = [
        line
        for number, line in enumerate(lines, 1)
        if number in named or not (number > limits + 1 or line.startswith(("    min:", "    max:")))
    ]
    return "\n".join(kept[:-1] if kept[-1] == "limits:" else kept)


@pytest.mark.parametrize("first", range(0, 500, 100))
def test_without_any_one_of_the_named_lines_the_others_hold(first):
    conflicts = with_bounds = 0
    for seed in range(first, first + 100):
        case = drawn_case(random.Random(f"clash {seed}"), bounds=seed % 2 == 1, tight=(0.2, 3.0), limits_max=8)
        refusal = outcome(case) if case else None
        if isinstance(refusal, Refused):
            (finding,) = refusal.findings
            lines = {finding.place.line, *(place.line for _, place in finding.related)}
            alone = read_plan(only_named(case.text, lines))
            with pytest.raises(Refused) as again:
                allocate(alone.ready, alone.source)
            assert again.value.findings[0].money == finding.money
            for line in lines:
                fewer = read_plan(only_named(case.text, lines - {line}))
                budget = allocate(fewer.ready, fewer.source)
                assert budget.allocated + budget.unassigned_total == 10**9
            conflicts += 1
            with_bounds += min(lines) <= case.base.count("\n") + 1
    assert conflicts >= 20
    assert with_bounds >= 2


@settings(max_examples=40)
@given(seed=seeds)
def test_the_missing_amount_is_the_least_by_which_the_named_limits_must_give_way(seed):
    pytest.importorskip("scipy")
    case = drawn_case(random.Random(seed), tight=(0.2, 3.0), limits_max=8)
    refusal = outcome(case) if case else None
    if isinstance(refusal, Refused):
        (finding,) = refusal.findings
        case.limits = [case.limits[number] for number in named(finding, case)]
        assert abs(Problem(case, 0).missing(idle=True) * 10**9 - finding.money) < 100


def test_crossing_limits_that_need_half_cents_are_settled_in_whole_ones():
    pairs = [((0, 1), (1, 1)), ((0, 1), (2, 1)), ((1, 1), (2, 1)), ()]
    shares = [Share(0, amount, entries) for amount, entries in zip((3, 3, 3, 1), pairs, strict=True)]
    found = settle(shares, [5, 5, 5])
    amounts = [share.amount + change for share, change in zip(shares, found.changes, strict=True)]
    assert sum(amounts) == 10
    assert all(amounts[a] + amounts[b] <= 5 for a, b in ((0, 1), (0, 2), (1, 2)))
    impossible = settle([Share(0, 1, pairs[0]), Share(0, 1, pairs[1]), Share(0, 1, pairs[2])], [1, 1, 1])
    assert (impossible.changes, impossible.breach) == (None, 3)
    halves = settle([Share(0, 1, pairs[0]), Share(0, 1, pairs[1]), Share(0, 1, pairs[2])], [2, 2, 2])
    assert halves.changes == [0, 0, 0]
    odd = [Share(0, 3, tuple((r + 3, -1) for r, _ in pair) + pair) for pair in pairs[:3]]
    nothing = settle([*odd, Share(0, 0, ())], [3, 3, 3, -3, -3, -3])
    assert (nothing.changes, nothing.breach) == (None, 0)


@pytest.mark.parametrize("number", [-600.0, -20.5, -1e-9, 0.0, 1e-9, 0.3466, 1.0, 40.0, 300.0])
def test_our_own_exponential_and_logarithm_are_right_to_the_last_digits(number):
    import math

    assert math.isclose(exponential(number), math.exp(number), rel_tol=1e-14)
    assert math.isclose(logarithm(exponential(number)), number, rel_tol=1e-12, abs_tol=1e-15)


def test_a_system_with_a_free_direction_is_solved_as_far_as_it_goes():
    solved = solve([{0: 2.0, 1: 1.0}, {1: 2.0, 2: 0.0}, {}], [3.0, 3.0, 1.0])
    assert [round(number, 6) for number in solved] == [1.0, 1.0, 0.0]


def test_odd_cents_go_round():
    carry = Carry(3)
    rows = [carry.parts(100, [1, 1, 1], [0, 1, 2]) for _ in range(3)]
    assert [sum(column) for column in zip(*rows, strict=True)] == [100, 100, 100]
