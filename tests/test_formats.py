"""One sample report through every format, against golden files."""

import csv
import io
import json
import re
from fractions import Fraction

import pytest

from crmbudget import registry
from crmbudget.finding import Finding, Place, Severity
from crmbudget.money import Currency
from crmbudget.reporting.report import Column, Kind, Prose, Report, Screen, Table
from golden import assert_golden
from runner import ROOT

FORMATS = registry.own_names("crmbudget.reporting.formats")
HOSTILE = [
    "=HYPERLINK(1)",
    "-2+3",
    "\x1b[31mred\x1b[0m",
    "a|b*c_d`e<b>@all&amp;",
    "[bold]x[/bold] :smile:",
    "两行\n一格",
    "tab\there",
    "\u202egnp.exe",
    "客户\U0001f600",
    "",
]


def sample():
    """A report with every kind of cell and with names that mean harm."""
    columns = (
        Column("name", "Name"),
        Column("amount", "Amount", Kind.MONEY),
        Column("count", "Count", Kind.COUNT),
        Column("share", "Share", Kind.PERCENT),
        Column("ratio", "Ratio", Kind.RATIO),
        Column("bar", "", Kind.BAR),
    )
    rows = [
        [name, (-1) ** n * 10**n, n * 1000, Fraction(n, 9), Fraction(n - 4, 7), Fraction(n, 9)]
        for n, name in enumerate(HOSTILE)
    ]
    rows.append(["nothing", None, None, None, None, None])
    rows.append(["not to be had", 7, 0, "n/a", Fraction(1, 10**6), None])
    table = Table("By name [and] more", columns, rows, ["total", 123_456_789, 45_000, Fraction(1), None, None])
    harm = "a|b*c_d`e<b>@all&amp; 50% ::error file=x,line=1::y\r\n::warning::z \x1b[31m\u202e\ufffe]]> 客户\U0001f600"
    findings = (
        Finding("CB001", "no such option: --x", Place("command line"), "see: crmbudget --help"),
        Finding("CB104", harm, Place("a b/plän,1.yaml", 3, 5, 9), harm, -1_234_567, related=((harm, Place("a.yaml", 2)),)),
        Finding(
            "CB305", "money stays unassigned", Place("plan.yaml", 4, 1, 9), "raise a `max`", 10_000, severity=Severity.WARNING
        ),
        Finding("CB407", "no place, no fix", effect="3 customers count as zero", severity=Severity.INFO),
    )  # fmt: skip
    summary = (
        (Column("total", "Total (CNY)", Kind.MONEY), 120_000_000),
        (Column("lines", "Lines", Kind.COUNT), 12),
        (Column("unseen", "", Kind.COUNT), 7),
    )
    return Report(
        "crmbudget.sample",
        "sample",
        blocks=(table, Prose("laid out\n  as it is"), Prose("a sentence that a narrow screen may wrap", folds=True)),
        summary=summary,
        records=Table("", columns[:-1], [row[:-1] for row in rows if row[3] != "n/a"]),
        annexes=(
            ("hostile", Table("", columns[:2], [row[:2] for row in rows])),
            ("empty", Table("", columns[:1], [])),
        ),
        currency=Currency.of("CNY"),
        inputs=(("plan.yaml", "00ff"),),
        findings=findings,
        exit_code=1,
    )


def rendered(name, screen=None):
    return "".join(registry.module("crmbudget.reporting.formats", name).render(sample(), screen or Screen()))


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_shows_the_sample_as_the_golden_file_has_it(name):
    assert_golden(ROOT / "tests/golden" / f"sample.{name}", rendered(name))


@pytest.mark.parametrize("width", [20, 40, 80])
def test_the_table_on_a_narrow_screen(width):
    assert_golden(ROOT / "tests/golden" / f"sample.table.{width}", rendered("table", Screen(width=width)))


def test_the_table_in_colour():
    assert_golden(ROOT / "tests/golden/sample.table.color", rendered("table", Screen(width=100, color=True)))


@pytest.mark.parametrize("name", FORMATS)
def test_no_format_lets_a_control_sign_of_a_name_through(name):
    text = rendered(name)
    assert not {"\x1b", "\u202e", "\x00"} & set(text)


def test_csv_makes_formulas_text_and_leaves_numbers_alone():
    rows = list(csv.DictReader(io.StringIO(rendered("csv"))))
    assert [row["name"][:2] for row in rows[:2]] == ["'=", "'-"]
    assert rows[1]["amount"] == "-0.10"
    assert rows[-1]["amount"] == ""


def test_jsonl_is_one_object_a_line():
    assert [json.loads(line)["name"] for line in rendered("jsonl").splitlines()] == [*HOSTILE, "nothing"]


@pytest.mark.parametrize("screen", [Screen(), Screen(width=30), Screen(width=60, color=True)], ids=str)
def test_the_chinese_names_of_a_table_align(screen):
    from rich.cells import cell_len

    rows = [["重点客户", 1], ["key", 123_456_789], ["ｆｕｌｌ", 12], ["한국어 テスト", 5]]
    table = Table("", (Column("name", "Name"), Column("amount", "Amount", Kind.MONEY)), rows, ["total", 7])
    report = Report("crmbudget.sample", "sample", (table,), currency=Currency.of("CNY"))
    text = "".join(registry.module("crmbudget.reporting.formats", "table").render(report, screen))
    lines = [re.sub("\x1b\\[[0-9;]*m", "", line) for line in text.splitlines()]
    assert {cell_len(line) for line in lines if line.strip()} == {cell_len(lines[0])}


def test_what_has_no_title_is_for_programs_alone():
    assert json.loads(rendered("json"))["summary"]["unseen"] == 7
    assert not [
        name for name in FORMATS if name != "json" and "7" in rendered(name).partition("By name")[0].splitlines()
    ]


def lined(count, text="name", notes=""):
    """A report of so many lines, the last of them a folded one, and two tables that are short."""
    columns = (
        Column("name", "Name"),
        Column("amount", "Amount", Kind.MONEY),
        Column("share", "Share", Kind.PERCENT),
        Column("so_far", "So far", Kind.MONEY, adds=False),
    )
    rows = [[f"{text} {n}", n, Fraction(1, 3), n] for n in range(count - 1)] + [["11 more", 5, None, None]]
    short = Table("Short", columns, [["a", 1, None, 1], ["b", 2, None, 3]])
    long = Table("Long", columns, rows, ["total", 0, None, None], folded=11)
    return Report("crmbudget.sample", "sample", (short, long, Prose(notes), short), currency=Currency.of("CNY"))


def markdown(report):
    return "".join(registry.module("crmbudget.reporting.formats", "markdown").render(report, Screen()))


@pytest.mark.parametrize("count", [5_000, 40_000])
def test_markdown_of_many_lines_fits_a_comment_and_the_hidden_rest_is_there_in_money(count):
    text = markdown(lined(count))
    assert 55_000 < len(text) <= 60_000
    assert text.count("### Short") == 2 == text.count("| b    ")
    shown = [int(number) for number in re.findall(r"\| name (\d+) ", text)]
    assert shown == list(range(len(shown)))
    more = next(line for line in text.splitlines() if " more " in line)
    hidden = count - 1 - len(shown)
    cells = [cell.strip() for cell in more.strip("|").split("|")]
    assert cells[0] == f"{hidden + 11:,} more"
    assert cells[1] == Currency.of("CNY").text(sum(range(len(shown), count - 1)) + 5, grouped=True)
    assert cells[2:] == ["", ""]


def test_markdown_of_few_lines_is_whole():
    text = markdown(lined(900))
    assert len(text) < 60_000
    assert "11 more" in text
    assert text.count("| name ") == 899


def test_markdown_of_endless_texts_is_cut_and_says_so():
    text = markdown(lined(3, notes="a note\n" * 9_999))
    assert len(text) <= 60_000
    assert text.endswith("Cut at 60,000 signs; --format csv or json holds all.\n")
    assert text.count("```") == 2
    assert "| 2 more" in markdown(lined(3, "n" * 90_000)).partition("### Long")[2]


def test_markdown_survives_a_pipe_in_a_name():
    text = rendered("markdown").partition("### By name")[2]
    table = [line for line in text.splitlines() if line.startswith("|")]
    assert len({line.replace("\\|", "").count("|") for line in table if "Name" in line or "a\\|b" in line}) == 1
