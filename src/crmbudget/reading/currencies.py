"""What stands for a currency: codes, names and signs; alone, beside a number, or in the header of a column."""

import re
import unicodedata
from collections.abc import Mapping
from fractions import Fraction

from crmbudget.money import DECIMALS, USUAL_NAMES

_NAMES = {
    "人民币": "CNY", "人民幣": "CNY", "¥": "CNY JPY", "CN¥": "CNY", "JP¥": "JPY", "元": "CNY TWD", "圆": "CNY", "円": "JPY",
    "美元": "USD", "美金": "USD", "欧元": "EUR", "歐元": "EUR", "港币": "HKD", "港幣": "HKD", "港元": "HKD", "日元": "JPY",
    "日圆": "JPY", "英镑": "GBP", "英鎊": "GBP", "新台币": "TWD", "新台幣": "TWD", "台币": "TWD", "韩元": "KRW", "澳元": "AUD",
    "加元": "CAD", "€": "EUR", "EURO": "EUR", "EUROS": "EUR", "£": "GBP EGP", "₩": "KRW", "₹": "INR",
    "$": "USD AUD CAD HKD SGD TWD NZD MXN", "US$": "USD", "HK$": "HKD", "A$": "AUD", "AU$": "AUD", "C$": "CAD",
    "CA$": "CAD", "S$": "SGD", "SG$": "SGD", "NT$": "TWD", "NZ$": "NZD", "MX$": "MXN", "R$": "BRL",
}  # fmt: skip
WORDS = {
    **{code: frozenset({code}) for code in DECIMALS},
    **{name: frozenset({code}) for name, code in USUAL_NAMES.items()},
    **{name: frozenset(codes.split()) for name, codes in _NAMES.items()},
}
"""What each word in capitals may stand for."""
NOTHING = frozenset[str]()
_SCALES = {
    "十": 1, "百": 2, "千": 3, "万": 4, "萬": 4, "十万": 5, "百万": 6, "千万": 7, "亿": 8, "億": 8, "'000": 3, "000": 3, "000S": 3, "1,000": 3, "K": 3, "T": 3,
    "TSD": 3, "THOUSAND": 3, "THOUSANDS": 3, "M": 6, "MN": 6, "MM": 6, "MIO": 6, "MILLION": 6, "MILLIONS": 6, "BN": 9, "BILLION": 9,
}  # fmt: skip
_NO_UNITS = frozenset({"all", "top", "try", "T", "t"})


def codes_of(word: str) -> frozenset[str]:
    """The currencies that a word can stand for, none where it is none.

    >>> sorted(codes_of("rmb")), sorted(codes_of("￥")), codes_of("x")
    (['CNY'], ['CNY', 'JPY'], frozenset())
    """
    return WORDS.get(unicodedata.normalize("NFKC", word).strip(". ").upper(), NOTHING)


def chosen(codes: frozenset[str], own: str, rates: Mapping[str, Fraction]) -> str | None:
    """The one of these currencies that is meant: the plan's own, else the only one with a rate."""
    if own in codes:
        return own
    rated = codes & rates.keys()
    return next(iter(rated)) if len(rated) == 1 else None


def spelled(own: str, rates: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """The rates under every word in capitals that means their currency beside the plan's."""
    known = {**WORDS, "￥": WORDS["¥"]}
    foreign = {word: code for word, codes in known.items() if (code := chosen(codes, own, rates)) and code != own}
    return {word: rates[code] for word, code in foreign.items()}


def unit_of(remark: str) -> tuple[int, frozenset[str]]:
    """The power of ten and the currencies that a header's remark names: 4 for ``万元``; ``net`` says nothing.

    >>> unit_of("单位：万美元"), unit_of("EUR '000, net")
    ((4, frozenset({'USD'})), (3, frozenset({'EUR'})))
    """
    power, codes = 0, NOTHING
    plain = unicodedata.normalize("NFKC", remark).replace("’", "'")
    for token in re.split(r"[\s:;/、，]+|,(?!0)|单位|單位", plain):
        if token not in _NO_UNITS and (found := _UNIT.fullmatch(token.upper())):
            named = found["before"] or found["behind"] or ""
            power, codes = power or _SCALES.get(found["scale"] or "", 0), codes or codes_of(named)
    return power, codes


def _any_of(words: Mapping[str, object]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_UNIT = re.compile(f"(?P<before>{_any_of(WORDS)})?(?P<scale>{_any_of(_SCALES)})?(?P<behind>{_any_of(WORDS)})?")
