"""A scenario laid over a plan's source: each of its changes is made to what the plan itself says."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from crmbudget.finding import Finding, Misread, Place, Refused, one_of
from crmbudget.money import DECIMALS, Currency
from crmbudget.planning.kinds import kind_at
from crmbudget.planning.overriding import dotted, found, graft, lead, take_out
from crmbudget.planning.scenarios import AT, BASE
from crmbudget.planning.shifts import no_number, nothing, read_form, read_shift, shifted, taken_out, written
from crmbudget.planning.source import Path, Source
from crmbudget.wording import say

TEXT_MAX = 60
_FIXED = {
    "crmbudget": say("the version of the format is that of the whole file"),
    "currency": say("amounts in another currency cannot stand beside the others"),
    AT: say("a scenario changes the plan, and not another scenario"),
}
_OF_LISTS = ("customers", "value")
_NUMBER = 3
"""Parts of the path to a number of a segment."""


class Changed(NamedTuple):
    """One value that a scenario changes: as the plan writes it (None for nothing), and what it is then."""

    at: Path
    before: str | None
    after: str | None
    place: Place


class Pending(NamedTuple):
    """A change of a number that the customer list gives, as written."""

    at: Path
    value: Any
    place: Place


@dataclass(slots=True)
class Overlay:
    """A plan's source with a scenario laid over it; ``pending`` waits for the customer list."""

    source: Source
    changes: list[Changed] = field(default_factory=list)
    pending: tuple[Pending, ...] = ()
    findings: list[Finding] = field(default_factory=list)


class _Listed(NamedTuple):
    """A value of a scenario: where it goes, and where it is written."""

    at: Path
    value: Any
    origin: Path


def overlaid(source: Source, name: str) -> Overlay:
    """The source with a scenario laid over it, the given one unchanged; Refused (exit code 2) where there is none of that name.

    Every change is made to what the plan itself says, so that the order of the keys means nothing.
    """
    listed = source.tree.get(AT)
    scenarios = listed if isinstance(listed, dict) else {}
    if name != BASE and name not in scenarios:
        raise Refused([_unknown(name, scenarios, source)], 2)
    overlay, origin = Overlay(source.copy()), (AT, name)
    if name != BASE and isinstance(scenarios[name], dict):
        wanted = list(_listed(source, scenarios[name], (), origin, overlay.findings))
        _apply(overlay, source, list(_apart(sorted(wanted, key=lambda one: _order(one.at)), source, overlay.findings)))
    return overlay


def _unknown(name: str, scenarios: dict[str, Any], source: Source) -> Finding:
    place = source.place((AT,), key=True) if scenarios else Place(source.path)
    fix = one_of(name, [*scenarios, BASE]) if scenarios else say("add `scenarios:` to the plan")
    return Finding("CB126", say("there is no scenario `{name}` in this plan", name=name), place, fix)


def _listed(
    source: Source, node: dict[str, Any], start: Path, origin: Path, findings: list[Finding]
) -> Iterator[_Listed]:
    """Every value that a scenario lists, nested or by dotted keys."""
    for key, value in node.items():
        where = (*origin, key)
        if key == "name" and not start:
            continue
        try:
            at = _allowed(lead(source.tree, key, "CB127", start), start, key)
        except Misread as error:
            findings.append(Finding(error.code, error.message, source.place(where, key=True), error.fix))
            continue
        if isinstance(value, dict) and _goes_into(source.tree, at, value):
            yield from _listed(source, value, at, where, findings)
        else:
            yield _Listed(at, value, where)


def _allowed(at: Path, start: Path, key: str) -> Path:
    if at == start:
        raise Misread("CB127", say("an empty key changes nothing"), say("name the key that it changes"))
    if at[0] in _FIXED:
        raise Misread(
            "CB127",
            say("a scenario cannot change `{at}`: {fixed}", at=at[0], fixed=_FIXED[str(at[0])]),
            say("take `{key}` out", key=key),
        )
    return at


def _goes_into(tree: dict[str, Any], at: Path, value: dict[str, Any]) -> bool:
    """Whether a mapping lists changes of what is there, rather than being new or taking the place of something else."""
    base = found(tree, at)
    if isinstance(base, list):
        return all(key.partition(".")[0].isdecimal() for key in value)
    if base is None:  # a segment that only the customer list may know
        return bool(value) and at[0] == "segments" and len(at) < _NUMBER and "customers" in tree
    return isinstance(base, dict)


def _order(at: Path) -> tuple[tuple[int, str], ...]:
    return tuple((part, "") if isinstance(part, int) else (-1, part) for part in at)


def _apart(ordered: Sequence[_Listed], source: Source, findings: list[Finding]) -> Iterator[_Listed]:
    """The changes of which none is inside another; of two that meet, the second is a finding."""
    last: _Listed | None = None
    for one in ordered:
        if last is None or one.at[: len(last.at)] != last.at:
            last = one
            yield one
            continue
        inside = say(
            "`{dotted}` is inside `{dotted2}`, and both are changed", dotted=dotted(one.at), dotted2=dotted(last.at)
        )
        message = say("`{dotted}` is changed twice", dotted=dotted(one.at)) if one.at == last.at else inside
        first = ((say("the other change"), source.place(last.origin, key=True)),)
        findings.append(
            Finding("CB127", message, source.place(one.origin, key=True), say("keep one of them"), related=first)
        )


def _apply(overlay: Overlay, base: Source, listed: Sequence[_Listed]) -> None:
    """First what the plan's text holds, or may hold; then what only the customer list may hold; at last what is taken out."""
    doubtful = [one for one in listed if _of_a_segment(one.at) and found(base.tree, one.at) is None]
    gone: list[Path] = []
    for one in listed:
        if one not in doubtful:
            gone += _put(overlay, base, one)
    numbers = _given_by_list(overlay.source, gone)
    overlay.pending = tuple(
        Pending(one.at, one.value, base.place(one.origin)) for one in doubtful if one.at[2] in numbers
    )
    for pending in overlay.pending:
        overlay.source.keys[pending.at] = overlay.source.values[pending.at] = pending.place
    for one in doubtful:
        gone += _put(overlay, base, one) if one.at[2] not in numbers else ()
    overlay.changes.sort(key=lambda change: _order(change.at))
    for at in reversed(gone):
        take_out(overlay.source, at)


def _of_a_segment(at: Path) -> bool:
    return len(at) == _NUMBER and at[0] == "segments"


def _given_by_list(source: Source, gone: Sequence[Path]) -> set[Any]:
    """The numbers of a segment that come from the customer list, where there will be one."""
    customers = source.tree.get("customers")
    if not isinstance(customers, dict) or ("customers",) in gone:
        return set()
    numbers = customers.get("numbers")
    return {*_OF_LISTS, *(numbers if isinstance(numbers, dict) else ())}


def _put(overlay: Overlay, base: Source, one: _Listed) -> list[Path]:
    """Makes one change; the path is given back where it is to be taken out."""
    at, before, place = one.at, found(base.tree, one.at), base.place(one.origin)
    try:
        gone, value = _new(one, before, base)
    except Misread as error:
        overlay.findings.append(Finding(error.code, error.message, place, error.fix))
        return []
    overlay.changes.append(Changed(at, _text(before), None if gone else _text(value), place))
    if gone:
        return [at]
    if value != before:
        graft(overlay.source, at, value, base.place(one.origin, key=True), place, one.origin)
    return []


def _new(one: _Listed, before: Any, base: Source) -> tuple[bool, Any]:
    """Whether the value is taken out, and what it is otherwise; Misread for what cannot be done."""
    name = dotted(one.at)
    if not isinstance(one.value, str):
        for inner, text in _texts(one.value):
            if shift := read_shift(text):
                raise nothing(f"{name}.{inner}", shift)
        return False, one.value
    if taken_out(one.value, name, absent=before is None):
        return True, None
    shift = read_shift(one.value)
    if shift is None:
        return False, one.value
    if before is None:
        beside = found(base.tree, one.at[:-1])
        raise nothing(name, shift, beside if isinstance(beside, dict) else ())
    kind, currency = kind_at(one.at), _currency(base)
    if kind is None or not isinstance(before, str):
        raise no_number(name, shift)
    try:
        form, number = read_form(kind, before, currency)
    except Misread:  # what the plan itself says is wrong, and told where it is written
        return False, before
    return False, written(shifted(number, form, shift, name, currency), form, currency)


def _texts(tree: Any) -> Iterator[tuple[str, str]]:
    """Every text of a new mapping, with the keys that lead to it; a list is as it would be in a plan."""
    for key, value in tree.items() if isinstance(tree, dict) else ():
        if isinstance(value, str):
            yield key, value
        else:
            yield from ((f"{key}.{inner}", text) for inner, text in _texts(value))


def _currency(source: Source) -> Currency:
    """The plan's currency; where it has none, one that lets the rest be judged."""
    code = source.tree.get("currency")
    return Currency.of(code if isinstance(code, str) and code in DECIMALS else "USD")


def _text(value: Any) -> str | None:
    """A value on one line, as typed."""
    if value is None or isinstance(value, str):
        return value
    text = json.dumps(value, ensure_ascii=False).replace('"', "")
    return text if len(text) <= TEXT_MAX else f"{text[: TEXT_MAX - 3]}..."
