"""The files that a plan begins with, as a report: what they are, what was guessed, and what to type next."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crmbudget.reporting.grid import folded
from crmbudget.reporting.report import Column, Kind, Prose, Report, Table, clean
from crmbudget.reporting.views.words import TOTAL, title
from crmbudget.starting.folder import PLAN, SCHEMA, NewFile
from crmbudget.wording import joined, say, say_count

if TYPE_CHECKING:
    from crmbudget.starting.from_list import Looked
    from crmbudget.starting.trying import Tried

SHOWN = 12
"""Segments that are shown one by one."""
_FILES = (Column("path", say("File")), Column("says", say("What it is")))
_GUESSES = (Column("part", say("Part")), Column("given", say("In the plan")), Column("why", say("Why")), Column("others", say("Instead of it")))  # fmt: skip
_SEGMENTS = (
    Column("segment", title("segment")), Column("customers", say("Customers"), Kind.COUNT), Column("value", say("Value"), Kind.MONEY), Column("amount", say("Amount"), Kind.MONEY),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Start:
    """The files for a folder; where they come from a list, what was seen in it, and the plan as it was tried."""

    folder: str
    files: tuple[NewFile, ...]
    looked: "Looked | None" = None
    tried: "Tried | None" = None

    def path(self, name: str) -> str:
        """The path of a file of the folder."""
        return (Path(self.folder) / name).as_posix()


def start_report(start: Start, *, dry_run: bool) -> Report:
    """The answer of ``crmbudget init``; with ``dry_run`` people see the texts too."""
    guesses, segments = list(_guesses(start)), list(_segments(start))
    files = [[start.path(file.path), file.says, file.text] for file in start.files]
    annexes = (
        [("guesses", Table("", _GUESSES, guesses)), ("segments", Table("", _SEGMENTS, segments))] if start.tried else []
    )
    blocks = [Table("", _FILES, [row[:2] for row in files], stacks=True)]
    blocks += list(_of_list(guesses, segments, start))
    return Report(
        "crmbudget.start", "init",
        headline=_headline(len(files), start.folder, dry_run=dry_run),
        blocks=(*blocks, *(_shown(start) if dry_run else ()), *_notes(start), _next(start)),
        summary=((Column("folder", ""), start.folder), (Column("written", ""), not dry_run), (Column("plan", ""), start.path(PLAN))),
        records=Table("", (*_FILES, Column("text", "")), files),
        annexes=tuple(annexes),
        currency=start.tried.plan.money if start.tried else None,
        inputs=((start.looked.proposal.source, start.looked.sha256),) if start.looked else (),
        findings=start.tried.findings if start.tried else (),
    )  # fmt: skip


def _headline(count: int, folder: str, *, dry_run: bool) -> str:
    shown = clean(folder)
    if dry_run:
        return say_count(
            "{count} file would be written into {folder}",
            "{count} files would be written into {folder}",
            count,
            folder=shown,
        )
    return say_count("{count} file written into {folder}", "{count} files written into {folder}", count, folder=shown)


def _guesses(start: Start) -> Iterator[list[Any]]:
    """Each part of the plan that comes from the list, with its reason."""
    if not (start.looked and start.tried):
        return
    proposal, way = start.looked.proposal, start.tried.way
    parts = {"id": proposal.id, "segment": proposal.segment, "value": proposal.value, **proposal.numbers}
    for part, guess in parts.items():
        if guess:
            yield [part, guess.text, guess.why, ", ".join(guess.others) or None]
        elif part == "segment":
            yield [part, ", ".join(f"{name}: {text}" for name, text in proposal.cuts.items()), proposal.cuts_why, None]
    yield ["currency", proposal.currency.code, proposal.currency_why, None]
    yield ["total", start.tried.total[0], start.tried.total[1], None]
    yield ["allocate", way.formula or ("value, count" if way.money else "count"), way.says, None]


def _segments(start: Start) -> Iterator[list[Any]]:
    """Each segment with its customers, their value and its money."""
    if start.tried:
        amounts = start.tried.budget.totals(["segment"])
        for name, segment in start.tried.plan.segments.items():
            yield [name, segment.customers, segment.value, amounts.get((name,), 0)]


def _of_list(guesses: Sequence[Any], segments: Sequence[Any], start: Start) -> Iterator[Table]:
    if not start.tried:
        return
    yield Table(say("What was guessed"), _GUESSES, guesses, stacks=True)
    valued = start.tried.way.money
    kept = [at for at, column in enumerate(_SEGMENTS) if valued or column.key != "value"]
    footer = [TOTAL, *(sum(row[at] for row in segments) for at in kept[1:])]
    table = Table(
        say("Segments"), tuple(_SEGMENTS[at] for at in kept), [[row[at] for at in kept] for row in segments], footer
    )
    report = folded(Report("", "", (table,), currency=start.tried.plan.money), SHOWN)
    yield from (block for block in report.blocks if isinstance(block, Table))


def _shown(start: Start) -> Iterator[Prose]:
    """The texts themselves; but that of the schema, which is for programs and long."""
    for file in start.files:
        text = joined("\n", map(clean, file.text.rstrip("\n").split("\n")))
        if file.path == SCHEMA:
            text = say_count(
                "({count} line, as crmbudget schema prints it)",
                "({count:,} lines, as crmbudget schema prints them)",
                file.text.count("\n"),
            )
        yield Prose(joined("\n", [f"==> {clean(start.path(file.path))} <==", text]))


def _notes(start: Start) -> Iterator[Prose]:
    if start.looked and start.looked.unfit:
        yield Prose(joined("\n", start.looked.unfit), folds=True)


def _next(start: Start) -> Prose:
    """The commands to type next."""
    plan = _word(start.path(PLAN))
    lines = [f"  crmbudget check {plan}", f"  crmbudget allocate {plan}"]
    lines += [f"  crmbudget variance {_word(start.path('actuals.csv'))}"] if not start.tried else []
    return Prose(joined("\n", [say("Next:"), *lines]))


def _word(path: str) -> str:
    """A path as a shell takes it."""
    import shlex

    return clean(shlex.quote(path))
