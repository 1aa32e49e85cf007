"""``crmbudget allocate PLAN``."""

from collections.abc import Sequence
from typing import Annotated

import typer

from crmbudget.commands._outcome import FailOn, Format, Outcome, Output, Set, inputs_of, usage
from crmbudget.finding import Finding, Severity, one_of


def run(
    plan: Annotated[str, typer.Argument(help="The plan, a YAML file.")],
    by: Annotated[str, typer.Option(metavar="STRATEGY", help="Replace the plan's steps by this one.")] = "",
    group_by: Annotated[
        str, typer.Option(metavar="NAMES", help="Sum the lines by these coordinates, as in segment,period.")
    ] = "",
    top: Annotated[
        int, typer.Option(min=0, metavar="N", help="Rows of a long table to show; the rest is summed on one line.")
    ] = 10,
    format: Format = "",  # noqa: A002 - the option's name
    output: Output = [],  # noqa: B006 - typer copies it
    set_: Set = [],  # noqa: B006 - typer copies it
    fail_on: FailOn = "error",
) -> Outcome:
    """Share a plan's money out, to the cent."""
    from crmbudget.allocation.cascade import allocate
    from crmbudget.allocation.notes import notes
    from crmbudget.commands._progress import Meter
    from crmbudget.planning.loader import load_plan
    from crmbudget.reporting.views.budget import budget_report

    loaded = load_plan(plan, [*set_, *([f"allocate=[{{by: {by}}}]"] if by else [])])
    with Meter() as meter:
        budget = allocate(loaded.ready, loaded.source, meter)
    names = _names(group_by, budget.coordinates)
    found = tuple(notes(budget, loaded.source))
    said = [
        *loaded.notes,
        *(_note(one) for one in found if one.severity is Severity.INFO),
    ]
    report = budget_report(
        budget, group_by=names, top=top, inputs=inputs_of([loaded]), findings=(*loaded.findings, *found), notes=said
    )
    return Outcome(report, format, tuple(output), fail_on)


def _note(finding: Finding) -> str:
    line = finding.place.line if finding.place else None
    return f"line {line}: {finding.message}" if line else finding.message


def _names(group_by: str, known: Sequence[str]) -> list[str]:
    names = [name.strip() for name in group_by.split(",") if name.strip()]
    for name in names:
        if name not in known:
            raise usage(f"the lines have no coordinate `{name}`", one_of(name, known))
    return list(dict.fromkeys(names))
