"""Texts for people: said in English, shown in the reader's language.

What is said keeps its template and its facts beside its English text. Whatever computes, compares and orders sees the
English text alone; what people read goes through `local` at the last moment, so one run can write English JSON to a file
and tell its findings in Chinese on the screen.
"""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from gettext import NullTranslations

LANGUAGES = ("en", "zh")
DOMAIN = "crmbudget"
FOLDER = Path(__file__).parent / "locale"


class _Reader:
    """Who reads: one process has one reader."""

    language = "en"
    catalogue: "NullTranslations | None" = None


class Said(str):
    """An English text that can be shown in another language; ``locally`` makes it from a catalogue."""

    __slots__ = ("locally",)
    locally: "Callable[[NullTranslations], str]"

    @classmethod
    def of(cls, text: str, locally: "Callable[[NullTranslations], str]") -> Self:
        """The English text, and how it is made in another language."""
        said = cls(text)
        said.locally = locally
        return said


def say(template: str, /, **facts: object) -> Said:
    """A text with its facts, as in ``say("there is no format `{name}`", name=name)``.

    >>> say("there is no format `{name}`", name="{pdf}")
    'there is no format `{pdf}`'
    """
    return Said.of(template.format(**facts), lambda words: words.gettext(template).format(**_local(facts)))


def say_count(one: str, many: str, count: int, /, **facts: object) -> Said:
    """A text about so many; ``{count}`` in it is their number.

    >>> say_count("{count} line", "{count:,} lines", 1200)
    '1,200 lines'
    """
    text = (one if count == 1 else many).format(count=count, **facts)
    return Said.of(text, lambda words: words.ngettext(one, many, count).format(count=count, **_local(facts)))


def joined(separator: str, parts: Iterable[str]) -> Said:
    """Texts in a row, each of which stays what was said; the separator may be said too, as in ``say(", ")``.

    >>> joined(say(", "), [say("email"), say("phone")])
    'email, phone'
    """
    found = tuple(parts)
    return Said.of(separator.join(found), lambda _: local(separator).join(map(local, found)))


def changed(text: str, change: Callable[[str], str]) -> str:
    """The text with a change made to it, in whatever language it is shown."""
    if not isinstance(text, Said):
        return change(text)
    return Said.of(change(str(text)), lambda words: change(text.locally(words)))


def _local(facts: dict[str, object]) -> dict[str, object]:
    """The facts, those that were said in the reader's language; what has a ``word`` for people is shown as that."""
    shown = {name: getattr(fact, "word", fact) for name, fact in facts.items()}
    return {name: local(fact) if isinstance(fact, Said) else fact for name, fact in shown.items()}


def local(text: str) -> str:
    """The text in the reader's language; as it is where it was not said, as a name from a file."""
    if _Reader.catalogue is None or not isinstance(text, Said):
        return text
    return text.locally(_Reader.catalogue)


def language() -> str:
    """The reader's language: one of ``LANGUAGES``."""
    return _Reader.language


def read_in(name: str) -> None:
    """From now on texts are shown in this language; KeyError where it is not one of ``LANGUAGES``."""
    if name not in LANGUAGES:
        raise KeyError(name)
    _Reader.language, _Reader.catalogue = name, None
    if name != "en":
        import gettext

        _Reader.catalogue = gettext.translation(DOMAIN, FOLDER, ["zh_CN"])


def wanted(asked: str = "") -> str:
    """The language that is asked for, else ``CRMBUDGET_LANG``, else what the locale says; English where none is known.

    KeyError where the one that is asked for, or named by ``CRMBUDGET_LANG``, is not there.
    """
    named = asked or os.environ.get("CRMBUDGET_LANG", "")
    if named:
        if (short := _short(named)) not in LANGUAGES:
            raise KeyError(named)
        return short
    locale = next(filter(None, (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    return short if (short := _short(locale)) in LANGUAGES else "en"


def _short(name: str) -> str:
    """``zh`` of ``zh_CN.UTF-8`` and ``zh-Hans``."""
    return name.replace("-", "_").partition("_")[0].partition(".")[0].lower()
