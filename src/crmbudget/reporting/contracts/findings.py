"""``crmbudget check``: what was found in plans."""

from crmbudget.reporting.contracts._fields import Contract, Records, count, text
from crmbudget.reporting.contracts._finding import FIELDS
from crmbudget.wording import say

CONTRACT = Contract(
    "What was found in plans. The results are the diagnostics once more, as records.",
    results=Records("One finding.", FIELDS),
    lists={
        "repairs": Records(
            "One repair, with --fix or --diff, in the order of the text; the diagnostics are about the plan with all of them.",
            (
                text("code", "The code of the finding that it repairs.", say("Code"), "CB104"),
                text("path", "The file.", say("Path"), "plan.yaml"),
                count("line", "The line before any repair, from 1.", say("Line")),
                count("column", "The column before any repair, from 1.", say("Column")),
                text("before", "What stood there.", say("Before"), "resreve"),
                text("after", "What takes its place.", say("After"), "reserve"),
            ),
            say("Repairs"),
            always=False,
        ),
    },
)
