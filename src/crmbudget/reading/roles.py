"""What a column of a file of actuals holds."""

from enum import StrEnum


class Role(StrEnum):
    """What a column holds; the value is its key under ``actuals: columns:``, where ``period`` is a date too."""

    DATE = "date"
    AMOUNT = "amount"
    DEBIT = "debit"
    CREDIT = "credit"
    DIRECTION = "direction"
    QUANTITY = "quantity"
    CURRENCY = "currency"
    ACTIVITY = "activity"
    CATEGORY = "category"
    CHANNEL = "channel"
    SEGMENT = "segment"
    OWNER = "owner"
    REFERENCE = "reference"
    MEMO = "memo"

    @classmethod
    def _missing_(cls, value: object) -> "Role | None":
        return cls.DATE if value == PERIOD else None


PERIOD = "period"
"""Another word for a date."""
MONEY = frozenset({Role.AMOUNT, Role.DEBIT, Role.CREDIT})
