"""What stands on a command line up to the cursor, read as a POSIX shell reads it."""

from collections.abc import Iterator
from typing import NamedTuple

_IN_DOUBLE = frozenset('$`"\\\n')
"""What a backslash protects between double quotes; before all else it is a sign like others."""


class Typed(NamedTuple):
    """Whole words, the word at the cursor as far as it is typed, and the quote that is still open there."""

    words: tuple[str, ...]
    word: str
    quote: str = ""


def read_line(line: str) -> Typed:
    r"""The words of a line, their quotes taken off; nothing is expanded.

    >>> read_line("crmbudget explain 'my plan.yaml' segment=\"k e")
    Typed(words=('crmbudget', 'explain', 'my plan.yaml'), word='segment=k e', quote='"')
    """
    words, word, quote, begun = list[str](), "", "", False
    signs = iter(line)
    for sign in signs:
        if quote == "'" or (quote and sign not in {quote, "\\"}):
            word, quote = (word, "") if sign == quote else (word + sign, quote)
        elif sign == "\\":
            word, begun = word + _protected(signs, quote), True
        elif quote:
            quote = ""
        elif sign in "'\"":
            quote, begun = sign, True
        elif sign in " \t\n":
            words += [word] if begun else []
            word, begun = "", False
        else:
            word, begun = word + sign, True
    return Typed(tuple(words), word, quote)


def _protected(signs: Iterator[str], quote: str) -> str:
    """What a backslash and the sign after it stand for; nothing at the end of the line."""
    sign = next(signs, "")
    return f"\\{sign}" if quote and sign not in _IN_DOUBLE else sign


def dangling(raw: str) -> bool:
    r"""Whether a text ends in a backslash that protects nothing yet.

    >>> dangling("a\\"), dangling("a\\\\")
    (True, False)
    """
    return (len(raw) - len(raw.rstrip("\\"))) % 2 == 1
