"""The rules at work on one plan: which are asked, and their answers as findings."""

from collections.abc import Iterable, Iterator
from heapq import nlargest

from crmbudget import registry
from crmbudget.finding import Finding, Severity
from crmbudget.planning.source import Path
from crmbudget.rules import GROUP, PACKAGE, Found, Rule, Subject
from crmbudget.wording import say, say_count

LISTED_MAX = 20
"""Findings of one rule that one plan lists, those with the most money; the last one says how many more there are."""
OFF = "off"
_MEMBERS = {("segments",), ("activities",), ("channels",)}


def judge(subject: Subject) -> list[Finding]:
    """What the rules find in a plan; one that the plan turns off is not even imported."""
    findings: list[Finding] = []
    for name in registry.offered(PACKAGE, GROUP):
        wanted = subject.plan.rules.get(name)
        word = wanted if wanted is None or isinstance(wanted, str) else wanted.severity
        if word != OFF:
            findings += _asked(name, Severity[word.upper()] if word else None, subject)
    return findings


def find(name: str) -> type[Rule]:
    """The rule of that name; KeyError where there is none, ImportError or AttributeError where it does not load."""
    found: type[Rule] = registry.member(PACKAGE, GROUP, name, name.replace("-", " ").title().replace(" ", ""))
    return found


def _asked(name: str, severity: Severity | None, subject: Subject) -> Iterator[Finding]:
    try:
        kind = find(name)
    except (ImportError, AttributeError) as error:
        message = say("the rule `{name}` does not load: {error}", name=name, error=error)
        place = subject.source.place(("rules", name), key=True)
        fix = say("install what it needs, or turn it off with a reason")
        yield Finding("CB720", message, place, fix, severity=Severity.WARNING)
        return
    yield from _findings(kind, kind.severity if severity is None else severity, subject)


def _findings(kind: type[Rule], severity: Severity, subject: Subject) -> Iterator[Finding]:
    """The findings with the most money, and one more for the rest."""
    found = list(kind().look(subject))
    listed = nlargest(LISTED_MAX, found, key=lambda one: abs(one.money or 0)) if len(found) > LISTED_MAX else found
    for one in listed:
        yield _finding(one, kind.code, severity, subject)
    if len(found) > LISTED_MAX:
        shown = set(map(id, listed))
        yield _rest([one for one in found if id(one) not in shown], kind.code, severity, subject)


def _finding(found: Found, code: str, severity: Severity, subject: Subject) -> Finding:
    at = _written(found.at, subject)
    place = subject.source.place(at, key=found.key or at != found.at)
    return Finding(code, found.message, place, found.fix, found.money, severity=severity)


def _written(at: Path, subject: Subject) -> Path:
    """The path; where it is of a member that only a file names, that of the key which names the file."""
    from_file = at[:1] in _MEMBERS and len(at) > 1 and at[:2] not in subject.source.keys
    return next(((key,) for key in ("lines", "customers") if from_file and key in subject.source.tree), at)


def _rest(found: list[Found], code: str, severity: Severity, subject: Subject) -> Finding:
    message = say_count("{count:,} more like these", "{count:,} more like these", len(found))
    fix = say("mend the first ones, and check again")
    return _finding(Found(found[0].at, message, fix, _sum(found), found[0].key), code, severity, subject)


def _sum(found: Iterable[Found]) -> int | None:
    return sum(abs(one.money or 0) for one in found) or None
