"""The price of a limit is what really moves when its bound is raised."""

import random
from fractions import Fraction

import pytest

from crmbudget import allocate, read_plan
from crmbudget.allocation.limits.prices import inverted, prices
from crmbudget.finding import Refused
from drawn_limits import drawn_case, written

CROSS = """
currency: CNY
total: 1_000_000
segments: {s1: {value: 75, owner: li}, s2: {value: 25, owner: wu}}
activities:
  g: {category: gift, weight: 1}
  w: {category: service, weight: 3, segments: [s1]}
  v: {category: event, weight: 1, segments: [s2]}
"""


def limited(text):
    loaded = read_plan(text)
    return allocate(loaded.ready, loaded.source)


def priced(*limits, base=CROSS):
    return prices(limited("\n".join([base, "limits:", *(f"  - {{{limit}}}" for limit in limits)])))


def per_unit(price, dimension):
    return {move.member: move.per_unit for move in price.moves.get(dimension, ())}


def test_one_more_unit_in_a_cap_comes_from_the_other_activities_of_its_segments():
    (price,) = priced("activity: g, max: 200_000")
    assert (price.at, price.text, price.bound) == (("limits", 0, "max"), "activity=g <= 200,000.00", 200_000_00)
    moved = per_unit(price, "activity")
    assert moved["g"] == 1
    # g and w share 750,000 as 113,080 and 636,920, g and v share 250,000 as 86,920 and 163,080: variances 96,030 and 56,700.
    assert abs(float(moved["w"]) + 96_030 / (96_030 + 56_700)) < 2e-4
    assert sum(moved.values()) == 0
    assert price.leading == "activity"
    assert "segment" not in price.moves


def test_one_more_unit_asked_by_a_floor_comes_from_elsewhere():
    (price,) = priced("segment: s2, min: 300_000")
    assert per_unit(price, "segment") == {"s2": 1, "s1": -1}


def test_a_limit_that_does_not_bind_has_no_price():
    assert priced("activity: g, max: 900_000") == ()
    assert [price.text for price in priced("activity: g, max: 200_000", "activity: w, max: 900_000")] == [
        "activity=g <= 200,000.00"
    ]
    assert prices(limited(CROSS)) == ()


def test_each_member_of_a_limit_per_coordinate_has_a_price_of_its_own():
    found = priced("activity: g, per: segment, max: 100_000")
    assert [price.text for price in found] == [
        "activity=g segment=s1 <= 100,000.00",
        "activity=g segment=s2 <= 100,000.00",
    ]
    assert [per_unit(price, "activity") for price in found] == [{"g": 1, "w": -1}, {"g": 1, "v": -1}]


CAPPED = """
currency: CNY
total: 1_000_000
segments: {key: {value: 75}, growth: {value: 40}, ordinary: {value: 25}}
activities: {g: {category: gift, weight: 1}, v: {category: event, weight: 2}}
"""


def test_where_money_has_no_place_one_more_unit_comes_from_what_is_unassigned():
    caps = ["segment: key, max: 100_000", "segment: growth, max: 200_000", "segment: ordinary, max: 300_000"]
    found = priced(*caps, "segment: ordinary, category: gift, max: 3_000", base=CAPPED)
    assert [per_unit(price, "segment") for price in found] == [
        {"key": 1, "(unassigned)": -1},
        {"growth": 1, "(unassigned)": -1},
        {"ordinary": 1, "(unassigned)": -1},
        {},
    ]
    assert per_unit(found[3], "activity") == {"g": 1, "v": -1}


def test_a_cap_that_is_a_share_grows_with_what_is_placed():
    found = priced(
        "segment: key, max: 100_000", "segment: growth, max: 200_000", "segment: ordinary, max: 20%", base=CAPPED
    )
    quarter = Fraction(1, 4)
    assert [per_unit(price, "segment") for price in found] == [
        {"key": 1, "ordinary": quarter, "(unassigned)": -1 - quarter},
        {"growth": 1, "ordinary": quarter, "(unassigned)": -1 - quarter},
        {"ordinary": 1 + quarter, "(unassigned)": -1 - quarter},
    ]


def test_a_negative_plan_has_the_prices_of_its_absolute_value():
    limits = "\nlimits: [{activity: g, max: 200_000}]"
    negative = prices(limited(CROSS.replace("total: 1", "total: -1") + limits))
    assert [price.moves for price in negative] == [price.moves for price in prices(limited(CROSS + limits))]


def answered(text):
    try:
        return limited(text)
    except Refused:
        return None


def test_a_price_is_what_a_raised_bound_moves():
    total, compared = 10**15, 0
    step = total // 10**5
    for seed in range(150):
        case = drawn_case(random.Random(f"price {seed}"), total)
        before = answered(case.text) if case else None
        for price in prices(before) if before else ():
            more = [(s, key, units + step * (n == price.at[1])) for n, (s, key, units) in enumerate(case.limits)]
            after = answered(written(case.base, more))
            if after and binding(after) == binding(before) and after.solution.kept == before.solution.kept:
                assert furthest(price, before, after, step) < 5e-3
                compared += 1
    assert compared > 100


def furthest(price, before, after, step):
    """The largest difference between what the price tells of a member and what it gained, per unit."""
    return max(
        abs((after.totals([name])[member] - amount) / step - float(per_unit(price, name).get(member[0], 0)))
        for name in ("segment", "activity")
        for member, amount in before.totals([name]).items()
    )


def binding(budget):
    return [price.at for price in prices(budget)]


def test_what_moves_adds_up_to_nothing_in_every_dimension():
    (price,) = priced("owner: li, activity: g, max: 33_333.33", base=f"{CROSS}calendar: {{start: 2027-01, periods: 7}}")
    assert all(sum(move.per_unit for move in moves) == 0 for moves in price.moves.values())
    assert all(isinstance(move.per_unit, Fraction) for moves in price.moves.values() for move in moves)


@pytest.mark.parametrize("size", [1, 4, 9])
def test_a_matrix_times_its_inverse_is_one(size):
    chance = random.Random(size)
    half = [[chance.uniform(-1, 1) for _ in range(size)] for _ in range(size)]
    rows = [[sum(a * b for a, b in zip(one, other, strict=True)) for other in half] for one in half]
    back = inverted(rows)
    for own, row in enumerate(rows):
        for other in range(size):
            entry = sum(part * back[place][other] for place, part in enumerate(row))
            assert abs(entry - (own == other)) < 1e-6
