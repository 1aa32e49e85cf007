"""A stored answer is shown as the command would have shown it, and whatever else is in the file is a finding."""

import csv
import io
import json
import re
import zlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answers import NUMBERED, RUNS, answer, call, document
from crmbudget import registry
from crmbudget.finding import Refused, explanations
from crmbudget.reporting.envelope import read_envelope
from crmbudget.reporting.formats import json as as_json
from crmbudget.reporting.report import Screen
from crmbudget.reporting.views.stored import stored_report
from runner import run
from test_matrix import CASES

PROGRAMS = ("csv", "jsonl", "plain", "concise", "github", "gitlab", "junit", "sarif")
"""The formats in which a stored answer is what the command wrote itself, sign by sign."""
SMALL = ("", ("allocate", "examples/small/plan.yaml"))


@pytest.fixture
def stored(tmp_path):
    """Writes a text to a file, and gives its path."""

    def write(text):
        path = tmp_path / "result.json"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def asked(words):
    """The level that a command was asked to fail on."""
    return words[words.index("--fail-on") + 1] if "--fail-on" in words else "error"


@pytest.mark.parametrize(("folder", "words"), NUMBERED)
def test_programs_get_what_the_command_gave_and_the_same_exit_code(folder, words, stored):
    code, text = answer(folder, words)
    path = stored(text)
    level = ("--fail-on", asked(words))
    assert call(folder, "show", path, "--format", "json", *level)[:2] == (code, text)
    # Each answer meets three of the formats, and each format a third of the answers.
    first = zlib.crc32(repr((folder, words)).encode()) % len(PROGRAMS)
    for form in (PROGRAMS * 2)[first : first + 3]:
        own = call(folder, *words, "--format", form)
        # Edits of a plan's text are no part of a JSON answer, so that what is shown later offers none.
        told = re.sub(r', "fixes": \[.*?\]\}\]\}\]', "", own[1]) if form == "sarif" else own[1]
        assert call(folder, "show", path, "--format", form, *level)[:2] == (own[0], told)
    assert call(folder, "show", path)[0] == 0


@pytest.mark.parametrize(("folder", "words"), NUMBERED)
def test_what_is_read_of_an_answer_is_all_of_it(folder, words):
    """The report that is made of a document gives the document again, without having kept it."""
    text = answer(folder, words)[1]
    envelope = read_envelope(text, "result.json")
    contract = registry.module(
        "crmbudget.reporting.contracts", envelope.values["schema"].removeprefix("crmbudget.")
    ).CONTRACT
    report = replace(stored_report(envelope, contract, top=10, fails_from=None), stored="")
    assert "".join(as_json.render(report, Screen())) == text


AMOUNT = re.compile(r"(?<![\d.,])-?\d{1,3}(?:,\d{3})*\.\d\d(?!\d)")
OWN_FIGURES = {"diff", "scenarios", "explain", "variance"}
"""Their tables are laid out anew, from the lists of the document."""


@pytest.mark.parametrize("form", ["table", "markdown"])
@pytest.mark.parametrize("command", ["allocate", "diff", "explain", "scenarios", "variance"])
def test_people_see_the_figures_of_the_answer(command, form, stored):
    words = (command, *CASES[command][0])
    text = answer("", words)[1]
    shown = set(AMOUNT.findall(call("", "show", stored(text), "--format", form, "--top", "999")[1]))
    own = set(AMOUNT.findall(call("", *words, "--format", form, "--top", "999")[1]))
    held = {f"{whole:,}.{part}" for whole, part in _amounts(text)}
    assert bool(shown) == bool(own)
    assert shown <= held | own
    assert command in OWN_FIGURES or own == shown


def _amounts(text):
    for whole, part in re.findall(r'"(-?\d+)\.(\d\d)"', text):
        yield int(whole), part


def test_what_a_table_lacks_are_the_names_for_people(stored):
    words = SMALL[1]
    text = answer("", words)[1]
    direct, shown = (call("", *one)[1] for one in (words, ("show", stored(text))))
    names = r"( +Name|重点客户|成长客户|普通客户)"

    def bare(table):
        return [re.sub(r"[-\s]+", " ", re.sub(names, "", line)).strip() for line in table.splitlines()]

    assert bare(direct) == bare(shown)


def test_top_folds_and_forty_columns_cut_no_amount(stored):
    path = stored(answer(*SMALL)[1])
    assert "more" in call("", "show", path, "--top", "2")[1]
    ran = run("show", path, COLUMNS="40")
    assert max(map(len, ran.out.splitlines())) <= 40
    assert "830,532.11" in ran.out


LEVELS = [
    (("allocate", 0), "error", 0), (("allocate", 1), "warning", 1), (("allocate", 1), "error", 0), (("allocate", 1), "never", 0),
    (("variance", 1), "error", 1), (("variance", 1), "never", 0), (("check", 2), "never", 2), (("allocate", 3), "error", 3),
    (("diff", 4), "warning", 4),
]  # fmt: skip


@pytest.mark.parametrize(("case", "level", "code"), LEVELS)
def test_the_exit_code_is_the_one_the_command_would_have_had(case, level, code, stored):
    command, number = case
    path = stored(answer("", (command, *CASES[command][number]))[1])
    assert call("", "show", path, "--fail-on", level)[0] == code
    assert call("", "show", path)[0] == 0


def test_standard_input_is_read_too():
    text = answer(*SMALL)[1]
    ran = run("show", "-", "--format", "json", stdin=text.encode())
    assert (ran.code, ran.out, ran.err) == (0, text, "")
    ran = run("show", "-", stdin=text.encode()[:-9])
    assert "--> standard input:" in ran.err


def spoilt(**parts):
    """The answer with other parts; without those that are None."""
    changed = {**document(*SMALL), **parts}
    return json.dumps({key: value for key, value in changed.items() if value is not ...})


def amended(**fields):
    """The answer with other values in its first result."""
    whole = document(*SMALL)
    whole["results"][0] = {key: value for key, value in {**whole["results"][0], **fields}.items() if value is not ...}
    return json.dumps(whole)


TEXT = json.dumps({"schema": "crmbudget.allocation", "schema_version": "1.0", "tool": {}, "command": "allocate"})
HOSTILE = [
    ("nothing", "", "CB140", "ends too early"),
    ("a word", "hello", "CB140", "`hello` cannot stand here"),
    ("a plan", "currency: CNY\n", "CB140", "cannot stand here"),
    ("a list", "[1, 2]", "CB141", "no object"),
    ("another document", "{}", "CB141", "it has no `schema`"),
    ("a comma at the end", '{"schema": 1,}', "CB140", "`}` cannot stand here"),
    ("something behind it", spoilt() + "{}", "CB140", "`{}` cannot stand here"),
    ("not a number", spoilt(further="?").replace('"?"', "NaN"), "CB140", "NaN"),
    ("infinite", amended(x="?").replace('"?"', "-Infinity"), "CB140", "Infinity"),
    ("a long number", spoilt(further="?").replace('"?"', "9" * 5000), "CB140", "cannot stand here"),
    ("deep", spoilt(further="?").replace('"?"', "[" * 100_000), "CB140", "cannot stand here"),
    ("a name twice", '{"schema": 1, "schema": 2}', "CB140", "`schema` stands twice"),
    ("a name twice in a record", amended(x="?").replace('"x"', '"amount"'), "CB140", "`amount` stands twice"),
    ("no version", spoilt(schema_version=...), "CB141", "it has no `schema_version`"),
    ("another major version", spoilt(schema_version="2.0"), "CB142", "has version 2.0, and what can be read is 1.x"),
    ("version 0", spoilt(schema_version="0.9"), "CB142", "has version 0.9"),
    ("a version that is none", spoilt(schema_version=1), "CB142", "`1` is not a version"),
    ("another schema", spoilt(schema="crmbudget.alocation"), "CB143", "did you mean `crmbudget.allocation`?"),
    ("another program's schema", spoilt(schema="allocation"), "CB143", "there is no schema `allocation`"),
    ("a schema that is none", spoilt(schema=[{}]), "CB141", "`schema` is wrong"),
    ("no results", spoilt(results=None), "CB141", "`results` is no list of records"),
    ("results of numbers", spoilt(results=[{"amount": "1.00"}, 2]), "CB141", "`results` is no list of records"),
    ("a currency that is none", spoilt(currency="RMB"), "CB144", "`RMB` is not an ISO 4217"),
    ("no currency", spoilt(currency=None), "CB144", "`total` in `summary`"),
    ("an exit code that is none", spoilt(exit_code=70), "CB144", "`exit_code` is 70"),
    ("an exit code as text", spoilt(exit_code="0"), "CB141", "`exit_code` is wrong"),
    ("an amount as a number", amended(amount=1), "CB144", '`amount` in `results` is `1`, and money, such as "1200.00" is meant, in CNY written as 0.00'),
    ("an amount with other decimals", amended(amount="1.5"), "CB144", '`amount` in `results` is `"1.5"`'),
    ("no amount", amended(amount=None), "CB144", "is `null`"),
    ("a record without an amount", amended(amount=...), "CB144", "`amount` in `results` is `null`"),
    ("no total", spoilt(summary={}), "CB144", "`summary` has no `total`"),
    ("findings that are none", spoilt(diagnostics=[{"code": 1}]), "CB144", "is not a finding"),
    ("a fix that is none", spoilt(diagnostics=[{"code": "CB1", "severity": "info", "message": "", "path": None, "line": None, "column": None, "money": None, "fix": {}}]), "CB144", "is not a finding"),
    ("inputs that are none", spoilt(inputs=[1]), "CB144", "is not a file with its hash"),
    ("GBK", spoilt().replace("gifts", "答谢").encode("gbk"), "CB105", "not UTF-8"),
    ("bytes of zero", b"\0" * 99, "CB140", "cannot stand here"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code", "says"), [case[1:] for case in HOSTILE], ids=[case[0] for case in HOSTILE])
def test_what_is_no_answer_is_a_finding_that_says_why(text, code, says, stored):
    ran = call("", "show", stored(text))
    assert (ran[0], ran[1]) == (3, "")
    assert f"[{code}]" in ran[2]
    assert says in ran[2]


def test_a_finding_points_to_the_record_that_is_wrong(stored):
    text = answer(*SMALL)[1]
    number = [at for at, line in enumerate(text.splitlines(), 1) if '"amount"' in line][4]
    lines = text.splitlines()
    lines[number - 1] = re.sub(r'"amount": "[^"]*"', '"amount": 12.5', lines[number - 1])
    told = call("", "show", stored("\n".join(lines)))[2]
    assert f"result.json:{number}:3" in told
    assert "`amount` in `results` is `12.5`, and money" in told


@pytest.mark.parametrize("path", ["nowhere.json", "nowhere/result.json", ".", "a\0b"])
def test_a_file_that_cannot_be_read_is_a_wrong_call(path):
    code, out, told = call("", "show", path)
    assert (code, out) == (2, "")
    assert "CB100" in told


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_a_mark_and_utf_16_are_read(encoding, stored):
    text = answer(*SMALL)[1]
    mark = b"\xff\xfe" if encoding == "utf-16-le" else b""
    assert call("", "show", stored(mark + text.encode(encoding)), "--format", "json")[:2] == (0, text)


@given(st.integers(0, 3000))
def test_a_document_that_is_cut_anywhere_is_refused(end):
    text = answer(*SMALL)[1]
    with pytest.raises(Refused) as refused:
        read_envelope(text[: end % (len(text) - 2)], "result.json")
    assert refused.value.findings[0].code == "CB140"


def test_a_later_minor_version_is_read_and_what_it_adds_is_kept(stored):
    later = document(*SMALL)
    later |= {"schema_version": "1.7", "mood": {"of": ["all"], "at": 1.5}, "moods": [{"mood": "good"}]}
    later["summary"]["mood"] = [1]
    later["tool"]["mood"] = "good"
    for number, record in enumerate(later["results"]):
        record |= {"mood": "good", "moods": [number], "at": 0.5}
    text = json.dumps(later, indent=1, ensure_ascii=False)
    path = stored(text)
    assert call("", "show", path, "--format", "json")[:2] == (0, f"{text}\n")
    rows = list(csv.DictReader(io.StringIO(call("", "show", path, "--format", "csv")[1])))
    assert {row["mood"] for row in rows} == {"good"}
    plain = call("", "show", stored(answer(*SMALL)[1]))
    assert call("", "show", stored(text)) == plain


def test_no_sign_of_a_document_acts_on_a_terminal(stored):
    text = answer(*SMALL)[1].replace('"gifts"', '"gi\u202efts\u009b31m"')
    for form in ("json", "table", "csv", "markdown"):
        out = call("", "show", stored(text), "--format", form)[1]
        assert not set(out) & {"\u202e", "\u009b", "\x1b"}
    assert json.loads(call("", "show", stored(text), "--format", "json")[1]) == json.loads(text)


ODD = st.sampled_from(
    [None, True, 0, -1, 7, 10**30, 1.5, "", "0", "-1.00", "1.00", "x" * 99, "9" * 500, [], {}, [{}], [1], [{"amount": "1.00"}], {"a": {}}]
)  # fmt: skip


def _paths(node, path=()):
    yield path
    inner = node.items() if isinstance(node, dict) else enumerate(node[:3]) if isinstance(node, list) else ()
    for key, value in inner:
        yield from _paths(value, (*path, key))


def _changed(node, path, value):
    """The document with another value there; without what is there for ``...``."""
    if not path:
        return value
    made = dict(node) if isinstance(node, dict) else list(node)
    if len(path) == 1 and value is ...:
        del made[path[0]]
    else:
        made[path[0]] = _changed(node[path[0]], path[1:], value)
    return made


@given(st.data())
def test_a_document_that_is_changed_anywhere_gives_a_result_or_a_finding(tmp_path_factory, data):
    found = document(*data.draw(st.sampled_from(RUNS)))
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(list(_paths(found))[1:]))
        found = _changed(found, path, data.draw(ODD | st.just(...)))
    file = tmp_path_factory.mktemp("changed") / "result.json"
    file.write_text(json.dumps(found), "utf-8")
    form = data.draw(st.sampled_from(registry.own_names("crmbudget.reporting.formats")))
    code, _, told = call("", "show", file, "--format", form, "--fail-on", "error")
    assert code in {0, 1, 2, 3, 4}, told


@pytest.mark.parametrize("code", ["CB140", "CB141", "CB142", "CB143", "CB144"])
def test_the_examples_of_a_page_are_what_it_says_they_are(code, stored):
    wrong, right = re.findall(r"```json\n(.*?)```", explanations()[code], re.DOTALL)
    assert f"[{code}]" in call("", "show", stored(wrong))[2]
    assert call("", "show", stored(right), "--fail-on", "info")[0] == 0
