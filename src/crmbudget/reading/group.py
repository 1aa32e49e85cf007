"""What entries are read for, and what they are told as: groups of rows with one fate, and single rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple

from crmbudget.money import Currency
from crmbudget.period import Period
from crmbudget.reading.amounts import Decimal
from crmbudget.reading.headers import Headers
from crmbudget.reading.judging import Judge
from crmbudget.reading.statement import Statement
from crmbudget.reading.table import Dialect, Table
from crmbudget.reading.worth import Reason


@dataclass(frozen=True, slots=True)
class Request:
    """What the entries are read for: the currency and periods of a plan, and what it says about the files."""

    currency: Currency
    periods: tuple[Period, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    dialect: Dialect = field(default_factory=Dialect)
    rates: Mapping[str, Fraction] = field(default_factory=dict)


class Group(NamedTuple):
    """Rows with one fate: ``amount`` is their sum in minor units, None where it cannot be read.

    ``names`` are the texts in the order of NAMES, None where the file has no such column. ``period`` counts from 0.
    """

    file: int
    key: tuple[Any, ...]
    names: tuple[str | None, ...]
    rows: int
    period: int | None
    last: date | None
    amount: int | None
    quantity: Fraction | None
    reason: Reason | None


@dataclass(frozen=True, slots=True)
class Row:
    """One row found again: ``line`` is None for Parquet; ``group`` is what it was counted in."""

    file: int
    number: int
    line: int | None
    cells: tuple[str, ...]
    group: Group


@dataclass(frozen=True, slots=True)
class File:
    """A file that was read: ``shown`` names it in findings."""

    shown: str
    headers: Headers
    statement: Statement
    judge: Judge
    decimal: Decimal = Decimal.POINT

    @property
    def table(self) -> Table:
        """Its rows as SQL."""
        return self.statement.table
