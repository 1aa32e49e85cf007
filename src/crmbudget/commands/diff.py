"""``crmbudget diff A B``."""

from typing import Annotated

from crmbudget.calling import Argument, Option
from crmbudget.commands._outcome import FailOn, Format, Outcome, Output, Scenario, Set, StepSummary

Older = Annotated[str, Argument(metavar="A", help="The older plan, a YAML file; or the only one.")]
Newer = Annotated[str, Argument(metavar="B", help="The newer plan; A itself where it is left out.")]
BaseRef = Annotated[
    str,
    Option(metavar="REF", help="Take A, and every file that it names, from this commit, tag or branch of git."),
]
GroupBy = Annotated[str, Option(metavar="NAMES", help="Rows and causes by these coordinates, as in segment,period.")]
Top = Annotated[int, Option(min=0, metavar="N", help="Rows of a long table to show; the rest is summed on one line.")]
Increase = Annotated[
    str, Option(metavar="MOST", help="An error where the total rises by more: an amount, or a share as in 5%.")
]
ExitCode = Annotated[bool, Option("--exit-code", help="Exit with 1 where any money moved.")]


def run(
    a: Older,
    b: Newer = "",
    base_ref: BaseRef = "",
    group_by: GroupBy = "",
    top: Top = 10,
    fail_on_increase: Increase = "",
    exit_code: ExitCode = False,  # noqa: FBT002 - a switch
    scenario: Scenario = "",
    format: Format = "",  # noqa: A002 - the option's name
    output: Output = [],  # noqa: B006 - typer copies it
    set_: Set = [],  # noqa: B006 - typer copies it
    fail_on: FailOn = "error",
    step_summary: StepSummary = False,  # noqa: FBT002 - a switch
) -> Outcome:
    """Say what changed between two plans, in money, and why; --scenario and --set change the newer one."""
    from crmbudget.commands._diff import Asked, answer

    asked = Asked(a, b, base_ref, group_by, top, fail_on_increase, scenario, tuple(set_), exit_code=exit_code)
    return Outcome(answer(asked), format, tuple(output), fail_on, step_summary=step_summary)
