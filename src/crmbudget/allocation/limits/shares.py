"""Whole amounts that rules bear on, and what the rules leave them."""

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

Exact = Fraction | int
Entries = tuple[tuple[int, Exact], ...]
"""The rules that an amount touches, by position, with what one unit adds to each."""


class Share(NamedTuple):
    """A whole amount that may change: its group, whose sum stays, its size, and the rules it touches."""

    group: int
    amount: int
    entries: Entries


def excess(shares: Sequence[Share], most: Sequence[Exact]) -> list[Exact]:
    """What each rule still allows, below zero where it is broken."""
    left = list(most)
    for share in shares:
        for rule, coefficient in share.entries:
            left[rule] -= coefficient * share.amount
    return left
