"""Price, volume and mix: the published example, rows without a price, and sums that are exact both ways."""

from fractions import Fraction
from math import ceil, floor

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from crmbudget.monitoring.causes import Causes, Effect, Priced, causes

QUANTITIES = st.integers(-3, 9) | st.fractions(-100, 10_000, max_denominator=1000)
AMOUNTS = st.integers(-9, 9) | st.integers(-(10**6), 10**12)
ROWS = st.lists(st.tuples(QUANTITIES, AMOUNTS, QUANTITIES, AMOUNTS), max_size=9)

Row = tuple[Fraction | int, int, Fraction | int, int]


def priced(*rows: Row) -> list[Priced]:
    return [Priced(f"r{place}", Fraction(q0), b, Fraction(q1), a) for place, (q0, b, q1, a) in enumerate(rows)]


def effects(*rows: Row) -> list[tuple[int, int, int]]:
    return [(row.price, row.volume, row.mix) for row in causes(priced(*rows)).rows]


def test_the_published_example_comes_out_to_the_cent() -> None:
    """Budget: 2,000 at 100 and 1,000 at 200; actual: 2,200 at 150 and 1,200 at 180."""
    told = causes(priced((2_000, 20_000_000, 2_200, 33_000_000), (1_000, 20_000_000, 1_200, 21_600_000)))
    assert (told.price, told.volume, told.mix) == (8_600_000, 5_333_333, 666_667)
    assert told.price + told.volume + told.mix == 14_600_000
    assert told.rows == (Effect("r0", 11_000_000, 2_666_666, -666_666), Effect("r1", -2_400_000, 2_666_667, 1_333_333))


@pytest.mark.parametrize(
    ("rows", "answers"),
    [
        ([(2, 200, 2, 200), (1, 50, 1, 50)], [(0, 0, 0), (0, 0, 0)]),
        ([(2, 200, 2, 260), (1, 50, 1, 40)], [(60, 0, 0), (-10, 0, 0)]),
        ([(2, 200, 3, 300), (4, 80, 6, 120)], [(0, 100, 0), (0, 40, 0)]),
        ([(2, 200, 1, 100), (2, 100, 3, 150)], [(0, 0, -100), (0, 0, 50)]),
        ([(4, 400, 2, 200), (0, 0, 2, 700)], [(0, 0, -200), (0, 0, 700)]),
        ([(4, 400, 4, 400), (0, 30, 4, 700)], [(0, 400, -400), (0, 0, 670)]),
        ([(4, 400, 4, 400), (0, 30, 0, 50)], [(0, 0, 0), (20, 0, 0)]),
        ([(4, 400, 0, 0), (1, 50, 0, 0)], [(0, -400, 0), (0, -50, 0)]),
        ([(4, 400, -1, -90)], [(10, -500, 0)]),
    ],
    ids=[
        "as budgeted",
        "dearer and cheaper",
        "more of everything",
        "the cheap instead of the dear",
        "a new row in place of another is all mix",
        "money without quantity was budgeted for a new row",
        "money without any quantity is all price",
        "nothing was bought",
        "credit notes",
    ],
)
def test_each_cause_is_told_from_the_others(rows: list[Row], answers: list[tuple[int, int, int]]) -> None:
    assert effects(*rows) == answers


@pytest.mark.parametrize(
    "rows", [[], [(0, 0, 3, 90)], [(5, 50, 5, 50), (-5, -50, 1, 10)]], ids=["no rows", "all new", "cancelled"]
)
def test_without_a_budget_quantity_there_are_no_causes_but_a_reason(rows: list[Row]) -> None:
    assert causes(priced(*rows)) == Causes(None, None, None, (), "the budget's quantities add up to zero")


def exact(rows: list[Row]) -> list[tuple[Fraction, Fraction, Fraction]]:
    """The definitions, word by word; a row without budget quantity has its actual price, and so is all mix."""
    was, now = (sum(Fraction(row[side]) for row in rows) for side in (0, 2))
    told = []
    for q0, b, q1, a in rows:
        if q0 == 0:
            told.append((0, 0, a - b) if q1 else (a - b, 0, 0))
            continue
        price = Fraction(b) / q0
        told.append((a - q1 * price, (now - was) * (q0 / was) * price, (q1 - now * q0 / was) * price))
    return told


@given(rows=ROWS)
def test_all_sums_are_exact_and_every_amount_is_its_exact_one_rounded_down_or_up(rows: list[Row]) -> None:
    told = causes(priced(*rows))
    if told.reason:
        assert sum(row[0] for row in rows) == 0
        return
    parts = effects(*rows)
    totals = [told.price, told.volume, told.mix]
    assert [sum(own) for own in parts] == [a - b for _, b, _, a in rows]
    assert [sum(column) for column in zip(*parts, strict=True)] == totals
    shares = exact(rows)
    for own, due in zip([*parts, totals], [*shares, map(sum, zip(*shares, strict=True))], strict=True):
        assert all(floor(share) <= part <= ceil(share) for part, share in zip(own, due, strict=True))


@given(rows=ROWS)
def test_the_totals_are_rounded_by_largest_remainder(rows: list[Row]) -> None:
    told = causes(priced(*rows))
    assume(not told.reason)
    dues = [sum(column) for column in zip(*exact(rows), strict=True)]
    pairs = list(zip((told.price, told.volume, told.mix), dues, strict=True))
    raised = [due - floor(due) for total, due in pairs if total > due]
    lowered = [due - floor(due) for total, due in pairs if total < due]
    assert not raised or not lowered or min(raised) >= max(lowered)


@given(rows=ROWS, factor=st.fractions(min_value=Fraction(1, 1000), max_value=1000))
def test_the_unit_of_quantity_changes_nothing(rows: list[Row], factor: Fraction) -> None:
    assert causes(priced(*rows)) == causes(priced(*((q0 * factor, b, q1 * factor, a) for q0, b, q1, a in rows)))


@given(rows=ROWS)
def test_what_was_spent_as_budgeted_has_no_causes(rows: list[Row]) -> None:
    assume(sum(row[0] for row in rows))
    assert effects(*((q0, b, q0, b) for q0, b, *_ in rows)) == [(0, 0, 0)] * len(rows)
