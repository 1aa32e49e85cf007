"""Inputs by the money that they move, as tables: for people the largest, for programs all of them."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import PurePath
from typing import Any

from crmbudget.comparing.sensitivity import Measured
from crmbudget.finding import Place
from crmbudget.planning.kinds import Kind as Number
from crmbudget.planning.kinds import kind_at
from crmbudget.planning.overriding import dotted, found
from crmbudget.planning.plan import Plan
from crmbudget.planning.scalars import Share, decimal
from crmbudget.planning.source import Path, Source
from crmbudget.reporting.report import Column, Kind, Table
from crmbudget.wording import say

_MONEY, _COUNT, _PERCENT = Kind.MONEY, Kind.COUNT, Kind.PERCENT


def sensitivity_blocks(
    measured: Sequence[Measured], plan: Plan, source: Source, by: Fraction, top: int
) -> Iterator[Table]:
    """What moves the money most, and which changes there is no plan for."""
    share, moving = Share(by), [one for one in measured if one.most]
    columns = (
        Column("input", say("Input")), Column("line", say("Line"), _COUNT), Column("value", say("Value"), _COUNT),
        Column("up", say("+{share} moves", share=share), _MONEY, adds=False), Column("down", say("-{share} moves", share=share), _MONEY, adds=False),
        Column("share", say("Of total"), _PERCENT),
    )  # fmt: skip
    rows: list[list[Any]] = [
        [
            one.words,
            _place(one, source).line,
            _value(one, plan, source, grouped=True),
            one.up,
            one.down,
            _part(one, plan),
        ]
        for one in moving[:top]
    ]
    if moving[top:]:
        rows.append([say("{count:,} more", count=len(moving) - top), None, None, None, None, None])
    file = PurePath(source.path).name
    if moving:
        yield Table(
            say("What moves the money most: one input of {file} changed by {share}", file=file, share=share),
            columns,
            rows,
        )
    if wrong := list(_impossible(measured, share, source)):
        why = (
            Column("input", say("Input")),
            Column("line", say("Line"), _COUNT),
            Column("by", say("Changed")),
            Column("why", say("Why")),
        )
        rest = [[say("{count:,} more", count=len(wrong) - top), None, None, None]] if wrong[top:] else []
        yield Table(say("Where there would be no plan"), why, [*wrong[:top], *rest])


def _impossible(measured: Sequence[Measured], share: Share, source: Source) -> Iterator[list[Any]]:
    for one in measured:
        for sign, reason in zip("+-", one.reasons, strict=False):
            if reason:
                yield [one.words, _place(one, source).line, f"{sign}{share}", reason]


def records_of(measured: Sequence[Measured], plan: Plan, source: Source) -> Table:
    """One record for each input, what moves the most money first."""
    columns = (
        Column("input", ""), Column("key", ""), Column("path", ""), Column("line", "", _COUNT), Column("value", ""),
        Column("up", "", _MONEY), Column("down", "", _MONEY), Column("moved", "", _MONEY), Column("share", "", _PERCENT),
        Column("up_reason", ""), Column("down_reason", ""),
    )  # fmt: skip
    rows = [
        [
            one.words, *record(one.at, _place(one, source), programs=True), _value(one, plan, source, grouped=False),
            one.up, one.down, None if one.up is None and one.down is None else one.most, _part(one, plan),
            *(reason or None for reason in one.reasons),
        ]
        for one in measured
    ]  # fmt: skip
    return Table("", columns, rows)


def record(at: Path, place: Place, *, programs: bool) -> list[Any]:
    """Where something of the plan is written: its line, for programs its key and file too."""
    return [dotted(at), place.path, place.line] if programs else [place.line]


def _place(one: Measured, source: Source) -> Place:
    return source.place(one.at)


def _part(one: Measured, plan: Plan) -> Fraction | None:
    return Fraction(one.most, abs(plan.total)) if plan.total and (one.up, one.down) != (None, None) else None


def _value(one: Measured, plan: Plan, source: Source, *, grouped: bool) -> str:
    """An input as people read it: a percent where it is typed as one."""
    value, typed = one.value, found(source.tree, one.at)
    if isinstance(value, Share):
        return str(value)
    if isinstance(value, int):
        whole = f"{value:,}" if grouped else str(value)
        return whole if kind_at(one.at) is Number.WHOLE else plan.money.text(value, grouped=grouped)
    if isinstance(typed, str) and typed.rstrip().endswith(("%", "％")):
        return str(Share(value))
    text = decimal(value)
    return text if "/" not in text else say("about {decimal}", decimal=decimal(round(value, 4)))
