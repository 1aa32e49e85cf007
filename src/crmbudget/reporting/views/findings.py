"""Findings as a report: each with its excerpt, and a verdict."""

from collections.abc import Iterator, Sequence

from crmbudget.finding import Finding, ordered
from crmbudget.money import Currency
from crmbudget.reporting.excerpt import LinesOf, excerpt
from crmbudget.reporting.listing import cut, finding_records, left_out, verdict
from crmbudget.reporting.locating import located
from crmbudget.reporting.report import Prose, Report
from crmbudget.wording import joined, say

SHOWN = 20
"""Findings that are shown with an excerpt where nothing else is asked for."""


def findings_report(
    command: str,
    findings: Sequence[Finding],
    lines_of: LinesOf,
    *,
    top: int = SHOWN,
    currency: Currency | None = None,
    inputs: tuple[tuple[str, str], ...] = (),
    notes: Sequence[str] = (),
    exit_code: int = 0,
) -> Report:
    """The most severe first, then the most money: ``top`` on a screen; ``notes`` stand last, the verdict among them."""
    found = located(ordered(findings), lines_of)
    note = [Prose(joined("\n", notes))] if notes else []
    return Report(
        "crmbudget.findings", command, blocks=tuple(note), records=finding_records(found), currency=currency, inputs=inputs,
        findings=tuple(found), exit_code=exit_code, headline=verdict(found) or say("no findings"), marker=f"crmbudget {command}",
        on_screen=tuple(on_screen(found, lines_of, currency, top=top, notes=notes)),
    )  # fmt: skip


def refusal_report(
    schema: str,
    command: str,
    findings: Sequence[Finding],
    lines_of: LinesOf,
    *,
    currency: Currency | None,
    exit_code: int,
) -> Report:
    """The answer of a command that gives no numbers: its findings, and no results."""
    return Report(
        schema, command, currency=currency, findings=tuple(findings), exit_code=exit_code, headline=verdict(findings),
        marker=f"crmbudget {command}".strip(), on_screen=tuple(on_screen(findings, lines_of, currency, top=len(findings))),
    )  # fmt: skip


def on_screen(
    found: Sequence[Finding], lines_of: LinesOf, currency: Currency | None, *, top: int, notes: Sequence[str] = ()
) -> Iterator[Prose]:
    """The first findings with their excerpts, what is left out, and how many there are of each severity."""
    shown, hidden = cut(found, top)
    for finding in shown:
        yield Prose(excerpt(finding, lines_of, currency))
    rest = []
    if hidden:
        rest = [say("{left}; --top {count} shows all", left=left_out(hidden, currency), count=len(found))]
    last = [*rest, *notes, *([verdict(found)] if found else [])]
    if last:
        yield Prose(joined("\n", last))
