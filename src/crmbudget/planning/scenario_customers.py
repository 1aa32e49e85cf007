"""What a scenario changes of the numbers that a customer list gives, once the list is read."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from crmbudget.finding import Finding, Misread, one_of
from crmbudget.money import Currency
from crmbudget.planning import scalars
from crmbudget.planning.inputs import ABSENT, said, with_said
from crmbudget.planning.kinds import Kind, kind_at
from crmbudget.planning.overlaying import Changed, Pending
from crmbudget.planning.overriding import dotted
from crmbudget.planning.plan import Plan
from crmbudget.planning.shifts import Form, nothing, read_form, read_shift, shifted, taken_out, written
from crmbudget.wording import say


def settled(plan: Plan, pending: Sequence[Pending]) -> tuple[Plan, list[Changed], list[Finding]]:
    """The plan, whose segments the customer list has filled, with the changes that waited for it; and what cannot be changed."""
    changes: list[Changed] = []
    findings: list[Finding] = []
    for one in pending:
        try:
            value, before, after = _measured(plan, one)
        except Misread as error:
            findings.append(Finding(error.code, error.message, one.place, error.fix))
            continue
        plan = with_said(plan, one.at, value)
        changes.append(Changed(one.at, before, after, one.place))
    return plan, changes, findings


def _measured(plan: Plan, one: Pending) -> tuple[Any, str | None, str | None]:
    """The new value of a number of the list, and how both read."""
    if one.at[1] not in plan.segments:
        message = say("the customer list has no segment `{at}`", at=one.at[1])
        raise Misread("CB127", message, one_of(str(one.at[1]), plan.segments))
    name, kind, now = dotted(one.at), kind_at(one.at) or Kind.NUMBER, said(plan, one.at)
    given = now is not ABSENT and now is not None
    form = {Kind.AMOUNT: Form.AMOUNT, Kind.WHOLE: Form.WHOLE}.get(kind, Form.MEASURED)
    before = _shown(Fraction(now), form, plan.money) if given else None
    if isinstance(one.value, str) and taken_out(one.value, name, absent=not given):
        return ABSENT, before, None
    shift = read_shift(one.value) if isinstance(one.value, str) else None
    if shift is None:
        form, new = read_form(kind, one.value, plan.money)
    elif given:
        new = shifted(Fraction(now), form, shift, name, plan.money)
    else:
        raise nothing(name, shift)
    if form is Form.WHOLE:
        scalars.read_whole(written(new, form, plan.money))
    return (int(new) if form in {Form.AMOUNT, Form.WHOLE} else new), before, _shown(new, form, plan.money)


def _shown(number: Fraction, form: Form, currency: Currency) -> str:
    """A number to read; the mean of many customers may have no last decimal."""
    text = written(number, form, currency)
    return text if "/" not in text else say("about {decimal}", decimal=scalars.decimal(round(number, 4)))
