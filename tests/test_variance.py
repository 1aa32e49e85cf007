"""``crmbudget variance``: what was spent against the plan, every row accounted for."""

import io
import json
import os
import threading
from fractions import Fraction

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from runner import ROOT, bare, here, run

FILES = sorted((ROOT / "tests/cases/variance").glob("*.yaml"))
BOOKS = [yaml.load(path.read_text("utf-8"), yaml.BaseLoader) for path in FILES]
CASES = [(book["plans"], case) for book in BOOKS for case in book["cases"]]
COORDINATES = ("segment", "category", "activity", "channel", "period", "owner")
SUMS = ("budget", "actual", "variance")


def variance(monkeypatch, capsys, folder, files, *options):
    """One run in a folder with these files, in JSON; the document, and what ran."""
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    ran = here(monkeypatch, capsys, "variance", *options, "--format", "json", cwd=folder)
    assert "Traceback" not in ran.err
    document = json.loads(ran.out)
    assert document["exit_code"] == ran.code
    return document, ran


def told(row):
    """A result in one line: coordinates, then the sums, the percent and the status."""
    named = "/".join(row[name] or "-" for name in COORDINATES if name in row)
    return f"{named}: {' '.join(row[key] for key in SUMS)} {row['percent'] or row['reason']} {row['status']}"


def strange(row):
    named = "/".join(row[name] for name in COORDINATES if row[name] and name != "period")
    line = f":{row['line']}" if row["line"] else ""
    return f"{named} {row['period'] or '-'}: {row['amount']} in {row['rows']} from {row['path']}{line}, {row['reason']}"


def thrown(row):
    return f"{row['path']}:{row['line']}: {row['amount'] or 'no amount'}, {row['reason']}"


def cells(row):
    """A record of an annex in one line: its name, then its cells, those that are missing at its end left out."""
    name, *rest = ["-" if cell is None else str(cell) for cell in row.values()]
    return (
        f"{name}: {' '.join(rest)}".removesuffix(" -") if row.get("reason", "") is None else f"{name}: {' '.join(rest)}"
    )


def adds_up(summary):
    """Every row and every cent of the files is in exactly one of three places."""
    counts = [int(summary[f"{name}_rows"]) for name in ("matched", "unbudgeted", "rejected")]
    sums = [Fraction(summary[name]) for name in ("matched", "unbudgeted", "rejected")]
    return sum(counts) == summary["rows"] and sum(sums) == Fraction(summary["control_total"])


@pytest.mark.parametrize(("plans", "case"), CASES, ids=[case["it"] for _, case in CASES])
def test_variance(plans, case, tmp_path, monkeypatch, capsys):
    files = {"plan.yaml": plans[case["plan"]] + case.get("add", ""), **case.get("files", {})}
    if "actuals" in case:
        files["a.csv"] = case["actuals"]
    options = [*(["a.csv"] if "actuals" in case else []), *case.get("run", "").split()]
    document, ran = variance(monkeypatch, capsys, tmp_path, files, *options)
    summary = document["summary"]
    gives = {"exit": str(ran.code)}
    assert document["schema"] == "crmbudget.variance"
    if ran.code < 2:
        assert adds_up(summary)
        gives |= {
            "results": [told(row) for row in document["results"]],
            "unbudgeted": [strange(row) for row in document["unbudgeted"]],
            "rejected": [thrown(row) for row in document["rejected"]],
            "summary": {key: str(summary.get(key)) for key in case.get("summary", {})},
        }
        for key in ("forecast", "backtest", "causes"):
            gives[key] = [cells(row) for row in document.get(key, [])]
        gives["forecast_lines"] = [f"{row.pop('line')}: {cells(row)}" for row in document.get("forecast_lines", [])]
    gives["codes"] = [finding["code"] for finding in document["diagnostics"]]
    asked = {key: case[key] for key in gives if key in case}
    assert {key: gives[key] for key in asked} == asked
    for row in case.get("has", []):
        assert row in gives["results"]
    for key, count in case.get("counts", {}).items():
        assert len(document[key]) == int(count), document[key]
    everything = ""
    if case.keys() & {"says", "says_not"}:
        shown = here(monkeypatch, capsys, "variance", *options, cwd=tmp_path)
        everything = f"{shown.out}{shown.err}"
    for text in case.get("says", []):
        assert text in everything, everything
    for text in case.get("says_not", []):
        assert text not in everything, everything


PLAN = """\
currency: CNY
total: 1000.01
calendar: {start: 2027-01, periods: 3}
segments: {key: {customers: 3, owner: ann}, rest: {customers: 5, owner: bob}, none: {customers: 1}}
activities:
  visits: {category: service}
  gifts: {category: gift, owner: cat, segments: [key]}
  mails: {category: communication, when: [2027-02]}
allocate: [{by: count}, {by: activity}, {by: period}]
"""
GROUPS = [
    "",
    "segment",
    "category",
    "activity",
    "period",
    "owner",
    "segment,period",
    "owner,category",
    "activity,segment",
]

DATES = st.sampled_from(
    ["2027-01-31", "2027-02-03", "2027-03-31", "2026-12-31", "2028-01-01", "2027-02-30", "soon", ""]
)
IDS = {
    "segment": st.sampled_from(["key", "rest", "none", "nobody", ""]),
    "activity": st.sampled_from(["visits", "gifts", "mails", "dinner", ""]),
    "category": st.sampled_from(["service", "gift", "event", "toys", ""]),
    "owner": st.sampled_from(["ann", "bob", "cat", "dan", ""]),
}
CENTS = st.integers(-(10**6), 10**6)


@st.composite
def ledgers(draw):
    """The columns of a file, its rows, and what its readable amounts come to."""
    names = draw(st.lists(st.sampled_from(sorted(IDS)), unique=True))
    rows = []
    for cents in draw(st.lists(st.none() | CENTS, max_size=12)):
        amount = "much" if cents is None else f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"
        rows.append(([draw(DATES), *(draw(IDS[name]) for name in names), amount, str(len(rows))], cents))
    return names, [row for row, _ in rows], sum(cents or 0 for _, cents in rows)


def entered(folder, names, rows):
    """Budget and ledger of a file with these rows, as the command makes them."""
    from crmbudget.allocation.cascade import allocate
    from crmbudget.monitoring.entering import enter, matching
    from crmbudget.monitoring.naming import Names
    from crmbudget.monitoring.sides import Sides
    from crmbudget.planning.loader import read_plan
    from crmbudget.planning.requests import request
    from crmbudget.reading.entries import opened

    plan = read_plan(PLAN).ready
    budget = allocate(plan)
    lines = [["date", *names, "amount", "memo"], *rows]
    (folder / "a.csv").write_text("".join(f"{','.join(line)}\n" for line in lines), encoding="utf-8")
    with opened([(folder / "a.csv", "a.csv")], request(plan, {}, plan.actuals.dialect)) as entries:
        ledger = enter(entries, Names(budget, matching(budget, entries.files)))
    return budget, ledger, Sides(budget, ledger)


@given(drawn=ledgers())
def test_every_row_and_every_cent_is_matched_or_unbudgeted_or_rejected(drawn, tmp_path_factory):
    names, rows, total = drawn
    _, ledger, _ = entered(tmp_path_factory.mktemp("a"), names, rows)
    parts = [ledger.matched, ledger.unbudgeted_tally, ledger.rejected_tally]
    assert sum(part.rows for part in parts) == len(rows) == ledger.control.rows
    assert sum(part.amount for part in parts) == total == ledger.control.amount
    assert ledger.matched.amount == sum(sum(periods.values()) for periods in ledger.spent.values())
    read = [(int(row.text.rsplit(",", 1)[1]) + 2, row.line) for row in ledger.rejected]
    assert all(own == line for own, line in read)


@given(drawn=ledgers(), through=st.integers(0, 2), owner=st.sampled_from(["", "ann", "cat"]))
def test_the_sums_are_the_same_however_rows_are_grouped(drawn, through, owner, tmp_path_factory):
    from crmbudget.monitoring.variance import compare

    names, rows, _ = drawn
    budget, ledger, sides = entered(tmp_path_factory.mktemp("a"), names, rows)
    sides = sides.of(owner) if owner else sides
    known = {"period", "owner", *sides.names}
    asked = [group.split(",") if group else [] for group in GROUPS]
    told = [compare(sides, budget.plan.monitor, through, group) for group in asked if known.issuperset(group)]
    sums = {(one.budget, one.actual, one.later, one.whole) for one in told}
    assert len(sums) == 1
    if not owner:
        ((so_far, actual, later, whole),) = sums
        assert actual + later == ledger.matched.amount + ledger.unbudgeted_tally.amount
        assert whole == budget.allocated == 100_001
        assert so_far == sum(budget.totals(["period"])[f"2027-0{month + 1}",] for month in range(through + 1))
    for one in told:
        assert len({(line.coordinates, line.period) for line in one.lines}) == len(one.lines)


def write(folder, **files):
    for name, text in files.items():
        path = folder / name.replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")


ROWS = "date,activity,amount\n2027-01-31,visits,100\n"


def test_the_rejected_rows_are_written_as_they_were_and_can_be_read_again(tmp_path, monkeypatch, capsys):
    dirty = (
        'date,activity,amount,memo\n2027-02-30,visits,"1,200.50","two\nlines"\n2027-01-31,visits,x,=1+1\n'
        "2027-01-31,visits,y,-2+3\n2027-01-31,visits,-5.00,fine\n2027-02-31,\x1b[31mred,-5.00,@cmd\n2027-01-31,a,b,c,d\n"
    )
    write(tmp_path, plan_yaml=PLAN, a_csv=dirty)
    ran = here(monkeypatch, capsys, "variance", "a.csv", "--rejects", "out.csv", cwd=tmp_path)
    text = (tmp_path / "out.csv").read_text("utf-8-sig")
    assert text == (
        "path,line,reason,date,activity,amount,memo,\n"
        'a.csv,2,`2027-02-30`: February 2027 has no day 30,2027-02-30,visits,"1,200.50","two\nlines",\n'
        "a.csv,4,`x` is not an amount,2027-01-31,visits,x,'=1+1,\n"
        "a.csv,5,`y` is not an amount,2027-01-31,visits,y,'-2+3,\n"
        "a.csv,7,`2027-02-31`: February 2027 has no day 31,2027-02-31,\\x1b[31mred,-5.00,'@cmd,\n"
        'a.csv,8,"the row has 5 cells, and the header has 4",2027-01-31,a,b,c,d\n'
    )
    assert (tmp_path / "out.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert ran.code == 1
    again, _ = variance(monkeypatch, capsys, tmp_path, {}, "out.csv")
    assert [row["reason"] for row in again["rejected"]][:3] == [
        "`2027-02-30`: February 2027 has no day 30",
        "`x` is not an amount",
        "`y` is not an amount",
    ]
    assert again["summary"]["rejected"] == "1195.50"


def test_rejected_rows_of_files_with_other_headers_stand_in_one_table(tmp_path, monkeypatch, capsys):
    write(tmp_path, plan_yaml=PLAN, a_csv="date,activity,amount\n2027-01-31,visits,x\n", b_csv=ROWS)
    write(tmp_path, c_csv="金额,date,activity\ny,2027-01-31,visits\n")
    here(monkeypatch, capsys, "variance", "a.csv", "b.csv", "c.csv", "--rejects", "out.csv", cwd=tmp_path)
    assert (tmp_path / "out.csv").read_text("utf-8-sig").splitlines() == [
        "path,line,reason,date,activity,amount,金额",
        "a.csv,2,`x` is not an amount,2027-01-31,visits,x,",
        "c.csv,2,`y` is not an amount,2027-01-31,visits,,y",
    ]


def test_the_rejected_rows_are_written_though_there_are_no_numbers(tmp_path, monkeypatch, capsys):
    write(tmp_path, plan_yaml=PLAN, a_csv=f"{ROWS}2027-01-31,visits,x\n")
    ran = here(monkeypatch, capsys, "variance", "a.csv", "--strict", "--rejects", "out.csv", cwd=tmp_path)
    assert (ran.code, ran.out) == (3, "")
    assert "a.csv,3," in (tmp_path / "out.csv").read_text("utf-8")


@pytest.mark.parametrize("target", ["a.csv", "./plan.yaml"])
def test_rejected_rows_are_never_written_over_what_is_read(target, tmp_path, monkeypatch, capsys):
    write(tmp_path, plan_yaml=PLAN, a_csv=ROWS)
    ran = here(monkeypatch, capsys, "variance", "a.csv", "--rejects", target, cwd=tmp_path)
    assert (ran.code, (tmp_path / "a.csv").read_text()) == (2, ROWS)
    assert "would write over a file that is read" in ran.err


def test_the_nearest_plan_is_found_upwards_from_the_actuals(tmp_path, monkeypatch, capsys):
    for name in ("top/plan.yaml", "top/in/a.csv", "top/in/deep/a.csv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(PLAN if name.endswith("yaml") else ROWS, encoding="utf-8")
    ran = here(monkeypatch, capsys, "variance", "in/deep/a.csv", cwd=tmp_path / "top")
    assert "the plan is plan.yaml, the nearest plan.yaml" in ran.out
    ran = here(monkeypatch, capsys, "variance", "a.csv", cwd=tmp_path / "top/in/deep")
    assert "the plan is ../../plan.yaml, the nearest plan.yaml" in ran.out
    ran = here(monkeypatch, capsys, "variance", str(tmp_path / "top/in/a.csv"), cwd=ROOT)
    assert f"the plan is {(tmp_path / 'top/plan.yaml').as_posix()}, the nearest" in ran.out


def test_the_search_for_a_plan_stops_at_the_repository(tmp_path, monkeypatch, capsys):
    write(tmp_path, plan_yaml=PLAN)
    (tmp_path / "repo/.git").mkdir(parents=True)
    write(tmp_path / "repo/in", a_csv=ROWS)
    ran = here(monkeypatch, capsys, "variance", "repo/in/a.csv", cwd=tmp_path)
    assert (ran.code, "there is no plan.yaml in" in ran.err, "--plan plan.yaml" in ran.err) == (2, True, True)
    write(tmp_path / "repo", plan_yaml=PLAN)
    assert here(monkeypatch, capsys, "variance", "repo/in/a.csv", cwd=tmp_path).code < 2


def test_a_plan_is_named_by_an_option_else_by_the_environment(tmp_path, monkeypatch, capsys):
    write(tmp_path, a_csv=ROWS, my_yaml=PLAN)
    assert here(monkeypatch, capsys, "variance", "a.csv", "--plan", "my.yaml", cwd=tmp_path).code < 2
    monkeypatch.setenv("CRMBUDGET_PLAN", "my.yaml")
    assert (
        "the plan is my.yaml, from CRMBUDGET_PLAN" in here(monkeypatch, capsys, "variance", "a.csv", cwd=tmp_path).out
    )
    monkeypatch.setenv("CRMBUDGET_PLAN", "other.yaml")
    ran = here(monkeypatch, capsys, "variance", "a.csv", cwd=tmp_path)
    assert (ran.code, "CRMBUDGET_PLAN names `other.yaml`" in ran.err) == (2, True)
    assert here(monkeypatch, capsys, "variance", "a.csv", "--plan", "my.yaml", cwd=tmp_path).code < 2


def test_standard_input_is_read_like_a_file(tmp_path):
    write(tmp_path, plan_yaml=PLAN)
    ran = run("variance", "-", "--format", "json", cwd=tmp_path, stdin=b"date,activity,amount\n2027-01-31,visitz,5\n")
    document = json.loads(ran.out)
    assert document["unbudgeted"][0]["path"] == "standard input"
    assert [one["path"] for one in document["inputs"]] == ["plan.yaml", "standard input"]
    assert (
        run("variance", "-", "-", cwd=tmp_path, stdin=ROWS.encode()).out.count("standard input is named more than once")
        == 1
    )


def test_standard_input_is_read_to_its_end(tmp_path, monkeypatch, capsys):
    write(tmp_path, plan_yaml=PLAN)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(ROWS.encode())))
    document, _ = variance(monkeypatch, capsys, tmp_path, {}, "-")
    assert document["summary"]["matched"] == "100.00"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_a_named_pipe_is_read_like_a_file(tmp_path, monkeypatch, capsys):
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(target=(tmp_path / "pipe").write_text, args=(ROWS,), daemon=True)
    writer.start()
    document, _ = variance(monkeypatch, capsys, tmp_path, {"plan.yaml": PLAN}, "pipe")
    writer.join(timeout=10)
    assert document["summary"]["matched"] == "100.00"


def test_where_no_folder_has_a_plan_the_call_is_wrong(tmp_path, monkeypatch, capsys):
    from crmbudget.commands import _actuals

    write(tmp_path, a_csv=ROWS)
    monkeypatch.setattr(_actuals, "ROOTS", ())
    monkeypatch.setattr(_actuals, "NAME", "no-such-plan.yaml")
    assert here(monkeypatch, capsys, "variance", "a.csv", cwd=tmp_path).code == 2


def test_a_row_of_a_file_without_lines_is_named_by_what_it_holds(tmp_path, monkeypatch, capsys):
    import duckdb

    write(tmp_path, plan_yaml=PLAN)
    rows = "SELECT '2027-01-31' AS date, 'visits' AS activity, 'x' AS amount"
    duckdb.sql(f"COPY ({rows}) TO '{tmp_path}/a.parquet' (FORMAT parquet)")
    document, ran = variance(monkeypatch, capsys, tmp_path, {}, "a.parquet")
    assert "a row is rejected: `x` is not an amount; it holds 2027-01-31" in ran.err
    assert document["rejected"][0]["line"] is None


def test_files_of_one_name_in_two_folders_are_told_apart(tmp_path, monkeypatch, capsys):
    rows = "date,activity,amount\n2027-01-31,visitz,1\n2027-01-31,visits,x\n"
    write(tmp_path, plan_yaml=PLAN)
    for folder in ("one", "two"):
        write(tmp_path / folder, a_csv=rows)
    ran = here(monkeypatch, capsys, "variance", "one/a.csv", "two/a.csv", cwd=tmp_path)
    assert all(place in ran.out for place in ("one/a.csv:2", "one/a.csv:3", "two/a.csv:2", "two/a.csv:3"))
    ran = here(monkeypatch, capsys, "variance", "one/a.csv", cwd=tmp_path)
    assert (" a.csv:2 " in ran.out, "one/a.csv:2" in ran.out) == (True, False)


def test_a_closed_standard_input_is_a_wrong_call(tmp_path, monkeypatch, capsys):
    write(tmp_path, plan_yaml=PLAN)
    monkeypatch.setattr("sys.stdin", None)
    ran = here(monkeypatch, capsys, "variance", "-", cwd=tmp_path)
    assert (ran.code, "standard input is closed" in ran.err) == (2, True)


def test_what_flows_in_from_a_pipe_is_read_once(tmp_path):
    import subprocess
    import sys

    write(tmp_path, plan_yaml=PLAN, a_csv=ROWS)
    command = f"{sys.executable} -m crmbudget variance --plan plan.yaml --format csv <(cat a.csv)"
    finished = subprocess.run(
        ["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False, env=bare({})
    )
    assert "service,visits," in finished.stdout


COMMENTED = f"""{PLAN}monitor: {{over: {{amount: 10}}}}
"""


@pytest.mark.parametrize(
    ("comments", "group", "exit_code", "codes", "says"),
    [
        ("- {activity: visits, cause: c, action: a}", "activity", 1, ["CB511"], ""),
        ("- {activity: visits, cause: c}\n- {activity: visits, action: a}", "activity", 1, ["CB511"], ""),
        ("- {activity: visits, cause: c, action: ' '}", "activity", 1, ["CB511", "CB516"], "and has no action"),
        ("", "activity", 1, ["CB511", "CB516"], "add to the comments `- {activity: visits, cause: ..., action: ...}`"),
        ("[]", "segment", 1, ["CB511", "CB516"], "`- {segment: none, owner: ..., cause: ..., action: ...}`"),
        ("- {period: 2027-01, activity: visits, cause: c, action: a}", "activity,period", 1, ["CB511"], ""),
        ("- {period: 2027-02, activity: visits, cause: c, action: a}", "activity,period", 1, ["CB511", "CB516", "CB517"], "there is no row that this comment is about"),
        ("- {owner: 'bob, ann', cause: c, action: a}", "owner", 1, ["CB511"], ""),
        ("- {cause: c, action: a}", "activity", 3, ["CB517"], "name its row, as in `activity: ...`"),
        ("- {activty: visits}", "activity", 3, ["CB517"], "did you mean `activity`?"),
        ("- visits", "activity", 3, ["CB517"], "a comment is a mapping of texts"),
        ("- {activity: [visits]}", "activity", 3, ["CB517"], "a comment is a mapping of texts"),
        ("visits: late", "activity", 3, ["CB517"], "comments are a list of entries"),
        ("- {a: b", "activity", 3, ["CB101"], "this is not YAML"),
    ],
)  # fmt: skip
def test_rows_past_a_threshold_must_be_explained(
    comments, group, exit_code, codes, says, tmp_path, monkeypatch, capsys
):
    rows = ROWS.replace("100", "500") if group != "segment" else "date,segment,amount\n2027-01-31,none,500\n"
    files = {"plan.yaml": COMMENTED, "a.csv": rows, "why.yaml": comments}
    options = ["a.csv", "--require-comments", "why.yaml", "--group-by", group]
    document, ran = variance(monkeypatch, capsys, tmp_path, files, *options)
    assert ran.code == exit_code
    assert sorted({finding["code"] for finding in document["diagnostics"] if finding["severity"] != "info"}) == codes
    assert says in ran.err


def test_comments_that_are_not_there_are_a_wrong_call(tmp_path, monkeypatch, capsys):
    files = {"plan.yaml": PLAN, "a.csv": ROWS}
    _, ran = variance(monkeypatch, capsys, tmp_path, files, "a.csv", "--require-comments", "why.yaml")
    assert (ran.code, "there is no file why.yaml" in ran.err) == (2, True)


HOSTILE = ["=HYPERLINK(1)", "\x1b[31mred", "\u202egnp.exe", "[bold]x[/bold]", "a|b<i>@all", "`tick` is no", '"', "+1-1"]


@pytest.mark.parametrize("name", ["table", "plain", "csv", "json", "jsonl", "markdown", "grid", "rst"])
def test_names_that_mean_harm_do_none(name, tmp_path, monkeypatch, capsys):
    rows = ["date,activity,amount"]
    rows += [f'2027-01-31,"{text.replace(chr(34), chr(34) * 2)}",1' for text in HOSTILE]
    rows += [f'"{text.replace(chr(34), chr(34) * 2)}",visits,1' for text in HOSTILE]
    write(tmp_path, plan_yaml=PLAN)
    (tmp_path / "=a\x1b[1m.csv").write_text("\n".join(rows), encoding="utf-8")
    ran = here(monkeypatch, capsys, "variance", "=a\x1b[1m.csv", "--format", name, cwd=tmp_path)
    assert ran.code == 1
    assert not {"\x1b", "\u202e", "\x00"} & set(ran.out + ran.err)
    if name == "csv":
        assert not [
            line for line in ran.out.splitlines() if line.startswith(("=", "+")) or ",=" in line or ",+" in line
        ]
    if name == "json":
        assert {row["activity"] for row in json.loads(ran.out)["unbudgeted"]} == set(HOSTILE)


def test_two_runs_give_the_same_bytes(tmp_path):
    rows = "".join(f"2027-0{n % 3 + 1}-15,{'visits' if n % 2 else f'x{n % 7}'},{n}.5,r{n % 5}\n" for n in range(200))
    write(tmp_path, plan_yaml=PLAN, a_csv=f"date,activity,amount,ref\n{rows}2027-02-30,visits,1,r\n")
    options = ["variance", "a.csv", "--format", "json", "--forecast", "all", "--backtest", "1"]
    ran = [
        run(*options, cwd=tmp_path, PYTHONHASHSEED=seed, TZ=zone) for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo"))
    ]
    assert ran[0] == ran[1]
    assert ran[0].code == 1


def test_a_reader_who_leaves_early_is_141(tmp_path):
    import subprocess
    import sys

    rows = "".join(f"2027-01-15,x{n},{n}\n" for n in range(3_000))
    write(tmp_path, plan_yaml=PLAN, a_csv=f"date,activity,amount\n{rows}")
    command = f"({sys.executable} -m crmbudget variance a.csv --format csv 2> /dev/null; echo $? >&2) | head -1"
    finished = subprocess.run(
        ["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False, env=bare({})
    )
    assert finished.stderr.strip() == "141"


def test_a_report_of_many_lines_fits_a_comment_on_a_pull_request(tmp_path, monkeypatch, capsys):
    rows = "".join(f"2027-01-15,x{n},{n}.01\n" for n in range(5_000))
    write(tmp_path, plan_yaml=PLAN, a_csv=f"date,activity,amount\n{rows}")
    ran = here(monkeypatch, capsys, "variance", "a.csv", "--format", "markdown", "--top", "100000", cwd=tmp_path)
    assert 50_000 < len(ran.out) <= 60_000
    shown = [
        line.split("|")
        for line in ran.out.partition("### Budget")[2].partition("\n### ")[0].splitlines()
        if line.startswith("| ")
    ]
    cents = [int(cells[4].replace(",", "").replace(".", "")) for cells in shown[1:]]
    assert sum(cents[:-1]) == cents[-1]
    assert "more" in shown[-2][1]


@pytest.mark.parametrize("columns", ["40", "80", "200"])
def test_the_report_fits_its_screen(columns, tmp_path):
    rows = (
        "date,segment,activity,amount\n2027-01-31,key,visits,1234.5\n2027-01-31,key,visitz,5\n2027-01-31,key,visits,x\n"
    )
    write(tmp_path, plan_yaml=PLAN, a_csv=rows)
    ran = run("variance", "a.csv", "--forecast", "all", cwd=tmp_path, COLUMNS=columns)
    wide = [line for line in ran.out.splitlines() if len(line) > int(columns)]
    assert wide == []


def test_a_workbook_is_named_and_not_quoted(tmp_path, monkeypatch, capsys):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in (["date", "activity", "amount"], ["2027-01-31", "visitz", 5], ["2027-01-31", "visits", "x"]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    write(tmp_path, plan_yaml=PLAN)
    ran = here(monkeypatch, capsys, "variance", "a.xlsx", cwd=tmp_path)
    assert "--> a.xlsx:3 (no amount that can count)\n  = fix" in ran.err
