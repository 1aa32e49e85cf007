"""Ready lines: every case in tests/cases/lines, and what a budget from a file must keep whatever is in it."""

import csv
import hashlib
import io
import json
import tempfile
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from crmbudget.allocation.cascade import allocate
from crmbudget.finding import Refused, Severity
from crmbudget.planning.loader import load_plan, read_plan
from runner import ROOT, here

FOLDER = ROOT / "tests/cases/lines"
READ, REFUSED = (
    yaml.load((FOLDER / f"{name}.yaml").read_text("utf-8"), yaml.BaseLoader) for name in ("read", "refused")
)


def load(folder, plan, content, ask=None, name="budget.csv"):
    """The plan with these lines, each key of it on a line of its own."""
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    written = {**plan, "lines": {"from": name, **(ask or {})}}
    text = "".join(f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in written.items())
    (folder / "plan.yaml").write_text(text, encoding="utf-8")
    return load_plan(str(folder / "plan.yaml"))


def load_case(folder, case):
    return load(folder, case["plan"], case["file"].encode(case.get("encoding", "utf-8")), case.get("ask"))


def budget_of(loaded):
    return allocate(loaded.ready, loaded.source)


def findings_of(loaded):
    if loaded.plan is None:
        return loaded.findings
    with pytest.raises(Refused) as refused:
        budget_of(loaded)
    assert refused.value.exit_code == 3
    return refused.value.findings


def shown(budget, names):
    return {" ".join(key): budget.plan.money.text(amount) for key, amount in budget.totals(names).items()}


@pytest.mark.parametrize("case", READ, ids=lambda case: case["name"])
def test_the_lines_of_the_file_are_the_budget(case, tmp_path):
    loaded = load_case(tmp_path, case)
    budget = budget_of(loaded)
    text = budget.plan.money.text
    lines = shown(budget, [level.dimension for level in budget.levels])
    assert (lines, list(lines)) == (case["lines"], list(case["lines"]))
    assert budget.reserve + budget.allocated + budget.unassigned_total == budget.total
    found = {"total": text(budget.total), "reserve": text(budget.reserve), "unassigned": text(budget.unassigned_total)}
    usual = {"total": text(budget.allocated), "reserve": "0.00", "unassigned": "0.00"}
    assert found == usual | {key: case[key] for key in usual if key in case}
    assert {names: shown(budget, names.split(",")) for names in case.get("totals", {})} == case.get("totals", {})
    assert list(loaded.notes) == case.get("notes", list(loaded.notes))
    assert loaded.findings == ()


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case["name"])
def test_a_file_that_is_not_the_budget_is_refused_with_all_that_is_wrong(case, tmp_path):
    loaded = load_case(tmp_path, case)
    found = sorted(findings_of(loaded), key=lambda finding: (finding.code, finding.place.line or 0))
    expected = sorted(case["gives"], key=lambda gives: (gives[1], int(gives[0])))
    money = loaded.currency.text
    assert [
        (str(one.place.line or 0), one.code, says in one.message and says, money(one.money) if one.money else "")
        for one, (_, _, says, _) in zip(found, expected, strict=True)
    ] == [tuple(gives) for gives in expected]
    assert all(one.severity is Severity.ERROR and one.fix for one in found)
    assert any(case.get("fix", "") in one.fix for one in found)


PLAN = {"currency": "CNY", "calendar": {"start": "2027-01", "periods": 2}}
ROW = "segment,date,amount\na,2027-01,1\n"


def test_twenty_bad_rows_are_listed_and_the_rest_counted(tmp_path):
    rows = "".join(f"a,2027-01,x{number}\n" for number in range(1025))
    found = load(tmp_path, PLAN, ROW + rows).findings
    assert [finding.place.line for finding in found] == [*range(3, 23), None]
    assert found[-1].message == "1,005 more rows cannot be lines"


def test_twenty_doubtful_names_are_listed_and_the_rest_counted(tmp_path):
    rows = "".join(f"a{number:02},2027-01,1\n" for number in range(23))
    found = load(tmp_path, PLAN, "activity,date,amount\n" + rows).findings
    assert [finding.place.line for finding in found] == [*range(2, 22), None]
    assert found[-1].message == "3 more names cannot be told"


def test_a_missing_file_is_told_at_the_key_that_names_it(tmp_path):
    (tmp_path / "budget.csv").write_text(ROW, encoding="utf-8")
    (tmp_path / "plan.yaml").write_text("currency: CNY\nlines: {from: budgt.csv}\n", encoding="utf-8")
    found = load_plan(str(tmp_path / "plan.yaml")).findings
    assert [(one.code, one.fix, one.place.line, one.place.column) for one in found] == [
        ("CB412", "did you mean `budget.csv`?", 2, 15)
    ]


def test_the_file_is_an_input_with_its_sum(tmp_path):
    loaded = load(tmp_path, PLAN, ROW)
    assert [given.path for given in loaded.inputs] == [
        str(tmp_path / "plan.yaml"),
        (tmp_path / "budget.csv").as_posix(),
    ]
    assert loaded.inputs[1].sha256 == hashlib.sha256(ROW.encode()).hexdigest()


def test_lines_that_were_not_read_are_never_shared_out():
    with pytest.raises(Refused, match="was not read"):
        allocate(read_plan("{currency: CNY, segments: {a: {value: 1}}, lines: {from: budget.csv}}").ready)


def test_parquet_names_rows_not_lines(tmp_path):
    import duckdb

    with duckdb.connect() as connection:
        values = (
            "(VALUES ('a', '2027-01', '1'), ('a', '2027-02', 'x'), ('', '2027-02', '2')) AS t(segment, date, amount)"
        )
        connection.execute(f"COPY (FROM {values}) TO '{tmp_path / 'made.parquet'}' (FORMAT parquet)")
    found = load(tmp_path, PLAN, (tmp_path / "made.parquet").read_bytes(), name="budget.parquet").findings
    assert [(one.place.line, one.message) for one in found] == [
        (None, "row 2 cannot be a line: `x` is not an amount"),
        (None, "no segment is given"),
    ]


def test_check_finds_a_plan_with_lines_valid(tmp_path, monkeypatch, capsys):
    load(tmp_path, {**PLAN, "total": "5", "segments": {"a": {}}}, ROW)
    ran = here(monkeypatch, capsys, "check", "plan.yaml", cwd=tmp_path)
    assert (ran.code, "valid, 1 line, 1.00 CNY allocated" in ran.out) == (0, True)


def test_check_asks_no_steps_of_a_plan_with_lines(tmp_path, monkeypatch, capsys):
    load(tmp_path, {**PLAN, "allocate": [{"by": "nonsense"}]}, ROW)
    ran = here(monkeypatch, capsys, "check", "plan.yaml", cwd=tmp_path)
    assert (ran.code, ran.out.count("error[")) == (3, 1), ran.out
    assert "`lines` and `allocate` are both given" in ran.out


def test_allocate_prints_the_lines_their_notes_and_what_is_left(tmp_path, monkeypatch, capsys):
    load(tmp_path, {**PLAN, "total": "5"}, ROW)
    ran = here(monkeypatch, capsys, "allocate", "plan.yaml", cwd=tmp_path)
    assert ran.code == 0
    for said in ("1 line was read from budget.csv", "dates were read as YYYY-MM"):
        assert said in ran.out
    assert "line 3: 4.00 CNY stay unassigned: the lines of the file come to less" in ran.out


def test_allocate_refuses_to_share_ready_lines_out_by_a_strategy(tmp_path, monkeypatch, capsys):
    load(tmp_path, PLAN, ROW)
    ran = here(monkeypatch, capsys, "allocate", "plan.yaml", "--by", "equal", cwd=tmp_path)
    assert (ran.code, "`lines` and `allocate` are both given" in ran.err) == (3, True)


def test_the_city_of_philadelphia_has_the_budget_that_it_adopted(monkeypatch, capsys):
    plan = ROOT / "examples/philadelphia/plan.yaml"
    ran = here(monkeypatch, capsys, "allocate", plan, "--group-by", "period", "--format", "json")
    document = json.loads(ran.out)
    assert {"period": "2019", "amount": "4725497339.00"} in document["results"]
    assert {"period": "2021", "amount": "4804851000.00"} in document["results"]
    assert document["summary"]["lines"] == 1293


# Promises

NAMES = st.sampled_from(["a", "b", "ab", "重点", "x,y", 'q"q', "0420", "NO"])
AMOUNTS = st.integers(-(10**12), 10**12)
LINES = st.lists(st.tuples(NAMES, NAMES, NAMES, st.integers(0, 5), AMOUNTS), min_size=1, max_size=30)


@given(LINES, st.sets(st.sampled_from(["segment", "activity", "channel"])), st.randoms(use_true_random=False))
def test_what_is_written_to_a_file_comes_back_at_every_level(lines, columns, chance):
    """Every set of coordinates, however deep: the same totals as a plain sum over the rows."""
    order = ["segment", "activity", "channel", "period"]
    rows = [dict(zip(order, [*map(str, line[:3]), f"2027-{line[3] + 1:02}"], strict=True)) for line in lines]
    text = io.StringIO(newline="")
    header = chance.sample([*columns, "period", "amount"], len(columns) + 2)
    writer = csv.DictWriter(text, header, extrasaction="ignore")
    writer.writeheader()
    writer.writerows({**row, "amount": f"{line[-1]}.00"} for row, line in zip(rows, lines, strict=True))
    plan = {"currency": "CNY", "calendar": {"start": "2027-01", "periods": 6}}
    plan["activities"] = {row["activity"]: {"category": "gift"} for row in rows}
    with tempfile.TemporaryDirectory() as name:
        budget = budget_of(load(Path(name), plan, text.getvalue(), {"dialect": {"decimal": "point", "delimiter": ","}}))
    names = [one for one in order if one in {*columns, "period"}]
    assert [level.dimension for level in budget.levels] == names
    for depth in range(len(names) + 1):
        expected = {}
        for row, line in zip(rows, lines, strict=True):
            key = tuple(row[one] for one in names[:depth])
            expected[key] = expected.get(key, 0) + line[-1] * 100
        assert budget.totals(names[:depth]) == expected
        assert depth == 0 or list(budget.sums[depth - 1]) == list(budget.levels[depth - 1].amounts)
    keys = list(budget.totals(names))
    assert keys == sorted(keys)


@given(LINES, st.randoms(use_true_random=False))
def test_shuffling_the_rows_changes_nothing(lines, chance):
    rows = [
        f'"{segment}",2027-0{month + 1},{amount}.00\n'.replace('q"q', "q") for segment, _, _, month, amount in lines
    ]
    found = []
    for shuffled in (rows, chance.sample(rows, len(rows))):
        with tempfile.TemporaryDirectory() as name:
            loaded = load(
                Path(name),
                {**PLAN, "calendar": {"start": "2027-01", "periods": 6}},
                "".join(["segment,date,amount\n", *shuffled]),
            )
            found.append((list(budget_of(loaded).lines()), loaded.notes))
    assert found[0] == found[1]
