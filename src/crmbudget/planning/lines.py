"""A plan's file of ready lines -> the plan with these lines, and with the members that only the file names."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from pathlib import Path as FilePath

from crmbudget.finding import Finding, Misread, Place, Refused, Severity
from crmbudget.planning import references
from crmbudget.planning.columns import misread
from crmbudget.planning.line_members import COLLECTIONS, Doubt, Naming
from crmbudget.planning.loader import Input, Loaded
from crmbudget.planning.plan import Dimension, Lines, Plan
from crmbudget.planning.requests import request
from crmbudget.planning.source import Path, Source
from crmbudget.planning.words import word_of
from crmbudget.reading.entries import Entries, File, Group, opened
from crmbudget.reading.headers import Role
from crmbudget.reading.layers import NAMES
from crmbudget.reading.opening import sha256
from crmbudget.wording import changed, say, say_count

SHOWN_MAX = 20
"""Findings about single rows that one run lists; the last one says how many more there are."""
NAMES_SHOWN = 3
_AT: Path = ("lines",)
_ROLES = {
    Dimension.SEGMENT: Role.SEGMENT, Dimension.ACTIVITY: Role.ACTIVITY, Dimension.CHANNEL: Role.CHANNEL, Dimension.PERIOD: Role.DATE,
}  # fmt: skip


class ReadLines(Lines):
    """Ready lines, once their file is read: minor units by the ids of their ``dimensions``, in that order."""

    dimensions: tuple[Dimension, ...]
    amounts: dict[tuple[str, ...], int]


def with_lines(loaded: Loaded, folder: FilePath) -> Loaded:
    """The plan with the lines of its file, whose name starts from ``folder``, their members and their total.

    The plan is None where one row cannot be a line; the findings say why.
    """
    plan, source = loaded.ready, loaded.source
    assert plan.lines  # noqa: S101 - the loader asks only then
    path = folder / plan.lines.source
    try:
        loaded = replace(loaded, inputs=(*loaded.inputs, Input(path.as_posix(), sha256(path, "CB412"))))
        with opened([(path, path.as_posix())], request(plan, plan.lines.columns, plan.lines.dialect)) as entries:
            filled, notes = _read(plan, plan.lines, entries, path.name)
    except Misread as error:
        return replace(loaded, plan=None, findings=(*loaded.findings, misread(error, source, _AT)))
    except Refused as refused:
        return replace(loaded, plan=None, findings=(*loaded.findings, *map(_of_lines, refused.findings)))
    findings = [finding for finding in _references(filled, source) if finding not in loaded.findings]
    wrong = any(finding.severity is Severity.ERROR for finding in findings)
    ready = None if wrong else filled
    return replace(loaded, plan=ready, findings=(*loaded.findings, *findings), notes=(*loaded.notes, *notes))


def _read(plan: Plan, lines: Lines, entries: Entries, name: str) -> tuple[Plan, list[str]]:
    """The filled plan, and notes; Refused with everything that is wrong."""
    file, good = entries.files[0], [group for group in entries.groups if not group.reason]
    dimensions = [dimension for dimension, role in _ROLES.items() if role in file.headers.places]
    dimensions = [dimension for dimension in dimensions if dimension is not Dimension.PERIOD or plan.calendar]
    if wrong := list(_headless(dimensions, file)):
        raise Refused(wrong)
    naming = Naming(plan, good, [dimension for dimension in dimensions if dimension is not Dimension.PERIOD])
    filled = naming.filled()
    wrong = [*_rejected(entries), *_doubted(naming.doubts, entries)]
    if wrong or not good:
        nothing = Finding(
            "CB412",
            say("there is no line in {name}", name=name),
            Place(file.shown),
            say("name a file with a row for each line"),
        )
        raise Refused(wrong or [nothing])
    amounts = _added_up(good, dimensions, naming)
    read = ReadLines.model_construct(**dict(lines), dimensions=tuple(dimensions), amounts=amounts)
    update: dict[str, object] = {"lines": read}
    if "total" not in plan.model_fields_set and isinstance(plan.reserve, int):
        update["total"] = sum(amounts.values()) + plan.reserve
    rows = sum(group.rows for group in good)
    return filled.model_copy(update=update), list(_notes(name, file, rows, naming, read))


def _headless(dimensions: Sequence[Dimension], file: File) -> Iterator[Finding]:
    """What the header alone rules out."""
    place = Place(file.shown, file.table.header_line)
    if Role.CATEGORY in file.headers.places and Dimension.ACTIVITY not in dimensions:
        message = say("the file has a category and no activity, and a category belongs to an activity")
        fix = say("name the activity's column, as in `lines: {{columns: {{activity: HEADER}}}}`; it may be this one")
        yield Finding("CB412", message, place, fix)
    elif not dimensions:
        message = say(
            "the lines have no coordinates: the file names no segment, activity or channel, and the plan has no calendar"
        )
        yield Finding("CB412", message, place, say("name a column, as in `lines: {{columns: {{segment: HEADER}}}}`"))


def _added_up(groups: Sequence[Group], dimensions: Sequence[Dimension], naming: Naming) -> dict[tuple[str, ...], int]:
    """Minor units by coordinates; rows with the same ones are one line."""
    periods = list(naming.plan.members(Dimension.PERIOD))
    named = [(naming.ids[dimension], NAMES.index(_ROLES[dimension])) for dimension in naming.dimensions]
    timed = Dimension.PERIOD in dimensions
    amounts: dict[tuple[str, ...], int] = {}
    for group in groups:
        ids = [known[group.names[place] or ""] for known, place in named]
        key = (*ids, periods[group.period or 0]) if timed else tuple(ids)
        amounts[key] = amounts.get(key, 0) + (group.amount or 0)
    return amounts


def _rejected(entries: Entries) -> Iterator[Finding]:
    """The rows that cannot count."""
    rows = entries.rows([group for group in entries.groups if group.reason])
    wrong = [(row, why) for row in rows if (why := row.group.reason)]
    for row, why in wrong[:SHOWN_MAX]:
        file, which = entries.files[0], say("this row") if row.line else say("row {number}", number=row.number)
        money = file.judge.amount_of(row.cells) if why.role is Role.DATE else None
        message, fix = (
            say("{which} cannot be a line: {text}", which=which, text=why.text),
            say("mend the row, or take it out of the file"),
        )
        at = None if why.role is None else file.headers.places.get(why.role)
        cell = row.cells[at] if at is not None and at < len(row.cells) else None
        yield Finding("CB412", message, Place(file.shown, row.line, cell=cell), fix, money)
    yield from _more(len(wrong), say("rows cannot be lines"), entries)


def _doubted(doubts: Sequence[Doubt], entries: Entries) -> Iterator[Finding]:
    """What the rows name, and the plan cannot take."""
    for doubt in doubts[:SHOWN_MAX]:
        lines = [line for line in entries.first_lines(doubt.groups).values() if line]
        money = sum(group.amount or 0 for group in doubt.groups)
        place = Place(entries.files[0].shown, min(lines, default=None))
        yield Finding("CB412", doubt.message, place, doubt.fix, money)
    yield from _more(len(doubts), say("names cannot be told"), entries)


def _more(count: int, what: str, entries: Entries) -> Iterator[Finding]:
    if count > SHOWN_MAX:
        place = Place(entries.files[0].shown)
        yield Finding(
            "CB412",
            say("{count:,} more {what}", count=count - SHOWN_MAX, what=what),
            place,
            say("mend those that are shown, and run it again"),
        )


def _of_lines(finding: Finding) -> Finding:
    """The finding of a reader, its fix at the key of the plan that asked."""
    return replace(finding, fix=finding.fix and changed(finding.fix, lambda fix: fix.replace("`actuals: ", "`lines: ")))


def _references(plan: Plan, source: Source) -> Iterator[Finding]:
    """What is wrong with the names in the plan and with its reserve, now that the members and the total are known."""
    yield from references.findings(plan.model_copy(update={"lines": None}), source)
    if "total" not in source.tree:
        yield from references.reserve(plan, source)


def _notes(name: str, file: File, rows: int, naming: Naming, read: ReadLines) -> Iterator[str]:
    count = len(read.amounts)
    added = say(", {rows:,} rows added up", rows=rows) if rows != count else ""
    yield say_count(
        "{count:,} line was read from {name}{added}",
        "{count:,} lines were read from {name}{added}",
        count,
        name=name,
        added=added,
    )
    yield from file.table.notes
    if Dimension.PERIOD in read.dimensions:
        yield say("dates were read as {form}", form=file.judge.timing.form)
    for dimension in naming.dimensions:
        declared, used = naming.plan.members(dimension).keys(), set(naming.ids[dimension].values())
        yield from _named(
            say("{collections} that only the file has", collections=word_of(COLLECTIONS[dimension])),
            used - declared if declared else set(),
        )
        yield from _named(
            say("{collections} without a line", collections=word_of(COLLECTIONS[dimension])), declared - used
        )
    if naming.owners_lost:
        yield say("the owners in {name} are not used: they differ within an activity, and within a segment", name=name)


def _named(what: str, names: AbstractSet[str]) -> Iterator[str]:
    """A note that lists names, the first few of them."""
    if names:
        more = say(" and {count:,} more", count=len(names) - NAMES_SHOWN) if len(names) > NAMES_SHOWN else ""
        yield say("{what}: {names}{more}", what=what, names=", ".join(sorted(names)[:NAMES_SHOWN]), more=more)
