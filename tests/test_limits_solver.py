"""Limits that overlap and nest, by amount, share, span and ``per``, beside an independent solver."""

import random

import pytest

from crmbudget import allocate, read_plan
from drawn_limits import lines_of, total_of
from drawn_overlaps import before_rounding, drawn_overlaps, nearest

WITHIN = ("", "", "segment", "activity")
TINY = 1e-9
"""Lines below this part of the whole are what floats leave of nothing."""


def kept(case):
    """The budget of a case whose limits moved money, and can be kept with all of it; None of others."""
    loaded = read_plan(case.text)
    budget = allocate(loaded.ready, loaded.source)
    return budget if budget.solution and not budget.solution.over else None


def test_500_plans_are_where_an_independent_solver_puts_them_before_rounding():
    pytest.importorskip("scipy")
    compared, seed, worst = 0, 0, 0.0
    while compared < 500:
        seed += 1
        case = drawn_overlaps(random.Random(f"solver {seed}"), 10**12, within=WITHIN[seed % 4])
        budget = kept(case) if case else None
        theirs = nearest(case, budget.solution.kept) if budget else None
        if theirs is not None:
            ours = before_rounding(budget)
            worst = max(worst, *(abs(a - b) / b for a, b in zip(ours, theirs, strict=True) if b > TINY * 10**12))
            compared += 1
    assert seed < 1200
    assert worst < 1e-4


@pytest.mark.parametrize("total", [54_321, 10**9])
def test_no_limit_that_overlaps_is_broken_and_no_cent_lost(total):
    checked = 0
    for seed in range(250):
        case = drawn_overlaps(random.Random(f"kept {seed}"), total, within=WITHIN[seed % 4])
        budget = kept(case) if case else None
        if budget:
            lines = lines_of(budget)
            assert sum(line["amount"] for line in lines) == sum(line["amount"] for line in case.before)
            assert all(line["amount"] >= 0 for line in lines)
            for selection, key, units in case.limits:
                found = total_of(lines, selection)
                assert found <= units if key == "max" else found >= units
            checked += 1
    assert checked > 100
