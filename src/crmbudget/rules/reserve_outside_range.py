"""Reserves that are missing, small or large."""

from collections.abc import Iterator
from fractions import Fraction

from crmbudget.allocation.split import split
from crmbudget.finding import Severity
from crmbudget.rules import Found, Rule, Subject, percent
from crmbudget.wording import say

_LOW, _HIGH = Fraction(3, 100), Fraction(15, 100)


class ReserveOutsideRange(Rule):
    """The reserve is outside 3% to 15%.

    Of the total, less than 3% or more than 15% is held back, or nothing is. Without a reserve the first surprise takes
    money away from somebody who planned with it. A large one means that much of the budget is not planned yet. The money
    of the finding is what the reserve is away from the range.

    To mend it, write a `reserve` from 3% to 15%. Plans whose lines come from a file are told of only where they say a
    `reserve` themselves.

    Turn the rule off where the reserve is held elsewhere, or your house has a rule of its own.

    ## Wrong

    ```yaml
    currency: CNY
    total: 1_000_000
    reserve: 30%
    segments: {key: {customers: 40}, growth: {customers: 260}}
    ```

    ## Right

    ```yaml
    currency: CNY
    total: 1_000_000
    reserve: 8%
    segments: {key: {customers: 40}, growth: {customers: 260}}
    ```
    """

    code = "CB706"
    severity = Severity.INFO

    def look(self, subject: Subject) -> Iterator[Found]:
        total, held = abs(subject.budget.total), abs(subject.budget.reserve)
        written = "reserve" in subject.source.tree
        if total == 0 or (subject.is_ready and not written):
            return
        low, high = (split(total, [part, 1 - part])[0] for part in (_LOW, _HIGH))
        if low <= held <= high:
            return
        message = say("nothing is held back as a reserve")
        if held:
            message = say("the reserve is {share} of the total, {money}", share=percent(Fraction(held, total)), money=subject.money(held))  # fmt: skip
        fix = say("hold back from {low} (3%) to {high} (15%)", low=subject.money(low), high=subject.money(high))
        at, off = "reserve" if written else "total", max(low - held, held - high)
        yield Found((at,), message, fix, off, key=not written)
