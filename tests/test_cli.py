"""Exit codes, streams and bytes: what a script relies on."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from runner import ROOT, bare, here, run

SMALL = ROOT / "examples/small/plan.yaml"
HANDOVER = ROOT / "examples/handover/plan.yaml"
MACHINE = ("json", "jsonl", "csv", "plain")
PEOPLE = ("table", "markdown", "grid", "rst")


def test_the_version_is_one_line():
    ran = run("--version")
    assert (ran.code, ran.out) == (0, "crmbudget 0.1.0\n")


def test_no_arguments_show_the_help_and_are_a_wrong_call():
    ran = run()
    assert ran.code == 2
    assert "allocate" in ran.out


CODES = [
    (0, ["allocate", SMALL]),
    (0, ["check", SMALL, HANDOVER]),
    (0, ["explain", "CB104"]),
    (0, ["explain", "exit-codes"]),
    (0, ["strategies"]),
    (0, ["strategies", "value"]),
    (0, ["schema"]),
    (0, ["allocate", "--help"]),
    (1, ["check", "tests/errors/CB305/plan.yaml", "--fail-on", "warning"]),
    (1, ["allocate", "tests/errors/CB206/plan.yaml", "--fail-on", "info"]),
    (0, ["allocate", "tests/errors/CB206/plan.yaml", "--fail-on", "never"]),
    (2, ["alocate", SMALL]),
    (2, ["allocate"]),
    (2, ["allocate", SMALL, "--nothing"]),
    (2, ["allocate", SMALL, "--format", "jsn"]),
    (2, ["allocate", SMALL, "--fail-on", "errors"]),
    (2, ["allocate", SMALL, "--top", "-1"]),
    (2, ["allocate", SMALL, "--group-by", "segmnt"]),
    (2, ["allocate", SMALL, "--output", "result.doc"]),
    (2, ["allocate", SMALL, "--output", "no/such/folder/result.json"]),
    (2, ["allocate", "nowhere.yaml"]),
    (2, ["allocate", "examples"]),
    (2, ["allocate", "nul\0byte.yaml"]),
    (2, ["explain", "CB999"]),
    (2, ["strategies", "cuont"]),
    (3, ["allocate", "tests/errors/CB104/plan.yaml"]),
    (3, ["check", SMALL, "tests/errors/CB104/plan.yaml"]),
    (3, ["allocate", SMALL, "--by", "cuont"]),
    (3, ["allocate", SMALL, "--set", "total=much"]),
    (4, ["allocate", "tests/errors/CB301/plan.yaml"]),
    (4, ["check", "tests/errors/CB301/plan.yaml"]),
]


@pytest.mark.parametrize(
    ("code", "arguments"),
    CODES,
    ids=lambda value: " ".join(map(str, value))[-60:] if isinstance(value, list) else str(value),
)
def test_exit_codes_mean_what_the_contract_says(code, arguments, monkeypatch, capsys):
    ran = here(monkeypatch, capsys, *arguments)
    assert ran.code == code, ran.err
    assert "Traceback" not in ran.err
    assert code in {0, 1} or ran.err or arguments[0] == "check"


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        pair
        for pair in CODES
        if pair[1][0] in {"allocate", "check"}
        and "--help" not in pair[1]
        and "--format" not in pair[1]
        and "--output" not in pair[1]
    ],
    ids=str,
)
def test_asked_for_json_stdout_is_one_document_whatever_happens(code, arguments, monkeypatch, capsys):
    ran = here(monkeypatch, capsys, *arguments, "--format", "json")
    document = json.loads(ran.out)
    assert document["exit_code"] == code
    assert document["schema"].startswith("crmbudget.")
    assert code < 2 or document["diagnostics"][0]["code"].startswith("CB")


def test_a_failing_run_leaves_its_document_in_the_json_file(tmp_path, monkeypatch, capsys):
    here(monkeypatch, capsys, "allocate", "tests/errors/CB301/plan.yaml", "--output", tmp_path / "result.json")
    assert json.loads((tmp_path / "result.json").read_text("utf-8"))["exit_code"] == 4


@pytest.mark.parametrize("format_", [*MACHINE, *PEOPLE])
def test_two_runs_give_the_same_bytes_anywhere(format_, tmp_path):
    first = run("allocate", HANDOVER, "--format", format_, PYTHONHASHSEED="1", TZ="UTC")
    again = run(
        "allocate",
        HANDOVER,
        "--format",
        format_,
        cwd=tmp_path,
        PYTHONHASHSEED="77",
        TZ="Asia/Shanghai",
        LC_ALL="C",
        LANG="de_DE.UTF-8",
    )
    assert (first.code, again.code) == (0, 0)
    assert first.out == again.out


@pytest.mark.parametrize("format_", [*MACHINE, *PEOPLE])
@pytest.mark.parametrize("encoding", ["gbk", "cp1252", "ascii"])
def test_a_narrow_code_page_never_stops_the_answer(format_, encoding):
    finished = subprocess.run(
        [sys.executable, "-m", "crmbudget", "allocate", HANDOVER, "--format", format_],
        capture_output=True,
        check=False,
        env=bare({"PYTHONIOENCODING": encoding}),
    )
    assert (finished.returncode, finished.stderr) == (0, b"")
    finished.stdout.decode("utf-8" if format_ in {"json", "jsonl"} else encoding)


def test_a_wrong_plan_is_told_in_any_code_page():
    assert "did you mean" in run("check", "tests/errors/CB104/plan.yaml", PYTHONIOENCODING="gbk").out


@pytest.mark.parametrize(
    "environment", [{}, {"NO_COLOR": "1", "FORCE_COLOR": "1"}, {"TERM": "dumb"}, {"LC_ALL": "C"}], ids=str
)
def test_no_escape_codes_off_a_terminal_or_where_colour_is_unwanted(environment):
    assert "\x1b" not in run("allocate", SMALL, **environment).out


def test_colour_is_there_when_it_is_asked_for():
    assert "\x1b[1m" in run("allocate", SMALL, FORCE_COLOR="1").out


@pytest.mark.parametrize("columns", ["20", "40", "60", "80"])
def test_a_narrow_screen_never_cuts_a_number(columns):
    wide, narrow = run("allocate", HANDOVER).out, run("allocate", HANDOVER, COLUMNS=columns).out
    numbers = {word for word in wide.split() if word.endswith(tuple("0123456789")) and "." in word}
    assert numbers <= set(narrow.split())
    assert max(map(len, narrow.splitlines())) <= max(int(columns), 40)


@pytest.mark.skipif(os.name == "nt", reason="closes file descriptors")
def test_it_runs_with_its_streams_closed():
    command = f"{sys.executable} -m crmbudget allocate {SMALL} >&- 2>&-"
    assert subprocess.run(["sh", "-c", command], check=False, env=bare({})).returncode == 0


@pytest.mark.skipif(os.name == "nt", reason="pipes close otherwise there")
def test_a_reader_who_leaves_early_is_no_error():
    command = f"{sys.executable} -m crmbudget allocate {HANDOVER} --format csv; echo $? >&2"
    finished = subprocess.run(
        ["bash", "-c", f"({command}) | true"], capture_output=True, text=True, check=False, env=bare({})
    )
    assert finished.stderr.strip() in {"141", "0"}


@pytest.mark.skipif(os.name == "nt", reason="signals differ")
def test_a_reader_who_leaves_in_the_middle_of_much_is_141(tmp_path):
    plan = tmp_path / "plan.yaml"
    plan.write_text(
        "{currency: CNY, total: 120万, calendar: {start: 2027-01, periods: 2000}, segments: {"
        + ", ".join(f"s{n}: {{customers: {n + 1}}}" for n in range(40))
        + "}}"
    )
    command = f"{sys.executable} -m crmbudget allocate {plan} --format csv; echo $? >&2"
    finished = subprocess.run(
        ["bash", "-c", f"({command}) | head -1"], capture_output=True, text=True, check=False, env=bare({})
    )
    assert (finished.stdout, finished.stderr.strip()) == ("segment,period,amount\n", "141")


@pytest.mark.skipif(os.name == "nt", reason="signals differ")
def test_an_interrupt_is_quiet(tmp_path):
    fifo = tmp_path / "plan.yaml"
    os.mkfifo(fifo)
    child = subprocess.Popen(
        [sys.executable, "-m", "crmbudget", "allocate", fifo],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=bare({}),
    )
    time.sleep(2)
    child.send_signal(signal.SIGINT)
    out, err = child.communicate(timeout=30)
    assert (child.returncode, out, err) == (130, b"", b"")


def test_a_bug_is_told_as_one_and_shown_with_debug(monkeypatch, capsys):
    from crmbudget.allocation import cascade

    def broken(*_):
        raise ZeroDivisionError("oops")

    monkeypatch.setattr(cascade, "allocate", broken)
    ran = here(monkeypatch, capsys, "allocate", SMALL)
    assert (ran.code, ran.out) == (70, "")
    assert "a bug in crmbudget: ZeroDivisionError: oops" in ran.err
    with pytest.raises(ZeroDivisionError):
        here(monkeypatch, capsys, "allocate", SMALL, "--debug")


def test_one_run_writes_several_files_and_leaves_stdout_alone(tmp_path, monkeypatch, capsys):
    targets = [tmp_path / name for name in ("a.json", "a.csv", "a.md", "a.jsonl", "a.tsv", "a.txt", "a.rst")]
    outputs = [word for target in targets for word in ("--output", target)]
    ran = here(monkeypatch, capsys, "allocate", SMALL, *outputs)
    assert (ran.code, ran.out) == (0, "")
    assert all(target.read_text("utf-8") for target in targets)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(target.name for target in targets)


def test_a_dash_is_standard_output_and_the_format_wins_over_the_ending(tmp_path, monkeypatch, capsys):
    ran = here(monkeypatch, capsys, "allocate", SMALL, "-o", "-", "-o", tmp_path / "a.txt", "-f", "csv")
    assert ran.out == (tmp_path / "a.txt").read_text("utf-8")
    assert ran.out.startswith("segment,category,activity,period,amount\n")


OVERRIDES = [
    ("total=1.5m", "1500000.00"),
    ("reserve=0", "1200000.00"),
    ("segments.key.value=0", "1200000.00"),
    ("calendar={start: 2028-01}", "1200000.00"),
]


@pytest.mark.parametrize(("override", "total"), OVERRIDES)
def test_an_override_changes_the_plan_for_one_run(override, total, monkeypatch, capsys):
    extra = ["--set", "activities.gifts.when=[2028-02]"] if "2028" in override else []
    document = json.loads(here(monkeypatch, capsys, "allocate", SMALL, "--set", override, *extra, "-f", "json").out)
    assert document["summary"]["total"] == total


def test_an_override_that_is_wrong_says_so(monkeypatch, capsys):
    assert "--set totl=5" in here(monkeypatch, capsys, "allocate", SMALL, "--set", "totl=5").err
    assert here(monkeypatch, capsys, "allocate", SMALL, "--set", "total.x=5").code == 2


def test_a_finding_in_an_override_points_at_the_override(monkeypatch, capsys):
    steps = "allocate=[{by: formula, across: segment, formula: customers / 0}]"
    told = here(monkeypatch, capsys, "allocate", HANDOVER, "--set", steps).err
    assert f"--> --set {steps}\n" in told
    assert "plan.yaml:" not in told


def test_an_override_leaves_the_places_of_its_neighbours(monkeypatch, capsys):
    told = here(monkeypatch, capsys, "check", "tests/errors/CB210/plan.yaml", "--set", "segments.key.customers=50").out
    assert "plan.yaml:5:3\n" in told


def test_a_note_without_a_line_names_none(monkeypatch, capsys):
    ran = here(monkeypatch, capsys, "allocate", HANDOVER, "--set", "limits=[{category: gift, max: 5%}]")
    assert "\nthe limit category=gift <= 5% moved 41,103.74 CNY" in ran.out


def test_by_replaces_the_steps(monkeypatch, capsys):
    document = json.loads(
        here(monkeypatch, capsys, "allocate", HANDOVER, "--by", "count", "--set", "limits=[]", "-f", "json").out
    )
    assert [sorted(line) for line in document["results"]] == [["amount", "owner", "segment"]] * 3


def test_group_by_sums_the_lines(monkeypatch, capsys):
    document = json.loads(
        here(monkeypatch, capsys, "allocate", HANDOVER, "--group-by", "owner,category", "-f", "json").out
    )
    assert len(document["results"]) == 14
    cents = sum(int(line["amount"].replace(".", "")) for line in document["results"])
    assert cents == 110_400_000


def test_the_envelope_is_the_contract(monkeypatch, capsys):
    document = json.loads(here(monkeypatch, capsys, "allocate", HANDOVER, "-f", "json").out)
    assert list(document) == [
        "schema",
        "schema_version",
        "tool",
        "command",
        "currency",
        "inputs",
        "summary",
        "results",
        "diagnostics",
        "exit_code",
    ]
    assert (document["schema"], document["schema_version"], document["command"], document["currency"]) == (
        "crmbudget.allocation",
        "1.0",
        "allocate",
        "CNY",
    )
    assert document["summary"] | {"lines": 0} == {
        "total": "1200000.00",
        "reserve": "96000.00",
        "allocated": "1104000.00",
        "unassigned": "0.00",
        "lines": 0,
    }
    assert set(document["results"][0]) == {"segment", "category", "activity", "channel", "period", "owner", "amount"}
    assert len(document["results"]) == document["summary"]["lines"]


def test_gifts_stay_under_their_cap_and_segments_stay_as_they_were(monkeypatch, capsys):
    def cents(*extra):
        document = json.loads(here(monkeypatch, capsys, "allocate", HANDOVER, "-f", "json", *extra).out)
        return {tuple(line.values())[:-1]: int(line["amount"].replace(".", "")) for line in document["results"]}

    assert cents("--group-by", "category")[("gift",)] == 5_520_000
    assert cents("--group-by", "segment") == cents("--group-by", "segment", "--set", "limits=[]")


def test_the_progress_bar_stays_away_from_pipes(monkeypatch, capsys):
    from crmbudget.commands import _progress

    monkeypatch.setattr(_progress, "AFTER", -1.0)
    assert here(monkeypatch, capsys, "allocate", SMALL).err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert "sharing out [" in here(monkeypatch, capsys, "allocate", SMALL).err
