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
        Column("bar", "", Kind.BAR),
    )
    rows = [[name, (-1) ** n * 10**n, n * 1000, Fraction(n, 9), Fraction(n, 9)] for n, name in enumerate(HOSTILE)]
    rows.append(["nothing", None, None, None, None])
    table = Table("By name [and] more", columns, rows, ["total", 123_456_789, 45_000, Fraction(1), None])
    finding = Finding(
        "CB305",
        "money stays unassigned",
        Place("plan.yaml", 4, 1, 9),
        "raise a `max`",
        10_000,
        severity=Severity.WARNING,
    )
    summary = ((Column("total", "Total (CNY)", Kind.MONEY), 120_000_000), (Column("lines", "Lines", Kind.COUNT), 12))
    records = Table("", columns[:-1], [row[:-1] for row in rows])
    return Report(
        "crmbudget.sample",
        "sample",
        (table, Prose("laid out\n  as it is")),
        summary,
        records,
        Currency.of("CNY"),
        (("plan.yaml", "00ff"),),
        (finding,),
        1,
    )


def rendered(name, screen=None):
    return "".join(registry.module("crmbudget.reporting.formats", name).render(sample(), screen or Screen()))


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_shows_the_sample_as_the_golden_file_has_it(name):
    assert_golden(ROOT / "tests/golden" / f"sample.{name}", rendered(name))


@pytest.mark.parametrize("width", [40, 80])
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


def test_markdown_survives_a_pipe_in_a_name():
    table = [line for line in rendered("markdown").splitlines() if line.startswith("|")]
    assert len({line.replace("\\|", "").count("|") for line in table if "Name" in line or "a\\|b" in line}) == 1
