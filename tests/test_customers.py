"""Customer lists: exact sums, every cell accounted for, and everything wrong named with line and count."""

import csv
import gzip
import hashlib
import io
import tempfile
from fractions import Fraction
from pathlib import Path

import duckdb
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from crmbudget.finding import Refused, Severity
from crmbudget.planning.columns import Column, Translator
from crmbudget.planning.customer_opening import open_customers
from crmbudget.planning.customer_rows import Use, load_rows
from crmbudget.planning.cuts import Cut, sizes
from crmbudget.planning.expression import evaluate, parse
from crmbudget.planning.loader import load_plan
from crmbudget.planning.plan import Dimension
from crmbudget.planning.scalars import Share
from runner import ROOT, here

TELCO = ROOT / "examples/telco"


def cases(name):
    text = (ROOT / "tests/cases/customers" / name).read_text(encoding="utf-8")
    return [pytest.param(case, id=case["it"]) for case in yaml.safe_load(text)]


def load(folder, content, ask, name="c.csv", **plan):
    """The plan with this customer list: ``ask`` is what stands under ``customers:`` beside ``from`` and ``id``."""
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    asked = {"from": name, "id": "id", **ask}
    document = {"currency": "USD", "total": "1000", "customers": asked, **plan}
    (folder / "plan.yaml").write_text(yaml.safe_dump(document, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return load_plan(str(folder / "plan.yaml"))


def segments(loaded):
    assert loaded.plan, loaded.findings
    return {
        name: (segment.customers, segment.value, segment.model_extra) for name, segment in loaded.plan.segments.items()
    }


def errors(loaded):
    return [finding for finding in loaded.findings if finding.severity is Severity.ERROR]


@pytest.mark.parametrize("case", cases("read.yaml"))
def test_a_list_is_read(case, tmp_path):
    loaded = load(tmp_path, case["file"], case["ask"], **case.get("plan", {}))
    assert segments(loaded) == {
        name: (count, value, {key: Fraction(number) for key, number in means.items()})
        for name, (count, value, means) in case["gives"].items()
    }
    assert list(loaded.notes) == case.get("notes", [])
    assert [(finding.code, finding.message) for finding in loaded.findings] == [
        ("CB407", note) for note in case.get("notes", [])
    ]


@pytest.mark.parametrize("case", cases("refused.yaml"))
def test_a_list_is_refused(case, tmp_path):
    loaded, gives = load(tmp_path, case["file"], case["ask"], **case.get("plan", {})), case["gives"]
    if gives["code"] is None:
        assert loaded.plan
        return
    assert loaded.plan is None
    assert {finding.code for finding in errors(loaded)} == {gives["code"]}
    assert len(errors(loaded)) == gives.get("count", 1)
    found = max(errors(loaded), key=lambda finding: finding.message)
    assert [words for words in gives.get("says", []) if words not in found.message] == [], found.message
    assert found.fix
    assert gives.get("fix", "") in found.fix
    if "line" in gives:
        assert found.place.line == gives["line"] or gives["line"] is None
        assert found.place.path.endswith("c.csv" if gives["line"] else ("c.csv", "plan.yaml"))


# The telco list: figures from its provenance file, made without this program.


def load_telco(tmp_path, **ask):
    asked = {"from": str(TELCO / "customers.csv"), "id": "customerID", "segment": "Contract", **ask}
    plan = {"currency": "USD", "total": "1", "customers": asked}
    (tmp_path / "plan.yaml").write_text(yaml.safe_dump(plan), encoding="utf-8")
    return load_plan(str(tmp_path / "plan.yaml"))


def test_the_telco_list_has_these_customers_leavers_and_charges(tmp_path):
    loaded = load_telco(tmp_path, value="MonthlyCharges", numbers={"churn": 'Churn == "Yes"'})
    assert segments(loaded) == {
        "Month-to-month": (3875, 25729415, {"churn": Fraction(1655, 3875)}),
        "One year": (1473, 9581660, {"churn": Fraction(166, 1473)}),
        "Two year": (1695, 10300585, {"churn": Fraction(48, 1695)}),
    }
    gone = sum(segment.customers * segment.model_extra["churn"] for segment in loaded.plan.segments.values())
    assert Fraction(gone, 7043) == Fraction(1869, 7043)
    assert loaded.plan.members(Dimension.SEGMENT).keys() == loaded.plan.segments.keys()


def test_the_telco_blanks_are_an_error_until_the_plan_says_what_they_mean(tmp_path):
    found = errors(load_telco(tmp_path, value="TotalCharges"))
    assert [(finding.code, finding.place.line) for finding in found] == [("CB404", 490)]
    assert found[0].message.startswith("11 cells of column `TotalCharges` are empty")


@pytest.mark.parametrize(("blank", "customers"), [("zero", 7043), ("skip", 7032)])
def test_the_telco_blanks_are_counted(blank, customers, tmp_path):
    loaded = load_telco(tmp_path, value="TotalCharges", blank=blank)
    assert sum(segment.value for segment in loaded.plan.segments.values()) == 1605616870
    assert sum(segment.customers for segment in loaded.plan.segments.values()) == customers
    became = {"zero": "counted as zero", "skip": "left out"}[blank]
    assert loaded.notes == (f"11 customers without TotalCharges {became}",)


def test_the_telco_example_allocates_all_of_its_money_and_shows_the_blanks(monkeypatch, capsys):
    ran = here(monkeypatch, capsys, "allocate", TELCO / "plan.yaml", "--group-by", "segment")
    assert ran.code == 0
    assert "11 customers without TotalCharges counted as zero" in ran.out + ran.err


# Files


ROWS = "id,s,v\n1,重点客户,5\n2,普通客户,6\n"
READ = {"重点客户": (1, 500, {}), "普通客户": (1, 600, {})}


@pytest.mark.parametrize(
    ("encoding", "declared", "notes"),
    [
        ("utf-8", None, ()),
        ("utf-8-sig", None, ()),
        ("utf-16", None, ()),
        ("utf-16-be", "utf-16-be", ()),
        ("gb18030", None, ("c.csv was read as GB18030",)),
        ("gb18030", "gbk", ()),
        ("big5hkscs", "big5hkscs", ()),
    ],
)
def test_an_encoding_is_recognised_or_declared(encoding, declared, notes, tmp_path):
    ask = {"segment": "s", "value": "v"} | ({"encoding": declared} if declared else {})
    text = ROWS.replace("户", "戶") if encoding == "big5hkscs" else ROWS
    loaded = load(tmp_path, text.encode(encoding), ask)
    assert {name.replace("戶", "户"): given for name, given in segments(loaded).items()} == READ
    assert loaded.notes == notes


def test_latin_1_is_read_where_it_is_declared_and_refused_where_it_is_not(tmp_path):
    content = "id,s\n1,é,\n".replace(",\n", "\n").encode("latin-1")
    assert segments(load(tmp_path, content, {"segment": "s", "encoding": "latin-1"})) == {"é": (1, None, {})}
    refused = errors(load(tmp_path, content, {"segment": "s"}))
    assert [finding.code for finding in refused] == ["CB401"]
    assert "latin-1" in refused[0].fix


def test_a_mark_before_a_quoted_header_is_no_part_of_it(tmp_path):
    content = '"id","s\nt"\n"1","a"\n'.encode("utf-8-sig")
    assert segments(load(tmp_path, content, {"segment": "s\nt"})) == {"a": (1, None, {})}


def test_a_line_of_a_translated_file_is_the_line_of_the_file(tmp_path):
    content = 'id,s,v\r\n1,"重点\r\n客户",5\r\n2,普通客户,六\r\n'
    found = errors(load(tmp_path, content.encode("gb18030"), {"segment": "s", "value": "v"}))
    assert [(finding.code, finding.place.line) for finding in found] == [("CB403", 4)]


@pytest.mark.parametrize("name", ["c.csv.gz", "c.csv", "c.parquet"])
def test_a_zipped_list_is_read_whatever_its_name(name, tmp_path):
    assert segments(load(tmp_path, gzip.compress(ROWS.encode()), {"segment": "s", "value": "v"}, name)) == READ


def test_a_damaged_zipped_list_is_refused(tmp_path):
    content = gzip.compress(ROWS.encode() * 999)[:40]
    assert [f.code for f in errors(load(tmp_path, content, {"segment": "s"}, "c.csv.gz"))] == ["CB401"]


def test_a_workbook_is_refused_with_what_to_do(tmp_path):
    found = errors(load(tmp_path, b"PK\x03\x04rest", {"segment": "s"}, "c.xlsx"))
    assert [(f.code, f.fix) for f in found] == [("CB401", "save the sheet as CSV UTF-8")]


def test_a_missing_list_is_told_at_the_key_that_names_it(tmp_path):
    (tmp_path / "customers.csv").write_text("id,s\n1,a\n", encoding="utf-8")
    (tmp_path / "plan.yaml").write_text(
        "currency: USD\ntotal: 1\ncustomers: {from: custmers.csv, id: id, segment: s}\n", encoding="utf-8"
    )
    loaded = load_plan(str(tmp_path / "plan.yaml"))
    found = loaded.findings[0]
    assert (loaded.plan, found.code, found.fix) == (None, "CB401", "did you mean `customers.csv`?")
    assert (found.place.line, found.place.column) == (3, 19)


@pytest.mark.parametrize("name", ["", ".", "no/such/folder.csv", "c.csv\0", "https://example.org/c.csv"])
def test_what_is_no_file_is_refused(name, tmp_path):
    (tmp_path / "plan.yaml").write_text(
        f'currency: USD\ntotal: 1\ncustomers: {{from: "{name}", id: id, segment: s}}\n'.replace("\0", "\\0"),
        encoding="utf-8",
    )
    loaded = load_plan(str(tmp_path / "plan.yaml"))
    assert (loaded.plan, [finding.code for finding in loaded.findings]) == (None, ["CB401"])


@pytest.mark.parametrize(
    "name", ["a*.csv", "q?.csv", "z[1].csv", 'it\'s "x" {0}.csv', "h=1/k=v.csv", "客户 名单.csv", "%20;$path.csv"]
)
def test_a_path_names_one_file(name, tmp_path):
    for decoy in ("ab.csv", "q1.csv", "z1.csv"):
        (tmp_path / decoy).write_text("id,s\n9,wrong\n", encoding="utf-8")
    assert segments(load(tmp_path, "id,s,h\n1,a,x\n", {"segment": "s"}, name)) == {"a": (1, None, {})}


def test_the_file_is_an_input_with_its_sum(tmp_path):
    loaded = load(tmp_path, "id,s\n1,a\n", {"segment": "s"})
    assert [given.path for given in loaded.inputs] == [str(tmp_path / "plan.yaml"), (tmp_path / "c.csv").as_posix()]
    assert loaded.inputs[1].sha256 == hashlib.sha256(b"id,s\n1,a\n").hexdigest()


def parquet(folder, select):

    with duckdb.connect() as connection:
        connection.execute(f"COPY ({select}) TO '{folder / 'made.parquet'}' (FORMAT parquet)")
    return (folder / "made.parquet").read_bytes()


def test_parquet_is_read_exactly(tmp_path):
    rows = "('x', 'a', 0.1::DECIMAL(9,3), 0.1::DOUBLE), ('y', 'a', 0.2, 0.2), ('z', 'b', 3, NULL)"
    content = parquet(tmp_path, f"""SELECT * FROM (VALUES {rows}) AS t(id, "s""'; --", v, "d")""")  # noqa: S608
    ask = {"segment": "s\"'; --", "value": "v + d", "blank": "zero"}
    loaded = load(tmp_path, content, ask, "c.parquet")
    assert segments(loaded) == {"a": (2, 60, {}), "b": (1, 300, {})}
    assert loaded.notes == ("1 customer without d counted as zero",)


def test_parquet_names_rows_not_lines(tmp_path):
    content = parquet(tmp_path, "SELECT * FROM (VALUES (1, 'a', 'x'), (1, 'a', NULL)) AS t(id, s, v)")
    found = {finding.code: finding for finding in errors(load(tmp_path, content, {"segment": "s", "value": "v"}))}
    assert found.keys() == {"CB402", "CB403", "CB404"}
    assert "on rows 1 and 2" in found["CB402"].message
    assert "in row 1, is `x`" in found["CB403"].message
    assert "in row 2" in found["CB404"].message
    assert all(finding.place.line is None for finding in found.values())


def test_a_damaged_parquet_file_is_a_finding(tmp_path):
    loaded = load(tmp_path, b"PAR1 and nothing else", {"segment": "s"}, "c.parquet")
    assert (loaded.plan, [finding.code for finding in loaded.findings]) == (None, ["CB410"])


def test_the_line_of_a_row_with_a_huge_cell_is_known(tmp_path):
    found = errors(load(tmp_path, f"id,s,v\n1,{'a' * 200_000},x\n", {"segment": "s", "value": "v"}))
    assert [(f.code, f.place.line) for f in found] == [("CB403", 2)]
    assert "on line 2, is `x`" in found[0].message


def test_a_long_cell_is_shown_short(tmp_path):
    found = errors(load(tmp_path, f"id,s,v\n1,a,{'x' * 100}\n", {"segment": "s", "value": "v"}))
    assert f"`{'x' * 37}...`" in found[0].message


def test_a_file_of_one_huge_line_has_not_the_columns(tmp_path):
    found = errors(load(tmp_path, "x" * 200_000, {"segment": "s"}))
    assert {finding.code for finding in found} == {"CB406"}


def test_everything_wrong_with_the_cells_is_told_at_once(tmp_path):
    content = "id,s,v,w\n1,a,x,\n1,,2,3\n"
    found = errors(load(tmp_path, content, {"segment": "s", "value": "v + w"}))
    assert sorted((f.code, f.place.line) for f in found) == [("CB402", 3), ("CB403", 2), ("CB404", 2), ("CB404", 3)]


def test_a_quoted_cell_may_hold_lines_that_look_like_rows(tmp_path):
    """DuckDB's parallel reader may take them for rows; such a file is read by one thread."""
    note = "\n".join(f"{number},x,7" for number in range(300))
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([["id", "note", "v"], *([number, note, 1] for number in range(12_000))])
    loaded = load(tmp_path, text.getvalue(), {"segment": {"by": "v", "cuts": {"all": "rest"}}, "value": "v"})
    assert segments(loaded) == {"all": (12_000, 1_200_000, {})}


def test_a_cut_too_small_for_one_customer_is_a_warning(tmp_path):
    loaded = load(
        tmp_path,
        "id,v\n1,5\n2,6\n",
        {"segment": {"by": "v", "cuts": {"key": "top 1%", "low": "rest"}}, "value": "v", "numbers": {"v": "v"}},
    )
    assert segments(loaded) == {"key": (0, 0, {"v": 0}), "low": (2, 1100, {"v": Fraction(11, 2)})}
    assert [(f.code, f.severity) for f in loaded.findings] == [("CB408", Severity.WARNING)]


def test_a_currency_without_decimals_keeps_whole_units(tmp_path):
    ask = {"segment": "s", "value": "v"}
    assert segments(load(tmp_path, "id,s,v\n1,a,0.5\n2,a,1.50\n", ask, currency="JPY")) == {"a": (2, 2, {})}
    found = errors(load(tmp_path, "id,s,v\n1,a,0.5\n", ask, currency="JPY"))
    assert [(f.code, f.fix) for f in found] == [
        ("CB405", "round the column to no decimals in the file, or multiply it")
    ]


INTERRUPTED = [
    (RuntimeError("Query interrupted"), KeyboardInterrupt),
    (RuntimeError("a bug"), RuntimeError),
    (duckdb.InterruptException("INTERRUPT Error: Interrupted!"), KeyboardInterrupt),
]


@pytest.mark.parametrize(("said", "raised"), INTERRUPTED, ids=str)
def test_an_interrupted_statement_is_an_interrupted_program(said, raised, tmp_path, monkeypatch):
    def read(rows):  # noqa: ARG001
        raise said

    monkeypatch.setattr("crmbudget.planning.customer_rows.Rows.read", read)
    with pytest.raises(raised):
        load(tmp_path, "id,s\n1,a\n", {"segment": "s"})


# Promises


numbers = st.decimals(-(10**12), 10**12, places=4, allow_nan=False, allow_infinity=False)
rows_of = st.lists(
    st.tuples(st.sampled_from("abc"), numbers, numbers, st.sampled_from(["Yes", "No"])), min_size=1, max_size=30
)
EXPRESSIONS = [
    "v",
    "v * 12 / 7",
    "max(v, w) - min(v, 0.5, w)",
    "v * w",
    '(v - w) * (left == "Yes")',
    "(v < w) + 2 * (v != 0)",
    "-v / -0.3",
]


@given(rows_of, st.sampled_from(EXPRESSIONS))
def test_means_are_the_exact_fractions(rows, text):
    lines = [f"{number},{s},{v},{w},{left}" for number, (s, v, w, left) in enumerate(rows)]
    with tempfile.TemporaryDirectory() as name:
        loaded = load(Path(name), "\n".join(["id,s,v,w,left", *lines]), {"segment": "s", "numbers": {"mean": text}})
    plain = parse(text.replace('(left == "Yes")', "gone"))
    by_segment = {}
    for s, v, w, left in rows:
        given_numbers = {"v": Fraction(v), "w": Fraction(w), "gone": Fraction(left == "Yes")}
        by_segment.setdefault(s, []).append(evaluate(plain, given_numbers))
    means = {name: Fraction(sum(values), len(values)) for name, values in sorted(by_segment.items())}
    assert {name: segment.model_extra["mean"] for name, segment in loaded.plan.segments.items()} == means


@given(st.lists(st.integers(1, 40), min_size=1, max_size=5), st.integers(1, 500))
def test_cuts_take_every_customer_once_and_are_off_by_less_than_one(weights, customers):
    shares = [Fraction(weight, sum(weights)) for weight in weights]
    taken = sizes([Cut(str(place), "next", Share(share)) for place, share in enumerate(shares)], customers)
    assert sum(taken) == customers
    assert all(abs(part - share * customers) < 1 for part, share in zip(taken, shares, strict=True))


CELLS = st.sampled_from(["a", "1", "", " ", "é", 'x"y', '"', '""', "\n", "\r\n", "\r", ",", "a,b\nc,d", '"\n"', ";"])
TEXTS = st.one_of(CELLS, CELLS.map(lambda cell: '"' + cell.replace('"', '""') + '"'))
ENDS = st.sampled_from(["\n", "\n", "\r\n", "\r", "\n\n", ""])


@given(st.sampled_from(["\n", "\r\n"]), st.lists(st.tuples(st.lists(TEXTS, min_size=2, max_size=2), ENDS), max_size=6))
@settings(max_examples=200)
def test_a_file_is_read_as_python_reads_it_or_refused(end, rows):
    """DuckDB drops the last row without a word where a quote is open, and rows where line ends differ."""

    text = f"id,s{end}" + "".join(",".join(cells) + (line_end or end) for cells, line_end in rows)
    with tempfile.TemporaryDirectory() as name, duckdb.connect() as connection:
        path = Path(name, "c.csv")
        path.write_text(text, encoding="utf-8", newline="")
        file = open_customers(path, None, Path(name), connection)
        try:
            load_rows(connection, file, "c.csv", [Use("id"), Use("s")], "error", Path(name))
        except Refused:
            return
        found = connection.execute("SELECT c0, c1 FROM customers ORDER BY rowid").fetchall()
        read = csv.reader(io.StringIO(text, newline=""), strict=True)
        assert found == [tuple(cells[:2]) for cells in list(read)[1:] if cells]


def test_many_tenths_are_exact(tmp_path):
    lines = "".join(f"{number},a,0.{1 + number % 2}\n" for number in range(30_000))
    assert segments(load(tmp_path, "id,s,v\n" + lines, {"segment": "s", "value": "v"})) == {"a": (30_000, 450_000, {})}


def test_shuffling_a_file_changes_nothing(tmp_path):
    lines = [f"{number:03d},{number % 7}" for number in range(100)]
    ask = {"segment": {"by": "v", "cuts": {"a": "top 13%", "b": "next 44", "c": "rest"}}, "numbers": {"n": "v"}}
    first = segments(load(tmp_path, "\n".join(["id,v", *lines]), ask))
    assert segments(load(tmp_path, "\n".join(["id,v", *reversed(lines)]), ask)) == first


def test_no_statement_divides_or_averages():
    scaled = Translator({"v": Column(0, number=True, decimals=2)}, {}).scaled(parse("v * 12 / 7 + max(v, 1/3)"))
    assert "/" not in scaled.sql
    assert "avg" not in scaled.sql.casefold()
    assert "double" not in scaled.sql.casefold()
