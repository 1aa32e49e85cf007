"""The one rounding in the program: split, the remainders it carries, and the last resort that evens them out."""

import random
from fractions import Fraction
from math import ceil, floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmbudget.allocation.evening import even_out
from crmbudget.allocation.fill import Bounds, Overdrawn, fill
from crmbudget.allocation.split import Splitter, Weighting, split
from crmbudget.planning.scalars import Share
from oracle import clipped, in_proportion, largest_remainder

WEIGHTS = st.one_of(
    st.integers(0, 9),
    st.integers(0, 10**30),
    st.fractions(min_value=0, max_value=100, max_denominator=1000),
)
POOLS = st.integers(0, 50) | st.integers(0, 10**15)


@pytest.mark.parametrize(
    ("pool", "weights", "parts"),
    [
        (10_000_000, [1] * 12, [833_334] * 4 + [833_333] * 8),
        (9_999, [75, 25], [7_499, 2_500]),
        (1_003, [49, 51], [491, 512]),
        (613, [98, 92, 98, 123, 102, 92], [99, 93, 99, 125, 104, 93]),
        (1_000, [1, 1, 1], [334, 333, 333]),
        (1, [1, 1], [1, 0]),
        (0, [1, 2], [0, 0]),
        (5, [0, 1, 0], [0, 5, 0]),
        (5, [0, 0], [0, 0]),
        (7, [], []),
        (-1_000, [1, 1, 1], [-334, -333, -333]),
        (100, [Fraction(1, 3), Fraction(1, 6)], [67, 33]),
    ],
)
def test_a_pool_is_split_by_the_largest_remainder(pool: int, weights: list[int], parts: list[int]) -> None:
    assert split(pool, weights) == parts


@given(pool=POOLS, weights=st.lists(WEIGHTS, min_size=1, max_size=12))
def test_split_agrees_with_the_textbook(pool: int, weights: list[Fraction]) -> None:
    assert split(pool, weights) == largest_remainder(pool, weights)
    assert split(-pool, weights) == [-part for part in largest_remainder(pool, weights)]


@given(pool=POOLS, weights=st.lists(WEIGHTS, min_size=1, max_size=12), factor=WEIGHTS.filter(bool))
def test_only_the_ratio_of_the_weights_counts(pool: int, weights: list[Fraction], factor: Fraction) -> None:
    assert split(pool, [weight * factor for weight in weights]) == split(pool, weights)


BOUND = st.none() | st.integers(0, 200)


@given(pool=st.integers(0, 1000), rows=st.lists(st.tuples(st.integers(0, 9), BOUND, BOUND), min_size=1, max_size=8))
def test_a_bounded_split_is_clipped_at_the_one_level_that_uses_up_the_money(
    pool: int, rows: list[tuple[int, int | None, int | None]]
) -> None:
    weights = [weight for weight, *_ in rows]
    low = [min(bound for bound in (least or 0, most) if bound is not None) for _, least, most in rows]
    high = [most for *_, most in rows]
    bounds = Bounds(tuple(low), tuple(high), (0,) * len(rows))
    if sum(low) > pool:
        with pytest.raises(Overdrawn) as short:
            split(pool, weights, bounds)
        assert short.value.missing == sum(low) - pool
        return
    shares = clipped(pool, list(weights), list(low), list(high))
    assert fill(pool, weights, bounds) == shares
    parts = split(pool, weights, bounds)
    assert all(floor(share) <= part <= ceil(share) for part, share in zip(parts, shares, strict=True))
    assert all(
        least <= part and (most is None or part <= most) for part, least, most in zip(parts, low, high, strict=True)
    )
    assert sum(parts) == pool or all(part == most for part, most, w in zip(parts, high, weights, strict=True) if w)


def test_a_share_that_leaves_a_fraction_of_a_unit_over_is_carried_like_any_other() -> None:
    half = Bounds((Share(Fraction(1, 2)), 0), (Share(Fraction(1, 2)), 0), (0, 0))
    splitter, weighting = Splitter(2), Weighting.of([0, 1], [1, 1], half)
    assert [splitter.parts(1, weighting) for _ in range(7)] == [[1, 0], [0, 0]] * 3 + [[1, 0]]
    assert splitter.carried == [Fraction(-1, 2), 0]


WEIGHTINGS = st.lists(
    st.tuples(st.integers(0, 60), st.lists(st.tuples(st.integers(0, 7), st.integers(0, 6)), min_size=1, max_size=8)),
    min_size=1,
    max_size=25,
)


@given(rows=WEIGHTINGS)
def test_each_member_s_sum_over_all_pools_stays_within_two_units(rows: list[tuple[int, list[tuple[int, int]]]]) -> None:
    pools = [pool for pool, _ in rows]
    weightings = [Weighting.of(*zip(*sorted(dict(pairs).items()), strict=True)) for _, pairs in rows]
    parts = shared_out(8, pools, weightings)
    assert all(abs(rest) < 2 for rest in off(8, pools, weightings, parts))


def shared_out(members: int, pools: list[int], weightings: list[Weighting]) -> list[list[int]]:
    splitter = Splitter(members)
    parts = [splitter.parts(pool, weighting) for pool, weighting in zip(pools, weightings, strict=True)]
    assert splitter.carried == off(members, pools, weightings, parts)
    return evened(pools, weightings, parts, splitter.carried)


def evened(
    pools: list[int], weightings: list[Weighting], parts: list[list[int]], carried: list[Fraction]
) -> list[list[int]]:
    amounts = [part for own in parts for part in own]
    even_out(amounts, pools, weightings, carried)
    rows = iter(amounts)
    return [[next(rows) for _ in own] for own in parts]


def off(members: int, pools: list[int], weightings: list[Weighting], parts: list[list[int]]) -> list[Fraction]:
    """Exact sums less parts, per member."""
    sums = [Fraction(0)] * members
    for pool, weighting, own in zip(pools, weightings, parts, strict=True):
        shares = in_proportion(pool, weighting.weights)
        for member, share, part in zip(weighting.members, shares, own, strict=True):
            sums[member] += share - part
    return sums


def cup_game(members: int, *, owing: bool) -> tuple[list[int], list[Weighting]]:
    """Each round those who fell behind share one unit equally, and who gets it plays no more.

    Where ``owing``, all but one of the players get a unit, and who gets none plays no more.
    """
    pools, weightings = [], []
    for left in range(members, 1, -1):
        players = range(left) if owing else range(members - left, members)
        pools.append(left - 1 if owing else 1)
        weightings.append(Weighting.of(players, [1] * left))
    return pools, weightings


@pytest.mark.parametrize("owing", [False, True], ids=["a member falls behind", "a member runs ahead"])
@pytest.mark.parametrize("members", [12, 30, 90])
def test_where_the_largest_remainder_alone_goes_wrong_swaps_put_it_right(members: int, owing: bool) -> None:
    pools, weightings = cup_game(members, owing=owing)
    splitter = Splitter(members)
    parts = [splitter.parts(pool, weighting) for pool, weighting in zip(pools, weightings, strict=True)]
    greedy = splitter.carried
    assert max(map(abs, greedy)) > 2, "this game no longer shows why evening is needed"
    assert max(map(abs, greedy)) == sum(Fraction(1, k) for k in range(2, members + 1))

    better = evened(pools, weightings, parts, splitter.carried)

    assert all(abs(rest) < 2 for rest in off(members, pools, weightings, better))
    assert [sum(own) for own in better] == pools
    for pool, weighting, own in zip(pools, weightings, better, strict=True):
        shares = in_proportion(pool, weighting.weights)
        assert all(floor(share) <= part <= ceil(share) for part, share in zip(own, shares, strict=True))


def test_evening_leaves_alone_what_is_within_two_units() -> None:
    pools, weightings = cup_game(10, owing=False)
    splitter = Splitter(10)
    parts = [splitter.parts(pool, weighting) for pool, weighting in zip(pools, weightings, strict=True)]
    assert evened(pools, weightings, parts, splitter.carried) == parts


def test_odd_cents_do_not_all_land_on_the_first_member() -> None:
    splitter, weighting = Splitter(3), Weighting.of(range(3), [1, 1, 1])
    sums = [sum(column) for column in zip(*(splitter.parts(100, weighting) for _ in range(300)), strict=True)]
    assert sums == [10_000, 10_000, 10_000]


def test_ten_thousand_members_share_ten_to_the_fifteen_by_weights_of_thirty_digits() -> None:
    chance = random.Random(7)
    weights = [chance.randrange(10**29, 10**30) for _ in range(9_999)] + [0]
    parts = split(10**15, weights)
    assert sum(parts) == 10**15
    assert parts[-1] == 0
    assert parts == largest_remainder(10**15, weights)


def test_a_thousand_pools_with_weights_of_thirty_digits_keep_every_sum() -> None:
    chance = random.Random(8)
    weighting = Weighting.of(range(50), [Fraction(chance.randrange(10**30), 10**15) for _ in range(50)])
    pools = [chance.randrange(10**15) for _ in range(1000)]
    splitter = Splitter(50)
    parts = [splitter.parts(pool, weighting) for pool in pools]
    assert [sum(own) for own in parts] == pools
    assert max(map(abs, splitter.carried)) < 2
