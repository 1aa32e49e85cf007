"""``crmbudget check PLAN...``."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

from crmbudget.calling import Argument, Option
from crmbudget.commands._outcome import FailOn, Format, Outcome, Output, Set, StepSummary, inputs_of
from crmbudget.commands._repair import Diff, Fix, lines_after, mended_all, notes_of, step_findings, with_repairs
from crmbudget.commands._rules import Day, day, found
from crmbudget.finding import Finding
from crmbudget.wording import joined, say, say_count

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from crmbudget.money import Currency
    from crmbudget.planning.loader import Loaded


Top = Annotated[int, Option(min=0, metavar="N", help="Findings to show with their lines; the rest is summed up.")]


def run(
    plans: Annotated[list[str], Argument(metavar="PLAN...", help="The plans, YAML files.")],
    format: Format = "",  # noqa: A002 - the option's name
    output: Output = [],  # noqa: B006 - typer copies it
    set_: Set = [],  # noqa: B006 - typer copies it
    as_of: Day = "",
    top: Top = 20,
    fail_on: FailOn = "error",
    fix: Fix = False,  # noqa: FBT002 - a switch
    diff: Diff = False,  # noqa: FBT002 - a switch
    step_summary: StepSummary = False,  # noqa: FBT002 - a switch
) -> Outcome:
    """Validate plans, and tell everything that is wrong at once."""
    from crmbudget.planning.loader import load_scenarios
    from crmbudget.reporting.views.findings import findings_report

    mended = mended_all(plans) if fix or diff else {}
    loaded = [load_scenarios(plan, set_, mended[plan].after if mended else None) for plan in plans]
    today = day(as_of)
    judged = [_judge_all(scenarios, today) for scenarios in loaded]
    notes = [note for _, note, _ in judged if note]
    currencies = [base.currency for base, *_ in loaded]
    currency = next(filter(None, currencies), None)
    findings = [
        one for (own, _, _), other in zip(judged, currencies, strict=True) for one in _in_words(own, other, currency)
    ]
    exit_code = max(code for _, _, code in judged)
    inputs = tuple(dict.fromkeys(inputs_of([one for scenarios in loaded for one in scenarios])))
    notes += notes_of(mended, plans, findings, written=not diff)
    report = findings_report(
        "check",
        findings,
        lines_after(mended),
        top=top,
        currency=currency,
        inputs=inputs,
        notes=notes,
        exit_code=exit_code,
    )
    outcome = Outcome(report, format, tuple(output), fail_on, tells=False, step_summary=step_summary)
    return with_repairs(outcome, mended, top, diff=diff) if mended else outcome


def _in_words(findings: "Sequence[Finding]", own: "Currency | None", shown: "Currency | None") -> "Sequence[Finding]":
    """The findings of a plan; their money as a text where the answer's amounts are in another currency."""
    if own is None or own == shown:
        return findings
    texts = [own.text(one.money or 0, grouped=True) for one in findings]
    return [
        replace(one, money=None, effect=one.effect or f"{text} {own.code}") if one.money is not None else one
        for one, text in zip(findings, texts, strict=True)
    ]


def _judge_all(scenarios: "Sequence[Loaded]", as_of: "date") -> tuple[list[Finding], str, int]:
    """The findings of a plan and of its scenarios, each once; what the plan comes to; and the worst exit code."""
    from crmbudget.comparing.scenarios import own_findings

    (findings, said, worst), told = _judge(scenarios[0], as_of), list[Finding]()
    for one in scenarios[1:]:
        own, _, code = _judge(one, as_of, findings)
        told += own_findings(own, findings, one.scenario)
        worst = max(worst, code)
    count = len(scenarios) - 1
    good = say_count(", {count} scenario", ", {count} scenarios", count) if count and not worst else ""
    return [*findings, *told], joined("", [said, good]) if said else "", worst


def _judge(loaded: "Loaded", as_of: "date", told: "Sequence[Finding]" = ()) -> tuple[list[Finding], str, int]:
    """The findings of a plan, what it comes to where it is right, and the exit code."""
    from crmbudget.comparing.scenarios import shared_out

    if loaded.plan is None:
        return [*loaded.findings, *step_findings(loaded)], "", 3
    budget, findings, exit_code = shared_out(loaded)
    if budget is None:
        return findings, "", exit_code
    findings += found(loaded, budget, as_of, told)
    money = loaded.plan.money.text(budget.allocated, grouped=True)
    lines = say_count("{count:,} line", "{count:,} lines", budget.line_count)
    return (
        findings,
        say(
            "{path}: valid, {lines}, {money} {currency} allocated",
            path=loaded.source.path,
            lines=lines,
            money=money,
            currency=loaded.plan.currency,
        ),
        0,
    )
