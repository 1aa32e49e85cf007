"""One word that may stand at the cursor."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from crmbudget.wording import local

HELP_MAX = 72
OFFERS_MAX = 2_000
"""So many words a shell takes without a pause, and nobody reads more."""


class Offer(NamedTuple):
    """A whole word, what it means in a few words, and whether more belongs to the same word."""

    text: str
    help: str = ""
    more: bool = False
    head: int = 0
    """So many signs stand before what is shown in a list, as ``segment=`` does before an id."""

    @property
    def shown(self) -> str:
        """The part that tells it from the others."""
        return self.text[self.head :]


def fitting(offers: Iterable[Offer], word: str) -> list[Offer]:
    """Those that begin with what is typed, each once, in a form that one line can hold.

    A word with a sign that cannot be seen is left out: on a terminal it could act, and no shell would show it as it is.
    """
    found = dict[str, Offer]()
    for one in offers:
        if one.text.startswith(word) and one.text.isprintable():
            found.setdefault(one.text, one)
    return [one._replace(help=brief(one.help)) for one in few(list(found.values()))]


def few(offers: list[Offer]) -> list[Offer]:
    """All of them; of very many the first in order, and the last.

    A shell puts on the line what all words begin with. What all begin with is what the first and the last do.
    """
    if len(offers) <= OFFERS_MAX:
        return offers
    ordered = sorted(offers)
    return [*ordered[: OFFERS_MAX - 1], ordered[-1]]


def behind(head: str, offers: Iterable[Offer]) -> Iterator[Offer]:
    """The same offers, each behind a text that is typed already, as ``--format=`` is."""
    for text, help_, more, skipped in offers:
        yield Offer(head + text, help_, more, skipped + len(head))


def brief(text: str) -> str:
    """The first lines' words, as far as they fit beside a word."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in local(text)).split())
    return line if len(line) <= HELP_MAX else f"{line[: HELP_MAX - 3].rstrip()}..."
