"""One line a finding, for editors and for ``grep``."""

from collections.abc import Iterator

from crmbudget.finding import ordered
from crmbudget.reporting.pointing import told
from crmbudget.reporting.report import Report, Screen, clean
from crmbudget.wording import local

ENDINGS = ()


def render(report: Report, screen: Screen) -> Iterator[str]:  # noqa: ARG001
    """``path:line:column: severity[code] message (money); fix``, all of them; nothing where there are none."""
    for finding in ordered(report.findings):
        place = f"{clean(str(finding.place))}: " if finding.place else ""
        text = clean(local(told(finding, report.currency)))
        yield f"{place}{local(finding.severity.word)}[{finding.code}] {text}\n"
