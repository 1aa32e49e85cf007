"""``crmbudget completion SHELL``."""

from typing import Annotated

from crmbudget.calling import Argument
from crmbudget.commands._outcome import Outcome, Output, usage
from crmbudget.finding import one_of
from crmbudget.wording import say


def run(
    shell: Annotated[str, Argument(metavar="SHELL", help="bash, zsh, fish or powershell.")],
    output: Output = [],  # noqa: B006 - typer copies it
) -> Outcome:
    """Print a script that lets TAB complete commands, options, and what stands in the plan at hand."""
    from crmbudget.completing import SHELLS, script
    from crmbudget.reporting.report import Prose, Report

    name = {"pwsh": "powershell"}.get(shell, shell)
    if name not in SHELLS:
        raise usage(say("there is no completion for the shell `{shell}`", shell=shell), one_of(shell, SHELLS))
    return Outcome(Report("crmbudget.script", "completion", (Prose(script(name)),)), "plain", tuple(output))
