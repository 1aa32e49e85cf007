"""Promises of reading: no row is lost, one odd row changes nothing for the others, and SQL and Python read the same."""

import codecs
import csv
import io
import tempfile
from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from actuals_cases import request, workbook
from crmbudget.finding import Refused
from crmbudget.reading import delimited
from crmbudget.reading.amount_sql import AmountSql
from crmbudget.reading.amounts import Decimal, Proof
from crmbudget.reading.amounts import read as read_amount
from crmbudget.reading.entries import opened
from crmbudget.reading.headers import Role, is_header
from crmbudget.reading.layers import NAMES
from crmbudget.reading.table import MARKS

DAY = date(2027, 1, 1)


@contextmanager
def entries_of(content, name="a.csv", **asked):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        with opened([(path, name)], request(**asked)) as entries:
            yield entries


# --- a table is written, made dirty in a known way, and read back

WHOLE = st.integers(-(10**9), 10**9)
DAYS = st.integers(0, 364).map(lambda days: DAY + timedelta(days))
ACTIVITIES = st.sampled_from(["gifts", "礼品", "key, small", 'the "big" one', " calls ", "a;b|c", "NULL", "012"])
GOOD, BAD, BLANK = "good", "bad", "blank"
DIRT = {
    GOOD: lambda row: row,
    "a bad amount": lambda row: [row[0], row[1], "abc", row[3]],
    "no amount": lambda row: [row[0], row[1], "", row[3]],
    "another currency": lambda row: [row[0], row[1], "$5", row[3]],
    "a bad date": lambda row: ["32.32.2027", *row[1:]],
    "no date": lambda row: ["", *row[1:]],
    "outside the calendar": lambda row: ["2031-01-01", *row[1:]],
    "a short row": lambda row: row[:2],
    "a long row": lambda row: [*row, "x", "y"],
    "a subtotal": lambda row: ["合计", "", row[2], ""],
    "a header": lambda _: ["date", "activity", "amount", "memo"],
    BLANK: lambda row: ["" for _ in row],
}
WAYS = st.fixed_dictionaries(
    {
        "delimiter": st.sampled_from(",;\t|"),
        "encoding": st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030"]),
        "end": st.sampled_from(["\n", "\r\n", "\r"]),
        "quoting": st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
        "decimal": st.sampled_from(list(Decimal)),
        "day": st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%Y年%m月%d日", "%Y%m%d"]),
        "grouped": st.booleans(),
        "titles": st.integers(0, 2),
    }
)


def amount_text(cents, way):
    whole, rest = divmod(abs(cents), 100)
    text = f"{whole:,}.{rest:02d}" if way["grouped"] else f"{whole}.{rest:02d}"
    signed = f"-{text}" if cents < 0 else text
    return signed if way["decimal"] is Decimal.POINT else signed.translate(str.maketrans(".,", ",."))


def written(rows, way):
    """The file, and the line of each row."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=way["delimiter"], quoting=way["quoting"], lineterminator=way["end"])
    for _ in range(way["titles"]):
        writer.writerow(["费用明细", "", "", ""])
    writer.writerow(["date", "activity", "amount", "memo"])
    lines = []
    for row in rows:
        lines.append(io.StringIO(text.getvalue()).read().count(way["end"]) + 1)
        writer.writerow(row)
    return text.getvalue().encode(way["encoding"]), lines


MEMOS = st.sampled_from(["", "备注", 'a "quote"', "two\nlines", "three\r\nmore\nlines", "total of it", "x" * 50])


@given(st.lists(st.tuples(DAYS, ACTIVITIES, WHOLE, MEMOS, st.sampled_from(list(DIRT))), max_size=25), WAYS)
@settings(max_examples=50)
def test_what_is_dirty_is_rejected_and_all_else_is_exact(table, way):
    memos = [memo.replace("\n", way["end"]) if "\r" not in memo else memo for *_, memo, _ in table]
    clean = [
        [day.strftime(way["day"]), activity, amount_text(cents, way), memo]
        for (day, activity, cents, *_), memo in zip(table, memos, strict=True)
    ]
    kinds = [kind for *_, kind in table]
    content, _ = written([DIRT[kind](row) for row, kind in zip(clean, kinds, strict=True)], way)
    dialect = {"date": "DD.MM.YYYY"} if way["day"] == "%d.%m.%Y" else {}
    spent = Counter()
    for (day, activity, cents, *_), kind in zip(table, kinds, strict=True):
        if kind == GOOD:
            spent[activity.strip(), day.month - 1] += cents
    with entries_of(content, dialect={**dialect, "decimal": way["decimal"].value}) as entries:
        good = [group for group in entries.groups if not group.reason]
        bad = [group for group in entries.groups if group.reason]
        assert sum(group.rows for group in good) == kinds.count(GOOD)
        assert sum(group.rows for group in bad) == len(kinds) - kinds.count(GOOD) - kinds.count(BLANK)
        found = Counter()
        for group in good:
            found[group.names[NAMES.index(Role.ACTIVITY)], group.period] += group.amount
        assert {cell: cents for cell, cents in found.items() if cents} == {
            cell: cents for cell, cents in spent.items() if cents
        }
        dirty = [DIRT[kind](row) for row, kind in zip(clean, kinds, strict=True) if kind not in {GOOD, BLANK}]
        assert [[*row.cells] for row in entries.rows(bad)] == dirty
        assert [row.line for row in entries.rows(bad)] == dirty_lines(content, way, kinds)


def dirty_lines(content, way, kinds):
    """The lines on which the dirty rows start, as the csv module counts them."""
    reader = csv.reader(io.StringIO(content.decode(way["encoding"]), newline=""), delimiter=way["delimiter"])
    starts, before = [], 0
    for _ in reader:
        starts.append(before + 1)
        before = reader.line_num
    rows = starts[way["titles"] + 1 :]
    return [line for line, kind in zip(rows, kinds, strict=True) if kind not in {GOOD, BLANK}]


# --- the three ways into DuckDB give the same, and an odd row changes nothing for the others

DATES = "2027-01-05|2027-02-28 10:00|2027/3/1|2027-02-30|2026-01-01|合计|date| |\u3000|\u00a0|2027-01-05\u00a0"
SUMS = "10|10.50|(5.00)|￥7|$7|1e3|abc|-|0|１２|1 000|7.005|贷|12\x1f|12\x1e|1\0002| 3 |-4|12\x03"
TEXTS = "gifts| gifts |礼品|NULL|it's|a'b|\\|\\n|%s|{}|é|\ufeff|\u2028|x\x0by|\x85|a\x02b|\x03|\x1d|小计|total"
DATED, SUMMED, NAMED = (st.sampled_from(texts.split("|")) for texts in (DATES, SUMS, TEXTS))
CELLS = st.one_of(DATED, SUMMED, NAMED, st.just("1,234.50"))
WIDTH = 4
LIKELY = st.tuples(DATED, NAMED, SUMMED, NAMED).map(list)
ROWS = st.lists(st.one_of(LIKELY, LIKELY, st.lists(CELLS, min_size=3, max_size=5)), max_size=12)
QUOTED = st.lists(
    st.lists(
        st.one_of(CELLS, st.sampled_from(['"a"', '"a,b"', 'a"b', 'a"b"c', '""', '"a""b"', '"a"b', '" "', '"10.50"'])),
        min_size=3,
        max_size=5,
    ),
    max_size=12,
)


def described(entries):
    """All that is told about the entries, in an order of its own."""
    lines = entries.first_lines(entries.groups)
    groups = sorted(repr((lines[at], group[2:])) for at, group in enumerate(entries.groups))
    rows = sorted(repr((row.line, row.cells, row.group[2:])) for row in entries.rows(entries.groups))
    return groups, rows, [[row.line for row in rows] for rows in entries.repeated()]


def read_by(content, **layout):
    """What is told when the text is taken to be laid out like this."""

    def laid_out(path, delimiter):
        return replace(found(path, delimiter), **layout)

    found = delimited.layout
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delimited, "layout", laid_out)
        try:
            with entries_of(content) as entries:
                return described(entries), entries.files[0].table
        except Refused as refused:
            return [finding.message for finding in refused.findings], None


@given(ROWS, st.sampled_from(["\n", "\r\n"]), st.booleans())
@settings(max_examples=20)
def test_the_three_ways_of_reading_give_the_same(rows, end, closed):
    lines = ["date,activity,amount,reference", *(",".join(row) for row in rows)]
    content = (end.join(lines) + end * closed).encode()
    (plain, first), (quoted, second), (rewritten, third) = (
        read_by(content),
        read_by(content, quotes=True),
        read_by(content, regular=False),
    )
    assert plain == quoted == rewritten
    marked = any(sign in content.decode() for sign in MARKS)
    assert first is None or (first.listed, first.numbered, third.numbered) == (True, marked, True)
    assert second is None or second.spare or marked or any(",".join(row).count(",") > WIDTH for row in rows)


@given(QUOTED)
@settings(max_examples=20)
@example([["2027-01-05", 'a"b"c', '"10.50"']])
def test_quotes_are_read_the_same_by_duckdb_and_record_by_record(rows):
    content = "\n".join(
        ["date,activity,amount,reference", '"2027-01-05",gifts,1,A', *(",".join(row) for row in rows)]
    ).encode()
    assert read_by(content)[0] == read_by(content, regular=False)[0]


ODD = [
    'x,"lone,1,A',
    'x,a"b,1,A',
    '"x\ny",gifts,1,A',
    "x,\0,1,A",
    "x,gifts,1,A,B,C",
    "x",
    "2027-01-05,gifts,oops,A",
    "2027-13-05,gifts,1,A",
    '"x"y,gifts,1,A',
    "x\x02,gifts,1,A",
    "x,gifts,1,A\r",
    "x,$,1,A\r\nx,y,z,A",
    "2027-01-05,合计,1,A",
]


@given(
    st.lists(
        st.tuples(DAYS, ACTIVITIES.filter(lambda name: '"' not in name and "," not in name), WHOLE),
        min_size=1,
        max_size=15,
    ),
    st.sampled_from(ODD),
    st.integers(0, 15),
    st.booleans(),
)
@settings(max_examples=30)
def test_one_odd_row_changes_nothing_for_the_others(table, odd, at, quoted):
    mark = '"' if quoted else ""
    way = {"grouped": False, "decimal": Decimal.POINT}
    lines = [f"{day},{mark}{name}{mark},{amount_text(cents, way)},R" for day, name, cents in table]
    head = "date,activity,amount,reference"
    with entries_of("\n".join([head, *lines]).encode()) as entries:
        before = Counter({group[2:]: 1 for group in entries.groups})
    with entries_of("\n".join([head, *lines[:at], odd, *lines[at:]]).encode()) as entries:
        good = Counter({group[2:]: 1 for group in entries.groups if not group.reason})
        bad = [group for group in entries.groups if group.reason]
        assert good == before
        assert {row.line for row in entries.rows(bad)} <= {min(at, len(lines)) + 2, min(at, len(lines)) + 3}


# --- SQL reads no amount in another way than Python

NUMBERS = st.lists(
    st.sampled_from([*"0123456789", ".", ",", " ", "'", "\u00a0", "\u202f", "１", "，", "000", "234", ".50"]),
    max_size=7,
)
AMOUNTS = st.one_of(
    st.tuples(
        st.sampled_from(["", "-", "(", "￥", "¥", "CNY", "RMB ", "+", "−", " ", "￥-", "-￥", "$", "KWD", "円", "('"]),
        NUMBERS.map("".join),
        st.sampled_from(["", "-", ")", " ", "元", " CNY", "¥-", "%", "円", "KWD ", "\u3000", " -", "万"]),
    ).map("".join),
    st.text("0123456789.,-+() ¥￥CNY'\u00a0１e", max_size=9),
)


@given(
    st.lists(AMOUNTS, min_size=200, max_size=400),
    st.sampled_from(list(Decimal)),
    st.sampled_from(["CNY", "JPY", "KWD", "USD"]),
)
@settings(max_examples=8)
@example(
    ["1,234.56", "1.234,56", "(1,234.00)", "+-5", "5-", "1 234", "CNY-5", "0,123", "12.5", "."], Decimal.COMMA, "KWD"
)
def test_sql_and_python_read_an_amount_alike(texts, decimal, currency):
    sql = AmountSql(request(currency=currency).currency.digits, decimal, currency)
    source = f"SELECT c, {sql.is_plain('c')} AS p FROM texts"  # noqa: S608
    source = f"SELECT *, {sql.text('c', 'p')} AS t FROM ({source})"  # noqa: S608
    source = f"SELECT *, {sql.kind('t', 'p')} AS k FROM ({source})"  # noqa: S608
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE texts AS SELECT unnest(CAST($texts AS VARCHAR[])) AS c", {"texts": texts})
        answers = f"SELECT c, CAST({sql.value('t', 'k')} AS VARCHAR), {sql.proof('t', 'k')} FROM ({source}) WHERE k IS NOT NULL"  # noqa: S608
        found = connection.execute(answers).fetchall()
    assumed = Proof.POINT if decimal is Decimal.POINT else Proof.COMMA
    for text, value, proof in found:
        reading = read_amount(text)
        told = 0 if reading.proof is Proof.NOTHING else 4 if reading.proof is Proof.OPEN else 1
        assert (Fraction(value), proof) == (reading.under(decimal), told), text
        assert reading.proof in {Proof.NOTHING, Proof.OPEN, assumed}, text
        assert not reading.marks or currency in reading.marks, text


# --- whatever the bytes: a finding, or entries that account for every record

SEEDS = [
    b'date,activity,amount,reference\n2027-01-05,gifts,10.50,A1\n2027-02-05,"calls, long","1,234.00",A2\n\n2027-03-05,x,(5),A2\n',
    '记账日期;项目;借方;贷方;币种\r\n2027年1月5日;礼品;1.234,50;;CNY\r\n05.01.2027;"电话";;3,00;USD\r\n'.encode(),
    "日期\t方向\t金额(万元)\n20270105\t借\t1.5\n46392\t贷\t0.25\n".encode("gb18030"),
    '\ufeffdate|amount|quantity|memo\n2027-01-05 10:00|10|1,5|"a\nb"\n'.encode("utf-16-le"),
    workbook({"Sheet1": [["date", "amount"], [DAY, 10.5], [46392, "x"]]}),
]
PIECES = [b'"', b",", b"\n", b"\r", b"\0", b'""', b"\xff\xfe", b"\xef\xbb\xbf", b";", b"(", b"1", b"\x1f", b"\x02", b"PAR1", b"\x1f\x8b", b"-", b"e9", "合计".encode(), b"date,amount\n", b" ", b"\xa0"]  # fmt: skip


@st.composite
def mutated(draw):
    content = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(content)))
        cut = draw(st.integers(0, 8))
        content[at : at + cut] = draw(st.one_of(st.sampled_from(PIECES), st.binary(max_size=3)))
    return bytes(content)


def check_any_bytes(content, **asked):
    """Refused, or every record is in one group, and is found again."""
    try:
        with entries_of(content, fx={"USD": "7"}, **asked) as entries:
            rows = list(entries.rows(entries.groups))
            assert sum(group.rows for group in entries.groups) == len(rows)
            assert set(entries.first_lines(entries.groups)) == set(range(len(entries.groups)))
            entries.repeated()
            records = records_of(content, entries.files[0].table)
            assert records is None or records == len(rows)
    except Refused as refused:
        assert all(finding.message and finding.fix for finding in refused.findings)
        assert {finding.code for finding in refused.findings} <= {"CB501", "CB502", "CB503"}


def records_of(content, table):
    """How many records with text the csv module sees below the header; None where it cannot, or should not, say."""
    if not content.removeprefix(codecs.BOM_UTF8).isascii() or content.startswith(b"PK") or b"\0" in content:
        return None
    lines = io.StringIO(content.decode("utf-8-sig"), newline="").readlines()[table.header_line - 1 :]
    reader = csv.reader(lines, delimiter=table.delimiter, strict=True, skipinitialspace=table.spaced)
    found, before = -1, 0
    try:
        for cells in reader:
            if reader.line_num - before > 1:
                return None
            found, before = found + any(map(str.strip, cells)), reader.line_num
    except csv.Error:
        return None
    return found


@given(st.one_of(mutated(), st.binary(max_size=200), st.binary(max_size=100).map(lambda end: b"date,amount\n" + end)))
@settings(max_examples=80)
def test_any_bytes_are_a_finding_or_entries_that_add_up(content):
    check_any_bytes(content)


def test_a_header_is_counted_by_what_it_names():
    assert is_header(["date", "amount", "memo"], {}) == 3
