"""Findings as a report: each with its excerpt, and a verdict."""

from collections.abc import Sequence

from crmbudget.finding import Finding, Severity, ordered
from crmbudget.money import Currency
from crmbudget.reporting.excerpt import LinesOf, excerpt
from crmbudget.reporting.report import Column, Kind, Prose, Report, Table
from crmbudget.wording import joined, say, say_count

_COLUMNS = (
    Column("code", say("Code")), Column("severity", say("Severity")), Column("message", say("Message")), Column("path", say("Path")),
    Column("line", say("Line"), Kind.COUNT), Column("column", say("Column"), Kind.COUNT), Column("money", say("Money"), Kind.MONEY), Column("fix", say("Fix")),
)  # fmt: skip


def findings_report(
    command: str,
    findings: Sequence[Finding],
    lines_of: LinesOf,
    *,
    currency: Currency | None = None,
    inputs: tuple[tuple[str, str], ...] = (),
    notes: Sequence[str] = (),
    exit_code: int = 0,
    schema: str = "crmbudget.findings",
) -> Report:
    """The most severe first, then the most money; ``notes`` stand last, the verdict among them."""
    found = ordered(findings)
    prose = [Prose(excerpt(finding, lines_of, currency)) for finding in found]
    last = joined("\n", [*notes, *([verdict(found)] if found else [])])
    return Report(
        schema, command, blocks=(*prose, *([Prose(last)] if last else [])), records=Table("", _COLUMNS, [_row(f) for f in found]),
        currency=currency, inputs=inputs, findings=tuple(found), exit_code=exit_code,
    )  # fmt: skip


def _row(finding: Finding) -> list[object]:
    place = finding.place
    where = [place.path, place.line, place.column] if place else [None, None, None]
    return [finding.code, str(finding.severity), finding.message, *where, finding.money, finding.fix]


def verdict(findings: Sequence[Finding]) -> str:
    """How many there are of each severity, as one line."""
    return joined(say(", "), filter(None, (_counted(severity, findings) for severity in reversed(Severity))))


def _counted(severity: Severity, findings: Sequence[Finding]) -> str:
    count = sum(finding.severity is severity for finding in findings)
    words = {
        Severity.ERROR: say_count("{count} error", "{count} errors", count),
        Severity.WARNING: say_count("{count} warning", "{count} warnings", count),
        Severity.INFO: say_count("{count} info", "{count} info", count),
    }
    return words[severity] if count else ""
