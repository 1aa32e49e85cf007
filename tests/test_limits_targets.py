"""Targets on crossing dimensions, money that caps leave over, and the vectors that other tools get wrong."""

import random
from fractions import Fraction

import pytest

from crmbudget import allocate, read_plan
from crmbudget.allocation.notes import notes
from crmbudget.finding import Refused, Severity

THREE = """
currency: CNY
total: 100
activities: {a: {category: gift, weight: 3}, b: {category: event, weight: 1}, c: {category: service, weight: 2}}
"""
SEGMENTS = """
currency: CNY
total: 100
segments: {a: {value: 10}, b: {value: 20}, c: {value: 30}}
"""


def answered(text):
    loaded = read_plan(text)
    return allocate(loaded.ready, loaded.source), loaded.source


def limited(base, *limits):
    return answered("\n".join([base, "limits:", *(f"  - {{{limit}}}" for limit in limits)]))


def amounts(budget):
    return [line[-1] for line in budget.lines()]


VECTORS = [
    (f"{SEGMENTS}allocate: [{{by: value, fixed: {{b: 20}}}}]", [], [20_00, 20_00, 60_00]),
    (SEGMENTS, ["segment: b, min: 20, max: 20"], [20_00, 20_00, 60_00]),
    (SEGMENTS.replace("100", "60"), ["segment: a, min: 20, max: 20"], [20_00, 16_00, 24_00]),
    (THREE, ["activity: a, max: 40"], [40_00, 20_00, 40_00]),
    (f"{THREE}allocate: [{{by: activity, max: {{a: 40}}}}]", [], [40_00, 20_00, 40_00]),
    (THREE, ["activity: a, max: 40", "activity: b, min: 25"], [40_00, 25_00, 35_00]),
    (f"{THREE}allocate: [{{by: activity, max: {{a: 40}}, min: {{b: 25}}}}]", [], [40_00, 25_00, 35_00]),
]


@pytest.mark.parametrize(("base", "limits", "lines"), VECTORS)
def test_a_held_or_capped_line_leaves_the_rest_in_proportion(base, limits, lines):
    budget, _ = limited(base, *limits) if limits else answered(base)
    assert amounts(budget) == lines


def crossing(rng, segments, periods, total):
    """A plan with a target for each segment and each period, and both lists of targets."""
    lines = ["currency: JPY", f"total: {total}", f"calendar: {{start: 2027-01, periods: {periods}}}", "segments:"]
    lines += [f"  s{number}: {{value: {rng.randint(1, 99)}}}" for number in range(segments)]
    rows, columns = cut(rng, total, segments), cut(rng, total, periods)
    limits = [f"segment: s{number}, min: {units}, max: {units}" for number, units in enumerate(rows)]
    limits += [f"period: 2027-{n + 1:02d}, min: {units}, max: {units}" for n, units in enumerate(columns)]
    return "\n".join(lines), limits, rows, columns


def cut(rng, total, parts):
    cuts = sorted(rng.randint(0, total) for _ in range(parts - 1))
    return [high - low for low, high in zip([0, *cuts], [*cuts, total], strict=True)]


@pytest.mark.parametrize("seed", range(40))
def test_targets_on_two_crossing_dimensions_are_met_to_the_unit(seed):
    rng = random.Random(f"targets {seed}")
    base, limits, rows, columns = crossing(rng, rng.randint(2, 5), rng.randint(2, 9), 10 ** rng.randint(2, 9))
    budget, _ = limited(base, *limits)
    assert list(budget.totals(["segment"]).values()) == rows
    assert list(budget.totals(["period"]).values()) == columns


def test_targets_are_met_where_iterative_fitting_meets_them():
    base, limits, rows, columns = crossing(random.Random("fitting"), 4, 6, 10**9)
    free, _ = answered(base)
    ours, _ = limited(base, *limits)
    fitted = [[float(amount) for amount in row] for row in table(free, 6)]
    for _ in range(500):
        for row, target in zip(fitted, rows, strict=True):
            scale = target / sum(row)
            row[:] = [amount * scale for amount in row]
        for place, target in enumerate(columns):
            scale = target / sum(row[place] for row in fitted)
            for row in fitted:
                row[place] *= scale
    for own, theirs in zip(table(ours, 6), fitted, strict=True):
        assert all(abs(amount - exact) < 3 + 1e-6 * exact for amount, exact in zip(own, theirs, strict=True))


def table(budget, periods):
    lines = amounts(budget)
    return [lines[start : start + periods] for start in range(0, len(lines), periods)]


def test_targets_whose_sums_differ_are_refused_with_the_difference():
    base, limits, rows, _ = crossing(random.Random("differ"), 3, 4, 1_000_000)
    limits[0] = f"segment: s0, min: {rows[0] + 777}, max: {rows[0] + 777}"
    with pytest.raises(Refused) as caught:
        limited(base, *limits)
    (finding,) = caught.value.findings
    assert (caught.value.exit_code, finding.code, finding.money) == (4, "CB310", 777)


CAPPED = """
currency: CNY
total: 1_000_000
segments: {key: {value: 75}, growth: {value: 40}, ordinary: {value: 25}}
activities: {g: {category: gift, weight: 1}, v: {category: event, weight: 2}}
"""
OVER = [
    (["segment: key, max: 100_000", "segment: growth, max: 200_000", "segment: ordinary, max: 300_000"], 400_000_00),
    (["segment: key, max: 100_000", "segment: growth, max: 200_000", "segment: ordinary, max: 20%"], 625_000_00),
    (["category: gift, max: 100_000", "category: event, max: 150_000.01"], 749_999_99),
    (["category: [gift, event], max: 1"], 999_999_00),
    (["per: segment, max: 50_000", "segment: key, min: 50_000"], 850_000_00),
]


@pytest.mark.parametrize(("limits", "over"), OVER)
def test_money_that_caps_leave_over_is_unassigned_and_said(limits, over):
    budget, source = limited(CAPPED, *limits)
    assert budget.unassigned_total == over
    assert budget.reserve + budget.allocated + budget.unassigned_total == budget.total == sum(amounts(budget)) + over
    (said,) = [finding for finding in notes(budget, source) if finding.code == "CB305"]
    assert (said.severity, said.money) == (Severity.WARNING, over)
    assert {place.line for place in [said.place, *(place for _, place in said.related)]} <= set(range(7, 11))


def test_what_is_placed_is_nearest_in_proportion():
    budget, _ = limited(CAPPED, *OVER[0][0], "segment: ordinary, category: gift, max: 3_000")
    third = Fraction(1, 3)
    sums = budget.totals(["segment", "activity"])
    assert sums["ordinary", "g"] == 3_000_00
    assert all(
        abs(sums[segment, "g"] - third * units) < 1 for segment, units in (("key", 100_000_00), ("growth", 200_000_00))
    )


def test_a_share_that_shrinks_with_what_is_placed_and_does_not_bind_moved_nothing():
    budget, _ = limited(CAPPED, *OVER[0][0], "category: event, max: 90%")
    assert [moved.limit for moved in budget.moved] == [("limits", 0), ("limits", 1), ("limits", 2)]


def test_floors_are_never_given_up_for_a_cap():
    with pytest.raises(Refused) as caught:
        limited(CAPPED, "segment: [key, growth], max: 100_000", "category: gift, segment: key, min: 100_000.01")
    assert caught.value.exit_code == 4


def test_caps_that_are_shares_of_nothing_are_a_contradiction():
    with pytest.raises(Refused) as caught:
        limited(CAPPED, "segment: key, max: 10%", "segment: growth, max: 20%", "segment: ordinary, max: 30%")
    assert (caught.value.exit_code, caught.value.findings[0].money) == (4, 400_000_00)
