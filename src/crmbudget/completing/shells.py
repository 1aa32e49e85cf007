r"""How each shell is answered: one offer on each line, quoted so that the shell takes it for text.

The first line of bash says ``space`` or ``nospace``. Lines of zsh have three fields (``+`` where more follows in the same
word, what is put on the line, what is shown), of fish two (word, help), of PowerShell three (quoted word, word, help).
"""

import re
from collections.abc import Callable, Sequence

from crmbudget.completing.offer import Offer
from crmbudget.completing.typed import Typed, dangling

_PLAIN = re.compile(r"[^A-Za-z0-9_./:,@%+=\u0080-\U0010ffff-]")
_NAME = re.compile(r"[A-Za-z0-9_./:\\=%+\u0100-\u2017\u2020-\U0010ffff-]+")
"""What PowerShell takes as it is: no quote of any kind, comma, or sign at which it splits."""


def quoted(text: str, quote: str = "") -> str:
    r"""A text as it is typed after an opened quote, or outside of any; read back it is the same text.

    >>> print(quoted("a b$(c)"), quoted("it's", "'"), quoted('$a', '"'))
    a\ b\$\(c\) it'\''s \$a
    """
    if quote == "'":
        return text.replace("'", "'\\''")
    if quote == '"':  # a shell at a terminal reads `!` even here, so it stands outside
        return re.sub(r'[$`"\\]', r"\\\g<0>", text).replace("!", '"\\!"')
    return _PLAIN.sub(r"\\\g<0>", text)


def _appended(typed: Typed, raw: str, offer: Offer) -> str:
    """What is typed stays as it is; only what is missing is added."""
    kept = raw[:-1] if typed.quote != "'" and dangling(raw) else raw
    return kept + quoted(offer.text[len(typed.word) :], typed.quote)


def bash(offers: Sequence[Offer], typed: Typed, raw: str) -> list[str]:
    """``raw`` is what bash takes for the word: the part after the last sign at which it breaks words."""
    if not offers:
        return []
    lines = [_closed(_appended(typed, raw, offer), typed.quote) for offer in offers]
    return ["nospace" if any(offer.more for offer in offers) else "space", *lines]


def _closed(text: str, quote: str) -> str:
    """Bash closes an open quote by itself, but takes one that ends the word for that."""
    return text + quote if quote and text.endswith(quote) else text


def zsh(offers: Sequence[Offer], typed: Typed, raw: str) -> list[str]:
    """``raw`` is the word as typed, without a quote that opens it."""
    width = max((len(offer.shown) for offer in offers), default=0)
    return [
        "\t".join(["+" if o.more else "-", _appended(typed, raw, o), f"{o.shown:<{width}}  {o.help}".rstrip()])
        for o in offers
    ]


def fish(offers: Sequence[Offer], typed: Typed, raw: str) -> list[str]:  # noqa: ARG001 - one signature for all
    """Fish quotes by itself."""
    return [f"{offer.text}\t{offer.help}" for offer in offers]


def powershell(offers: Sequence[Offer], typed: Typed, raw: str) -> list[str]:  # noqa: ARG001 - one signature for all
    """PowerShell replaces the whole word; inside single quotes nothing is expanded, and every kind of them is doubled."""
    return [f"{_single(offer.text)}\t{offer.shown}\t{offer.help or offer.text}" for offer in offers]


def _single(text: str) -> str:
    if _NAME.fullmatch(text):
        return text
    inner = re.sub("['\u2018\u2019\u201a\u201b]", r"\g<0>\g<0>", text)
    return f"'{inner}'"


WRITERS: dict[str, Callable[[Sequence[Offer], Typed, str], list[str]]] = {
    "bash": bash, "zsh": zsh, "fish": fish, "powershell": powershell,
}  # fmt: skip
