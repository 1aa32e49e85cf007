"""TAB offers what may stand at the cursor, in every shell, quoted so that no shell ever runs a word of a plan."""

import os
import re
import shutil
import subprocess
import sys

import pytest
import typer

from crmbudget import calling, registry, wording
from crmbudget.completing import SHELLS, script
from crmbudget.completing.answer import answer
from crmbudget.completing.declared import COMMANDS, names
from crmbudget.completing.offer import OFFERS_MAX
from crmbudget.completing.offering import FORMATS, TAKES, Line, offers
from crmbudget.finding import explanations
from runner import here, run
from terminal import STARTS, terminal

ODD = [
    "two words", "重点客户", "it's", 'say "hi"', "$(touch x)", "`touch y`", "a;touch z&b|c>d<e", "back\\slash", "bang!bang",
    "~tilde", "#hash", "eq=ual", "colon:ed", "comma,ed", "star*[q]?", "{br,ace}", "(par)", "%per^cent", "-dash", "quo’te",
    "$HOME", "w  two", "trail ", "e\u0301", "🎁",
]  # fmt: skip
UNSEEN = ["new\nline", "tab\there", "esc\x1b[31m", "nul\u200b"]
PLAN = """currency: EUR
total: 1000
calendar: {start: 2027-11, periods: 3}
segments:
%s
  key: {name: Key clients, value: 5, owner: ann}
activities:
  gifts: {name: Gifts, category: gift, owner: bo}
channels:
  email: {weight: 1}
scenarios: {down turn: {total: 5}}
allocate: [{by: value}]
"""


def quoted(text):
    signs = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\x1b": "\\e"}
    return f'"{"".join(signs.get(sign, sign) for sign in text)}"'


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with a plan of odd ids, a broken one, a file of actuals, and a name with spaces."""
    monkeypatch.setenv("CRMBUDGET_LANG", "en")
    monkeypatch.delenv("CRMBUDGET_PLAN", raising=False)
    place = tmp_path / "place"
    place.mkdir()
    ids = "\n".join(f"  {quoted(one)}: {{value: 1}}" for one in ODD + UNSEEN)
    (place / "plan.yaml").write_text(PLAN % ids, "utf-8")
    (place / "broken.yaml").write_text("total: [1\nsegments: {a: {}, b: {value: \n", "utf-8")
    (place / "my plan's.yaml").write_text("total: 1", "utf-8")
    (place / "actuals.csv").write_text("amount\n", "utf-8")
    (place / "result.json").write_text("{}", "utf-8")
    (place / "sub dir").mkdir()
    monkeypatch.chdir(place)
    return place


def offered(line):
    """What is offered at the end of a line, without its first word."""
    *words, word = re.split(" (?! )", line) if line else [""]
    return [one.text for one in offers(words, word)]


@pytest.mark.parametrize("command", names())
def test_every_option_that_typer_takes_is_offered_with_its_help(command):
    app = typer.Typer(add_completion=False)
    app.command()(calling.for_typer(registry.module(COMMANDS, command).run))
    taken = [one for one in typer.main.get_command(app).params if one.opts[0].startswith("-")]
    own = {name for one in taken for name in (*one.opts, *one.secondary_opts)} | {"--lang", "--help", "--debug"}
    assert set(offered(f"{command} -")) == own
    assert set(offered(f"{command} --")) == {name for name in own if name.startswith("--")}
    assert all(one.help for one in offers((command,), "--"))


def test_every_command_is_offered_with_its_help():
    assert offered("") == list(registry.own_names(COMMANDS))
    assert all(one.help for one in offers((), ""))


SINGLE = [
    ("al", ["allocate"]),
    ("-", ["--lang", "--help", "--debug", "--version"]),
    ("--lang ", ["en", "zh"]),
    ("--lang zh al", ["allocate"]),
    ("allocate ", ["broken.yaml", "my plan's.yaml", "plan.yaml", "sub dir/"]),
    ("allocate ./pl", ["./plan.yaml"]),
    ("allocate plan.yaml ", []),
    ("allocate plan.yaml --gr", ["--group-by"]),
    ("allocate --group-by segment --gr", []),
    ("allocate --set a=1 --se", ["--set"]),
    ("allocate --by v", ["value"]),
    ("allocate --by=v", ["--by=value"]),
    ("allocate --top ", []),
    ("allocate --top=", []),
    ("allocate --prices=", []),
    ("allocate --nothing=", []),
    ("allocate -- --", []),
    ("allocate plan.yaml --group-by ", ["segment", "category", "activity", "channel", "period", "owner"]),
    ("allocate plan.yaml --group-by segment,per", ["segment,period"]),
    ("allocate --group-by=segment,seg", []),
    ("allocate --fail-on ", ["error", "warning", "info", "never"]),
    ("allocate plan.yaml --scenario ", ["down turn", "base"]),
    ("explain CB104", ["CB104"]),
    ("explain owner-m", ["owner-missing"]),
    ("explain plan.yaml seg", ["segment="]),
    ("explain plan.yaml segment=k", ["segment=key"]),
    ("explain plan.yaml segment=key seg", []),
    ("explain plan.yaml activity=", ["activity=gifts"]),
    ("explain plan.yaml channel=", ["channel=email"]),
    ("explain plan.yaml category=", ["category=gift"]),
    ("explain plan.yaml owner=", ["owner=ann", "owner=bo"]),
    ("explain plan.yaml period=", ["period=2027-11", "period=2027-12", "period=2028-01"]),
    ("explain plan.yaml nothing=", []),
    ("explain broken.yaml segment=", ["segment=a", "segment=b"]),
    ("explain missing.yaml segment=", []),
    ("check plan.yaml --set ca", ["calendar."]),
    ("check plan.yaml --set calendar.", ["calendar.start=", "calendar.periods="]),
    ("check plan.yaml --set total=", ["total=1000"]),
    ("check plan.yaml --set allocate.0.", ["allocate.0.by="]),
    ("check plan.yaml pl", ["plan.yaml"]),
    ("variance ", ["actuals.csv", "sub dir/"]),
    ("variance actuals.csv --plan pl", ["plan.yaml"]),
    ("variance actuals.csv --as-of ", ["2027-11", "2027-12", "2028-01"]),
    ("variance actuals.csv --owner ", ["ann", "bo"]),
    ("variance --forecast b", ["blend"]),
    ("show ", ["result.json", "sub dir/"]),
    ("strategies fo", ["formula"]),
    ("completion ", ["bash", "fish", "powershell", "zsh"]),
    ("nothing ", list(registry.own_names(COMMANDS))),
]


@pytest.mark.parametrize(("line", "expected"), SINGLE, ids=[line or "nothing" for line, _ in SINGLE])
@pytest.mark.usefixtures("folder")
def test_what_fits_is_offered_and_nothing_else(line, expected):
    assert sorted(offered(line)) == sorted(expected)


def test_the_families_are_offered_whole(folder):  # noqa: ARG001 - the folder one stands in
    assert offered("allocate --format ") == list(registry.own_names(FORMATS))
    assert offered("allocate --by ") == list(registry.own_names("crmbudget.allocation.strategies"))
    endings = {one for name in registry.own_names(FORMATS) for one in registry.module(FORMATS, name).ENDINGS}
    assert set(offered("allocate plan.yaml -o out")) == {f"out{ending}" for ending in endings}
    assert {"plan", "findings"} <= {one.text for one in TAKES["schema name"](Line("schema", ""))}
    codes = {one for one in explanations() if one.startswith("CB")}
    assert set(offered("explain C")) == codes


def test_branches_and_tags_are_offered(folder):
    def git(*words):
        subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b", *words], cwd=folder, check=True)

    assert offered("diff plan.yaml --base-ref ") == ["HEAD"]
    git("init", "-q", "-b", "main")
    git("commit", "-q", "--allow-empty", "-m", "first")
    git("tag", "v1")
    assert offered("diff plan.yaml --base-ref ") == ["HEAD", "main", "v1"]


@pytest.mark.usefixtures("folder")
def test_ids_are_offered_but_those_that_a_terminal_cannot_show():
    assert set(offered("explain plan.yaml segment=")) == {f"segment={one}" for one in ["key", *ODD]}


def test_the_plan_at_hand_is_the_named_one_then_that_of_the_environment_then_the_nearest(folder, monkeypatch):
    inner = folder / "sub dir"
    monkeypatch.chdir(inner)
    assert offered("variance x.csv --scenario ") == ["down turn", "base"]
    (folder / "other.yaml").write_text("scenarios: {other: {}}", "utf-8")
    monkeypatch.setenv("CRMBUDGET_PLAN", str(folder / "other.yaml"))
    assert offered("variance x.csv --scenario ") == ["other", "base"]
    (inner / "third.yaml").write_text("scenarios: {third: {}}", "utf-8")
    assert offered("variance x.csv --plan third.yaml --scenario ") == ["third", "base"]


@pytest.mark.skipif(not shutil.which("sh"), reason="no POSIX shell here")
@pytest.mark.parametrize("quote", ["", "'", '"'])
def test_what_bash_puts_on_the_line_reads_back_as_the_id(quote, folder):
    line = f"crmbudget explain plan.yaml {quote}segment="
    told = answer(["bash", line, "segment=" if quote else ""]).splitlines()[1:]
    # An open quote is closed by bash itself, unless the word ends in one.
    whole = [
        (f"{quote}{word}" if word.endswith(quote) else f"{quote}{word}{quote}") if quote else f"segment={word}"
        for word in told
    ]
    read = subprocess.run(
        ["sh", "-c", f"printf '%s\\n' {' '.join(whole)}"], cwd=folder, capture_output=True, check=True
    )
    assert sorted(read.stdout.decode().splitlines()) == sorted(f"segment={one}" for one in ["key", *ODD])
    assert not {"x", "y", "z&b"} & {file.name for file in folder.iterdir()}


@pytest.mark.usefixtures("folder")
def test_a_word_for_powershell_is_plain_or_in_single_quotes(monkeypatch):
    monkeypatch.setenv("CRMBUDGET_WORDS", "segment=\nexplain\nplan.yaml")
    rows = [line.split("\t") for line in answer(["powershell"]).splitlines()]
    read = {name: re.sub("(['’])\\1", r"\1", word[1:-1]) if word[0] == "'" else word for word, name, _ in rows}
    assert read == {one: f"segment={one}" for one in ["key", *ODD]}
    plain = r"[^\s'’\"`$(){};,|&<>@#*?!\[\]]+"
    assert [word for word, *_ in rows if not re.fullmatch(rf"'(?:[^'’]|''|’’)*'|{plain}", word)] == []


@pytest.mark.parametrize(
    ("shell", "given", "told"),
    [
        ("bash", ["crmbudget al", "al"], "space\nallocate\n"),
        ("bash", ["crmbudget explain plan.yaml seg", "seg"], "nospace\nsegment=\n"),
        ("bash", ["crmbudget allocate --no", "--no"], ""),
        (
            "zsh",
            ["", "--to", "allocate"],
            "-\t--top\t--top  Rows of a long table to show; the rest is summed on one line.\n",
        ),
        ("zsh", ["", "segment=重", "explain", "plan.yaml"], "-\tsegment=重点客户\t重点客户\n"),
        ("fish", ["segment=k", "explain", "plan.yaml"], "segment=key\tKey clients\n"),
        ("fish", ["'segment=it", "explain", "plan.yaml"], "segment=it's\t\n"),
    ],
)
@pytest.mark.usefixtures("folder")
def test_each_shell_is_answered_in_its_own_form(shell, given, told):
    assert answer([shell, *given]) == told


def test_help_is_told_in_the_readers_language(monkeypatch):
    monkeypatch.setenv("CRMBUDGET_LANG", "zh")
    assert answer(["fish", "al"]) == "allocate\t把计划的钱分到每一分。\n"
    assert answer(["fish", "--he", "check"]) == "--help\t显示此帮助并退出。\n"
    wording.read_in("en")


STRANGE = [
    [], ["bash"], ["bash", "'"], ["bash", "\\", ""], ["zsh"], ["fish"], ["powershell"], ["tcsh", "x"], ["bash", "\udcff", "\udcff"],
    ["bash", "crmbudget explain /dev/zero.yaml segment=", ""], ["fish", "--set=" + "a." * 5000, "check", "plan.yaml"],
]  # fmt: skip


@pytest.mark.parametrize("given", STRANGE, ids=range(len(STRANGE)))
def test_tab_is_quiet_whatever_is_asked(given, tmp_path):
    ran = run("__complete", *given, cwd=tmp_path, CRMBUDGET_LANG="xx", CRMBUDGET_PLAN="/dev/zero", COLUMNS="40")
    assert (ran.code, ran.err) == (0, "")


@pytest.mark.parametrize("encoding", ["gbk", "ascii", "cp1252"])
def test_words_are_utf_8_whatever_the_stream_is(encoding, folder):
    given = ["-m", "crmbudget", "__complete", "fish", "segment=重", "explain", "plan.yaml"]
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    ran = subprocess.run([sys.executable, *given], cwd=folder, env=environment, capture_output=True, check=True)
    assert (ran.stdout, ran.stderr) == ("segment=重点客户\t\n".encode(), b"")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with a name here")
def test_a_plan_that_is_no_file_is_not_waited_for(folder):
    os.mkfifo(folder / "pipe.yaml")
    assert offered("explain pipe.yaml segment=") == []


def test_of_very_many_ids_so_many_are_offered_that_what_all_begin_with_stays(folder):
    many = "".join(f"  c{number:06}: {{value: {number}}}\n" for number in range(50_000))
    (folder / "many.yaml").write_text(f"total: 5\nsegments:\n{many}activities:\n  gifts: {{category: gift}}\n", "utf-8")
    found = offered("explain many.yaml segment=")
    assert (len(found), found[0], found[-1]) == (OFFERS_MAX, "segment=c000000", "segment=c049999")
    assert offered("explain many.yaml segment=c0424") == [f"segment=c0424{number:02}" for number in range(100)]
    assert offered("explain many.yaml activity=") == ["activity=gifts"]


@pytest.mark.parametrize("shell", SHELLS)
def test_completion_prints_the_script_as_it_is(shell, monkeypatch, capsys):
    ran = here(monkeypatch, capsys, "completion", shell)
    assert (ran.code, ran.out) == (0, f"{script(shell)}\n")
    assert script(shell).isascii()


def test_an_unknown_shell_is_told_with_those_that_there_are(monkeypatch, capsys):
    ran = here(monkeypatch, capsys, "completion", "zhs")
    assert (ran.code, ran.out) == (2, "")
    assert "`zsh`" in ran.err


TYPED = [
    ("crmbudget alloc\t", ["allocate"]),
    ("crmbudget allocate --gr\t", ["allocate", "--group-by"]),
    ("crmbudget allocate --format=mark\t", ["allocate", "--format=markdown"]),
    ("crmbudget allocate my\t", ["allocate", "my plan's.yaml"]),
    ("crmbudget allocate ~/my\t", ["allocate", "{home}/my plan's.yaml"]),
    ("crmbudget explain plan.yaml seg\ttw\t", ["explain", "plan.yaml", "segment=two words"]),
    ("crmbudget explain plan.yaml segment=重\t", ["explain", "plan.yaml", "segment=重点客户"]),
    ("crmbudget explain plan.yaml segment=it\t", ["explain", "plan.yaml", "segment=it's"]),
    ("crmbudget explain plan.yaml 'segment=it\t", ["explain", "plan.yaml", "segment=it's"]),
    ("crmbudget explain plan.yaml segment=say\t", ["explain", "plan.yaml", 'segment=say "hi"']),
    ("crmbudget explain plan.yaml 'segment=$(\t", ["explain", "plan.yaml", "segment=$(touch x)"]),
    ('crmbudget explain plan.yaml "segment=\\$(\t', ["explain", "plan.yaml", "segment=$(touch x)"]),
    ("crmbudget explain plan.yaml segment=\\`\t", ["explain", "plan.yaml", "segment=`touch y`"]),
    ("crmbudget explain plan.yaml segment=a\t", ["explain", "plan.yaml", "segment=a;touch z&b|c>d<e"]),
    ("crmbudget explain plan.yaml segment=back\t", ["explain", "plan.yaml", "segment=back\\slash"]),
    ("crmbudget explain plan.yaml segment=ban\t", ["explain", "plan.yaml", "segment=bang!bang"]),
    ('crmbudget explain plan.yaml "segment=ban\t', ["explain", "plan.yaml", "segment=bang!bang"]),
    ("crmbudget explain plan.yaml segment=eq=\t", ["explain", "plan.yaml", "segment=eq=ual"]),
    ("crmbudget explain plan.yaml segment=colon:\t", ["explain", "plan.yaml", "segment=colon:ed"]),
    ("crmbudget explain plan.yaml segment=star\t", ["explain", "plan.yaml", "segment=star*[q]?"]),
    ("crmbudget explain plan.yaml segment=tra\t", ["explain", "plan.yaml", "segment=trail "]),
    ("crmbudget explain plan.yaml --scenario=do\t", ["explain", "plan.yaml", "--scenario=down turn"]),
    ("echo | crmbudget --lang=z\t che\t", ["--lang=zh", "check"]),
]


@pytest.mark.parametrize("shell", STARTS)
def test_in_a_real_shell_tab_puts_the_word_on_the_line_and_runs_nothing(shell, folder, tmp_path):
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")
    programs = tmp_path / "programs"
    programs.mkdir()
    before = sorted(folder.iterdir())
    expected = [
        (line, [word.format(home=folder) if "{home}" in word else word for word in words]) for line, words in TYPED
    ]
    with terminal(shell, folder, programs) as screen:
        assert [(line, screen.words(line)) for line, _ in TYPED] == expected
    assert sorted(path for path in folder.iterdir() if path.name[0] != ".") == before
