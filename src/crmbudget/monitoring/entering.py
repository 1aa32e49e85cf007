"""Entries held against a budget: every row finds its line, or a reason why it has none, or why it cannot count."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from crmbudget.allocation.budget import Budget
from crmbudget.monitoring.ledger import Cell, Ledger, Rejected, Repeated, Tally, Unbudgeted
from crmbudget.monitoring.naming import Names
from crmbudget.reading.entries import Entries
from crmbudget.reading.group import File, Group, Row
from crmbudget.reading.headers import Role
from crmbudget.reading.layers import NAMES
from crmbudget.reading.worth import Reason
from crmbudget.wording import say

_UNREAD = frozenset({Role.AMOUNT, Role.DEBIT, Role.CREDIT, Role.CURRENCY})

Stranger = tuple[int, tuple[tuple[str, str], ...], int, str]
"""Rows without a budget line: their file, what is known of them, their period, and the reason."""


def enter(entries: Entries, names: Names, *, dedupe: bool = False) -> Ledger:
    """The ledger of these entries; ``dedupe`` rejects every repetition of a row with a reference."""
    book = _Book(entries, names, any(Role.QUANTITY in file.headers.places for file in entries.files))
    for group in entries.groups:
        if not group.reason:
            book.put(group, group.rows, group.amount or 0)
    twins = entries.repeated()
    again = [book.again(rows[0], row) for rows in twins for row in rows[1:] if dedupe and not row.group.reason]
    strange = [group for groups in book.strangers.values() for group in groups]
    rows, lines = entries.found([group for group in entries.groups if group.reason], strange)
    rejected = (*_rejected(rows, entries), *again)
    unbudgeted = tuple(book.unbudgeted(lines))
    return Ledger(
        names=names.names,
        spent=book.spent,
        quantities=book.whole_quantities(),
        unbudgeted=unbudgeted,
        rejected=rejected,
        repeated=tuple(_repeated(rows, entries) for rows in twins),
        matched=Tally(book.rows, book.amount),
        unbudgeted_tally=Tally(sum(one.rows for one in unbudgeted), sum(one.amount for one in unbudgeted)),
        rejected_tally=Tally(len(rejected), sum(row.amount or 0 for row in rejected)),
        last=book.last,
        headers=tuple(file.table.header for file in entries.files),
        counted=book.counted,
    )


def matching(budget: Budget, files: Sequence[File]) -> tuple[str, ...]:
    """The coordinates by which rows find their budget: those that the budget and every file have.

    What follows from another coordinate is not compared: the category of a known activity, the owner of a known line.
    """
    have = set.intersection(*(_told(file) for file in files))
    names = [name for name in budget.coordinates if name in have]
    if "activity" in names:
        names = [name for name in names if name != "category"]
    if {"activity", "segment"} & set(names):
        names = [name for name in names if name != "owner"]
    return tuple(names)


def _told(file: File) -> set[str]:
    """The coordinates that a file's columns tell; who knows the activity knows the category."""
    told = {role.value for role in NAMES if role in file.headers.places}
    return told | ({"category"} if "activity" in told else set())


@dataclass(slots=True)
class _Book:
    """A ledger while it is written; a quantity is None where a row of its period has none."""

    entries: Entries
    names: Names
    counted: bool
    spent: dict[Cell, dict[int, int]] = field(default_factory=dict)
    quantities: dict[Cell, dict[int, Fraction | None]] = field(default_factory=dict)
    rows: int = 0
    amount: int = 0
    strangers: dict[Stranger, list[Group]] = field(default_factory=dict)
    last: tuple[int, date] | None = None

    def put(self, group: Group, rows: int, amount: int) -> None:
        """Adds accepted rows, or takes them away again where ``rows`` is negative."""
        cell, reason = self.names.cell(group.names)
        period = group.period or 0
        if group.last and (self.last is None or (period, group.last) > self.last):
            self.last = (period, group.last)
        if reason:
            known = tuple(self.names.known(group.names).items())
            own = group._replace(rows=rows, amount=amount)
            self.strangers.setdefault((group.file, known, period, reason), []).append(own)
            return
        self.rows, self.amount = self.rows + rows, self.amount + amount
        by_period = self.spent.setdefault(cell, {})
        by_period[period] = by_period.get(period, 0) + amount
        if self.counted:
            counts = self.quantities.setdefault(cell, {})
            before = counts.get(period, Fraction(0))
            counts[period] = None if before is None or group.quantity is None or rows < 0 else before + group.quantity

    def again(self, first: Row, row: Row) -> Rejected:
        """A repetition: its money is taken out of where its row was counted."""
        file = self.entries.files[row.file]
        amount = file.judge.amount_of(row.cells) or 0
        self.put(row.group, -1, -amount)
        elsewhere = "" if first.file == row.file else say(" of {shown}", shown=self.entries.files[first.file].shown)
        text = say(
            "it repeats line {line}{elsewhere}, reference included",
            line=first.line or first.number,
            elsewhere=elsewhere,
        )
        reason = Reason(text, Role.REFERENCE)
        return _reject(row, file, reason, amount)

    def unbudgeted(self, lines: Mapping[int, int | None]) -> Iterator[Unbudgeted]:
        """What has no budget line; ``lines`` are those of the first rows of all strangers, one after the other."""
        at = 0
        for (file, known, period, reason), groups in self.strangers.items():
            found = [line for number in range(at, at + len(groups)) if (line := lines.get(number))]
            at += len(groups)
            rows, amount = sum(group.rows for group in groups), sum(group.amount or 0 for group in groups)
            if rows:
                shown = self.entries.files[file].shown
                yield Unbudgeted(dict(known), period, amount, rows, shown, min(found, default=None), reason)

    def whole_quantities(self) -> dict[Cell, Mapping[int, Fraction]]:
        """The quantities of the cells all of whose rows have one."""
        found: dict[Cell, Mapping[int, Fraction]] = {}
        for cell, counts in self.quantities.items():
            known = {period: count for period, count in counts.items() if count is not None}
            if len(known) == len(counts):
                found[cell] = known
        return found


def _rejected(rows: Sequence[Row], entries: Entries) -> Iterator[Rejected]:
    """The rows that cannot count."""
    for row in rows:
        reason, file = row.group.reason, entries.files[row.file]
        assert reason  # noqa: S101 - only such rows are asked for
        misfit = row.group.amount is None and reason.role is None
        readable = not misfit and reason.role not in _UNREAD
        yield _reject(row, file, reason, file.judge.amount_of(row.cells) if readable else None)


def _reject(row: Row, file: File, reason: Reason, amount: int | None) -> Rejected:
    place = file.headers.places.get(reason.role) if reason.role else None
    column = None if place is None else place + 1
    text = file.table.delimiter.join(row.cells)
    return Rejected(row.file, file.shown, row.line, column, reason.text, row.cells, amount, text)


def _repeated(rows: Sequence[Row], entries: Entries) -> Repeated:
    places = tuple((entries.files[row.file].shown, row.line) for row in rows)
    return Repeated(places, entries.files[rows[0].file].judge.amount_of(rows[0].cells))
