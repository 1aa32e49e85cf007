"""Every form in which actuals come: read as a careful accountant would, or refused with line and reason."""

import csv
from collections import Counter
from dataclasses import replace
from datetime import date, time
from fractions import Fraction

import duckdb
import pytest

from actuals_cases import cases, read, request, told
from crmbudget.finding import Refused
from crmbudget.reading import delimited
from crmbudget.reading.entries import opened
from crmbudget.reading.layers import NAMES
from crmbudget.reading.layout import Layout
from crmbudget.reading.parquet import open_parquet
from crmbudget.reading.records import records
from crmbudget.reading.roles import Role
from crmbudget.reading.statement import Statement

CASES = list(cases())
READ = [case for case in CASES if "gives" in case]
REFUSED = [case for case in CASES if "refused" in case]


def name(case):
    return f"{case['family']}: {case['it']}"


def test_every_case_has_a_name_of_its_own():
    assert len({name(case) for case in CASES}) == len(CASES) == len(READ) + len(REFUSED)


@pytest.mark.parametrize("case", READ, ids=name)
def test_a_file_is_read(case, tmp_path):
    gives = case["gives"]
    with read(tmp_path, case) as entries:
        rows, total, rejected = told(entries)
        assert (rows, total) == (gives["rows"], gives["total"])
        assert len(rejected) == gives.get("rejected_rows", len(gives.get("rejected", ())))
        for (line, reason), (at, *words) in zip(
            rejected, gives.get("rejected", ()), strict=not gives.get("rejected_rows")
        ):
            assert line == at
            assert [word for word in words if word not in reason] == [], reason
        every = list(entries.rows(entries.groups))
        assert len(every) == rows + len(rejected)
        check_the_details(entries, gives)
        for group in entries.groups:
            amounts = [entries.files[0].judge.amount_of(row.cells) for row in entries.rows([group])]
            assert group.reason or sum(amounts) == group.amount
            assert group.amount is None or sum(amounts) == group.amount


def check_the_details(entries, gives):
    good = [group for group in entries.groups if not group.reason]
    notes = [note for file in entries.files for note in file.table.notes]
    if "notes" in gives:
        assert len(notes) == len(gives["notes"])
        assert [words for words in gives["notes"] if not any(words in note for note in notes)] == [], notes
    if "names" in gives:
        assert sorted({group.names[NAMES.index(Role.ACTIVITY)] for group in good}) == gives["names"]
    if "periods" in gives:
        periods = Counter()
        for group in good:
            periods[group.period] += group.rows
        assert periods == gives["periods"]
    if "quantity" in gives:
        assert sum(group.quantity or 0 for group in good) == Fraction(gives["quantity"])
    if "repeated" in gives:
        assert [[row.line for row in rows] for rows in entries.repeated()] == gives["repeated"]


@pytest.mark.parametrize("case", REFUSED, ids=name)
def test_a_file_is_refused(case, tmp_path):
    with pytest.raises(Refused) as refused, read(tmp_path, case):
        pass
    (finding, *more) = refused.value.findings
    assert {finding.code for finding in (finding, *more)} == {case["refused"]["code"]}
    assert [words for words in case["refused"]["says"] if words not in finding.message] == [], finding.message
    assert case["refused"].get("fix", "") in finding.fix
    assert (finding.place.path, refused.value.exit_code) == (case.get("name", "actuals"), 3)


# --- what only goes wrong between us and DuckDB


def spoilt(monkeypatch, name, raised, *, times=1):
    """Lets the sums of the first tables fail."""
    whole, left = Statement.sums, [raised] * times

    def sums(self):
        if left:
            raise left.pop()
        return whole(self)

    monkeypatch.setattr(Statement, name, sums)


PLAIN = {"file": "date,amount\n2027-01-05,10\n2027-01-06,x\n"}


def test_a_text_that_duckdb_cannot_read_is_read_record_by_record(tmp_path, monkeypatch):
    spoilt(monkeypatch, "sums", duckdb.Error("no"))
    with read(tmp_path, PLAIN) as entries:
        assert told(entries) == (1, "10.00", [(3, "`x` is not an amount")])
        assert entries.files[0].table.numbered


def test_a_text_of_which_duckdb_loses_rows_is_read_record_by_record(tmp_path, monkeypatch):
    found = delimited.layout
    monkeypatch.setattr(delimited, "layout", lambda *asked: replace(found(*asked), lines=9))
    with read(tmp_path, PLAIN) as entries:
        assert told(entries) == (1, "10.00", [(3, "`x` is not an amount")])
        assert entries.files[0].table.numbered


@pytest.mark.parametrize(
    "case", [PLAIN, {"file": "date,amount\r2027-01-05,10\r"}, {"parquet": "SELECT '2027-01-05' AS date, 1 AS amount"}]
)
def test_what_duckdb_cannot_read_at_all_is_refused(tmp_path, monkeypatch, case):
    spoilt(monkeypatch, "sums", duckdb.Error("line 3 is long\n\nLine: xyz"), times=2)
    with (
        pytest.raises(Refused, match=r"actuals is damaged, or its lines are too long: line 3 is long$"),
        read(tmp_path, case),
    ):
        pass


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("raised", [duckdb.InterruptException("stop"), RuntimeError("Query interrupted")])
def test_an_interruption_ends_the_reading(tmp_path, monkeypatch, raised, times):
    spoilt(monkeypatch, "sums", raised)
    if times == 2:
        monkeypatch.setattr(delimited, "layout", lambda *_: Layout(0, quotes=False, spaced=False, regular=False))
    with pytest.raises(KeyboardInterrupt), read(tmp_path, PLAIN):
        pass


def test_an_interruption_ends_the_reading_of_a_text_that_is_read_again(tmp_path, monkeypatch):
    spoilt(monkeypatch, "sums", duckdb.Error("no"))
    whole = Statement.sums
    monkeypatch.setattr(Statement, "sums", lambda self: interrupted() if self.table.numbered else whole(self))
    with pytest.raises(KeyboardInterrupt), read(tmp_path, PLAIN):
        pass


def interrupted():
    raise duckdb.InterruptException("stop")


def test_a_bug_is_no_interruption(tmp_path, monkeypatch):
    spoilt(monkeypatch, "sums", RuntimeError("a bug"))
    with pytest.raises(RuntimeError, match="a bug"), read(tmp_path, PLAIN):
        pass


def test_an_interruption_of_parquet_is_no_damage(tmp_path):
    class Stopped:
        def execute(self, *_):
            interrupted()

    with pytest.raises(duckdb.InterruptException):
        open_parquet(tmp_path, {}, "x", "CB501", Stopped())


def test_a_file_that_is_not_there_is_refused_with_the_others(tmp_path):
    paths = [tmp_path / "none.csv", tmp_path, tmp_path / "bad\0name"]
    with pytest.raises(Refused) as refused, opened([(path, path.name) for path in paths], request()):
        pass
    assert [finding.code for finding in refused.value.findings] == ["CB501"] * 3
    assert "none.csv cannot be opened: No such file" in refused.value.findings[0].message


def test_several_files_are_read_each_as_it_is_written(tmp_path):
    texts = [
        "date,reference,amount\n2027-01-05,A,10.50\n",
        "日期;凭证号;金额\n05.01.2027;A;1.234,50\n31.01.2027;A;10,50\n",
        "date,amount\n2027-01-05,1\n",
    ]
    paths = [tmp_path / f"{number}.csv" for number in range(3)]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text, encoding="utf-8")
    with opened([(path, path.name) for path in paths], request()) as entries:
        assert told(entries) == (4, "1256.50", [])
        assert [group.file for group in entries.groups] == [0, 1, 2]
        assert entries.repeated() == []
        assert entries.first_lines(entries.groups) == {0: 2, 1: 2, 2: 2}


def test_a_row_that_stands_in_two_files_is_repeated(tmp_path):
    for name in "ab":
        (tmp_path / name).write_text("date,reference,amount\n2027-01-05,A,10.50\n2027-01-05,,10.50\n", encoding="utf-8")
    with opened([(tmp_path / name, name) for name in "ab"], request()) as entries:
        assert [[(row.file, row.line) for row in rows] for rows in entries.repeated()] == [[(0, 2), (1, 2)]]


def test_a_cell_of_gigabytes_would_be_split_at_every_sign(monkeypatch):
    usual = csv.field_size_limit()
    monkeypatch.setattr("crmbudget.reading.records.CELL_MAX", 5)
    assert list(records(['a,"bcdefgh,i\n', "j,k\n"], ",")) == [(1, ["a", '"bcdefgh', "i"]), (2, ["j", "k"])]
    csv.field_size_limit(usual)


def test_a_workbook_may_hold_times_of_day(tmp_path):
    case = {"sheets": {"S": [["date", "memo", "amount"], [date(2027, 1, 5), time(10, 30), 1]]}}
    with read(tmp_path, case) as entries:
        assert [row.cells for row in entries.rows(entries.groups)] == [("2027-01-05", "10:30:00", "1")]
