"""The pipeline of ``crmbudget diff``: two plans in, what moved and why out."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from crmbudget.allocation.cascade import allocate
from crmbudget.allocation.notes import notes
from crmbudget.commands._outcome import coordinates, inputs_of, usage
from crmbudget.commands._progress import Meter
from crmbudget.comparing.difference import Difference, compare
from crmbudget.comparing.moves import common
from crmbudget.finding import Finding, Misread, Refused
from crmbudget.money import Currency
from crmbudget.planning.history import load_plan_at
from crmbudget.planning.loader import Loaded, load_plan
from crmbudget.planning.scalars import Share, read_amount_or_share
from crmbudget.reporting.views.diff import change_part, diff_report
from crmbudget.wording import say

if TYPE_CHECKING:
    from crmbudget.allocation.budget import Budget
    from crmbudget.reporting.report import Report

One = TypeVar("One")


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of one run, as typed."""

    older: str
    newer: str
    base_ref: str
    group_by: str
    top: int
    fail_on_increase: str
    scenario: str
    overrides: tuple[str, ...]
    exit_code: bool


def answer(asked: Asked) -> "Report":
    """All of it; Refused where a plan has errors, or git cannot give the older one."""
    before, after = _plans(asked)
    most = _most(asked.fail_on_increase, after.ready.money)
    budgets = _budgets(before, after)
    groups = tuple(coordinates(asked.group_by, common(*budgets)))
    found = compare(before, after, budgets, groups)
    new = _new(before, after, budgets)
    return diff_report(
        found, path=(asked.newer or asked.older).replace("\\", "/"), group_by=groups, top=asked.top,
        inputs=inputs_of([before, after]), findings=(*new, *_increase(found, most, after)), notes=after.notes,
        exit_code=int(asked.exit_code and found.moved),
    )  # fmt: skip


def _plans(asked: Asked) -> tuple[Loaded, Loaded]:
    """The older and the newer plan; Refused with what is wrong with either."""
    if not (asked.newer or asked.base_ref or asked.scenario or asked.overrides):
        fix = say(
            "name the other plan: crmbudget diff {older} NEWER.yaml; or say --base-ref origin/main, or --set total=1.5m",
            older=asked.older,
        )
        raise usage(say("there is only one plan, and nothing that it is compared with"), fix)
    newer = asked.newer or asked.older

    def older() -> Loaded:
        return _ready(load_plan_at(asked.older, asked.base_ref) if asked.base_ref else load_plan(asked.older))

    before, after = _each([older, lambda: _ready(load_plan(newer, asked.overrides, asked.scenario))])
    if before.ready.currency != after.ready.currency:
        raise Refused([_currencies(before, after)])
    return before, after


def _ready(loaded: Loaded) -> Loaded:
    """The same; Refused where there is no plan."""
    _ = loaded.ready
    return loaded


def _each(works: Sequence[Callable[[], One]]) -> list[One]:
    """What all give; Refused with the findings of all that are."""
    given, refused = [], list[Refused]()
    for work in works:
        try:
            given.append(work())
        except Refused as error:
            refused.append(error)
    if refused:
        findings = [finding for error in refused for finding in error.findings]
        raise Refused(findings, min(error.exit_code for error in refused), refused[-1].currency)
    return given


def _currencies(before: Loaded, after: Loaded) -> Finding:
    old, new = before.ready.currency, after.ready.currency
    message = say("one plan is in {old}, the other in {new}, so their amounts cannot be compared", old=old, new=new)
    related = ((say("the older plan is in {old}", old=old), before.source.place(("currency",))),)
    fix = say("compare plans of one currency")
    return Finding("CB603", message, after.source.place(("currency",)), fix, related=related)


def _budgets(before: Loaded, after: Loaded) -> tuple["Budget", "Budget"]:
    with Meter() as meter:
        old, new = _each([partial(allocate, one.ready, one.source, meter) for one in (before, after)])
    return old, new


def _most(text: str, money: Currency) -> int | Share | None:
    """The increase that is allowed; None where any is."""
    if not text:
        return None
    try:
        most = read_amount_or_share(text, money)
    except Misread as error:
        raise usage(say("--fail-on-increase: {message}", message=error.message), error.fix) from error
    if isinstance(most, int) and most < 0:
        raise usage(
            say("--fail-on-increase: `{text}` is less than nothing", text=text),
            say("write an amount of 0 or more, or a share as in 5%"),
        )
    return most


def _increase(found: Difference, most: int | Share | None, after: Loaded) -> Iterator[Finding]:
    """The finding where the total rises by more than is allowed."""
    if most is None:
        return
    money, old = after.ready.money, found.before.total
    allowed = most.of_one * abs(old) if isinstance(most, Share) else most
    if found.change > allowed:
        part = change_part(old, found.change)
        rise = f"{money.text(found.change, grouped=True)} {money.code}{f' ({part})' if part else ''}"
        limit = (
            say("{most} of {amount}", most=most, amount=money.text(old, grouped=True))
            if isinstance(most, Share)
            else money.text(most, grouped=True)
        )
        message = say("the total rises by {rise}, and --fail-on-increase allows {limit}", rise=rise, limit=limit)
        fix = say("lower the total, or have the increase agreed and raise the threshold")
        yield Finding("CB602", message, after.source.place(("total",)), fix, found.change)


def _new(before: Loaded, after: Loaded, budgets: tuple["Budget", "Budget"]) -> list[Finding]:
    """What is to be told of the newer plan that was not to be told of the older one."""
    told = [
        [*loaded.findings, *notes(budget, loaded.source)]
        for loaded, budget in zip((before, after), budgets, strict=True)
    ]
    known = {(finding.code, finding.message) for finding in told[0]}
    return [finding for finding in told[1] if (finding.code, finding.message) not in known]
