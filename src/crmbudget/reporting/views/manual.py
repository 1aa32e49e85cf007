"""Manual pages as reports: strategies and finding codes."""

import inspect
import textwrap
from collections.abc import Iterator, Sequence

from crmbudget.allocation.strategy import Strategy
from crmbudget.reporting.report import Column, Prose, Report, Table
from crmbudget.wording import Said, local, say

_COLUMNS = (Column("name", say("Strategy")), Column("splits", say("Splits")), Column("summary", say("What it does")))


def page_report(command: str, name: str, text: str) -> Report:
    """One page; programs get its English text."""
    page = Said.of(text.strip(), lambda _: local(text).strip())
    records = Table("", (Column("name", say("Name")), Column("text", say("Text"))), [[name, page]])
    return Report("crmbudget.page", command, blocks=(Prose(page),), records=records)


def strategies_report(found: Sequence[tuple[str, type[Strategy] | str]]) -> Report:
    """Every strategy in a line, then its page; in place of one that does not load stands the reason."""
    pages = [
        (name, None, kind) if isinstance(kind, str) else (name, splits(kind), manual(kind)) for name, kind in found
    ]
    records = [[name, what, page.partition("\n")[0], page] for name, what, page in pages]
    table = Table("", (*_COLUMNS, Column("page", say("Page"))), records)
    return Report("crmbudget.strategies", "strategies", tuple(entries(records)), records=table)


def entries(records: Sequence[Sequence[str | None]]) -> Iterator[Table | Prose]:
    """Name, what it splits and summary of each in a table, then the page of each."""
    yield Table("", _COLUMNS, [record[:3] for record in records])
    for name, *_, page in records:
        yield Prose(f"{name}\n{textwrap.indent(page or '', '    ')}")


def splits(kind: type[Strategy]) -> str:
    """What a strategy splits, in a word."""
    return str(kind.splits) if kind.splits else say("as `across` says")


def manual(kind: type[Strategy]) -> str:
    """A strategy's manual page: its docstring."""
    return inspect.getdoc(kind) or kind.__name__
