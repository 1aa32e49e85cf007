"""``crmbudget variance ACTUALS...``."""

from typing import Annotated

from crmbudget.calling import Argument, Option
from crmbudget.commands._outcome import (
    FailOn,
    Format,
    Outcome,
    Output,
    Scenario,
    Set,
    StepSummary,
    of_scenario,
    usage,
)
from crmbudget.finding import one_of
from crmbudget.wording import say

Plan = Annotated[str, Option(metavar="PLAN", help="The plan; else CRMBUDGET_PLAN, else the nearest plan.yaml.")]
When = Annotated[str, Option(metavar="WHEN", help="Compare through this date or period, as in 2027-03.")]
GroupBy = Annotated[str, Option(metavar="NAMES", help="Rows by these coordinates, as in segment,period.")]
Top = Annotated[int, Option(min=0, metavar="N", help="Rows of a long table to show; the rest is summed on one line.")]
Dedupe = Annotated[bool, Option("--dedupe", help="Count a row that stands there twice, reference included, once.")]
Strict = Annotated[bool, Option("--strict", help="Any rejected row is an error of the file: no numbers, exit 3.")]
Rejects = Annotated[str, Option(metavar="FILE", help="Write the rejected rows, each with its reason, as CSV.")]
Method = Annotated[
    str, Option(metavar="METHOD", help="Where it will end: remaining-plan, run-rate, blend, seasonal or all.")
]
Running = Annotated[bool, Option("--include-running", help="Let the forecast count a period that is not over.")]
Back = Annotated[int, Option(min=0, metavar="N", help="Say how far off each method would have been, N periods back.")]
Comments = Annotated[
    str, Option(metavar="FILE", help="Owner, cause and action of every row past a threshold, in YAML.")
]


def run(
    actuals: Annotated[list[str], Argument(metavar="ACTUALS...", help="Files of actuals; - is standard input.")],
    plan: Plan = "",
    as_of: When = "",
    group_by: GroupBy = "",
    owner: Annotated[str, Option(metavar="NAME", help="Only the rows of this owner.")] = "",
    top: Top = 10,
    dedupe: Dedupe = False,  # noqa: FBT002 - a switch
    strict: Strict = False,  # noqa: FBT002 - a switch
    rejects: Rejects = "",
    forecast: Method = "",
    include_running: Running = False,  # noqa: FBT002 - a switch
    backtest: Back = 0,
    require_comments: Comments = "",
    format: Format = "",  # noqa: A002 - the option's name
    output: Output = [],  # noqa: B006 - typer copies it
    set_: Set = [],  # noqa: B006 - typer copies it
    scenario: Scenario = "",
    fail_on: FailOn = "error",
    step_summary: StepSummary = False,  # noqa: FBT002 - a switch
) -> Outcome:
    """Hold what was spent against the plan; every row is accounted for."""
    from crmbudget.commands._variance import Asked, answer

    _check_method(forecast)
    asked = Asked(
        tuple(actuals), plan, as_of, group_by, owner, top, dedupe, strict, rejects, forecast, include_running, backtest,
        require_comments, tuple(set_), scenario,
    )  # fmt: skip
    report = answer(asked)
    shown = of_scenario(report.report, scenario)
    files = ((rejects, report.rejects),) if rejects else ()
    return Outcome(
        shown, format, tuple(output), fail_on, files=files, briefly=not shown.exit_code, step_summary=step_summary
    )


def _check_method(method: str) -> None:
    from crmbudget.monitoring.forecast import METHODS

    if method and method not in (*METHODS, "all"):
        raise usage(say("there is no forecast method `{method}`", method=method), one_of(method, [*METHODS, "all"]))
