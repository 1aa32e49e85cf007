"""SARIF 2.1.0: findings for code scanning."""

from collections.abc import Iterator
from typing import Any

from crmbudget import __version__
from crmbudget.finding import Finding, Place, Severity, explanations
from crmbudget.reporting.pointing import Pointed, pointed
from crmbudget.reporting.report import Report, Screen, json_text

ENDINGS = (".sarif",)
FOR_PROGRAMS = True
FROM_ROOT = True
UTF8 = True
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
NOT_STARTED = 2
"""The exit code of a call that could not start; a plan that is wrong has been looked at."""
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def render(report: Report, screen: Screen) -> Iterator[str]:  # noqa: ARG001
    """One run with every finding; what no file can show, as a wrong call, is told of the invocation."""
    found = pointed(report)
    codes = sorted({one.finding.code for one in found})
    invocation = {
        "executionSuccessful": report.exit_code != NOT_STARTED,
        "exitCode": report.exit_code,
        "toolConfigurationNotifications": [_notification(one.finding) for one in found if not one.path],
    }
    driver = {"name": "crmbudget", "semanticVersion": __version__, "rules": [_rule(code) for code in codes]}
    yield f'{{"$schema": "{SCHEMA}",\n "version": "2.1.0",\n "runs": [{{\n  "tool": {json_text({"driver": driver})},\n'
    yield f'  "invocations": {json_text([invocation])},\n  "columnKind": "unicodeCodePoints",\n  "results": ['
    for number, one in enumerate(one for one in found if one.path):
        yield f"{',' if number else ''}\n   {json_text(_result(one, codes, report))}"
    yield "]}]}\n"


def _rule(code: str) -> dict[str, Any]:
    """A code's page: its headline, its first sentences, and all of it."""
    page = str(explanations().get(code, f"# {code}\n\n{code}\n"))
    headline, _, text = page.partition("\n")
    return {
        "id": code,
        "shortDescription": {"text": headline.removeprefix("# ")},
        "fullDescription": {"text": " ".join(text.strip().partition("\n\n")[0].split())},
        "help": {"text": page, "markdown": page},
    }


def _result(one: Pointed, codes: list[str], report: Report) -> dict[str, Any]:
    finding, currency = one.finding, report.currency
    properties: dict[str, Any] = {"fix": finding.fix} if finding.fix else {}
    if currency and finding.money is not None:
        properties |= {"money": currency.text(finding.money), "currency": currency.code}
    related = [{"message": {"text": text}, **_location(place)} for text, place in finding.related]
    return {
        "ruleId": finding.code,
        "ruleIndex": codes.index(finding.code),
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{finding.message}; {finding.fix}" if finding.fix else str(finding.message)},
        "locations": [_location(one.place)],
        **({"relatedLocations": related} if related else {}),
        **({"fixes": [_fix(finding, one.place)]} if finding.repair else {}),
        "partialFingerprints": {"crmbudget/v1": one.fingerprint},
        "properties": properties,
    }


def _fix(finding: Finding, place: Place) -> dict[str, Any]:
    """The only right mend, as the stretches of the file that it replaces."""
    replacements = [
        {
            "deletedRegion": {
                "startLine": edit.line, "startColumn": edit.column, "endLine": edit.end_line, "endColumn": edit.end_column,
            },
            "insertedContent": {"text": edit.text},
        }
        for edit in finding.repair
    ]  # fmt: skip
    change = {**_location(Place(place.path))["physicalLocation"], "replacements": replacements}
    return {"description": {"text": finding.fix or finding.message}, "artifactChanges": [change]}


def _notification(finding: Finding) -> dict[str, Any]:
    return {
        "descriptor": {"id": finding.code},
        "level": _LEVELS[finding.severity],
        "message": {"text": finding.message},
    }


def _location(place: Place) -> dict[str, Any]:
    location: dict[str, Any] = {"artifactLocation": {"uri": _uri(place.path)}}
    if place.line:
        region = {"startLine": place.line, "startColumn": place.column, "endColumn": place.end}
        location["region"] = {name: number for name, number in region.items() if number}
    return {"physicalLocation": location}


def _uri(path: str) -> str:
    """A path as a reference; one that begins with a drive or a slash as a file's address."""
    from urllib.parse import quote

    if path.startswith("/"):
        return f"file://{quote(path, errors='backslashreplace')}"
    if path[1:3] == ":/":
        return f"file:///{path[:2]}{quote(path[2:], errors='backslashreplace')}"
    return quote(path, errors="backslashreplace")
