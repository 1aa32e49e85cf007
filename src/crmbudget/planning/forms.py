"""The forms of a plan's scalars as an editor can check them: what may be typed, and what to say of anything else.

An editor sees numbers where a plan has digits as typed, so every form takes both. A pattern never refuses what ``check``
accepts; where it cannot know, it lets pass.
"""

from dataclasses import dataclass
from typing import Any

from crmbudget.money import DECIMALS
from crmbudget.wording import say

Schema = dict[str, Any]

_DIGIT, _NOT_ZERO, _MINUS = "[0-9０-９]", "[1-9１-９]", "[-－]"
_WHOLE = f"(?:[0０]|{_NOT_ZERO}{_DIGIT}*(?:[_＿]{_DIGIT}+)*|{_NOT_ZERO}{_DIGIT}{{0,2}}(?:[,，]{_DIGIT}{{3}})+)"
_NUMBER = rf"[-+－＋]?(?:{_WHOLE}(?:[.．]{_DIGIT}+)?|[.．]{_DIGIT}+)"
_INTEGER = rf"[-+－＋]?{_WHOLE}(?:[.．][0０]+)?"
_PERCENT, _POWER = r"\s*[%％]", r"\s?[kKmM万亿ｋＫｍＭ]?"
_NOT_NEGATIVE = rf"(?!{_MINUS}.*{_NOT_ZERO})"
_ABOVE_ZERO = rf"{_NOT_NEGATIVE}(?=.*{_NOT_ZERO})"
_NOT_BARE = rf"(?![+＋]?[0０]?[.．][0０]*{_NOT_ZERO}{_DIGIT}*\s*$)"
_AT_MOST_ALL = r"(?!\+?(?:[2-9][0-9]{2}|1(?:0[1-9]|[1-9][0-9])|[1-9][0-9]{3}|100\.0*[1-9]))"
_YEAR, _DASH = f"{_DIGIT}{{4}}", "[-－]"
UNITS = {
    "month": f"{_YEAR}{_DASH}(?:[0０]{_NOT_ZERO}|[1１][0-2０-２])",
    "quarter": f"{_YEAR}{_DASH}[QＱ][1-4１-４]",
    "week": f"{_YEAR}{_DASH}[WＷ](?:[0０]{_NOT_ZERO}|[1-4１-４]{_DIGIT}|[5５][0-3０-３])",
    "year": _YEAR,
}
"""How a period of each length is written."""
_PERIOD = f"(?:{'|'.join(UNITS.values())})"
_SEVERITIES = ["error", "warning", "info"]
OFF = ["off", False]
"""Off, and what an editor makes of it that reads YAML 1.1."""
_NUMERIC, _TYPED = ["number", "string"], ["string", "number", "boolean", "null"]


def whole(*patterns: str) -> str:
    """A pattern of one of these, and nothing beside it but blanks."""
    return rf"^\s*(?:{'|'.join(patterns)})\s*$"


def _text(pattern: str, message: str) -> Schema:
    return {"type": "string", "pattern": pattern, "errorMessage": message}


def _number(pattern: str, message: str, **more: object) -> Schema:
    return {"type": _NUMERIC, "pattern": whole(pattern), "errorMessage": message, **more}


def _either(*patterns: str, **more: object) -> Schema:
    """An amount or a share: a bare number between 0 and 1 would be taken for a share, and is none."""
    message = "Write an amount such as 150_000, or a share such as 8%"
    between = {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}
    pattern = whole(*(_NOT_BARE + one for one in patterns))
    bare = {"type": "string", "errorMessage": "Write a share with its sign, such as 8%"}
    return {"type": _NUMERIC, "pattern": pattern, "errorMessage": message, "if": between, "then": bare, **more}


@dataclass(frozen=True, slots=True)
class Form:
    """How a scalar is called, and its part of the schema."""

    word: str
    schema: Schema


_AMOUNT = "Write an amount such as 1_200_000, 1,200,000.00, 120万 or 1.2m"
_SHARE = "Write a share such as 8% or 12.5%"
_WEIGHT = "Write a number of 0 or more, such as 3 or 0.5"
_WHEN = "Write a period such as 2027-01, 2027-Q1, 2027-W05 or 2027"
# An id may be any text, and a text any scalar; what an editor takes for nothing is most likely not written yet.
_ID: Schema = {"type": ["string", "number", "boolean"], "pattern": r"\S", "errorMessage": "Write an id"}

FORMS = {
    "amount": Form(say("amount"), _number(_NUMBER + _POWER, _AMOUNT)),
    "cost": Form(say("amount"), _number(_NOT_NEGATIVE + _NUMBER + _POWER, _AMOUNT, minimum=0)),
    "bound": Form(
        say("amount or share"),
        _either(rf"{_NUMBER}{_POWER}", rf"{_NOT_NEGATIVE}{_NUMBER}{_PERCENT}"),
    ),
    "step-bound": Form(
        say("amount or share"), _either(rf"{_NOT_NEGATIVE}{_NUMBER}(?:{_PERCENT}|{_POWER})", minimum=0)
    ),
    "share": Form(say("share"), _text(whole(_NOT_NEGATIVE + _NUMBER + _PERCENT), _SHARE)),
    "share-above-zero": Form(say("share"), _text(whole(_ABOVE_ZERO + _NUMBER + _PERCENT), _SHARE)),
    "share-of-all": Form(
        say("share"),
        _text(whole(_NOT_NEGATIVE + _AT_MOST_ALL + _NUMBER + _PERCENT), "Write a share from 0% to 100%"),
    ),
    "weight": Form(say("number"), _number(_NOT_NEGATIVE + _NUMBER, _WEIGHT, minimum=0)),
    "rate": Form(
        say("number"), _number(_ABOVE_ZERO + _NUMBER, "Write a number above 0, such as 7.12", exclusiveMinimum=0)
    ),
    "number": Form(
        say("number or percent"),
        _number(rf"{_NUMBER}(?:{_PERCENT})?", "A key of your own holds a number, such as 3, -0.5 or 12%"),
    ),
    "whole": Form(
        say("whole number"),
        {**_number(_NOT_NEGATIVE + _INTEGER, "Write a whole number of 0 or more", minimum=0), "type": ["integer", "string"]},
    ),
    "periods": Form(
        say("whole number"),
        {
            **_number(_ABOVE_ZERO + _INTEGER, "Write a whole number from 1 to 10,000", minimum=1, maximum=10_000),
            "type": ["integer", "string"],
        },
    ),
    "text": Form(say("text"), {"type": _TYPED, "errorMessage": "Write one text"}),
    "given": Form(say("text"), {"type": _TYPED[:-1], "pattern": r"\S", "errorMessage": "Write a text"}),
    "id": Form(say("id"), _ID),
    "currency": Form(
        say("currency code"), {"enum": sorted(DECIMALS), "errorMessage": "Write a code of ISO 4217, such as CNY, EUR or USD"}
    ),
    "version": Form("1", {"enum": [1, "1"], "errorMessage": "This crmbudget reads plan format 1"}),
    "period": Form(
        say("period"),
        {"type": ["string", "integer"], "pattern": whole(_PERIOD), "minimum": 1, "maximum": 9999, "errorMessage": _WHEN},
    ),
    "span": Form(
        say("period or span"),
        {"type": ["string", "integer"], "pattern": whole(rf"{_PERIOD}(?:\s*[.．]{{2}}\s*{_PERIOD})?"), "minimum": 1, "maximum": 9999, "errorMessage": f"{_WHEN}, or a span such as 2027-04..2027-12"},
    ),
    "severity": Form(
        "`error`, `warning`, `info`",
        {"enum": _SEVERITIES, "errorMessage": "Write error, warning, info, or {severity: off, reason: ...}"},
    ),
    "severity-or-off": Form("`error`, `warning`, `info`, `off`", {"enum": [*_SEVERITIES, *OFF]}),
    "delimiter": Form(
        say("sign"), _text(r'^(?:tab|\\t|\t|[^\sA-Za-z0-9"])$', "Write one sign in quotes, such as ';', or the word tab")
    ),
    "cut": Form(
        say("cut"),
        _text(
            whole("rest", rf"(?:top|next)\s+{_ABOVE_ZERO}(?:{_NUMBER}{_PERCENT}|{_INTEGER})"),
            "Write top 20%, next 30%, next 50 or rest",
        ),
    ),
}  # fmt: skip
"""Every form by the name that the models give it."""
