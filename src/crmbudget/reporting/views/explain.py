"""An Explanation as a report: the figure in a line, the way to it, and why each step gave what it gave."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from crmbudget.allocation.budget import COORDINATES
from crmbudget.allocation.explain import Explanation
from crmbudget.allocation.telling import Part, StepTold
from crmbudget.finding import Finding
from crmbudget.planning.scalars import Share
from crmbudget.planning.words import word_of
from crmbudget.reporting.report import Column, Kind, Report, Table
from crmbudget.reporting.views.explain_limits import limit_facts
from crmbudget.reporting.views.explain_records import annexes, results
from crmbudget.reporting.views.explain_words import (
    file_facts,
    reserve_facts,
    step_facts,
    strategy_of,
    title_of,
)
from crmbudget.reporting.views.words import TOTAL, titles
from crmbudget.wording import joined, say

SCHEMA = "crmbudget.explanation"
_MONEY = Kind.MONEY
Row = Sequence[Any]


def explanation_report(
    told: Explanation,
    *,
    top: int = 10,
    inputs: tuple[tuple[str, str], ...] = (),
    findings: tuple[Finding, ...] = (),
) -> Report:
    """The report of one figure; ``top`` folds long tables."""
    return Report(
        SCHEMA,
        "explain",
        blocks=(_way(told), *_several(told, top), _why(told)),
        summary=tuple(_summary(told)),
        records=results(told),
        annexes=annexes(told),
        currency=told.plan.money,
        inputs=inputs,
        findings=findings,
        headline=headline(told),
    )


def headline(told: Explanation) -> str:
    """The figure in a line."""
    text = told.plan.money.text
    amount = say(
        "{amount} {currency} of {amount2}",
        amount=text(told.amount, grouped=True),
        currency=told.plan.currency,
        amount2=text(told.total, grouped=True),
    )
    lines = "" if told.lines == 1 else say(", in {lines:,} lines", lines=told.lines)
    return say("{title_of} gets {amount}{lines}", title_of=title_of(told), amount=amount, lines=lines)


def _summary(told: Explanation) -> Iterator[tuple[Column, Any]]:
    """The figure for programs; people read it in the headline and in the tables."""
    for name in COORDINATES:
        if name in told.chosen.words:
            yield Column(name, ""), told.chosen.words[name]
    unassigned = told.unassigned + sum(step.left for step in told.steps)
    amounts = {"total": told.total, "reserve": told.reserve, "pool": told.pool, "unassigned": unassigned}
    for key, amount in {**amounts, "unlimited": told.free, "amount": told.amount}.items():
        yield Column(key, "", _MONEY), amount
    yield Column("lines", "", Kind.COUNT), told.lines


def _way(told: Explanation) -> Table:
    """From the total to the figure: each amount is a part of the one above it."""
    columns = (
        Column("step", say("Step")), Column("by", say("By")), Column("share", say("Share"), Kind.PERCENT),
        Column("amount", say("Amount ({currency})", currency=told.plan.currency), _MONEY, adds=False),
    )  # fmt: skip
    kept = range(len(columns)) if told.steps else (0, len(columns) - 1)

    def cut(row: Row) -> Row:
        return [row[place] for place in kept]

    footer = cut([title_of(told), None, None, told.amount])
    return Table(say("The way to it"), tuple(columns[place] for place in kept), list(map(cut, _rows(told))), footer)


def _rows(told: Explanation) -> Iterator[Row]:
    yield [TOTAL, None, None, told.total]
    if told.reserve:
        reserve = told.plan.reserve
        yield [say("less the reserve"), str(reserve) if isinstance(reserve, Share) else None, None, -told.reserve]
    if told.unassigned:
        yield [say("less what stays unassigned"), None, None, -told.unassigned]
    if told.reserve or told.unassigned:
        yield [say("lines of the file") if told.file else say("is shared out"), None, None, told.pool - told.unassigned]
    yield from map(_step, told.steps)
    if told.amount != told.free:
        yield [say("limits move"), None, None, told.amount - told.free]


def _step(step: StepTold) -> Row:
    many = say(", in {count:,} amounts", count=step.count) if step.count > 1 else ""
    share = Fraction(step.amount, step.pool) if step.pool else None
    return [
        say(
            "{number} {dimension}: {who}",
            number=step.ready.number + 1,
            dimension=word_of(str(step.ready.dimension)),
            who=_who(step),
        ),
        joined("", [strategy_of(step), many]),
        share,
        step.amount,
    ]


def _who(step: StepTold) -> str:
    if step.own and step.own.member:
        return step.own.member
    if step.asked is None:
        return say("all") if step.amount + step.left == step.pool else say("those on the way")
    return ", ".join(sorted(step.asked)) if len(step.asked) <= 2 else say("{count:,} of them", count=len(step.asked))  # noqa: PLR2004 - what fits


def _several(told: Explanation, top: int) -> Iterator[Table]:
    """For each step that gave what is asked for in several parts: the largest of them, adding up to it."""
    for step in told.steps:
        chosen = [part for part in step.parts if part.chosen]
        if len(chosen) > 1 and (step.asked is not None or not told.chosen.words):
            yield _parts(step, chosen, top)


def _parts(step: StepTold, chosen: Sequence[Part], top: int) -> Table:
    """One row for each amount that was split, or for each member where it was one amount."""
    by_amount = step.count > 1
    sums: dict[tuple[str | None, ...], list[Any]] = {}
    for part in chosen:
        names = tuple(name for _, name in part.of) if by_amount else (part.member,)
        row = sums.setdefault(names, [part.pool, Fraction(0), 0])
        row[1] += part.weight
        row[2] += part.amount
    rows = [[" / ".join(map(str, names)), *cells] for names, cells in sums.items()]
    rows.sort(key=lambda row: (-abs(row[-1]), row[0]))
    rest = rows[top:]
    if rest:
        pool = sum(row[1] for row in rest) if by_amount else chosen[0].pool
        rows[top:] = [[say("{count:,} more", count=len(rest)), pool, None, sum(row[-1] for row in rest)]]
    of = [name for name, _ in chosen[0].of] if by_amount else [str(step.ready.dimension)]
    columns = (
        Column("part", titles(of)), Column("pool", say("Of"), _MONEY, adds=by_amount),
        Column("weight", say("Weight"), Kind.PERCENT), Column("amount", say("Amount"), _MONEY),
    )  # fmt: skip
    title = say(
        "Step {number}, {dimension}: {who}",
        number=step.ready.number + 1,
        dimension=word_of(str(step.ready.dimension)),
        who=_who(step),
    )
    return Table(title, columns, rows, [TOTAL, step.pool, None, step.amount], len(rest))


def _numbered(step: StepTold) -> str:
    return say("{number} {dimension}", number=step.ready.number + 1, dimension=word_of(str(step.ready.dimension)))


def _why(told: Explanation) -> Table:
    """Sentence by sentence, each with its place in the plan."""
    facts: list[tuple[str, list[str]]] = [(say("reserve"), list(reserve_facts(told)))]
    facts += [(_numbered(step), list(step_facts(told, step))) for step in told.steps]
    facts += [(say("limits"), list(limit_facts(told))), (say("lines"), list(file_facts(told)))]
    rows = [[label if number == 0 else "", fact] for label, own in facts for number, fact in enumerate(own)]
    return Table(say("Why"), (Column("step", ""), Column("fact", "")), rows)
