"""Why a step gave what it gave, in sentences."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import PurePosixPath

from crmbudget.allocation.explain import Explanation
from crmbudget.allocation.telling import Part, StepTold, Weighed
from crmbudget.money import Currency
from crmbudget.planning.scalars import Share
from crmbudget.reporting.report import percent_digits
from crmbudget.reporting.views.explain_figures import number_of, shown_at, units_of
from crmbudget.reporting.views.explain_rounding import rounding_fact
from crmbudget.wording import say

SIGNS_MAX = 24
"""Signs of a fraction that is shown as one; a longer one is shown in decimals only."""


def title_of(told: Explanation) -> str:
    """What is explained: a line by its ids, several lines by the words that choose them."""
    if not told.chosen.words:
        return say("the whole plan")
    if told.lines == 1 and all(step.own for step in told.steps):
        return " / ".join(told.chosen.words.values())
    return " ".join(f"{name}={value}" for name, value in told.chosen.words.items())


def strategy_of(step: StepTold) -> str:
    """The step's strategy, or its blend with the shares of the money."""
    blend = step.ready.step.blend
    return next(iter(blend)) if len(blend) == 1 else " + ".join(f"{share} {name}" for name, share in blend.items())


def reserve_facts(told: Explanation) -> Iterator[str]:
    """What was held back first."""
    money, reserve = told.plan.money, told.plan.reserve
    if not told.reserve or told.reserve_place is None:
        return
    place = shown_at(told.reserve_place)
    if not isinstance(reserve, Share):
        yield say("{amount} are held back first ({place})", amount=money.text(told.reserve, grouped=True), place=place)
        return
    exact = told.total * reserve.of_one
    yield say(
        "{reserve} of {amount} are held back first ({place}): {units_of}",
        reserve=reserve,
        amount=money.text(told.total, grouped=True),
        place=place,
        units_of=units_of(exact, money),
    )
    if exact != told.reserve:
        way = say("up") if abs(told.reserve) > abs(exact) else say("down")
        yield say(
            "rounded {way} to {amount}: the odd unit goes to the larger remainder, in a tie to the rest",
            way=way,
            amount=money.text(told.reserve, grouped=True),
        )


def step_facts(told: Explanation, step: StepTold) -> Iterator[str]:
    """The sentences on one step; on a step without one member on the way, how many amounts it goes over."""
    money, own = told.plan.money, step.own
    if own is None:
        yield _many(step)
    else:
        yield from (_numbers(weighed, step, money) for weighed in step.weighed if weighed.member == own.member)
        yield _share(own, money)
        yield from _bounds(step, own, money)
        yield rounding_fact(step.rounding, own, money)
        if own.evened:
            yield say(
                "{evened:+d} of {amount} was evened out, so that {member}'s sum over all amounts stays within two units",
                evened=own.evened,
                amount=money.text(1),
                member=own.member,
            )
    if step.left:
        yield say(
            "{amount} stay unassigned here{because}", amount=money.text(step.left, grouped=True), because=_because(step)
        )


def _many(step: StepTold) -> str:
    split = say("{count:,} amounts are", count=step.count) if step.count > 1 else say("the amount is")
    return say(
        "{split} split by {strategy_of} ({shown_at})",
        split=split,
        strategy_of=strategy_of(step),
        shown_at=shown_at(step.place),
    )


def _because(step: StepTold) -> str:
    reasons = {
        "cost": say("every activity there has what it costs"),
        "zero": say("all weights there are zero"),
        "max": say("every member there has reached its maximum"),
    }
    return say(": {reason}", reason=reasons[step.why_left]) if step.why_left in reasons else ""


def _numbers(one: Weighed, step: StepTold, money: Currency) -> str:
    """A member's numbers and its weight by one strategy, among all weights."""
    head = (
        say("{share} by {strategy}", share=Share(one.share), strategy=one.strategy)
        if len(step.ready.step.blend) > 1
        else say("by {strategy}", strategy=one.strategy)
    )
    if one.equal:
        return say("{head}: all weights are zero, and count the same (`zero: equal`)", head=head)
    formula = f"{step.ready.step.formula}, " if one.strategy == "formula" else ""
    told = [f"{driver.name} {number_of(driver.value, money if driver.money else None)}" for driver, _ in one.numbers]
    places = ", ".join(dict.fromkeys(shown_at(place) for _, place in one.numbers)) or shown_at(step.place)
    text = say(
        "{head}: {formula}{numbers}",
        head=head,
        formula=formula,
        numbers=", ".join(told) or say("all weigh the same"),
    )
    if not one.weight:
        return say("{text} ({places}): weighs nothing", text=text, places=places)
    if len(told) != 1 or formula:
        if not told:
            return say("{text} ({places})", text=text, places=places)
        return say(
            "{text} ({places}): weighs {weight} of {total}",
            text=text,
            places=places,
            weight=number_of(one.weight),
            total=number_of(one.total),
        )
    driver = one.numbers[0][0]
    total = one.total * driver.value / one.weight
    return say(
        "{text} of {number_of} ({places})",
        text=text,
        number_of=number_of(total, money if driver.money else None),
        places=places,
    )


def _share(own: Part, money: Currency) -> str:
    weight = f"{own.weight} = " if 0 < own.weight < 1 and len(str(own.weight)) <= SIGNS_MAX else ""
    pool = money.text(own.pool, grouped=True)
    return say(
        "its share is {weight}{percent_digits}% of {pool}: {units_of}",
        weight=weight,
        percent_digits=percent_digits(own.weight),
        pool=pool,
        units_of=units_of(own.pool * own.weight, money),
    )


def _bounds(step: StepTold, own: Part, money: Currency) -> Iterator[str]:
    """What bounds made of the share: its own, its cost, or those of the other members."""
    if own.low is None:
        return
    off = abs(own.exact) - abs(own.pool * own.weight)
    for key, words in (("fixed", say("fixed at")), ("min", say("at least")), ("max", say("at most"))):
        bound = getattr(step.ready.step, key).get(own.member)
        if bound is not None:
            share = f"{bound} = {units_of(abs(bound.of_one * own.pool), money)}" if isinstance(bound, Share) else ""
            yield say(
                "{words} {bound} ({place}): {reached}",
                words=words,
                bound=share or money.text(bound, grouped=True),
                place=shown_at(step.bounds[key]),
                reached=_reached(own, own.high if key == "max" else own.low, money),
            )
    if step.ready.step.fit == "cost":
        yield _paid(own, money)
    elif off and own.exact not in {own.low, own.high}:
        by, exact = units_of(abs(off), money), units_of(own.exact, money)
        if off > 0:
            yield say("the bounds of others leave it {by}: {exact}", by=by, exact=exact)
        else:
            yield say("the bounds of others cost it {by}: {exact}", by=by, exact=exact)


def _reached(own: Part, bound: Fraction | None, money: Currency) -> str:
    """What one bound did to the share."""
    off = abs(own.exact) - abs(own.pool * own.weight)
    if own.exact != bound or not off:
        return say("not in the way")
    moved = units_of(abs(off), money)
    return say("adds {moved}", moved=moved) if off > 0 else say("cuts off {moved}", moved=moved)


def _paid(own: Part, money: Currency) -> str:
    """How far ``fit: cost`` came when it was this member's turn."""
    turn = ("must", "should", "could")[own.turn]
    cost = units_of(own.high or Fraction(0), money)
    if own.exact == own.high:
        return say("`{turn}`, and the money reaches: it gets its cost of {cost}, and no more", turn=turn, cost=cost)
    if not own.exact:
        return say("`{turn}`: those who go first leave nothing of its cost of {cost}", turn=turn, cost=cost)
    return say(
        "`{turn}`, where the money runs dry: {units_of} of its cost of {cost}, in proportion",
        turn=turn,
        units_of=units_of(own.exact, money),
        cost=cost,
    )


def file_facts(told: Explanation) -> Iterator[str]:
    """Where ready lines stand."""
    if told.file:
        lines = say("this line stands") if told.lines == 1 else say("these {lines:,} lines stand", lines=told.lines)
        yield say(
            "{lines} in {name}: nothing is split, so nothing is rounded",
            lines=lines,
            name=PurePosixPath(told.file).name,
        )
