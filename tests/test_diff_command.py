"""What ``crmbudget diff`` answers: verdict, findings, exit codes, and the same numbers in every format."""

import csv
import io
import json
import re

import pytest

from crmbudget import read_plan
from runner import ROOT, here

SMALL = "examples/small/plan.yaml"
PLAN = """\
currency: CNY
total: 1000
reserve: 10%
segments: {a: {name: 甲, value: 60, owner: li}, b: {value: 40}}
activities: {g: {category: gift, weight: 1}, v: {category: event, weight: 3}}
"""


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Writes plans under the names given, and runs the command among them."""

    def running(*arguments, **files):
        for name, text in files.items():
            (tmp_path / f"{name}.yaml").write_text(text, "utf-8")
        return here(monkeypatch, capsys, "diff", *arguments, cwd=tmp_path)

    return running


def document(ran):
    return json.loads(ran.out)


def cents(text):
    return int(text.replace(".", ""))


VERDICTS = [
    (("total: 1000", "total: 1250"), "Budget +250.00 CNY (+25.0%): 1,000.00 -> 1,250.00; 250.00 move"),
    (("total: 1000", "total: 990"), "Budget -10.00 CNY (-1.0%): 1,000.00 -> 990.00; 10.00 move"),
    (("total: 1000", "total: -1000"), "Budget -2,000.00 CNY (-200.0%): 1,000.00 -> -1,000.00; 2,000.00 move"),
    (("weight: 3", "weight: 1"), "Budget unchanged at 1,000.00 CNY; 225.00 move"),
    (("owner: li", "owner: wang"), "No amount changes; 540.00 CNY change owner"),
    (("category: gift", "category: event"), "No amount changes; 225.00 CNY change category"),
    (("name: 甲", "name: 乙"), "No change in money"),
]


@pytest.mark.parametrize(("change", "verdict"), VERDICTS)
def test_the_verdict_comes_first(run, change, verdict):
    ran = run("old.yaml", "new.yaml", old=PLAN, new=PLAN.replace(*change))
    assert (ran.code, ran.out.splitlines()[0], ran.err) == (0, verdict, "")


def test_from_nothing_there_is_no_percent(run):
    ran = run("old.yaml", "new.yaml", old=PLAN.replace("1000", "0"), new=PLAN)
    assert ran.out.startswith("Budget +1,000.00 CNY: 0.00 -> 1,000.00; 1,000.00 move\n")
    assert document(run("old.yaml", "new.yaml", "--format", "json"))["summary"]["change_percent"] is None


def test_every_part_of_the_answer_is_shown(run):
    new = PLAN.replace("total: 1000", "total: 1200").replace("weight: 3", "weight: 1").replace("value: 40", "value: 20")
    ran = run("old.yaml", "new.yaml", old=PLAN, new=new)
    assert ran.out.startswith("""\
Budget +200.00 CNY (+20.0%): 1,000.00 -> 1,200.00; 335.00 move

               Before     After  Change      %
----------------------------------------------
Total (CNY)  1,000.00  1,200.00  200.00  20.0%
Reserve        100.00    120.00   20.00  20.0%
Allocated      900.00  1,080.00  180.00  20.0%

Causes
""")
    assert "1. total: 1000 -> 1200          new.yaml:2  200.00  segment: a +108.00, b +72.00" in ran.out
    assert "3. activities.v.weight: 3 -> 1  new.yaml:5  270.00  activity: g +270.00, v -270.00" in ran.out
    assert "Cause by cause" in ran.out
    assert re.search(r"a +甲 +540.00 +810.00 +270.00 +50.0%", ran.out)


def test_json_holds_all_and_it_adds_up(run):
    new = (
        PLAN.replace("total: 1000", "total: 1234.56")
        .replace("weight: 3", "weight: 2")
        .replace("b: {value: 40}", "c: {value: 33}")
    )
    ran = run("old.yaml", "new.yaml", "--format", "json", old=PLAN, new=new)
    found = document(ran)
    summary, causes = found["summary"], found["causes"]
    assert (found["schema"], found["command"], found["exit_code"], found["currency"]) == (
        "crmbudget.diff",
        "diff",
        0,
        "CNY",
    )
    assert [one["path"] for one in found["inputs"]] == ["old.yaml", "new.yaml"]
    assert (summary["before_total"], summary["after_total"], summary["change"]) == ("1000.00", "1234.56", "234.56")
    assert (summary["change_percent"], summary["before_lines"], summary["after_lines"]) == ("23.46", 4, 4)
    assert [cause["number"] for cause in causes] == list(range(1, summary["causes"] + 1))
    assert causes[0] == {"number": 1, "what": "total: 1000 -> 1234.56", "path": "new.yaml", "line": 2, "before": "1000",
                         "after": "1234.56", "moved": "234.56"}  # fmt: skip
    assert causes[-2] | {"moved": ""} == {"number": 4, "what": "segments.b: gone", "path": "old.yaml", "line": 4, "before": None,
                                          "after": None, "moved": ""}  # fmt: skip
    assert causes[-1]["what"] == "rounding"
    for word in ("before", "after"):
        assert cents(summary[f"{word}_total"]) == sum(
            cents(summary[f"{word}_{part}"]) for part in ("reserve", "allocated", "unassigned")
        )
    for by in ("segment", "category", "activity", "owner"):
        moves = {row[by]: cents(row["change"]) for row in found["moves"] if row[by] is not None}
        effects = [row for row in found["effects"] if row["by"] == by]
        assert sum(cents(row["amount"]) for row in effects) == 234_56
        for member, change in moves.items():
            assert sum(cents(row["amount"]) for row in effects if row[by] == member) == change
        assert sum(cents(row["amount"]) for row in effects if row["row"] == "reserve") == 23_46
    assert sum(cents(row["change"]) for row in found["results"]) == sum(
        cents(row["change"]) for row in found["moves"] if row["segment"]
    )


def test_results_are_the_lines_that_changed(run):
    found = document(
        run("old.yaml", "--set", "segments.a.value=60", "--set", "activities.g.weight=1", "--format", "json", old=PLAN)
    )
    assert (found["results"], found["summary"]["moved"]) == ([], "0.00")
    found = document(
        run("old.yaml", "--set", "segments.b=~", "--set", "segments={a: {value: 60}}", "--format", "json", old=PLAN)
    )
    assert [(row["segment"], row["activity"], row["before"], row["after"]) for row in found["results"]] == [
        ("a", "g", "135.00", "225.00"), ("a", "v", "405.00", "675.00"), ("b", "g", "90.00", None), ("b", "v", "270.00", None),
    ]  # fmt: skip


def test_rows_by_the_coordinates_that_are_asked_for(run):
    ran = run(
        "old.yaml", "--set", "activities.v.weight=1", "--group-by", "segment,category", "--format", "csv", old=PLAN
    )
    assert list(csv.reader(io.StringIO(ran.out))) == [
        ["segment", "category", "before", "after", "change"],
        ["a", "event", "405.00", "270.00", "-135.00"],
        ["a", "gift", "135.00", "270.00", "135.00"],
        ["b", "event", "270.00", "180.00", "-90.00"],
        ["b", "gift", "90.00", "180.00", "90.00"],
    ]
    shown = run("old.yaml", "--set", "activities.v.weight=1", "--group-by", "segment,category", "--top", "2")
    assert "By segment, category" in shown.out
    assert re.search(r"2 more +360.00 +360.00 +0.00 +0.0%", shown.out)
    assert "a / gift +135.00, b / gift +90.00, a / event -135.00, b / event -90.00" in shown.out
    wrong = run("old.yaml", "--set", "total=1", "--group-by", "segmnt")
    assert (wrong.code, "did you mean `segment`?" in wrong.err) == (2, True)


def test_folded_rows_keep_their_money(run):
    segments = ", ".join(f"s{number:02d}: {{value: {number + 1}}}" for number in range(30))
    old = f"{{currency: CNY, total: 465, segments: {{{segments}}}}}"
    ran = run("old.yaml", "--set", "total=930", "--top", "3", old=old)
    assert re.search(r"27 more +378.00 +756.00 +378.00 +100.0%", ran.out)
    assert re.search(r"total +465.00 +930.00 +465.00 +100.0%", ran.out)
    settings = [part for number in range(5) for part in ("--set", f"segments.s{number:02d}.value={40 + number}")]
    ran = run("old.yaml", "--set", "total=930", *settings, "--top", "2")
    assert "\n4 more\n" in ran.out
    ran = run("old.yaml", "--set", "total=930", *settings[:4], "--top", "2")
    assert re.search(r"28 more( +-?[0-9.]+)+\n", ran.out)


def test_new_and_gone_members_are_marked(run):
    ran = run("old.yaml", "new.yaml", old=PLAN, new=PLAN.replace("b: {value: 40}", "c: {value: 40}"))
    assert re.search(r"c +360.00 +360.00 +new", ran.out)
    assert re.search(r"b +360.00 +-360.00 +-100.0% +gone", ran.out)


def test_the_reserve_and_what_is_unassigned_are_told(run):
    bounded = f"{PLAN}allocate: [{{by: value, max: {{a: 100, b: 100}}}}, {{by: activity}}]\n"
    ran = run("old.yaml", "new.yaml", "--format", "json", old=PLAN, new=bounded)
    found = document(ran)
    assert (found["summary"]["after_unassigned"], found["summary"]["moved"]) == ("700.00", "700.00")
    rows = [
        (row["cause"], row["row"], row["amount"])
        for row in found["effects"]
        if row["by"] == "segment" and row["row"] == "unassigned"
    ]
    assert sum(cents(amount) for _, _, amount in rows) == 700_00
    assert "warning[CB305]: 700.00 CNY stay unassigned" in ran.err
    assert run("new.yaml", "--set", "total=1000", "--format", "json").err == ""
    assert "Unassigned" in run("old.yaml", "new.yaml").out


@pytest.mark.parametrize(
    ("most", "total", "code"),
    [("50", "1050", 0), ("50", "1050.01", 1), ("5%", "1050", 0), ("5%", "1050.01", 1), ("0", "1000", 0), ("0%", "1000.01", 1),
     ("5万", "51000", 0), ("5k", "6000.01", 1), ("50", "900", 0)],
)  # fmt: skip
def test_an_increase_over_the_threshold_fails(run, most, total, code):
    ran = run("old.yaml", "--set", f"total={total}", "--fail-on-increase", most, old=PLAN)
    assert (ran.code, "CB602" in ran.err) == (code, bool(code))
    assert run("old.yaml", "--set", f"total={total}", "--fail-on-increase", most, "--fail-on", "never").code == 0


@pytest.mark.parametrize(
    ("most", "word"),
    [("x", "is not an amount"), ("0.05", "write 5%"), ("-3", "less than nothing"), ("1.001", "more decimals")],
)
def test_a_threshold_that_is_none_is_refused(run, most, word):
    ran = run("old.yaml", "--set", "total=1", f"--fail-on-increase={most}", old=PLAN)
    assert (ran.code, word in ran.err) == (2, True)


@pytest.mark.parametrize(
    ("setting", "code"), [("total=1001", 1), ("activities.v.weight=4", 1), ("name=x", 0), ("segments.a.owner=wang", 1)]
)
def test_the_exit_code_tells_whether_money_moved(run, setting, code):
    assert run("old.yaml", "--set", setting, "--exit-code", old=PLAN).code == code
    assert run("old.yaml", "--set", setting, old=PLAN).code == 0


def test_what_keeps_two_plans_from_being_compared(run):
    ran = run("old.yaml", "new.yaml", "--format", "json", old=PLAN, new=PLAN.replace("CNY", "JPY"))
    assert (ran.code, document(ran)["diagnostics"][0]["code"], document(ran)["schema"]) == (
        3,
        "CB603",
        "crmbudget.diff",
    )
    ran = run(
        "old.yaml",
        "new.yaml",
        "--format",
        "json",
        old=PLAN.replace("1000", "x"),
        new=PLAN.replace("weight: 1", "weight: y"),
    )
    assert (ran.code, [one["path"] for one in document(ran)["diagnostics"]]) == (3, ["new.yaml", "old.yaml"])
    clash = f"{PLAN}limits: [{{segment: a, min: 800}}, {{segment: b, min: 800}}]\n"
    ran = run("old.yaml", "new.yaml", "--format", "json", old=PLAN, new=clash)
    assert (ran.code, document(ran)["exit_code"], document(ran)["results"]) == (4, 4, [])
    assert run("old.yaml").code == 2
    assert run("old.yaml", "nothing.yaml").code == 2
    assert run("nothing.yaml", "old.yaml").code == 2


def test_two_plans_of_ready_lines_are_compared_by_their_lines(run, tmp_path):
    plan = "currency: CNY\ncalendar: {start: 2027-01, periods: 2}\nlines: {from: %s.csv}\n"
    old = "segment,owner,period,amount\na,li,2027-01,10\nb,li,2027-01,20\nb,li,2027-02,5\n"
    (tmp_path / "one.csv").write_text(old)
    (tmp_path / "two.csv").write_text(old.replace("b,li,2027-01,20", "b,li,2027-01,22").replace("a,li", "a,wang"))
    ran = run("old.yaml", "new.yaml", "--format", "json", old=plan % "one", new=plan % "two")
    found = document(ran)
    assert [(cause["what"], cause["path"], cause["line"], cause["moved"]) for cause in found["causes"]] == [
        ("segments.a.owner: li -> wang", "two.csv", None, "0.00"), ("lines: 1 of 3 lines differ", "two.csv", None, "2.00"), ("rounding", None, None, "0.00"),
    ]  # fmt: skip
    held = [plan % "one" + f"total: {total}\nreserve: {reserve}\n" for total, reserve in ((50, 5), (60, 6))]
    causes = document(run("old.yaml", "new.yaml", "--format", "json", old=held[0], new=held[1]))["causes"]
    assert [cause["what"] for cause in causes] == ["total: 50 -> 60", "reserve: 5 -> 6", "rounding"]
    causes = document(
        run("old.yaml", "new.yaml", "--format", "json", old=plan % "one", new=plan % "one" + "reserve: 7\n")
    )["causes"]
    assert [(cause["what"], cause["moved"]) for cause in causes] == [
        ("reserve: 0.00 -> 7", "7.00"),
        ("rounding", "0.00"),
    ]
    causes = document(
        run("old.yaml", "new.yaml", "--format", "json", old=plan % "one", new=plan % "one" + "total: 99\n")
    )["causes"]
    assert [(cause["what"], cause["moved"]) for cause in causes] == [
        ("total: 35.00 -> 99", "64.00"),
        ("rounding", "0.00"),
    ]
    (tmp_path / "two.csv").write_text("segment,channel,period,amount\na,x,2027-01,10\n")
    causes = document(run("old.yaml", "new.yaml", "--format", "json", old=plan % "one", new=plan % "two"))["causes"]
    both = document(
        run("old.yaml", "new.yaml", "--format", "json", old=plan % "one" + "total: 99\n", new=plan % "two")
    )["causes"]
    assert [cause["what"].partition(":")[0] for cause in both] == ["segments.a.owner", "lines", "rounding"]
    assert [cause["what"] for cause in causes] == [
        "segments.a.owner: li -> none",
        "lines: other columns: segment, channel, period",
        "rounding",
    ]


def test_ready_lines_and_shared_money_are_compared_too(run, tmp_path):
    (tmp_path / "one.csv").write_text("segment,period,amount\na,2027-01,600\nb,2027-01,300\n")
    lines = "{currency: CNY, calendar: {start: 2027-01, periods: 1}, lines: {from: one.csv}}"
    found = document(run("old.yaml", "new.yaml", "--format", "json", old=PLAN, new=lines))
    assert [cause["what"] for cause in found["causes"]] == ["lines: ready lines", "rounding"]
    assert (found["causes"][0]["path"], found["causes"][0]["moved"]) == ("one.csv", "160.00")
    assert sum(cents(row["amount"]) for row in found["effects"] if row["by"] == "segment") == -100_00
    back = document(run("new.yaml", "old.yaml", "--format", "json"))
    assert back["causes"][0]["what"] == "lines: steps, no longer ready lines"
    told = run("old.yaml", "new.yaml").out
    assert "only the older plan is split by category and activity and owner, so nothing is compared by it" in told
    assert "only the newer plan is split by period" in told


def test_markdown_is_a_comment_with_a_verdict_and_a_marker(run):
    ran = run("old.yaml", "--set", "total=2000", "--format", "markdown", old=PLAN)
    assert ran.out.splitlines()[:4] == [
        "**Budget +1,000.00 CNY (+100.0%): 1,000.00 -&gt; 2,000.00; 1,000.00 move**", "", "<!-- crmbudget diff: old.yaml -->", "",
    ]  # fmt: skip
    assert "<details>" not in ran.out
    assert (
        run("old.yaml", "old.yaml", "--format", "markdown").out
        == "**No change in money**\n\n<!-- crmbudget diff: old.yaml -->\n\n"
    )


def test_a_long_comment_fits_and_closes_its_tables(run):
    segments = ", ".join(f"segment-{number:04d}: {{value: {number + 1}}}" for number in range(1500))
    old = f"{{currency: CNY, total: 465000, segments: {{{segments}}}}}"
    ran = run("old.yaml", "--set", "total=9300000", "--top", "100000", "--format", "markdown", old=old)
    assert 30_000 < len(ran.out) <= 60_000
    assert "<details><summary>By segment</summary>" in ran.out
    assert re.search(r"[0-9,]+ more +\|", ran.out)


def test_names_are_no_markup_in_a_comment(run, tmp_path):
    hostile = "a|b*c_d`e<!-- x -->@all"
    plan = json.dumps(
        {"currency": "CNY", "total": "100", "segments": {hostile: {"value": "1"}, "\x1b[31m": {"value": "1"}}}
    )
    (tmp_path / "a--><b>.yaml").write_text(plan)
    ran = run("a--><b>.yaml", "--set", "total=200", "--format", "markdown")
    assert ran.code == 0
    assert "<!-- crmbudget diff: a--&gt;&lt;b&gt;.yaml -->" in ran.out
    assert "<b>" not in ran.out
    assert "@all" not in ran.out
    assert "\x1b" not in ran.out
    assert ran.out.count("<!--") == 1


@pytest.mark.parametrize("width", ["40", "80", "120"])
def test_it_fits_on_a_narrow_screen(run, width, monkeypatch):
    ran = run("old.yaml", old=PLAN)  # the runner clears the environment, so the width is set below
    monkeypatch.setattr(
        "crmbudget.delivery._screen",
        lambda _stream: __import__("crmbudget.reporting.report", fromlist=["Screen"]).Screen(int(width)),
    )
    ran = run("old.yaml", "--set", "total=2000", "--set", "segments.a.value=99")
    assert max(map(len, ran.out.splitlines())) <= int(width)


@pytest.mark.parametrize("name", ["plain", "rst", "grid", "jsonl"])
def test_other_formats_hold_the_rows(run, name):
    ran = run("old.yaml", "--set", "total=2000", "--format", name, old=PLAN)
    assert (ran.code, ran.err) == (0, "")
    assert "540.00" in ran.out or "405.00" in ran.out


@pytest.mark.parametrize("example", ["small", "handover", "telco", "philadelphia", "earned-value", "price-volume-mix"])
def test_an_example_differs_from_itself_in_nothing(example, monkeypatch, capsys):
    path = f"examples/{example}/plan.yaml"
    ran = here(monkeypatch, capsys, "diff", path, path, "--exit-code")
    assert (ran.code, ran.out.splitlines()[0]) == (0, "No change in money")
    text = (ROOT / path).read_text("utf-8")
    assert read_plan(text).draft is not None


def test_a_plan_of_many_lines_says_where_causes_were_not_looked_for(run, monkeypatch):
    monkeypatch.setattr("crmbudget.comparing.reach.WORK_MAX", 1)
    ran = run("old.yaml", "--set", "activities.v.weight=1", old=PLAN)
    assert "1 change moves no money by segment: activities.v.weight: 3 -> 1" in ran.out
    assert (
        "causes are not found by category and activity, for the plans have many lines: --group-by category finds them"
        in ran.out
    )
