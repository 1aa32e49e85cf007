"""Plans drawn at random for any strategy. A new strategy needs one entry in ``ENTRIES``."""

import json
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from crmbudget.allocation import strategy
from crmbudget.money import Currency

BLEND = "a blend"
STRATEGIES = (*strategy.names(), BLEND)
DIMENSIONS = ("segment", "activity", "channel", "period")
IDS = ("0420", "NO", "12:30", "1e3", "null", "重点", "Z", "a", "b", "a b", "é", "~x")
PERIOD_STARTS = {"month": "2027-11", "quarter": "2027-Q3", "week": "2026-W51", "year": "2027"}

Draw = Callable[[st.SearchStrategy[Any]], Any]
Written = dict[str, Any]


@dataclass
class Drawn:
    """A plan as it would be written, and which of its steps the test is about."""

    plan: Written
    number: int

    @property
    def step(self) -> Written:
        return self.plan["allocate"][self.number]

    @property
    def text(self) -> str:
        return json.dumps(self.plan, ensure_ascii=False)

    def changed(self, change: Callable[[Written, Written], None]) -> "Drawn":
        other = Drawn(deepcopy(self.plan), self.number)
        change(other.plan, other.step)
        return other


def times(text: Any, factor: Fraction) -> str:
    """A number as typed, times a whole or decimal factor, as it would be typed."""
    number = Fraction(str(text)) * factor
    places = 0
    while number.denominator != 1:
        number, places = number * 10, places + 1
    digits = f"{int(number):0{places + 1}d}"
    return f"{digits[:-places]}.{digits[-places:]}" if places else digits


WHOLE = st.integers(0, 30) | st.integers(0, 10**7)
WEIGHTS = st.one_of(
    st.integers(0, 12).map(str),
    st.integers(0, 10**30).map(str),
    st.integers(0, 10**6).map(lambda number: times(number, Fraction(1, 1000))),
    st.integers(10**29, 10**30).map(lambda number: times(number, Fraction(1, 10**15))),
)


@st.composite
def plans(draw: Draw, name: str, *, bounded: bool = False, fit: str | None = None, costs: bool = True) -> Drawn:
    """A plan with one step of the strategy ``name``, and others before and after it."""
    currency = Currency.of(draw(st.sampled_from(["CNY", "JPY", "KWD"])))
    total = draw(st.integers(0, 2000) | st.integers(0, 10**15))
    written: Written = {
        "currency": currency.code,
        "total": currency.text(total),
        "reserve": draw(_reserves(currency, total)),
        "calendar": draw(_calendars()),
        "segments": draw(_segments(currency)),
        "channels": draw(_channels(currency)),
    }
    priced = fit == "cost" or (costs and name != "formula" and draw(st.booleans()))
    written["activities"] = draw(_activities(written, currency, priced=priced))
    dimension = dimension_of(name) or draw(st.sampled_from(DIMENSIONS))
    others = draw(st.lists(st.sampled_from([d for d in DIMENSIONS if d != dimension]), unique=True, max_size=3))
    number = draw(st.integers(0, len(others)))
    step = {"by": name, "zero": draw(st.sampled_from(["equal", "skip"]))} | ENTRIES[name].options(
        draw, written, dimension
    )
    step |= {"fit": fit} if fit else {}
    step |= draw(_bounds(list(members(written, dimension)), currency, total)) if bounded else {}
    steps = [{"by": "count" if other == "segment" else other, "zero": "equal"} for other in others]
    written["allocate"] = [*steps[:number], step, *steps[number:]]
    return Drawn(written, number)


def dimension_of(name: str) -> str | None:
    """The dimension that a strategy splits; None where it takes any."""
    return "segment" if name == BLEND else strategy.find(name).splits


def members(written: Written, dimension: str) -> Sequence[str]:
    """Ids of the members of a dimension, as written."""
    if dimension == "period":
        return period_ids(written["calendar"])
    return list(written["activities" if dimension == "activity" else f"{dimension}s"])


def period_ids(calendar: Written) -> list[str]:
    from crmbudget.period import read_period, sequence

    return [str(period) for period in sequence(read_period(calendar["start"]), calendar["periods"])]


def _reserves(currency: Currency, total: int) -> st.SearchStrategy[str]:
    shares = st.integers(0, 10_000).map(lambda number: f"{times(number, Fraction(1, 100))}%")
    whole = st.integers(0, total // 100 // currency.unit).map(str)
    return st.just("0") | shares | whole


@st.composite
def _calendars(draw: Draw) -> Written:
    every = draw(st.sampled_from(list(PERIOD_STARTS)))
    return {"start": PERIOD_STARTS[every], "every": every, "periods": draw(st.integers(1, 5))}


def _named(inner: st.SearchStrategy[Written], most: int = 4) -> st.SearchStrategy[Written]:
    return st.dictionaries(st.sampled_from(IDS), inner, min_size=1, max_size=most)


def _segments(currency: Currency) -> st.SearchStrategy[Written]:
    value = WHOLE.map(currency.text)
    churn = st.integers(0, 1000).map(lambda number: f"{times(number, Fraction(1, 10))}%")
    return _named(st.fixed_dictionaries({"customers": WHOLE, "value": value, "churn": churn}))


@st.composite
def _channels(draw: Draw, currency: Currency) -> Written:
    weighed = st.fixed_dictionaries({"weight": WEIGHTS})
    priced = st.fixed_dictionaries({"cost": WHOLE.map(currency.text), "contacts": WEIGHTS})
    return draw(_named(weighed, 3) if draw(st.booleans()) else _named(priced, 3))


@st.composite
def _activities(draw: Draw, written: Written, currency: Currency, *, priced: bool) -> Written:
    """The first of them may spend everywhere, so that every cell has somebody who may."""
    ids = draw(st.lists(st.sampled_from(IDS), min_size=1, max_size=4, unique=True))
    return {name: draw(_activity(written, currency, priced=priced, everywhere=name == ids[0])) for name in ids}


@st.composite
def _activity(draw: Draw, written: Written, currency: Currency, *, priced: bool, everywhere: bool) -> Written:
    activity: Written = {"category": draw(st.sampled_from(["service", "gift", "system"]))}
    if priced:
        activity["cost"] = draw(WHOLE.map(currency.text))
        activity["per"] = draw(st.sampled_from(["customer", "period", "plan"]))
        activity["times"] = draw(st.sampled_from(["1", "2", "0.5", "0.333", "12"]))
        activity["priority"] = draw(st.sampled_from(["must", "should", "could"]))
    else:
        activity["weight"] = draw(WEIGHTS)
    if draw(st.booleans()):
        activity["channels"] = {name: draw(WEIGHTS) for name in written["channels"]}
    if not everywhere and draw(st.booleans()):
        activity["segments"] = draw(_some(list(written["segments"])))
        activity["when"] = draw(_some(period_ids(written["calendar"])))
        activity["channels"] = draw(_some(list(written["channels"])))
    return activity


def _some(names: Sequence[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(names), min_size=1, unique=True)


@st.composite
def _bounds(draw: Draw, names: Sequence[str], currency: Currency, total: int) -> Written:
    amounts = st.just("0") | st.integers(currency.unit, max(total // 4, currency.unit)).map(currency.text)
    shares = st.integers(0, 500).map(lambda number: f"{times(number, Fraction(1, 10))}%")
    step: Written = {"min": {}, "max": {}, "fixed": {}}
    for name in names:
        kind = draw(st.sampled_from(["free", "free", "min", "max", "both", "fixed"]))
        percent = draw(st.integers(0, 30))
        if kind == "both":
            step["min"][name], step["max"][name] = f"{percent}.1%", f"{percent + draw(st.integers(1, 40))}%"
        elif kind != "free":
            step[kind][name] = draw(amounts | shares)
    return step


@dataclass(frozen=True)
class Entry:
    """What a strategy needs to be drawn: its step's options, and how all of its weights grow by a factor."""

    options: Callable[[Draw, Written, str], Written]
    scale: Callable[[Written, Written, int], None]


def _nothing(_draw: Draw, _written: Written, _dimension: str) -> Written:
    return {}


def _scale_key(collection: str, *keys: str) -> Callable[[Written, Written, int], None]:
    def scale(written: Written, _step: Written, factor: int) -> None:
        for facts in written[collection].values():
            for key in keys:
                if key in facts:
                    facts[key] = times(facts[key], Fraction(factor))

    return scale


def _scale_channels(written: Written, step: Written, factor: int) -> None:
    _scale_key("channels", "weight", "contacts")(written, step, factor)
    for activity in written["activities"].values():
        if isinstance(own := activity.get("channels"), dict):
            activity["channels"] = {name: times(weight, Fraction(factor)) for name, weight in own.items()}


def _period_options(draw: Draw, written: Written, _dimension: str) -> Written:
    names = period_ids(written["calendar"])
    listed = st.lists(WEIGHTS, min_size=len(names), max_size=len(names))
    by_name = listed.map(lambda weights: dict(zip(names, weights, strict=True)))
    profiles = st.sampled_from([{}, {"profile": "even"}, {"profile": "days"}])
    return draw(profiles | (listed | by_name).map(lambda weights: {"weights": weights}))


def _scale_periods(_written: Written, step: Written, factor: int) -> None:
    weights = step.get("weights")
    if isinstance(weights, dict):
        step["weights"] = {name: times(weight, Fraction(factor)) for name, weight in weights.items()}
    elif weights:
        step["weights"] = [times(weight, Fraction(factor)) for weight in weights]


def _shares(draw: Draw, written: Written, dimension: str) -> Written:
    names = draw(_some(members(written, dimension)))
    cuts = sorted(draw(st.lists(st.integers(0, 10_000), min_size=len(names) - 1, max_size=len(names) - 1)))
    parts = [high - low for low, high in zip([0, *cuts], [*cuts, 10_000], strict=True)]
    shares = {name: f"{times(part, Fraction(1, 100))}%" for name, part in zip(names, parts, strict=True)}
    return {"across": dimension, "shares": shares}


FORMULAS = {
    "segment": ("value * churn", "customers / 3 + 1/7", "max(0, customers - 5) * 0.1", "customers * (churn > 0.5)"),
    "activity": ("weight / 3", "min(weight, 4)", "2"),
    "channel": ("1 / 3", "7 * 0.125", "0"),
    "period": ("days", "days * days / 7"),
}


def _formula(draw: Draw, _written: Written, dimension: str) -> Written:
    return {"across": dimension, "formula": draw(st.sampled_from(FORMULAS[dimension]))}


def _scale_formula(_written: Written, step: Written, factor: int) -> None:
    step["formula"] = f"{factor} * ({step['formula']})"


def _blend(draw: Draw, _written: Written, _dimension: str) -> Written:
    percent = draw(st.integers(0, 100))
    return {"by": {"value": f"{percent}%", "count": f"{100 - percent}%"}, "zero": "equal"}


ENTRIES: dict[str, Entry] = {
    "activity": Entry(_nothing, _scale_key("activities", "weight", "cost")),
    "channel": Entry(_nothing, _scale_channels),
    "count": Entry(_nothing, _scale_key("segments", "customers")),
    "equal": Entry(lambda _draw, _written, dimension: {"across": dimension}, lambda *_: None),
    "fixed": Entry(_shares, lambda *_: None),
    "formula": Entry(_formula, _scale_formula),
    "period": Entry(_period_options, _scale_periods),
    "value": Entry(_nothing, _scale_key("segments", "value")),
    BLEND: Entry(_blend, _scale_key("segments", "value", "customers")),
}
