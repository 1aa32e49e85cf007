"""Money at times at which its activity may not spend."""

from collections.abc import Iterator, Mapping
from typing import Any

from crmbudget.planning.plan import Dimension, Step
from crmbudget.planning.scalars import Share
from crmbudget.rules import Found, Rule, Subject
from crmbudget.wording import say, say_count


class MoneyOutsideWhen(Rule):
    """Money stands in periods in which it may not be spent.

    An activity says `when` it may spend, and money is planned for it before it starts or after it ends. Steps never do
    that by themselves, so there are three ways to it: the lines come from a file that knows nothing of `when`; no step
    splits by period, so that `when` does nothing and the money counts from the first day; or a step gives a weight, a
    share or a floor to a period in which no activity may spend, which then does nothing. Budget against actuals is wrong
    for such a period.

    To mend it, correct `when`, move the money in the file, or add a step `by: period`.

    Turn the rule off where money is paid ahead on purpose.

    ## Wrong

    ```yaml
    currency: CNY
    total: 1_000_000
    reserve: 8%
    calendar: {start: 2027-01}
    activities:
      hotline: {category: service, weight: 3}
      gala: {category: event, weight: 1, when: [2027-09]}
    allocate: [{by: activity}]
    ```

    ## Right

    ```yaml
    currency: CNY
    total: 1_000_000
    reserve: 8%
    calendar: {start: 2027-01}
    activities:
      hotline: {category: service, weight: 3}
      gala: {category: event, weight: 1, when: [2027-09]}
    allocate: [{by: activity}, {by: period}]
    ```
    """

    code = "CB709"

    def look(self, subject: Subject) -> Iterator[Found]:
        if subject.level(Dimension.ACTIVITY) is None:
            return
        if subject.level(Dimension.PERIOD) is None:
            yield from _timeless(subject)
        elif subject.is_ready:
            yield from _misplaced(subject)
        elif subject.above(Dimension.ACTIVITY, Dimension.PERIOD):
            yield from _idle(subject)


def _timeless(subject: Subject) -> Iterator[Found]:
    for name, money in subject.sums(Dimension.ACTIVITY).items():
        when = subject.plan.activities[name].when
        if money and when and not all(any(span.holds(period) for span in when) for period in _periods(subject)):
            shown = ", ".join(span.text for span in when)
            message = say("activity `{name}` may spend only in {shown}, and its {money} stand in no period", name=name, shown=shown, money=subject.money(money))  # fmt: skip
            fix = say("add a step `by: period`, or take `when` out")
            yield Found(("activities", name, "when"), message, fix, money)


def _periods(subject: Subject) -> list[Any]:
    return list(subject.plan.members(Dimension.PERIOD).values())


def _misplaced(subject: Subject) -> Iterator[Found]:
    """Ready lines outside of their activity's ``when``, added up by activity."""
    sums: dict[str, dict[str, int]] = {}
    periods = subject.plan.members(Dimension.PERIOD)
    for (name, period), money in subject.budget.totals(["activity", "period"]).items():
        when = subject.plan.activities[name].when
        if money and when is not None and not any(span.holds(periods[period]) for span in when):
            sums.setdefault(name, {})[period] = money
    for name, outside in sums.items():
        first, money = min(outside), sum(outside.values())
        more = say_count(" and {count} more period", " and {count} more periods", len(outside) - 1)
        message = say("activity `{name}` may not spend in {first}{more}, and the file plans {money} there", name=name, first=first, more=more if len(outside) > 1 else "", money=subject.money(money))  # fmt: skip
        yield Found(("activities", name, "when"), message, say("correct `when`, or move the money in the file"), money)


def _idle(subject: Subject) -> Iterator[Found]:
    """What a step gives to a period in which no activity may spend."""
    at, step = subject.steps[Dimension.PERIOD]
    reached = subject.sums(Dimension.PERIOD)
    for key, named in _given(step, list(subject.plan.members(Dimension.PERIOD))):
        for place, (period, given) in named.items():
            if period not in reached and (given.of_one if isinstance(given, Share) else given):
                message = say("no activity may spend in {period}, so what `{key}` gives it goes elsewhere", period=period, key=key)  # fmt: skip
                yield Found((*at, key, place), message, say("correct it, or let an activity spend then"))


def _given(step: Step, periods: list[str]) -> Iterator[tuple[str, Mapping[str | int, tuple[str, Any]]]]:
    """By key of the step, the place of each number with its period."""
    if isinstance(step.weights, tuple):
        yield "weights", dict(enumerate(zip(periods, step.weights, strict=True)))
    mappings: dict[str, Mapping[str, Any]] = {"shares": step.shares or {}, "min": step.min, "fixed": step.fixed}
    if isinstance(step.weights, dict):
        mappings["weights"] = step.weights
    for key, mapping in mappings.items():
        yield key, {name: (name, given) for name, given in mapping.items()}
