"""A column of dates: what each form means, what only the whole column can settle, and what stays open."""

import random
from calendar import month_abbr
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmbudget.reading.dates import Day, decide

READ = [
    ("2027-01-05", "YYYY-MM-DD"),
    ("2027-1-5", "YYYY-MM-DD"),
    ("2027-01-05 00:00:00", "YYYY-MM-DD"),
    ("2027-01-05T08:30:00Z", "YYYY-MM-DD"),
    ("2027-01-05T08:30:00.000+08:00", "YYYY-MM-DD"),
    ("2027/1/5", "YYYY/MM/DD"),
    ("2027/1/5 8:30 PM", "YYYY/MM/DD"),
    ("2027.01.05", "YYYY.MM.DD"),
    ("2027年1月5日", "YYYY年MM月DD日"),
    ("2027 年 1 月 5 日", "YYYY年MM月DD日"),
    ("2027年01月05号", "YYYY年MM月DD号"),
    ("27年1月5日", "YY年MM月DD日"),
    ("20270105", "YYYYMMDD"),
    ("5 Jan 2027", "DD MMM YYYY"),
    ("05-Jan-27", "DD-MMM-YY"),
    ("5JAN2027", "DDMMMYYYY"),
    ("Jan 5, 2027", "MMM DD, YYYY"),
    ("january 05 2027", "MMM DD YYYY"),
    ("46392", "Excel serial numbers"),
    ("46392.0", "Excel serial numbers"),
    ("46392.5", "Excel serial numbers"),
    ("２０２７－０１－０５", "YYYY-MM-DD"),
    ("\u3000\u00a02027-01-05\u2003\t", "YYYY-MM-DD"),
    ("\ufeff2027-01-05", "YYYY-MM-DD"),
]


@pytest.mark.parametrize(("text", "form"), READ)
def test_the_fifth_of_january_is_read_in_every_form(text: str, form: str) -> None:
    dates = decide({text: 1})
    assert (dates.meaning[text], dates.form, dates.open) == (Day(date(2027, 1, 5), date(2027, 1, 5)), form, {})


@pytest.mark.parametrize(
    "text", ["2028-02", "2028/2", "2028年2月", "2028年02月份", "202802", "02/2028", "2.2028", "Feb 2028", "Feb-28"]
)
def test_a_month_is_all_of_its_days(text: str) -> None:
    assert decide({text: 1}).meaning[text] == Day(date(2028, 2, 1), date(2028, 2, 29))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2027", date(2027, 1, 1), date(2027, 12, 31)),
        ("2027年", date(2027, 1, 1), date(2027, 12, 31)),
        ("2027-Q2", date(2027, 4, 1), date(2027, 6, 30)),
        ("2027-W05", date(2027, 2, 1), date(2027, 2, 7)),
    ],
)
def test_a_year_a_quarter_and_a_week_are_all_of_their_days(text: str, first: date, last: date) -> None:
    assert decide({text: 1}).meaning[text] == Day(first, last)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2027-02-30", "February 2027 has no day 30"),
        ("2027-04-00", "April 2027 has no day 0"),
        ("2027-13-01", "there is no month 13"),
        ("2027年0月", "there is no month 0"),
        ("13.13.2027", "there is no month 13"),
        ("00.13.2027", "there is no month 13"),
        ("1989-12-31", "the year 1989 is not between 1990 and 2100"),
        ("2101-01-01", "the year 2101 is not between 1990 and 2100"),
        ("31 Nov 2027", "November 2027 has no day 31"),
        ("12345", "as an Excel serial number it is not between 36526 (2000-01-01) and 73050 (2099-12-31)"),
        ("73051.5", "as an Excel serial number it is not between 36526 (2000-01-01) and 73050 (2099-12-31)"),
        ("2027.1", "no date is written like this"),
        ("5/1", "no date is written like this"),
        ("Jan 27", "no date is written like this"),
        ("合计", "no date is written like this"),
        ("", "it is blank"),
        ("\u3000", "it is blank"),
    ],
)
def test_what_is_no_day_has_a_reason(text: str, reason: str) -> None:
    assert (decide({text: 1}).meaning[text], decide({text: 1}).open) == (reason, {})


DAY_FIRST, MONTH_FIRST, CHINESE = "2027-04-03", "2027-03-04", "2003-04-27"
ASKS = "?"
COLUMNS = {
    "a day above twelve proves all that look alike": {"03.04.2027": DAY_FIRST, "13.04.2027": "2027-04-13"},
    "a month is proved in the second place": {"03/04/2027": MONTH_FIRST, "04/13/2027": "2027-04-13"},
    "a slip in the day still proves its place": {"03.04.2027": DAY_FIRST, "30.02.2027": None},
    "what is no date proves nothing": {"03.04.2027": ASKS, "13.13.2027": None},
    "no proof leaves it open": {"03.04.2027": ASKS, "05.05.2027": "2027-05-05"},
    "two proofs leave it open": {"03.04.2027": ASKS, "13.04.2027": "2027-04-13", "04.14.2027": "2027-04-14"},
    "dots prove nothing of slashes": {"03/04/2027": ASKS, "13.04.2027": "2027-04-13"},
    "long years prove nothing of short ones": {"03.04.27": ASKS, "13.04.2027": "2027-04-13"},
    "of three orders, two proofs may leave one": {"03.04.27": DAY_FIRST, "13.04.27": "2027-04-13", "01.02.32": "2032-02-01"},
    "one digit is no year": {"03-04-27": ASKS, "3-4-27": ASKS},
    "two digits of a year may come first": {"03-04-27": CHINESE, "27-04-3": "2027-04-03"},
    "three orders at odds leave what each allows": {"03.04.27": ASKS, "04.13.27": "2027-04-13", "27.4.3": "2027-04-03"},
    "a year of one digit is none": {"1.2.3": None},
}  # fmt: skip


@pytest.mark.parametrize("column", COLUMNS.values(), ids=COLUMNS.keys())
def test_the_column_decides(column: dict[str, str | None]) -> None:
    dates = decide(dict.fromkeys(column, 1))
    found = {text: str(day.first) if isinstance(day, Day) else None for text, day in dates.meaning.items()}
    assert found | dict.fromkeys(dates.open, ASKS) == column


def test_what_stays_open_comes_with_its_forms_the_most_frequent_first() -> None:
    dates = decide({"03/04/2027": 1, "05.06.27": 7, "2027-01-05": 1})
    assert list(dates.open.items()) == [
        ("05.06.27", ("DD.MM.YY", "MM.DD.YY", "YY.MM.DD")),
        ("03/04/2027", ("DD/MM/YYYY", "MM/DD/YYYY")),
    ]
    reason = "it may be DD/MM/YYYY or MM/DD/YYYY, and the column does not settle which"
    assert dates.meaning["03/04/2027"] == reason


@pytest.mark.parametrize(
    ("counts", "form"),
    [
        ({"46392": 1, "2027-01-05": 2, "2027-13-01": 9}, "YYYY-MM-DD, Excel serial numbers"),
        ({"46392": 1, "2027-01-05": 1}, "Excel serial numbers, YYYY-MM-DD"),
        ({"05/05/2027": 1}, "DD/MM/YYYY or MM/DD/YYYY"),
        ({"03/04/2027": 1}, ""),
        ({}, ""),
    ],
)
def test_the_form_is_told_by_frequency(counts: dict[str, int], form: str) -> None:
    assert decide(counts).form == form


@pytest.mark.parametrize(
    ("declared", "text"),
    [
        ("DD.MM.YYYY", "5.1.2027"),
        ("dd.mm.yyyy", "05. 01. 2027 00:00"),
        ("MM/DD/YYYY", "01/05/2027"),
        ("D.M.YY", "05.01.27"),
        ("YYMMDD", "270105"),
        ("DDMMYYYY", "5012027"),
        ("YYYY年M月D日", "2027年1月5日"),
        ("《YYYY-M-D》", "《2027-01-05》"),
        (" serial ", "46392.25"),
    ],
)
def test_a_declared_form_is_read_and_no_other(declared: str, text: str) -> None:
    dates = decide({text: 1, "x2027-01-05": 1}, declared)
    reason = f"it is not of the declared form {declared.strip()}"
    assert dates.meaning == {text: Day(date(2027, 1, 5), date(2027, 1, 5)), "x2027-01-05": reason}


@pytest.mark.parametrize(
    "declared", [" ", "DD.MM", "YYYY", "TT.MM.JJJJ", "%d.%m.%Y", "DD.MM.YYYY HH:MM", "DD.DD.YYYY", "YY.MM.YYYY", "ISO"]
)
def test_a_form_without_sense_is_refused_with_an_example(declared: str) -> None:
    with pytest.raises(ValueError, match=r"such as DD\.MM\.YYYY"):
        decide({"2027-01-05": 1}, declared)


DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))
WRITTEN = [
    *("{0.year}-{0.month:02}-{0.day:02}", "{0.year}/{0.month}/{0.day}", "{0.year}.{0.month}.{0.day} 23:59"),
    *("{0.year}年{0.month}月{0.day}日", "{0.year}{0.month:02}{0.day:02}", "{0.day} {1} {0.year}", "{1} {0.day}, {0.year}"),
]  # fmt: skip


@given(day=DAYS, written=st.sampled_from(WRITTEN))
def test_every_date_in_every_form_that_stands_alone_is_read_back(day: date, written: str) -> None:
    text = written.format(day, month_abbr[day.month])
    assert decide({text: 1}).meaning == {text: Day(day, day)}


@given(days=st.lists(DAYS, max_size=20), proof=DAYS.filter(lambda day: day.day > 12), sign=st.sampled_from("-/."))
def test_a_column_that_holds_one_proof_is_read_right(days: list[date], proof: date, sign: str) -> None:
    for order in ("{0.day}-{0.month}-{0.year}", "{0.month:02}-{0.day:02}-{0.year}"):
        column = {order.replace("-", sign).format(day): Day(day, day) for day in [*days, proof]}
        assert decide(dict.fromkeys(column, 1)).meaning == column


TEXTS = (
    st.text() | st.text("0123456789-/.: 年月日TZJan", max_size=12) | st.from_regex(r"[0-3]?\d[-/.][01]?\d[-/.](20)?27")
)


@given(texts=st.lists(TEXTS, unique=True), chance=st.randoms(use_true_random=False))
def test_any_texts_are_read_or_given_a_reason_in_any_order(texts: list[str], chance: random.Random) -> None:
    dates = decide(dict.fromkeys(texts, 1))
    assert set(dates.meaning) == set(texts)
    assert all(isinstance(dates.meaning[text], str) for text in dates.open)
    assert decide(dict.fromkeys(chance.sample(texts, len(texts)), 1)) == dates


@given(declared=st.text() | st.text("YMD.-/ 年", max_size=12), text=TEXTS)
def test_any_declared_form_is_read_or_refused(declared: str, text: str) -> None:
    try:
        assert list(decide({text: 1}, declared).meaning) == [text]
    except ValueError as refused:
        assert "does not say how dates are written" in str(refused)
