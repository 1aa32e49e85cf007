"""Cuts of a ranked customer list: ``top 20%``, ``next 50``, ``rest`` -> how many customers each takes."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from crmbudget.finding import Finding, Misread, one_of
from crmbudget.planning.columns import misread
from crmbudget.planning.scalars import Share, decimal, read_share, read_whole
from crmbudget.planning.source import Path, Source
from crmbudget.wording import say

_CUT = re.compile(r"(top|next)\s+(\S.*)")
_FORMS = say("write `top 20%`, `next 30%`, `next 50` or `rest`")


@dataclass(frozen=True, slots=True)
class Cut:
    """One stretch of the ranking: ``size`` is a share of all, a number of customers, or None for the rest."""

    segment: str
    word: str
    size: Share | int | None


def read_cuts(texts: Mapping[str, str], source: Source, at: Path) -> tuple[list[Cut], list[Finding]]:
    """The cuts as written, and what is wrong with them whatever the number of customers."""
    cuts, findings = [], []
    for segment, text in texts.items():
        try:
            cuts.append(_read_cut(segment, text))
        except Misread as error:
            findings.append(misread(error, source, (*at, segment)))
    return cuts, findings or list(_order(cuts, source, at))


def _read_cut(segment: str, text: str) -> Cut:
    plain = text.strip()
    if plain == "rest":
        return Cut(segment, "rest", None)
    found = _CUT.fullmatch(plain)
    if not found:
        word = plain.partition(" ")[0]
        fix = (
            _FORMS
            if word in {"top", "next", "rest"}
            else f"{one_of(word, ('top', 'next', 'rest'))} {_FORMS.capitalize()}"
        )
        raise Misread("CB408", say("`{text}` is not a cut of a ranking", text=text), fix)
    size = read_share(found[2]) if found[2].endswith(("%", "％")) else read_whole(found[2])
    if size == 0 or size == Share(Fraction(0)):
        raise Misread(
            "CB408", say("`{text}` takes no customer", text=text), say("write how many it takes, or take the cut out")
        )
    return Cut(segment, found[1], size)


def _order(cuts: Sequence[Cut], source: Source, at: Path) -> Iterator[Finding]:
    for number, cut in enumerate(cuts):
        place = source.place((*at, cut.segment))
        last = number == len(cuts) - 1
        if cut.word == "rest" and not last:
            yield Finding(
                "CB408",
                say("`{segment}` takes the rest, and a cut follows it", segment=cut.segment),
                place,
                say("put the rest last, and only once"),
            )
        elif (cut.word == "top") != (number == 0) and not (cut.word == "rest" and last):
            message = (
                say("the first cut must start at the top")
                if number == 0
                else say("only the first cut can start at the top")
            )
            yield Finding("CB408", message, place, say("write `top`") if number == 0 else say("write `next`"))
    shares = sum((cut.size.of_one for cut in cuts if isinstance(cut.size, Share)), Fraction(0))
    if shares > 1:
        message = say("the cuts take {decimal}% of the customers", decimal=decimal(shares * 100))
        yield Finding(
            "CB408",
            message,
            source.place(at, key=True),
            say("take {decimal}% off them", decimal=decimal(shares * 100 - 100)),
        )


def sizes(cuts: Sequence[Cut], customers: int) -> list[int]:
    """How many customers each cut takes; Misread where they take more than there are, or leave some over.

    Shares are of all customers, by largest remainder; a tie goes to the earlier cut.

    >>> sizes([Cut("key", "top", Share(Fraction(1, 5))), Cut("other", "rest", None)], 7)
    [1, 6]
    """
    shares = [cut.size.of_one if isinstance(cut.size, Share) else Fraction(0) for cut in cuts]
    by_share = _apportioned(customers, [*shares, 1 - sum(shares, Fraction(0))])[:-1]
    taken = [cut.size if isinstance(cut.size, int) else part for cut, part in zip(cuts, by_share, strict=True)]
    left = customers - sum(taken)
    if left < 0:
        raise Misread(
            "CB408",
            say("the cuts take {sum:,} customers, and there are {customers:,}", sum=sum(taken), customers=customers),
            say("take {it:,} off the cuts", it=-left),
        )
    if cuts[-1].word == "rest":
        taken[-1] = left
    elif left:
        raise Misread(
            "CB408",
            say("{left:,} of {customers:,} customers are in no cut", left=left, customers=customers),
            say("add a last cut: `ordinary: rest`"),
        )
    return taken


def _apportioned(whole: int, shares: Sequence[Fraction]) -> list[int]:
    """Whole parts of a whole by shares that add up to one; the earlier of two equal remainders is rounded up."""
    exact = [whole * share for share in shares]
    parts = [int(part) for part in exact]
    first = sorted(range(len(shares)), key=lambda place: (parts[place] - exact[place], place))
    for place in first[: whole - sum(parts)]:
        parts[place] += 1
    return parts
