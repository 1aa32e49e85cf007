"""What became of every row: matched, unbudgeted or rejected, and the three make the control total."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

Cell = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unbudgeted:
    """Spending that has no budget line: ``coordinates`` as far as known, by name; ``line`` is that of the first row."""

    coordinates: Mapping[str, str]
    period: int
    amount: int
    rows: int
    path: str
    line: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that cannot count: ``column`` counts cells from 1; ``amount`` in minor units where it could be read.

    ``file`` is the place of its file.
    """

    file: int
    path: str
    line: int | None
    column: int | None
    reason: str
    cells: tuple[str, ...]
    amount: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Repeated:
    """A row that stands in the files more than once, its reference included: its places, the first one first."""

    places: tuple[tuple[str, int | None], ...]
    amount: int | None


@dataclass(frozen=True, slots=True)
class Tally:
    """Rows and their sum in minor units."""

    rows: int = 0
    amount: int = 0

    def plus(self, rows: int, amount: int | None) -> "Tally":
        """Both grown."""
        return Tally(self.rows + rows, self.amount + (amount or 0))


@dataclass(frozen=True, slots=True)
class Ledger:
    """All entries, accounted for. ``spent`` is by cell - ids of ``names`` - and period; ``last`` the last accepted day.

    ``quantities`` are there for the cells all of whose rows have one; ``counted`` says whether files have any.
    """

    names: tuple[str, ...]
    spent: Mapping[Cell, Mapping[int, int]]
    quantities: Mapping[Cell, Mapping[int, Fraction]]
    unbudgeted: tuple[Unbudgeted, ...]
    rejected: tuple[Rejected, ...]
    repeated: tuple[Repeated, ...]
    matched: Tally
    unbudgeted_tally: Tally
    rejected_tally: Tally
    last: tuple[int, date] | None
    headers: tuple[tuple[str, ...], ...] = ()
    counted: bool = False

    @property
    def control(self) -> Tally:
        """Every row of the files, and the sum of all amounts that can be read."""
        return self.matched.plus(self.unbudgeted_tally.rows, self.unbudgeted_tally.amount).plus(
            self.rejected_tally.rows, self.rejected_tally.amount
        )
