"""Which column of a file is what: the terms that are known, what the plan says, and what is asked instead of guessed."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmbudget.reading.headers import Problem, Role, is_header, recognise
from crmbudget.reading.terms import TERMS, folded
from crmbudget.reading.totals import TOTAL_WORDS, is_total

FILES = {
    "a plain file": ("date|amount|activity|channel|memo", {}, "date amount activity channel memo"),
    "a Chinese ledger": ("记账日期|凭证字号|摘要|科目名称|借方|贷方|余额", {}, "date reference memo activity debit credit -"),
    "a ledger in other characters": ("過帳日期|憑證號|摘要|費用項目|借方金額|幣別", {}, "date reference memo activity debit currency"),
    "capitals, blanks and dashes": (" POSTING_DATE |Net-Amount|Cost  Owner|Qty.|Voucher No.", {}, "date amount owner quantity reference"),
    "full-width letters": ("Ｄａｔｅ|Ａｍｏｕｎｔ（元）|客户　群|渠道：|类别*", {}, "date amount segment channel category"),
    "brackets alone": ("【日期】|(Amount)", {}, "date amount"),
    "the first rank is taken": ("Invoice date|Posting date|本币金额|金额|备注|摘要", {}, "- date amount - - memo"),
    "what the plan names": ("Datum|Betrag|Konto", {"date": "Datum", "amount": "betrag", "activity": "Konto"}, "date amount activity"),
    "the plan before the terms": ("Date|Posting date|Amount", {"date": "Date"}, "date - amount"),
    "the plan may leave a remark out": ("日期|金额(元)|金额", {"amount": "金额(元)"}, "date amount -"),
    "the exact header before a like one": ("date|AMOUNT|Amount", {"amount": "Amount"}, "date - amount"),
    "a column that the plan took is not taken again": ("date|amount|memo", {"activity": "memo"}, "date amount activity"),
    "a declared amount beats debit": ("date|amount|debit|credit", {"amount": "amount"}, "date amount - -"),
    "a declared debit beats amount": ("date|amount|debit|credit", {"debit": "debit"}, "date - debit credit"),
    "a period is a date": ("当月|金额", {"period": "当月"}, "date amount"),
}  # fmt: skip


@pytest.mark.parametrize(("header", "declared", "roles"), FILES.values(), ids=FILES.keys())
def test_each_column_gets_its_role(header: str, declared: dict[str, str], roles: str) -> None:
    cells, named = header.split("|"), roles.split()
    headers = recognise(cells, declared)
    assert {place: str(role) for role, place in headers.places.items()} == {
        place: role for place, role in enumerate(named) if role != "-"
    }
    assert headers.unused == tuple(cell for cell, role in zip(cells, named, strict=True) if role == "-")
    assert headers.problems == ()


@pytest.mark.parametrize(
    ("header", "unit"),
    [
        ("日期|金额(元)", "元"),
        ("日期|金额（ 万元 ）", "万元"),
        ("日期(日)|Amount [CNY]|Cost owner (name)", "CNY"),
        ("日期|Amount (net) [EUR]", "net EUR"),
        ("日期|借方(千元)|贷方", "千元"),
        ("日期|借方|贷方【千元】", "千元"),
        ("日期|(金额)", ""),
    ],
)
def test_the_unit_is_what_the_header_of_the_money_says_in_brackets(header: str, unit: str) -> None:
    assert (recognise(header.split("|"), {}).unit, recognise(header.split("|"), {}).problems) == (unit, ())


NO_DATE, NO_MONEY = "no column is known to hold the date", "no column is known to hold an amount, a debit or a credit"
TWO_KINDS = "the file has an amount, and debit or credit beside it"
ONE_KIND = "name either the amount, or debit and credit, under `actuals: columns:`"
ASKED = {
    "a near miss is not taken": ("date|Ammount|Country", {}, {
        NO_MONEY: "is it `Ammount`? then write `actuals: {columns: {amount: Ammount}}`",
    }),
    "the nearest header is named": ("Dates|凭证日其|2027: Date|借方金", {}, {
        NO_DATE: "is it `Dates`? then write `actuals: {columns: {date: Dates}}`",
        NO_MONEY: "is it `借方金`? then write `actuals: {columns: {debit: 借方金}}`",
    }),
    "a header is quoted where YAML needs it": ("date|Amount: 元", {}, {
        NO_MONEY: 'is it `Amount: 元`? then write `actuals: {columns: {amount: "Amount: 元"}}`',
    }),
    "a strange file is asked about": ("x|y|x", {}, {
        NO_DATE: "name it in the plan, as in `actuals: {columns: {date: HEADER}}`: use one of `x`, `y`",
        NO_MONEY: "name it in the plan, as in `actuals: {columns: {amount: HEADER}}`: use one of `x`, `y`",
    }),
    "two dates of one rank": ("Posting date|记账日期|Amount", {}, {
        "2 columns fit the date: `Posting date`, `记账日期`": "name one: `actuals: {columns: {date: Posting date}}`",
    }),
    "two columns of one name": ("Date|Amount|Amount", {"amount": "amount"}, {
        "2 columns are named `Amount`": "give each column a name of its own",
    }),
    "a plan whose headers the file lacks": ("Date|Amount|Projekt", {"activity": "Project", "amount": "Amount (USD)"}, {
        "the file has no column `Amount (USD)`, which the plan names for the amount": "did you mean `Amount`?",
        "the file has no column `Project`, which the plan names for the activity": "did you mean `Projekt`?",
    }),
    "a plan that names a blank header": ("Date|Amount|", {"memo": " "}, {
        "the file has no column ` `, which the plan names for the memo": "use one of `Date`, `Amount`",
    }),
    "an amount beside debit and credit": ("Date|金额|借方|贷方", {}, {TWO_KINDS + ": `金额`, `借方`, `贷方`": ONE_KIND}),
    "two kinds of money declared, none there": ("Date", {"amount": "x", "debit": "y"}, {TWO_KINDS: ONE_KIND}),
    "debit and credit in two units": ("Date|借方(元)|贷方(万元)", {}, {
        "debit and credit are in two units: `元`, `万元`": "write both in one unit",
    }),
}  # fmt: skip


@pytest.mark.parametrize(("header", "declared", "problems"), ASKED.values(), ids=ASKED.keys())
def test_what_cannot_be_told_is_asked(header: str, declared: dict[str, str], problems: dict[str, str]) -> None:
    found = recognise(header.split("|"), declared).problems
    assert {problem.message: problem.fix for problem in found} == problems


def test_a_problem_names_its_role() -> None:
    assert [problem.role for problem in recognise([], {}).problems] == [Role.DATE, Role.AMOUNT]
    assert Problem("", "").role is None


def test_a_role_that_there_is_not_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="colour"):
        recognise(["date"], {"colour": "date"})


def test_no_term_stands_under_two_roles_or_twice() -> None:
    times = Counter(folded(term) for ranks in TERMS.values() for terms in ranks for term in terms.split(", "))
    assert [term for term, count in times.items() if count > 1] == []
    assert list(TERMS) == list(Role)


@pytest.mark.parametrize(("role", "term"), [(role, t) for role, r in TERMS.items() for ts in r for t in ts.split(", ")])
def test_every_term_is_recognised_in_capitals_too(role: str, term: str) -> None:
    assert recognise([term.upper()], {}).places == {Role(role): 0}


@pytest.mark.parametrize(
    ("row", "declared", "roles"),
    [
        ("Date|Amount (CNY)|Memo|x", {}, 3),
        ("期间|借方", {}, 2),
        ("Datum|Betrag|Konto", {"date": "Datum", "amount": "Betrag"}, 2),
        ("Date|Amount", {"date": "Datum"}, 2),
        ("Spending of 2027||", {}, 0),
        ("Date|2027-01-31", {}, 0),
        ("2027-01-05|100.00|费用|备注", {}, 0),
        ("", {}, 0),
    ],
)
def test_a_header_names_a_date_and_money(row: str, declared: dict[str, str], roles: int) -> None:
    assert is_header(row.split("|"), declared) == roles


TOTALS = "TOTAL:|Sub total|合  计|合　計：|小计|總計|Total 2027-01|2027-01 Total|本月合计|1月小计|第一季度合计|2027年累计|(小计)"
TOTALS += "|--- Total ---|合计（2027年1月）|balance brought forward|Zwischensumme:"
NAMES = "Total Care programme|Totalizer|合计划|客户合计服务|Summer|Total (Care programme)|Sumatra|Subtotals of gifts||2027-01"


@pytest.mark.parametrize("text", [*TOTAL_WORDS, *TOTALS.split("|")])
def test_a_row_of_totals_says_so_in_its_whole_text(text: str) -> None:
    assert is_total(text)


@pytest.mark.parametrize("text", NAMES.split("|"))
def test_a_word_inside_a_name_makes_no_total(text: str) -> None:
    assert not is_total(text)


@given(header=st.lists(st.text() | st.sampled_from(["Date", "Amount", "借方", "()"])), name=st.text())
def test_any_header_is_understood_or_asked_about(header: list[str], name: str) -> None:
    headers = recognise(header, {"memo": name})
    assert headers.problems or {Role.DATE, Role.MEMO} <= set(headers.places)
    assert is_header(header, {}) <= len(Role)
    assert len(headers.unused) + len(headers.places) <= len(header)
