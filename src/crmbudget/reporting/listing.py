"""The findings of a report as tables and in a line: the same for every format, and for every command."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from crmbudget.finding import Finding, Severity, ordered
from crmbudget.money import Currency
from crmbudget.reporting.report import Column, Kind, Report, Table
from crmbudget.wording import joined, local, say, say_count

_One = TypeVar("_One")
REFUSED = 2
"""From this exit code on a command gives no numbers."""
COLUMNS = (
    Column("code", say("Code")), Column("severity", say("Severity")), Column("message", say("Message")), Column("path", say("Path")),
    Column("line", say("Line"), Kind.COUNT), Column("column", say("Column"), Kind.COUNT), Column("money", say("Money"), Kind.MONEY), Column("fix", say("Fix")),
)  # fmt: skip
_PAGE = (
    Column("severity", say("Severity")), Column("code", say("Code")), Column("place", say("Place")), Column("message", say("Message")),
    Column("money", say("Money"), Kind.MONEY), Column("fix", say("Fix")),
)  # fmt: skip


def records_of(report: Report) -> Table | None:
    """The records of a report; the findings where a command that refused has none, so that no reader takes it for nothing."""
    if report.records is None and report.exit_code >= REFUSED:
        return finding_records(ordered(report.findings))
    return report.records


def finding_records(findings: Iterable[Finding]) -> Table:
    """One record for each finding, for programs."""
    return Table("", COLUMNS, [_record(finding) for finding in findings])


def _record(finding: Finding) -> list[object]:
    place = finding.place
    where = [place.path, place.line, place.column] if place else [None, None, None]
    return [finding.code, str(finding.severity), finding.message, *where, finding.money, finding.fix]


def page_table(report: Report) -> Table | None:
    """What a page lists beside the report's blocks, in the reader's language; None where there is nothing to list.

    Those are the findings that standard error tells beside a report: not what is for information only, unless the findings
    are the answer.
    """
    least = Severity.INFO if report.on_screen else Severity.WARNING
    findings = [finding for finding in ordered(report.findings) if finding.severity >= least]
    if not findings:
        return None
    columns = tuple(Column(column.key, local(column.title), column.kind) for column in _PAGE)
    title = "" if report.on_screen else local(verdict(findings))
    return Table(title, columns, [_row(finding) for finding in findings])


def _row(finding: Finding) -> list[object]:
    effect = finding.effect
    message = say("{message} ({effect})", message=finding.message, effect=effect) if effect else finding.message
    return [
        local(finding.severity.word), finding.code, str(finding.place or ""), local(message), finding.money, local(finding.fix or ""),
    ]  # fmt: skip


def verdict(findings: Sequence[Finding]) -> str:
    """How many there are of each severity, as one line."""
    return joined(say(", "), _counts(findings))


def cut(findings: Sequence[_One], most: int) -> tuple[Sequence[_One], Sequence[_One]]:
    """Those that are shown, and those that are left out; a single one is not worth a line that says so."""
    most = most if len(findings) > most + 1 else len(findings)
    return findings[:most], findings[most:]


def left_out(findings: Sequence[Finding], currency: Currency | None) -> str:
    """How many findings are not shown, of which severity, and the money in them."""
    total = sum(abs(finding.money or 0) for finding in findings)
    money = f"{currency.text(total, grouped=True)} {currency.code}" if currency and total else ""
    parts = [*_counts(findings), *([say("{money} in them", money=money)] if money else [])]
    return say("and {count:,} more: {parts}", count=len(findings), parts=joined(say(", "), parts))


def _counts(findings: Sequence[Finding]) -> list[str]:
    return [text for severity in reversed(Severity) if (text := _counted(severity, findings))]


def _counted(severity: Severity, findings: Sequence[Finding]) -> str:
    count = sum(finding.severity is severity for finding in findings)
    words = {
        Severity.ERROR: say_count("{count} error", "{count} errors", count),
        Severity.WARNING: say_count("{count} warning", "{count} warnings", count),
        Severity.INFO: say_count("{count} info", "{count} info", count),
    }
    return words[severity] if count else ""
