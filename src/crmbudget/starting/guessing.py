"""Which column of a customer list plays which part in a plan, and why: columns in, guesses out; nothing is read."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from crmbudget.planning.scalars import decimal
from crmbudget.reading.currencies import unit_of
from crmbudget.starting import header_words as words
from crmbudget.starting.naming import remark
from crmbudget.starting.spelling import compared, factored, positive
from crmbudget.starting.survey import KINDS_MAX, Seen
from crmbudget.wording import joined, say, say_count

_YEARS = range(1900, 2101)
_HUNDRED = 100
_EACH, _NEARLY = 2, 20
_OTHERS_MAX = 3


@dataclass(frozen=True, slots=True)
class Guess:
    """What a plan writes for one part, from which column, and why; ``others`` are columns that would do too."""

    text: str
    column: Seen
    why: str
    others: tuple[str, ...] = ()


def guess_id(columns: Sequence[Seen]) -> Guess | None:
    """The column that names a customer: the one whose name says so, else one in which no text stands twice."""
    ranked = [(rank if (rank := words.rank(one.name, words.ID)) is not None else _unnamed(one), one) for one in columns]
    first = [one for rank, one in ranked if rank == 0 and one.filled]
    if first:
        best = min(first, key=lambda one: (not one.unique, one.blank))
        return Guess(best.name, best, _why_id(best, say("its name says that it is an id")), _others(first, best))
    unique = sorted(
        ((rank, one) for rank, one in ranked if rank is not None and one.unique),
        key=lambda found: (found[0], found[1].blank),
    )
    if not unique:
        return None
    rank, best = unique[0]
    said = (
        say("its name says that it names somebody")
        if rank < len(words.ID)
        else say("no name of a column says that it is an id")
    )
    return Guess(best.name, best, _why_id(best, said), _others([one for _, one in unique], best))


def _unnamed(one: Seen) -> int | None:
    """How likely a column without a telling name is an id: texts before whole numbers; money never."""
    if one.decimals or words.says(one.name, words.VALUE):
        return None
    return len(words.ID) + one.numeric


def _why_id(one: Seen, said: str) -> str:
    if one.unique:
        return say_count(
            "{count} cell is filled; {said}", "{count:,} cells are filled, all different; {said}", one.filled, said=said
        )
    return say(
        "{distinct:,} different texts in {count:,} cells; {said}", distinct=one.distinct, count=one.filled, said=said
    )


def guess_value(columns: Sequence[Seen], taken: str) -> Guess | None:
    """The column of what a customer is worth: numbers whose name says money, else the only ones with decimals."""
    able = [one for one in columns if (one.high or 0) > 0 and one.name != taken and positive(one) is not None]
    money = [one for one in able if not words.says(one.name, words.NOT_MONEY)]
    ranked = [(rank, one) for one in money if (rank := words.rank(one.name, words.VALUE)) is not None]
    if ranked:
        best = min(ranked, key=lambda found: (found[0], found[1].blank))[1]
        return _valued(best, say("its name says money"), _others([one for _, one in ranked], best))
    plain = [one for one in money if one.decimals and not _small(one)]
    return _valued(plain[0], say("it is the only column of numbers with decimals")) if len(plain) == 1 else None


def valued(one: Seen) -> Guess:
    """The guess for a column that was named as the value."""
    return _valued(one, say("--value names it"))


def _valued(one: Seen, said: str, others: tuple[str, ...] = ()) -> Guess:
    times = next((times for times, terms in words.TIMES if words.says(one.name, terms)), 1)
    text = factored(one, times * 10 ** unit_of(remark(one.name))[0])
    facts = [
        say("numbers from {low} to {high}; {said}", low=decimal(one.low or Fraction(0)), high=decimal(one.high or Fraction(0)), said=said),
    ]  # fmt: skip
    if times > 1 and text != one.name:
        facts.append(say("a year has {times} of them", times=times))
    if one.below:
        facts.append(
            say_count(
                "{count} customer below zero counts as zero", "{count:,} customers below zero count as zero", one.below
            )
        )
    return Guess(text, one, joined(say("; "), facts), others)


def _small(one: Seen) -> bool:
    """Whether the numbers are shares, or years."""
    low, high = one.low or Fraction(0), one.high or Fraction(0)
    return high <= 1 or (low in _YEARS and high in _YEARS)


def guess_segment(columns: Sequence[Seen], taken: Sequence[str], *, any_kind: bool) -> Guess | None:
    """The column of kinds of customers; where ``any_kind`` will do, one without a telling name too."""
    kinds = [one for one in columns if one.name not in taken and _is_kind(one)]
    ranked = [(rank, one) for one in kinds if (rank := words.rank(one.name, words.SEGMENT)) is not None]
    if ranked:
        best = min(ranked, key=lambda found: found[0])[1]
        return Guess(
            best.name,
            best,
            _why_segment(best, say("its name says a kind of customer")),
            _others([one for _, one in ranked], best),
        )
    if any_kind and kinds:
        return Guess(
            kinds[0].name,
            kinds[0],
            _why_segment(kinds[0], say("no column says better who is who")),
            _others(kinds, kinds[0]),
        )
    return None


def kind_of(one: Seen) -> Guess:
    """The guess for a column that was named as the segment."""
    return Guess(one.name, one, _why_segment(one, say("--segment names it")))


def _is_kind(one: Seen) -> bool:
    """Whether its texts are kinds: a few, each of two customers on average, and nearly all cells filled."""
    few = 1 < one.distinct <= KINDS_MAX and _EACH * one.distinct <= one.filled
    return few and not one.decimals and one.blank * _NEARLY <= one.rows


def _why_segment(one: Seen, said: str) -> str:
    kinds = say_count("{count} text", "{count:,} different texts", one.distinct)
    return say("{kinds} in {rows:,} cells; {said}", kinds=kinds, rows=one.filled, said=said)


def guess_numbers(columns: Sequence[Seen], taken: Sequence[str]) -> dict[str, Guess]:
    """Further numbers of a segment, by the name that the plan gives them."""
    free = [one for one in columns if one.name not in taken]
    churn = next(filter(None, (_churn(one) for one in free if words.says(one.name, words.CHURN))), None)
    content = next((one for one in free if one.numeric and words.says(one.name, words.SATISFACTION)), None)
    found = {"churn": churn} if churn else {}
    return found | ({"satisfaction": Guess(content.name, content, say("the mean of its numbers"))} if content else {})


def _churn(one: Seen) -> Guess | None:
    """The share of customers who left: of a number from 0 to 1, of a percent, or of texts such as yes and no."""
    if one.numeric:
        return _churn_number(one, one.low or Fraction(0), one.high or Fraction(0))
    left = [text for text in one.texts if text.strip().casefold() in words.LEFT]
    if len(left) != 1 or one.distinct != 2 or not (text := compared(one.name, left[0])):  # noqa: PLR2004 - who left, and who did not
        return None
    return Guess(
        text,
        one,
        say_count(
            "{count} customer of {rows:,} left",
            "{count:,} customers of {rows:,} left",
            one.texts[left[0]],
            rows=one.filled,
        ),
    )


def _churn_number(one: Seen, low: Fraction, high: Fraction) -> Guess | None:
    if low >= 0 and high <= 1:
        return Guess(one.name, one, say("numbers from 0 to 1, whose mean is a share"))
    text = factored(one, Fraction(1, _HUNDRED))
    if low < 0 or high > _HUNDRED or text == one.name:
        return None
    return Guess(text, one, say("numbers up to {high}, taken for percent", high=decimal(high)))


def _others(fits: Sequence[Seen], best: Seen) -> tuple[str, ...]:
    return tuple(one.name for one in fits if one is not best)[:_OTHERS_MAX]
