"""``crmbudget init``: the files that a plan begins with."""

from crmbudget.reporting.contracts._fields import Contract, Records, count, flag, money, text
from crmbudget.wording import say

CONTRACT = Contract(
    "The files that a plan begins with, whether they were written or only shown.",
    (
        text("folder", "The folder of the files.", say("Folder"), "retention-2027"),
        flag("written", "Whether the files were written; not with --dry-run."),
        text("plan", "The path of the plan.", "", "retention-2027/plan.yaml"),
    ),
    Records(
        "One file.",
        (
            text("path", "Its path.", say("File"), "retention-2027/plan.yaml"),
            text("says", "What it is, in a line.", say("What it is")),
            text("text", "All that it holds."),
        ),
        say("Files"),
    ),
    {
        "guesses": Records(
            "With --from: what was guessed of the list, or named on the command line.",
            (
                text("part", "The part that it plays; a key under `customers` or of the plan.", say("Part"), "value"),
                text("given", "What the plan writes.", say("In the plan"), "MonthlyCharges * 12"),
                text("why", "Why it was guessed.", say("Why")),
                text("others", "Columns that would do too.", say("Instead of it"), empty=True),
            ),
            say("What was guessed"),
            always=False,
        ),
        "segments": Records(
            "With --from: one segment of the plan.",
            (
                text("segment", "The id of the segment.", say("Segment"), "key"),
                count("customers", "How many customers are in it.", say("Customers")),
                money("value", "What they are worth; empty where the plan does not hold it as money.", say("Value"), empty=True),
                money("amount", "What the plan gives them.", say("Amount")),
            ),
            say("Segments"),
            always=False,
            summed=True,
        ),
    },
)  # fmt: skip
