"""Money that nobody answers for."""

from collections.abc import Iterator

from crmbudget.planning.plan import Dimension
from crmbudget.planning.words import word_of
from crmbudget.rules import Found, Rule, Subject
from crmbudget.wording import say

_COLLECTIONS = {Dimension.SEGMENT: "segments", Dimension.ACTIVITY: "activities"}


class OwnerMissing(Rule):
    """Some lines have no owner.

    A line belongs to the `owner` of its activity, else to that of its segment. The plan names owners, and there are lines
    for which neither has one. When such a line is overspent, nobody is asked. The money of the finding is what these
    lines come to.

    To mend it, give the segment or the activity an `owner`. A plan that names no owner at all does without, and is not
    told of.

    Turn the rule off while owners are still to be named.

    ## Wrong

    ```yaml
    currency: CNY
    total: 1_000_000
    reserve: 8%
    segments:
      key: {customers: 40, owner: wang.li}
      growth: {customers: 260}
    ```

    ## Right

    ```yaml
    currency: CNY
    total: 1_000_000
    reserve: 8%
    segments:
      key: {customers: 40, owner: wang.li}
      growth: {customers: 260, owner: chen.yu}
    ```
    """

    code = "CB707"

    def look(self, subject: Subject) -> Iterator[Found]:
        split = [one for one in _COLLECTIONS if subject.level(one) is not None]
        owned = [one for one in split if any(member.owner for member in subject.plan.members(one).values())]
        if not owned:
            return
        # Where both have owners, it is the segment that lacks one: it answers for what no activity's owner does.
        at = owned[0]
        for name, money in _ownerless(subject, split, at).items():
            if money:
                message = say("nobody answers for {money} of {dimension} `{name}`", money=subject.money(money), dimension=word_of(at), name=name)  # fmt: skip
                yield Found((_COLLECTIONS[at], name), message, say("add `owner:` to it"), money, key=True)


def _ownerless(subject: Subject, split: list[Dimension], at: Dimension) -> dict[str, int]:
    """What the lines without an owner come to, by the member that they belong to."""
    levels, sums = subject.budget.levels, subject.budget.sums
    depth = max(place for place, level in enumerate(levels) if level.dimension in split)
    ids = {one.dimension: one.ids for one in levels}
    owned = [[bool(subject.plan.members(one)[name].owner) for name in ids[one]] for one in split]
    columns = [subject.budget.column(one, depth) for one in split]
    found = [0] * len(ids[at])
    for amount, member, *places in zip(sums[depth], subject.budget.column(at, depth), *columns, strict=True):
        if not any(known[place] for known, place in zip(owned, places, strict=True)):
            found[member] += amount
    return dict(zip(ids[at], found, strict=True))
