"""``crmbudget schema``."""

from crmbudget.commands._outcome import Outcome, Output


def run(output: Output = []) -> Outcome:  # noqa: B006 - typer copies it
    """Print the JSON Schema (draft-07) of a plan, for editors."""
    from crmbudget.planning.schema import plan_schema
    from crmbudget.reporting.report import Report

    return Outcome(Report("crmbudget.schema", "schema", document=plan_schema()), "json", tuple(output))
