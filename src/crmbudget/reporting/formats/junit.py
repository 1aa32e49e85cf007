"""JUnit XML: findings as test cases, for build servers that know nothing else."""

import re
from collections import Counter
from collections.abc import Iterator

from crmbudget.finding import Finding
from crmbudget.reporting.excerpt import money_of
from crmbudget.reporting.pointing import Pointed, pointed
from crmbudget.reporting.report import Report, Screen, clean

ENDINGS = (".xml",)
FOR_PROGRAMS = True
FROM_ROOT = True
UTF8 = True


def render(report: Report, screen: Screen) -> Iterator[str]:  # noqa: ARG001
    """A suite with one case for each finding, and with one that passes where there are none.

    A finding that makes the run fail is a failure; any other is a case that passes, with its text. A case is named by file and
    message, not by line, so that it stays the same case when lines move.
    """
    found = pointed(report)
    failures = sum(_fails(one.finding, report) for one in found)
    counts = f'tests="{len(found) or 1}" failures="{failures}" errors="0"'
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<testsuites name="crmbudget" {counts}>\n'
    yield f'  <testsuite name="{_escaped(f"crmbudget {report.command}".strip())}" {counts} skipped="0">\n'
    seen: Counter[tuple[str, str]] = Counter()
    for one in found:
        name = (one.finding.code, f"{one.path}: {one.finding.message}" if one.path else one.finding.message)
        seen[name] += 1
        yield _case(one, f"{name[1]} ({seen[name]})" if seen[name] > 1 else name[1], report)
    if not found:
        yield '    <testcase classname="crmbudget" name="no findings"/>\n'
    yield "  </testsuite>\n</testsuites>\n"


def _fails(finding: Finding, report: Report) -> bool:
    return report.fails_from is not None and finding.severity >= report.fails_from


def _case(one: Pointed, name: str, report: Report) -> str:
    finding = one.finding
    where = f' file="{_escaped(one.path)}" line="{one.place.line or 1}"' if one.path else ""
    head = f'    <testcase classname="{finding.code}" name="{_escaped(name)}"{where}>\n'
    text = _escaped(_text(finding, report))
    if _fails(finding, report):
        body = f'      <failure type="{finding.severity}" message="{_escaped(finding.message)}">{text}</failure>\n'
    else:
        body = f"      <system-out>{finding.severity}: {text}</system-out>\n"
    return f"{head}{body}    </testcase>\n"


def _text(finding: Finding, report: Report) -> str:
    """Place, message, money and fix, each on a line."""
    money = money_of(finding, report.currency)
    lines = [str(finding.place or ""), finding.message, f"money: {money}" if money else "", f"fix: {finding.fix}" if finding.fix else ""]  # fmt: skip
    return "\n".join(clean(line) for line in lines if line)


def _escaped(text: str) -> str:
    """A text as XML holds it; signs that XML forbids are written out, and line breaks of an attribute kept."""
    shown = "\n".join(map(clean, text.split("\n")))
    shown = re.sub("[\ufdd0-\ufdef\ufffe\uffff]", lambda sign: f"\\u{ord(sign[0]):04x}", shown)
    shown = shown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return shown.replace('"', "&quot;").replace("\n", "&#10;")
