"""Estimates at completion: the published formulas, what has no answer, and how methods are tried on the past."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from crmbudget.monitoring.forecast import METHODS, Score, Standing, backtest, earned, forecast

PUBLISHED = Standing((50_000_000, 70_000_000), (52_000_000, 0), closed=1, progress=Fraction(3, 8))
"""Budget 1,200,000.00, planned 500,000.00, earned 450,000.00, spent 520,000.00."""

AMOUNTS = st.integers(-3, 3) | st.integers(-(10**6), 10**15)
PROGRESS = st.none() | st.fractions(0, 1, max_denominator=12)


@st.composite
def standings(draw: st.DrawFn, progress: st.SearchStrategy[Fraction | None] = PROGRESS) -> Standing:
    periods = draw(st.lists(st.tuples(AMOUNTS, AMOUNTS), max_size=12))
    budget, actual = ([row[side] for row in periods] for side in (0, 1))
    return Standing(tuple(budget), tuple(actual), draw(st.integers(0, len(periods))), draw(progress))


def test_the_published_example_comes_out_to_the_cent() -> None:
    assert [forecast(method, PUBLISHED).eac for method in METHODS] == [
        127_000_000,
        138_666_667,
        148_296_296,
        124_800_000,
    ]


def test_the_indices_are_exact() -> None:
    blend = forecast("blend", PUBLISHED)
    assert (blend.bac, blend.pv, blend.ev, blend.ac) == (120_000_000, 50_000_000, 45_000_000, 52_000_000)
    assert (blend.cpi, blend.spi, blend.tcpi) == (Fraction(45, 52), Fraction(45, 50), Fraction(75, 68))
    assert round(blend.tcpi, 4) == Fraction(11_029, 10_000)
    seasonal = forecast("seasonal", PUBLISHED)
    assert (seasonal.ev, seasonal.cpi, seasonal.spi, seasonal.tcpi) == (None, None, None, None)


@pytest.mark.parametrize(
    ("progress", "evs"),
    [(None, [100, 200, 200, None]), (Fraction(1, 8), [75, 75, 75, None]), (Fraction(0), [0, 0, 0, None])],
)
def test_work_is_earned_as_stated_or_else_by_the_plan_or_by_time(progress: Fraction | None, evs: list[int]) -> None:
    standing = Standing((100, 200, 300), (90, 0, 0), 1, progress)
    assert [earned(standing, method) for method in METHODS] == evs


NO_CPI = "nothing was spent yet, so there is no cost performance index (CPI)"


@pytest.mark.parametrize(
    ("standing", "eacs", "reasons"),
    [
        (Standing((), (), 0), [0, None, None, None], ["", *["no period is closed"] * 3]),
        (Standing((5, 5), (0, 0), 0), [10, None, None, None], ["", *["no period is closed"] * 3]),
        (Standing((5, 5), (0, 7), 1), [5, None, None, 0], ["", NO_CPI, NO_CPI, ""]),
        (Standing((0, 0), (7, 0), 1), [7, None, None, None], ["", *["the whole budget is zero"] * 2, "pv"]),
        (Standing((5, 5), (7, 0), 1, Fraction(0)), [17, None, None, 14], ["", *["no work is done yet"] * 2, ""]),
        (Standing((0, 10), (7, 0), 1), [17, 14, None, None], ["", "", "pv", "pv"]),
    ],
    ids=["no plan", "not begun", "not spent", "no budget", "not worked", "not planned"],
)
def test_what_cannot_be_estimated_says_why(standing: Standing, eacs: list[int | None], reasons: list[str]) -> None:
    told = [forecast(method, standing) for method in METHODS]
    long = {"pv": "the budget of the closed periods is zero"}
    assert [one.eac for one in told] == eacs
    assert [one.reason for one in told] == [long.get(reason, reason) for reason in reasons]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda: forecast("crystal-ball", PUBLISHED), "`crystal-ball` is not a way to forecast"),
        (lambda: replace(PUBLISHED, actual=(1,)), "do not count the same periods"),
        (lambda: replace(PUBLISHED, closed=3), "do not count the same periods"),
        (lambda: replace(PUBLISHED, progress=Fraction(9, 8)), "progress is a part of one"),
    ],
)
def test_nonsense_is_refused(wrong, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        wrong()


@given(standing=standings())
def test_every_method_answers_every_standing_with_an_estimate_or_a_reason(standing: Standing) -> None:
    assert all((one.eac is None) == bool(one.reason) for one in (forecast(method, standing) for method in METHODS))


@given(standing=standings(progress=st.just(None)))
def test_a_plan_that_is_over_is_estimated_at_what_it_cost(standing: Standing) -> None:
    over = replace(standing, closed=len(standing.budget))
    assert {forecast(method, over).eac for method in METHODS} <= {over.ac, None}


@given(standing=standings())
def test_seasonal_is_the_run_rate_of_work_that_is_where_the_plan_says(standing: Standing) -> None:
    assume(standing.ac and standing.bac and 0 < Fraction(standing.pv, standing.bac) <= 1)
    planned = replace(standing, progress=Fraction(standing.pv, standing.bac))
    assert forecast("seasonal", standing).eac == forecast("run-rate", planned).eac


@given(standing=standings(), factor=st.integers(1, 1000))
def test_in_a_smaller_unit_the_same_money_is_estimated_finer(standing: Standing, factor: int) -> None:
    finer = replace(standing, budget=_times(standing.budget, factor), actual=_times(standing.actual, factor))
    for method in METHODS:
        one, other = forecast(method, standing), forecast(method, finer)
        assert (one.cpi, one.spi, one.tcpi, one.reason) == (other.cpi, other.spi, other.tcpi, other.reason)
        assert one.eac is None or abs(other.eac - factor * one.eac) <= Fraction(factor + 1, 2)


def _times(amounts: tuple[int, ...], factor: int) -> tuple[int, ...]:
    return tuple(factor * amount for amount in amounts)


# Closed: budget 100, 200, 300, spent 110, 220, 330, in the end 660. Said after period 1 and 2, of a budget of 600:
# remaining-plan 610 and 630, run-rate 330 and 495, seasonal 660 and 660;
# blend 110 + 400 / (200/110 x 200/100) = 220 and 330 + 200 / (400/330 x 400/300) = 453.75, so 454.
TRIED = Standing((100, 200, 300, 999), (110, 220, 330, 0), 3, Fraction(1, 2))


def test_methods_are_tried_on_the_past_and_the_best_comes_first() -> None:
    assert backtest(TRIED, 2) == (
        Score("seasonal", 2, 0, 0),
        Score("remaining-plan", 2, 40, -40),
        Score("run-rate", 2, 248, -248),
        Score("blend", 2, 323, -323),
    )
    assert backtest(TRIED, 99) == backtest(TRIED, 2)


def test_methods_without_a_trial_come_last_in_their_own_order() -> None:
    assert backtest(Standing((0, 9, 9), (0, 8, 0), 2), 1) == (
        Score("remaining-plan", 1, 1, 1),
        *(Score(method, 0, None, None) for method in ("run-rate", "blend", "seasonal")),
    )
    assert backtest(TRIED, 0) == tuple(Score(method, 0, None, None) for method in METHODS)


@given(standing=standings(), back=st.integers(-1, 15))
def test_every_past_can_be_tried(standing: Standing, back: int) -> None:
    scores = backtest(standing, back)
    assert {score.method for score in scores} == set(METHODS)
    assert all(score.trials <= max(0, back) for score in scores)
    assert all(score.error_mean is None or score.error_mean >= abs(score.bias) for score in scores)
