"""Findings: what is wrong or worth knowing, where, what it does to the money, and what to do."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from crmbudget.wording import Said, language, say

if TYPE_CHECKING:
    from crmbudget.money import Currency


class Severity(IntEnum):
    """How bad a finding is; ``--fail-on`` compares them."""

    INFO = 1
    WARNING = 2
    ERROR = 3

    def __str__(self) -> str:
        """The word for it, in lower case."""
        return self.name.lower()

    @property
    def word(self) -> str:
        """The same word, for people."""
        return {1: say("info"), 2: say("warning"), 3: say("error")}[self.value]


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of one line of a file; lines and columns count from 1, ``end`` is one past the last column.

    ``cell`` is what stands there in a table, where only the line is known so far.
    """

    path: str
    line: int | None = None
    column: int | None = None
    end: int | None = None
    cell: str | None = None

    def __str__(self) -> str:
        """``plan.yaml:14:5``, as far as known."""
        return ":".join(str(part) for part in (self.path, self.line, self.column) if part is not None)


@dataclass(frozen=True, slots=True)
class Edit:
    """``text`` in place of what stands in a file from ``line`` and ``column`` up to the end; all count from 1, the end is past the last sign."""

    line: int
    column: int
    end_line: int
    end_column: int
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to tell: ``message`` is the headline, ``money`` in minor units, ``fix`` one action.

    ``repair`` are the edits of the file of its place that are the only right mend; none where a person must decide.
    """

    code: str
    message: str
    place: Place | None = None
    fix: str | None = None
    money: int | None = None
    effect: str | None = None
    severity: Severity = Severity.ERROR
    related: tuple[tuple[str, Place], ...] = ()
    repair: tuple[Edit, ...] = ()


class Misread(ValueError):  # noqa: N818 - it says what happened to a text
    """A text that cannot be read as what is meant; becomes a finding where its place is known.

    ``meant`` is what the text must stand for, where it can be nothing else: ``check --fix`` writes that.
    """

    def __init__(
        self, code: str, message: str, fix: str | None = None, at: tuple[str | int, ...] = (), meant: str | None = None
    ) -> None:
        super().__init__(message)
        self.code, self.message, self.fix, self.at, self.meant = code, message, fix, at, meant


class Refused(Exception):  # noqa: N818 - it is an answer, not an error of ours
    """No numbers can be given: ``findings`` say why, their money in ``currency``; ``exit_code`` is 2, 3 or 4."""

    def __init__(self, findings: Sequence[Finding], exit_code: int = 3, currency: "Currency | None" = None) -> None:
        super().__init__("; ".join(finding.message for finding in findings))
        self.findings, self.exit_code, self.currency = tuple(findings), exit_code, currency


def ordered(findings: Iterable[Finding]) -> list[Finding]:
    """The most severe first, then the most money, then by place; the same findings only once."""

    def rank(finding: Finding) -> tuple[int, int, str, int, int, str, str]:
        place = finding.place or Place("")
        money = abs(finding.money or 0)
        line, column = place.line or 0, place.column or 0
        return (-finding.severity, -money, place.path, line, column, finding.code, finding.message)

    return sorted(dict.fromkeys(findings), key=rank)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that is most like this one, or None where none is like it."""
    import difflib

    names = list(known)
    folded = {name.casefold(): name for name in reversed(names)}
    found = difflib.get_close_matches(word.casefold(), list(folded), n=1, cutoff=0.6)
    return folded[found[0]] if found else None


def misspelt(word: str, known: Iterable[str]) -> str | None:
    """The only known word that is one slip away: a letter too many, missing, wrong, or two swapped. None where there are several.

    >>> misspelt("resreve", ["reserve", "name"]), misspelt("Month", ["month"]), misspelt("mix", ["min", "max"])
    ('reserve', 'month', None)
    """
    letters = {name: _letters(name) for name in known}
    typed = _letters(word)
    same = [name for name, spelt in letters.items() if spelt == typed]
    slips = [name for name, spelt in letters.items() if len(spelt) > 2 and _slip(typed, spelt)]  # noqa: PLR2004 - most of two letters is left to guess
    near = same or slips
    return near[0] if len(near) == 1 else None


def _letters(word: str) -> str:
    """What counts of a word: not its case, quotes, dashes and spaces."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", word)).casefold()


def _slip(typed: str, spelt: str) -> bool:
    at = next((at for at, (a, b) in enumerate(zip(typed, spelt, strict=False)) if a != b), min(len(typed), len(spelt)))
    a, b = typed[at:], spelt[at:]
    swapped = a[2:] == b[2:] and a[1::-1] == b[:2]
    return swapped or a[1:] == b[1:] or a[1:] == b or a == b[1:]


def one_of(word: str, known: Iterable[str]) -> str:
    """A fix that names the near word, or the words there are."""
    names = list(known)
    if near := nearest(word, names):
        return say("did you mean `{near}`?", near=near)
    shown = ", ".join(f"`{name}`" for name in names[:8])
    more = say(" and {count} more", count=len(names) - 8) if len(names) > 8 else ""  # noqa: PLR2004 - a line's worth of names
    return (
        say("use one of {shown}{more}", shown=shown, more=more)
        if names
        else say("there are none to name: add one first")
    )


@cache
def explanations() -> dict[str, str]:
    """The manual page of each finding code, by code; that of a rule is its docstring, and has the rule's name too.

    ``local(page)`` is the page in the reader's language, and the English one where it is not translated.
    """
    pages = sorted((_written(_FOLDER) | _rules()).items())
    return {name: Said.of(page, partial(_in_their_words, page)) for name, page in pages}


def _in_their_words(page: str, _: object) -> str:
    return _translated(language()).get(page, page)


@cache
def _translated(into: str) -> dict[str, str]:
    """Pages by their English text, which is the same under all names of a page."""
    english = explanations()
    return {english[name]: page for name, page in _written(_FOLDER / into).items() if name in english}


def _written(folder: Path) -> dict[str, str]:
    return {page.stem: page.read_text("utf-8") for page in folder.glob("*.md")}


_FOLDER = Path(__file__).parent / "explanations"
_RULE = re.compile(r'^class \w+\(Rule\):\n    """(.*?)\.\n(.*?)"""\n\n    code = "(\w+)"', re.DOTALL | re.MULTILINE)
_TURNED_OFF = "In the plan, `rules: {{{name}: {{severity: off, reason: ...}}}}` turns it off.\n\n## Wrong"


def _rules() -> dict[str, str]:
    """The pages of the rules, read from their files: none is imported to explain or to tell a finding."""
    pages: dict[str, str] = {}
    for file in (Path(__file__).parent / "rules").glob("[a-z]*.py"):
        for headline, text, code in _RULE.findall(file.read_text("utf-8")):
            name = file.stem.replace("_", "-")
            page = text.replace("\n    ", "\n").replace("## Wrong", _TURNED_OFF.format(name=name), 1)
            pages[code] = pages[name] = f"# {headline}\n{page.rstrip()}\n"
    return pages
