"""Which column of a file of actuals holds what, by its header."""

import json
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from fractions import Fraction

from crmbudget.finding import one_of
from crmbudget.reading.roles import MONEY, Role
from crmbudget.reading.terms import TERMS, folded
from crmbudget.wording import say

__all__ = ["MONEY", "Headers", "Problem", "Role", "is_header", "recognise"]

_SIDES = MONEY - {Role.AMOUNT}

_REMARK = re.compile(r"[(\[{【〔]([^()\[\]{}【】〔〕]*)[)\]}】〕]")
_LIKENESS_MIN = Fraction(3, 4)
_NEAR_COLUMNS_MAX, _NEAR_LENGTH_MAX = 100, 40


@dataclass(frozen=True, slots=True)
class Problem:
    """Why it cannot be told which column holds what: a headline, one fix, and the role it is about."""

    message: str
    fix: str
    role: Role | None = None


@dataclass(frozen=True, slots=True)
class Headers:
    """Which column of a file holds what: places from 0, by role.

    ``unit`` is what the header of the money says in brackets, such as 万元 or CNY, "" where it says nothing;
    ``unused`` are the headers of the columns without a role.
    """

    places: dict[Role, int]
    unit: str
    problems: tuple[Problem, ...]
    unused: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Cell:
    """A header: as it stands, folded for comparing, folded without its remark in brackets, and the remark."""

    place: int
    text: str
    whole: str
    name: str
    remark: str

    @classmethod
    def of(cls, place: int, text: str) -> "_Cell":
        """The cell at a place of the header line; where all of it is in brackets, that is its name."""
        plain = unicodedata.normalize("NFKC", text)
        name, remark = folded(_REMARK.sub(" ", plain)), " ".join(_REMARK.findall(plain)).strip()
        return cls(place, text.strip(), folded(plain), name or folded(remark), remark if name else "")


_Found = dict[Role, _Cell | Problem]

_LOCAL = frozenset((role, 0) for role in MONEY)
"""The terms of the first rank say that the money is in local currency."""
_KNOWN = {
    folded(term): (Role(role), rank)
    for role, ranks in TERMS.items()
    for rank, terms in enumerate(ranks)
    for term in terms.split(", ")
}


def is_header(cells: Sequence[str], declared: Mapping[str, str]) -> int:
    """How many roles the cells name; 0 for a row that is no header, as it does not name both a date and money."""
    row = _cells(cells)
    roles = {_KNOWN[cell.name][0] for cell in row if cell.name in _KNOWN}
    roles |= {Role(role) for role, text in declared.items() if _called(row, text)}
    return len(roles) if Role.DATE in roles and roles & MONEY else 0


def recognise(header: Sequence[str], declared: Mapping[str, str]) -> Headers:
    """The columns of a file by its header line; ``declared`` gives for a role the header that the plan names.

    What is not declared is found by ``TERMS``, and only where they fit exactly: a near miss is a problem with a fix.
    ValueError for a declared role that there is not.
    """
    cells, named = _cells(header), {Role(role): text for role, text in declared.items()}
    found: _Found = {role: _declared(cells, role, text) for role, text in named.items()}
    taken = {cell.place for cell in found.values() if isinstance(cell, _Cell)}
    found |= _recognised([cell for cell in cells if cell.place not in taken], named)
    found = _of_the_money(_one_kind_of_money(found, named), named)
    columns = {role: cell for role in Role if isinstance(cell := found.get(role), _Cell)}
    used = {cell.place for cell in columns.values()}
    unused = [cell for cell in cells if cell.text and cell.place not in used]
    remarks = list(dict.fromkeys(cell.remark for role, cell in columns.items() if role in MONEY and cell.remark))
    problems = [problem for role in Role if isinstance(problem := found.get(role), Problem)]
    problems += [*_of_two_units(remarks), *_missing(found, unused)]
    places = {role: cell.place for role, cell in columns.items()}
    return Headers(places, remarks[0] if remarks else "", tuple(problems), tuple(cell.text for cell in unused))


def _cells(header: Sequence[str]) -> list[_Cell]:
    return [_Cell.of(place, text) for place, text in enumerate(header)]


def _called(cells: Sequence[_Cell], text: str) -> list[_Cell]:
    """The columns that a plan's header text names: exactly, else folded, else but for a remark that it leaves out."""
    wanted = _Cell.of(0, text)
    for named in (
        [cell for cell in cells if cell.text == wanted.text],
        [cell for cell in cells if cell.whole == wanted.whole],
        [cell for cell in cells if cell.name == wanted.whole],
    ):
        if named and wanted.whole:
            return named
    return []


def _declared(cells: Sequence[_Cell], role: Role, text: str) -> _Cell | Problem:
    if named := _called(cells, text):
        return _only(named, role)
    known = dict.fromkeys(cell.text for cell in cells if cell.text)
    return Problem(
        say("the file has no column `{text}`, which the plan names for the {role}", text=text, role=role),
        one_of(text, known),
        role,
    )


def _recognised(cells: Iterable[_Cell], declared: Collection[Role]) -> _Found:
    fitting: dict[Role, dict[int, list[_Cell]]] = {}
    for cell in cells:
        if cell.name in _KNOWN and (fit := _KNOWN[cell.name])[0] not in declared:
            fitting.setdefault(fit[0], {}).setdefault(fit[1], []).append(cell)
    return {role: _only(ranks[min(ranks)], role) for role, ranks in fitting.items()}


def _only(cells: Sequence[_Cell], role: Role) -> _Cell | Problem:
    if len(cells) == 1:
        return cells[0]
    texts = list(dict.fromkeys(cell.text for cell in cells))
    if len(texts) == 1:
        return Problem(
            say("{count} columns are named `{text}`", count=len(cells), text=texts[0]),
            say("give each column a name of its own"),
            role,
        )
    return Problem(
        say("{count} columns fit the {role}: {shown}", count=len(cells), role=role, shown=_shown(texts)),
        say("name one: {naming}", naming=_naming(role, texts[0])),
        role,
    )


def _one_kind_of_money(found: _Found, declared: Collection[Role]) -> _Found:
    """Spending stands in one column, or in a debit and a credit; where a file has both, the plan must choose."""
    sides, chosen = _SIDES & found.keys(), MONEY & set(declared)
    if Role.AMOUNT not in found or not sides:
        return found
    if len({role is Role.AMOUNT for role in chosen}) == 1:
        lost = sides if Role.AMOUNT in chosen else {Role.AMOUNT}
        return {role: column for role, column in found.items() if role not in lost}
    texts = [cell.text for role in Role if role in MONEY and isinstance(cell := found.get(role), _Cell)]
    message = say("the file has an amount, and debit or credit beside it")
    fix = say("name either the amount, or debit and credit, under `actuals: columns:`")
    both = Problem(f"{message}: {_shown(texts)}" if texts else message, fix, Role.AMOUNT)
    return {role: column for role, column in found.items() if role not in MONEY} | {Role.AMOUNT: both}


def _of_the_money(found: _Found, declared: Collection[Role]) -> _Found:
    """Without columns that say nothing about the money that is read, unless they are declared.

    Beside debit and credit, a direction is that of a balance; beside an amount in local currency, a currency may be
    that of the document.
    """
    cells = [cell for role in MONEY if isinstance(cell := found.get(role), _Cell)]
    strange = {Role.DIRECTION} if _SIDES & found.keys() else set[Role]()
    currency = found.get(Role.CURRENCY)
    if cells and all(_KNOWN.get(cell.name) in _LOCAL for cell in cells) and isinstance(currency, _Cell):
        strange |= set() if _KNOWN.get(currency.name) == (Role.CURRENCY, 0) else {Role.CURRENCY}
    return {role: cell for role, cell in found.items() if role not in strange - set(declared)}


def _of_two_units(remarks: Sequence[str]) -> Iterator[Problem]:
    if len(remarks) > 1:
        yield Problem(
            say("debit and credit are in two units: {shown}", shown=_shown(remarks)),
            say("write both in one unit"),
            Role.DEBIT,
        )


def _missing(found: _Found, unused: Sequence[_Cell]) -> Iterator[Problem]:
    if Role.DATE not in found:
        yield _lacking(say("no column is known to hold the date"), [Role.DATE], unused)
    if not MONEY & found.keys():
        money = [Role.AMOUNT, Role.DEBIT, Role.CREDIT]
        yield _lacking(say("no column is known to hold an amount, a debit or a credit"), money, unused)


def _lacking(message: str, roles: Sequence[Role], unused: Sequence[_Cell]) -> Problem:
    if near := _nearest(roles, unused):
        return Problem(
            message,
            say("is it `{text}`? then write {naming}", text=near[1].text, naming=_naming(near[0], near[1].text)),
            roles[0],
        )
    known = one_of("", dict.fromkeys(cell.text for cell in unused))
    return Problem(
        message,
        say("name it in the plan, as in {naming}: {known}", naming=_naming(roles[0], "HEADER"), known=known),
        roles[0],
    )


def _nearest(roles: Sequence[Role], unused: Sequence[_Cell]) -> tuple[Role, _Cell] | None:
    """The column whose header is most like a term of the roles, where three quarters are the same."""
    terms = [(term, role) for term, (role, _) in _KNOWN.items() if role in roles]
    cells = [cell for cell in unused if len(cell.name) <= _NEAR_LENGTH_MAX][:_NEAR_COLUMNS_MAX]
    likely = [(SequenceMatcher(None, cell.name, term).ratio(), role, cell) for cell in cells for term, role in terms]
    likeness, role, cell = max(likely, key=lambda fit: fit[0], default=(0, roles[0], _Cell.of(0, "")))
    return (role, cell) if likeness >= _LIKENESS_MIN else None


def _naming(role: Role, text: str) -> str:
    """The lines of a plan that name a column, on one line."""
    plain = re.fullmatch(r"[^\W\d_][\w ]*", text)
    return say(
        "`actuals: {{columns: {{{role}: {text}}}}}`",
        role=role,
        text=text if plain else json.dumps(text, ensure_ascii=False),
    )


def _shown(texts: Sequence[str]) -> str:
    return ", ".join(f"`{text}`" for text in texts)
