"""One word that may stand at the cursor."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

HELP_MAX = 72


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


def fitting(offers: Iterable[Offer], word: str) -> Iterator[Offer]:
    """Those that begin with what is typed, each once, in a form that one line can hold.

    A word with a sign that cannot be seen is left out: on a terminal it could act, and no shell would show it as it is.
    """
    seen = set[str]()
    for offer in offers:
        if offer.text.startswith(word) and offer.text not in seen and offer.text.isprintable():
            seen.add(offer.text)
            yield offer._replace(help=brief(offer.help))


def behind(head: str, offers: Iterable[Offer]) -> Iterator[Offer]:
    """The same offers, each behind a text that is typed already, as ``--format=`` is."""
    for offer in offers:
        yield offer._replace(text=head + offer.text, head=offer.head + len(head))


def brief(text: str) -> str:
    """The first lines' words, as far as they fit beside a word."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return line if len(line) <= HELP_MAX else f"{line[: HELP_MAX - 3].rstrip()}..."
