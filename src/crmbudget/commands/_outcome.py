"""What a command hands back, and the options that commands share."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from crmbudget.finding import Finding, Place, Refused, Severity, one_of

if TYPE_CHECKING:
    from crmbudget.planning.loader import Loaded
    from crmbudget.reporting.report import Report

Format = Annotated[str, typer.Option("--format", "-f", help="How to show it: table, plain, csv, json, jsonl, markdown, grid or rst.")]
Output = Annotated[list[str], typer.Option("--output", "-o", metavar="FILE", help="Write it to a file; the ending chooses the format. Repeatable; - is standard output.")]
Set = Annotated[list[str], typer.Option("--set", metavar="KEY=VALUE", help="Override the plan for this run, as in --set total=1.5m. Repeatable.")]
FailOn = Annotated[str, typer.Option("--fail-on", metavar="LEVEL", help="Exit with 1 at findings of this level: error, warning, info or never.")]

_LEVELS = ("error", "warning", "info", "never")


@dataclass(frozen=True, slots=True)
class Outcome:
    """A report, where it goes, and from which severity on it fails."""

    report: "Report"
    format: str = ""
    outputs: tuple[str, ...] = ()
    fail_on: str = "error"
    tells: bool = True
    """Whether the findings go to standard error; not where they are the result."""


def usage(message: str, fix: str | None) -> Refused:
    """The answer to a call that cannot start."""
    return Refused([Finding("CB001", message, Place("command line"), fix)], 2)


def fails(findings: Sequence[Finding], fail_on: str) -> bool:
    """Whether a finding reaches the fail level; Refused for an unknown level."""
    if fail_on not in _LEVELS:
        raise usage(f"`{fail_on}` is not a level for --fail-on", one_of(fail_on, _LEVELS))
    return fail_on != "never" and any(finding.severity >= Severity[fail_on.upper()] for finding in findings)


def inputs_of(loaded: "Sequence[Loaded]") -> tuple[tuple[str, str], ...]:
    """Path and SHA-256 of every file that was read."""
    return tuple((file.path.replace("\\", "/"), file.sha256) for one in loaded for file in one.inputs)
