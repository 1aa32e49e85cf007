"""Activities that can never spend."""

from collections.abc import Iterator

from crmbudget.planning.plan import Activity, Dimension
from crmbudget.rules import Found, Rule, Subject
from crmbudget.wording import joined, say

_RESTRICTIONS = {"segments": Dimension.SEGMENT, "channels": Dimension.CHANNEL, "when": Dimension.PERIOD}


class ActivityWithoutPlace(Rule):
    """An activity can never spend.

    Its `segments`, `channels` and `when` say where it may spend, and of the amounts that come down to the activities none
    lies there: they are split over other members, or those that it names get nothing. Its weight or its cost then does
    nothing, and what it spends will be unbudgeted.

    To mend it, let it spend where there is money, give money to where it may spend, or take it out. An activity whose
    `weight` or `cost` is 0 may have a place and get nothing; that is not told of.

    Turn the rule off while a plan is drafted, and places are still to be decided.

    ## Wrong

    ```yaml
    currency: CNY
    total: 1_000_000
    reserve: 8%
    segments:
      key: {customers: 40}
      closed: {customers: 0}
    activities:
      visits: {category: service}
      farewell: {category: event, segments: [closed]}
    allocate: [{by: count, max: {closed: 0}}, {by: activity}]
    ```

    ## Right

    ```yaml
    currency: CNY
    total: 1_000_000
    reserve: 8%
    segments:
      key: {customers: 40}
      leaving: {customers: 12}
    activities:
      visits: {category: service}
      farewell: {category: event, segments: [leaving]}
    allocate: [{by: count}, {by: activity}]
    ```
    """

    code = "CB702"

    def look(self, subject: Subject) -> Iterator[Found]:
        if subject.is_ready or subject.level(Dimension.ACTIVITY) is None or subject.budget.allocated == 0:
            return
        reached = _reached(subject)
        for name, activity in subject.plan.activities.items():
            if name not in reached:
                keys = [key for key in _keys(activity) if subject.above(_RESTRICTIONS[key], Dimension.ACTIVITY)]
                shown = joined(say(" and "), (f"`{key}`" for key in keys))
                message = say(
                    "activity `{name}` can never spend: no money comes to where its {keys} let it",
                    name=name,
                    keys=shown,
                )
                fix = say("let it spend where there is money, or take it out")
                yield Found(("activities", name, *keys[:1]), message, fix, activity.cost, key=True)


def _keys(activity: Activity) -> list[str]:
    return [key for key in _RESTRICTIONS if getattr(activity, key) is not None]


def _reached(subject: Subject) -> set[str]:
    """The activities that may take part of an amount above nothing."""
    levels = subject.budget.levels
    depth = next(place for place, level in enumerate(levels) if level.dimension is Dimension.ACTIVITY)
    level, pools = levels[depth], levels[depth - 1].amounts if depth else [subject.budget.total]
    members = {member for parent, member in zip(level.parent, level.member, strict=True) if pools[parent]}
    return {level.ids[member] for member in members}
