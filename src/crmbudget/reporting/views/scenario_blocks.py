"""The tables of scenarios for people: totals, costs, a column or a row for each, limits, and what they change."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from crmbudget.comparing.scenarios import Key, Laid
from crmbudget.comparing.sensitivity import Measured
from crmbudget.planning.overriding import dotted
from crmbudget.planning.plan import Dimension, Plan
from crmbudget.planning.source import Source
from crmbudget.reporting.report import Column, Kind, Table, clean
from crmbudget.reporting.views.sensitivity import record, sensitivity_blocks
from crmbudget.reporting.views.words import NOBODY, TOTAL, listed, title
from crmbudget.wording import say

BESIDE_MAX = 3
"""Scenarios that stand beside the base as columns; more of them are rows, and so are those with long names."""
TITLE_MAX = 16
MEMBERS_MAX = 20
PERIODS_MAX = 60
NO_PLAN = say("no plan")
_MONEY, _COUNT, _PERCENT = Kind.MONEY, Kind.COUNT, Kind.PERCENT


@dataclass(frozen=True, slots=True)
class Answer:
    """All that one run of ``scenarios`` found out; ``laid`` begins with the base, ``names`` are what lines are added up by."""

    plan: Plan
    source: Source
    laid: tuple[Laid, ...]
    names: tuple[str, ...]
    measured: tuple[Measured, ...] | None
    by: Fraction
    steps: int

    @property
    def shown(self) -> list[Laid]:
        """The scenarios that have numbers."""
        return [one for one in self.laid if not one.refused]

    @property
    def keys(self) -> list[Key]:
        """The members of all scenarios: periods in time, others the largest of the first scenario first."""
        known = {key: None for one in self.shown for key in one.groups or ()}
        if self.names == ("period",):
            return sorted(known)
        first = self.shown[0].groups or {}
        return sorted(known, key=lambda key: (-abs(first.get(key, 0)), key))


def blocks(answer: Answer, top: int) -> Iterator[Table]:
    """The tables that have something to show; ``top`` folds long ones."""
    yield _totals(answer)
    if answer.laid[0].total is not None and len(answer.shown) > 1:
        yield _costs(answer)
    grouped = [one for one in answer.shown if one.groups is not None]
    fits = len(grouped) <= BESIDE_MAX + 1 and all(len(clean(one.name)) <= TITLE_MAX for one in grouped)
    yield _beside(answer, grouped, top) if fits else _below(answer, grouped, top)
    if any(one.limits for one in answer.shown):
        yield limits(answer, programs=False)
    if any(one.changes for one in answer.laid):
        yield changes(answer, programs=False)
    if answer.measured is not None:
        yield from sensitivity_blocks(answer.measured, answer.plan, answer.source, answer.by, top)


def _totals(answer: Answer) -> Table:
    titled = any(one.title for one in answer.laid)
    columns = [Column("scenario", say("Scenario")), *([Column("name", say("Name"))] if titled else [])]
    columns += [
        Column("total", say("Total ({currency})", currency=answer.plan.currency), _MONEY, adds=False),
        *(Column(key, title(key), _MONEY, adds=False) for key in ("reserve", "allocated", "unassigned")),
    ]
    rows = [
        [
            say("{name} ({no_plan})", name=one.name, no_plan=NO_PLAN) if one.refused else one.name, *([one.title or None] if titled else []),
            one.total, one.reserve, one.allocated, one.unassigned,
        ]
        for one in answer.laid
    ]  # fmt: skip
    return Table(say("Totals"), tuple(columns), rows)


def _costs(answer: Answer) -> Table:
    columns = (
        Column("scenario", say("Scenario")), Column("cost", say("Costs"), _MONEY, adds=False), Column("share", say("Change"), _PERCENT),
        Column("gained", say("Gained"), _MONEY, adds=False), Column("lost", say("Lost"), _MONEY, adds=False),
    )  # fmt: skip
    base = answer.laid[0].total or 0
    rows = [
        [one.name, more, Fraction(more, abs(base)) if base else None, one.gains.gained, one.gains.lost]
        for one in answer.shown[1:]
        if one.gains and (more := cost(one, answer)) is not None
    ]
    return Table(say("Against the base: what each costs, and what it moves"), columns, rows)


def _kept(answer: Answer, top: int) -> tuple[list[Key], list[Key]]:
    """The members that are shown, and those that are folded."""
    keys = answer.keys
    most = PERIODS_MAX if answer.names == ("period",) else MEMBERS_MAX
    return (keys, []) if len(keys) <= most else (keys[:top], keys[top:])


def _beside(answer: Answer, laid: Sequence[Laid], top: int) -> Table:
    """A row for each member, a column for each scenario, and what changed where that fits."""
    kept, folded = _kept(answer, top)
    names = {key: _display(answer, key) for key in kept}
    titled = any(names.values())
    base = laid[0] if not laid[0].changes and laid[0].name == answer.laid[0].name else None
    columns = [Column(name, title(name)) for name in answer.names] + [Column("name", say("Name"))] * titled
    for one in laid:
        columns += [Column(one.name, clean(one.name), _MONEY)]
        columns += [Column(f"{one.name} change", say("Change"), _PERCENT)] if base and one is not base else []

    def cells(amounts: Sequence[int | None]) -> Iterator[Any]:
        for one, amount in zip(laid, amounts, strict=True):
            yield amount
            if base and one is not base:
                before = amounts[0]
                yield Fraction((amount or 0) - before, abs(before)) if before else None

    def row(texts: Sequence[str | None], name: str | None, amounts: Sequence[int | None]) -> list[Any]:
        return [*texts, *([name] if titled else []), *cells(amounts)]

    blank = [None] * (len(answer.names) - 1)
    rows = [row([part or NOBODY for part in key], names[key], [_of(one, key) for one in laid]) for key in kept]
    if folded:
        rest = [sum(_of(one, key) or 0 for key in folded) for one in laid]
        rows.append(row([say("{count:,} more", count=len(folded)), *blank], None, rest))
    footer = row([TOTAL, *blank], None, [one.allocated for one in laid])
    return Table(say("By {names}", names=listed(answer.names)), tuple(columns), rows, footer, len(folded))


def _of(one: Laid, key: Key) -> int | None:
    return (one.groups or {}).get(key)


def _below(answer: Answer, laid: Sequence[Laid], top: int) -> Table:
    """A row for each member and scenario, for more scenarios than a screen is wide."""
    kept, folded = _kept(answer, top)
    base = laid[0].groups if laid[0] is answer.laid[0] else None
    columns = [*(Column(name, title(name)) for name in answer.names), Column("scenario", say("Scenario"))]
    columns += [
        Column("amount", say("Amount"), _MONEY, adds=False),
        Column("change", say("Change"), _MONEY, adds=False),
    ]
    rows = [
        [*(part or NOBODY for part in key), one.name, _of(one, key), change(one.groups or {}, base, key)]
        for key in kept
        for one in laid
    ]
    if folded:
        blank = [None] * (len(answer.names) - 1)
        rows += [
            [
                say("{count:,} more", count=len(folded)),
                *blank,
                one.name,
                sum(_of(one, key) or 0 for key in folded),
                None,
            ]
            for one in laid
        ]
    return Table(say("By {names}", names=listed(answer.names)), tuple(columns), rows)


def _display(answer: Answer, key: Key) -> str | None:
    """A member's name for people, where the plan gives one and the table is about one coordinate."""
    name = answer.names[0]
    if len(answer.names) > 1 or name == "owner":
        return None
    plan = answer.plan
    known: Any = plan.categories if name == "category" else plan.members(Dimension(name))
    found = known.get(key[0])
    return found if isinstance(found, str) else getattr(found, "name", None) or None


def limits(answer: Answer, *, programs: bool) -> Table:
    """The limits that move money, in each scenario."""
    columns = (
        Column("scenario", say("Scenario")), Column("limit", say("Limit")), *([Column("key", ""), Column("path", "")] if programs else []),
        Column("line", say("Line"), _COUNT), Column("amount", say("Moves"), _MONEY, adds=False),
    )  # fmt: skip
    rows = [
        [one.name, limit.words, *record(limit.at, limit.place, programs=programs), limit.amount]
        for one in answer.shown
        for limit in one.limits
    ]
    return Table(say("Limits that move money"), columns, rows)


def changes(answer: Answer, *, programs: bool) -> Table:
    """The values that each scenario changes."""
    columns = (
        Column("scenario", say("Scenario")), Column("key", say("Key")), Column("before", say("In the plan")), Column("after", say("In the scenario")),
        *([Column("path", "")] if programs else []), Column("line", say("Line"), _COUNT),
    )  # fmt: skip
    gone = None if programs else say("(taken out)")
    rows = [
        [
            one.name, dotted(own.at), own.before, gone if own.after is None else own.after,
            *([own.place.path] if programs else []), own.place.line,
        ]
        for one in answer.laid
        for own in one.changes
    ]  # fmt: skip
    return Table(say("What they change"), columns, rows)


def cost(one: Laid, answer: Answer) -> int | None:
    """How much more the scenario plans than the base."""
    base = answer.laid[0].total
    return None if one.total is None or base is None else one.total - base


def change(groups: dict[Key, int], base: dict[Key, int] | None, key: Key) -> int | None:
    """How much more a member gets than in the base."""
    return None if base is None else groups.get(key, 0) - base.get(key, 0)
