"""Limits that can never do anything."""

from collections.abc import Iterator

from crmbudget.finding import Severity
from crmbudget.planning.scalars import Share
from crmbudget.rules import Found, Rule, Subject
from crmbudget.wording import say

_FAR = 50


class LimitNeverBinds(Rule):
    """A limit can never bind.

    A `max` lets its lines have everything that is shared out, or more, or a `min` asks for nothing. Whoever reads the plan
    believes that something is kept within bounds, and nothing is. Often a cap was written for a larger total.

    To mend it, tighten the limit, or take it out.

    Turn the rule off where limits are placeholders that a scenario or `--set` changes.

    ## Wrong

    ```yaml
    currency: CNY
    total: 1_000_000
    reserve: 8%
    activities: {visits: {category: service, weight: 3}, gifts: {category: gift, weight: 1}}
    limits:
      - {category: gift, max: 1_000_000}
    ```

    ## Right

    ```yaml
    currency: CNY
    total: 1_000_000
    reserve: 8%
    activities: {visits: {category: service, weight: 3}, gifts: {category: gift, weight: 1}}
    limits:
      - {category: gift, max: 300_000}
    ```
    """

    code = "CB711"
    severity = Severity.INFO

    def look(self, subject: Subject) -> Iterator[Found]:
        pool = abs(subject.budget.total) - abs(subject.budget.reserve)
        for number, limit in enumerate(subject.plan.limits):
            if limit.max is not None and _covers(limit.max, pool) and not _asks(limit.min):
                message = say("this limit can never bind: its lines may have all of {pool}", pool=subject.money(pool))
                yield Found(("limits", number, "max"), message, say("lower `max`, or take the limit out"))
            elif limit.max is None and not _asks(limit.min):
                message = say("this limit can never bind: it asks for nothing")
                yield Found(("limits", number, "min"), message, say("raise `min`, or take the limit out"))


def _covers(bound: int | Share, pool: int) -> bool:
    """Whether all of the pool fits; an amount far beyond it is in another unit, and `unit-looks-wrong` tells of it."""
    return bound.of_one >= 1 if isinstance(bound, Share) else pool <= bound < pool * _FAR


def _asks(bound: int | Share | None) -> bool:
    return bool(bound.of_one if isinstance(bound, Share) else bound)
