"""The ground floor: currencies and periods."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmbudget.money import DECIMALS, Currency
from crmbudget.period import Period, Unit, read_period, read_span, sequence
from crmbudget.planning.scalars import read_amount

CURRENCIES = st.sampled_from(sorted(DECIMALS)).map(Currency.of)


@given(currency=CURRENCIES, minor=st.integers(-(10**18), 10**18), grouped=st.booleans())
def test_an_amount_is_read_back_as_it_is_written(currency: Currency, minor: int, grouped: bool) -> None:
    assert read_amount(currency.text(minor, grouped=grouped), currency) == minor


@pytest.mark.parametrize(
    ("code", "minor", "text", "grouped"),
    [
        ("CNY", 120_000_005, "1200000.05", "1,200,000.05"),
        ("CNY", -5, "-0.05", "-0.05"),
        ("CNY", 0, "0.00", "0.00"),
        ("JPY", -1_000, "-1000", "-1,000"),
        ("KWD", 1_000, "1.000", "1.000"),
        ("CLF", 12_345, "1.2345", "1.2345"),
    ],
)
def test_an_amount_has_its_currency_s_decimals(code: str, minor: int, text: str, grouped: str) -> None:
    assert Currency.of(code).text(minor) == text
    assert Currency.of(code).text(minor, grouped=True) == grouped


@pytest.mark.parametrize(
    ("text", "unit", "first", "last"),
    [
        ("2027-01", Unit.MONTH, date(2027, 1, 1), date(2027, 1, 31)),
        ("2028-02", Unit.MONTH, date(2028, 2, 1), date(2028, 2, 29)),
        ("2100-02", Unit.MONTH, date(2100, 2, 1), date(2100, 2, 28)),
        ("9999-12", Unit.MONTH, date(9999, 12, 1), date(9999, 12, 31)),
        ("2027-Q1", Unit.QUARTER, date(2027, 1, 1), date(2027, 3, 31)),
        ("2027-Q4", Unit.QUARTER, date(2027, 10, 1), date(2027, 12, 31)),
        ("2027-W01", Unit.WEEK, date(2027, 1, 4), date(2027, 1, 10)),
        ("2026-W53", Unit.WEEK, date(2026, 12, 28), date(2027, 1, 3)),
        ("2027", Unit.YEAR, date(2027, 1, 1), date(2027, 12, 31)),
        ("9999", Unit.YEAR, date(9999, 1, 1), date(9999, 12, 31)),
    ],
)
def test_a_period_is_the_days_that_its_id_names(text: str, unit: Unit, first: date, last: date) -> None:
    assert read_period(text) == Period(first, last, unit)
    assert str(read_period(text)) == text


NOT_PERIODS = "", "2027-13", "2027-00", "2027-1", "27-01", "2027-Q0", "2027-Q5", "2027-W00", "2027-W53", "2027-W54"
NOT_PERIODS += "2027-01-01", "0000", "0000-W01", "9999-W52", "２０２７", "2027-q1", " 2027", "2027\n", "-2027", "12027"


@pytest.mark.parametrize("text", NOT_PERIODS)
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read_period(text)


@given(text=st.text(alphabet="0123456789-QW. ", max_size=18))
def test_any_text_is_a_period_under_its_own_id_or_is_refused(text: str) -> None:
    try:
        period = read_period(text)
    except ValueError:
        return
    assert str(period) == text
    assert period.first <= period.last


@given(day=st.dates(date(1, 1, 8), date(9990, 1, 1)), unit=st.sampled_from(Unit), count=st.integers(1, 60))
def test_periods_in_a_row_leave_no_day_out(day: date, unit: Unit, count: int) -> None:
    iso = day.isocalendar()
    starts = {
        Unit.MONTH: f"{day.year:04d}-{day.month:02d}",
        Unit.QUARTER: f"{day.year:04d}-Q{(day.month + 2) // 3}",
        Unit.WEEK: f"{iso.year:04d}-W{iso.week:02d}",
        Unit.YEAR: f"{day.year:04d}",
    }
    try:
        periods = sequence(read_period(starts[unit]), count)
    except ValueError as error:
        assert day.year + count > 9999, error
        return
    assert len(periods) == count
    assert [read_period(str(period)) for period in periods] == list(periods)
    assert sum(period.days for period in periods) == (periods[-1].last - periods[0].first).days + 1


@pytest.mark.parametrize(
    ("span", "held", "outside"),
    [
        ("2027-04..2027-12", ["2027-04", "2027-12", "2027-Q2", "2027-W14", "2027"], ["2027-03", "2028-01", "2027-Q1"]),
        ("2027-Q1", ["2027-01", "2027-03", "2027-Q1", "2027-W01"], ["2027-04", "2026-W53"]),
        ("2027", ["2027-01", "2027-12", "2027", "2027-W52"], ["2026-12", "2026-W53"]),
    ],
)
def test_a_span_holds_the_periods_whose_middle_lies_in_it(span: str, held: list[str], outside: list[str]) -> None:
    assert [text for text in held + outside if read_span(text=span).holds(read_period(text))] == held


def test_a_span_that_runs_backwards_is_refused() -> None:
    with pytest.raises(ValueError, match="ends before it starts"):
        read_span("2027-12..2027-04")
