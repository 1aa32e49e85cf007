"""Amounts in SQL: the usual forms of ``amounts.read``, for columns of any length; what is not usual is left to Python.

A cell gets a class by pattern before any cast, since engines disagree about what a cast takes.
"""

from dataclasses import dataclass

from crmbudget.money import USUAL_NAMES
from crmbudget.reading.amounts import Decimal

PLAIN, GROUPED, SPACED, EMPTY = 1, 2, 3, 4
_DIGITS = 18
_SIGNS = {"CNY": "￥¥元圆", "JPY": "￥¥円", "EUR": "€", "GBP": "£", "USD": "$", "INR": "₹", "KRW": "₩"}
_WIDE, _NARROW = "０１２３４５６７８９．，－＋（）￥−", "0123456789.,-+()¥-"
_SPACES = " \u00a0\u2009\u202f\u3000"


@dataclass(frozen=True, slots=True)
class AmountSql:
    """SQL about a column of amounts: ``decimals`` are kept, ``decimal`` stands before them, ``currency`` is the plan's."""

    decimals: int
    decimal: Decimal
    currency: str

    def is_plain(self, cell: str) -> str:
        """SQL that is true for the form that most cells have."""
        return _is(self._pointed(cell), self._plain)

    def is_open(self, cell: str) -> str:
        """SQL that is true where the point of a plain number may part thousands."""
        return _is(self._pointed(cell), "-?[1-9][0-9]{0,2}[.][0-9]{3}")

    def text(self, cell: str, plain: str) -> str:
        """SQL of the cell with a point before its decimals, freed from all that is no digit where it is not plain."""
        return f"CASE WHEN {plain} THEN {self._pointed(cell)} ELSE {self._pointed(self._cleaned(cell))} END"

    def kind(self, text: str, plain: str, *, blank: bool = False) -> str:
        """SQL of the class of such a text; NULL where Python must read the cell. ``blank`` is a class of its own."""
        empty = f"WHEN {text} = '' THEN {EMPTY} " if blank else ""
        return (
            f"CASE WHEN {plain} THEN {PLAIN} {empty}WHEN {_is(text, self._plain)} THEN {PLAIN} "
            f"WHEN {_is(text, self._grouped)} THEN {GROUPED} WHEN {_is(text, self._spaced)} THEN {SPACED} END"
        )

    def value(self, text: str, kind: str) -> str:
        """SQL of the exact number, by its class."""
        cast = f"AS DECIMAL({_DIGITS}, {self.decimals})"
        return (
            f"CASE {kind} WHEN {PLAIN} THEN CAST({text} {cast}) WHEN {EMPTY} THEN CAST(0 {cast}) "
            f"WHEN {GROUPED} THEN CAST(replace({text}, ',', '') {cast}) "
            f"WHEN {SPACED} THEN CAST(regexp_replace({text}, '[{_SPACES}]', '', 'g') {cast}) END"
        )

    def proof(self, text: str, kind: str) -> str:
        """SQL of what a cell says about its column: 1 for the sign assumed, 4 for two readings, else 0."""
        doubted = f"CASE WHEN regexp_full_match({text}, '-?[1-9][0-9]{{0,2}}[.][0-9]{{3}}') THEN 4 ELSE 1 END"
        pointed = doubted if self.decimals >= 3 else "1"  # noqa: PLR2004 - decimals that may be thousands
        return (
            f"CASE WHEN {kind} = {PLAIN} THEN CASE WHEN contains({text}, '.') THEN {pointed} ELSE 0 END "
            f"WHEN {kind} = {SPACED} THEN contains({text}, '.')::INTEGER "
            f"WHEN {kind} = {GROUPED} THEN CASE WHEN regexp_full_match({text}, '-?[0-9]+,[0-9]{{3}}') THEN 4 ELSE 1 END "
            f"ELSE 0 END"
        )

    @property
    def _plain(self) -> str:
        return f"-?[0-9]{{1,{_DIGITS - self.decimals}}}{self._decimals}"

    @property
    def _grouped(self) -> str:
        return f"-?[1-9][0-9]{{0,2}}(,[0-9]{{3}}){{1,{(_DIGITS - self.decimals) // 3 - 1}}}{self._decimals}"

    @property
    def _spaced(self) -> str:
        return f"-?[0-9]{{1,3}}([{_SPACES}][0-9]{{3}}){{1,{(_DIGITS - self.decimals) // 3 - 1}}}{self._decimals}"

    @property
    def _decimals(self) -> str:
        return f"([.][0-9]{{1,{self.decimals}}})?" if self.decimals else ""

    def _pointed(self, text: str) -> str:
        return text if self.decimal is Decimal.POINT else f"translate({text}, '.,', ',.')"

    def _cleaned(self, cell: str) -> str:
        """SQL of the cell in plain signs, without the plan's own currency around it, its minus in front."""
        names = [self.currency, *(name for name, code in USUAL_NAMES.items() if code == self.currency)]
        signs = [f"[{_SIGNS[self.currency]}]".replace("￥", "")] if self.currency in _SIGNS else []
        mark = f"(?:{'|'.join([*names, *signs])})?"
        space = f"[{_SPACES}]*"
        number = r"([0-9][0-9.,' \x{a0}\x{2009}\x{202f}\x{3000}]*?)"
        plain = f"translate({cell}, '{_WIDE}', '{_NARROW}')"
        bracketed = _replaced(
            plain, f"^{space}{mark}{space}[(]{space}{mark}{space}{number}{space}{mark}{space}[)]{space}$", r"-\1"
        )
        behind = _replaced(bracketed, f"^{space}{mark}{space}{number}{space}{mark}{space}-{space}$", r"-\1")
        before = _replaced(behind, rf"^{space}(?:(-)|[+])?{space}{mark}{space}{number}{space}{mark}{space}$", r"\1\2")
        return _replaced(before, f"^{space}{mark}{space}-{space}{number}{space}$", r"-\1")


def _is(text: str, pattern: str) -> str:
    return f"regexp_full_match({text}, '{pattern}')"


def _replaced(text: str, pattern: str, by: str) -> str:
    quoted = pattern.replace("'", "''")
    return f"regexp_replace({text}, '{quoted}', '{by}')"
