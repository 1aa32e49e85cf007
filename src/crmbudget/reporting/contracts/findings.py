"""``crmbudget check``: what was found in plans."""

from crmbudget.reporting.contracts._fields import Contract, Records, count, money, text
from crmbudget.wording import say

CONTRACT = Contract(
    "What was found in plans. The results are the diagnostics once more, as records.",
    results=Records(
        "One finding.",
        (
            text("code", "The code of the finding; crmbudget explain CODE tells more.", say("Code"), "CB104"),
            text("severity", "How bad it is: error, warning or info.", say("Severity"), "error"),
            text("message", "What is wrong, in a line.", say("Message")),
            text("path", "The file that it is about.", say("Path"), "plan.yaml", empty=True),
            count("line", "The line, from 1.", say("Line"), empty=True),
            count("column", "The column, from 1.", say("Column"), empty=True),
            money("money", "How much money it is about.", say("Money"), empty=True),
            text("fix", "One thing to do about it.", say("Fix"), empty=True),
        ),
    ),
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
