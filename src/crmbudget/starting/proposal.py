"""What a list proposes: its guesses, and the ways in which money can be shared by them, the best first."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from crmbudget.money import Currency
from crmbudget.planning.cuts import Cut, sizes
from crmbudget.planning.scalars import Share
from crmbudget.reporting.report import percent
from crmbudget.starting.guessing import Guess
from crmbudget.starting.survey import Seen
from crmbudget.wording import say, say_count

TOPS = (Fraction(1, 20), Fraction(1, 10), Fraction(1, 5))
"""The shares of customers of which one is the key customers: the smallest that holds half of all value, else the last."""
_NEXT = Fraction(3, 10)
_PART = Fraction(1, 20)
"""The part of a year's value that a budget for keeping customers is proposed to be."""
_EACH, _LEAST = 50, 1000
"""Money for each customer, and in all, where no value says more; in a currency with a minor unit."""


class Way(NamedTuple):
    """How the first step shares: by value as ``money``, by value as a number (``worth``), or by a formula without it."""

    formula: str
    money: bool
    worth: bool
    says: str


@dataclass(frozen=True)
class Proposal:
    """All that was guessed of a list; ``cuts`` are there where no column names segments."""

    source: str
    rows: int
    id: Guess
    currency: Currency
    currency_why: str
    value: Guess | None = None
    segment: Guess | None = None
    cuts: Mapping[str, str] = field(default_factory=dict)
    cuts_why: str = ""
    numbers: Mapping[str, Guess] = field(default_factory=dict)
    channels: Mapping[str, Seen] = field(default_factory=dict)
    encoding: str = ""

    def ways(self) -> Iterator[Way]:
        """The ways to share that the guesses allow."""
        if self.value:
            if "churn" in self.numbers:
                yield Way(
                    "value * churn",
                    money=True,
                    worth=False,
                    says=say("60% by the value that may leave, 40% by how many customers there are"),
                )
            yield Way(
                "", money=True, worth=False, says=say("60% by what the customers are worth, 40% by how many they are")
            )
            if "churn" in self.numbers:
                yield Way(
                    "customers * worth * churn",
                    money=False,
                    worth=True,
                    says=say("60% by the worth that may leave, 40% by how many customers there are"),
                )
            yield Way(
                "customers * worth",
                money=False,
                worth=True,
                says=say("60% by what the customers are worth, 40% by how many they are"),
            )
        elif "churn" in self.numbers:
            yield Way(
                "customers * churn",
                money=False,
                worth=False,
                says=say("60% by how many customers may leave, 40% by how many there are"),
            )
        yield Way("", money=False, worth=False, says=say("by how many customers there are"))

    def blank(self, way: Way) -> str:
        """What an empty cell means in this plan; nothing where there is none."""
        keys = [self.id.column, *([self.segment.column] if self.segment else [])]
        others = [guess.column for guess in self.numbers.values()]
        others += [self.value.column] if self.value and (way.money or way.worth or self.cuts) else []
        if any(one.blank for one in keys):
            return "skip"
        return "zero" if any(one.blank for one in others) else ""


def cut(held: Mapping[Fraction, Fraction], customers: int) -> tuple[dict[str, str], str]:
    """Segments by value, none of them empty, and why: ``held`` says which part of all value the top customers hold."""
    for top, following in ((_top(held), _NEXT), (TOPS[-1], _NEXT), (TOPS[-1], None)):
        found = [
            Cut("key", "top", Share(top)),
            *([Cut("growth", "next", Share(following))] if following else []),
            Cut("ordinary", "rest", None),
        ]
        if customers and all(sizes(found, customers)):
            return {one.segment: _text(one) for one in found}, _why(top, held)
    return {"customers": "rest"}, say("there are too few customers to cut them")


def _top(held: Mapping[Fraction, Fraction]) -> Fraction:
    return next((top for top in TOPS if 2 * held.get(top, 0) >= 1), TOPS[-1])


def _why(top: Fraction, held: Mapping[Fraction, Fraction]) -> str:
    if top not in held:
        return say("no column names segments, so they are cut by value")
    return say(
        "no column names segments, so they are cut by value: the top {top} hold {part} of it",
        top=Share(top),
        part=percent(held[top]),
    )


def _text(one: Cut) -> str:
    return one.word if one.size is None else f"{one.word} {one.size}"


def total(worth: Fraction, customers: int, currency: Currency) -> tuple[str, str]:
    """An amount to begin with, as a plan writes it, and why: a part of the value; so much for each customer without one."""
    scale = 1 if currency.digits else 100
    part = int(worth * _PART)
    if part >= max(_LEAST * scale, customers):
        shown = currency.text(int(worth * currency.unit), grouped=True)
        return f"{_rounded(part):_}", say(
            "5% of what the customers are worth, {worth}, cut to two digits; --total changes it", worth=shown
        )
    each = max(_EACH * scale * customers, _LEAST * scale)
    said = say_count("{each} for {count} customer, and {least:,} at least; --total changes it", "{each} for each of {count:,} customers, and {least:,} at least; --total changes it", customers, each=_EACH * scale, least=_LEAST * scale)  # fmt: skip
    return f"{each:_}", said


def _rounded(amount: int) -> int:
    step: int = 10 ** max(len(str(amount)) - 2, 0)
    return amount // step * step


def channels_of(found: Sequence[str]) -> tuple[list[str], list[str], list[str]]:
    """Through what to talk, to write and to send, by the channels that the list has a column for."""
    direct = [one for one in ("phone", "email", "wechat") if one in found] or ["phone", "email"]
    talk = ["visit", *(["phone"] if "phone" in direct else [])]
    return talk, direct, ["mail" if "mail" in found else "visit"]
