"""Members of the plan that no line names."""

from collections.abc import Iterator

from crmbudget.planning.plan import Dimension, Per
from crmbudget.planning.words import word_of
from crmbudget.rules import Found, Rule, Subject
from crmbudget.wording import say, say_count

_COLLECTIONS = {Dimension.SEGMENT: "segments", Dimension.ACTIVITY: "activities", Dimension.CHANNEL: "channels"}


class MemberNeverReached(Rule):
    """Members of the plan are never reached.

    The plan lists segments, activities or channels, and no step splits money over them; or a channel stands in the plan
    that no activity uses. No line names them, so no actuals can be held against them. Often a step is missing, or a channel
    was forgotten under an activity's `channels`.

    To mend it, add the step (`by: channel`), name the channel under an activity, or take the members out. Segments that
    only count the customers of a cost (`per: customer`) are used, and are not told of. Segments and activities that are
    split and get nothing have rules of their own.

    Turn the rule off where members are listed for actuals alone.

    ## Wrong

    ```yaml
    currency: CNY
    total: 1_000_000
    reserve: 8%
    activities: {visits: {category: service}, calls: {category: communication}}
    channels: {phone: {weight: 3}, email: {weight: 1}}
    allocate: [{by: activity}]
    ```

    ## Right

    ```yaml
    currency: CNY
    total: 1_000_000
    reserve: 8%
    activities: {visits: {category: service}, calls: {category: communication}}
    channels: {phone: {weight: 3}, email: {weight: 1}}
    allocate: [{by: activity}, {by: channel}]
    ```
    """

    code = "CB704"

    def look(self, subject: Subject) -> Iterator[Found]:
        for dimension, collection in _COLLECTIONS.items():
            members = getattr(subject.plan, collection)
            if members and subject.level(dimension) is None and not _counted(subject, dimension):
                yield _unsplit(subject, dimension, collection, len(members))
        channels = subject.level(Dimension.CHANNEL) is not None
        if channels and subject.above(Dimension.ACTIVITY, Dimension.CHANNEL) and not subject.is_ready:
            yield from _unused(subject)
        if subject.is_ready:
            yield from _unnamed(subject)


def _counted(subject: Subject, dimension: Dimension) -> bool:
    """Whether the segments are there for their number of customers."""
    activities = subject.plan.activities.values()
    return dimension is Dimension.SEGMENT and any(one.per is Per.CUSTOMER for one in activities)


def _unsplit(subject: Subject, dimension: Dimension, collection: str, count: int) -> Found:
    what = {
        "segments": say_count("{count:,} segment", "{count:,} segments", count),
        "activities": say_count("{count:,} activity", "{count:,} activities", count),
        "channels": say_count("{count:,} channel", "{count:,} channels", count),
    }[collection]
    message = say("the plan lists {what}, and no step splits money by {one}", what=what, one=word_of(dimension))
    usual = "value" if dimension is Dimension.SEGMENT else dimension.value
    fix = say("add a step such as `by: {usual}`, or take `{collection}` out", usual=usual, collection=collection)
    if subject.is_ready:
        message = say("the plan lists {what}, and its file of lines names no {one}", what=what, one=word_of(dimension))
        fix = say("name its column, or take `{collection}` out", collection=collection)
    return Found((collection,), message, fix, subject.budget.allocated or None, key=True)


def _unused(subject: Subject) -> Iterator[Found]:
    used = subject.sums(Dimension.CHANNEL)
    for name in subject.plan.channels:
        if name not in used:
            message = say("no activity uses channel `{name}`", name=name)
            yield Found(("channels", name), message, say("name it under an activity's `channels`, or take it out"), key=True)  # fmt: skip


def _unnamed(subject: Subject) -> Iterator[Found]:
    for dimension in (Dimension.ACTIVITY, Dimension.CHANNEL):
        if subject.level(dimension) is not None:
            used = subject.sums(dimension)
            for name in getattr(subject.plan, _COLLECTIONS[dimension]):
                if name not in used:
                    message = say(
                        "no line of the file names {dimension} `{name}`", dimension=word_of(dimension), name=name
                    )
                    fix = say("add lines of it to the file, or take it out of the plan")
                    yield Found((_COLLECTIONS[dimension], name), message, fix, key=True)
