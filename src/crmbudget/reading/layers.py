"""The rows of a table in layers of SQL: their texts, what these are, what they are worth, and the key of each row.

A row's key holds its period (or its date as typed, where that is not in the calendar), its texts, and, where a cell
cannot be read by SQL alone, that cell as typed: so every row of one key has one fate.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from crmbudget.reading.amount_sql import EMPTY, AmountSql
from crmbudget.reading.amounts import Decimal
from crmbudget.reading.headers import Role
from crmbudget.reading.table import BLANK, Table

NAMES = (Role.SEGMENT, Role.CATEGORY, Role.ACTIVITY, Role.CHANNEL, Role.OWNER)
SUMMED = (Role.AMOUNT, Role.DEBIT, Role.CREDIT)
KEPT = (*NAMES, Role.CURRENCY, Role.DIRECTION)
TEXTS = (Role.REFERENCE, Role.MEMO)
QUANTITY_DECIMALS = 6
EMPTY_ROW = 0
"""What stands in place of a number of cells where a row holds no text at all."""
# A day with a time of day, and an Excel serial number with one.
_DAY = "[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}|[0-9]{8}|[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日"
TIMED = (
    f"(?:({_DAY})(?: *T| +)[0-9]{{1,2}}:[0-9]{{2}}(?::[0-9]{{2}}(?:[.,][0-9]+)?)?(?: *[AaPp][Mm])?(?: *Z)?"
    "|([0-9]{5})[.,][0-9]+)"
)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The date texts that are known to lie in a period: an enum type of them, their periods and their last days.

    ``cut`` is whether a time of day is cut off first.
    """

    type: str
    periods: Sequence[int]
    days: Sequence[int]
    cut: bool


@dataclass(frozen=True, slots=True)
class Layers:
    """What the layers are made for: ``places`` say in which column a role stands, ``rates`` convert currencies.

    ``stated`` is the currency of all rows where the header of the money names another than the plan's; ``totals`` is
    the pattern of texts that may say that a row is a total.
    """

    table: Table
    places: Mapping[Role, int]
    amounts: AmountSql
    calendar: Calendar
    rates: Mapping[str, Fraction]
    totals: str
    stated: str = ""

    @property
    def money(self) -> tuple[str, ...]:
        """The columns of money that there are."""
        return tuple(role.value for role in SUMMED if role in self.places)

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns of a key, in order."""
        kept = [role.value for role in KEPT if role in self.places or (role is Role.CURRENCY and self.stated)]
        odd = [f"odd_{role.value}" for role in (*SUMMED, Role.QUANTITY) if role in self.places]
        return ("period", "undated", *kept, *odd, "cells", "total")

    def numbered(self) -> str:
        """The rows as they are, each with its number as ``nth``."""
        return f"SELECT *, {self.table.number} AS nth FROM ({self.table.source})"  # noqa: S608 - names of ours

    def rows(self, *, numbered: bool = False, only: str = "") -> str:
        """The rows with everything that is known of them. Each pattern is looked at once; ``only`` chooses by the texts."""
        source = self.numbered() if numbered else self.table.source
        source = f"SELECT *, {', '.join(self._texts())} FROM ({source})"  # noqa: S608 - names of ours
        if only:
            source = f"SELECT * FROM ({source}) WHERE {only}"  # noqa: S608 - as above
        for layer in (self._forms(), self._cleaned(), self._kinds(), self._worth()):
            source = f"SELECT *, {', '.join(layer)} FROM ({source})"  # noqa: S608 - as above
        return source

    def date(self) -> str:
        """SQL of the date as it is compared."""
        date = self.table.text(self.places[Role.DATE])
        return rf"regexp_replace({date}, '^{TIMED}$', '\1\2')" if self.calendar.cut else date

    def proof_of(self, name: str) -> str:
        """SQL of what a cell of money says about its column."""
        return self.amounts.proof(f"t_{name}", f"k_{name}")

    def _texts(self) -> list[str]:
        text = self.table.text
        found = {role.value: text(self.places[role]) for role in KEPT if role in self.places}
        if self.stated:
            said = f"nullif(trim({found['currency']}), '')" if "currency" in found else "NULL"
            found["currency"] = f"coalesce({said}, '{self.stated}')"
        read = [role for role in (*SUMMED, Role.QUANTITY) if role in self.places]
        found |= {f"v_{role.value}": text(self.places[role]) for role in read}
        return [
            *(f"{cell} AS {name}" for name, cell in found.items()),
            f"{self.date()} AS value_date",
            f"{self._total()} AS total",
        ]

    def _total(self) -> str:
        """The text that may say that a row is a sum of others, where one of the texts that are no key does."""
        cells = [self.table.text(self.places[role]) for role in TEXTS if role in self.places]
        tests = [f"WHEN length({cell}) < 40 AND regexp_matches({cell}, '{self.totals}') THEN {cell}" for cell in cells]
        return f"CASE {' '.join(tests)} END" if tests else "CAST(NULL AS VARCHAR)"

    def _forms(self) -> list[str]:
        """Where the date stands in the calendar, and which amounts are plain."""
        code = f"enum_code(try_cast(value_date AS {self.calendar.type})) + 1"
        plain = [f"{self.amounts.is_plain(f'v_{name}')} AS p_{name}" for name in self.money]
        return [f"{code} AS code", *plain]

    def _cells(self) -> str:
        """How many cells a row has, where that is wrong: too few for what is read, or more than the header names."""
        width, count = len(self.table.header), self.table.count
        needed = 1 + max(place for role, place in self.places.items() if role not in TEXTS)
        blank = f"regexp_full_match({self.table.joined()}, '{BLANK}')"
        beyond = f"regexp_full_match({self.table.joined(width + 1)}, '{BLANK}')"
        # A row whose date is known is not blank, which spares nearly all rows the pattern.
        return (
            f"CASE WHEN code IS NOT NULL AND {count} = {width} THEN NULL WHEN {blank} THEN {EMPTY_ROW} "
            f"WHEN {count} BETWEEN {needed} AND {width} THEN NULL WHEN {count} > {width} AND {beyond} THEN NULL "
            f"ELSE {count} END"
        )

    def _cleaned(self) -> list[str]:
        texts = [f"{self.amounts.text(f'v_{name}', f'p_{name}')} AS t_{name}" for name in self.money]
        placed = {"period": self.calendar.periods, "day": self.calendar.days}
        return [
            *texts,
            f"{self._cells()} AS cells",
            *(f"[{_listed(numbers)}][code] AS {name}" for name, numbers in placed.items()),
        ]

    def _kinds(self) -> list[str]:
        """The class of each cell with a number; NULL where Python must read it."""
        amounts = self.amounts
        found = [f"{amounts.kind(f't_{name}', f'p_{name}', blank=name != 'amount')} AS k_{name}" for name in self.money]
        if Role.QUANTITY in self.places:
            numbers = AmountSql(QUANTITY_DECIMALS, amounts.decimal, "")
            found.append(f"{numbers.is_plain('v_quantity')} AND NOT {numbers.is_open('v_quantity')} AS k_quantity")
        return found

    def _worth(self) -> list[str]:
        """The key's odd cells, and what is added up: the value, or its conversion, and the quantity."""
        value, readable, foreign = self._value(), self._readable(), self._foreign()
        found = ["CASE WHEN period IS NULL THEN value_date END AS undated"]
        found += [f"CASE WHEN NOT ({readable}) THEN v_{name} END AS odd_{name}" for name in self.money]
        found += [f"{' | '.join(map(self.proof_of, self.money))} AS proof"]
        if foreign:
            found += [f"CASE WHEN {readable} AND NOT {foreign} THEN {value} END AS value"]
            found += [f"CASE WHEN {readable} AND {foreign} THEN {self._converted(value)} END AS converted"]
        else:
            found += [f"CASE WHEN {readable} THEN {value} END AS value", "NULL::HUGEINT AS converted"]
        if Role.QUANTITY not in self.places:
            return [*found, "NULL::HUGEINT AS quantity"]
        digits = "v_quantity" if self.amounts.decimal is Decimal.POINT else "translate(v_quantity, ',', '.')"
        number = f"CASE WHEN k_quantity THEN CAST({digits} AS DECIMAL(18, {QUANTITY_DECIMALS})) END"
        return [*found, f"{number} AS quantity", "CASE WHEN NOT k_quantity THEN v_quantity END AS odd_quantity"]

    def _readable(self) -> str:
        """SQL that is true where SQL alone can say what the row is worth."""
        known = [f"k_{name} IS NOT NULL" for name in self.money]
        if self.money != ("amount",):
            known.append(f"NOT ({' AND '.join(f'k_{name} = {EMPTY}' for name in self.money)})")
        if Role.DIRECTION in self.places:
            known += [f"t_{name} NOT LIKE '-%'" for name in self.money]
        return " AND ".join(known)

    def _value(self) -> str:
        parts = [f"({self.amounts.value(f't_{name}', f'k_{name}')})" for name in self.money]
        return " + ".join(
            f"(-{part})" if name == "credit" else part for name, part in zip(self.money, parts, strict=True)
        )

    def _foreign(self) -> str:
        """SQL that is true for another currency that has a rate, empty where there is none."""
        has_currency = Role.CURRENCY in self.places or self.stated
        return (
            f"upper(trim(currency)) IN ({', '.join(map(_quoted, self.rates))})" if has_currency and self.rates else ""
        )

    def _converted(self, value: str) -> str:
        """SQL of its worth in minor units: half a unit goes away from zero."""
        whole = f"CAST(abs({value}) * {10**self.amounts.decimals} AS HUGEINT)"
        cases = [
            f"WHEN {_quoted(word)} THEN (2 * {whole} * {rate.numerator} + {rate.denominator}) // {2 * rate.denominator}"
            for word, rate in self.rates.items()
        ]
        return f"CASE WHEN {value} < 0 THEN -1 ELSE 1 END * CASE upper(trim(currency)) {' '.join(cases)} END"


def _quoted(word: str) -> str:
    return "'{}'".format(word.replace("'", "''"))


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers)) if numbers else "NULL::INTEGER"
