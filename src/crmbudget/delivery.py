"""Takes reports where they were asked for: standard output, files; findings to standard error."""

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TextIO

from crmbudget import registry
from crmbudget.commands._outcome import FORMATS, STEP_SUMMARY, format_of, usage
from crmbudget.finding import Finding, Place, Refused, ordered
from crmbudget.planning.loader import lines_of
from crmbudget.reporting.localized import localized
from crmbudget.reporting.report import Report, Screen, clean
from crmbudget.wording import local, say

TOLD = 20
"""Findings that standard error tells one by one; what is left out is told as money."""
SUMMARY_MAX = 1024 * 1024
"""GitHub takes so many bytes for the summary of a step, and drops all of it where there are more."""
_SIGN_MAX = 4
"""Bytes that a sign takes at most."""
_SUMMARY_LEAST = 1000
"""Signs below which a summary says nothing."""


def placed(report: Report) -> list[Finding]:
    """The findings in their order, each with its column; those of a stored answer as they are stored."""
    if not report.findings or report.stored:
        return ordered(report.findings)
    from crmbudget.reporting.locating import located

    return located(ordered(report.findings), cache(lines_of))


def tell(findings: Sequence[Finding], report: Report, *, briefly: bool = False) -> None:
    """The findings on standard error, each with its excerpt, after what standard output has so far."""
    if not findings:
        return
    from crmbudget.reporting.excerpt import brief, excerpt
    from crmbudget.reporting.listing import cut, left_out, verdict

    lines = cache(lines_of)
    sys.stdout.flush()
    last = [verdict(findings)]
    findings, hidden = cut(findings, TOLD)
    if hidden:
        left = left_out(hidden, report.currency)
        last = [say("{left}; --format concise tells all", left=left), *last]
    if briefly:
        texts = [brief(finding, report.currency) for finding in findings]
        last[-1] = say("{verdict}; crmbudget explain CODE tells more", verdict=last[-1])
        sys.stderr.write("\n".join([*texts, *map(local, last)]) + "\n")
        return
    texts = [excerpt(finding, lines, report.currency) for finding in findings]
    sys.stderr.write("\n\n".join([*texts, "\n".join(map(local, last))]) + "\n")


def write(report: Report, format_: str, outputs: Sequence[str], patch: bytes | None = None) -> None:
    """The report to every output, or to standard output; a format that is named wins over a file's ending.

    Files come first: where one cannot be written, standard output is still empty for the answer that says so. A patch takes
    standard output where no format is named.
    """
    asked = [(target, format_ or format_of(target)) for target in sorted(outputs, key="-".__eq__)]
    if patch is not None and not format_:
        asked = [(target, name) for target, name in asked if target != "-"]
        _write_all(report, asked)
        _write_patch(patch, report)
        return
    _write_all(report, asked or [("-", format_ or "table")])


def _write_all(report: Report, asked: Sequence[tuple[str, str]]) -> None:
    for target, name in asked:
        form = registry.module(FORMATS, name)
        render = form.render
        given = report if getattr(form, "FOR_PROGRAMS", False) else localized(report)
        if getattr(form, "FROM_ROOT", False):
            given = _from_root(given)
        if target == "-":
            _to_stream(render(given, _screen(sys.stdout)), utf8=getattr(form, "UTF8", False))
        else:
            _to_file(render(given, Screen()), target)


def write_summary(report: Report) -> None:
    """Appends the report, as Markdown, to the summary of a GitHub step; as much of it as there is room for."""
    target = os.environ[STEP_SUMMARY]
    try:
        with open(target, "a", encoding="utf-8", newline="") as file:  # noqa: PTH123 - a target is a text
            room = (SUMMARY_MAX - file.tell() - 1) // _SIGN_MAX
            if room < _SUMMARY_LEAST:
                sys.stderr.write(local(say("the summary of this step is full: nothing was appended\n")))
                return
            texts = registry.module(FORMATS, "markdown").render(localized(report), Screen(size=room - 1))
            file.writelines(["\n", *texts])
    except OSError as error:
        raise _unwritten(target, error) from error


def _from_root(report: Report) -> Report:
    """The report with the files of its findings as seen from the root of their repository, or from where we are."""
    from dataclasses import replace

    from crmbudget.commands import _actuals

    from_root = cache(_actuals.from_root)

    def moved(place: Place) -> Place:
        return replace(place, path=from_root(place.path))

    findings = tuple(
        replace(
            finding, place=finding.place and moved(finding.place),
            related=tuple((text, moved(place)) for text, place in finding.related),
        )
        for finding in report.findings
    )  # fmt: skip
    return replace(report, findings=findings, inputs=tuple((from_root(path), digest) for path, digest in report.inputs))


def write_files(files: Sequence[tuple[str, Sequence[str]]]) -> None:
    """Texts that a command gives beside its report, each to its file."""
    for target, texts in files:
        _to_file(iter(texts), target)


def write_new(files: Sequence[tuple[str, str]]) -> None:
    """Texts to files that must not be there yet, with the folders that these need: all of them, or nothing."""
    made: list[str] = []
    try:
        for target, text in files:
            made += _new_folders(os.path.dirname(target))  # noqa: PTH120 - a target is a text
            with open(target, "x", encoding="utf-8", newline="") as file:  # noqa: PTH123 - as above
                made.append(target)
                file.write(text)
    except BaseException as error:
        for one in reversed(made):
            with contextlib.suppress(OSError):
                (os.rmdir if os.path.isdir(one) else os.remove)(one)  # noqa: PTH112 - as above
        if isinstance(error, OSError):
            raise _unwritten(target, error) from error
        raise


def _new_folders(folder: str) -> Iterator[str]:
    """Makes a folder and those above it, and gives each that was not there."""
    if folder and not os.path.isdir(folder):  # noqa: PTH112 - a target is a text
        yield from _new_folders(os.path.dirname(folder))  # noqa: PTH120 - as above
        os.mkdir(folder)  # noqa: PTH102 - as above
        yield folder


def rewrite(files: Sequence[tuple[str, bytes]]) -> None:
    """New contents for files that are there: each whole or not at all, and none where one of them may not be written.

    A link stays a link, and a file keeps who may do what with it.
    """
    targets = [(os.path.realpath(path), path, content) for path, content in files]
    for target, path, _ in targets:
        if not os.access(target, os.W_OK) or not os.stat(target).st_mode & 0o222:  # noqa: PTH116 - a target is a text
            raise _read_only(path)
    for target, path, content in targets:
        part = f"{target}.part"
        try:
            with open(part, "wb") as file:  # noqa: PTH123 - as above
                file.write(content)
            shutil.copymode(target, part)
            os.replace(part, target)  # noqa: PTH105 - as above
        except OSError as error:
            raise _unwritten(path, error) from error


def _read_only(path: str) -> Refused:
    return usage(
        say("`{path}` cannot be repaired: it may not be written", path=path),
        say("make it writable; --diff shows the repairs without writing them"),
    )


def _write_patch(patch: bytes, report: Report) -> None:
    """A patch on standard output, byte for byte, but harmless and in colours on a terminal; the report on standard error."""
    screen = _screen(sys.stdout)
    if sys.stdout.isatty():
        lines = patch.decode("utf-8", "replace").split("\n")[:-1]
        _to_stream((f"{_coloured(clean(line), color=screen.color)}\n" for line in lines), utf8=False)
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(patch)
        sys.stdout.flush()
    render = registry.module(FORMATS, "table").render
    sys.stderr.writelines(render(localized(report), _screen(sys.stderr)))


_COLOURS = {"-": "31", "+": "32", "@": "36"}


def _coloured(line: str, *, color: bool) -> str:
    shade = _COLOURS.get(line[:1]) if color and not line.startswith(("---", "+++")) else None
    return f"\x1b[{shade}m{line}\x1b[0m" if shade else line


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
        raise _unwritten(target, error) from error


def _unwritten(target: str, error: OSError) -> Refused:
    return usage(
        say("`{target}` cannot be written: {strerror}", target=target, strerror=error.strerror),
        say("name a file in a folder that is there"),
    )


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
