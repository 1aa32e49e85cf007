"""``crmbudget explain CODE`` and ``crmbudget strategies NAME``: a page of the manual."""

from crmbudget.reporting.contracts._fields import Contract, Records, text
from crmbudget.wording import say

CONTRACT = Contract(
    "A page of the manual.",
    results=Records(
        "The page.",
        (
            text("name", "What the page is about: a code, or a strategy.", say("Name"), "CB104"),
            text("text", "The page, in Markdown.", say("Text")),
        ),
    ),
)
