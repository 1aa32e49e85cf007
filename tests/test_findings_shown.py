"""Findings are one value: shown alike in every format, the most money first, and what is left out is told as money."""

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkers import CHECKERS
from crmbudget import delivery, registry, wording
from crmbudget.finding import Finding, Place, Severity, ordered
from crmbudget.money import Currency
from crmbudget.refusal import targets
from crmbudget.reporting.localized import localized
from crmbudget.reporting.pointing import fingerprints
from crmbudget.reporting.report import Report, Screen
from crmbudget.reporting.views.findings import findings_report
from runner import ROOT, here

CNY = Currency.of("CNY")
PROGRAMS = ("concise", "github", "gitlab", "junit", "sarif")


def found(count, severity=Severity.ERROR, code="CB104"):
    """So many findings, each on a line of its own, the n-th with n major units of money."""
    return [
        Finding(code, f"`k{n}` is wrong", Place("plan.yaml", n, 1, 3), "mend it", n * 100, severity=severity)
        for n in range(1, count + 1)
    ]


def checked(findings, **fields):
    return findings_report("check", findings, lambda _: [], currency=CNY, **fields)


def shown(format_, report, screen=None):
    return "".join(registry.module("crmbudget.reporting.formats", format_).render(report, screen or Screen()))


@pytest.mark.parametrize(
    ("count", "last"),
    [
        (9, ""),
        (10, ""),
        (11, "and 1 more: 1 error, 1.00 CNY in them, not shown here"),
        (500, "and 490 more: 490 errors, 120,295.00 CNY in them, not shown here"),
    ],
)
def test_github_gets_the_ten_with_the_most_money_and_hears_of_the_rest(count, last):
    lines = shown("github", checked(found(count))).splitlines()
    assert [int(re.search(r"`k(\d+)`", line)[1]) for line in lines] == list(range(count, max(0, count - 10), -1))
    assert lines[-1].endswith(last or "fix: mend it")
    assert all("more" not in line for line in lines[:-1])


def test_github_counts_each_kind_for_itself():
    report = checked([*found(12), *found(11, Severity.WARNING), *found(3, Severity.INFO)])
    lines = shown("github", report).splitlines()
    assert [line.split()[0] for line in lines] == [*["::error"] * 10, *["::warning"] * 10, *["::notice"] * 3]
    assert [line for line in lines if "more" in line] == [lines[9], lines[19]]


def test_an_annotation_has_a_line_and_no_column_that_is_not_known():
    places = [
        Place("a.yaml"),
        Place("a.yaml", 3),
        Place("a.yaml", 3, 4),
        Place("a.yaml", 3, 4, 9),
        Place("--set x=1"),
        None,
    ]
    lines = [shown("github", Report("s", "check", findings=(Finding("CB104", "m", place),))) for place in places]
    assert [line.partition("title=CB104")[2].partition("::")[0] for line in lines] == [
        ",file=a.yaml,line=1",
        ",file=a.yaml,line=3",
        ",file=a.yaml,line=3,col=4,endColumn=4",
        ",file=a.yaml,line=3,col=4,endColumn=8",
        ",line=1",
        ",line=1",
    ]


@given(st.text(max_size=60), st.text(max_size=20), st.text(max_size=20))
def test_no_text_breaks_a_format(message, path, fix):
    finding = Finding("CB104", message or "m", Place(path or "p", 3, 1), fix or None, 5)
    report = checked(
        [finding, Finding("CB305", message, Place("--x"), severity=Severity.WARNING)], inputs=((path, ""),)
    )
    for format_ in ("github", "gitlab", "junit", "sarif", "csv", "json", "jsonl", "markdown"):
        assert CHECKERS[format_](shown(format_, report)) == 2, format_


@given(st.permutations(found(6)), st.integers(1, 50), st.integers(0, 10**6))
def test_a_fingerprint_stays_when_lines_move_and_amounts_change(findings, down, more):
    def prints(moved, money):
        texts = [
            Finding(one.code, f"{one.message}: {money + n:,}.00 CNY, {n + money}% (line {n + moved})",
                    Place("plan.yaml", n + moved, 1))
            for n, one in enumerate(findings)
        ]  # fmt: skip
        return fingerprints(texts, [one.place for one in texts])

    assert prints(0, 0) == prints(down, more)
    assert len(set(prints(0, 0))) == 6


def test_what_is_the_same_twice_has_two_fingerprints_and_names_have_their_own():
    same = [Finding("CB104", "again", Place("p", line)) for line in (9, 4)]
    first, second = fingerprints(same, [one.place for one in same])
    assert first != second
    assert fingerprints(same[1:], [same[1].place]) == [second]
    names = [Finding("CB104", text, Place("p", 1)) for text in ("`a1`", "`a2`", "in 2027-01", "in 2027-02", "A1", "A2")]
    assert len(set(fingerprints(names, [one.place for one in names]))) == 6


def test_gitlab_and_sarif_know_a_finding_by_the_same_fingerprint():
    report = checked(found(5))
    results = json.loads(shown("sarif", report))["runs"][0]["results"]
    assert [one["fingerprint"] for one in json.loads(shown("gitlab", report))] == [
        one["partialFingerprints"]["crmbudget/v1"] for one in results
    ]
    assert results[0]["properties"] == {"fix": "mend it", "money": "5.00", "currency": "CNY"}


@pytest.mark.parametrize(
    ("fails_from", "failures"),
    [(Severity.ERROR, 2), (Severity.WARNING, 5), (Severity.INFO, 6), (None, 0)],
    ids=["error", "warning", "info", "never"],
)
def test_junit_fails_what_makes_the_run_fail(fails_from, failures):
    report = checked([*found(2), *found(3, Severity.WARNING), *found(1, Severity.INFO)])
    text = shown("junit", replace(report, fails_from=fails_from))
    assert CHECKERS["junit"](text) == 6
    assert (text.count("<failure "), text.count("<system-out>")) == (failures, 6 - failures)


EMPTY = {"concise": "", "github": "", "gitlab": "[]\n", "json": None, "junit": None, "sarif": None}


@pytest.mark.parametrize("format_", EMPTY)
def test_nothing_found_is_a_document_too(format_):
    text = shown(format_, checked([]))
    assert CHECKERS[format_](text) == 0
    assert EMPTY[format_] in {None, text}
    assert "no findings" in shown("junit", checked([]))


def test_a_wrong_call_is_told_of_the_invocation_since_no_file_shows_it():
    report = Report("s", "check", findings=(Finding("CB001", "no such option", Place("command line")),), exit_code=2)
    run = json.loads(shown("sarif", report))["runs"][0]
    assert run["results"] == []
    assert run["invocations"][0]["executionSuccessful"] is False
    assert run["invocations"][0]["toolConfigurationNotifications"][0]["descriptor"] == {"id": "CB001"}


@pytest.mark.parametrize(
    ("path", "uri"),
    [("a b/ü.yaml", "a%20b/%C3%BC.yaml"), ("/x/y.yaml", "file:///x/y.yaml"), ("C:/x y.yaml", "file:///C:/x%20y.yaml")],
)
def test_a_path_of_any_kind_is_a_reference(path, uri):
    text = shown("sarif", Report("s", "check", findings=(Finding("CB104", "m", Place(path, 1)),)))
    assert f'"uri": "{uri}"' in text
    assert CHECKERS["sarif"](text) == 1


CUT = [
    (20, 20, ""),
    (21, 21, ""),
    (22, 20, "and 2 more: 2 errors, 3.00 CNY in them; --top 22 shows all"),
    (500, 20, "and 480 more: 480 errors, 115,440.00 CNY in them; --top 500 shows all"),
]


@pytest.mark.parametrize(("count", "kept", "line"), CUT, ids=lambda value: str(value)[:20])
@pytest.mark.parametrize("format_", ["table", "grid"])
def test_a_screen_shows_the_most_money_and_sums_up_the_rest(format_, count, kept, line):
    text = shown(format_, checked(found(count)))
    assert text.count("error[CB104]") == kept
    assert line in text
    assert text.endswith(f"{count} errors\n")
    assert ("more:" in re.sub("= more:", "", text)) == bool(line)


@pytest.mark.parametrize("format_", ["json", "jsonl", "csv", "plain", "gitlab", "junit", "sarif", "concise"])
def test_programs_get_every_finding(format_):
    assert CHECKERS[format_](shown(format_, checked(found(500)))) == 500


def test_markdown_says_the_verdict_first_and_cuts_the_smallest_money():
    text = shown("markdown", checked(found(5000)))
    assert text.startswith("**5000 errors**\n")
    assert len(text) <= 60_000
    rows = [int(n) for n in re.findall(r"\\`k(\d+)\\`", text)]
    assert rows == list(range(5000, 5000 - len(rows), -1))
    hidden = 5000 - len(rows)
    cells = [cell.strip() for cell in next(line for line in text.splitlines() if "more" in line).strip("|").split("|")]
    assert cells == [f"{hidden:,} more", "", "", "", CNY.text(sum(range(hidden + 1)) * 100, grouped=True), ""]


def test_a_page_of_numbers_lists_its_findings_before_them(monkeypatch, capsys):
    ran = here(monkeypatch, capsys, "allocate", "tests/errors/CB305/plan.yaml", "--format", "markdown")
    assert ran.out.index("### 1 warning") < ran.out.index("| warning ") < ran.out.index("### By segment")
    assert "CB305" not in here(monkeypatch, capsys, "allocate", "tests/errors/CB305/plan.yaml").out


def test_standard_error_tells_twenty_and_sums_up_the_rest(capsys):
    delivery.tell(ordered(found(500)), checked(found(500)))
    delivery.tell(ordered(found(500)), checked(found(500)), briefly=True)
    told = capsys.readouterr().err
    assert told.count("error[CB104]") == 40
    assert told.count("and 480 more: 480 errors, 115,440.00 CNY in them; --format concise tells all\n500 errors") == 2


def test_the_top_findings_are_as_many_as_asked_for(monkeypatch, capsys):
    ran = here(monkeypatch, capsys, "check", "tests/errors/CB104/plan.yaml", "tests/errors/CB105/plan.yaml",
               "tests/errors/CB106/plan.yaml", "--top", "1")  # fmt: skip
    assert ran.out.count("error[") == 1
    assert "and 2 more: 2 errors; --top 3 shows all\n" in ran.out
    assert ran.out.endswith("3 errors\n")


PATHS = [
    "{root}/tests/errors/CB104/plan.yaml",
    "tests/errors/CB104/plan.yaml",
    "./tests/errors/../errors/CB104/plan.yaml",
]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("format_", ["github", "gitlab", "junit", "sarif"])
def test_services_get_paths_from_the_root_of_the_repository(format_, path, tmp_path, monkeypatch, capsys):
    (tmp_path / "repo/.git").mkdir(parents=True)
    (tmp_path / "repo/tests").symlink_to(ROOT / "tests")
    words = ["check", path.format(root=tmp_path / "repo"), "--format", format_]
    text = here(monkeypatch, capsys, *words, cwd=tmp_path / "repo").out
    assert "tests/errors/CB104/plan.yaml" in text
    assert str(tmp_path) not in text
    assert "../" not in text


def test_a_file_of_no_repository_is_named_from_where_we_are(tmp_path, monkeypatch):
    from crmbudget.commands._actuals import from_root

    (tmp_path / "plan.yaml").write_text("x")
    monkeypatch.chdir(tmp_path)
    assert from_root(str(tmp_path / "plan.yaml")) == "plan.yaml"
    assert from_root("no\\such.yaml") == "no/such.yaml"
    assert from_root("command line") == "command line"


TARGETS = [
    ("", []),
    ("--format pdf", []),
    ("--format table", [("-", "table")]),
    ("--format json", [("-", "json")]),
    ("--format=json --format sarif", [("-", "sarif")]),
    ("-fjson", [("-", "json")]),
    ("-f gitlab -o a.json", [("a.json", "gitlab")]),
    ("-oa.json --output b.xml", [("a.json", "json"), ("b.xml", "junit")]),
    ("-o a.doc --output=a.sarif", [("a.sarif", "sarif")]),
    ("-o - --format csv", [("-", "csv")]),
    ("-o -", [("-", "table")]),
    ("-- --format json", []),
    ("actuals.csv -o actuals.csv", []),
    ("--plan=x ./actuals.csv --output=actuals.csv", []),
    ("--format", []),
]


@pytest.mark.parametrize(("words", "expected"), TARGETS)
def test_what_was_asked_for_is_read_from_any_command_line(words, expected):
    assert targets(["variance", *words.split()]) == expected


@pytest.mark.parametrize("command", ["allocate", "check", "diff", "variance"])
@pytest.mark.parametrize("code", [0, 1, 3, 4])
def test_a_step_summary_gets_the_report_and_what_failed(command, code, tmp_path, monkeypatch, capsys):
    from test_matrix import CASES

    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    ran = here(monkeypatch, capsys, command, *CASES[command][code], "--step-summary")
    text = summary.read_text("utf-8")
    assert ran.code == code
    assert text.startswith("before\n\n")
    assert CHECKERS["markdown"](text) or not code
    assert len(text) > 50


def test_a_step_summary_needs_a_step(monkeypatch, capsys):
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    ran = here(monkeypatch, capsys, "allocate", "examples/small/plan.yaml", "--step-summary")
    assert (ran.code, ran.out) == (2, "")
    assert "error[CB001]: --step-summary: the environment variable GITHUB_STEP_SUMMARY names no file" in ran.err
    assert "= fix:   use it in a step of a GitHub workflow; elsewhere say --output summary.md" in ran.err


def test_a_step_summary_that_cannot_be_written_is_a_wrong_call_and_one_document(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path))
    ran = here(monkeypatch, capsys, "allocate", "examples/small/plan.yaml", "--step-summary", "--format", "json")
    assert (ran.code, json.loads(ran.out)["exit_code"]) == (2, 2)


@pytest.mark.parametrize("before", [0, 1_040_000, 1_047_000])
def test_a_step_summary_stays_under_a_mebibyte(before, tmp_path, monkeypatch, capsys):
    summary = tmp_path / "summary.md"
    summary.write_text("x" * before)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    findings = [Finding("CB104", f"`客户{n}` 是错的", Place("计划.yaml", n), "改", n * 100) for n in range(1, 4_001)]
    delivery.write_summary(checked(findings))
    text = summary.read_text("utf-8")[before:]
    assert summary.stat().st_size <= 1024 * 1024
    if before < 1_047_000:
        assert text.startswith("\n**4000 errors**")
        assert " more " in text
        assert "客户4000" in text
    else:
        assert text == ""
        assert capsys.readouterr().err == "the summary of this step is full: nothing was appended\n"


def test_a_plan_of_another_currency_keeps_its_money(tmp_path, monkeypatch, capsys):
    text = (ROOT / "tests/errors/CB305/plan.yaml").read_text("utf-8")
    (tmp_path / "a.yaml").write_text(text)
    (tmp_path / "b.yaml").write_text(text.replace("CNY", "JPY"))
    ran = here(monkeypatch, capsys, "check", "a.yaml", "b.yaml", cwd=tmp_path)
    assert ran.out.count("= money: 20.00 CNY\n") == 1
    assert ran.out.count("= money: 20 JPY\n") == 1


def test_the_examples_of_the_docs_are_what_the_formats_give(monkeypatch, capsys):
    page = (ROOT / "docs/output.md").read_text("utf-8")
    for format_ in PROGRAMS:
        text = here(monkeypatch, capsys, "variance", "examples/handover/actuals.csv", "--format", format_).out
        example = re.search(rf"\*\*{format_}\*\*.*?```text\n(.*?)\n```", page, re.DOTALL)[1]
        assert example in text, format_


@pytest.mark.parametrize("format_", ["concise", "github", "markdown", "rst", "table", "grid"])
def test_findings_are_said_in_no_language_alone(format_, monkeypatch, capsys):
    from unsaid import speak_wordless, unsaid

    speak_wordless(monkeypatch)
    wording.read_in("zh")
    summed = [*found(30), Finding("CB305", "`m`", Place("p", 1), "`f`", effect="`e`", severity=Severity.WARNING)]
    text = shown(format_, localized(checked(summed, notes=["`n`"])))
    delivery.tell(ordered(summed), checked(summed))
    ran = here(monkeypatch, capsys, "variance", "examples/handover/actuals.csv", "--format", format_)
    given = re.sub("is wrong|mend it", "", text + ran.out + ran.err)
    assert "k30" in text
    assert unsaid(given) == []
