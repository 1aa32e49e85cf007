"""Annotations of a GitHub workflow: findings beside the lines of a pull request."""

from collections.abc import Iterator, Sequence

from crmbudget.finding import Severity
from crmbudget.money import Currency
from crmbudget.reporting.excerpt import money_of
from crmbudget.reporting.listing import left_out
from crmbudget.reporting.pointing import Pointed, pointed
from crmbudget.reporting.report import Report, Screen, clean
from crmbudget.wording import local, say

ENDINGS = ()
FROM_ROOT = True
SHOWN = 10
"""GitHub shows so many of each kind for one step, and says nothing of the others."""
_KINDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(report: Report, screen: Screen) -> Iterator[str]:  # noqa: ARG001
    """The ten with the most money of each kind; the tenth tells how many more there are, and the money in them."""
    found = pointed(report)
    for severity, kind in _KINDS.items():
        own = [one for one in found if one.finding.severity is severity]
        for number, one in enumerate(own[:SHOWN], 1):
            text = _text(one, own[SHOWN:] if number == SHOWN else (), report.currency)
            yield f"::{kind} {_properties(one, report.currency)}::{_escaped(text)}\n"


def _text(one: Pointed, hidden: Sequence[Pointed], currency: Currency | None) -> str:
    finding = one.finding
    lines = [finding.message]
    if finding.place and finding.place.path != one.path:
        lines = [say("{place}: {what}", place=finding.place, what=finding.message)]
    if finding.fix:
        lines.append(say("fix: {fix}", fix=finding.fix))
    if hidden:
        rest = left_out([each.finding for each in hidden], currency)
        lines.append(say("{rest}, not shown here", rest=rest))
    return "\n".join(clean(local(line)) for line in lines)


def _properties(one: Pointed, currency: Currency | None) -> str:
    """Where it is shown; a line always, since GitHub shows none without one beside the changes."""
    money = money_of(one.finding, currency)
    properties = {"title": f"{one.finding.code} {local(money)}".rstrip()}
    place = one.place
    properties |= {"file": one.path} if one.path else {}
    properties["line"] = str(place.line or 1)
    if place.line and place.column:
        last = max(place.column, (place.end or place.column + 1) - 1)
        properties |= {"col": str(place.column), "endColumn": str(last)}
    return ",".join(f"{name}={_escaped(clean(value), properties=True)}" for name, value in properties.items())


def _escaped(text: str, *, properties: bool = False) -> str:
    """A text that cannot end its annotation, or begin another."""
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return text.replace(":", "%3A").replace(",", "%2C") if properties else text
