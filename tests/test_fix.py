"""``check --fix`` repairs what has one right repair and nothing else; ``--diff`` shows the same as a patch."""

import difflib
import io
import json
import random
import re
import shutil
import stat
import subprocess

import pytest
import yaml
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from checkers import CHECKERS
from crmbudget import delivery, read_plan
from crmbudget.allocation.cascade import allocate
from crmbudget.commands._repair import _look
from crmbudget.finding import Refused
from crmbudget.planning.mending import mended
from crmbudget.planning.repairing import repaired
from crmbudget.reporting.patching import patch
from crmbudget.reporting.report import Screen
from runner import ROOT, here

HEAD = "currency: CNY\ntotal: 1000\n"
FOLDER = ROOT / "tests/cases/fix"
RIGHT, LEFT = (yaml.safe_load((FOLDER / f"{name}.yaml").read_text("utf-8")) for name in ("repaired", "left-alone"))


def wrong(case):
    return case["plan"] + "\n" if "plan" in case else f"{HEAD}{case['add']}\n"


def right(case):
    return f"{case['right']}\n" if "plan" in case else f"{HEAD}{case['right']}\n"


def fixed(text):
    return repaired(text, "plan.yaml", lambda text: _look(text, "plan.yaml"))


def codes(text):
    return {one.code for one in _look(text, "plan.yaml").findings if one.severity == 3}


@pytest.mark.parametrize("case", RIGHT, ids=lambda case: case["name"])
def test_what_has_one_right_repair_gets_it_and_all_else_stays_to_the_byte(case):
    text, done = fixed(wrong(case))
    assert text == right(case)
    assert fixed(text) == (text, ())
    assert codes(text) == ({case["still"]} if "still" in case else set())
    lines = wrong(case).splitlines()
    assert all(one.before in lines[one.place.line - 1] or "\n" in one.before for one in done)


@pytest.mark.parametrize("case", LEFT, ids=lambda case: case["name"])
def test_what_a_person_must_decide_is_left_alone(case):
    assert fixed(wrong(case)) == (wrong(case), ())
    assert case["code"] in codes(wrong(case))


SPELT = {"segmets": "segments", "resreve": "reserve", "zreo": "zero", "Calendar": "calendar", "wieght": "weight"}


def witness(text):
    """The tree and the comments that another reader finds; None where it reads nothing."""
    reader = YAML(typ="rt")
    reader.allow_duplicate_keys = True
    try:
        tree = reader.load(text)
    except YAMLError:
        return None
    comments = [token.value for token in reader.scan(io.StringIO(text)) if type(token).__name__ == "CommentToken"]
    return tree, comments or re.findall(r"#.*", text)


def shape(node):
    """Keys and how they nest, without the values."""
    if isinstance(node, dict):
        return {SPELT.get(str(key), str(key)): shape(value) for key, value in node.items()}
    return [shape(one) for one in node] if isinstance(node, list) else None


COMMENTED = """\
# the plan：of 2027
currency:  cny     # ISO 4217
total:     ￥1_200_000

resreve:   8%      # held back
segments:          # for whom
  # the large ones
  key:    {customers: 40,  value: 8_200_000}   # 40: all known
  growth: {customers: 260, value: 5_100_000}
activities:
  gifts:  {category: gift, wieght: 1}
  # - not yet: training
"""


def test_another_reader_finds_the_same_comments_and_the_same_tree():
    text, done = fixed(COMMENTED)
    (before, comments), (after, kept) = witness(COMMENTED), witness(text)
    assert kept == comments
    assert len(comments) == 7
    assert shape(before) == shape(after)
    assert (after["currency"], after["total"], after["reserve"]) == ("CNY", 1_200_000, "8%")
    assert before["segments"] == after["segments"]
    assert len(done) == 4
    changed = [one != other for one, other in zip(COMMENTED.splitlines(), text.splitlines(), strict=True)]
    assert [number for number, differs in enumerate(changed, 1) if differs] == [2, 3, 5, 11]


SEGMENTS = "segments: {key: {customers: 4}}\n"
LF = f"{HEAD}# 总额：\nresreve: 5%\nname: 重点\n{SEGMENTS}"
CONTENTS = {
    "plain": LF.encode(),
    "windows": LF.replace("\n", "\r\n").encode(),
    "no line end": f"{HEAD}{SEGMENTS}resreve: 5%".encode(),
    "a mark": b"\xef\xbb\xbf" + LF.encode(),
    "utf-16": LF.encode("utf-16"),
    "utf-16, the other way": b"\xfe\xff" + LF.replace("\n", "\r\n").encode("utf-16-be"),
    "lines taken out": b"name: x\ncurrency: CNY\ntotal: 5\nname: x\nreserve: 8%\nreserve: 8%\nactuals: {}\nmonitr: {}\n"
    + SEGMENTS.encode(),
    "many lines": (HEAD + "".join(f"# {n}\n" for n in range(50)) + "resreve: 5%\n" + SEGMENTS + "# end\n").encode(),
    "all of it": b"toatl: 5\nCurrency: cny\nsegmets: {key: {customers: 4}}\n",
}
NAMES = ["plan.yaml", "my plan.yaml", "计划.yaml", 'a"b\\c.yaml']


@pytest.mark.parametrize("content", CONTENTS)
@pytest.mark.parametrize("program", ["git apply -p1", "patch -p1 -s"])
def test_a_patch_makes_of_the_file_what_fix_writes(content, program, tmp_path, monkeypatch, capfdbinary):
    applied(CONTENTS[content], "plan.yaml", program, tmp_path, monkeypatch, capfdbinary)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("program", ["git apply -p1", "patch -p1 -s"])
def test_a_patch_names_the_file_whatever_its_name(name, program, tmp_path, monkeypatch, capfdbinary):
    applied(CONTENTS["plain"], name, program, tmp_path, monkeypatch, capfdbinary)


def applied(content, name, program, folder, monkeypatch, captured):
    if not shutil.which(program.split()[0]):
        pytest.skip(f"there is no {program.split()[0]} here")
    file = folder / name
    file.write_bytes(content)
    shown = here(monkeypatch, Decoded(captured), "check", name, "--diff", cwd=folder)
    assert file.read_bytes() == content
    assert here(monkeypatch, Decoded(captured), "check", name, "--fix", cwd=folder).code == 0
    made = file.read_bytes()
    assert made != content
    file.write_bytes(content)
    command = program.replace("-s", "--binary -s").split()
    subprocess.run(command, cwd=folder, input=shown.out.encode("latin-1"), check=True, capture_output=True)
    assert file.read_bytes() == made
    assert shown.code == 1


class Decoded:
    """What was printed, each byte as a sign."""

    def __init__(self, captured):
        self.captured = captured

    def readouterr(self):
        read = self.captured.readouterr()
        return type(read)(read.out.decode("latin-1"), read.err.decode("latin-1"))


def test_a_patch_is_that_of_a_general_comparison():
    old = [f"line {number % 7}\n" for number in range(60)]
    rng = random.Random(7)
    for _ in range(300):
        new = [line.upper() if rng.random() < 0.1 else line for line in old if rng.random() > 0.05]
        made = patch("plan.yaml", "".join(old).encode(), "".join(new).encode()).decode()
        assert applied_by_hand(made, old) == new
    one = [*old[:30], "X\n", *old[31:]]
    made = patch("plan.yaml", "".join(old).encode(), "".join(one).encode()).decode()
    assert made == "".join(difflib.unified_diff(old, one, "a/plan.yaml", "b/plan.yaml"))
    assert patch("plan.yaml", b"x\n", b"x\n") == b""


def applied_by_hand(made, old):
    lines, at = [], 0
    for line in made.splitlines(keepends=True)[2:]:
        if found := re.match(r"@@ -(\d+),", line):
            lines += old[at : int(found[1]) - 1]
            at = int(found[1]) - 1
            continue
        if line[0] in " -":
            assert old[at] == line[1:]
            at += 1
        lines += [line[1:]] if line[0] in " +" else []
    return lines + old[at:]


WRONG = f"{HEAD}resreve: 8%\nsegments: {{key: {{customers: 4}}}}\n"
HALF = f"{HEAD}resreve: 8%\nactivities: {{x: {{category: gfit}}}}\n"
TIGHT = (ROOT / "tests/errors/CB301/plan.yaml").read_text("utf-8")
VALID = f"{HEAD}segments: {{key: {{customers: 4}}}}\n"
RUNS = [
    (WRONG, "--diff", 1), (WRONG, "--diff --fix", 1), (WRONG, "--fix", 0), (WRONG, "--diff --fail-on never", 0),
    (WRONG, "", 3), (HALF, "--diff", 3), (HALF, "--fix", 3), (HALF, "--fix --fail-on never", 3),
    (VALID, "--fix", 0), (VALID, "--diff", 0), (TIGHT, "--fix", 4), (TIGHT, "--diff", 4),
    (f"{TIGHT}naem: x\n", "--diff", 4), (WRONG, "--fix --set reserve=5000", 3),
]  # fmt: skip


@pytest.mark.parametrize(("text", "options", "code"), RUNS)
def test_the_exit_code_is_that_of_the_plan_as_it_is_then(text, options, code, tmp_path, monkeypatch, capsys):
    file = tmp_path / "plan.yaml"
    file.write_text(text)
    words = ["check", "plan.yaml", *options.split()]
    ran = here(monkeypatch, capsys, *words, cwd=tmp_path)
    assert ran.code == code, ran.out + ran.err
    wrote = "--fix" in options and "--diff" not in options and text not in {VALID, TIGHT}
    assert (file.read_text() != text) == wrote
    assert "5000" not in file.read_text()
    if wrote:
        assert "plan.yaml: 1 repair, written\n" in ran.out
    if "--diff" in options:
        assert ran.out == patch("plan.yaml", text.encode(), fixed(text)[0].encode()).decode() or text == VALID


@pytest.mark.parametrize("option", ["--fix", "--diff"])
@pytest.mark.parametrize("format_", sorted(CHECKERS))
def test_each_format_gets_one_document_of_the_plan_repaired(option, format_, tmp_path, monkeypatch, capsys):
    (tmp_path / "a.yaml").write_text(HALF)
    (tmp_path / "b.yaml").write_text(WRONG)
    ran = here(monkeypatch, capsys, "check", "a.yaml", "b.yaml", option, "--format", format_, cwd=tmp_path)
    assert (ran.code, ran.err) == (3, "")
    assert CHECKERS[format_](ran.out) in {1, None}
    assert "CB201" in ran.out
    if format_ == "json":
        answer = json.loads(ran.out)
        assert [one["code"] for one in answer["diagnostics"]] == ["CB201"]
        assert answer["repairs"] == [
            {"code": "CB104", "path": path, "line": 3, "column": 1, "before": "resreve", "after": "reserve"}
            for path in ("a.yaml", "b.yaml")
        ]


def test_a_stored_answer_with_repairs_is_shown_again(tmp_path, monkeypatch, capsys):
    (tmp_path / "plan.yaml").write_text(HALF)
    here(monkeypatch, capsys, "check", "plan.yaml", "--diff", "--output", "a.json", cwd=tmp_path)
    assert json.loads((tmp_path / "a.json").read_text())["repairs"]
    shown = here(monkeypatch, capsys, "show", "a.json", "--format", "json", cwd=tmp_path)
    assert json.loads(shown.out)["repairs"] == json.loads((tmp_path / "a.json").read_text())["repairs"]


def test_sarif_carries_what_fix_would_do(tmp_path, monkeypatch, capsys):
    (tmp_path / "plan.yaml").write_text(HALF)
    out = here(monkeypatch, capsys, "check", "plan.yaml", "--format", "sarif", cwd=tmp_path).out
    assert CHECKERS["sarif"](out) == 2
    found = {one["ruleId"]: one.get("fixes") for one in json.loads(out)["runs"][0]["results"]}
    assert found["CB201"] is None
    (change,) = found["CB104"][0]["artifactChanges"]
    assert change["artifactLocation"] == {"uri": "plan.yaml"}
    assert change["replacements"] == [
        {
            "deletedRegion": {"startLine": 3, "startColumn": 1, "endLine": 3, "endColumn": 8},
            "insertedContent": {"text": "reserve"},
        }
    ]


def test_a_link_stays_a_link_and_a_file_keeps_its_mode(tmp_path, monkeypatch, capsys):
    file, link = tmp_path / "real.yaml", tmp_path / "plan.yaml"
    file.write_text(WRONG)
    file.chmod(0o640)
    link.symlink_to(file)
    assert here(monkeypatch, capsys, "check", "plan.yaml", "--fix", cwd=tmp_path).code == 0
    assert link.is_symlink()
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert "\nreserve" in file.read_text()
    assert sorted(one.name for one in tmp_path.iterdir()) == ["plan.yaml", "real.yaml"]


def test_where_one_file_may_not_be_written_none_is(tmp_path, monkeypatch, capsys):
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(WRONG)
    (tmp_path / "b.yaml").chmod(0o444)
    ran = here(monkeypatch, capsys, "check", "a.yaml", "b.yaml", "--fix", "--format", "json", cwd=tmp_path)
    assert (ran.code, json.loads(ran.out)["exit_code"]) == (2, 2)
    assert "`b.yaml` cannot be repaired: it may not be written" in ran.err
    assert {(tmp_path / name).read_text() for name in ("a.yaml", "b.yaml")} == {WRONG}


def test_a_write_that_fails_leaves_the_file_whole(tmp_path, monkeypatch, capsys):
    (tmp_path / "plan.yaml").write_text(WRONG)
    (tmp_path / "plan.yaml.part").mkdir()
    ran = here(monkeypatch, capsys, "check", "plan.yaml", "--fix", cwd=tmp_path)
    assert (ran.code, "`plan.yaml` cannot be written" in ran.err) == (2, True)
    assert (tmp_path / "plan.yaml").read_text() == WRONG


def test_a_valid_plan_is_not_written_at_all(tmp_path, monkeypatch, capsys):
    file = tmp_path / "plan.yaml"
    file.write_text(VALID)
    before = file.stat()
    ran = here(monkeypatch, capsys, "check", "plan.yaml", "--fix", cwd=tmp_path)
    after = file.stat()
    assert (before.st_mtime_ns, before.st_ino) == (after.st_mtime_ns, after.st_ino)
    assert "plan.yaml: nothing to repair\n" in ran.out


def test_a_file_that_is_no_text_is_left_alone(tmp_path, monkeypatch, capsys):
    (tmp_path / "plan.yaml").write_bytes(b"name: \xff\xfe\x00")
    assert here(monkeypatch, capsys, "check", "plan.yaml", "--fix", cwd=tmp_path).code == 3
    assert (tmp_path / "plan.yaml").read_bytes() == b"name: \xff\xfe\x00"


def test_a_terminal_gets_the_patch_without_what_would_act(tmp_path, monkeypatch, capsys):
    (tmp_path / "plan.yaml").write_text(f"{HEAD}resreve: 8%\nname: \N{ZERO WIDTH SPACE}x\n")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setattr(delivery, "_screen", lambda _: Screen(80, color=True))
    out = here(monkeypatch, capsys, "check", "plan.yaml", "--diff", cwd=tmp_path).out
    assert "\x1b[31m-resreve: 8%\x1b[0m\n\x1b[32m+reserve: 8%\x1b[0m\n" in out
    assert "\\u200bx" in out


def test_check_says_that_there_is_something_to_repair(tmp_path, monkeypatch, capsys):
    (tmp_path / "plan.yaml").write_text(HALF)
    out = here(monkeypatch, capsys, "check", "plan.yaml", cwd=tmp_path).out
    assert "1 of these has one right repair: crmbudget check plan.yaml --diff shows it\n2 errors\n" in out


EXAMPLES = [ROOT / f"examples/{name}/plan.yaml" for name in ("small", "handover")]
SWAPS = str.maketrans("0123456789:,%-", "０１２３４５６７８９：，％－")


def slip(text, rng):
    """The text with one thing wrong, as a hurried hand makes it."""
    lines = text.split("\n")
    at = rng.choice([number for number, line in enumerate(lines) if line.strip() and not line.strip().startswith("#")])
    line, kind = lines[at], rng.randrange(7)
    words = list(re.finditer(r"[A-Za-z]{3,}(?=:)|(?<=by: )\w+|(?<=every: )\w+", line))
    if kind < 3 and words:
        word = rng.choice(words)
        place = rng.randrange(word.start(), word.end() - 1)
        letters = line[place : place + 2]
        other = [letters[::-1], letters[0], letters[0] + letters][kind]
        line = line[:place] + other + line[place + 2 :]
    elif kind == 3:
        place = rng.randrange(len(line))
        line = line[:place] + line[place].translate(SWAPS) + line[place + 1 :]
    elif kind == 4:
        line = line.replace("  ", "\t", 1)
    elif kind == 5:
        line = line.replace(": ", rng.choice(["：", ":", ":\t", " : "]), 1)
    else:
        place = rng.randrange(len(line) + 1)
        line = line[:place] + rng.choice("0123456789,.:%'\"#{}[]&*!|> \tｅ～—") + line[place:]
    return "\n".join([*lines[:at], line, *lines[at + 1 :]])


def budget_of(text):
    """What each line gets; None where the plan gives no numbers."""
    try:
        loaded = read_plan(text)
        budget = allocate(loaded.ready, loaded.source)
    except Refused:
        return None
    return budget.allocated, budget.reserve, tuple(map(str, budget.lines()))


def held(text, rng):
    """How a plan with a slip fares: refused and left, repaired in part, or repaired; what that moves is wrong."""
    wrong_text = slip(text, rng)
    made, done = fixed(wrong_text)
    if not done:
        assert made == wrong_text
        return "left"
    assert fixed(made) == (made, ())
    again = budget_of(made)
    assert again is None or again == budget_of(text), "\n".join(
        difflib.unified_diff(text.split("\n"), made.split("\n"))
    )
    return "partly" if again is None else "repaired"


@pytest.mark.parametrize("seed", range(60))
def test_no_repair_of_a_slip_moves_money(seed):
    rng = random.Random(seed)
    assert held(rng.choice(EXAMPLES).read_text("utf-8"), rng) in {"left", "partly", "repaired"}


def test_a_repair_of_syntax_gives_up_in_time_on_what_it_cannot_read():
    """So many signs may be read, whatever the text: more would be a plan that takes minutes to be refused."""
    assert mended("a: {" + "b：1，" * 20_000) == ()
    assert mended("x" * 200_000 + "\na: b: c") == ()
    assert mended(f"{HEAD}a: b\x00c") == ()


def test_the_page_shows_what_is_printed():
    page = (ROOT / "docs/fix.md").read_text("utf-8")
    text, shown = (re.search(rf"```{kind}\n(.*?)```", page, re.DOTALL)[1] for kind in ("text", "diff"))
    assert patch("plan.yaml", text.encode(), fixed(text)[0].encode()).decode() == shown
    named = set(re.findall(r"CB\d{3}", page.partition("## What is never")[0]))
    assert named == {one.code for case in RIGHT for one in fixed(wrong(case))[1]}
