"""Answers a shell that asks what may stand at the cursor."""

import contextlib
import os
from collections.abc import Sequence

from crmbudget import wording
from crmbudget.completing.offering import offers
from crmbudget.completing.shells import WRITERS
from crmbudget.completing.typed import Typed, read_line

WORDS = "CRMBUDGET_WORDS"


def answer(arguments: Sequence[str]) -> str:
    """The lines for a shell: its name comes first, then what its script hands over. Empty where nothing fits.

    bash hands over the line up to the cursor, and the part of it that it will replace; zsh the open quote, the word as
    typed, and the words before it; fish the word as typed and the words before it; PowerShell the same in
    ``CRMBUDGET_WORDS``, a word on each line, the last first.
    """
    shell, *rest = arguments
    with contextlib.suppress(KeyError):
        wording.read_in(wording.wanted())
    typed, raw = _typed(shell, rest)
    return "".join(f"{line}\n" for line in WRITERS[shell](offers(typed.words, typed.word), typed, raw))


def _typed(shell: str, rest: Sequence[str]) -> tuple[Typed, str]:
    if shell == "bash":
        line, raw = rest
        typed = read_line(line)
        return typed._replace(words=typed.words[1:]), raw
    if shell == "zsh":
        quote, raw, *words = rest
        return Typed(tuple(words), read_line(quote + raw).word, quote), raw
    raw, *words = os.environ.get(WORDS, "").split("\n") if shell == "powershell" else rest
    return Typed(tuple(words), _unquoted(raw, shell)), raw


def _unquoted(raw: str, shell: str) -> str:
    """A word of fish, or of PowerShell, without the quotes around it."""
    if shell == "fish":
        return read_line(raw).word
    return raw[1:].replace("''", "'").removesuffix("'") if raw[:1] == "'" else raw.strip('"')
