"""A document of typed cells that knows no format."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from fractions import Fraction
from typing import Any

from crmbudget.finding import Finding, Severity
from crmbudget.money import Currency
from crmbudget.wording import Said, changed


class Kind(Enum):
    """What a column holds; None in any of them is nothing, which is not zero."""

    TEXT = auto()
    MONEY = auto()
    """Minor units, an int."""
    COUNT = auto()
    """A whole number, an int."""
    PERCENT = auto()
    """A part of one, a Fraction."""
    RATIO = auto()
    """An exact ratio, a Fraction; written with four decimals."""
    BAR = auto()
    """A part of one, drawn; formats that cannot draw leave it out."""


@dataclass(frozen=True, slots=True)
class Column:
    """A name for programs, a title for people, what the cells are, and whether the sum of some of them means anything."""

    key: str
    title: str
    kind: Kind = Kind.TEXT
    adds: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under columns; ``rows`` can be walked again. ``footer`` is the row of totals.

    The last row stands for so many that are not shown as ``folded`` says; for itself where that is 0. Where texts stack,
    they are put into one column on a screen that does not hold them side by side in one line.
    """

    title: str
    columns: tuple[Column, ...]
    rows: Iterable[Sequence[Any]]
    footer: Sequence[Any] | None = None
    folded: int = 0
    stacks: bool = False


@dataclass(frozen=True, slots=True)
class Prose:
    """Text that is laid out already; where it ``folds``, its lines are sentences that a narrow screen may wrap."""

    text: str
    folds: bool = False


SCHEMA_VERSION = "1.0"
"""Of every JSON answer. A minor version only adds; a major one may take away."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a command answers: ``blocks`` for people, ``summary``, ``records`` and ``annexes`` for programs.

    An annex is a further list of records, under its name. What has no title in the summary is for programs alone.
    ``headline`` is the answer in one line; ``marker`` names the report where it is posted, so that it can be found again.
    """

    schema: str
    command: str
    blocks: tuple[Table | Prose, ...] = ()
    summary: tuple[tuple[Column, Any], ...] = ()
    records: Table | None = None
    annexes: tuple[tuple[str, Table], ...] = ()
    currency: Currency | None = None
    inputs: tuple[tuple[str, str], ...] = ()
    findings: tuple[Finding, ...] = ()
    exit_code: int = 0
    headline: str = ""
    marker: str = ""
    document: Any = None
    """A whole JSON document of its own, for a command whose answer is one."""
    on_screen: tuple[Table | Prose, ...] = ()
    """What a terminal shows instead of headline and blocks, where the answer is its findings."""
    stored: str = ""
    """The JSON document that it was read from, where it was not made by this run."""
    fails_from: Severity | None = Severity.ERROR
    """The severity from which on a finding makes the run fail; None where none does."""


@dataclass(frozen=True, slots=True)
class Screen:
    """Where a text is shown: its width in columns, None where there is no limit, and whether it has colours.

    A page that must fit has at most ``size`` signs.
    """

    width: int | None = None
    color: bool = False
    size: int | None = None


_UNSEEN = "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
_BUT_LINE_ENDS = _UNSEEN.replace("\x00-\x1f", "\x00-\x08\x0b\x0c\x0e-\x1f")


def clean(text: str) -> str:
    r"""A text with its control and direction signs written out, so that a name can neither act nor hide.

    >>> clean("a\x1b[31mb")
    'a\\x1b[31mb'
    """
    if isinstance(text, Said):
        return changed(text, clean)
    if text.isprintable():
        return text
    return re.sub(_UNSEEN, lambda sign: sign[0].encode("unicode_escape").decode("ascii"), text)


def json_text(value: Any) -> str:
    """A value as JSON on one line; signs that act or hide, and halves of signs, are escaped."""
    import json

    text = json.dumps(value, ensure_ascii=False)
    return text if text.isprintable() else escaped(text)


def escaped(document: str) -> str:
    """A JSON document in which no sign acts or hides; its own line ends stay."""
    return re.sub(_BUT_LINE_ENDS, lambda sign: f"\\u{ord(sign[0]):04x}", document)


def percent(part: Fraction) -> str:
    """A part of one with one decimal; never 0.0% or 100.0% for what is neither.

    >>> percent(Fraction(2599, 2600)), percent(Fraction(1, 10**6)), percent(Fraction(1)), percent(Fraction(-2599, 2600))
    ('99.9%', '<0.1%', '100.0%', '-99.9%')
    """
    tenths = round(part * 1000)
    if tenths == 0 and part:
        return "<0.1%" if part > 0 else ">-0.1%"
    if abs(tenths) == 1000 and abs(part) != 1:  # noqa: PLR2004 - all of it, in tenths of a percent
        tenths = (999 if abs(part) < 1 else 1001) * (1 if part > 0 else -1)
    sign = "-" if tenths < 0 else ""
    return f"{sign}{abs(tenths) // 10}.{abs(tenths) % 10}%"


def shown(value: Any, kind: Kind, currency: Currency | None) -> str:
    """A cell as people read it, on one line."""
    if value is None:
        return ""
    if kind is Kind.MONEY and currency:
        return currency.text(value, grouped=True)
    if kind is Kind.COUNT:
        return f"{value:,}"
    if kind is Kind.PERCENT and not isinstance(value, str):
        return percent(value)
    if kind is Kind.RATIO:
        return ratio(value)
    return clean(str(value))


def exact(value: Any, kind: Kind, currency: Currency | None) -> Any:
    """A cell as programs read it: money and percent as decimal strings, the rest as it is."""
    if value is None:
        return None
    if kind is Kind.MONEY and currency:
        return currency.text(value)
    if kind is Kind.PERCENT:
        return percent_digits(value)
    if kind is Kind.RATIO:
        return ratio(value)
    return value


def ratio(value: Fraction) -> str:
    """An exact ratio with four decimals.

    >>> ratio(Fraction(75, 68))
    '1.1029'
    """
    whole = round(value * 10_000)
    return f"{'-' if whole < 0 else ''}{abs(whole) // 10_000}.{abs(whole) % 10_000:04d}"


def percent_digits(part: Fraction) -> str:
    """A part of one in percent, for programs: two decimals, more where it would read 0 or 100 and is not.

    >>> percent_digits(Fraction(-1, 8)), percent_digits(Fraction(2_590, 2_600)), percent_digits(Fraction(1, 10**6))
    ('-12.5', '99.62', '0.0001')
    """
    digits = 2
    while abs(shown := round(part * 100, digits)) in {0, 100} and shown != part * 100:
        digits += 1
    whole, _, decimals = f"{abs(shown).numerator * 10**digits // abs(shown).denominator:0{digits + 1}d}", "", ""
    whole, decimals = whole[:-digits], whole[-digits:].rstrip("0") or "0"
    return f"{'-' if shown < 0 else ''}{whole}.{decimals}"
