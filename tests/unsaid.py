"""What of an answer is said in English alone: every text loses its own words, so that what is left was never said."""

import re
import string
from gettext import NullTranslations

from crmbudget import wording


class Wordless(NullTranslations):
    """A language without words: of every text only the facts are left."""

    def gettext(self, message):
        return " ".join(
            f"{{{name}{f'!{kind}' if kind else ''}{f':{form}' if form else ''}}}"
            for _, name, form, kind in string.Formatter().parse(message)
            if name is not None
        )

    def ngettext(self, msgid1, msgid2, n):
        return self.gettext(msgid1 if n == 1 else msgid2)


def speak_wordless(monkeypatch):
    """From now on every run of this test answers without words."""

    def read_in(_):
        wording._Reader.language, wording._Reader.catalogue = "zh", Wordless()

    monkeypatch.setattr(wording, "read_in", read_in)
    monkeypatch.setattr(wording._Reader, "language", "en")
    monkeypatch.setattr(wording._Reader, "catalogue", None)


_ENGLISH = re.compile(
    r"(?<![\w./-])(the|is|are|was|of|not|no|an?|it|its|to|this|that|which|what|with|for|by|on|or|has|have|be|at|more|only|does|but)(?![\w./-])"
)


def unsaid(text):
    """Lines in which a small English word stands, but for quoted files, texts between backticks and commands."""
    found = []
    for line in text.splitlines():
        if re.match(r"\s*\d* \|", line):
            continue
        rest = re.sub(r"`[^`]*`", " ", line)
        rest = re.sub(r"--> .*|crmbudget [\w -]+|--[a-z-]+", " ", rest)
        if _ENGLISH.search(rest):
            found.append(line)
    return found
