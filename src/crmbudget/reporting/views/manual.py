"""Manual pages as reports: strategies and finding codes."""

import inspect
from collections.abc import Sequence

from crmbudget.allocation.strategy import Strategy
from crmbudget.reporting.report import Column, Prose, Report, Table


def page_report(command: str, name: str, text: str) -> Report:
    """One page."""
    records = Table("", (Column("name", "Name"), Column("text", "Text")), [[name, text.strip()]])
    return Report("crmbudget.page", command, blocks=(Prose(text.strip()),), records=records)


def strategies_report(found: Sequence[tuple[str, type[Strategy]]]) -> Report:
    """Every strategy in a line, then each one's page."""
    columns = (Column("name", "Strategy"), Column("splits", "Splits"), Column("summary", "What it does"))
    rows = [[name, splits(kind), manual(kind).partition("\n")[0]] for name, kind in found]
    keys = Column("page", "Page")
    pages = [[*row, manual(kind)] for row, (_, kind) in zip(rows, found, strict=True)]
    hint = Prose("`crmbudget strategies NAME` shows a strategy's manual page.")
    return Report("crmbudget.strategies", "strategies", (Table("", columns, rows), hint), records=Table("", (*columns, keys), pages))


def splits(kind: type[Strategy]) -> str:
    """What a strategy splits, in a word."""
    return str(kind.splits) if kind.splits else "as `across` says"


def manual(kind: type[Strategy]) -> str:
    """A strategy's manual page: its docstring."""
    return inspect.getdoc(kind) or kind.__name__
