"""What owners say about their lines: who answers, what caused it, and what is done about it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crmbudget.finding import Finding, Place, Refused, Severity, one_of
from crmbudget.monitoring.findings import line_name
from crmbudget.monitoring.variance import Comparison, Line, Status
from crmbudget.planning.loader import read_text
from crmbudget.planning.source import Source, read_source
from crmbudget.planning.words import word_of
from crmbudget.wording import joined, say

SAID = ("owner", "cause", "action")
_ASKED = {Status.OVER: say("over budget"), Status.UNDER: say("under budget"), Status.UNBUDGETED: "unbudgeted"}
_EXAMPLE = say("write entries such as `- {{activity: gifts, owner: wang.li, cause: ..., action: ...}}`")


@dataclass(frozen=True, slots=True)
class Comment:
    """One entry: the lines that it is about, by coordinates, and what is said of them."""

    coordinates: Mapping[str, str]
    said: Mapping[str, str]
    place: Place


@dataclass(frozen=True, slots=True)
class Comments:
    """The entries of a file."""

    path: str
    entries: tuple[Comment, ...]

    def about(self, known: Mapping[str, str]) -> list[Comment]:
        """The comments on a line with these coordinates."""
        return [one for one in self.entries if one.coordinates.items() <= known.items()]


def read_comments(path: str, comparison: Comparison) -> Comments:
    """The entries of a YAML file; Refused (exit code 3) where one cannot be understood, 2 where there is no such file."""
    source = read_source(read_text(path), path)
    entries = source.tree if source.tree is not None else []
    findings = [finding for finding in source.findings if finding.code != "CB103"]
    if not isinstance(entries, list):
        findings.append(Finding("CB517", say("comments are a list of entries"), source.place(()), _EXAMPLE))
        entries = []
    comments = [_comment(number, entry, source, comparison, findings) for number, entry in enumerate(entries)]
    if findings:
        raise Refused(findings)
    return Comments(path, tuple(comment for comment in comments if comment))


def _comment(
    number: int, entry: Any, source: Source, comparison: Comparison, findings: list[Finding]
) -> Comment | None:
    place, names = source.place((number,)), comparison.names
    if not isinstance(entry, dict) or not all(isinstance(text, str) for text in entry.values()):
        findings.append(Finding("CB517", say("a comment is a mapping of texts"), place, _EXAMPLE))
        return None
    for key in entry:
        if key not in (*names, *SAID):
            at = source.place((number, key), key=True)
            fix = one_of(key, (*names, *SAID))
            findings.append(Finding("CB517", say("`{key}` is no part of a comment on these rows", key=key), at, fix))
    coordinates = {key: text for key, text in entry.items() if key in names}
    if names and not coordinates and not entry.keys() - set(SAID):
        fix = say("name its row, as in `{telling}: ...`", telling=comparison.telling[0])
        findings.append(Finding("CB517", say("this comment does not say which row it is about"), place, fix))
    return Comment(coordinates, {key: entry.get(key, "").strip() for key in SAID}, place)


def judged(comments: Comments, comparison: Comparison) -> Iterator[Finding]:
    """A finding for every line past a threshold without owner, cause or action, and for comments on no line."""
    used: set[Place] = set()
    for line in comparison.lines:
        about = comments.about(comparison.known(line))
        used |= {one.place for one in about}
        if line.status in _ASKED and (lacking := _lacking(line, about)):
            message = say(
                "{line_name} is {asked}, and has no {names}",
                line_name=line_name(line, comparison),
                asked=_ASKED[line.status],
                names=joined(say(" and no "), map(word_of, lacking)),
            )
            place = about[0].place if about else Place(comments.path)
            fix = say("add to the comments {entry}", entry=_entry(line, comparison))
            fix = (
                say("add its {names} to this comment", names=joined(say(" and "), map(word_of, lacking)))
                if about
                else fix
            )
            yield Finding("CB516", message, place, fix, abs(line.variance))
    for one in comments.entries:
        if one.place not in used:
            message = say("there is no row that this comment is about")
            fix = say("correct its coordinates, or take it out")
            yield Finding("CB517", message, one.place, fix, severity=Severity.WARNING)


def _lacking(line: Line, about: Sequence[Comment]) -> list[str]:
    """What nobody says about a line; its owner may stand in the plan."""
    said = {key for one in about for key, text in one.said.items() if text}
    if line.owner:
        said.add("owner")
    return [key for key in SAID if key not in said]


def _entry(line: Line, comparison: Comparison) -> str:
    known = {name: text for name, text in comparison.known(line).items() if text}
    asked = [key for key in SAID if key not in known and (key != "owner" or not line.owner)]
    return f"`- {{{', '.join(f'{key}: {text}' for key, text in {**known, **dict.fromkeys(asked, '...')}.items())}}}`"
