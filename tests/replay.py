"""A figure computed again from what `explain --format json` says of it; written from docs/explain.md alone."""

from fractions import Fraction
from itertools import groupby
from math import floor


def replayed(document):
    """The figure in minor units, from the records of one line."""
    told = mirrored(document) if units(document["summary"]["total"]) < 0 else document
    summary = {name: units(told["summary"][name]) for name in ("total", "reserve", "pool", "unassigned", "amount")}
    pool = summary["total"] - summary["reserve"]
    assert pool == summary["pool"]
    if not told["steps"]:
        return summary["amount"]
    for _, records in groupby(told["results"], key=lambda record: record["step"]):
        pool = step(pool, list(records), told)
    assert pool == units(told["summary"]["unlimited"])
    for _, records in groupby(told["effects"], key=lambda record: record["step"]):
        pool = effect(list(records))
    return -pool if told is not document else pool


def step(pool, records, told):
    """The chosen member's amount: exact shares within their bounds, then the odd units."""
    members = [record for record in records if record["member"] is not None]
    assert {units(record["pool"]) for record in records} == {pool}
    assert [Fraction(record["weight"]) for record in members] == weights(members, told)
    shares = filled(pool, members)
    shares += [pool - sum(shares)] * (len(records) - len(members))
    assert shares == [Fraction(record["exact"]) for record in records]
    parts = rounded(shares, [Fraction(record["carried"]) for record in records])
    parts = [part + record["evened"] for part, record in zip(parts, records, strict=True)]
    assert parts == [units(record["amount"]) for record in records]
    assert sum(parts) == pool
    (chosen,) = (part for part, record in zip(parts, records, strict=True) if record["chosen"])
    return chosen


def weights(members, told):
    """Each member's part of all weights, from its weight by every strategy of the step."""
    found = []
    for record in members:
        own = [one for one in told["weights"] if (one["step"], one["member"]) == (record["step"], record["member"])]
        parts = [
            Fraction(one["share"]) / 100 * Fraction(one["weight"]) / (Fraction(one["total_weight"]) or 1) for one in own
        ]
        found.append(sum(parts))
    return found


def filled(pool, members):
    """Exact shares: in proportion; within bounds, with one factor for all who are served in the same turn."""
    parts = [Fraction(record["weight"]) for record in members]
    if all(record["low"] is None for record in members):
        return [pool * part for part in parts]
    low = [Fraction(record["low"]) for record in members]
    high = [None if record["high"] is None else Fraction(record["high"]) for record in members]
    shares, left = list(low), pool - sum(low)
    for turn in sorted({record["turn"] for record in members}):
        here = [place for place, record in enumerate(members) if record["turn"] == turn]
        have = left + sum(low[place] for place in here)
        given = clipped(have, *([column[place] for place in here] for column in (parts, low, high)))
        left = have - sum(given)
        for place, share in zip(here, given, strict=True):
            shares[place] = share
    return shares


def clipped(have, parts, low, high):
    def at(factor):
        rows = zip(parts, low, high, strict=True)
        return [max(least, factor * part if most is None else min(factor * part, most)) for part, least, most in rows]

    bends = {
        bound / part
        for part, *both in zip(parts, low, high, strict=True)
        for bound in both
        if part and bound is not None
    }
    before = Fraction(0)
    for bend in [*sorted(bends), None]:
        top = at(bend) if bend is not None else at(max([before, *bends]) + 1)
        there = max([before, *bends]) + 1 if bend is None else bend
        if bend is None or sum(top) >= have:
            gap = sum(top) - sum(at(before))
            return at(before + (there - before) * (have - sum(at(before))) / gap) if gap else at(before)
        before = bend
    raise AssertionError


def rounded(shares, carried):
    """Whole units; the odd ones go to those who are due most beyond them, in a tie to the earlier."""
    parts = [floor(share) for share in shares]
    due = {place: share - floor(share) + carried[place] for place, share in enumerate(shares) if share != floor(share)}
    odd = sum(shares) - sum(parts)
    for place in sorted(due, key=lambda place: (-due[place], place))[: int(odd)]:
        parts[place] += 1
    return parts


def effect(records):
    """The chosen member's amount after limits moved money; where no members are told, what all lines together have."""
    if records[0]["member"] is None:
        return units(records[0]["amount"])
    pool, total = units(records[0]["pool"]), sum(int(record["weight"]) for record in records)
    amounts = []
    for record in records:
        exact = Fraction(pool * int(record["weight"]), total or 1)
        assert exact == Fraction(record["exact"])
        amounts.append(floor(exact) + record["settled"])
        assert amounts[-1] == units(record["amount"])
    assert sum(amounts) == pool
    (chosen,) = (amount for amount, record in zip(amounts, records, strict=True) if record["chosen"])
    return chosen


def units(amount):
    """Minor units of a decimal string, whatever its currency's decimals."""
    return int(amount.replace(".", ""))


def mirrored(value):
    """The same document of the opposite total."""
    signed = {
        "total",
        "reserve",
        "pool",
        "unassigned",
        "unlimited",
        "amount",
        "before",
        "low",
        "high",
        "carried",
        "exact",
        "evened",
        "settled",
    }
    if isinstance(value, dict):
        return {key: opposite(one) if key in signed else mirrored(one) for key, one in value.items()}
    return [mirrored(one) for one in value] if isinstance(value, list) else value


def opposite(value):
    if isinstance(value, str):
        return value.removeprefix("-") if value.startswith("-") else f"-{value}"
    return None if value is None else -value if isinstance(value, int) else mirrored(value)
