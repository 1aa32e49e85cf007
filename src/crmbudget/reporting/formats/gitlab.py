"""A GitLab Code Quality report: findings beside the lines of a merge request, new and mended ones told apart."""

from collections.abc import Iterator
from typing import Any

from crmbudget.finding import Severity
from crmbudget.reporting.pointing import Pointed, pointed, told
from crmbudget.reporting.report import Report, Screen, json_text

ENDINGS = ()
FOR_PROGRAMS = True
FROM_ROOT = True
UTF8 = True
_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}


def render(report: Report, screen: Screen) -> Iterator[str]:  # noqa: ARG001
    """A JSON list with every finding; an empty list where there are none."""
    yield "["
    for number, one in enumerate(pointed(report)):
        yield f"{',' if number else ''}\n {json_text(_issue(one, report))}"
    yield "]\n"


def _issue(one: Pointed, report: Report) -> dict[str, Any]:
    place = one.finding.place
    return {
        "check_name": one.finding.code,
        "description": told(one.finding, report.currency),
        "severity": _SEVERITIES[one.finding.severity],
        "fingerprint": one.fingerprint,
        "location": {
            "path": one.path or (place.path if place else "crmbudget"),
            "lines": {"begin": one.place.line or 1},
        },
    }
