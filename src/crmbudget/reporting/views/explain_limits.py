"""What limits did to a figure, in sentences."""

from collections.abc import Iterator

from crmbudget.allocation.bearing import Effect, LimitTold
from crmbudget.allocation.explain import Explanation
from crmbudget.allocation.telling import StepTold
from crmbudget.money import Currency
from crmbudget.reporting.report import ratio
from crmbudget.reporting.views.explain_figures import shown_at
from crmbudget.wording import say

LIMITS_MAX = 8
"""Limits that are named one by one, of those that bind and of those that do not."""


def limit_facts(told: Explanation) -> Iterator[str]:
    """Which limits bear on the figure, and how it moved."""
    money = told.plan.money
    for binds, words in ((True, say("bind")), (False, say("touch it and do not bind"))):
        own = [one for one in told.limits if one.binds is binds]
        yield from (_limit(one, money) for one in own[:LIMITS_MAX])
        if len(own) > LIMITS_MAX:
            yield say("{count:,} more limits {words}", count=len(own) - LIMITS_MAX, words=words)
    top = told.effects[0] if told.effects else None
    if top and top.pool != top.pool_before:
        yield say(
            "limits leave {amount} of the whole plan without a place: unassigned",
            amount=money.text(top.pool_before - top.pool, grouped=True),
        )
    before = (0, 0)
    for effect, step in zip(told.effects, told.steps, strict=False):
        if before != (effect.before, effect.amount):
            yield from _effect(effect, step, money)
        before = (effect.before, effect.amount)


def _limit(one: LimitTold, money: Currency) -> str:
    text = f"{one.text} ({shown_at(one.place)})"
    if one.bound is None:
        return say("{text}: this bound of a step held back what moved", text=text)
    has = say(
        "its lines have {amount} of {amount2}",
        amount=money.text(one.has or 0, grouped=True),
        amount2=money.text(one.bound, grouped=True),
    )
    if not one.binds:
        return say("{text}: touches it and does not bind, {has}", text=text, has=has)
    where = say("binds") if one.touches else say("binds its neighbours")
    return say(
        "{text}: {where}, {has}; it moved {amount}",
        text=text,
        where=where,
        has=has,
        amount=money.text(one.moved, grouped=True),
    )


def _effect(effect: Effect, step: StepTold, money: Currency) -> Iterator[str]:
    own = [shift for shift in effect.shifts if shift.chosen]
    moved = effect.amount - effect.before
    if len(own) != 1 or not moved:
        if moved:
            yield say(
                "step {number}: {moved}",
                number=step.ready.number + 1,
                moved=_moved(effect.before, effect.amount, money),
            )
        return
    one, factor = own[0], effect.factor(own[0])
    beside = (
        say("in proportion with the others")
        if factor is None or factor == 1
        else say("{ratio} of its proportion to the others", ratio=ratio(factor))
    )
    settled = one.settled if one.settled not in {0, -1 if effect.pool < 0 else 1} else 0
    odd = (
        say(", {settled:+,d} of {amount} so that every limit is exact", settled=settled, amount=money.text(1))
        if settled
        else ""
    )
    yield say(
        "step {number}: {member} {moved}, {beside}{odd}",
        number=step.ready.number + 1,
        member=one.member,
        moved=_moved(one.before, one.amount, money),
        beside=beside,
        odd=odd,
    )


def _moved(before: int, after: int, money: Currency) -> str:
    sign = "+" if after > before else ""
    change = f"{sign}{money.text(after - before, grouped=True)}"
    return say(
        "had {amount} and gets {amount2} ({change})",
        amount=money.text(before, grouped=True),
        amount2=money.text(after, grouped=True),
        change=change,
    )
