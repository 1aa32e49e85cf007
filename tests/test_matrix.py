"""Every command in every format with every exit code: standard output is one document of that format, and nothing else."""

import io
import re
import subprocess
import sys

import pytest

from checkers import CHECKERS
from crmbudget import delivery, registry
from crmbudget.cli import main
from crmbudget.reporting.report import Screen
from runner import ROOT, TODAY, bare, here, run

FORMATS = registry.own_names("crmbudget.reporting.formats")
COMMANDS = registry.own_names("crmbudget.commands")
WITHOUT_FORMAT = {
    "schema": "its answer is one JSON document, whatever is asked for",
    "completion": "its answer is a script of a shell",
}
"""Commands without --format, each with the reason."""
SMALL = "examples/small/plan.yaml"
ACTUALS = "examples/handover/actuals.csv"
WARNED, WRONG, TIGHT = (f"tests/errors/{code}/plan.yaml" for code in ("CB305", "CB104", "CB301"))
STORED = "tests/cases/stored"
QUICK = ["--no-sensitivity"]
CASES = {
    "allocate": {
        0: [SMALL], 1: [WARNED, "--fail-on", "warning"], 2: [SMALL, "--nothing"], 3: [WRONG], 4: [TIGHT],
    },
    "check": {
        0: [SMALL], 1: [WARNED, "--fail-on", "warning"], 2: ["nowhere/plan.yaml", "--as-of", "x"], 3: [WRONG, SMALL], 4: [TIGHT],
    },
    "diff": {
        0: [SMALL, "--set", "total=1.25m"], 1: [SMALL, "--set", "total=1.5m", "--fail-on-increase", "5%"], 2: [SMALL],
        3: [SMALL, WRONG], 4: [SMALL, TIGHT],
    },
    "explain": {0: [SMALL, "segment=key"], 2: [SMALL, "segment=kye"], 3: [WRONG, "segment=key"], 4: [TIGHT, "segment=key"]},
    "init": {
        0: ["nowhere", "--dry-run"], 2: ["examples/small", "--dry-run"], 3: ["nowhere", "--from", "tests/errors/CB413/customers.csv"],
    },
    "scenarios": {
        0: [SMALL, *QUICK], 2: [SMALL, "--by", "x"], 3: [WRONG], 4: [TIGHT],
    },
    "show": {
        0: [f"{STORED}/allocation.json"], 1: [f"{STORED}/variance.json", "--fail-on", "error"], 2: ["nowhere.json"],
        3: [f"{STORED}/later.json"], 4: [f"{STORED}/conflict.json", "--fail-on", "error"],
    },
    "strategies": {0: [], 2: ["cuont"]},
    "variance": {
        0: [ACTUALS, "--fail-on", "never"], 1: [ACTUALS], 2: [ACTUALS, "--forecast", "x"], 3: [ACTUALS, "--plan", WRONG],
        4: [ACTUALS, "--plan", TIGHT],
    },
}  # fmt: skip
"""For each command an answer of each exit code that it can give."""
RUNS = [pytest.param(name, code, id=f"{name}-{code}") for name, codes in CASES.items() for code in codes]
ANSWERED = {"check": {2}, "show": {2, 3}}
"""Commands whose answer the findings are, each with the exit codes on which it gives none."""
BARE = {"table", "grid"}
"""The formats of a terminal, where standard error has told the findings."""


def test_every_command_and_every_format_is_in_the_matrix():
    """A new command belongs into CASES, or with a reason into WITHOUT_FORMAT; a new format into CHECKERS."""
    assert set(COMMANDS) <= {*CASES, *WITHOUT_FORMAT}
    assert set(FORMATS) == set(CHECKERS)


@pytest.mark.parametrize(("command", "code"), RUNS)
def test_standard_output_is_one_document_of_the_format_and_nothing_else(command, code, monkeypatch, capsys):
    expected = None
    for format_ in ("json", *FORMATS):
        ran = here(monkeypatch, capsys, command, *CASES[command][code], "--format", format_)
        assert ran.code == code, ran.err
        assert "\x1b" not in ran.out + ran.err
        count = CHECKERS[format_](ran.out)
        expected = count if format_ == "json" else expected
        if format_ in {"gitlab", "junit", "sarif", "concise"}:
            assert count == expected, format_
        if code > 1:
            assert expected
            assert (ran.out == "") == (format_ in BARE and (command not in ANSWERED or code in ANSWERED[command]))
            assert format_ in BARE | {"rst"} or count == expected, format_


REPAIRED = [
    ("--diff", 0, SMALL),
    ("--diff", 1, WRONG),
    ("--diff", 4, TIGHT),
    ("--fix", 0, WRONG),
    ("--fix", 4, TIGHT),
    ("--fix", 3, "tests/errors/CB109/plan.yaml"),
]


@pytest.mark.parametrize(("option", "code", "plan"), REPAIRED)
def test_a_repaired_plan_is_one_document_of_each_format_too(option, code, plan, tmp_path, monkeypatch, capsys):
    for format_ in FORMATS:
        copy = tmp_path / f"{format_}.yaml"
        copy.write_bytes((ROOT / plan).read_bytes())
        ran = here(monkeypatch, capsys, "check", copy, option, "--format", format_)
        assert (ran.code, ran.err) == (code, ""), format_
        assert CHECKERS[format_](ran.out) in {None, 0 if code < 2 else 1}, format_
    assert here(monkeypatch, capsys, "check", tmp_path / "none.yaml", option, "--format", "json").code == 2


@pytest.mark.parametrize("name", WITHOUT_FORMAT)
def test_a_command_without_formats_says_so(name, monkeypatch, capsys):
    assert here(monkeypatch, capsys, name, "--format", "csv").code == 2


@pytest.mark.parametrize("code", [2, 3])
def test_a_failing_run_leaves_a_document_in_every_file(code, tmp_path, monkeypatch, capsys):
    named = {"json": "a.json", "markdown": "a.md", "csv": "a.csv", "plain": "a.tsv", "jsonl": "a.jsonl", "sarif": "a.sarif",
             "junit": "a.xml", "rst": "a.rst", "table": "a.txt"}  # fmt: skip
    outputs = [word for name in named.values() for word in ("--output", tmp_path / name)]
    ran = here(monkeypatch, capsys, "allocate", *CASES["allocate"][code], *outputs)
    assert (ran.code, ran.out) == (code, "")
    for format_, name in named.items():
        text = (tmp_path / name).read_text("utf-8")
        assert CHECKERS[format_](text) in {1, None}
        assert "CB104" in text or "CB001" in text


@pytest.mark.parametrize("command", ["allocate", "diff", "explain", "scenarios", "variance"])
def test_forty_columns_never_cut_a_number(command, monkeypatch, capsys):
    """Every amount of the JSON answer that a wide table shows is whole in a narrow one."""
    words = [command, *CASES[command][0], "--top", "99"]
    amounts = set(re.findall(r'"(-?\d+\.\d\d)"', here(monkeypatch, capsys, *words, "--format", "json").out))

    def shown(width):
        monkeypatch.setattr(delivery, "_screen", lambda _: Screen(width=width))
        numbers = re.findall(r"(?<![\d.,])-?\d[\d,]*\.\d\d(?!\d)", here(monkeypatch, capsys, *words).out)
        return amounts & {number.replace(",", "") for number in numbers}

    assert len(shown(None)) >= 4
    assert shown(40) == shown(None)


ENCODED = [("gbk", "check", 3), ("cp1252", "variance", 1), ("ascii", "diff", 4)]


@pytest.mark.parametrize(("encoding", "command", "code"), ENCODED)
@pytest.mark.parametrize("format_", ["concise", "junit"])
def test_a_narrow_code_page_never_stops_an_answer(encoding, command, code, format_, tmp_path):
    folder = tmp_path / "客户"
    folder.mkdir()
    (folder / "plan.yaml").write_text((ROOT / WRONG).read_text("utf-8").replace("resreve", "保留"), encoding="utf-8")
    words = [word.replace(WRONG, str(folder / "plan.yaml")) for word in CASES[command][code]]
    ran = subprocess.run(
        [sys.executable, "-m", "crmbudget", command, *words, "--format", format_], cwd=ROOT, capture_output=True, check=False,
        env=bare({"PYTHONIOENCODING": encoding}),
    )  # fmt: skip
    assert ran.returncode == code, ran.stderr
    assert CHECKERS[format_](ran.stdout.decode("utf-8" if format_ == "junit" else encoding))


ENCODINGS = ("gbk", "cp1252", "ascii")


@pytest.mark.parametrize(("command", "code"), RUNS)
def test_no_code_page_stops_an_answer_in_chinese(command, code, monkeypatch):
    """The streams refuse what their code page cannot hold, as those of a terminal do; each format meets one, tables meet all."""
    for number, format_ in enumerate([*FORMATS, "table", "table", "concise", "concise"]):
        encoding = ENCODINGS[number % len(ENCODINGS)]
        streams = [io.TextIOWrapper(io.BytesIO(), encoding) for _ in range(2)]
        for name, stream in zip(("stdout", "stderr"), streams, strict=True):
            monkeypatch.setattr(sys, name, stream)
        monkeypatch.chdir(ROOT)
        monkeypatch.setenv("SOURCE_DATE_EPOCH", TODAY)
        words = [command, *CASES[command][code], "--format", format_, "--lang", "zh"]
        assert main([str(word) for word in words]) == code
        for stream in streams:
            stream.flush()
        is_utf8 = getattr(registry.module("crmbudget.reporting.formats", format_), "UTF8", False)
        texts = [
            streams[0].buffer.getvalue().decode("utf-8" if is_utf8 else encoding),
            streams[1].buffer.getvalue().decode(encoding),
        ]
        assert "\x1b" not in "".join(texts)
        assert code < 2 or any(texts)


def test_no_colour_even_where_it_is_forced():
    ran = run("check", WRONG, "--format", "table", NO_COLOR="1", FORCE_COLOR="1")
    assert "\x1b" not in ran.out + ran.err


def test_every_format_is_named_in_the_help(monkeypatch, capsys):
    shown = here(monkeypatch, capsys, "check", "--help").out
    assert all(re.search(rf"\b{name}\b", shown) for name in FORMATS)
