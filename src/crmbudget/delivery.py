"""Takes reports where they were asked for: standard output, files; findings to standard error."""

import os
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TextIO

from crmbudget import registry
from crmbudget.commands._outcome import FORMATS, format_of, usage
from crmbudget.finding import Finding
from crmbudget.planning.loader import lines_of
from crmbudget.reporting.localized import localized
from crmbudget.reporting.report import Report, Screen
from crmbudget.wording import local, say

_UTF8 = frozenset({"json", "jsonl"})


def tell(findings: Sequence[Finding], report: Report, *, briefly: bool = False) -> None:
    """The findings on standard error, each with its excerpt, after what standard output has so far."""
    if not findings:
        return
    from crmbudget.reporting.excerpt import brief, excerpt
    from crmbudget.reporting.views.findings import verdict

    lines = cache(lines_of)
    sys.stdout.flush()
    if briefly:
        texts = [brief(finding, report.currency) for finding in findings]
        last = say("{verdict}; crmbudget explain CODE tells more", verdict=verdict(findings))
        sys.stderr.write("\n".join([*texts, local(last)]) + "\n")
        return
    texts = [excerpt(finding, lines, report.currency) for finding in findings]
    sys.stderr.write("\n\n".join([*texts, local(verdict(findings))]) + "\n")


def write(report: Report, format_: str, outputs: Sequence[str]) -> None:
    """The report to every output, or to standard output; a format that is named wins over a file's ending."""
    for target, name in [(target, format_ or format_of(target)) for target in outputs] or [("-", format_ or "table")]:
        form = registry.module(FORMATS, name)
        render = form.render
        given = report if getattr(form, "FOR_PROGRAMS", False) else localized(report)
        if target == "-":
            _to_stream(render(given, _screen(sys.stdout)), utf8=name in _UTF8)
        else:
            _to_file(render(given, Screen()), target)


def write_files(files: Sequence[tuple[str, Sequence[str]]]) -> None:
    """Texts that a command gives beside its report, each to its file."""
    for target, texts in files:
        _to_file(iter(texts), target)


def _to_stream(texts: Iterator[str], *, utf8: bool) -> None:
    """JSON is UTF-8 wherever it goes; the rest takes the stream's encoding."""
    raw = getattr(sys.stdout, "buffer", None) if utf8 else None
    sys.stdout.flush()
    for text in texts:
        if raw:
            raw.write(text.encode("utf-8"))
        else:
            sys.stdout.write(text)


def _to_file(texts: Iterator[str], target: str) -> None:
    """Whole or not at all: the file appears under its name when it is complete."""
    part = f"{target}.part"
    try:
        with open(part, "w", encoding="utf-8", newline="") as file:  # noqa: PTH123 - a target is a text
            file.writelines(texts)
        os.replace(part, target)  # noqa: PTH105 - as above
    except OSError as error:
        raise usage(
            say("`{target}` cannot be written: {strerror}", target=target, strerror=error.strerror),
            say("name a file in a folder that is there"),
        ) from error


def _screen(stream: TextIO) -> Screen:
    """NO_COLOR beats FORCE_COLOR, which beats what the stream is; off a terminal only COLUMNS limits the width."""
    terminal = stream.isatty()
    asked = os.environ.get("COLUMNS", "")
    width = (
        int(asked)
        if asked.isdigit() and int(asked)
        else os.get_terminal_size(stream.fileno()).columns
        if terminal
        else None
    )
    forced = os.environ.get("FORCE_COLOR") or os.environ.get("CLICOLOR_FORCE", "0") not in {"", "0"}
    color = not os.environ.get("NO_COLOR") and bool(forced or (terminal and os.environ.get("TERM") != "dumb"))
    return Screen(width or None, color)
