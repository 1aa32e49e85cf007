"""A proposal as the text of a plan, with the reasons of its guesses beside them."""

from collections.abc import Iterator, Mapping

from crmbudget.reporting.report import clean
from crmbudget.starting.filling import filled, template
from crmbudget.starting.guessing import Guess
from crmbudget.starting.proposal import Proposal, Way, channels_of
from crmbudget.starting.spelling import named, scalar
from crmbudget.wording import local, say, say_count

_BESIDE = 36
"""The column in which a remark stands behind a line."""


def plan_text(proposal: Proposal, way: Way, total: tuple[str, str], months: Mapping[str, str], source: str) -> str:
    """The plan; ``source`` is the list as the plan names it, ``total`` an amount and why it is that."""
    talk, write, send = channels_of(list(proposal.channels))
    facts = {
        "list": clean(proposal.source),
        "count": local(say_count("{count} customer", "{count:,} customers", proposal.rows)),
        "currency": proposal.currency.code,
        "currency_why": local(proposal.currency_why),
        "total": total[0],
        "total_why": local(total[1]),
        "customers": "\n".join(_customers(proposal, way, source)),
        "channels": "\n".join(_channels(proposal, dict.fromkeys([*talk, *write, *send, "online"]))),
        "steps": "\n".join(_steps(way)),
        "for_key": ", segments: [key, growth]" if "growth" in proposal.cuts else "",
        "segment_example": scalar(next(iter(proposal.cuts or (proposal.segment.column.texts if proposal.segment else {})), "key")),
        "talk": ", ".join(talk), "write": ", ".join(write), "send": ", ".join(send),
    }  # fmt: skip
    return filled(template("list.yaml"), {**months, **facts})


def _customers(proposal: Proposal, way: Way, source: str) -> Iterator[str]:
    yield _beside("customers:", say("where the segments come from"))
    yield _beside(f"  from: {scalar(source)}", say("starts from the folder of this file"))
    if proposal.encoding:
        yield f"  encoding: {scalar(proposal.encoding)}"
    yield from _guessed("id", proposal.id)
    yield from _segment(proposal)
    if proposal.value and way.money:
        yield from _guessed("value", proposal.value)
    numbers = {name: guess for name, guess in proposal.numbers.items() if name != "worth"}
    if proposal.value and way.worth:
        yield _remark(
            say(
                "as a number and not as money, since its sums have more decimals than the currency, or look like no amounts"
            )
        )
        numbers = {"worth": proposal.value, **numbers}
    if numbers:
        yield _beside("  numbers:", say("further numbers of a segment: the mean of its customers"))
    for name, guess in numbers.items():
        yield _beside(f"    {name}: {scalar(guess.text)}", guess.why)
    blank = proposal.blank(way)
    if blank == "skip":
        yield _beside("  blank: skip", say("a customer without an id or a segment is left out, and counted"))
    elif blank:
        yield _beside("  blank: zero", say("an empty cell counts as zero"))


def _segment(proposal: Proposal) -> Iterator[str]:
    if proposal.segment:
        yield from _guessed("segment", proposal.segment)
    elif proposal.value:
        yield _remark(proposal.cuts_why)
        cuts = ", ".join(f"{name}: {text}" for name, text in proposal.cuts.items())
        yield "  segment:"
        yield f"    by: {scalar(proposal.value.text)}"
        yield f"    cuts: {{{cuts}}}"


def _guessed(key: str, guess: Guess) -> Iterator[str]:
    yield _remark(guess.why)
    if guess.others:
        shown = ", ".join(f"`{named(other)}`" for other in guess.others)
        yield _remark(say("instead of it: {others}", others=shown))
    yield f"  {key}: {scalar(guess.text)}"


def _channels(proposal: Proposal, used: Mapping[str, None]) -> Iterator[str]:
    yield _beside("channels:", say("through what; a weight counts where an activity may use several channels"))
    for channel in used:
        line = f"  {channel}: {{weight: {_WEIGHTS.get(channel, 1)}}}"
        column = proposal.channels.get(channel)
        facts = (
            say(
                "`{name}` is filled in {filled:,} of {rows:,} rows",
                name=named(column.name),
                filled=column.filled,
                rows=column.rows,
            )
            if column
            else ""
        )
        yield _beside(line, facts) if facts else line


_WEIGHTS = {"visit": 4, "phone": 3, "wechat": 2}


def _steps(way: Way) -> Iterator[str]:
    yield _beside("allocate:", say("how, top to bottom: each step splits every amount of the one above"))
    yield _remark(way.says)
    if way.formula:
        yield "  - by: {formula: 60%, count: 40%}"
        yield f"    formula: {way.formula}"
    else:
        yield "  - by: {value: 60%, count: 40%}" if way.money else "  - by: count"


def _remark(text: str) -> str:
    return f"  # {local(text)}"


def _beside(line: str, text: str) -> str:
    return f"{line:<{_BESIDE - 1}} # {local(text)}"
