"""``crmbudget init``: a folder whose commands all pass, and plans from lists as they come."""

import json
import random
import re
import shlex

import pytest
import yaml
from jsonschema import Draft7Validator

from crmbudget import delivery
from crmbudget.finding import Refused
from crmbudget.planning.loader import load_plan
from runner import ROOT, here

LANGUAGES = ["en", "zh"]


def rows(count, line):
    return "".join(f"{line(number)}\n" for number in range(1, count + 1))


def texts(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in folder.rglob("*") if path.is_file()
    }


def from_list(tmp_path, monkeypatch, capsys, content, *words, name="list.csv"):
    """The run on a list of this content, and the plan that it wrote."""
    (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    ran = here(monkeypatch, capsys, "init", "new", "--from", name, *words, cwd=tmp_path)
    plan = tmp_path / "new/plan.yaml"
    return ran, yaml.load(plan.read_text("utf-8"), yaml.BaseLoader) if plan.exists() else None


def assert_liked(tmp_path, monkeypatch, capsys):
    """Check finds nothing, but tells of customers without a value where the list has such."""
    document = json.loads(here(monkeypatch, capsys, "check", "new/plan.yaml", "--format", "json", cwd=tmp_path).out)
    assert (document["exit_code"], {one["code"] for one in document["diagnostics"]} - {"CB407"}) == (0, set())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_of_the_folder_passes(language, tmp_path, monkeypatch, capsys):
    assert here(monkeypatch, capsys, "init", "budget", "--lang", language, cwd=tmp_path).code == 0
    readme = (tmp_path / "budget/README.md").read_text("utf-8")
    commands = re.findall(r"^(crmbudget .*?) +#", readme, re.MULTILINE)
    assert len(commands) == 5
    for command in commands:
        ran = here(monkeypatch, capsys, *shlex.split(command)[1:], cwd=tmp_path / "budget")
        assert ran.code == 0, ran.err
    assert here(monkeypatch, capsys, "check", "plan.yaml", cwd=tmp_path / "budget").out.startswith("plan.yaml: valid")


def test_the_folder_has_something_to_say_about_its_first_months(tmp_path, monkeypatch, capsys):
    here(monkeypatch, capsys, "init", cwd=tmp_path)
    document = json.loads(here(monkeypatch, capsys, "variance", "actuals.csv", "--format", "json", cwd=tmp_path).out)
    assert {one["status"] for one in document["results"]} == {"watch", "unbudgeted", "under", "ok", "not started"}
    assert document["summary"]["rejected_rows"] == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_editor_finds_the_schema_beside_the_plan_and_accepts_it(language, tmp_path, monkeypatch, capsys):
    here(monkeypatch, capsys, "init", "--lang", language, cwd=tmp_path)
    first, _, rest = (tmp_path / "plan.yaml").read_text("utf-8").partition("\n")
    assert first == "# yaml-language-server: $schema=plan.schema.json"
    schema = json.loads((tmp_path / "plan.schema.json").read_text("utf-8"))
    assert list(Draft7Validator(schema).iter_errors(yaml.load(rest, yaml.BaseLoader))) == []


@pytest.mark.parametrize(
    ("host", "path"), [("github", ".github/workflows/budget.yml"), ("gitlab", ".gitlab-ci.yml"), ("none", "")]
)
def test_the_commands_of_the_ci_file_pass(host, path, tmp_path, monkeypatch, capsys):
    here(monkeypatch, capsys, "init", "--ci", host, cwd=tmp_path)
    there = [name for name in (".github/workflows/budget.yml", ".gitlab-ci.yml") if (tmp_path / name).exists()]
    assert there == ([path] if path else [])
    for text in there and [(tmp_path / path).read_text("utf-8")]:
        assert yaml.safe_load(text)
        commands = re.findall(r"crmbudget ((?:check|allocate|variance) [^;\n]*)", text)
        assert [command.split()[0] for command in commands] == ["check", "allocate", "variance"]
        monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
        assert {here(monkeypatch, capsys, *command.split(), cwd=tmp_path).code for command in commands} == {0}


@pytest.mark.parametrize("there", ["plan.yaml", "README.md", ".github/workflows/budget.yml"])
def test_nothing_is_overwritten_and_nothing_is_written_beside_it(there, tmp_path, monkeypatch, capsys):
    (tmp_path / there).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / there).write_text("mine")
    ran = here(monkeypatch, capsys, "init", cwd=tmp_path)
    assert (ran.code, texts(tmp_path)) == (2, {there: "mine"})
    assert f"`{there}`" in ran.err


def test_a_write_that_fails_leaves_nothing_behind(tmp_path):
    (tmp_path / "there").mkdir()
    with pytest.raises(Refused):
        delivery.write_new([(str(tmp_path / "new/deep/a"), "a"), (str(tmp_path / "there"), "b")])
    assert [path.name for path in tmp_path.iterdir()] == ["there"]


@pytest.mark.parametrize("words", [["new"], ["new", "--from", "list.csv"]])
def test_a_dry_run_shows_what_would_be_written_and_writes_nothing(words, tmp_path, monkeypatch, capsys):
    (tmp_path / "list.csv").write_text("id,tier,revenue\n" + rows(20, lambda n: f"{n},t{n % 2},{n}000"))
    shown = here(monkeypatch, capsys, "init", *words, "--dry-run", cwd=tmp_path).out
    document = json.loads(here(monkeypatch, capsys, "init", *words, "--dry-run", "--format", "json", cwd=tmp_path).out)
    assert [path.name for path in tmp_path.iterdir()] == ["list.csv"]
    assert document["summary"] == {"folder": "new", "written": False, "plan": "new/plan.yaml"}
    here(monkeypatch, capsys, "init", *words, cwd=tmp_path)
    written = texts(tmp_path / "new")
    assert {one["path"]: one["text"] for one in document["results"]} == {
        f"new/{name}": text for name, text in written.items()
    }
    for name, text in written.items():
        assert f"==> new/{name} <==" in shown
        assert name == "plan.schema.json" or text.rstrip() in shown


def test_two_runs_on_one_day_give_the_same_bytes_and_another_day_another_calendar(tmp_path, monkeypatch, capsys):
    for name, day in (("a", "2026-12-31"), ("b", "2026-12-31"), ("c", "2027-01-01")):
        here(monkeypatch, capsys, "init", name, "--as-of", day, cwd=tmp_path)
    one, other, later = (texts(tmp_path / name) for name in "abc")
    assert one == other
    assert [re.search(r"start: (\S+),", found["plan.yaml"])[1] for found in (one, later)] == ["2027-01", "2027-02"]


WRONG = [
    (["--id", "x"], "is about a customer list"),
    (["--total", "5"], "is about a customer list"),
    (["--currency", "eur"], "`EUR`"),
    (["--ci", "gitlub"], "`gitlab`"),
    (["--as-of", "9999-06-01"], "say an earlier day"),
    (["--from", "list.csv", "--id", "idd"], "did you mean `id`"),
    (["--from", "list.csv", "--value", "revenue / tier"], "--value: "),
    (["--from", "list.csv", "--segment", "x"], "--segment: "),
    (["--from", "list.csv", "--total", "0.05"], "--total"),
    (["--from", "list.csv", "--total", "0"], "more than 0"),
    (["--from", "lits.csv"], "did you mean `list.csv`"),
    (["list.csv"], "is a file"),
]


@pytest.mark.parametrize(("words", "said"), WRONG, ids=[" ".join(words) for words, _ in WRONG])
def test_a_wrong_call_says_what_is_wrong_and_writes_nothing(words, said, tmp_path, monkeypatch, capsys):
    (tmp_path / "list.csv").write_text("id,tier,revenue\n" + rows(20, lambda n: f"{n},t{n % 2},{n}000"))
    ran = here(monkeypatch, capsys, "init", *words, cwd=tmp_path)
    assert (ran.code, [path.name for path in tmp_path.iterdir()]) == (2, ["list.csv"])
    assert said in ran.err


def test_the_report_does_not_take_the_place_of_a_file_of_the_folder(tmp_path, monkeypatch, capsys):
    ran = here(monkeypatch, capsys, "init", "--output", "README.md", cwd=tmp_path)
    assert (ran.code, "written twice" in ran.err, (tmp_path / "plan.yaml").exists()) == (2, True, False)


CHINESE = "客户编号,客户等级,年销售额（万元）,是否流失\n" + rows(
    40, lambda n: f"K{n},{'甲乙丙'[n % 3]},{n}.5,{'是' if n % 4 else '否'}"
)
HOSTILE = '"=cmd()","a: b #\n""q"" \x1b[31m","re`venue","tier"\n' + rows(
    20, lambda n: f'"=c{n}","v: {n}",{n}0.5,"\x1b[3{n % 2}m: #\n\'"""'
)
GUESSED = [
    ("a list with telling names", "id,tier,revenue,churn\n" + rows(30, lambda n: f"{n},t{n % 3},{n}000,0.{n % 4}"),
     {"id": "id", "segment": "tier", "value": "revenue", "churn": "churn", "allocate": "value * churn"}),
    ("GB18030 with Chinese headers, in 万元", CHINESE.encode("gb18030"),
     {"id": "客户编号", "segment": "客户等级", "value": "`年销售额（万元）` * 10000", "churn": '`是否流失` == "是"', "currency": "CNY"}),
    ("semicolons, and an unknown word for money", "Kunde;Umsatz EUR\n" + rows(30, lambda n: f"K{n};{n}00.50"),
     {"id": "Kunde", "value": "Umsatz EUR", "currency": "EUR", "segment": "key: top 20%, growth: next 30%, ordinary: rest"}),
    ("tabs, and money of a month", "Client ID\tMonthly revenue (k EUR)\tsegment\n" + rows(40, lambda n: f"{n}\t{n * 3}\ts{n % 3}"),
     {"value": "`Monthly revenue (k EUR)` * 12000", "currency": "EUR"}),
    ("a steep list is cut where half of the value is", "id,revenue\n" + rows(300, lambda n: f"{n},{1000000 // n}"),
     {"segment": "key: top 5%, growth: next 30%, ordinary: rest"}),
    ("one customer", "id,revenue\nA,120000\n", {"segment": "customers: rest", "total": "6_000"}),
    ("no value above zero", "id,tier,revenue\n" + rows(20, lambda n: f"{n},t{n % 2},0"), {"segment": "tier", "allocate": "count"}),
    ("values below zero", "id,revenue\n" + rows(30, lambda n: f"{n},{(n - 6) * 1000}"), {"value": "max(revenue, 0)"}),
    ("values too fine for money", "id,tier,value\n" + rows(30, lambda n: f"{n},t{n % 2},{n}000.125"), {"allocate": "customers * worth"}),
    ("values too far apart for money", "id,tier,value\n" + rows(40, lambda n: f"{n},t{n % 4},{10 ** (n % 4 * 4)}"), {"allocate": "customers * worth"}),
    ("no value, and an email", "customer,email,region\n" + rows(30, lambda n: f"c{n},c{n}@example.com,r{n % 3}"),
     {"id": "customer", "segment": "region", "total": "1_500"}),
    ("empty cells of every kind", "id,tier,revenue\n1,x,5000\n,x,6000\n3,,7000\n4,y,\n" + rows(50, lambda n: f"{n + 9},xy,{n}00"), {"segment": "tier"}),
    ("hostile names", HOSTILE, {"id": "=cmd()", "segment": "tier", "value": "re`venue"}),
]  # fmt: skip


@pytest.mark.parametrize(("content", "expected"), [case[1:] for case in GUESSED], ids=[case[0] for case in GUESSED])
def test_a_list_becomes_a_plan_that_check_likes(content, expected, tmp_path, monkeypatch, capsys):
    ran, plan = from_list(tmp_path, monkeypatch, capsys, content, "--format", "json")
    guessed = {one["part"]: one for one in json.loads(ran.out)["guesses"]}
    assert {part: guessed[part]["given"] for part in expected} == expected
    assert all(one["why"] for one in guessed.values())
    assert plan["customers"]["id"] == guessed["id"]["given"]
    assert plan["customers"]["from"] == "../list.csv"
    assert_liked(tmp_path, monkeypatch, capsys)


REAL = [
    (
        "examples/telco/customers.csv",
        {"id": "customerID", "segment": "Contract", "value": "MonthlyCharges * 12", "churn": 'Churn == "Yes"'},
    ),
]


@pytest.mark.parametrize(("path", "expected"), REAL)
def test_a_real_list_becomes_a_plan_that_check_likes(path, expected, tmp_path, monkeypatch, capsys):
    ran, _ = from_list(tmp_path, monkeypatch, capsys, (ROOT / path).read_bytes(), "--format", "json")
    document = json.loads(ran.out)
    assert {
        part: given for part, given in ((one["part"], one["given"]) for one in document["guesses"]) if part in expected
    } == expected
    assert sum(one["customers"] for one in document["segments"]) == 7043
    assert_liked(tmp_path, monkeypatch, capsys)


REFUSED = [
    ("an empty file", "", "CB410", "is empty"),
    ("a header alone", "id,revenue\n", "CB410", "there is no customer"),
    ("an id twice", "customer id,tier\n1,x\n1,x\n2,y\n3,y\n", "CB402", "on lines 2 and 3"),
    ("no id", "revenue,tier\n5,x\n5,y\n6,x\n6,y\n", "CB413", "no column names each customer once"),
    ("ids alone", "id\n1\n2\n", "CB413", "no column says what a customer is worth"),
    ("money with a decimal comma", "id;revenue\n1;12,50\n2;7,25\n", "CB413", "the first, on line 2, is `12,50`"),
    ("a title row", "Customers 2026,,,\nid,name,revenue,tier\n1,a,5,x\n", "CB413", "it is a title"),
    ("Latin-1", "id;größe;tier\nü1;5;ö\n".encode("latin-1"), "CB401", "name its encoding"),
    ("a workbook", b"PK\x03\x04", "CB401", "save the sheet as CSV"),
]


@pytest.mark.parametrize(("content", "code", "said"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_a_list_that_says_too_little_gets_a_finding_and_no_folder(content, code, said, tmp_path, monkeypatch, capsys):
    ran, _ = from_list(tmp_path, monkeypatch, capsys, content)
    assert (ran.code, [path.name for path in tmp_path.iterdir()]) == (3, ["list.csv"])
    assert f"error[{code}]" in ran.err
    assert said in ran.err
    assert "list.csv" in ran.err.splitlines()[1]


def test_what_is_said_on_the_command_line_is_no_guess(tmp_path, monkeypatch, capsys):
    content = "id;nr;größe;art;tier\n" + rows(30, lambda n: f"a{n};b{n};{n};ö{n % 3};t{n % 2}")
    words = [
        "--id",
        "nr",
        "--value",
        "größe * 1000",
        "--segment",
        "art",
        "--currency",
        "CHF",
        "--total",
        "12k",
        "--encoding",
        "latin-1",
    ]
    _, plan = from_list(tmp_path, monkeypatch, capsys, content.encode("latin-1"), *words)
    listed = plan["customers"]
    assert [listed["id"], listed["value"], listed["segment"], listed["encoding"]] == [
        "nr",
        "größe * 1000",
        "art",
        "latin-1",
    ]
    assert [plan["currency"], plan["total"]] == ["CHF", "12k"]
    assert_liked(tmp_path, monkeypatch, capsys)


def test_what_is_not_used_is_told(tmp_path, monkeypatch, capsys):
    ran, _ = from_list(tmp_path, monkeypatch, capsys, "id;revenue;tier\n" + rows(20, lambda n: f"{n};{n},50;t{n % 2}"))
    assert "`revenue` is not used: 20 cells are no numbers; the first, on line 2, is `1,50`" in ran.out


def test_reasons_are_told_in_the_readers_language(tmp_path, monkeypatch, capsys):
    from_list(
        tmp_path, monkeypatch, capsys, "id,tier,revenue\n" + rows(20, lambda n: f"{n},t{n % 2},{n}000"), "--lang", "zh"
    )
    assert re.search("^# 根据 list.csv", (tmp_path / "new/plan.yaml").read_text("utf-8"), re.MULTILINE)


NAMES = ["id", "Customer ID", "客户编号", "revenue", "Monthly charges (EUR)", "年消费（万元）", "tier", "客户等级", "churn", "流失", "email", "count",
         "class", "None", "value", "a: b", "# x", "- y", '"q"', "'", "`b`", "{}", "=1+1", "\x1b[1m", "x\ny", "ü ö", "🙂", "yes", "~", "", "2027", "total %"]  # fmt: skip
CELLS = [
    lambda _, n: str(n), lambda _, n: f"C-{n:04}", lambda draw, _: str(draw.randint(-9, 10**draw.randint(1, 30))),
    lambda draw, _: f"{draw.randint(0, 10**5)}.{draw.randint(0, 999)}", lambda draw, _: draw.choice(["x", "y", "丙", "- z: #", '"', "\x1b[2m"]),
    lambda draw, _: draw.choice(["Yes", "No"]), lambda draw, _: draw.choice(["", " ", "7", "n/a"]), lambda draw, _: f"{draw.random():.3f}",
    lambda draw, _: draw.choice(["0", "1"]), lambda draw, _: f"{draw.randint(1, 9)},{draw.randint(10, 99)}",
]  # fmt: skip


def drawn_list(draw):
    """A list of random columns under random names, in a random encoding, with a random delimiter."""
    sign = draw.choice(",;\t|")
    columns = [(draw.choice(NAMES), draw.choice(CELLS)) for _ in range(draw.randint(1, 8))]
    if draw.random() < 0.7:
        columns.insert(0, (draw.choice(["id", "客户编号", "name"]), draw.choice(CELLS[:2])))
    count = draw.choice([0, 1, 2, 5, 20, 60])

    def line(cells):
        quoted = ('"{}"'.format(cell.replace('"', '""')) if re.search(r'["\n,;\t|]', cell) else cell for cell in cells)
        return sign.join(quoted) + "\n"

    lines = [
        line(name for name, _ in columns),
        *(line(cell(draw, number) for _, cell in columns) for number in range(count)),
    ]
    return "".join(lines).encode(draw.choice(["utf-8", "utf-8-sig", "utf-16", "gb18030"]))


@pytest.mark.parametrize("block", range(8))
def test_any_list_becomes_a_plan_that_check_likes_or_a_finding(block, tmp_path, monkeypatch, capsys):
    made = 0
    for number in range(12):
        folder = tmp_path / str(number)
        folder.mkdir()
        ran, plan = from_list(folder, monkeypatch, capsys, drawn_list(random.Random(block * 100 + number)))
        assert ran.code in {0, 3}, ran.err
        assert (plan is None) == (ran.code == 3)
        assert plan or re.match(r"error\[CB4\d\d\]", ran.err), ran.err
        if plan:
            made += 1
            assert_liked(folder, monkeypatch, capsys)
            assert load_plan(str(folder / "new/plan.yaml")).ready.customers.id == plan["customers"]["id"]
    assert made
