"""What is edited in a plan's text, so that only what is wrong changes."""

import re
import unicodedata
from typing import TYPE_CHECKING

from crmbudget.finding import Edit, Place, misspelt

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crmbudget.planning.source import Path, Source

_PLAIN = re.compile(r"[\w+.(-][\w .,+*/%()=<>_-]*")
_JOINED = re.compile(r"(?P<name>[\w-]+)\s*[:：]\s*(?P<value>[^\s:：].*)")
_DASHES = re.compile("[\u2010-\u2015\u2212]")
_QUOTES = "\"'`“”„‟‘’‚‛「」『』 \u3000"


def tidied(text: str) -> str:
    """A text with plain signs for full-width ones, long dashes and quotes around it.

    >>> tidied("“２０２７–０１”"), tidied("８％")
    ('2027-01', '8%')
    """
    return _DASHES.sub("-", unicodedata.normalize("NFKC", text.strip(_QUOTES)))


def edits_at(source: "Source", at: "Path", text: str | None, *, key: bool = False) -> tuple[Edit, ...]:
    """The edit that writes ``text`` as the value (or the key) of a path, in the quotes that stand there.

    None without a text, or where what is meant is not written in this file, plainly and on one line.
    """
    place, typed, quote = _scalar(source, at, key=key)
    if place is None or text is None or text == typed or not _may_stand(text, typed, quote):
        return ()
    return (replacing(place, f"{quote}{text}{quote}"),)


def renamed(source: "Source", at: "Path", known: "Iterable[str]") -> tuple[Edit, ...]:
    """The edit that gives the key of a path the known name of which it is a slip; none where that name stands there too."""
    names, beside = list(known), _typed(source.tree, at[:-1])
    if edits := recoloned(source, at, names):
        return edits
    name = misspelt(str(at[-1]), names)
    taken = isinstance(beside, dict) and name in beside
    return () if taken else edits_at(source, at, name, key=True)


def recoloned(source: "Source", at: "Path", known: "Iterable[str]", *, key: bool = True) -> tuple[Edit, ...]:
    """The edit of a key (or a value) that is `key: value` itself, with a full-width colon or without the space after it.

    None where one of the names is not known, or stands there already.
    """
    place, typed, quote = _scalar(source, at, key=key)
    beside = _typed(source.tree, at[:-1]) if key else {}
    if place is None or quote or not isinstance(beside, dict) or (key and _has_value(source, place)):
        return ()
    pairs = [_JOINED.fullmatch(part) for part in re.split(r"\s*，\s*(?=[\w-]+\s*[:：])", typed)]
    names = [pair["name"] for pair in pairs if pair]
    right = len(set(names)) == len(pairs) and set(names) <= set(known) - beside.keys()
    plain = ", ".join(f"{pair['name']}: {pair['value']}" for pair in pairs if pair)
    return (replacing(place, plain),) if right and (key or len(pairs) == 1) else ()


def _has_value(source: "Source", key: Place) -> bool:
    """Whether a colon follows a key, and so perhaps a value."""
    return source.lines()[(key.line or 1) - 1][(key.end or 1) - 1 :].lstrip().startswith(":")


def listed_at(source: "Source", at: "Path") -> tuple[Edit, ...]:
    """The edit that makes a list of the one word that is written as a path's value."""
    place, typed, quote = _scalar(source, at)
    if place is None or not re.fullmatch(r"[\w.-]+", typed):
        return ()
    return (replacing(place, f"[{quote}{typed}{quote}]"),)


def _scalar(source: "Source", at: "Path", *, key: bool = False) -> tuple[Place | None, str, str]:
    """The place of a text as typed, the text, and its quotes; no place where it is not written just so."""
    place, typed = (source.keys if key else source.values).get(at), at[-1] if key else _typed(source.tree, at)
    if place is None or place.path != source.path or not isinstance(typed, str) or not typed:
        return None, "", ""
    written = _written(source.lines(), place)
    quote = next((sign for sign in ("", "'", '"') if written == f"{sign}{typed}{sign}"), None)
    return (place, typed, quote) if quote is not None else (None, "", "")


def replacing(place: Place, text: str) -> Edit:
    """The edit of a place that is known to its column."""
    line, column = place.line or 1, place.column or 1
    return Edit(line, column, line, place.end or column + 1, text)


def removing(lines: "Sequence[str]", key: Place, end: tuple[int, int]) -> tuple[Edit, ...]:
    """The edit that takes out a key and its value, which ends before ``end``: whole lines, or a part of a flow mapping.

    None where a comment or an anchor would go with it.
    """
    line, column = key.line or 1, key.column or 1
    last, stop = _last(lines, line, end)
    before, after = lines[line - 1][: column - 1], lines[last - 1][stop - 1 :]
    inside = "\n".join(lines[line - 1 : last])
    if any(sign in inside for sign in "#&"):
        return ()
    if not before.strip() and not after.strip() and last < len(lines):
        return (Edit(line, 1, last + 1, 1, ""),)
    if comma := re.search(r",\s*$", before):
        return (Edit(line, comma.start() + 1, last, stop, ""),)
    return ()


def _last(lines: "Sequence[str]", first: int, end: tuple[int, int]) -> tuple[int, int]:
    """The line and column after the last sign of a value: a block ends where the next thing starts, past what is empty."""
    line, column = end
    while line > first and not (lines[line - 1][: column - 1] if line <= len(lines) else "").split("#")[0].strip():
        line, column = line - 1, len(lines[line - 2]) + 1
    return line, column


def _typed(tree: object, at: "Path") -> object:
    for part in at:
        if isinstance(tree, dict):
            tree = tree.get(part)
        else:
            tree = tree[part] if isinstance(tree, list) and isinstance(part, int) and part < len(tree) else None
    return tree


def _written(lines: "Sequence[str]", place: Place) -> str:
    line = lines[place.line - 1] if place.line and place.line <= len(lines) else ""
    return line[(place.column or 1) - 1 : (place.end or 1) - 1]


def _may_stand(text: str, typed: str, quote: str) -> bool:
    """Whether YAML reads the text as it is: nothing in it that acts, but for what stood there before."""
    if quote:
        return not set(text) & set("'\"\\")
    return bool(_PLAIN.fullmatch(text)) and ("," not in text or "," in typed)
