"""Plans whose time is over."""

from collections.abc import Iterator

from crmbudget.rules import Found, Rule, Subject
from crmbudget.wording import say, say_count


class CalendarPast(Rule):
    """The calendar has ended.

    The last day of the last period lies before the day on which the plan is checked. Money cannot be spent in the past, so
    the year in `start` is often last year's, copied with the rest of the plan.

    To mend it, write the `start` of the periods that are planned. The day is `--as-of`, else that of the environment's
    `SOURCE_DATE_EPOCH`, else today, all in UTC. A calendar that has begun and goes on is fine.

    Turn the rule off in a plan that is kept as a record, or was approved after the fact.

    ## Wrong

    ```yaml
    currency: CNY
    total: 1_000_000
    reserve: 8%
    calendar: {start: 2019-01}
    segments: {key: {customers: 40}, growth: {customers: 260}}
    ```

    ## Right

    ```yaml
    currency: CNY
    total: 1_000_000
    reserve: 8%
    calendar: {start: 2027-01}
    segments: {key: {customers: 40}, growth: {customers: 260}}
    ```
    """

    code = "CB708"

    def look(self, subject: Subject) -> Iterator[Found]:
        calendar = subject.plan.calendar
        if calendar is None or (last := calendar.members[-1].last) >= subject.as_of:
            return
        days = say_count("{count:,} day", "{count:,} days", (subject.as_of - last).days)
        message = say("the calendar ended on {last}, {days} before {day}", last=last, days=days, day=subject.as_of)
        fix = say("write the start of the periods that are planned")
        yield Found(("calendar", "start"), message, fix, subject.budget.allocated or None)
