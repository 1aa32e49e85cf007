"""What becomes of the rows of each key: a period and an amount, or a reason why they cannot count."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple

from crmbudget.reading.amounts import Decimal, Proof
from crmbudget.reading.headers import Role
from crmbudget.reading.layers import EMPTY_ROW, KEPT, NAMES, QUANTITY_DECIMALS, SUMMED
from crmbudget.reading.statement import Statement
from crmbudget.reading.table import FEED, RETURN
from crmbudget.reading.terms import folded
from crmbudget.reading.timing import Timing
from crmbudget.reading.totals import is_total
from crmbudget.reading.worth import Reason, Rejected, Worth, whole
from crmbudget.wording import changed, say

TOTAL = say("it is a total of other rows, or a balance, and no entry")
_ON_ONE_LINE = str.maketrans({FEED: " ", RETURN: None})


class Judged(NamedTuple):
    """What the rows of one key come to; ``amount`` is in minor units."""

    period: int | None
    last: date | None
    amount: int | None
    quantity: Fraction | None
    reason: Reason | None


class Judge:
    """Judges the keys of one table, read under one decimal sign."""

    def __init__(self, statement: Statement, worth: Worth, timing: Timing, sums: Sequence[tuple[Any, ...]]) -> None:
        self._statement, self._worth, self._sums = statement, worth, sums
        self._keys, self._width = statement.keys, len(statement.keys)
        self._odd_places = [self._keys.index(f"odd_{role}") for role in SUMMED if role in statement.places]
        self._names: dict[str | None, tuple[str | None, bool]] = {None: (None, False)}
        self._days: dict[int, date] = {}
        self.proof = self._proof()
        worth.known = worth.known or self._assumed in self.proof
        self.timing = timing.with_texts(self._undated(timing), "")

    def _undated(self, timing: Timing) -> dict[str, int]:
        """The date texts that SQL did not know, with their rows."""
        counts: dict[str, int] = {}
        at = self._keys.index("undated")
        for row in self._sums:
            if (text := row[at]) is not None and text.strip() and text not in timing.meaning:
                counts[text] = counts.get(text, 0) + row[self._width]
        return counts

    @property
    def _assumed(self) -> Proof:
        return Proof.POINT if self._worth.decimal is Decimal.POINT else Proof.COMMA

    def _proof(self) -> Proof:
        """What the column as a whole says about its decimal sign."""
        bits = 0
        for row in self._sums:
            bits |= row[-1] or 0
        found = (self._assumed if bits & 1 else Proof.NOTHING) | (Proof.OPEN if bits & 4 else Proof.NOTHING)
        for text in {row[at] for at in self._odd_places for row in self._sums} - {None}:
            found |= self._worth.reading(text).proof
        return found

    @property
    def is_settled(self) -> bool:
        """Whether no amount has two readings left: one sign alone is proved, or declared."""
        signs = self.proof & ~Proof.OPEN
        return self._worth.declared or Proof.OPEN not in self.proof or signs in {Proof.POINT, Proof.COMMA}

    @property
    def fits(self) -> bool:
        """Whether the sign that was assumed is the one that the column has, as far as it matters."""
        others = (Proof.POINT | Proof.COMMA) & ~self._assumed
        return self._worth.declared or Proof.OPEN not in self.proof or self.proof & ~Proof.OPEN != others

    def doubtful(self) -> list[str]:
        """The texts with two readings that only Python reads."""
        odd = {row[at] for at in self._odd_places for row in self._sums} - {None}
        return sorted(text for text in odd if self._worth.reading(text).proof is Proof.OPEN)

    def amount_of(self, cells: Sequence[str]) -> int | None:
        """Minor units of one row, None where its amount cannot be read: the same as SQL counts it."""
        key: dict[Role | str, Any] = {
            f"odd_{role}" if role in SUMMED else role: cells[place] if place < len(cells) else ""
            for role, place in self._statement.places.items()
            if role in {*SUMMED, Role.CURRENCY, Role.DIRECTION}
        }
        if self._statement.stated and not key.get(Role.CURRENCY, "").strip():
            key[Role.CURRENCY] = self._statement.stated
        try:
            return self._worth.minor(key, 1, None, None)
        except Rejected:
            return None

    def judged(self) -> Iterator[tuple[tuple[Any, ...], tuple[str | None, ...], int, Judged]]:
        """Each key with its names, its rows and what they come to; rows without any text are left out."""
        width, undated = self._width, self._keys.index("undated")
        kept = slice(undated + 1, undated + 1 + sum(key in KEPT for key in self._keys))
        nothing = (None,) * (width - kept.stop)
        simple = not {"currency", "direction"} & set(self._keys)
        # There may be 60,000 keys, and far fewer ways to name a line.
        known: dict[tuple[str, ...], tuple[tuple[str | None, ...], bool]] = {}
        for row in self._sums:
            key, (rows, value, converted, quantity, day, _) = row[:width], row[width:]
            texts = key[kept]
            if texts not in known:
                known[texts] = self._names_of(texts)
            names, total = known[texts]
            if simple and value is not None and not total and key[undated] is None and key[kept.stop :] == nothing:
                counted = None if quantity is None else Fraction(whole(quantity), 10**QUANTITY_DECIMALS)
                yield key, names, rows, Judged(key[0], self._day(day), whole(value), counted, None)
                continue
            cells = dict(zip(self._keys, key, strict=True))
            if cells["cells"] != EMPTY_ROW:
                yield key, names, rows, self._judge(cells, rows, value, converted, quantity, day)

    def _names_of(self, texts: tuple[str, ...]) -> tuple[tuple[str | None, ...], bool]:
        """The texts of a key in the order of NAMES, and whether one says that its rows are totals."""
        given = dict(zip((key for key in self._keys if key in KEPT), texts, strict=True))
        named = [self._named(given.get(role)) for role in NAMES]
        return tuple(name for name, _ in named), any(total for _, total in named)

    def _named(self, text: str | None) -> tuple[str | None, bool]:
        """A text on one line, and whether it says that its row is a total."""
        if text not in self._names:
            self._names[text] = ((text or "").translate(_ON_ONE_LINE).strip(), is_total(text or ""))
        return self._names[text]

    def _day(self, number: int) -> date:
        if number not in self._days:
            self._days[number] = date.fromordinal(number)
        return self._days[number]

    def _judge(self, key: dict[str, Any], rows: int, value: Any, converted: Any, quantity: Any, day: Any) -> Judged:
        period, last = key["period"], self._day(day) if day else None
        amount, counted, reasons = None, None, [self._misfit(key)]
        try:
            if period is None:
                period, last = self._dated(key["undated"])
        except Rejected as rejected:
            reasons.append(rejected.reason)
        try:
            amount = self._worth.minor(key, rows, value, converted)
            counted = self._worth.quantity(key.get("odd_quantity"), rows, quantity)
        except Rejected as rejected:
            reasons.append(rejected.reason)
        reason = next(filter(None, reasons), None)
        return Judged(period, last, None if key["cells"] else amount, counted, reason and _shown(reason))

    def _misfit(self, key: Mapping[str, Any]) -> Reason | None:
        header = self._statement.table.header
        if key["cells"] is not None:
            return Reason(
                say("the row has {key} cells, and the header has {count}", key=key["cells"], count=len(header))
            )
        undated = key["undated"] or ""
        if any(self._named(text)[1] for text in (*(key.get(role) for role in NAMES), undated, key["total"])):
            return Reason(TOTAL)
        if undated and folded(undated) == folded(header[self._statement.places[Role.DATE]]):
            return Reason(say("it repeats the header"))
        return None

    def _dated(self, text: str) -> tuple[int, date]:
        if not text.strip():
            raise Rejected(say("there is no date"), Role.DATE)
        meaning = self.timing.meaning[text]
        if isinstance(meaning, str):
            raise Rejected(say("`{text}`: {meaning}", text=text.strip(), meaning=meaning), Role.DATE)
        place = self.timing.place(meaning)
        if isinstance(place, str):
            raise Rejected(say("`{text}` {where}", text=text.strip(), where=place), Role.DATE)
        return place, meaning.last


def _shown(reason: Reason) -> Reason:
    return Reason(changed(reason.text, lambda text: text.translate(_ON_ONE_LINE)), reason.role)
