"""``crmbudget allocate``: the plan's money, line by line."""

from crmbudget.reporting.contracts._fields import (
    SCENARIO,
    Contract,
    Records,
    coordinates,
    count,
    money,
    place,
    ratio,
    text,
)
from crmbudget.wording import say

CONTRACT = Contract(
    "The money of a plan, shared out. Reserve, allocated and unassigned add up to the total, and the results to allocated.",
    (
        SCENARIO,
        money("total", "All the money of the plan.", say("Total")),
        money("reserve", "What is held back before anything is shared out.", say("Reserve")),
        money("allocated", "The sum of all lines.", say("Allocated")),
        money("unassigned", "What no member could take.", say("Unassigned")),
        count("lines", "How many lines the budget has, those of zero included.", say("Lines")),
    ),
    Records(
        "One line of the budget; with --group-by one sum of lines.",
        (*coordinates(), money("amount", "The money of the line.", say("Amount"))),
    ),
    {
        "prices": Records(
            "With --prices: what one more unit of money in a limit that binds would give each member.",
            (
                text("limit", "The limit, in words.", say("Limit"), "category=gift <= 5%"),
                money("bound", "How much money the limit allows, or asks for.", say("Bound"), adds=False),
                *place(),
                text("dimension", "What the member is one of.", say("Moves by"), "activity"),
                text("member", "Who would gain or lose.", say("Member"), "account-team"),
                ratio("per_unit", "How much of one more unit it would get; below zero it would lose.", say("One more gives")),
            ),
            say("The price of one more unit of money in each limit"),
            always=False,
        )
    },
)  # fmt: skip
