"""A column of dates, decided as a whole: one text may name two days, and only its neighbours can say which."""

import re
import unicodedata
from calendar import monthrange
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from crmbudget.period import Unit, read_period
from crmbudget.wording import joined, say

YEAR_MIN, YEAR_MAX = 1990, 2100
SERIAL = say("Excel serial numbers")
SERIAL_MIN, SERIAL_MAX = 36526, 73050
# Excel's 1900 system counts a 29 February 1900 that never was: from March 1900 on, day 0 is one day earlier.
_SERIAL_ZERO = date(1899, 12, 30)

_MONTHS = (
    say("January"), say("February"), say("March"), say("April"), say("May"), say("June"),
    say("July"), say("August"), say("September"), say("October"), say("November"), say("December"),
)  # fmt: skip
_MONTH_OF = {name[:3].lower(): number for number, name in enumerate(_MONTHS, 1)}
_MONTH_NAME = rf"((?:{'|'.join(_MONTHS)}|{'|'.join(_MONTH_OF)}|sept))\.?"
_TIME = (
    r"(?:(?: *T| +|, *)[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?(?: *[AP]M)?(?: *(?:Z|UTC|[-+][0-9:]{2,6}))?)?"
)

_TOKEN = re.compile("YYYY|YY|MMM|MM?|DD?")
_MOST = {"M": 12, "D": 31}
_SEPARATORS = "-/."
# A year of two digits may come first too, so each of the three numbers may have one digit or two.
_RIVALS = {"DD.MM.YYYY": ("DD.MM.YYYY", "MM.DD.YYYY"), "DD.MM.DD": ("DD.MM.YY", "MM.DD.YY", "YY.MM.DD")}
_ANY_DIGIT = str.maketrans("123456789", "0" * 9)
_FORMS = (
    *(f"YYYY{sign}MM{sign}DD" for sign in _SEPARATORS),
    *("YYYYMMDD", "YYYY年MM月DD日", "YYYY年MM月DD号", "YY年MM月DD日", "YYYY-MMM-DD"),
    *("DD MMM YYYY", "DD-MMM-YYYY", "DD/MMM/YYYY", "DDMMMYYYY", "DD MMM YY", "DD-MMM-YY", "DD/MMM/YY"),
    *("MMM DD, YYYY", "MMM DD YYYY"),
    # Not YYYY.MM: as a number, 2027.10 loses its last digit and is January.
    *("YYYY-MM", "YYYY/MM", "YYYYMM", "YYYY年MM月", "YYYY年MM月份", "MM-YYYY", "MM/YYYY", "MM.YYYY"),
    *("MMM YYYY", "MMM-YYYY", "MMM-YY", "YYYY", "YYYY年"),
)

_Parts = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """What a text of the column means: a day, or all days of a month or a year, ``first`` to ``last`` inclusive."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Dates:
    """A column of dates, understood: for each raw text its day, or in words why it has none.

    ``form`` says for a note how the column is written, the most frequent form first, "" where nothing could be read.
    ``open`` holds each text that the column cannot settle, the most frequent first, with the forms in question;
    in ``meaning`` it has a reason.
    """

    meaning: dict[str, Day | str]
    form: str
    open: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class _Shape:
    """Texts that look alike: a pattern with one group per part, and the forms in which the parts may be meant."""

    pattern: re.Pattern[str]
    forms: tuple[str, ...]

    def left(self, column: Collection[_Parts]) -> dict[_Parts, tuple[str, ...]]:
        """For each text, as parts, the forms that the whole column leaves it; one where it is settled."""
        if len(self.forms) == 1:
            return dict.fromkeys(column, self.forms)
        own = {parts: tuple(form for form in self.forms if _fits(form, parts)) for parts in column}
        proofs = set(filter(None, own.values()))
        common = tuple(form for form in self.forms if all(form in forms for forms in proofs))
        return {parts: (common or forms) if forms else self.forms[:1] for parts, forms in own.items()}


def _pattern(form: str) -> re.Pattern[str]:
    """Texts written in a form, leading zeros optional where no other number stands before; a day may have a time."""
    first, *literals = map(_spaced, _TOKEN.split(form))
    groups = {"YYYY": "([0-9]{4})", "YY": "([0-9]{2})", "MMM": _MONTH_NAME}
    written, before = first, " "
    for token, literal in zip(_TOKEN.findall(form), literals, strict=True):
        width = "{1,2}" if before else "{2}"
        written, before = written + groups.get(token, f"([0-9]{width})") + literal, literal
    return re.compile(written + (_TIME if "D" in form else ""), re.IGNORECASE | re.ASCII)


def _spaced(literal: str) -> str:
    sign = literal.strip()
    return f" *{re.escape(sign)} *" if sign else " +" * bool(literal)


_SERIAL = _Shape(re.compile(r"([0-9]{5})(?:[.,][0-9]*)?"), (SERIAL,))


@cache
def _known() -> tuple[_Shape, ...]:
    """The shapes that are read undeclared; no text has two of them."""
    alone = (_Shape(_pattern(form), (form,)) for form in _FORMS)
    rivals = (
        _Shape(_pattern(like.replace(".", sign)), tuple(form.replace(".", sign) for form in forms))
        for like, forms in _RIVALS.items()
        for sign in _SEPARATORS
    )
    return (*alone, *rivals, _SERIAL)


def _apart(texts: Iterable[str], shapes: Sequence[_Shape]) -> dict[str, tuple[_Shape, _Parts] | None]:
    """The shape and the parts of each text; None where it has no shape."""

    @cache
    def cuts(blueprint: str) -> tuple[_Shape, tuple[slice, ...]] | None:
        found = ((shape, shape.pattern.fullmatch(blueprint)) for shape in shapes)
        return next(((shape, _groups(match)) for shape, match in found if match), None)

    apart: dict[str, tuple[_Shape, _Parts] | None] = {}
    for text in texts:
        plain = _plain(text)
        # No pattern asks which digits they are, so texts that differ in nothing else are cut alike.
        cut = cuts(plain.translate(_ANY_DIGIT))
        apart[text] = (cut[0], tuple([plain[part] for part in cut[1]])) if cut else None
    return apart


def _plain(text: str) -> str:
    return (text if text.isascii() else unicodedata.normalize("NFKC", text).replace("\ufeff", "")).strip()


def _groups(match: re.Match[str]) -> tuple[slice, ...]:
    return tuple(slice(*match.span(group + 1)) for group in range(match.re.groups))


def _fits(form: str, parts: _Parts) -> bool:
    """Whether the parts may be meant so; a day that its month lacks is a slip, and proves nothing."""
    return all(_is_possible(token, part) for token, part in zip(_TOKEN.findall(form), parts, strict=True))


def _is_possible(token: str, part: str) -> bool:
    return len(part) == len(token) if token[0] == "Y" else 1 <= int(part) <= _MOST[token[0]]


def _read(form: str, parts: _Parts) -> Day | str:
    if form == SERIAL:
        return _from_serial(int(parts[0]))
    spelt = {token[0]: part for token, part in zip(_TOKEN.findall(form), parts, strict=True)}
    year = int(spelt["Y"]) + (2000 if len(spelt["Y"]) == len("YY") else 0)
    if not YEAR_MIN <= year <= YEAR_MAX:
        return say("the year {year} is not between {low} and {high}", year=year, low=YEAR_MIN, high=YEAR_MAX)
    if "M" not in spelt:
        return Day(date(year, 1, 1), date(year, len(_MONTHS), 31))
    month = _MONTH_OF.get(spelt["M"][:3].lower()) or int(spelt["M"])
    if not 1 <= month <= len(_MONTHS):
        return say("there is no month {month}", month=month)
    days = monthrange(year, month)[1]
    first, last = (int(spelt["D"]),) * 2 if "D" in spelt else (1, days)
    if not 1 <= first <= days:
        return say("{months} {year} has no day {first}", months=_MONTHS[month - 1], year=year, first=first)
    return Day(date(year, month, first), date(year, month, last))


def _from_serial(number: int) -> Day | str:
    if not SERIAL_MIN <= number <= SERIAL_MAX:
        return say(
            "as an Excel serial number it is not between {low} (2000-01-01) and {high} (2099-12-31)",
            low=SERIAL_MIN, high=SERIAL_MAX,
        )  # fmt: skip
    day = _SERIAL_ZERO + timedelta(days=number)
    return Day(day, day)


def _meant(forms: tuple[str, ...], parts: _Parts) -> tuple[Day | str, str]:
    """What the parts mean, and the form it is in; no form where those that are left disagree."""
    readings = {_read(form, parts) for form in forms}
    if len(readings) == 1:
        return readings.pop(), " or ".join(forms)
    return say("it may be {names}, and the column does not settle which", names=joined(say(" or "), forms)), ""


def _shapeless(text: str, declared: str) -> tuple[Day | str, str]:
    """What a text of no known shape is: a quarter or week as plans write them, or none."""
    plain = _plain(text)
    if declared or not plain:
        return say("it is not of the declared form {declared}", declared=declared) if plain else say("it is blank"), ""
    try:
        period = read_period(plain)
    except ValueError:
        return say("no date is written like this"), ""
    return Day(period.first, period.last), f"YYYY-{'Q' if period.unit is Unit.QUARTER else 'W'}N"


def _declared(text: str) -> _Shape:
    form = unicodedata.normalize("NFKC", text).strip().upper()
    if form == "SERIAL":
        return _SERIAL
    kinds = sorted(token[0] for token in _TOKEN.findall(form))
    if kinds not in (["D", "M", "Y"], ["M", "Y"]) or re.search("[A-Z0-9]", "".join(_TOKEN.split(form))):
        raise ValueError(say("`{text}` does not say how dates are written: name year, month and day once each and leave out the time, such as DD.MM.YYYY, MM/DD/YYYY or YYYYMMDD, or write serial for the numbers that Excel gives to days", text=text))  # fmt: skip
    return _Shape(_pattern(form), (form,))


def decide(counts: Mapping[str, int], declared: str = "") -> Dates:
    """The meaning of each text of one column, given how often it stands there.

    Where a date is declared (``DD.MM.YYYY``, ``YYYYMMDD``, ``serial``), that form alone is read; ValueError for one
    that makes no sense. Otherwise day-first, month-first and two-digit years are told apart by all texts of one shape
    and separator: what reads them all, if that is one form; else a text is read that fits one form alone, or means
    the same in all. What then has two meanings stays open.

    >>> decide({"03.04.2027": 1, "13.04.2027": 1}).form, decide({"03.04.2027": 1}).open
    ('DD.MM.YYYY', {'03.04.2027': ('DD.MM.YYYY', 'MM.DD.YYYY')})
    """
    apart = _apart(counts, (_declared(declared),) if declared else _known())
    columns: defaultdict[_Shape, set[_Parts]] = defaultdict(set)
    for shape, parts in filter(None, apart.values()):
        columns[shape].add(parts)
    left = {(shape, parts): forms for shape, column in columns.items() for parts, forms in shape.left(column).items()}
    settled = {known: _meant(forms, known[1]) for known, forms in left.items()}
    meanings = {text: settled[known] if known else _shapeless(text, declared.strip()) for text, known in apart.items()}
    return Dates(
        {text: meaning for text, (meaning, _) in meanings.items()},
        _in_words(counts, meanings),
        _unsettled(counts, {text: left[known] for text, known in apart.items() if known and not settled[known][1]}),
    )


def _in_words(counts: Mapping[str, int], meanings: Mapping[str, tuple[Day | str, str]]) -> str:
    times: Counter[str] = Counter()
    for text, (meaning, form) in meanings.items():
        if isinstance(meaning, Day):
            times[form] += counts[text]
    return ", ".join(sorted(times, key=lambda form: (-times[form], form)))


def _unsettled(counts: Mapping[str, int], forms_of: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {text: forms_of[text] for text in sorted(forms_of, key=lambda text: (-counts[text], text))}
