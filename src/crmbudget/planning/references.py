"""What a plan's parts say about each other: every name must lead somewhere."""

from collections.abc import Iterable, Iterator
from typing import Any

from crmbudget.finding import Finding, Severity, nearest, one_of
from crmbudget.period import Span
from crmbudget.planning import ruling
from crmbudget.planning.plan import CATEGORIES, Dimension, Plan, Segment
from crmbudget.planning.scalars import Share
from crmbudget.planning.source import Path, Source
from crmbudget.planning.words import word_of
from crmbudget.wording import say


def findings(plan: Plan, source: Source) -> Iterator[Finding]:
    """Unknown references, keys that exclude each other, a reserve that cannot be held, and likely typing errors."""
    yield from _total(plan, source)
    yield from _lines(source)
    yield from _activities(plan, source)
    yield from _limits(plan, source)
    yield from _monitoring(plan, source)
    yield from _near_misses(plan, source)
    yield from ruling.findings(plan, source)


def unknown(kind: str, name: str, known: Iterable[str], source: Source, at: Path, *, key: bool = False) -> Finding:
    """The finding for a name that leads nowhere."""
    return Finding(
        "CB201",
        say("there is no {kind} `{name}` in this plan", kind=word_of(kind), name=name),
        source.place(at, key=key),
        one_of(name, known),
    )


def _total(plan: Plan, source: Source) -> Iterator[Finding]:
    """The total is written, or the sum of ready lines: then nothing can be a share of it."""
    if "total" in source.tree:
        yield from reserve(plan, source)
    elif "lines" not in source.tree:
        yield Finding("CB125", say("a plan lacks `total`"), source.place((), key=True), say("add `total:`"))
    elif isinstance(plan.reserve, Share):
        message = say("the reserve is a share of the total, and there is no `total`")
        yield Finding(
            "CB123", message, source.place(("reserve",)), say("add `total:`, or write the reserve as an amount")
        )


def _lines(source: Source) -> Iterator[Finding]:
    for key in ("allocate", "limits", "customers"):
        if key in source.tree and "lines" in source.tree:
            message = say("`lines` and `{key}` are both given, and ready lines are not shared out", key=key)
            yield Finding(
                "CB123", message, source.place((key,), key=True), say("keep `lines`, or keep `{key}`", key=key)
            )


def reserve(plan: Plan, source: Source) -> Iterator[Finding]:
    """The reserve must be a part of the total."""
    held = plan.reserve
    too_much = held.of_one > 1 if isinstance(held, Share) else not 0 <= held * _sign(plan.total) <= abs(plan.total)
    if too_much:
        money = abs(plan.total) if isinstance(held, Share) else abs(held - plan.total)
        total = plan.money.text(plan.total, grouped=True)
        message = say(
            "the reserve is not a part of the total, which is {total} {currency}", total=total, currency=plan.currency
        )
        yield Finding(
            "CB202", message, source.place(("reserve",)), say("write a reserve between nothing and the total"), money
        )


def _sign(amount: int) -> int:
    return -1 if amount < 0 else 1


def _activities(plan: Plan, source: Source) -> Iterator[Finding]:
    categories = sorted({*CATEGORIES, *plan.categories})
    segments_known = plan.customers is None
    segments, channels = _written(plan.segments, "segments", source), _written(plan.channels, "channels", source)
    for name, activity in plan.activities.items():
        at: Path = ("activities", name)
        if activity.category not in categories:
            yield unknown("category", activity.category, categories, source, (*at, "category"))
        if segments_known:
            yield from _listed("segment", activity.segments, segments, source, (*at, "segments"))
        yield from _listed("channel", activity.channels, channels, source, (*at, "channels"))
        for index, span in enumerate(activity.when or ()):
            yield from _span(span, plan, source, (*at, "when", index))


def _written(members: Iterable[str], collection: str, source: Source) -> list[str]:
    """The ids of a collection, those included whose members cannot be understood."""
    tree = source.tree.get(collection) if isinstance(source.tree, dict) else None
    names = [name for name in tree if isinstance(name, str)] if isinstance(tree, dict | list) else []
    return list(dict.fromkeys([*members, *names]))


def _listed(kind: str, names: Any, known: Iterable[str], source: Source, at: Path) -> Iterator[Finding]:
    known = list(known)
    for index, name in enumerate(names or ()):
        if name not in known:
            inner = name if isinstance(names, dict) else index
            yield unknown(kind, name, known, source, (*at, inner), key=isinstance(names, dict))


def _span(span: Span, plan: Plan, source: Source, at: Path) -> Iterator[Finding]:
    periods = plan.members(Dimension.PERIOD)
    if not periods:
        yield Finding(
            "CB203",
            say("`{text}` is a period, and the plan has no calendar", text=span.text),
            source.place(at),
            say("add `calendar: {{start: 2027-01}}`"),
        )
    elif not any(span.holds(period) for period in periods.values()):
        first, last = next(iter(periods)), next(reversed(periods))
        yield Finding(
            "CB203",
            say("`{text}` holds no period of the calendar", text=span.text),
            source.place(at),
            say("write a period from {first} to {last}", first=first, last=last),
        )


def _limits(plan: Plan, source: Source) -> Iterator[Finding]:
    known: dict[str, Iterable[str]] = {
        "category": {*CATEGORIES, *plan.categories},
        "activity": _written(plan.activities, "activities", source),
        "channel": _written(plan.channels, "channels", source),
        "owner": _owners(plan),
    }
    if plan.customers is None:
        known["segment"] = _written(plan.segments, "segments", source)
    for index, limit in enumerate(plan.limits):
        at: Path = ("limits", index)
        for kind, names in known.items():
            given = getattr(limit, kind)
            if isinstance(given, str) and given not in names:
                yield unknown(kind, given, sorted(names), source, (*at, kind))
            elif not isinstance(given, str):
                yield from _listed(kind, given, sorted(names), source, (*at, kind))
        if limit.period:
            yield from _span(limit.period, plan, source, (*at, "period"))


def _owners(plan: Plan) -> set[str]:
    return {member.owner for group in (plan.activities, plan.segments) for member in group.values()}


def _monitoring(plan: Plan, source: Source) -> Iterator[Finding]:
    """What a file of lines or of customers may yet name is not judged here."""
    if plan.lines is None:
        at: Path = ("monitor", "progress")
        progress = plan.monitor.progress if isinstance(plan.monitor.progress, dict) else {}
        yield from _listed("activity", progress, _written(plan.activities, "activities", source), source, at)
        if plan.customers is None:
            yield from _aliases(plan, source)
    if plan.currency in plan.fx and plan.currency == source.tree.get("currency"):
        message = say("`{currency}` is the plan's own currency, and has no rate", currency=plan.currency)
        yield Finding("CB123", message, source.place(("fx", plan.currency), key=True), say("take it out of `fx`"))


def _aliases(plan: Plan, source: Source) -> Iterator[Finding]:
    members = [*_written(plan.segments, "segments", source), *_written(plan.activities, "activities", source)]
    ways = [*_written(plan.channels, "channels", source), *_written(plan.categories, "categories", source)]
    known = {*members, *ways, *CATEGORIES, *_owners(plan)} - {""}
    for written, name in plan.actuals.aliases.items():
        if name not in known:
            kind = say("segment, activity, channel, category or owner")
            yield unknown(kind, name, sorted(known), source, ("actuals", "aliases", written))


def _near_misses(plan: Plan, source: Source) -> Iterator[Finding]:
    keys = list(Segment.model_fields)
    for name, segment in plan.segments.items():
        for extra in segment.model_extra or {}:
            near = nearest(extra, [key for key in keys if getattr(segment, key) in {None, ""}])
            if near and len(extra) > len(near) - 3:
                message = say("`{extra}` is read as a number of its own, not as `{near}`", extra=extra, near=near)
                place = source.place(("segments", name, extra), key=True)
                yield Finding(
                    "CB204",
                    message,
                    place,
                    say("rename it to `{near}` if that is meant", near=near),
                    severity=Severity.WARNING,
                )
