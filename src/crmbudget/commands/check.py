"""``crmbudget check PLAN...``."""

from typing import TYPE_CHECKING, Annotated

import typer

from crmbudget.commands._outcome import FailOn, Format, Outcome, Output, Set, inputs_of
from crmbudget.finding import Finding, Refused

if TYPE_CHECKING:
    from crmbudget.planning.loader import Loaded


FOLLOW_ON = frozenset({"CB121", "CB205", "CB206", "CB210", "CB212", "CB213", "CB215"})
"""What is missing from a draft may only be missing because it could not be read."""


def run(
    plans: Annotated[list[str], typer.Argument(metavar="PLAN...", help="The plans, YAML files.")],
    format: Format = "",  # noqa: A002 - the option's name
    output: Output = [],  # noqa: B006 - typer copies it
    set_: Set = [],  # noqa: B006 - typer copies it
    fail_on: FailOn = "error",
) -> Outcome:
    """Validate plans, and tell everything that is wrong at once."""
    from crmbudget.planning.loader import lines_of, load_plan
    from crmbudget.reporting.views.findings import findings_report

    loaded = [load_plan(plan, set_) for plan in plans]
    judged = [_judge(one) for one in loaded]
    findings = [finding for found, _, _ in judged for finding in found]
    notes = [note for _, note, _ in judged if note]
    currency = next((one.currency for one in loaded if one.currency), None)
    exit_code = max(code for _, _, code in judged)
    report = findings_report(
        "check", findings, lines_of, currency=currency, inputs=inputs_of(loaded), notes=notes, exit_code=exit_code
    )
    return Outcome(report, format, tuple(output), fail_on, tells=False)


def _judge(loaded: "Loaded") -> tuple[list[Finding], str, int]:
    """The findings of a plan, what it comes to where it is right, and the exit code."""
    from crmbudget.allocation.cascade import allocate
    from crmbudget.allocation.notes import notes
    from crmbudget.allocation.steps import ready_steps

    findings = list(loaded.findings)
    if loaded.plan is None:
        if loaded.draft and "lines" not in loaded.source.tree:
            findings += [found for found in ready_steps(loaded.draft, loaded.source)[1] if found.code not in FOLLOW_ON]
        return findings, "", 3
    try:
        budget = allocate(loaded.plan, loaded.source)
    except Refused as refused:
        return [*findings, *refused.findings], "", refused.exit_code
    money = loaded.plan.money.text(budget.allocated, grouped=True)
    lines = f"{budget.line_count:,} line{'' if budget.line_count == 1 else 's'}"
    said = f"{loaded.source.path}: valid, {lines}, {money} {loaded.plan.currency} allocated"
    return [*findings, *notes(budget, loaded.source)], said, 0
