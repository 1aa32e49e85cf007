"""The answer without numbers: what is wrong, on standard error and wherever a document was asked for."""

import contextlib
import os
from collections.abc import Iterator, Sequence
from functools import cache

from crmbudget import delivery, registry
from crmbudget.commands._outcome import FORMATS, STEP_SUMMARY, format_of
from crmbudget.finding import Refused, ordered
from crmbudget.planning.loader import lines_of
from crmbudget.reporting.locating import located
from crmbudget.reporting.views.findings import refusal_report

_SHORT = {"-f": "--format", "-o": "--output"}


def refuse(refused: Refused, arguments: Sequence[str], command: str, schema: str) -> None:
    """Tells the findings, and gives them as a document of each format that was asked for.

    On a terminal standard error has told them already; so the formats for a terminal are written to files alone.
    """
    lines = cache(lines_of)
    findings = located(ordered(refused.findings), lines)
    report = refusal_report(schema, command, findings, lines, currency=refused.currency, exit_code=refused.exit_code)
    delivery.tell(findings, report)
    for target, form in targets(arguments):
        if not (target == "-" and getattr(registry.module(FORMATS, form), "FOR_TERMINALS", False)):
            with contextlib.suppress(Refused):  # a file that cannot be written may be what is told here
                delivery.write(report, form, [target])
    if "--step-summary" in arguments and os.environ.get(STEP_SUMMARY):
        with contextlib.suppress(Refused):
            delivery.write_summary(report)


def targets(arguments: Sequence[str]) -> list[tuple[str, str]]:
    """Which document was asked for where, read from a command line that may be wrong in any other way.

    A file that is named elsewhere too may be meant to be read, and is spared.
    """
    given, others = _options(arguments)
    formats, outputs = given["--format"], given["--output"]
    if formats:
        known = formats[-1] in registry.own_names(FORMATS)
        found = [(target, formats[-1]) for target in outputs or ["-"]] if known else []
    else:
        found = [(target, form) for target in outputs for form in _by_ending(target)]
    spared = {os.path.normpath(word) for word in others}
    return [(target, form) for target, form in found if target == "-" or os.path.normpath(target) not in spared]


def _options(arguments: Sequence[str]) -> tuple[dict[str, list[str]], list[str]]:
    """Formats and outputs, however they are written: ``--format json``, ``--format=json``, ``-fjson``; and all other words."""
    given: dict[str, list[str]] = {"--format": [], "--output": []}
    others = list[str]()
    words = iter(arguments)
    for word in words:
        name, equals, value = word.partition("=")
        if word == "--":
            others += words
        elif name in given:
            given[name].append(value if equals else next(words, ""))
        elif word[:2] in _SHORT:
            given[_SHORT[word[:2]]].append(word[2:] or next(words, ""))
        else:
            others.append(word)
    return given, others


def _by_ending(target: str) -> Iterator[str]:
    with contextlib.suppress(Refused):
        yield format_of(target)
