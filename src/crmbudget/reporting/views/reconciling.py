"""The line that is always there: where every row and every cent of the files went."""

from collections.abc import Mapping

from crmbudget.money import Currency
from crmbudget.wording import joined, say, say_count

PARTS = ("matched", "unbudgeted", "rejected")


def reconciliation(rows: Mapping[str, int], amounts: Mapping[str, int], unread: int, money: Currency) -> str:
    """Rows and amounts by part, and all of them under ``control``; ``unread`` rows have no amount that can count."""
    words = {"matched": say("matched"), "unbudgeted": say("unbudgeted"), "rejected": say("rejected")}
    parts = [
        say(
            "{rows:,} {word} {amount}",
            rows=rows[part],
            word=words[part],
            amount=money.text(amounts[part], grouped=True),
        )
        for part in PARTS
    ]
    rest = say(" ({unread:,} rejected without an amount that can count)", unread=unread) if unread else ""
    return say(
        "{names} = control total {rows} {amount} {code}{rest}",
        names=joined(" + ", parts),
        rows=say_count("{count} row", "{count:,} rows", rows["control"]),
        amount=money.text(amounts["control"], grouped=True),
        code=money.code,
        rest=rest,
    )
