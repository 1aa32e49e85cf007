"""Segments that get nothing."""

from collections.abc import Iterator

from crmbudget.planning.plan import Dimension, Step
from crmbudget.planning.scalars import Share
from crmbudget.rules import Found, Rule, Subject
from crmbudget.wording import say, say_count


class SegmentWithoutMoney(Rule):
    """A segment gets no money.

    The segment stands in the plan, and all its lines together come to nothing. Often its `value` or `customers` is 0 or is
    in another unit than those of the others, or no activity may spend in it. Nobody then plans for these customers, and
    all that they spend will be unbudgeted.

    To mend it, correct its numbers, let an activity spend in it, give it a `min` in the step that splits the segments, or
    take it out of the plan. A segment to which a step, a limit or a file of lines gives nothing by its own words (`max: {key: 0}`) is not
    told of.

    Turn the rule off where segments without money are listed on purpose, as for customers who are served by another plan.

    ## Wrong

    ```yaml
    currency: CNY
    total: 1_000_000
    reserve: 8%
    segments:
      key: {customers: 40, value: 8_200_000}
      dormant: {customers: 300, value: 0}
    allocate: [{by: value}]
    ```

    ## Right

    ```yaml
    currency: CNY
    total: 1_000_000
    reserve: 8%
    segments:
      key: {customers: 40, value: 8_200_000}
      dormant: {customers: 300, value: 0}
    allocate: [{by: {value: 90%, count: 10%}}]
    ```
    """

    code = "CB701"

    def look(self, subject: Subject) -> Iterator[Found]:
        if subject.level(Dimension.SEGMENT) is None or subject.budget.allocated == 0:
            return
        sums, parked = subject.sums(Dimension.SEGMENT), _parked(subject)
        for name, segment in subject.plan.segments.items():
            if not sums.get(name) and name not in parked:
                message = say("segment `{name}` gets nothing", name=name)
                if segment.customers:
                    whom = say_count("{count:,} customer", "{count:,} customers", segment.customers)
                    message = say("segment `{name}` gets nothing for its {whom}", name=name, whom=whom)
                yield Found(("segments", name), message, _fix(subject), segment.value or None, key=True)


def _fix(subject: Subject) -> str:
    if subject.is_ready:
        return say("add lines of it to the file, or take it out of the plan")
    return say("correct its numbers, give it a `min`, or take it out of the plan")


def _parked(subject: Subject) -> set[str]:
    """The segments that the plan, or its file of lines, gives nothing by its own words."""
    if subject.is_ready:
        return set(subject.sums(Dimension.SEGMENT))
    _, step = subject.steps.get(Dimension.SEGMENT, ((), None))
    parked = {name for bounds in _bounds(step) for name, bound in bounds.items() if not _amount(bound)}
    for limit in subject.plan.limits:
        if limit.max is not None and limit.segment is not None and not _amount(limit.max):
            parked.update([limit.segment] if isinstance(limit.segment, str) else limit.segment)
    return parked


def _bounds(step: Step | None) -> list[dict[str, int | Share]]:
    return [step.max, step.fixed, dict(step.shares or {})] if step else []


def _amount(bound: int | Share) -> object:
    return bound.of_one if isinstance(bound, Share) else bound
