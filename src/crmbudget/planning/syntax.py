"""What a YAML parser says about a text, in words that can be shown in another language."""

import re

from crmbudget.wording import say

_SAID = (
    say("mapping values are not allowed here"), say("mapping keys are not allowed here"),
    say("block sequence entries are not allowed here"), say("could not find expected ':'"),
    say("found unexpected end of stream"), say("found unexpected ':'"), say("found unexpected document separator"),
    say("special characters are not allowed"),
    say("while parsing a flow mapping"), say("while parsing a flow sequence"), say("while parsing a block mapping"),
    say("while parsing a block collection"), say("while parsing a flow node"), say("while parsing a block node"),
    say("while scanning a simple key"), say("while scanning a quoted scalar"), say("while scanning a double-quoted scalar"),
    say("while scanning a single-quoted scalar"), say("while scanning a block scalar"), say("while scanning a plain scalar"),
    say("while scanning for the next token"), say("while scanning an alias"), say("while scanning an anchor"),
    say("while scanning a directive"), say("while scanning a tag"),
)  # fmt: skip
_KNOWN = {str(text): text for text in _SAID}


def in_words(text: str) -> str:
    """The parser's words, as something that was said; as they are where they are not known.

    >>> in_words("expected ',' or '}', but got ':'")
    "expected ',' or '}', but got ':'"
    """
    if text in _KNOWN:
        return _KNOWN[text]
    if found := re.fullmatch(r"expected (.+), but (found|got) (.+)", text):
        wanted = _wanted(found[1])
        if found[2] == "got":
            return say("expected {wanted}, but got {found}", wanted=wanted, found=found[3])
        return say("expected {wanted}, but found {found}", wanted=wanted, found=found[3])
    if found := re.fullmatch(r"found character (.+) that cannot start any token", text):
        return say("found character {sign} that cannot start any token", sign=found[1])
    if found := re.fullmatch(r"found unknown escape character (.+)", text):
        return say("found unknown escape character {sign}", sign=found[1])
    return text


def _wanted(text: str) -> str:
    """What was expected: signs as they are, parts of a text in words."""
    known = {
        "the node content": say("the node content"), "a single document in the stream": say("a single document in the stream"),
        "alphabetic or numeric character": say("alphabetic or numeric character"),
    }  # fmt: skip
    if found := re.fullmatch(r"('.'|\S+) or (\S+)", text):
        return say("{one} or {other}", one=found[1], other=found[2])
    return known.get(text, text)
