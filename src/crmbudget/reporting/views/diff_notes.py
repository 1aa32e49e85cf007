"""What the tables of a comparison do not show, in sentences."""

from collections.abc import Iterator

from crmbudget.comparing.difference import Difference, telling
from crmbudget.planning.words import word_of
from crmbudget.reporting.views.words import listed
from crmbudget.wording import joined, say, say_count

LISTED_MAX = 3


def _relabelled(difference: Difference) -> Iterator[str]:
    """Changes of who answers for money, and of what it is called."""
    money = difference.after.plan.money
    for cause in difference.causes[:-1]:
        for name, moved in difference.relabelled(cause):
            yield say(
                "{amount} {code} change {name}, and no line changes: {text}",
                amount=money.text(moved, grouped=True),
                code=money.code,
                name=word_of(name),
                text=cause.text,
            )


def notes_of(difference: Difference) -> Iterator[str]:
    """What the tables do not show: changes that move nothing, and coordinates that stand on one side alone."""
    yield from _relabelled(difference)
    still = [cause.text for cause in difference.causes[:-1] if not cause.moved and not difference.relabelled(cause)]
    if still:
        more = say("; and {count:,} more", count=len(still) - LISTED_MAX) if len(still) > LISTED_MAX else ""
        yield say_count(
            "{count} change moves no money{as_told}: {names}{more}",
            "{count:,} changes move no money{as_told}: {names}{more}",
            len(still),
            as_told=_as_told(difference),
            names=joined(say("; "), still[:LISTED_MAX]),
            more=more,
        )
    quiet = [listed(table.names) for table in difference.tables if not table.moved and table.names]
    if quiet and difference.moved:
        yield say("nothing moved by {names}", names=joined(say(" and by "), quiet))
    for side, other, word in (
        (difference.before, difference.after, say("older")),
        (difference.after, difference.before, say("newer")),
    ):
        alone = [name for name in side.coordinates if name not in other.coordinates]
        if alone:
            yield say(
                "only the {word} plan is split by {names}, so nothing is compared by it",
                word=word,
                names=listed(alone, say(" and ")),
            )
    if untold := _untold(difference):
        yield say(
            "causes are not found by {names}, for the plans have many lines: --group-by {untold} finds them",
            names=joined(say(" and "), untold),
            untold=untold[0],
        )


def _untold(difference: Difference) -> list[str]:
    """The coordinates by which money moved, and causes were not looked for."""
    told = {table.names for table in difference.effects}
    return [listed(table.names) for table in difference.tables if table.names not in told and table.moved]


def _as_told(difference: Difference) -> str:
    names = [listed(table.names) for table in telling(difference.effects)]
    return say(" by {names}", names=joined(say(" or "), names)) if _untold(difference) else ""
