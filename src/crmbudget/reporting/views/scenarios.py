"""Scenarios side by side as a report."""

from collections.abc import Sequence
from typing import Any

from crmbudget.reporting.report import Column, Kind, Prose, Report, Table, clean
from crmbudget.reporting.views.scenario_blocks import Answer, blocks, change, changes, cost, limits
from crmbudget.reporting.views.sensitivity import records_of
from crmbudget.wording import joined, say

SCHEMA = "crmbudget.scenarios"
_MONEY, _COUNT, _PERCENT = Kind.MONEY, Kind.COUNT, Kind.PERCENT


def scenarios_report(answer: Answer, *, top: int, inputs: tuple[tuple[str, str], ...], notes: Sequence[str]) -> Report:
    """The report of scenarios side by side; ``top`` folds long tables."""
    money = answer.plan.money
    return Report(
        SCHEMA,
        "scenarios",
        blocks=(*blocks(answer, top), *([Prose(joined("\n", map(clean, notes)), folds=True)] if notes else [])),
        summary=_summary(answer),
        records=_records(answer),
        annexes=(
            ("scenarios", _scenarios(answer)),
            ("changes", changes(answer, programs=True)),
            ("limits", limits(answer, programs=True)),
            ("sensitivity", records_of(answer.measured or (), answer.plan, answer.source)),
        ),
        currency=money,
        inputs=inputs,
        findings=tuple(finding for one in answer.laid for finding in one.findings),
    )


def _summary(answer: Answer) -> tuple[tuple[Column, Any], ...]:
    return (
        (Column("scenarios", say("Scenarios"), _COUNT), len(answer.laid) - 1),
        (Column("refused", say("Without a plan") if len(answer.shown) < len(answer.laid) else "", _COUNT), len(answer.laid) - len(answer.shown)),
        (Column("group_by", ""), ",".join(answer.names)),
        (Column("inputs", "", _COUNT), None if answer.measured is None else len(answer.measured)),
        (Column("by", "", _PERCENT), None if answer.measured is None else answer.by),
        (Column("steps", "", _COUNT), None if answer.measured is None else answer.steps),
    )  # fmt: skip


def _scenarios(answer: Answer) -> Table:
    columns = [Column("scenario", ""), Column("name", "")]
    columns += [
        Column(key, "", _MONEY)
        for key in ("total", "reserve", "allocated", "unassigned", "cost", "gained", "lost", "moved")
    ]
    columns += [Column("lines", "", _COUNT), Column("reason", "")]
    rows = [
        [
            one.name, one.title or one.name, one.total, one.reserve, one.allocated, one.unassigned, cost(one, answer),
            *((one.gains.gained, one.gains.lost, one.gains.moved) if one.gains else (None, None, None)), one.lines,
            one.findings[0].message if one.refused and one.findings else None,
        ]
        for one in answer.laid
    ]  # fmt: skip
    return Table("", tuple(columns), rows)


def _records(answer: Answer) -> Table:
    """One record for each scenario and member; nothing where a scenario has no such member."""
    columns = [Column("scenario", "scenario"), *(Column(name, name) for name in answer.names)]
    columns += [Column("amount", "amount", _MONEY), Column("change", "change", _MONEY)]
    base = answer.laid[0].groups
    rows = [
        [one.name, *key, one.groups.get(key), change(one.groups, base, key)]
        for one in answer.shown
        if one.groups is not None
        for key in answer.keys
        if key in one.groups or key in (base or ())
    ]
    return Table("", tuple(columns), rows)
