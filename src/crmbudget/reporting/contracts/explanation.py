"""``crmbudget explain PLAN``: how one figure came to be."""

from dataclasses import replace

from crmbudget.reporting.contracts._fields import (
    SCENARIO,
    Contract,
    Records,
    coordinates,
    count,
    dimensions,
    flag,
    money,
    percent,
    place,
    text,
)
from crmbudget.wording import say

_STEP = count("step", "The number of the step, from 1.", say("Step"))
_DIMENSION = text("dimension", "What the step splits.", say("Dimension"), "segment")
_STRATEGY = text("strategy", "How the step weighs its members.", say("Strategy"), "60% value + 40% count")
_MEMBER = text("member", "The member that the record is about.", say("Member"), "key")
_CHOSEN = flag("chosen", "Whether the member is on the way to the figure.", say("On the way"))
_EXACT = "a fraction of minor units, such as 382260000/11"
CONTRACT = Contract(
    "How one figure of a plan came to be, so that it can be computed again.",
    (
        SCENARIO,
        *coordinates(),
        money("total", "All the money of the plan."),
        money("reserve", "What is held back before anything is shared out."),
        money("pool", "What is shared out."),
        money("unassigned", "What no member on the way could take."),
        money("unlimited", "The figure before limits."),
        money("amount", "The figure."),
        count("lines", "How many lines it is the sum of."),
    ),
    Records(
        "One member that shared in the split of one step on the way.",
        (
            _STEP,
            _DIMENSION,
            _STRATEGY,
            *dimensions(empty=True),
            _MEMBER,
            _CHOSEN,
            money("pool", "The amount that was split.", say("Of"), adds=False),
            text("weight", "The member's part of all weights, a fraction.", say("Weight"), "1/13"),
            text("low", f"The least that it could get, {_EXACT}.", "", "0", empty=True),
            text("high", f"The most that it could get, {_EXACT}.", "", "60720000", empty=True),
            count("turn", "When it is served: all of a lower turn come first.", empty=True),
            text("carried", f"What earlier splits of the step still owed it, {_EXACT}.", "", "-1/13", empty=True),
            text("exact", f"What it would get exactly, {_EXACT}.", "", "10692584/11"),
            count("evened", "Minor units that were moved to it, so that its sum over all amounts stays near its exact sum.", empty=True),
            money("amount", "What it got.", say("Amount")),
        ),
        say("Who shares in it"),
    ),
    {
        "steps": Records(
            "One step on the way.",
            (
                _STEP,
                _DIMENSION,
                _STRATEGY,
                count("amounts", "How many amounts the step goes over."),
                money("pool", "What the step splits.", say("Of"), adds=False),
                money("amount", "What goes to the members on the way.", say("Amount"), adds=False),
                money("unassigned", "What stays with nobody in this step.", say("Unassigned"), adds=False),
                *place(),
            ),
            say("The way to it"),
        ),
        "weights": Records(
            "The weight that one strategy of one step gives one member.",
            (
                _STEP,
                text("strategy", "One strategy of the step.", "", "value"),
                percent("share", "How much of the step's money is split by it."),
                _MEMBER,
                text("weight", "The member's weight, a number or a fraction.", "", "1900"),
                text("total_weight", "The sum of the weights, a number or a fraction.", "", "2200"),
            ),
        ),
        "numbers": Records(
            "One number of the plan that makes such a weight.",
            (
                _STEP,
                text("strategy", "One strategy of the step.", "", "count"),
                _MEMBER,
                text("name", "What the number is called.", "", "customers"),
                text("value", "The number; money in major units.", "", "1900"),
                *place(),
            ),
        ),
        "limits": Records(
            "One limit that bears on the figure.",
            (
                text("limit", "The limit, in words.", say("Limit"), "category=gift <= 5%"),
                money("bound", "How much money it allows, or asks for.", say("Bound"), adds=False),
                money("sum", "How much money its lines have.", say("Its lines have"), adds=False),
                flag("touches", "Whether the figure is among its lines."),
                flag("binds", "Whether its lines have as much as the bound."),
                money("moved", "How much money it moves.", say("Moves"), adds=False),
                *place(),
            ),
            say("Limits"),
        ),
        "effects": Records(
            "What limits did in one step; without a member, to all lines on the way together.",
            (
                _STEP,
                _DIMENSION,
                replace(_MEMBER, empty=True),
                _CHOSEN,
                money("pool", "The amount that is split now."),
                money("before", "What the member had before limits."),
                text("weight", "Its part of all weights, a number or a fraction.", "", "1/13", empty=True),
                text("exact", f"What it gets exactly, {_EXACT}.", "", "104252727/13", empty=True),
                count("settled", "Minor units that were moved to it, so that limits hold to the cent.", empty=True),
                money("amount", "What it gets."),
            ),
        ),
    },
)  # fmt: skip
