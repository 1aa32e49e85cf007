"""What a comparison and its ledger have to tell: each line and row that somebody must look at, with its money."""

from collections.abc import Iterator
from itertools import groupby

from crmbudget.finding import Finding, Place, Severity
from crmbudget.money import Currency
from crmbudget.monitoring.ledger import Ledger, Rejected, Unbudgeted
from crmbudget.monitoring.naming import Names
from crmbudget.monitoring.variance import Comparison, Line, Status
from crmbudget.planning.source import Path, Source
from crmbudget.planning.words import word_of
from crmbudget.reading.judging import TOTAL
from crmbudget.wording import joined, say, say_count

SHOWN_MAX = 20
"""Findings of one kind that are listed; one behind them says how many more there are, and their money in words."""

_LINES = {
    Status.OVER: ("CB511", Severity.ERROR, say("over budget"), say("for the cause, and plan what changes")),
    Status.WATCH: ("CB512", Severity.WARNING, say("nearly used up"), say("what is still to come")),
    Status.UNDER: ("CB513", Severity.INFO, say("under budget"), say("whether it is late or not needed")),
}
_PLACES = {"activity": "activities", "segment": "segments", "channel": "channels", "category": "categories"}


def of_lines(comparison: Comparison, source: Source, money: Currency) -> Iterator[Finding]:
    """One finding for each line that is over, under, or nearly used up; the most money first."""
    for status, (code, severity, word, question) in _LINES.items():
        lines = [line for line in comparison.lines if line.status is status]
        lines.sort(key=lambda line: (-abs(line.variance), line.coordinates, line.period or 0))
        for line in lines[:SHOWN_MAX]:
            fix = say(
                "ask {owner} {question}",
                owner=line.owner or say("an owner, whom the plan should name,"),
                question=question,
            )
            place = _place(line, comparison, source)
            yield Finding(code, _told(line, word, comparison, money), place, fix, abs(line.variance), severity=severity)
        if rest := lines[SHOWN_MAX:]:
            total = sum(abs(line.variance) for line in rest)
            count = say("1 more line is") if len(rest) == 1 else say("{count:,} more lines are", count=len(rest))
            fix = say("see them all with --format csv, or fewer with --group-by")
            message, off = f"{count} {word}", _money(total, money)
            yield Finding(
                code,
                say("{message}, together {off} off", message=message, off=off),
                Place(source.path),
                fix,
                effect=off,
                severity=severity,
            )


def _told(line: Line, word: str, comparison: Comparison, money: Currency) -> str:
    if line.status is Status.WATCH and line.actual >= line.budget:
        word = say("used up") if line.actual == line.budget else say("past its budget, within the threshold")
    spent, budget = money.text(line.actual, grouped=True), _money(line.budget, money)
    if not line.budget:
        return say(
            "{line_name} is {word}: {spent} {code} spent, and no budget for it {word2}",
            line_name=line_name(line, comparison),
            word=word,
            spent=spent,
            code=money.code,
            word2=say("in that period") if line.period is not None else say("so far"),
        )
    so_far = say(" so far") if line.period is None else ""
    return say(
        "{line_name} is {word}: {spent} spent of {budget}{so_far}",
        line_name=line_name(line, comparison),
        word=word,
        spent=spent,
        budget=budget,
        so_far=so_far,
    )


def line_name(line: Line, comparison: Comparison) -> str:
    """A line as people name it: its coordinates, parted by strokes, and its period."""
    known = comparison.known(line)
    period = say(" in {known}", known=known["period"]) if "period" in known else ""
    own = [known[name] or say("(no {name})", name=word_of(name)) for name in comparison.telling if name != "period"]
    return joined("", [joined(" / ", own) or say("the plan"), period])


def _place(line: Line, comparison: Comparison, source: Source) -> Place:
    """Where the plan names the line: its activity, else its segment, channel or category."""
    known = comparison.known(line)
    for name, collection in _PLACES.items():
        at: Path = (collection, known.get(name, ""))
        if at in source.keys:
            return source.place(at, key=True)
    return Place(source.path)


def _money(amount: int, money: Currency) -> str:
    return f"{money.text(amount, grouped=True)} {money.code}"


def of_ledger(ledger: Ledger, names: Names, money: Currency, *, dedupe: bool) -> Iterator[Finding]:
    """Rejected rows, spending without budget, and rows that stand there twice."""
    yield from _rejects(ledger, money)
    yield from _strangers(ledger, names, money)
    if ledger.repeated and not dedupe:
        yield _repeated(ledger)


def _rejects(ledger: Ledger, money: Currency) -> Iterator[Finding]:
    """One finding for each file and reason, with the place of the first row and of a few more."""

    def kind(row: Rejected) -> tuple[int, str]:
        return row.file, _general(row)

    for (_, reason), found in groupby(sorted(ledger.rejected, key=kind), key=kind):
        rows = list(found)
        first, total = rows[0], sum(row.amount or 0 for row in rows)
        unread = sum(row.amount is None for row in rows)
        what = say("this row is rejected: {reason}", reason=first.reason)
        if len(rows) > 1:
            others = "" if first.reason == reason else say(", and {count:,} more like it", count=len(rows) - 1)
            money_told = say(", {money}", money=_money(total, money)) if unread < len(rows) else ""
            what = say(
                "{count:,} rows are rejected{money_told}: {reason}{others}",
                count=len(rows),
                money_told=money_told,
                reason=first.reason,
                others=others,
            )
        elif not first.line:
            what = say("a row is rejected: {reason}; it holds {text}", reason=first.reason, text=first.text[:60])
        effect = (
            say("{money}, and {unread:,} without an amount that can count", money=_money(total, money), unread=unread)
            if unread
            else None
        )
        effect = say("no amount that can count") if unread == len(rows) else effect
        related = tuple((row.reason, _of_row(row)) for row in rows[1:4] if row.line)
        fix = say("correct the file, or name what it means under `actuals:`; --rejects FILE writes such rows out")
        if first.reason == TOTAL:
            fix = say("leave totals out of the file; they are not counted")
        yield Finding("CB510", what, _of_row(first), fix, total, effect, related=related)


def _cell(row: Rejected) -> str:
    """The text of the cell that a row is rejected for; nothing where it is all of the row."""
    return row.cells[row.column - 1].strip() if row.column and row.column <= len(row.cells) else ""


def _of_row(row: Rejected) -> Place:
    return Place(row.path, row.line, cell=_cell(row))


def _general(row: Rejected) -> str:
    """A reason without the text of the cell that it is about, or the line that it repeats."""
    cell = _cell(row)
    head, repeats, _ = row.reason.partition(" repeats ")
    return f"{head}{repeats}another" if repeats else row.reason.removeprefix(f"`{cell}`").lstrip(": ")


def _strangers(ledger: Ledger, names: Names, money: Currency) -> Iterator[Finding]:
    """One finding for each reason, over all periods and files; the most money first."""
    by_reason: dict[str, list[Unbudgeted]] = {}
    for one in ledger.unbudgeted:
        by_reason.setdefault(one.reason, []).append(one)
    order = sorted(by_reason.items(), key=lambda item: (-abs(sum(one.amount for one in item[1])), item[0]))
    for reason, found in order[:SHOWN_MAX]:
        total, rows = sum(one.amount for one in found), sum(one.rows for one in found)
        first, *others = _firsts(found)
        count = say("1 row") if rows == 1 else say("{rows:,} rows", rows=rows)
        message = say(
            "{count} of spending without budget, {money}: {reason}",
            count=count,
            money=_money(total, money),
            reason=reason,
        )
        related = tuple((say("from here on in {path}", path=one.path), _stranger(one)) for one in others if one.line)
        fix = _mend(first, names)
        yield Finding("CB514", message, _stranger(first), fix, total, severity=Severity.WARNING, related=related)
    if rest := order[SHOWN_MAX:]:
        total = sum(one.amount for _, found in rest for one in found)
        message = say(
            "{count} of spending without budget",
            count=say("1 more kind") if len(rest) == 1 else say("{count:,} more kinds", count=len(rest)),
        )
        place, fix, told = Place(rest[0][1][0].path), say("see them all with --format json"), _money(total, money)
        yield Finding("CB514", f"{message}, {told}", place, fix, effect=told, severity=Severity.WARNING)


def _stranger(one: Unbudgeted) -> Place:
    """The name that the plan does not know; all of the row where it knows each of them."""
    unknown = (text for text in one.coordinates.values() if f"`{text}`" in one.reason)
    return Place(one.path, one.line, cell=next(unknown, None))


def _firsts(found: list[Unbudgeted]) -> list[Unbudgeted]:
    """The first of each file, files in order."""
    firsts: dict[str, Unbudgeted] = {}
    for one in sorted(found, key=lambda one: one.line or 0):
        firsts.setdefault(one.path, one)
    return [firsts[path] for path in dict.fromkeys(one.path for one in found)]


def _mend(one: Unbudgeted, names: Names) -> str:
    for name, text in one.coordinates.items():
        if f"`{text}` is no" in one.reason:
            near = names.near(name, text)
            ask = (
                say("did you mean `{near}`? then write", near=near)
                if near
                else say("if it is one of the plan's, write")
            )
            return say(
                "{ask} `actuals: {{aliases: {{{quoted}: {near}}}}}`",
                ask=ask,
                quoted=_quoted(text),
                near=near or f"ID-OF-THE-{name.upper()}",
            )
    return say("give it a budget line in the plan, or correct the file")


def _quoted(text: str) -> str:
    if text.isalnum() and not text[0].isdigit():
        return text
    return '"{}"'.format(text.replace("\\", "\\\\").replace('"', '\\"'))


def _repeated(ledger: Ledger) -> Finding:
    """One finding for all rows that stand there again, with the places of the first few."""
    again = sum(len(one.places) - 1 for one in ledger.repeated)
    total = sum((len(one.places) - 1) * (one.amount or 0) for one in ledger.repeated)
    (path, line), *others = ledger.repeated[0].places
    related = tuple((say("the same again"), Place(*place)) for place in others[:2])
    what = say("1 row repeats another") if again == 1 else say("{again:,} rows repeat others", again=again)
    message = say_count(
        "{what}, reference included, and is counted each time",
        "{what}, reference included, and are counted each time",
        again,
        what=what,
    )
    fix = say("count each once with --dedupe, if that is what they are")
    return Finding("CB515", message, Place(path, line), fix, total, severity=Severity.WARNING, related=related)
