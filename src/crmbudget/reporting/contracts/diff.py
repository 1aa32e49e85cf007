"""``crmbudget diff``: what changed between two plans, in money."""

from collections.abc import Iterator

from crmbudget.reporting.contracts._fields import (
    Contract,
    Field,
    Records,
    coordinates,
    count,
    money,
    percent,
    place,
    text,
)
from crmbudget.wording import say


def _totals() -> Iterator[Field]:
    for side, word in (("before", "older"), ("after", "newer")):
        yield money(f"{side}_total", f"All the money of the {word} plan.")
        yield money(f"{side}_reserve", f"The reserve of the {word} plan.")
        yield money(f"{side}_allocated", f"The sum of the lines of the {word} plan.")
        yield money(f"{side}_unassigned", f"What no member of the {word} plan could take.")
        yield count(f"{side}_lines", f"How many lines the {word} plan has.")


def _amounts(of: str) -> tuple[Field, ...]:
    return (
        money("before", f"The money of {of} in the older plan; null where it is not there.", say("Before"), empty=True),
        money("after", f"The money of {of} in the newer plan; null where it is not there.", say("After"), empty=True),
        money("change", "After less before.", say("Change")),
    )


CONTRACT = Contract(
    "What changed between two plans, in money, with causes that add up.",
    (
        *_totals(),
        money("change", "How much the total rises; below zero it falls."),
        percent("change_percent", "The same in percent of the older total; null where that is zero.", empty=True),
        money("moved", "How much money moves between lines: the larger of what is gained and what is lost."),
        count("causes", "How many causes there are."),
        text("group_by", "The coordinates of the results, parted by commas.", "", "segment,activity"),
    ),
    Records(
        "One line that changed; with --group-by one sum of lines that changed.",
        (*coordinates(), *_amounts("the line")),
        say("What changed"),
        summed=True,
    ),
    {
        "moves": Records(
            "Every member of each coordinate, those that did not change too; of the coordinates all but its own are null.",
            (*coordinates(empty=True), *_amounts("the member")),
        ),
        "causes": Records(
            "One cause, in the order in which the changes are made; rounding comes last.",
            (
                count("number", "The number of the cause, from 1."),
                text("what", "What was changed, in words.", say("Why"), "total: 1_200_000 -> 1.25m"),
                *place(empty=True),
                text("before", "The value in the older plan, as typed.", empty=True),
                text("after", "The value in the newer plan, as typed.", empty=True),
                money("moved", "How much money it moves.", say("Moves"), empty=True),
            ),
            say("Causes"),
        ),
        "effects": Records(
            "What one cause does to one member, to the reserve or to what is unassigned, where it is not nothing.",
            (
                count("cause", "The number of the cause."),
                text("by", "The coordinates that are compared.", "", "segment"),
                text("row", "What is changed: member, reserve or unassigned.", "", "member"),
                *coordinates(empty=True),
                money("amount", "How much more it gets through this cause."),
            ),
        ),
    },
)
