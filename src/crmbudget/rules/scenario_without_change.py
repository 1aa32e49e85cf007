"""Scenarios that are the plan itself."""

from collections.abc import Iterator

from crmbudget.finding import Misread
from crmbudget.planning.scalars import read_amount_or_share
from crmbudget.planning.scenarios import AT
from crmbudget.rules import Found, Rule, Subject
from crmbudget.wording import say


class ScenarioWithoutChange(Rule):
    """A scenario changes nothing.

    It lists nothing, or every value that it lists is what the plan says anyway. Beside the plan it shows the same figures,
    which looks as if a change had no effect. Often the plan was changed later to what the scenario said.

    To mend it, write what should be different, or take the scenario out.

    Turn the rule off where a scenario is a placeholder, or pins a value on purpose while the plan moves.

    ## Wrong

    ```yaml
    currency: CNY
    total: 1_000_000
    reserve: 8%
    segments: {key: {customers: 40}, growth: {customers: 260}}
    scenarios:
      tight: {reserve: 8%}
    ```

    ## Right

    ```yaml
    currency: CNY
    total: 1_000_000
    reserve: 8%
    segments: {key: {customers: 40}, growth: {customers: 260}}
    scenarios:
      tight: {reserve: 12%}
    ```
    """

    code = "CB712"

    def look(self, subject: Subject) -> Iterator[Found]:
        same = (_read(one.before, subject) == _read(one.after, subject) for one in subject.changes)
        if subject.scenario and all(same):
            message = say("nothing in it differs from the plan")
            yield Found((AT, subject.scenario), message, say("write what is different, or take it out"), key=True)


def _read(text: str | None, subject: Subject) -> object:
    """What a value means, where it is an amount or a share: `1.2m` is `1_200_000`."""
    try:
        return read_amount_or_share(text, subject.plan.money)
    except Misread:
        return text
