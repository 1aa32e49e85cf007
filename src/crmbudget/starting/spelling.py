"""Names and texts as a plan writes them: columns in expressions, scalars in YAML; what is written reads back the same."""

import json
import keyword
import re
from fractions import Fraction

from crmbudget.planning.expression import LENGTH_MAX
from crmbudget.planning.scalars import decimal
from crmbudget.reporting.report import clean
from crmbudget.starting.survey import Seen

_PLAIN = re.compile(
    r'(?:\.\./)*[A-Za-z_\u4e00-\u9fff](?:[A-Za-z0-9_.\u4e00-\u9fff ()*/,=<>"-]*[A-Za-z0-9_.\u4e00-\u9fff)"-])?'
)
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "min", "max"})
_UNSEEN = "[\x00-\x1f\x7f-\xa0\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff0-\uffff]"
_ROOM = 40
"""Signs of an expression that stand beside a name."""
_SHOWN_MAX = 40


def named(name: str) -> str:
    """A column's name as a comment can show it: on one line, and not too long."""
    shown = clean(name)
    return shown if len(shown) <= _SHOWN_MAX else f"{shown[: _SHOWN_MAX - 3]}..."


def scalar(text: str) -> str:
    r"""A text as YAML: plain where nothing in it could mean something else, else in quotes.

    >>> scalar("customerID"), scalar("年消费"), scalar("no"), scalar('a: "b"'), scalar("a\n#")
    ('customerID', '年消费', '"no"', '\'a: "b"\'', '"a\\n#"')
    """
    if _PLAIN.fullmatch(text) and text.casefold() not in _WORDS:
        return text
    if '"' in text and "'" not in text and text.isprintable():
        return f"'{text}'"
    quoted = json.dumps(text, ensure_ascii=False)
    return re.sub(_UNSEEN, lambda sign: f"\\u{ord(sign[0]):04x}", quoted)


def term(name: str) -> str:
    """A column in an expression, in backticks where it is not one plain word; nothing where it cannot stand in one."""
    if re.fullmatch("[A-Za-z][A-Za-z0-9_]*", name) and not keyword.iskeyword(name) and name.casefold() not in _WORDS:
        return name
    return "" if "`" in name or len(name) > LENGTH_MAX - _ROOM else f"`{name}`"


def positive(one: Seen) -> str | None:
    """A column of numbers, what is below zero taken as zero; None where that cannot be said of it."""
    if not one.below:
        return one.name
    return f"max({found}, 0)" if (found := term(one.name)) else None


def factored(one: Seen, factor: int | Fraction) -> str:
    """The column times a factor; as it is where the factor is 1, or it cannot stand in an expression."""
    base = positive(one) or one.name
    if factor == 1 or not term(one.name):
        return base
    base = base if one.below else term(one.name)
    return f"{base} * {factor}" if factor > 1 else f"{base} / {decimal(1 / Fraction(factor))}"


def compared(name: str, text: str) -> str:
    """A comparison of a column with a text; nothing where it cannot stand in an expression."""
    found, word = term(name), json.dumps(text, ensure_ascii=False)
    return f"{found} == {word}" if found and "`" not in word and len(word) <= _ROOM else ""
