"""What a command hands back, and the options that commands share."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from crmbudget import registry
from crmbudget.calling import Option
from crmbudget.finding import Finding, Place, Refused, Severity, one_of
from crmbudget.wording import say

if TYPE_CHECKING:
    from crmbudget.planning.loader import Loaded
    from crmbudget.reporting.report import Report

FORMATS = "crmbudget.reporting.formats"
CONTRACTS = "crmbudget.reporting.contracts"
STEP_SUMMARY = "GITHUB_STEP_SUMMARY"
_LEVELS = ("error", "warning", "info", "never")


def usage(message: str, fix: str | None) -> Refused:
    """The answer to a call that cannot start."""
    return Refused([Finding("CB001", message, Place("command line"), fix)], 2)


def _format(name: str) -> str:
    known = registry.own_names(FORMATS)
    if name and name not in known:
        raise usage(say("there is no format `{name}`", name=name), one_of(name, known))
    return name


def _outputs(targets: list[str]) -> list[str]:
    for target in targets:
        folder = Path(target).parent
        if target != "-" and not folder.is_dir():
            raise usage(
                say(
                    "`{target}` cannot be written: there is no folder {folder}", target=target, folder=folder.as_posix()
                ),
                say("name a folder that is there"),
            )
    return targets


def format_of(target: str) -> str:
    """The format that a file's ending chooses; Refused where it chooses none."""
    if target == "-":
        return "table"
    names = registry.own_names(FORMATS)
    endings = {ending: name for name in names for ending in registry.module(FORMATS, name).ENDINGS}
    ending = Path(target).suffix.lower()
    if ending not in endings:
        raise usage(
            say("the ending of `{target}` names no format", target=target),
            say("end it in {names}, or say --format", names=", ".join(endings)),
        )
    return endings[ending]


def level(name: str) -> str:
    """A level for ``--fail-on``; Refused where there is none of that name."""
    if name not in _LEVELS:
        raise usage(say("`{name}` is not a level for --fail-on", name=name), one_of(name, _LEVELS))
    return name


def _step_summary(asked: bool) -> bool:  # noqa: FBT001 - typer calls it
    if asked and not os.environ.get(STEP_SUMMARY):
        raise usage(
            say("--step-summary: the environment variable {name} names no file", name=STEP_SUMMARY),
            say("use it in a step of a GitHub workflow; elsewhere say --output summary.md"),
        )
    return asked


Format = Annotated[
    str,
    Option(
        "--format",
        "-f",
        callback=_format,
        help="table, plain, csv, json, jsonl, markdown, grid or rst; for findings concise, github, gitlab, junit or sarif.",
    ),
]
Output = Annotated[
    list[str],
    Option(
        "--output",
        "-o",
        metavar="FILE",
        callback=_outputs,
        help="Write a file; its ending chooses the format. Repeatable.",
    ),
]
Set = Annotated[
    list[str],
    Option("--set", metavar="KEY=VALUE", help="Override the plan for this run, as in --set total=1.5m. Repeatable."),
]
Scenario = Annotated[
    str,
    Option("--scenario", metavar="NAME", help="The plan with this scenario of its own, as in --scenario downturn."),
]
FailOn = Annotated[
    str,
    Option(
        "--fail-on", metavar="LEVEL", callback=level, help="Exit with 1 at this level: error, warning, info, never."
    ),
]

StepSummary = Annotated[
    bool,
    Option(
        "--step-summary",
        callback=_step_summary,
        help="Append the report, as Markdown, to the summary of a GitHub step.",
    ),
]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A report, where it goes, and from which severity on it fails."""

    report: "Report"
    format: str = ""
    outputs: tuple[str, ...] = ()
    fail_on: str = "error"
    files: "tuple[tuple[str, Sequence[str]], ...]" = ()
    """Further files to write: path and text."""
    new_files: tuple[tuple[str, str], ...] = ()
    """Files that must not be there yet: all of them are written, or none."""
    rewritten: tuple[tuple[str, bytes], ...] = ()
    """Files that are there, and what they are to hold."""
    patch: bytes | None = None
    """What standard output gets where no format is asked for; standard error then tells the report."""
    tells: bool = True
    """Whether the findings go to standard error; not where they are the result."""
    briefly: bool = False
    """Whether without excerpts: the report shows what they are about."""
    code: int | None = None
    """The exit code, where it is not the report's own."""
    step_summary: bool = False
    """Whether the report is appended to the summary of a GitHub step, too."""


def fails_from(fail_on: str) -> Severity | None:
    """The severity from which on a finding makes the run fail; None where none does."""
    return None if fail_on == "never" else Severity[fail_on.upper()]


def fails(findings: Sequence[Finding], fail_on: str) -> bool:
    """Whether a finding reaches the fail level."""
    least = fails_from(fail_on)
    return least is not None and any(finding.severity >= least for finding in findings)


def inputs_of(loaded: "Sequence[Loaded]") -> tuple[tuple[str, str], ...]:
    """Path and SHA-256 of every file that was read."""
    return tuple((file.path.replace("\\", "/"), file.sha256) for one in loaded for file in one.inputs)


def coordinates(group_by: str, known: Sequence[str]) -> list[str]:
    """The coordinates that ``--group-by`` names, each once; Refused where lines do not have one."""
    names = [name.strip() for name in group_by.split(",") if name.strip()]
    for name in names:
        if name not in known:
            raise usage(say("the lines have no coordinate `{name}`", name=name), one_of(name, known))
    return list(dict.fromkeys(names))


def of_scenario(report: "Report", scenario: str) -> "Report":
    """The report, saying first of which scenario it is; as it is where none was asked for."""
    if not scenario:
        return report
    from dataclasses import replace

    from crmbudget.reporting.report import Column

    return replace(report, summary=((Column("scenario", say("Scenario")), scenario), *report.summary))
