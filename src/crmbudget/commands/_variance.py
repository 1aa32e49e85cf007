"""The pipeline of ``crmbudget variance``: plan and files in, comparison, findings and report out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from crmbudget.allocation.cascade import allocate
from crmbudget.commands._actuals import files_of, plan_of
from crmbudget.commands._outcome import inputs_of, usage
from crmbudget.commands._rejects import rejects
from crmbudget.finding import Finding, Misread, Refused, one_of
from crmbudget.monitoring import findings as told
from crmbudget.monitoring.asof import AsOf, as_of
from crmbudget.monitoring.entering import enter, matching
from crmbudget.monitoring.ledger import Ledger
from crmbudget.monitoring.naming import Names
from crmbudget.monitoring.outlook import Outlook, outlook
from crmbudget.monitoring.sides import Sides
from crmbudget.monitoring.variance import Comparison, compare
from crmbudget.planning.loader import Loaded, load_plan
from crmbudget.planning.requests import request
from crmbudget.planning.words import word_of
from crmbudget.reading.entries import Entries, opened
from crmbudget.reading.opening import sha256
from crmbudget.reporting.views.variance import refusal_report, variance_report
from crmbudget.reporting.views.variance_blocks import Answer
from crmbudget.wording import joined, say

if TYPE_CHECKING:
    from crmbudget.allocation.budget import Budget
    from crmbudget.planning.plan import Plan
    from crmbudget.reporting.report import Report


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of one run, as typed."""

    actuals: tuple[str, ...]
    plan: str
    as_of: str
    group_by: str
    owner: str
    top: int
    dedupe: bool
    strict: bool
    rejects: str
    forecast: str
    include_running: bool
    backtest: int
    comments: str
    overrides: tuple[str, ...]
    scenario: str


@dataclass(frozen=True, slots=True)
class Answered:
    """The report, and the rejected rows as a CSV file."""

    report: "Report"
    rejects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read: the budget, the ledger, and what is said about both."""

    loaded: Loaded
    budget: "Budget"
    names: Names
    ledger: Ledger
    inputs: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]


def answer(asked: Asked) -> Answered:
    """All of it; Refused where the plan or a file has errors."""
    read = _read(asked)
    thrown = tuple(rejects(read.ledger)) if asked.rejects else ()
    money = read.budget.plan.money
    found = (*read.loaded.findings, *told.of_ledger(read.ledger, read.names, money, dedupe=asked.dedupe))
    if asked.strict and read.ledger.rejected:
        return Answered(refusal_report(read.ledger, money, inputs=read.inputs, findings=found), thrown)
    sides = Sides(read.budget, read.ledger)
    when, groups, owner = _when(asked, read), _names(asked.group_by, sides), _owner(asked.owner, read.budget.plan)
    sides = sides.of(owner) if owner else sides
    comparison = compare(sides, read.budget.plan.monitor, when.through, groups)
    shown = Answer(read.budget, read.ledger, sides, comparison, when, _outlook(asked, sides, when), owner)
    found = (*found, *told.of_lines(comparison, read.loaded.source, money), *_comments(asked.comments, comparison))
    notes = (*_compared(asked, read, sides, when), *read.notes)
    return Answered(variance_report(shown, top=asked.top, inputs=read.inputs, findings=found, notes=notes), thrown)


def _read(asked: Asked) -> _Read:
    with files_of(asked.actuals) as (files, repeats):
        read = _inputs(files)
        path, note = plan_of(asked.plan, asked.actuals)
        loaded = load_plan(path, asked.overrides, asked.scenario)
        plan = loaded.ready
        _spare([path, *(path for path, _ in files)], asked.rejects)
        budget = allocate(plan, loaded.source)
        inputs = (*inputs_of([loaded]), *read)
        with opened(files, request(plan, plan.actuals.columns, plan.actuals.dialect)) as entries:
            names = Names(budget, matching(budget, entries.files))
            ledger = enter(entries, names, dedupe=asked.dedupe)
            notes = tuple(filter(None, [note, *loaded.notes, *repeats, *_notes(entries)]))
    return _Read(loaded, budget, names, ledger, inputs, notes)


def _inputs(files: Sequence[tuple[Path, str]]) -> list[tuple[str, str]]:
    """Each file with its hash; Refused (exit code 2) with every one that cannot be opened."""
    found, findings = [], []
    for path, shown in files:
        try:
            found.append((shown, sha256(path, "CB100", beside="the folder you are in")))
        except Misread as error:
            findings.append(Finding(error.code, error.message, None, error.fix))
    if findings:
        raise Refused(findings, 2)
    return found


def _spare(sources: Sequence[str | Path], target: str) -> None:
    """Refused where the rejected rows would be written over what they came from."""
    if target and Path(target).exists() and any(Path(target).samefile(source) for source in sources):
        raise usage(
            say("--rejects {target} would write over a file that is read", target=target), say("name another file")
        )


def _notes(entries: Entries) -> Iterator[str]:
    """What was decided about each file, where it was not the plainest."""
    for file in entries.files:
        said = list(file.table.notes)
        if file.judge.timing.form not in {"", "YYYY-MM-DD"}:
            said.append(say("dates are read as {form}", form=file.judge.timing.form))
        if file.decimal == "comma":
            said.append(say("a comma stands before the decimals"))
        if said:
            yield say("{file}: {notes}", file=file.shown, notes=joined(say("; "), said))


def _compared(asked: Asked, read: _Read, sides: Sides, when: AsOf) -> Iterator[str]:
    """What a reader must know about the rows that are shown."""
    if asked.owner:
        yield say(
            "these are the rows of {owner} alone; the line above is about all rows of the files", owner=asked.owner
        )
    lost = [name for name in sides.budget.coordinates if name not in {*sides.names, "category", "period", "owner"}]
    if lost:
        kept = joined(" / ", map(word_of, sides.ledger.names)) or say("the whole plan")
        one = len(sides.ledger.headers) == 1
        lacking = (
            say("the actuals have no {names}", names=joined(say(" and no "), map(word_of, lost)))
            if one
            else say("not every file of actuals tells {names}", names=joined(say(" and "), map(word_of, lost)))
        )
        yield say("{lacking}, so the budget is rolled up to {kept}", lacking=lacking, kept=kept)
    if not sides.phased and sides.period_names:
        yield say("the plan is not split by period, so all of its budget is compared")
    if asked.forecast and when.day and when.closed <= when.through and not asked.include_running:
        period = sides.period_names[when.through]
        yield say(
            "{period} is not over on {day}, so it is not forecast from: --as-of {period} or --include-running counts it",
            period=period,
            day=when.day,
        )
    if read.ledger.last is None:
        yield say("no row counts, so there is nothing to compare yet")


def _when(asked: Asked, read: _Read) -> AsOf:
    calendar = read.budget.plan.calendar
    try:
        return as_of(asked.as_of, calendar.members if calendar else (), read.ledger.last)
    except Misread as error:
        raise usage(error.message, error.fix) from error


def _names(group_by: str, sides: Sides) -> tuple[str, ...]:
    """The coordinates that were asked for; Refused where not both sides have one."""
    known = tuple(
        dict.fromkeys([*sides.names, *(["period"] if sides.phased else []), *(["owner"] if sides.has_owner else [])])
    )
    names = [name.strip() for name in group_by.split(",") if name.strip()]
    for name in names:
        if name in sides.budget.coordinates and name not in known:
            raise usage(say("the actuals do not name the {name} of every row", name=name), one_of("", known))
        if name not in known:
            raise usage(say("budget and actuals have no coordinate `{name}`", name=name), one_of(name, known))
    return tuple(dict.fromkeys(names))


def _owner(name: str, plan: "Plan") -> str:
    owners = [activity.owner for activity in plan.activities.values()]
    owners += [segment.owner for segment in plan.segments.values()]
    known = sorted(set(filter(None, owners)))
    if name and name not in known:
        raise usage(say("nobody in the plan is called `{name}`", name=name), one_of(name, known))
    return name


def _outlook(asked: Asked, sides: Sides, when: AsOf) -> Outlook:
    if (asked.forecast or asked.backtest) and not sides.phased:
        raise usage(
            say("a forecast needs a plan that is split by period"), say("add the step `- by: period` and a `calendar:`")
        )
    closed = when.through + 1 if asked.include_running else when.closed
    return outlook(sides, asked.forecast, closed, when.through, asked.backtest)


def _comments(path: str, comparison: Comparison) -> Iterator[Finding]:
    if path:
        from crmbudget.monitoring.comments import judged, read_comments

        yield from judged(read_comments(path, comparison), comparison)
