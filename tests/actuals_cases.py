"""Files of actuals for tests: made from a case of tests/cases/actuals, read, and told in short."""

import base64
import gzip
import io
import re
from contextlib import contextmanager
from fractions import Fraction

import duckdb
import yaml
from openpyxl import Workbook

from crmbudget.money import Currency
from crmbudget.period import read_period, sequence
from crmbudget.reading.entries import Request, opened
from crmbudget.reading.table import Dialect
from runner import ROOT


class Loader(yaml.SafeLoader):
    """YAML whose dates are texts unless they are marked."""


Loader.yaml_implicit_resolvers = {
    sign: [(tag, pattern) for tag, pattern in resolvers if "timestamp" not in tag]
    for sign, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Loader.add_constructor("!date", lambda _, node: yaml.SafeLoader.construct_yaml_timestamp(yaml.SafeLoader(""), node))


def cases():
    for path in sorted((ROOT / "tests/cases/actuals").glob("*.yaml")):
        for case in yaml.load(path.read_text(encoding="utf-8"), Loader):
            yield {"family": path.stem, **case}


def request(*, currency="CNY", start="2027-01", periods=12, columns=None, dialect=None, fx=None):
    """What a plan would ask for."""
    rates = {code: Fraction(rate) for code, rate in (fx or {}).items()}
    calendar = tuple(sequence(read_period(start), periods)) if periods else ()
    return Request(Currency.of(currency), calendar, columns or {}, Dialect(**(dialect or {})), rates)


def content(case):
    """The bytes of a case's file."""
    if "base64" in case:
        return base64.b64decode(case["base64"])
    if "sheets" in case:
        return workbook(case["sheets"])
    text = case.get("file")
    if text is None:
        forms = [("2027-01-05", text) for text in case.get("amounts", ())]
        forms += [(text, "1") for text in case.get("dates", ())]
        text = "date,amount\n" + "".join(f'"{date}","{amount}"\n' for date, amount in forms)
    long = re.sub(r"\{([0-9]+) ([^}]+)\}", lambda many: many[2].replace("\\n", "\n") * int(many[1]), text)
    written = long.encode(case.get("encoding", "utf-8"))
    return gzip.compress(written) if case.get("name", "").endswith(".gz") else written


def workbook(sheets):
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([None if cell == "" else cell for cell in row])
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def write(folder, case):
    path = folder / case.get("name", "actuals")
    if "parquet" in case:
        with duckdb.connect() as connection:
            connection.execute(f"COPY ({case['parquet']}) TO '{path}' (FORMAT parquet)")
    else:
        path.write_bytes(content(case))
    return path


@contextmanager
def read(folder, case):
    """The entries of a case's file."""
    keys = ("currency", "columns", "dialect", "fx")
    asked = request(**{key: case[key] for key in keys if key in case}, **case.get("calendar", {}))
    path = write(folder, case)
    with opened([(path, path.name)], asked) as entries:
        yield entries


def told(entries):
    """Accepted rows and their total, rejected lines with reasons, by line."""
    good = [group for group in entries.groups if not group.reason]
    bad = [group for group in entries.groups if group.reason]
    rejected = sorted((row.line or row.number, row.group.reason.text) for row in entries.rows(bad))
    assert len(rejected) == sum(group.rows for group in bad)
    total = entries.request.currency.text(sum(group.amount for group in good))
    return sum(group.rows for group in good), total, rejected
