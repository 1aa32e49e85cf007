"""``crmbudget allocate PLAN``."""

from typing import TYPE_CHECKING, Annotated

from crmbudget.calling import Argument, Option
from crmbudget.commands._outcome import (
    FailOn,
    Format,
    Outcome,
    Output,
    Scenario,
    Set,
    StepSummary,
    coordinates,
    inputs_of,
    of_scenario,
)
from crmbudget.finding import Finding, Severity
from crmbudget.wording import say

if TYPE_CHECKING:
    from crmbudget.allocation.budget import Budget
    from crmbudget.planning.source import Source
    from crmbudget.reporting.report import Prose, Table

Prices = Annotated[
    bool, Option("--prices", help="Tell what one more unit of money in each limit would move, from where.")
]


def run(
    plan: Annotated[str, Argument(help="The plan, a YAML file.")],
    by: Annotated[str, Option(metavar="STRATEGY", help="Replace the plan's steps by this one.")] = "",
    group_by: Annotated[
        str, Option(metavar="NAMES", help="Sum the lines by these coordinates, as in segment,period.")
    ] = "",
    top: Annotated[
        int, Option(min=0, metavar="N", help="Rows of a long table to show; the rest is summed on one line.")
    ] = 10,
    prices: Prices = False,  # noqa: FBT002 - a switch
    format: Format = "",  # noqa: A002 - the option's name
    output: Output = [],  # noqa: B006 - typer copies it
    set_: Set = [],  # noqa: B006 - typer copies it
    scenario: Scenario = "",
    fail_on: FailOn = "error",
    step_summary: StepSummary = False,  # noqa: FBT002 - a switch
) -> Outcome:
    """Share a plan's money out, to the cent."""
    from crmbudget.allocation.cascade import allocate
    from crmbudget.allocation.notes import notes
    from crmbudget.commands._progress import Meter
    from crmbudget.planning.loader import load_plan
    from crmbudget.reporting.views.budget import budget_report

    loaded = load_plan(plan, [*set_, *([say("allocate=[{{by: {by}}}]", by=by)] if by else [])], scenario)
    with Meter() as meter:
        budget = allocate(loaded.ready, loaded.source, meter)
    names = coordinates(group_by, budget.coordinates)
    found = tuple(notes(budget, loaded.source))
    said = [
        *loaded.notes,
        *(_note(one) for one in found if one.severity is Severity.INFO),
    ]
    report = budget_report(
        budget, group_by=names, top=top, inputs=inputs_of([loaded]), findings=(*loaded.findings, *found), notes=said,
        annexes=_prices(budget, loaded.source) if prices else (),
    )  # fmt: skip
    return Outcome(of_scenario(report, scenario), format, tuple(output), fail_on, step_summary=step_summary)


def _note(finding: Finding) -> str:
    line = finding.place.line if finding.place else None
    return say("line {line}: {message}", line=line, message=finding.message) if line else finding.message


def _prices(budget: "Budget", source: "Source") -> "list[tuple[str, Table | Prose, Table]]":
    from crmbudget.allocation.limits.prices import prices
    from crmbudget.reporting.views.prices import price_records, price_table

    found = prices(budget)
    return [("prices", price_table(found), price_records(found, source))]
