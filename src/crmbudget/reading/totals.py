"""Which texts say that their row is a total of others, or a balance, and no entry."""

import re

from crmbudget.reading.terms import ALIKE, folded

TOTAL_WORDS = (
    *("Total", "Totals", "Subtotal", "Sub-total", "Grand total", "Sum", "Summe", "Zwischensumme", "Gesamt"),
    *("Opening balance", "Closing balance", "Balance brought forward", "Balance carried forward"),
    *("Brought forward", "Carried forward"),
    *("合计", "小计", "总计", "共计", "累计", "本日合计", "本月合计", "本季合计", "本年合计", "本月累计", "本年累计"),
    *("期初余额", "期末余额", "承前页", "过次页", "上年结转", "结转下年"),
)
_OF_WHEN = "年月日季度期第份元万一二三四五六七八九十上下半全"
_TOTAL = re.compile(rf"[\W\d{_OF_WHEN}]*(?:{'|'.join(map(folded, TOTAL_WORDS))})[\W\d{_OF_WHEN}]*")


def is_total(text: str) -> bool:
    """Whether the whole text says that its row is a total, such as ``Sub-total:``, 合　计 or 1月小计."""
    return _TOTAL.fullmatch(folded(text)) is not None


def _loosely(word: str) -> str:
    """A pattern for a folded word with blanks, points and dashes between its letters."""
    variants = {sign: "".join(pair[0] for pair in ALIKE.split() if pair[1] == sign) for sign in word}
    signs = [f"[{sign}{variants[sign]}]" if variants[sign] else sign for sign in word]
    return r"[- _.\x{a0}\x{3000}]*".join(signs)


_AROUND = rf"[\x00-@\[-`{{-\x{{a0}}\x{{3000}}：（）、，。【】{_OF_WHEN}]*"
MAYBE_TOTAL = f"(?i)^{_AROUND}(?:{'|'.join(_loosely(folded(word)) for word in TOTAL_WORDS)}){_AROUND}$"
"""A pattern for SQL that takes what is a total and is written in usual signs; ``is_total`` has the last word."""
