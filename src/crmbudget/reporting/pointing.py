"""Findings as programs of others show them: in a file, on a line, with a name that stays from run to run."""

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from crmbudget.finding import Finding, Place, ordered
from crmbudget.money import Currency
from crmbudget.reporting.excerpt import money_of
from crmbudget.reporting.report import Report
from crmbudget.wording import say

_CALL = ("command line", "--")
"""How a place begins that is no file."""
_FIGURE = re.compile(r"(?<![\w`-])[+-]?\d[\d,.]*%?(?![\w`-])")
"""A number that stands alone: an amount, a count, a line. Not one in a name, a period or a day."""


class Pointed(NamedTuple):
    """A finding, the file that it is shown in ("" where there is none), and its fingerprint."""

    finding: Finding
    path: str
    place: Place
    fingerprint: str


def pointed(report: Report) -> list[Pointed]:
    """The findings of a report, in the order in which they are told; what points into no file is shown at the plan."""
    findings = ordered(report.findings)
    first = next((path for path, _ in report.inputs), "")
    places = [_in_file(finding.place) or Place(first) for finding in findings]
    prints = fingerprints(findings, places)
    return [Pointed(*one) for one in zip(findings, (place.path for place in places), places, prints, strict=True)]


def _in_file(place: Place | None) -> Place | None:
    return place if place and not place.path.startswith(_CALL) else None


def fingerprints(findings: Sequence[Finding], places: Sequence[Place]) -> list[str]:
    """A name for each finding that stays when lines move and amounts change.

    It is made of code, file and message without figures; what is the same in those is told apart by its order in the file.
    """
    names = [
        (finding.code, place.path, _FIGURE.sub("#", finding.message))
        for finding, place in zip(findings, places, strict=True)
    ]
    seen: Counter[tuple[str, str, str]] = Counter()
    found = [""] * len(names)
    for number in sorted(range(len(names)), key=lambda number: (places[number].line or 0, places[number].column or 0)):
        words = "\0".join([*names[number], str(seen[names[number]])])
        seen[names[number]] += 1
        found[number] = hashlib.sha256(words.encode("utf-8", "backslashreplace")).hexdigest()[:32]
    return found


def told(finding: Finding, currency: Currency | None) -> str:
    """Message, money and fix in one line; the money only where the message does not name it."""
    text, money = finding.message, money_of(finding, currency)
    if money and money not in text:
        text = say("{message} ({money})", message=text, money=money)
    return say("{message}; {fix}", message=text, fix=finding.fix) if finding.fix else text
