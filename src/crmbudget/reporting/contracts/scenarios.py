"""``crmbudget scenarios``: a plan's scenarios side by side."""

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

_SCENARIO = text("scenario", "The name of the scenario; base is the plan as it is.", say("Scenario"), "downturn")


def _sum(key: str, says: str, title: str) -> Field:
    return money(key, f"{says} Null where the scenario has no numbers.", title, empty=True, adds=False)


CONTRACT = Contract(
    "The scenarios of a plan side by side, and which single input moves the money most.",
    (
        count("scenarios", "How many scenarios the plan has, the base not counted.", say("Scenarios")),
        count("refused", "How many scenarios have no numbers."),
        text("group_by", "The coordinates of the results, parted by commas.", "", "segment"),
        count("inputs", "How many inputs were measured; null where none was.", empty=True),
        percent("by", "How far each input was changed.", empty=True),
        count("steps", "By how many steps of the plan it was measured.", empty=True),
    ),
    Records(
        "One member in one scenario.",
        (
            _SCENARIO,
            *coordinates(),
            money("amount", "What the member gets; null where the scenario has no such member.", say("Amount"), empty=True, adds=False),
            money("change", "How much more that is than in the base; null where the base has no numbers.", say("Change"), empty=True, adds=False),
        ),
        say("What each gets"),
    ),
    {
        "scenarios": Records(
            "One scenario; the base comes first.",
            (
                _SCENARIO,
                text("name", "Its name for people.", say("Name")),
                _sum("total", "All its money.", say("Total")),
                _sum("reserve", "Its reserve.", say("Reserve")),
                _sum("allocated", "The sum of its lines.", say("Allocated")),
                _sum("unassigned", "What no member could take.", say("Unassigned")),
                _sum("cost", "How much more it plans than the base.", say("More than base")),
                _sum("gained", "What lines get more than in the base.", ""),
                _sum("lost", "What lines get less than in the base.", ""),
                _sum("moved", "The larger of gained and lost.", say("Moves")),
                count("lines", "How many lines it has.", empty=True),
                text("reason", "Why it has no numbers.", say("Why not"), empty=True),
            ),
            say("Scenarios"),
        ),
        "changes": Records(
            "One value that a scenario changes.",
            (
                _SCENARIO,
                text("key", "The key of the plan, dotted.", say("Key"), "segments.key.churn"),
                text("before", "The value in the plan, as typed; null where there is none.", say("In the plan"), empty=True),
                text("after", "The value in the scenario; null where it is taken out.", say("In the scenario"), empty=True),
                *place(),
            ),
            say("What they change"),
        ),
        "limits": Records(
            "One limit that moves money in one scenario.",
            (
                _SCENARIO,
                text("limit", "The limit, in words.", say("Limit"), "category=gift <= 5%"),
                text("key", "Its place in the plan.", "", "limits.0"),
                *place(),
                money("amount", "How much money it moves.", say("Moves"), adds=False),
            ),
            say("Limits that move money"),
        ),
        "sensitivity": Records(
            "One input of the plan, what moves the most money first.",
            (
                text("input", "The input, in words.", say("Input"), "churn of segment key"),
                text("key", "Its key in the plan, dotted.", "", "segments.key.churn"),
                *place(),
                text("value", "Its value in the plan.", say("Value"), "12%"),
                money("up", "What moves where it is more; null where there would be no plan.", say("More moves"), empty=True, adds=False),
                money("down", "What moves where it is less; null where there would be no plan.", say("Less moves"), empty=True, adds=False),
                money("moved", "The larger of the two; null where there would be no plan either way.", "", empty=True, adds=False),
                percent("share", "The same in percent of the total.", say("Of total"), empty=True),
                text("up_reason", "Why there would be no plan where it is more.", empty=True),
                text("down_reason", "Why there would be no plan where it is less.", empty=True),
            ),
            say("What moves the money most"),
        ),
    },
)  # fmt: skip
