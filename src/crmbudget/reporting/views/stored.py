"""A stored answer as a report again: for programs what the command gave, for people what the document still knows of it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from crmbudget.finding import Severity
from crmbudget.reporting.contracts._fields import Contract
from crmbudget.reporting.envelope import Envelope
from crmbudget.reporting.grid import folded
from crmbudget.reporting.listing import REFUSED
from crmbudget.reporting.report import Kind, Prose, Report, Table
from crmbudget.reporting.views.findings import findings_report, refusal_report
from crmbudget.reporting.views.stored_blocks import SPECIAL, Stored, titled
from crmbudget.reporting.views.stored_cells import Cells
from crmbudget.reporting.views.words import TOTAL
from crmbudget.wording import say

_WORDS = {True: say("yes"), False: say("no")}


def stored_report(envelope: Envelope, contract: Contract, *, top: int, fails_from: Severity | None) -> Report:
    """The report of a document; Refused where it does not keep its contract. ``top`` folds long tables."""
    cells = Cells(envelope)
    exit_code = cells.exit_code()
    whole = exit_code < REFUSED
    report = Report(
        envelope.part("schema", str),
        envelope.part("command", str),
        summary=tuple(cells.summary(contract.summary, whole=whole).values()),
        records=_records(cells, contract, whole=whole),
        annexes=tuple(_annexes(cells, contract, whole=whole)),
        currency=cells.currency,
        inputs=cells.inputs(),
        findings=cells.findings(),
        exit_code=exit_code,
        fails_from=fails_from,
        stored=envelope.text if envelope.text.endswith("\n") else f"{envelope.text}\n",
    )
    return _shown(report, contract, top)


def _records(cells: Cells, contract: Contract, *, whole: bool) -> Table | None:
    """The results; none where the command gave no numbers, or has no such thing."""
    table = cells.table("results", contract.results)
    return None if not table.rows and not (whole and table.columns) else table


def _annexes(cells: Cells, contract: Contract, *, whole: bool) -> Iterator[tuple[str, Table]]:
    """Every further list that is known, in the order of the document."""
    for name, records in contract.lists.items():
        cells.expect(name, always=whole and records.always)
    for name in cells.envelope.lists:
        if name in contract.lists:
            yield name, cells.table(name, contract.lists[name])


def _shown(report: Report, contract: Contract, top: int) -> Report:
    """The report with what people see of it; what stands behind a name that is for programs alone stays behind."""
    if report.schema == "crmbudget.findings" and report.records is not None:
        made = findings_report(report.command, report.findings, _no_lines, top=top, currency=report.currency)
        return replace(
            report, on_screen=made.on_screen or (Prose(made.headline),), headline=made.headline, marker=made.marker
        )
    if report.exit_code >= REFUSED:
        made = refusal_report(
            report.schema,
            report.command,
            report.findings,
            _no_lines,
            currency=report.currency,
            exit_code=report.exit_code,
        )
        return replace(report, on_screen=made.on_screen, headline=made.headline, marker=made.marker)
    stored = Stored(report, {column.key: value for column, value in report.summary}, top)
    special = SPECIAL.get(report.schema)
    lists = tuple(_lists(report, contract, top))
    return special(stored, lists) if special else replace(report, summary=titled(report), blocks=lists)


def _no_lines(_: str) -> tuple[str, ...]:
    """The files that a finding points into may be others by now: they are not quoted."""
    return ()


def _lists(report: Report, contract: Contract, top: int) -> Iterator[Table]:
    """The results and further lists that have a title, as people read them: their first rows, and the sum of the others."""
    for name, table in (("results", report.records), *report.annexes):
        records = contract.results if name == "results" else contract.lists.get(name)
        if not (records and records.title and table and table.rows):
            continue
        block = _for_people(replace(table, title=records.title), summed=records.summed)
        if any(column.kind is Kind.TEXT for column in block.columns):
            yield next(one for one in folded(Report("", "", (block,)), top).blocks if isinstance(one, Table))


def _for_people(table: Table, *, summed: bool) -> Table:
    """The columns that have a title and tell something; the last row is their sum."""
    rows = list(table.rows)
    kept = [at for at, column in enumerate(table.columns) if column.title and any(row[at] is not None for row in rows)]
    columns = tuple(table.columns[at] for at in kept)
    shown = [[_WORDS[row[at]] if type(row[at]) is bool else row[at] for at in kept] for row in rows]
    footer: list[Any] | None = None
    if summed:
        adds = [column.kind is Kind.MONEY and column.adds for column in columns]
        footer = [sum(row[at] or 0 for row in shown) if add else None for at, add in enumerate(adds)]
        footer[0] = TOTAL if footer[0] is None else footer[0]
    return replace(table, columns=columns, rows=shown, footer=footer, stacks=True)
