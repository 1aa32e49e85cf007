"""Manual pages as reports: strategies and finding codes."""

import inspect
import textwrap
from collections.abc import Sequence

from crmbudget.allocation.strategy import Strategy
from crmbudget.reporting.report import Column, Prose, Report, Table
from crmbudget.wording import say


def page_report(command: str, name: str, text: str) -> Report:
    """One page."""
    records = Table("", (Column("name", say("Name")), Column("text", say("Text"))), [[name, text.strip()]])
    return Report("crmbudget.page", command, blocks=(Prose(text.strip()),), records=records)


def strategies_report(found: Sequence[tuple[str, type[Strategy] | str]]) -> Report:
    """Every strategy in a line, then its page; in place of one that does not load stands the reason."""
    columns = (Column("name", say("Strategy")), Column("splits", say("Splits")), Column("summary", say("What it does")))
    pages = [
        (name, None, kind) if isinstance(kind, str) else (name, splits(kind), manual(kind)) for name, kind in found
    ]
    rows = [[name, what, page.partition("\n")[0]] for name, what, page in pages]
    records = [[*row, page] for row, (_, _, page) in zip(rows, pages, strict=True)]
    prose = (Prose(f"{name}\n{textwrap.indent(page, '    ')}") for name, _, page in pages)
    return Report(
        "crmbudget.strategies",
        "strategies",
        (Table("", columns, rows), *prose),
        records=Table("", (*columns, Column("page", say("Page"))), records),
    )


def splits(kind: type[Strategy]) -> str:
    """What a strategy splits, in a word."""
    return str(kind.splits) if kind.splits else say("as `across` says")


def manual(kind: type[Strategy]) -> str:
    """A strategy's manual page: its docstring."""
    return inspect.getdoc(kind) or kind.__name__
