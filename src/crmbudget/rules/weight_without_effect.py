"""Weights that do nothing."""

from collections.abc import Iterator, Mapping
from typing import Any

from crmbudget.planning.plan import Dimension, Step
from crmbudget.planning.words import word_of
from crmbudget.rules import Found, Rule, Subject
from crmbudget.wording import say

_COLLECTIONS = {Dimension.ACTIVITY: "activities", Dimension.CHANNEL: "channels"}
_BLIND = frozenset({"equal", "fixed"})
"""Strategies that ask no member for a weight."""
_PLAIN = (0, 1)
"""A weight of 1 is what counts anyway, and one of 0 keeps money away."""


class WeightWithoutEffect(Rule):
    """A weight does nothing.

    Somebody wrote a weight and expects it to share money out, and no amount depends on it. That is so where the step that
    splits the activities or the channels shares by something else, where the lines come from a file, where there is only
    one member to weigh, and where a channel is used only by activities that bring weights of their own. Whoever changes
    such a weight later will wonder why no figure moves.

    To mend it, take the weight out, or let the step share by it (`by: activity`, `by: channel`). Weights that are all
    alike are fine. Members that no step splits at all are told of by `member-never-reached`.

    Turn the rule off where weights are kept for runs that share otherwise, as with `--by`.

    ## Wrong

    ```yaml
    currency: CNY
    total: 1_000_000
    reserve: 8%
    activities:
      visits: {category: service, weight: 5}
      gifts: {category: gift, weight: 1}
    allocate: [{by: equal, across: activity}]
    ```

    ## Right

    ```yaml
    currency: CNY
    total: 1_000_000
    reserve: 8%
    activities:
      visits: {category: service, weight: 5}
      gifts: {category: gift, weight: 1}
    allocate: [{by: activity}]
    ```
    """

    code = "CB703"

    def look(self, subject: Subject) -> Iterator[Found]:
        for dimension, collection in _COLLECTIONS.items():
            if subject.level(dimension) is None:
                continue
            weighed = {n: m for n, m in getattr(subject.plan, collection).items() if m.weight is not None}
            if reason := _unasked(subject, dimension):
                yield from _first(collection, weighed, reason)
            else:
                yield from _alone(subject, collection, weighed)
        if subject.level(Dimension.CHANNEL) is not None and not _unasked(subject, Dimension.CHANNEL):
            yield from _own(subject)
            yield from _unused(subject)


def _unasked(subject: Subject, dimension: Dimension) -> str:
    """Why no step asks the members of a dimension for their weights; empty where one does."""
    if subject.is_ready:
        return say("the lines come from a file")
    _, step = subject.steps[dimension]
    asks = any(name not in _BLIND and (name != "formula" or _names_weight(step)) for name in step.blend)
    shown = " and ".join(step.blend)
    return "" if asks else say("the step that splits them shares by `{name}`", name=shown)


def _names_weight(step: Step) -> bool:
    from crmbudget.planning.expression import names, parse

    return "weight" in names(parse(step.formula or "0"))


def _first(collection: str, weighed: Mapping[str, Any], reason: str) -> Iterator[Found]:
    """One finding for all of a collection, at the first weight."""
    for name in list(weighed)[:1]:
        message = say(
            "the weights of the {collection} do nothing: {reason}", collection=word_of(collection), reason=reason
        )
        yield Found((collection, name, "weight"), message, say("take the weights out, or share by them"))


def _alone(subject: Subject, collection: str, weighed: Mapping[str, Any]) -> Iterator[Found]:
    """A weight on the only member there is."""
    if len(getattr(subject.plan, collection)) == 1:
        for name in [name for name, member in weighed.items() if member.weight not in _PLAIN]:
            message = say("the weight of `{name}` does nothing: it is the only one of the {collection}", name=name, collection=word_of(collection))  # fmt: skip
            yield Found((collection, name, "weight"), message, say("take the weight out, or add what it is weighed against"))  # fmt: skip


def _own(subject: Subject) -> Iterator[Found]:
    """An activity's own weight on a single channel."""
    for name, activity in subject.plan.activities.items():
        if isinstance(activity.channels, dict) and len(activity.channels) == 1:
            (channel, weight), *_ = activity.channels.items()
            if weight not in _PLAIN:
                message = say("the weight of `{channel}` does nothing: `{name}` has no other channel", channel=channel, name=name)  # fmt: skip
                fix = say("write `channels: [{channel}]`, or add the others", channel=channel)
                yield Found(("activities", name, "channels", channel), message, fix)


def _unused(subject: Subject) -> Iterator[Found]:
    """A channel's weight where every activity that may use it brings its own."""
    activities = subject.plan.activities.values()
    if not subject.above(Dimension.ACTIVITY, Dimension.CHANNEL) or any(one.channels is None for one in activities):
        return
    plain = {name for one in activities if not isinstance(one.channels, dict) for name in one.channels or ()}
    for name, channel in subject.plan.channels.items():
        if channel.weight is not None and name not in plain and name in subject.sums(Dimension.CHANNEL):
            message = say("the weight of channel `{name}` does nothing: every activity that may use it has weights of its own", name=name)  # fmt: skip
            yield Found(("channels", name, "weight"), message, say("take the weight out, or those of the activities"))
