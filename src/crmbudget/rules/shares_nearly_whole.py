"""Shares and weights that nearly make a whole."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import NamedTuple

from crmbudget.allocation.split import split
from crmbudget.finding import Severity
from crmbudget.planning.plan import Limit
from crmbudget.planning.scalars import Share, decimal
from crmbudget.planning.source import Path
from crmbudget.planning.words import word_of
from crmbudget.rules import Found, Rule, Subject
from crmbudget.wording import say

_OFF_MAX = Fraction(1, 100)
_COORDINATES = ("segment", "category", "activity", "channel", "period", "owner")


class _Family(NamedTuple):
    """Numbers that belong together; ``at`` is where the finding points."""

    at: Path
    named: str
    parts: list[Fraction]


class SharesNearlyWhole(Rule):
    """Shares add up to nearly 100%.

    Shares of one step or of one family of limits, or weights that look like percents, add up to between 99% and 101%, and
    not to 100%, as `33.3` three times does. Weights are taken in proportion, so no money is lost by it; but a number may
    be mistyped, or a member missing. Of bounds, what they leave moves: caps of 99.9% together leave money unassigned.

    To mend it, make them add up to 100, or write plain proportions such as `1`, `1` and `1`. A blend and the shares of
    `fixed` must make 100% anyway.

    Turn the rule off where the numbers come rounded from elsewhere and stay as they are.

    ## Wrong

    ```yaml
    currency: CNY
    total: 1_000_000
    reserve: 8%
    channels:
      visit: {weight: 33.3}
      phone: {weight: 33.3}
      email: {weight: 33.3}
    ```

    ## Right

    ```yaml
    currency: CNY
    total: 1_000_000
    reserve: 8%
    channels:
      visit: {weight: 1}
      phone: {weight: 1}
      email: {weight: 1}
    ```
    """

    code = "CB705"
    severity = Severity.INFO

    def look(self, subject: Subject) -> Iterator[Found]:
        for family in _weights(subject):
            total = sum(family.parts, Fraction(0))
            whole = next((whole for whole in (100, 1) if _nearly(total, whole)), 0)
            if len(family.parts) > 1 and whole:
                message = say("the weights of {named} add up to {total}, not to {whole}", named=family.named, total=decimal(total), whole=whole)  # fmt: skip
                yield Found(family.at, message, say("correct them, or write plain proportions such as 1 and 1"))
        for family in _shares(subject):
            total = sum(family.parts, Fraction(0))
            if len(family.parts) > 1 and _nearly(total, 1):
                message = say("{named} add up to {total}, not to 100%", named=family.named, total=Share(total))
                yield Found(family.at, message, say("change them until they make 100%"), _part(subject, abs(total - 1)))


def _nearly(total: Fraction, whole: int) -> bool:
    return total != whole and abs(total - whole) <= whole * _OFF_MAX


def _part(subject: Subject, part: Fraction) -> int:
    """So much of what is allocated."""
    return abs(split(subject.budget.allocated, [part, 1 - part])[0])


def _weights(subject: Subject) -> Iterator[_Family]:
    if subject.is_ready:
        return
    plan = subject.plan
    for collection, members in (("activities", plan.activities), ("channels", plan.channels)):
        given = {name: one.weight for name, one in members.items() if one.weight is not None}
        yield _Family((collection, *list(given)[-1:], "weight"), say("the {collection}", collection=word_of(collection)), list(given.values()))  # fmt: skip
    for name, activity in plan.activities.items():
        if isinstance(activity.channels, dict):
            named = say("the channels of `{name}`", name=name)
            yield _Family(("activities", name, "channels"), named, list(activity.channels.values()))
    for at, step in subject.steps.values():
        if step.weights is not None:
            listed = step.weights.values() if isinstance(step.weights, dict) else step.weights
            yield _Family((*at, "weights"), say("the periods"), list(listed))


def _shares(subject: Subject) -> Iterator[_Family]:
    for dimension, (at, step) in subject.steps.items():
        count = len(subject.plan.members(dimension))
        for key in ("min", "max", "fixed"):
            parts = _of_one(getattr(step, key))
            # Caps of a few members leave the rest to the others; only caps of all of them make a whole.
            if parts and (key != "max" or len(parts) == count):
                yield _Family((*at, key), say("the shares of `{key}`", key=key), parts)
    families: dict[tuple[str, str], dict[int, Share]] = defaultdict(dict)
    for number, limit in enumerate(subject.plan.limits):
        if kind := _kind(limit):
            families[kind][number] = limit.min if kind[1] == "min" else limit.max  # type: ignore[assignment]
    for (coordinate, key), bounds in families.items():
        named = say("the limits with `{key}` by {coordinate}", key=key, coordinate=word_of(coordinate))
        yield _Family(("limits", max(bounds), key), named, [share.of_one for share in bounds.values()])


def _of_one(bounds: Mapping[str, int | Share]) -> list[Fraction]:
    """The bounds as parts of one, where all of them are shares."""
    parts = [bound.of_one for bound in bounds.values() if isinstance(bound, Share)]
    return parts if len(parts) == len(bounds) else []


def _kind(limit: Limit) -> tuple[str, str] | None:
    """The family of a limit: its one coordinate with one id, and its one bound, which is a share."""
    given = [name for name in _COORDINATES if getattr(limit, name) is not None]
    keys = [key for key in ("min", "max") if isinstance(getattr(limit, key), Share)]
    alone = len(given) == 1 and isinstance(getattr(limit, given[0]), str) and limit.per is None
    return (given[0], keys[0]) if alone and len(keys) == 1 else None
