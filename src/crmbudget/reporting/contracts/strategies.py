"""``crmbudget strategies``: what a step may name."""

from crmbudget.reporting.contracts._fields import Contract, Records, text
from crmbudget.wording import say

CONTRACT = Contract(
    "The strategies that a step may name.",
    results=Records(
        "One strategy.",
        (
            text("name", "Its name in a plan.", say("Strategy"), "value"),
            text("splits", "The dimension that it splits; null where it cannot be loaded.", say("Splits"), "segment", empty=True),
            text("summary", "What it does, in a line.", say("What it does")),
            text("page", "Its manual page.", say("Page")),
        ),
    ),
)  # fmt: skip
