"""Why an amount was rounded up or down, in a sentence."""

from fractions import Fraction

from crmbudget.allocation.telling import Part, Rounding
from crmbudget.money import Currency
from crmbudget.reporting.report import ratio
from crmbudget.wording import joined, say, say_count


def rounding_fact(rounding: Rounding, own: Part, money: Currency) -> str:
    """The odd unit: who was before, and who after."""
    odd, order, amount = rounding.odd, rounding.order, money.text(own.amount - own.evened, grouped=True)
    place = next((number for number, (member, _) in enumerate(order) if member == own.member), None)
    if place is None:
        return say("a whole amount, {amount}: nothing to round", amount=amount)
    due = order[place][1]
    units = say_count(
        "{count} odd unit of {amount} goes", "{count:,} odd units of {amount} go", odd, amount=money.text(1)
    )
    line = [_neighbour(order[at], due, before=at > place) for at in (place - 1, place + 1) if 0 <= at < len(order)]
    return say(
        "rounded {word} to {amount}: {units} to the largest of {count:,} remainders, and its {carried} is number {place}, {names}",
        word=say("up") if place < odd else say("down"),
        amount=amount,
        units=units,
        count=len(order),
        carried=_carried(own, due),
        place=place + 1,
        names=joined(say(" and "), line),
    )


def _carried(own: Part, due: Fraction) -> str:
    """A remainder, with what was carried from the amounts before."""
    carried = (own.carried or Fraction(0)) * (-1 if own.pool < 0 else 1)
    if not carried:
        return ratio(due)
    return say(
        "{ratio} {word} {ratio2} carried = {ratio3}",
        ratio=ratio(due - carried),
        word="+" if carried > 0 else "-",
        ratio2=ratio(abs(carried)),
        ratio3=ratio(due),
    )


def _neighbour(other: tuple[str | None, Fraction], due: Fraction, *, before: bool) -> str:
    """Who stands next to it in line, and whether only the order of the ids parts them."""
    member, own = other
    shown = say("{ratio}, tied", ratio=ratio(own)) if own == due else ratio(own)
    member = member or say("nobody")
    if before:
        return say("before {member} ({ratio})", member=member, ratio=shown)
    return say("after {member} ({ratio})", member=member, ratio=shown)
