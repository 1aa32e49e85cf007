"""Reading a plan: what YAML would guess, what a hostile file may try, and that nothing ever raises."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from crmbudget.allocation.cascade import allocate
from crmbudget.finding import Refused
from crmbudget.planning.loader import load_plan, read_plan

HEAD = "currency: CNY\ntotal: 100\n"
BOMB = (
    HEAD
    + "segments:\n  a: &a {x: 1, y: 1}\n"
    + "".join(
        f"  {name}: &{name} {{{', '.join(f'k{n}: *{before}' for n in range(10))}}}\n"
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
)

TRAPS = {
    "an octal amount is not eight times smaller": ("currency: CNY\ntotal: 0420", "CB112", 2, 8),
    "an amount in powers of ten is not a float": ("currency: CNY\ntotal: 1e3", "CB113", 2, 8),
    "a time of day is no amount in base sixty": ("currency: CNY\ntotal: 12:30", "CB113", 2, 8),
    "a hexadecimal amount is no amount": ("currency: CNY\ntotal: 0x1F", "CB108", 2, 8),
    "infinity is no amount": ("currency: CNY\ntotal: .inf", "CB108", 2, 8),
    "no is no weight": (HEAD + "channels: {visit: {weight: NO}}", "CB108", 3, 28),
    "a date is no amount": ("currency: CNY\ntotal: 2027-01-01", "CB108", 2, 8),
    "a decimal comma is not guessed": ("currency: CNY\ntotal: 1.234,56", "CB108", 2, 8),
    "more decimals than the currency has are not lost": ("currency: JPY\ntotal: 1.5", "CB114", 2, 8),
    "a bare number is no share": (HEAD + "reserve: 0.08", "CB109", 3, 10),
    "a share is no amount": ("currency: CNY\ntotal: 8%", "CB109", 2, 8),
    "an empty amount is not zero": ("currency: CNY\ntotal:", "CB107", 2, 7),
    "null is not zero": ("currency: CNY\ntotal: ~", "CB107", 2, 8),
    "the top level is a mapping": ("- currency: CNY", "CB106", 1, 1),
    "a plan is not empty": ("# only a comment\n", "CB103", 1, 1),
    "a key given twice hides nothing": (HEAD + "total: 200", "CB110", 3, 1),
    "a segment given twice hides nothing": (HEAD + "segments:\n  a: {value: 1}\n  a: {value: 2}", "CB110", 5, 3),
    "a quoted key given twice hides nothing": (HEAD + "segments: {a: {value: 1}, 'a': {value: 2}}", "CB110", 3, 27),
    "a list cannot be merged": (HEAD + "segments: {a: &a {value: 1}, b: {<<: [*a]}}", "CB106", 3, 38),
    "a name that leads nowhere is no merge": (HEAD + "segments: {a: *b}", "CB101", 3, 15),
    "an anchor cannot hold itself": (HEAD + "segments: &a {a: *a}", "CB101", 3, 18),
    "a list is no key": (HEAD + "? [a, b]\n: 1", "CB106", 3, 3),
    "a tag of one's own has no meaning": (HEAD + "segments: !mine {a: {}}", "CB101", 3, 11),
    "a second document is not dropped": (HEAD + "---\ntotal: 200", "CB101", 3, 1),
    "a tab is no indent": ("currency: CNY\nsegments:\n\ta: {}", "CB101", 3, 1),
    "a bomb of anchors does not go off": (BOMB, "CB102", 9, None),
    "brackets sixty-five deep are too deep": (HEAD + "segments: " + "[" * 64 + "]" * 64, "CB102", 3, 74),
    "a million brackets are too deep": ("[" * 1_000_000, "CB102", 1, 65),
    "a number of a thousand digits is no amount": ("currency: CNY\ntotal: " + "1" * 1000, "CB111", 2, 8),
    "a million digits cost no time": ("currency: CNY\ntotal: " + "1" * 1_000_000 + "x", "CB108", 2, 8),
    "a long fraction is no share": (HEAD + "reserve: ." + "1" * 100_000 + "x", "CB108", 3, 10),
    "a huge exponent is no amount": ("currency: CNY\ntotal: 1e999999999", "CB108", 2, 8),
    "a plan without a total has no money": ("currency: CNY\nname: x", "CB125", 1, 1),
    "a share of a total that lines may say is no amount": (
        "currency: CNY\nreserve: 8%\nlines: {from: x.csv}",
        "CB123",
        2,
        10,
    ),
    "half of a character is no text": ("currency: CNY\ntotal: '\ud800'", "CB105", 2, 9),
    "a control character is not YAML": ("currency: CNY\ntotal: \x00", "CB101", None, None),
}


@pytest.mark.parametrize(("text", "code", "line", "column"), TRAPS.values(), ids=TRAPS.keys())
def test_a_trap_is_a_finding_with_its_place(text: str, code: str, line: int | None, column: int | None) -> None:
    loaded = read_plan(text)
    assert loaded.plan is None
    found = [
        (finding.code, finding.place and finding.place.line, finding.place and finding.place.column)
        for finding in loaded.findings
    ]
    assert any(
        one == code and line in {None, at_line} and column in {None, at_column} for one, at_line, at_column in found
    ), found


def test_ids_stay_what_they_are() -> None:
    ids = ["0420", "NO", "12:30", "1e3", "true", "0x1F", "2027-01-01", "1_000", ".5", "=", "重点"]
    segments = "\n".join(f"  {name}: {{customers: 1}}" for name in ids)
    plan = read_plan(f"{HEAD}segments:\n{segments}\n").ready
    assert [line[0] for line in allocate(plan).lines()] == sorted(ids)


def test_a_tag_makes_no_object() -> None:
    plan = read_plan(HEAD + "segments: !!python/object:os.system {a: {customers: !!float 1}}").ready
    assert plan.segments["a"].customers == 1


def test_what_stands_beside_a_merge_wins_over_it() -> None:
    for own in ("<<: *base, weight: 3", "weight: 3, <<: *base"):
        text = HEAD + f"activities:\n  a: &base {{category: gift, weight: 1}}\n  b: {{{own}}}\n"
        assert list(allocate(read_plan(text).ready).lines()) == [("gift", "a", 2_500), ("gift", "b", 7_500)]


def test_a_key_given_twice_beside_a_merge_is_still_found() -> None:
    text = HEAD + "activities:\n  a: &base {category: gift, weight: 1}\n  b: {<<: *base, weight: 3, weight: 4}\n"
    (finding,) = read_plan(text).findings
    assert (finding.code, finding.place.line, finding.place.column) == ("CB110", 5, 29)


def test_a_wrong_value_that_is_merged_is_shown_where_it_is_written() -> None:
    text = HEAD + "activities:\n  a: &base {category: gift, weight: x}\n  b: {<<: *base}\n  c: {<<: *base, weight: y}\n"
    places = sorted((finding.place.line, finding.place.column) for finding in read_plan(text).findings)
    assert places == [(4, 37), (4, 37), (6, 26)]


def test_sixty_four_deep_is_deep_enough() -> None:
    codes = [finding.code for finding in read_plan(HEAD + "segments: " + "[" * 63 + "]" * 63).findings]
    assert "CB102" not in codes


def test_three_thousand_members_without_a_number_are_three_thousand_findings() -> None:
    segments = ", ".join(f"s{number}: {{value: 1}}" for number in range(3000))
    plan = read_plan(f"{HEAD}segments: {{{segments}}}\nallocate: [{{by: count}}]").ready
    with pytest.raises(Refused) as refused:
        allocate(plan)
    assert len(refused.value.findings) >= 3000


def test_a_byte_that_is_not_utf_8_is_named_after_a_byte_order_mark_too(tmp_path) -> None:
    (tmp_path / "plan.yaml").write_bytes(b"\xef\xbb\xbfcurrency: CNY\ntotal: \xff\n")
    (finding,) = load_plan(str(tmp_path / "plan.yaml")).findings
    assert (finding.code, finding.place.line, finding.place.column) == ("CB105", 2, 8)
    assert "0xFF" in finding.message


ACTUALS = """
activities: {account-team: {category: service}, gifts: {category: gift}}
actuals:
  columns: {date: 记账日期, amount: 借方金额, activity: 项目}
  aliases: {Markting: account-team, "6601-03": gifts}
  dialect: {encoding: gb18030, delimiter: ";", decimal: comma, date: DD.MM.YYYY, skip: 3, sheet: Sheet2}
monitor:
  over:  {percent: 10%, amount: 5_000}
  under: {percent: 25%, amount: 5_000}
  watch: 90%
  progress: {account-team: 40%, gifts: 12.5%}
fx: {USD: 7.12, EUR: "7.85"}
"""


def told(model: object) -> object:
    """A model as plain mappings, its numbers as a plan writes them; what is not given is left out."""
    if isinstance(model, BaseModel):
        return {key: told(value) for key, value in model if value is not None}
    if isinstance(model, dict):
        return {key: told(value) for key, value in model.items()}
    return model if isinstance(model, str | int) else str(model)


def test_how_actuals_are_read_and_watched_is_read_as_meant() -> None:
    plan = read_plan(HEAD + ACTUALS).ready
    assert told(plan.actuals) == {
        "columns": {"date": "记账日期", "amount": "借方金额", "activity": "项目"},
        "aliases": {"Markting": "account-team", "6601-03": "gifts"},
        "dialect": {
            "encoding": "gb18030", "delimiter": ";", "decimal": "comma", "date": "DD.MM.YYYY", "skip": 3, "sheet": "Sheet2",
        },
    }  # fmt: skip
    assert told(plan.monitor) == {
        "over": {"percent": "10%", "amount": 500_000},
        "under": {"percent": "25%", "amount": 500_000},
        "watch": "90%",
        "progress": {"account-team": "40%", "gifts": "12.5%"},
    }
    assert told(plan.fx) == {"USD": "178/25", "EUR": "157/20"}


@pytest.mark.parametrize(
    ("monitor", "over", "under", "watch"),
    [
        ("", ("10%", 0), ("25%", 0), "90%"),
        ("monitor: {over: {amount: 50}}", ("0%", 5_000), ("25%", 0), "90%"),
        ("monitor: {under: {percent: 5%}, watch: 110%}", ("10%", 0), ("5%", 0), "110%"),
        ("monitor: {over: {}}", ("0%", 0), ("25%", 0), "90%"),
    ],
)
def test_a_part_of_a_threshold_that_is_left_out_is_nothing(
    monitor: str, over: tuple[str, int], under: tuple[str, int], watch: str
) -> None:
    read = told(read_plan(HEAD + monitor).ready.monitor)
    assert [tuple(read["over"].values()), tuple(read["under"].values()), read["watch"]] == [over, under, watch]


@pytest.mark.parametrize("written", ["tab", "\\t", "'\\t'", '"\\t"', "'\t'"])
def test_every_way_to_write_a_tab_is_the_tab(written: str) -> None:
    plan = read_plan(f"{HEAD}actuals: {{dialect: {{delimiter: {written}}}}}").ready
    assert plan.actuals.dialect.delimiter == "\t"


def test_one_progress_is_for_all_activities() -> None:
    assert told(read_plan(HEAD + "monitor: {progress: 37.5%}").ready.monitor)["progress"] == "37.5%"


def test_ready_lines_may_say_the_total_and_name_the_ids() -> None:
    plan = read_plan("""
currency: CNY
reserve: 8_000
lines:
  from: budget.csv
  columns: {segment: dept_name, period: fiscal_year, amount: total}
  dialect: {delimiter: tab}
actuals: {aliases: {Markting: marketing}}
monitor: {progress: {marketing: 40%}}
""").ready
    assert told(plan.lines) == {
        "source": "budget.csv",
        "columns": {"segment": "dept_name", "date": "fiscal_year", "amount": "total"},
        "dialect": {"delimiter": "\t"},
    }
    assert "total" not in plan.model_fields_set


def test_an_alias_may_name_a_segment_of_the_customer_list_an_activity_must_be_in_the_plan() -> None:
    text = "customers: {from: x.csv, id: i, segment: s}\nactuals: {aliases: {x: vip}}\nmonitor: {progress: {vip: 40%}}"
    (finding,) = read_plan(HEAD + text).findings
    assert (finding.code, finding.place.line) == ("CB201", 5)


@pytest.mark.parametrize("name", ["key", "gifts", "email", "travel", "event", "wang.li", "chen.yu"])
def test_an_alias_may_name_whatever_a_row_can(name: str) -> None:
    members = """
segments: {key: {customers: 1, owner: wang.li}}
activities: {gifts: {category: gift, owner: chen.yu}}
channels: {email: {weight: 1}}
categories: {travel: 差旅}
"""
    assert read_plan(f"{HEAD}{members}actuals: {{aliases: {{x: {name}}}}}").findings == ()


def never_raises(text: str) -> None:
    loaded = read_plan(text)
    assert loaded.plan is not None or loaded.findings
    assert all(finding.place and finding.message for finding in loaded.findings)
    if loaded.plan:
        try:
            budget = allocate(loaded.plan, loaded.source)
        except Refused as refused:
            assert refused.findings
        else:
            assert budget.reserve + budget.allocated + budget.unassigned_total == budget.total


@settings(max_examples=200)
@given(text=st.text())
@example("\ufeff")
@example("a: *a")
@example("&a a: *a")
@example("? ")
@example("\ud800")
@example("{<<: {}}")
def test_any_text_is_a_plan_or_findings(text: str) -> None:
    never_raises(text)


@given(content=st.binary(max_size=200))
@example(b"\xff\xfe")
@example(b"\xff\xfea")
@example(b"\xef\xbb\xbf\xff")
@example(b"\xfe\xff\xd8\x00")
def test_any_bytes_are_a_plan_or_findings(content: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "plan.yaml"
        path.write_bytes(content)
        loaded = load_plan(str(path))
    assert loaded.plan is not None or loaded.findings


SCALARS = st.sampled_from(
    [
        "1",
        "0",
        "-1",
        "50%",
        "100%",
        "0.5",
        "1e3",
        "0420",
        "NO",
        "12:30",
        "~",
        "a",
        "b",
        "visit",
        "2027-01",
        "2027-Q1",
        "2027-01..2027-03",
        "count",
        "value",
        "equal",
        "activity",
        "period",
        "segment",
        "gift",
        "120万",
        "-",
        "=",
        "value*2",
        "_quoted0_",
        "`a`/0",
        "error",
        "skip",
        "cost",
        "customer",
        "must",
        "CNY",
        "月",
        "%",
        "1,2",
        ".",
    ]
)
KEYS = st.sampled_from(
    [
        "a",
        "b",
        "name",
        "weight",
        "cost",
        "times",
        "per",
        "category",
        "value",
        "customers",
        "churn",
        "min",
        "max",
        "by",
        "across",
        "fixed",
        "zero",
        "fit",
        "shares",
        "formula",
        "weights",
        "profile",
        "when",
        "segments",
        "channels",
        "<<",
        "start",
        "periods",
        "every",
        "contacts",
        "priority",
        "owner",
        "limits",
        "allocate",
        "segment",
        "period",
        "columns",
        "aliases",
        "dialect",
        "delimiter",
        "over",
        "percent",
        "amount",
        "watch",
        "progress",
        "from",
        "USD",
    ]
)
TREES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)
TOP = (
    "crmbudget",
    "name",
    "reserve",
    "calendar",
    "segments",
    "categories",
    "activities",
    "channels",
    "allocate",
    "limits",
    "lines",
    "actuals",
    "monitor",
    "fx",
)


@settings(max_examples=300)
@given(
    plan=st.fixed_dictionaries(
        {"currency": SCALARS | st.just("CNY"), "total": SCALARS}, optional=dict.fromkeys(TOP, TREES)
    )
)
def test_any_shape_of_plan_is_a_plan_or_findings(plan: dict[str, object]) -> None:
    import json

    never_raises(json.dumps(plan))
