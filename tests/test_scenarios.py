"""Scenarios change only what they list, exactly; side by side they add up; and each input is measured alone."""

import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import drawn_plans
from crmbudget import allocate, load_plan, read_plan
from crmbudget.allocation.limits.selection import words
from crmbudget.comparing.scenarios import difference
from crmbudget.comparing.sensitivity import WORK_MAX, depth_of, inputs_of, nudged, sensitivities
from crmbudget.finding import Misread, Refused
from crmbudget.money import Currency
from crmbudget.planning.inputs import ABSENT, said, with_said
from crmbudget.planning.kinds import Kind, is_list, kind_at
from crmbudget.planning.loader import load_scenarios
from crmbudget.planning.scalars import Share
from crmbudget.planning.schema import plan_schema
from runner import ROOT, here, run

HANDOVER = "examples/handover/plan.yaml"
TEXT = """
currency: CNY
total: 1_000_000.10
reserve: 8%
calendar: {start: 2027-01, periods: 2}
segments:
  key: {customers: 40, value: 820_000, churn: 12%, need: 3.5}
  a.b: {customers: 3, value: 120万, owner: li}
activities:
  gifts: {category: gift, weight: 1, channels: {email: 4}}
  visits: {category: event, weight: 3, when: [2027-01]}
channels: {email: {weight: 1}, phone: {cost: 12.50, contacts: 4}}
allocate:
  - by: {value: 60%, count: 40%}
    max: {key: 55%}
  - by: activity
    min: {gifts: 1_000}
limits: [{category: gift, max: 40%}, {category: event, min: 10%}]
"""


def scenario(listed, text=TEXT, **options):
    """The plan with one scenario laid over it."""
    return read_plan(f"{text}scenarios: {{s: {listed}}}\n", scenario="s", **options)


def at(dotted):
    return tuple(int(part) if part.isdecimal() else part.replace("|", ".") for part in dotted.split("."))


CHANGED = [
    ("a plain value replaces", "{total: 1.4m}", "total", 140_000_000),
    ("an unsigned percent replaces", "{reserve: 15%}", "reserve", Share(Fraction(3, 20))),
    ("an amount may replace a share", "{reserve: 5k}", "reserve", 500_000),
    ("a signed percent is a part of the number itself", "{total: -15%}", "total", 85_000_008),
    ("an amount is rounded half to even", "{total: -0.5%}", "total", 99_500_010),
    ("an amount in 万 changes too", "{segments.a.b.value: +10%}", "segments.a|b.value", 132_000_000),
    ("full-width signs and digits are read", "{total: －１５％}", "total", 85_000_008),
    ("a sign may stand apart", "{total: '+ 10 %'}", "total", 110_000_011),
    ("a signed amount is added", "{total: +50_000}", "total", 105_000_010),
    ("a signed amount is taken away", "{total: -10万}", "total", 90_000_010),
    ("a share changes by a part of itself", "{reserve: +10%}", "reserve", Share(Fraction(88, 1000))),
    ("a share changes by points", "{reserve: +2pp}", "reserve", Share(Fraction(1, 10))),
    ("points in Chinese", "{reserve: -1个百分点}", "reserve", Share(Fraction(7, 100))),
    ("a percent of one's own changes by points", "{segments.key.churn: +5pp}", "segments.key.churn", Fraction(17, 100)),
    ("and by a part of itself, exactly", "{segments.key.churn: +33.3%}", "segments.key.churn", Fraction(15996, 100000)),
    ("a number changes by so much", "{segments.key.need: -0.25}", "segments.key.need", Fraction(13, 4)),
    ("a number may fall below zero", "{segments.key.need: -4}", "segments.key.need", Fraction(-1, 2)),
    ("customers stay whole, half to even", "{segments.a.b.customers: -50%}", "segments.a|b.customers", 2),
    ("customers change by so many", "{segments.key.customers: -5}", "segments.key.customers", 35),
    ("a count of the calendar changes", "{calendar.periods: +1}", "calendar.periods", 3),
    ("nested keys do the same", "{segments: {key: {churn: +5pp}}}", "segments.key.churn", Fraction(17, 100)),
    ("dotted and nested keys mix", "{segments.key: {churn: +5pp}}", "segments.key.churn", Fraction(17, 100)),
    ("a weight changes exactly", "{activities.visits.weight: +10%}", "activities.visits.weight", Fraction(33, 10)),
    ("a weight of an activity's own", "{activities.gifts.channels.email: +1}", "activities.gifts.channels.email", Fraction(5)),
    ("a cost is an amount", "{channels.phone.cost: +0.1%}", "channels.phone.cost", 1_251),
    ("a step bound changes", "{allocate.0.max.key: +5pp}", "allocate.0.max.key", Share(Fraction(3, 5))),
    ("a new step bound, its id with a dot", "{allocate.0.max.a.b: 70%}", "allocate.0.max.a|b", Share(Fraction(7, 10))),
    ("a new step bound, nested", "{allocate.0.max: {a.b: 70%}}", "allocate.0.max.a|b", Share(Fraction(7, 10))),
    ("new bounds of a step", "{allocate.0: {min.key: 5%, fixed: {a.b: 1k}}}", "allocate.0.fixed.a|b", 100_000),
    ("a new member whose id has a dot", "{segments: {n.m: {customers: 5, value: 1}}}", "segments.n|m.customers", 5),
    ("shares of a blend", "{allocate.0.by: {value: +10pp, count: -10pp}}", "allocate.0.by.value", Share(Fraction(7, 10))),
    ("a limit by its position", "{limits.0.max: 8%}", "limits.0.max", Share(Fraction(2, 25))),
    ("a limit by its position, nested", "{limits: {0: {max: 8%}}}", "limits.0.max", Share(Fraction(2, 25))),
    ("a limit is added", "{limits.2: {segment: key, max: 50%}}", "limits.2.segment", "key"),
    ("a limit is taken out", "{limits.0: ~}", "limits.0.category", "event"),
    ("two of them", "{limits.0: ~, limits.1: null}", "limits", ()),
    ("one is taken out, the other is changed", "{limits.0: ~, limits.1.min: 5%}", "limits.0.min", Share(Fraction(1, 20))),
    ("a list takes the place of a list", "{limits: []}", "limits", ()),
    ("a number is taken out", "{segments.key.need: ~}", "segments.key.need", ABSENT),
    ("a new number of a segment", "{segments.key.risk: 3}", "segments.key.risk", Fraction(3)),
    ("a new member", "{segments.new: {customers: 5, value: 1k}}", "segments.new.value", 100_000),
    ("a mapping may take the place of a word", "{allocate.1.by: {activity: 100%}}", "allocate.1.by.activity", Share(Fraction(1))),
    ("a mapping may take the place of a list", "{activities.visits.channels: {email: 2}}", "activities.visits.channels.email", Fraction(2)),
    ("an empty mapping changes nothing", "{segments: {}}", "segments.key.customers", 40),
    ("a text that begins with a sign", "{segments.key.owner: -li}", "segments.key.owner", "-li"),
    ("a list of the plan grows", "{activities.visits.when.1: 2027-02}", "activities.visits.when.1", None),
]  # fmt: skip


@pytest.mark.parametrize(("listed", "path", "value"), [case[1:] for case in CHANGED], ids=[case[0] for case in CHANGED])
def test_a_value_is_changed(listed, path, value):
    loaded = scenario(listed)
    assert loaded.findings == ()
    found = said(loaded.plan, at(path))
    assert found == value if value is not None else found is not ABSENT


def test_a_plan_may_leave_to_its_scenarios_what_it_lacks():
    text = "currency: CNY\nsegments: {key: {customers: 4}}\n"
    assert scenario("{total: 50}", text).ready.total == 5_000
    assert scenario("{total: 50, limits.0: {segment: key, max: 100%}}", text).ready.limits[0].segment == "key"


REFUSED = [
    ("points of an amount", "{total: +5pp}", "CB127", "`+5pp` adds percentage points, and `total` is an amount", "write +5% to change it by a part of itself, or the new value without a sign"),
    ("points of a weight", "{activities.gifts.weight: -5pp}", "CB127", "`-5pp` adds percentage points, and `activities.gifts.weight` is no percent", "write -5% "),
    ("points of customers", "{segments.key.customers: +5pp}", "CB127", "is a whole number", "write +5%"),
    ("so much of a share", "{reserve: +5}", "CB127", "`+5` has no unit, and `reserve` is a share", "write +5pp for percentage points, or +5% of itself"),
    ("points without a sign", "{reserve: 5pp}", "CB127", "`5pp` is in percentage points, without a sign", "write +5pp or -5pp"),
    ("a part of nothing", "{segments.key.risk: +5%}", "CB127", "the plan says no `segments.key.risk` that `+5%` could change", "write the value itself, without a sign"),
    ("a part of nothing, in a new member", "{segments.new: {customers: 5, churn: +5pp}}", "CB127", "the plan says no `segments.new.churn` that `+5pp`", ""),
    ("a part of nothing, deeper", "{activities.new: {category: gift, channels: {email: +5%}}}", "CB127", "no `activities.new.channels.email`", ""),
    ("a key with a typing error", "{totl: -5%}", "CB127", "the plan says no `totl`", "did you mean `total`?"),
    ("a plain value under such a key", "{totl: 5}", "CB104", "`totl` is not a key of a plan", "did you mean `total`?"),
    ("a part of a word", "{segments.a.b.owner: +5%}", "CB127", "`+5%` changes a number, and `segments.a.b.owner` is none", "write a value without a sign"),
    ("a part of a mapping", "{segments: -10%}", "CB127", "`-10%` changes a number, and `segments` is none", ""),
    ("a part of a date", "{calendar.start: +1}", "CB127", "`calendar.start` is none", ""),
    ("keys below a value", "{total.x: 5}", "CB127", "`total` holds no keys", "name a key that holds others"),
    ("a position that is not there", "{limits.3.max: 5%}", "CB127", "`limits` is a list of 2 members, and has no position `3`", "`limits.0` is the first, `limits.2` would be a new one"),
    ("a position that is no number", "{limits.first.max: 5%}", "CB127", "has no position `first`", "count from 0"),
    ("nothing given", "{reserve: }", "CB107", "nothing is given", "write a value for `reserve`, or ~ to take it out"),
    ("taking out what is not there", "{segments.key.risk: ~}", "CB127", "there is no `segments.key.risk` to take out", "take this line out"),
    ("an empty key", "{'': 5}", "CB127", "an empty key changes nothing", ""),
    ("another currency", "{currency: EUR}", "CB127", "a scenario cannot change `currency`", "take `currency` out"),
    ("another scenario", "{scenarios.t.total: 5}", "CB127", "a scenario cannot change `scenarios`", ""),
    ("one value twice", "{total: 5, segments: {key: {churn: 5%}}, segments.key.churn: 6%}", "CB127", "`segments.key.churn` is changed twice", "keep one of them"),
    ("one inside the other", "{limits: [], limits.0.max: 8%}", "CB127", "`limits.0.max` is inside `limits`, and both are changed", "keep one of them"),
    ("a result below nothing", "{reserve: -10pp}", "CB115", "`-2%` is less than nothing", "0% or more"),
    ("too few customers", "{segments.key.customers: -50}", "CB115", "`-10` is less than nothing", "write 0 or more"),
    ("a reserve above the total", "{reserve: +95pp}", "CB202", "not a part of the total", ""),
    ("a member without what it needs", "{activities.new: {weight: 1}}", "CB125", "lacks `category`", ""),
    ("a key that no limit has", "{limits.0.maxx: 5%}", "CB104", "`maxx` is not a key", "`max`"),
    ("a number that is none", "{total: +1e3%}", "CB109", "is a share", ""),
    ("commas in odd places", "{total: '+1,5%'}", "CB108", "`1,5` has a decimal comma", ""),
    ("a key deeper than any plan", f"{{{'a.' * 70}b: 5}}", "CB127", "leads deeper than any plan", "write fewer keys"),
    ("a scenario that is no mapping", "5", "CB106", "a mapping is expected here", ""),
    ("its name is no text", "{name: [a]}", "CB106", "a text is expected here", ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("listed", "code", "message", "fix"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_what_cannot_be_changed_is_told_at_the_scenario_s_line(listed, code, message, fix):
    loaded = scenario(listed)
    (finding,) = loaded.findings
    assert loaded.plan is None
    assert (finding.code, finding.place.line) == (code, len(TEXT.splitlines()) + 1)
    assert message in finding.message
    assert fix in (finding.fix or "")


def test_the_base_is_the_plan_as_it_is():
    assert read_plan(TEXT, scenario="base").ready == read_plan(TEXT).ready
    named = f"{TEXT}scenarios: {{base: {{name: 现状}}}}"
    assert read_plan(named).ready.scenarios["base"].name == "现状"
    (finding,) = read_plan(f"{TEXT}scenarios: {{base: {{name: x, total: 5}}}}").findings
    assert (finding.code, "`base` is the plan as it is" in finding.message) == ("CB127", True)


@pytest.mark.parametrize("text", [TEXT, f"{TEXT}scenarios: {{downturn: {{total: -15%}}}}"])
def test_a_scenario_that_is_not_there_cannot_start(text):
    with pytest.raises(Refused) as refused:
        read_plan(text, scenario="downtrun")
    assert [finding.code for finding in refused.value.findings] == ["CB126"]
    assert refused.value.exit_code == 2
    assert refused.value.findings[0].fix == (
        "did you mean `downturn`?" if "downturn" in text else "add `scenarios:` to the plan"
    )


def test_what_the_plan_itself_says_wrong_is_told_at_the_plan():
    (finding,) = scenario("{total: -15%}", "currency: CNY\ntotal: 1e3\nsegments: {a: {value: 1}}\n").findings
    assert (finding.code, finding.place.line) == ("CB113", 2)
    found = scenario("{total: -15%}", "currency: ABC\ntotal: 100\nsegments: {a: {value: 1}}\n").findings
    assert [finding.code for finding in found] == ["CB116"]


def test_a_list_that_loses_a_member_keeps_the_places_of_the_others():
    text = "currency: CNY\ntotal: 100\nsegments: {a: {value: 1}}\nlimits:\n  - {segment: a, max: 100%}\n  - {segment: x, max: 5%}\n"
    (finding,) = scenario("{limits.0: ~}", text).findings
    assert (finding.code, finding.place.line) == ("CB201", 6)


def test_what_a_scenario_brings_has_the_scenario_s_places():
    loaded = scenario("{segments: {new: {customers: 5, value: 1k}}, total: -15%, limits.2: {segment: key, max: 5%}}")
    line = len(TEXT.splitlines()) + 1
    for path in ("total", "segments.new", "segments.new.value", "limits.2.max"):
        assert {loaded.source.place(at(path), key=key).line for key in (True, False)} == {line}
    assert loaded.source.place(("segments", "key", "value")).line == 7
    assert [(change.at, change.before, change.after) for change in loaded.changes][-1] == (
        ("total",), "1_000_000.10", "850,000.08",
    )  # fmt: skip


def test_long_values_are_shown_in_part():
    loaded = scenario(f"{{activities.visits.when: [{', '.join(['2027-01'] * 20)}], limits.0: ~}}")
    shown = {change.at: (change.before, change.after) for change in loaded.changes}
    assert shown["activities", "visits", "when"] == ("[2027-01]", "[" + "2027-01, " * 6 + "20...")
    assert shown["limits", 0] == ("{category: gift, max: 40%}", None)


def test_an_anchor_that_two_places_share_is_changed_in_one():
    text = "currency: CNY\ntotal: 100\nsegments: {a: &x {value: 75, churn: 5%}, b: *x}\n"
    plan = scenario("{segments.a.churn: +1pp}", text).ready
    assert (plan.segments["a"].model_extra, plan.segments["b"].model_extra) == (
        {"churn": Fraction(6, 100)},
        {"churn": Fraction(1, 20)},
    )


def test_overrides_come_after_the_scenario_and_change_scenarios_too():
    listed = "{total: -50%, reserve: 1%}"
    assert scenario(listed, overrides=["total=7"]).ready.total == 700
    assert scenario(listed, overrides=["scenarios.s.total=+10%"]).ready.total == 110_000_011
    assert scenario(listed, overrides=["scenarios={s: {total: 9}}"]).ready.total == 900
    assert scenario(listed, overrides=["limits.0.max=9%"]).ready.limits[0].max == Share(Fraction(9, 100))
    with pytest.raises(Refused):
        scenario(listed, overrides=["limits.7.max=9%"])


KINDS = [
    ("total", Kind.AMOUNT), ("reserve", Kind.BOUND), ("calendar.periods", Kind.WHOLE), ("segments.x.customers", Kind.WHOLE),
    ("segments.x.own", Kind.NUMBER), ("activities.x.times", Kind.WEIGHT), ("activities.x.channels.y", Kind.WEIGHT),
    ("allocate.0.by.value", Kind.SHARE), ("allocate.3.min.x", Kind.BOUND), ("allocate.0.weights.4", Kind.WEIGHT),
    ("allocate.0.weights.2027-01", Kind.WEIGHT), ("allocate.0.plugin", Kind.NUMBER), ("monitor.over.amount", Kind.AMOUNT),
    ("monitor.watch", Kind.SHARE), ("monitor.progress", Kind.SHARE), ("monitor.progress.x", Kind.SHARE), ("fx.USD", Kind.WEIGHT),
    ("customers.from", None), ("name", None), ("segments", None), ("total.x", None), ("nothing", None), ("limits.0.per", None),
]  # fmt: skip


@pytest.mark.parametrize(("path", "kind"), KINDS)
def test_the_models_say_which_number_stands_where(path, kind):
    assert kind_at(at(path)) is kind
    assert is_list(at(path)) == (path == "limits")


# Promises


def leaves(tree, path=()):
    if isinstance(tree, dict | list):
        for key, inner in tree.items() if isinstance(tree, dict) else enumerate(tree):
            yield from leaves(inner, (*path, key))
    else:
        yield path


WHOLE = {"total", "value", "cost", "customers"}
NUMBERS = WHOLE | {"churn", "weight"}


def half_even(number):
    """The nearest whole number; of two, the even one."""
    doubled, rest = divmod(number.numerator * 2, number.denominator)
    down, odd = divmod(doubled, 2)
    return down + (odd and (bool(rest) or down % 2))


@st.composite
def overlaid(draw):
    """A drawn plan with a scenario of signed percents of some of its numbers; paths and factors."""
    drawn = draw(drawn_plans.plans(draw(st.sampled_from(["value", "count", "activity", drawn_plans.BLEND]))))
    paths = [path for path in leaves(drawn.plan) if path[-1] in NUMBERS and path[0] != "allocate"]
    chosen = draw(st.lists(st.sampled_from(paths), min_size=1, unique=True))
    hundredths = {path: draw(st.integers(-9_999, 20_000)) for path in chosen}
    return drawn, hundredths


def written(hundredths):
    """A scenario, its keys in the order of the paths, half of them nested."""
    scenario = {}
    for number, (path, hundredth) in enumerate(hundredths.items()):
        value = f"{'-' if hundredth < 0 else '+'}{drawn_plans.times(abs(hundredth), Fraction(1, 100))}%"
        if number % 2 == 0 or len(path) == 1:
            scenario[".".join(map(str, path))] = value
        else:
            node = scenario
            for key in path[:-1]:
                node = node.setdefault(str(key), {})
            node[path[-1]] = value
    return scenario


def loaded_with(plan, listed, name="s"):
    return read_plan(json.dumps({**plan, "scenarios": {name: listed}}, ensure_ascii=False), scenario=name)


@given(overlaid())
def test_an_overlay_changes_only_what_it_lists_and_exactly(made):
    drawn, hundredths = made
    base = read_plan(drawn.text).ready
    loaded = loaded_with(drawn.plan, written(hundredths))
    for finding in loaded.findings:
        assert finding.code == "CB202"  # an amount held back from a smaller total
    expected = base
    for path, hundredth in hundredths.items():
        new = Fraction(said(base, path)) * (10_000 + hundredth) / 10_000
        expected = with_said(expected, path, half_even(new) if path[-1] in WHOLE else new)
    assert loaded.draft.model_copy(update={"scenarios": {}}) == expected


@given(overlaid(), st.randoms(use_true_random=False))
def test_the_order_of_a_scenario_s_keys_changes_nothing(made, chance):
    drawn, hundredths = made
    mixed = list(hundredths.items())
    chance.shuffle(mixed)
    one, other = (loaded_with(drawn.plan, written(dict(paths))) for paths in (hundredths.items(), mixed))
    assert one.draft.model_copy(update={"scenarios": {}}) == other.draft.model_copy(update={"scenarios": {}})
    assert [change[:3] for change in one.changes] == [change[:3] for change in other.changes]


@given(overlaid())
def test_every_scenario_adds_up_to_the_cent(made):
    drawn, hundredths = made
    loaded = loaded_with(drawn.plan, written(hundredths))
    if loaded.plan is None:
        return
    try:
        budget = allocate(loaded.plan, loaded.source)
    except Refused:
        return
    assert budget.reserve + sum(line[-1] for line in budget.lines()) + budget.unassigned_total == loaded.plan.total
    base = read_plan(drawn.text).ready
    try:
        gains = difference(allocate(base), budget)
    except Refused:
        return
    assert gains.gained - gains.lost == loaded.plan.total - base.total
    assert gains.moved == max(gains.gained, gains.lost)


@pytest.mark.parametrize("example", ["small", "handover", "telco", "philadelphia"])
def test_a_scenario_equal_to_the_base_gives_the_same_bytes(example, tmp_path, monkeypatch, capsys):
    folder = ROOT / "examples" / example
    for file in folder.glob("*.*"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    text = (folder / "plan.yaml").read_text("utf-8").partition("\nscenarios:")[0]
    same = next(f"{key}: {value}" for key, value in [("currency_", 0), ("name", "same")] if key in text)
    (tmp_path / "plan.yaml").write_text(f"{text}\nscenarios: {{same: {{{same}}}}}\n", encoding="utf-8")
    base, other = (
        here(monkeypatch, capsys, "allocate", "plan.yaml", "--format", "json", *words, cwd=tmp_path).out
        for words in ([], ["--scenario", "same"])
    )
    assert other == base.replace('"summary": {', '"summary": {"scenario": "same", ')


# Customer lists

LIST = """
currency: CNY
total: 1_000
customers: {from: c.csv, id: id, segment: tier, value: worth, numbers: {churn: left}}
segments: {Key: {name: 重点, owner: li}}
activities: {gifts: {category: gift}}
allocate: [{by: formula, across: segment, formula: value * churn}, {by: activity}]
"""
ROWS = "id,tier,worth,left\n1,Key,500.00,0.25\n2,Key,300.00,0.5\n3,a.b,100.00,1\n4,a.b,100.00,0\n5,a.b,100.00,0\n"


@pytest.fixture
def listed(tmp_path):
    """A plan with a customer list, read with one scenario."""

    def load(scenario, text=LIST):
        (tmp_path / "c.csv").write_text(ROWS, encoding="utf-8")
        (tmp_path / "plan.yaml").write_text(f"{text}scenarios: {{s: {scenario}}}\n", encoding="utf-8")
        return load_plan(str(tmp_path / "plan.yaml"), scenario="s")

    return load


OF_LISTS = [
    ("{segments.Key.churn: +5pp}", "Key", "churn", Fraction(375, 1000) + Fraction(1, 20), "0.375", "0.425"),
    ("{segments.Key.churn: -10%}", "Key", "churn", Fraction(3375, 10000), "0.375", "0.3375"),
    ("{segments.Key.churn: +0.1}", "Key", "churn", Fraction(475, 1000), "0.375", "0.475"),
    ("{segments.Key.churn: 20%}", "Key", "churn", Fraction(1, 5), "0.375", "20%"),
    ("{segments.Key.churn: ~}", "Key", "churn", ABSENT, "0.375", None),
    ("{segments: {a.b: {churn: +10%}}}", "a.b", "churn", Fraction(11, 30), "about 0.3333", "about 0.3667"),
    ("{segments.Key.value: -0.001%}", "Key", "value", 79_999, "800.00", "799.99"),
    ("{segments.Key.value: 1k}", "Key", "value", 100_000, "800.00", "1,000.00"),
    ("{segments: {Key: {customers: +50%}}}", "Key", "customers", 3, "2", "3"),
    ("{segments.Key.need: 4}", "Key", "need", Fraction(4), None, "4"),
]


@pytest.mark.parametrize(("scenario", "segment", "key", "value", "before", "after"), OF_LISTS)
def test_a_number_of_the_customer_list_is_changed(listed, scenario, segment, key, value, before, after):
    loaded = listed(scenario)
    assert said(loaded.ready, ("segments", segment, key)) == value
    assert [change[1:3] for change in loaded.changes] == [(before, after)]
    assert loaded.source.place(("segments", segment, key)).line == len(LIST.splitlines()) + 1
    assert loaded.pending == ()


WRONG_OF_LISTS = [
    ("{segments.Key.churn: +5%%}", "CB108", "is not a number"),
    ("{segments.Key.value: +5pp}", "CB127", "`+5pp` adds percentage points, and `segments.Key.value` is an amount"),
    ("{segments.Key.customers: +5pp}", "CB127", "is a whole number"),
    ("{segments.Key.customers: -9}", "CB115", "`-7` is less than nothing"),
    ("{segments.Kee.churn: +5pp}", "CB127", "the customer list has no segment `Kee`"),
    ("{segments.Kee.need: 4}", "CB409", "the customer list has no segment `Kee`"),
    ("{segments.Key.churn: [5%]}", "CB106", "a number is expected here, not a list"),
    ("{segments.Key.churn: ''}", "CB107", "nothing is given"),
    ("{segments.Key.need: +5%}", "CB127", "the plan says no `segments.Key.need`"),
]


@pytest.mark.parametrize(("scenario", "code", "message"), WRONG_OF_LISTS)
def test_what_cannot_be_changed_of_a_list_is_told_in_the_same_words(listed, scenario, code, message):
    loaded = listed(scenario)
    (finding,) = loaded.findings
    assert loaded.plan is None
    assert (finding.code, finding.place.line) == (code, len(LIST.splitlines()) + 1)
    assert message in finding.message


def test_what_a_list_does_not_give_cannot_be_changed(listed):
    text = LIST.replace(", value: worth", "").replace("formula: value * churn", "formula: customers * churn")
    assert "says no `segments.Key.value`" in listed("{segments.Key.value: +5%}", text).findings[0].message
    assert "to take out" in listed("{segments.Key.value: ~}", text).findings[0].message
    assert listed("{segments.Key.value: 5}", text).ready.segments["Key"].value == 500


def test_a_scenario_may_be_without_the_customer_list(listed):
    loaded = listed("{customers: ~, segments: {Key: {value: 5, churn: 1}}}")
    assert loaded.ready.segments["Key"].value == 500


def test_a_list_is_read_once_for_all_scenarios(listed, tmp_path, monkeypatch):
    from crmbudget.planning import customers

    listed("{segments.Key.churn: +5pp}, t: {total: 5}, other: {customers.value: worth * 2}")
    readings, own = [], customers._read
    monkeypatch.setattr(customers, "_read", lambda *asked: readings.append(asked) or own(*asked))
    loaded = load_scenarios(str(tmp_path / "plan.yaml"))
    assert [one.ready.segments["Key"].value for one in loaded] == [80_000, 80_000, 80_000, 160_000]
    assert len(readings) == 2


# Commands


def document(monkeypatch, capsys, *words, cwd=ROOT):
    ran = here(monkeypatch, capsys, *words, "--format", "json", cwd=cwd)
    return ran.code, json.loads(ran.out)


def cents(amount):
    return int(amount.replace(".", ""))


@pytest.fixture
def folder(tmp_path):
    """A folder with the plan of this file and these scenarios."""

    def write(scenarios, text=TEXT):
        body = f"{text}scenarios: {json.dumps(scenarios, ensure_ascii=False)}\n"
        (tmp_path / "plan.yaml").write_text(body, encoding="utf-8")
        return tmp_path

    return write


def test_allocate_shows_which_scenario_it_is(monkeypatch, capsys):
    out = here(monkeypatch, capsys, "allocate", HANDOVER, "--scenario", "downturn").out
    assert out.splitlines()[:2] == ["Scenario         downturn", "Total (CNY)  1,020,000.00"]
    _, found = document(monkeypatch, capsys, "allocate", HANDOVER, "--scenario", "downturn")
    assert (found["summary"]["scenario"], found["summary"]["total"]) == ("downturn", "1020000.00")
    assert sum(cents(line["amount"]) for line in found["results"]) == cents(found["summary"]["allocated"])
    _, found = document(monkeypatch, capsys, "allocate", HANDOVER)
    assert "scenario" not in found["summary"]


def test_variance_is_against_a_scenario(monkeypatch, capsys):
    words = ("variance", "examples/handover/actuals.csv", "--scenario", "upside", "--fail-on", "never")
    _, found = document(monkeypatch, capsys, *words)
    assert (found["summary"]["scenario"], found["summary"]["budget_plan"]) == ("upside", "1288000.00")
    assert here(monkeypatch, capsys, *words).out.startswith("Scenario")


@pytest.mark.parametrize("command", [("allocate", HANDOVER), ("variance", "examples/handover/actuals.csv")])
def test_a_scenario_that_is_not_there_is_exit_code_2(command, monkeypatch, capsys):
    code, found = document(monkeypatch, capsys, *command, "--scenario", "upsid")
    assert (code, found["exit_code"], found["diagnostics"][0]["fix"]) == (2, 2, "did you mean `upside`?")


def test_scenarios_stand_side_by_side(monkeypatch, capsys):
    code, found = document(monkeypatch, capsys, "scenarios", HANDOVER)
    assert (code, found["schema"]) == (0, "crmbudget.scenarios")
    for one in found["scenarios"]:
        _, alone = document(monkeypatch, capsys, "allocate", HANDOVER, "--scenario", one["scenario"])
        names = ("total", "reserve", "allocated", "unassigned", "lines")
        assert [one[name] for name in names] == [alone["summary"][name] for name in names]
        own = [line for line in found["results"] if line["scenario"] == one["scenario"]]
        for line in own:
            lines = [cents(other["amount"]) for other in alone["results"] if other["segment"] == line["segment"]]
            assert sum(lines) == cents(line["amount"])
        assert sum(cents(line["amount"]) for line in own) == cents(one["allocated"])
        change = sum(cents(line["change"]) for line in own)
        assert change == cents(one["allocated"]) - cents(found["scenarios"][0]["allocated"])
        assert cents(one["gained"]) - cents(one["lost"]) == cents(one["cost"])
    assert [one["name"] for one in found["scenarios"]] == ["base", "需求下滑", "好年景", "重点优先"]
    assert {one["key"] for one in found["changes"] if one["scenario"] == "upside"} == {"total", "limits.0.max"}
    assert [one["limit"] for one in found["limits"]] == ["category=gift <= 5%"] * 2 + [
        "category=gift <= 8%",
        "category=gift <= 5%",
    ]


GROUPED = [
    "activity",
    "category",
    "owner",
    "period",
    "segment,activity",
    "segment,category,activity,channel,period,owner",
]


@pytest.mark.parametrize("names", GROUPED)
def test_lines_are_added_up_by_any_coordinates(names, monkeypatch, capsys):
    _, found = document(monkeypatch, capsys, "scenarios", HANDOVER, "--group-by", names, "--no-sensitivity")
    for one in found["scenarios"]:
        amounts = [cents(line["amount"]) for line in found["results"] if line["scenario"] == one["scenario"]]
        assert sum(amounts) == cents(one["allocated"])
    assert found["sensitivity"] == []
    assert here(monkeypatch, capsys, "scenarios", HANDOVER, "--group-by", names, "--top", "2").code == 0


ASKED_WRONG = [
    (("--group-by", "tier"), "the lines have no coordinate `tier`"),
    (("--by", "0.1"), "is a bare number"),
    (("--by", "0%"), "is no part of an input"),
    (("--by", "150%"), "is no part of an input"),
]


@pytest.mark.parametrize(("words", "message"), ASKED_WRONG)
def test_a_wrong_call_is_exit_code_2(words, message, monkeypatch, capsys):
    ran = here(monkeypatch, capsys, "scenarios", HANDOVER, *words)
    assert (ran.code, message in ran.err) == (2, True)


def test_a_plan_without_scenarios_shows_what_moves_its_money(monkeypatch, capsys):
    ran = here(monkeypatch, capsys, "scenarios", "examples/small/plan.yaml")
    assert (ran.code, "this plan has no scenarios" in ran.out) == (0, True)
    assert "What moves the money most" in ran.out


def test_a_plan_without_money_has_nothing_to_move(folder, monkeypatch, capsys):
    cwd = folder({"more": {"total": 5}}, "currency: CNY\ntotal: 0\nsegments: {a: {value: 1}, b: {value: 2}}\n")
    code, found = document(monkeypatch, capsys, "scenarios", "plan.yaml", cwd=cwd)
    assert (code, {one["moved"] for one in found["sensitivity"]}) == (0, {"0.00"})
    assert {one["share"] for one in found["sensitivity"]} == {None}
    out = here(monkeypatch, capsys, "scenarios", "plan.yaml", cwd=cwd).out
    assert "What moves the money most" not in out
    assert "2 of 2 inputs move nothing" in out


def test_a_refused_scenario_leaves_the_others(folder, monkeypatch, capsys):
    cwd = folder({"good": {"total": "-10%"}, "bad": {"total": "+5pp"}, "tight": {"allocate.1.min.gifts": "900k"}})
    code, found = document(monkeypatch, capsys, "scenarios", "plan.yaml", cwd=cwd)
    totals = {one["scenario"]: one["total"] for one in found["scenarios"]}
    assert (code, totals) == (1, {"base": "1000000.10", "good": "900000.09", "bad": None, "tight": None})
    assert [one["code"] for one in found["diagnostics"]] == ["CB301", "CB301", "CB127"]
    assert all("scenario `" in one["message"] for one in found["diagnostics"])
    assert {one["scenario"] for one in found["results"]} == {"base", "good"}
    assert found["scenarios"][2]["reason"].startswith("scenario `bad`: `+5pp` adds percentage points")
    out = here(monkeypatch, capsys, "scenarios", "plan.yaml", cwd=cwd).out
    assert "bad (no plan)" in out
    assert "no plan, and so no numbers: bad, tight" in out
    assert here(monkeypatch, capsys, "scenarios", "plan.yaml", "--fail-on", "never", cwd=cwd).code == 0


def test_a_refused_base_leaves_its_scenarios(folder, monkeypatch, capsys):
    text = TEXT.replace("total: 1_000_000.10", "total: 5")
    cwd = folder({"more": {"total": "1m"}, "less": {"total": "-1"}}, text)
    code, found = document(monkeypatch, capsys, "scenarios", "plan.yaml", cwd=cwd)
    assert code == 1
    assert [(one["scenario"], one["total"], one["cost"], one["moved"]) for one in found["scenarios"]] == [
        ("base", None, None, None), ("more", "1000000.00", None, None), ("less", None, None, None),
    ]  # fmt: skip
    assert {line["change"] for line in found["results"]} == {None}
    assert found["sensitivity"] == []
    assert "more" in here(monkeypatch, capsys, "scenarios", "plan.yaml", cwd=cwd).out


@pytest.mark.parametrize(("text", "code"), [(TEXT.replace("reserve: 8%", "reserve: 0.08"), 3), ("a: [", 3), ("- a", 3)])
def test_where_nothing_can_be_shared_out_there_are_no_numbers(text, code, folder, monkeypatch, capsys):
    cwd = folder({"less": {"total": "-10%"}}, text)
    ran, found = document(monkeypatch, capsys, "scenarios", "plan.yaml", cwd=cwd)
    assert (ran, found["exit_code"], found["results"]) == (code, code, [])
    assert found["schema"] == "crmbudget.scenarios"


def test_a_file_that_is_no_text_is_refused(tmp_path, monkeypatch, capsys):
    (tmp_path / "plan.yaml").write_bytes(b"currency: \xff")
    assert here(monkeypatch, capsys, "scenarios", "plan.yaml", cwd=tmp_path).code == 3
    assert here(monkeypatch, capsys, "allocate", "plan.yaml", "--scenario", "x", cwd=tmp_path).code == 3


def test_check_tells_every_scenario_once(folder, monkeypatch, capsys):
    text = TEXT.replace("gifts: {category: gift,", "gifts: {category: gitf,")
    cwd = folder({"a": {"total": "-10%"}, "b": {"totl": "-10%"}}, text)
    code, found = document(monkeypatch, capsys, "check", "plan.yaml", cwd=cwd)
    assert code == 3
    assert [(one["code"], one["message"].partition(":")[0]) for one in found["results"]] == [
        ("CB201", "there is no category `gitf` in this plan"), ("CB127", "scenario `b`"),
    ]  # fmt: skip


def test_check_tells_impossible_scenarios(folder, monkeypatch, capsys):
    cwd = folder({"a": {"limits.1.min": "99.99%"}, "b": {"total": "-10%"}})
    code, found = document(monkeypatch, capsys, "check", "plan.yaml", cwd=cwd)
    assert code == 4
    assert [one["message"].partition(":")[0] for one in found["results"] if one["severity"] == "error"] == [
        "scenario `a`"
    ]


@pytest.mark.parametrize(
    ("scenarios", "words"), [({"a": {"total": "-1%"}}, ", 1 scenario\n"), ({"a": {}, "b": {}}, ", 2 scenarios\n")]
)
def test_check_counts_good_scenarios(scenarios, words, folder, monkeypatch, capsys):
    ran = here(monkeypatch, capsys, "check", "plan.yaml", cwd=folder(scenarios))
    assert (ran.code, words in ran.out) == (0, True)


HOSTILE = [
    "需求下滑",
    "[bold]x[/bold]",
    "\x1b[31mred",
    "=1+1",
    "a|b",
    "-x",
    "downturn.2",
    "scenarios",
    "12:30",
    "NO",
    "x" * 200,
    "{}",
    "' \"",
    "\u202egnp",
]


def test_names_are_texts_in_every_format(folder, monkeypatch, capsys):
    cwd = folder({name: {"name": name, "total": f"-{number + 1}%"} for number, name in enumerate(HOSTILE)})
    _, found = document(monkeypatch, capsys, "scenarios", "plan.yaml", cwd=cwd)
    assert [one["scenario"] for one in found["scenarios"]] == ["base", *HOSTILE]
    for form in ("table", "plain", "csv", "jsonl", "markdown", "grid", "rst"):
        ran = here(monkeypatch, capsys, "scenarios", "plan.yaml", "--format", form, cwd=cwd)
        assert ran.code == 0
        assert not {"\x1b", "\u202e"} & set(ran.out)
    for number, name in enumerate(HOSTILE):
        _, found = document(monkeypatch, capsys, "allocate", "plan.yaml", f"--scenario={name}", cwd=cwd)
        assert found["summary"]["scenario"] == name
        assert cents(found["summary"]["total"]) == half_even(Fraction(100_000_010 * (99 - number), 100))


def test_hostile_names_beside_each_other(folder, monkeypatch, capsys):
    cwd = folder({"\x1b[31m": {"total": "-1%"}, "重": {"total": "+1%"}})
    out = here(monkeypatch, capsys, "scenarios", "plan.yaml", cwd=cwd).out
    assert "\\x1b[31m" in out
    assert "\x1b" not in out


def test_fifty_scenarios(folder, monkeypatch, capsys):
    cwd = folder({f"s{number:02}": {"total": f"-{number + 1}%"} for number in range(50)})
    _, found = document(monkeypatch, capsys, "scenarios", "plan.yaml", cwd=cwd)
    assert [one["total"] for one in found["scenarios"]][-1] == "500000.05"
    assert len(found["results"]) == 51 * 2
    out = here(monkeypatch, capsys, "scenarios", "plan.yaml", "--top", "1", cwd=cwd).out
    assert max(map(len, out.splitlines())) <= 80


@pytest.mark.parametrize("columns", ["40", "80", "120"])
def test_no_number_is_cut_on_a_narrow_screen(columns):
    wide, narrow = run("scenarios", HANDOVER).out, run("scenarios", HANDOVER, COLUMNS=columns).out
    numbers = [word for word in wide.split() if word.replace(",", "").replace(".", "").isdecimal() and "," in word]
    assert [word for word in numbers if word not in narrow] == []
    assert max(map(len, narrow.splitlines())) <= int(columns)


def test_many_members_are_folded(folder, monkeypatch, capsys):
    text = "currency: CNY\ntotal: 1000\nsegments:\n" + "".join(
        f"  s{n}: {{customers: {n + 1}, owner: o{n}}}\n" for n in range(30)
    )
    for count in (1, 5):
        cwd = folder({f"x{number}": {"total": f"-{number + 1}%"} for number in range(count)}, text)
        out = here(monkeypatch, capsys, "scenarios", "plan.yaml", "--top", "3", cwd=cwd).out
        assert "27 more" in out
        out = here(
            monkeypatch, capsys, "scenarios", "plan.yaml", "--top", "3", "--group-by", "segment,owner", cwd=cwd
        ).out
        assert "27 more" in out


def test_scenarios_with_other_steps_and_members(folder, monkeypatch, capsys):
    cwd = folder({
        "by-activity": {"allocate": [{"by": "activity"}]},
        "one more": {"segments.new": {"customers": 5, "value": "1k"}},
        "no channel": {"allocate": [{"by": "count"}, {"by": "activity"}, {"by": "period"}], "limits": []},
    })  # fmt: skip
    _, found = document(monkeypatch, capsys, "scenarios", "plan.yaml", cwd=cwd)
    assert {one["scenario"]: one["cost"] for one in found["scenarios"]} == dict.fromkeys(
        ["base", "by-activity", "one more", "no channel"], "0.00"
    )
    assert {line["scenario"] for line in found["results"]} == {"base", "one more", "no channel"}
    new = next(line for line in found["results"] if line["segment"] == "new" and line["scenario"] == "one more")
    assert new["change"] == new["amount"]
    assert "not in the table of lines: by-activity" in here(monkeypatch, capsys, "scenarios", "plan.yaml", cwd=cwd).out


def test_ready_lines_have_scenarios_too(tmp_path, monkeypatch, capsys):
    (tmp_path / "b.csv").write_text("segment,month,amount\na,2027-01,60\nb,2027-02,40\n", encoding="utf-8")
    text = "currency: CNY\nreserve: 10\ncalendar: {start: 2027-01}\nlines: {from: b.csv}\nscenarios: {more: {total: 150}, part: {reserve: +10%}}\n"
    (tmp_path / "plan.yaml").write_text(text, encoding="utf-8")
    _, found = document(monkeypatch, capsys, "scenarios", "plan.yaml", cwd=tmp_path)
    assert [(one["total"], one["unassigned"], one["moved"]) for one in found["scenarios"]] == [
        ("110.00", "0.00", "0.00"), ("150.00", "40.00", "40.00"), ("111.00", "0.00", "1.00"),
    ]  # fmt: skip
    assert [one["key"] for one in found["sensitivity"]] == ["reserve"]


# Sensitivity


def plan_of(segments="a: {value: 75, customers: 10}, b: {value: 25, customers: 30}", more=""):
    return read_plan(f"currency: CNY\ntotal: 100\nsegments: {{{segments}}}\n{more}").ready


def test_an_input_moves_what_a_second_plan_would():
    """value of a 75 -> 82.50 of 107.50: 76.74 of 100, so 1.74 move; 67.50 of 92.50: 72.97, so 2.03 move."""
    plan = plan_of()
    found = {one.at: one for one in sensitivities(plan, None, Fraction(1, 10))}
    assert (found["segments", "a", "value"].up, found["segments", "a", "value"].down) == (174, 203)
    assert (found["total",].up, found["total",].down) == (1_000, 1_000)
    assert found["segments", "a", "customers"].most == 0


INPUTS = """
currency: CNY
total: 1_000
reserve: 50
calendar: {start: 2027-01, periods: 2}
segments: {a: {customers: 10, value: 75, churn: 8%}, b: {customers: 30, value: 25, churn: 0%}}
activities: {g: {category: gift, cost: 5, times: 2, per: customer, channels: {m: 3}}, v: {category: event, cost: 7}}
channels: {m: {weight: 2}, p: {weight: 1}}
allocate:
  - {by: {value: 60%, count: 40%}, min: {a: 100}, max: {b: 90%}}
  - {by: activity}
  - {by: fixed, across: channel, shares: {m: 70%, p: 30%}}
  - {by: period, weights: {2027-01: 2, 2027-02: 1}}
limits: [{category: gift, min: 10%, max: 90%}]
"""


def test_every_number_of_a_plan_is_an_input_but_zeros():
    plan = read_plan(INPUTS).ready
    assert [words for _, words in inputs_of(plan, read_plan(INPUTS).source)] == [
        "total", "reserve", "customers of segment a", "value of segment a", "churn of segment a", "customers of segment b",
        "value of segment b", "cost of activity g", "times of activity g", "cost of activity v", "weight of channel m",
        "weight of channel p", "weight of m in activity g", "share of value in step 1", "share of count in step 1",
        "min of a in step 1", "max of b in step 1", "share of m in step 3", "share of p in step 3",
        "weight of 2027-01 in step 4", "weight of 2027-02 in step 4", "min of limit 1", "max of limit 1",
    ]  # fmt: skip
    listed = read_plan(INPUTS.replace("{2027-01: 2, 2027-02: 1}", "[2, 1]")).ready
    assert [words for at, words in inputs_of(listed, read_plan(INPUTS).source) if "weights" in at] == [
        "weight of period 1 in step 4", "weight of period 2 in step 4",
    ]  # fmt: skip


NUDGED = [
    ("total", "110000"), ("reserve", "5500"), ("segments.b.customers", "33"), ("segments.a.churn", "11/125"),
    ("allocate.0.by.value", "33/50"), ("allocate.0.max.b", "99/100"), ("limits.0.min", "11/100"), ("channels.m.weight", "11/5"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value"), NUDGED)
def test_an_input_is_changed_by_a_part_of_itself(path, value):
    found = said(nudged(read_plan(INPUTS).ready, at(path), Fraction(1, 10)), at(path))
    assert str(found.of_one if isinstance(found, Share) else found) == value


def test_the_other_shares_give_way_in_proportion():
    plan = plan_of(more="allocate: [{by: {value: 50%, count: 30%, equal: 20%}, across: segment}]")
    shares = said(nudged(plan, ("allocate", 0, "by", "value"), Fraction(1, 10)), ("allocate", 0, "by"))
    assert {name: str(share) for name, share in shares.items()} == {"value": "55%", "count": "27%", "equal": "18%"}
    for shares, reason in (
        ("{value: 95%, count: 5%}", "it would be 104.5% of the whole"),
        ("{value: 100%}", "it is the whole"),
    ):
        with pytest.raises(Misread, match=reason):
            nudged(plan_of(more=f"allocate: [{{by: {shares}}}]"), ("allocate", 0, "by", "value"), Fraction(1, 10))


def test_the_largest_come_first_and_what_is_impossible_says_why():
    found = sensitivities(
        plan_of(more="reserve: 95%\nlimits: [{segment: a, min: 95%}]"), read_plan("a: 1").source, Fraction(1, 10)
    )
    assert [one.most for one in found] == sorted((one.most for one in found), reverse=True)
    by_at = {one.at: one for one in found}
    reserve, floor = by_at["reserve",], by_at["limits", 0, "min"]
    assert (reserve.up, reserve.down) == (None, 950)
    assert reserve.reasons[0].startswith("the reserve is not a part of the total")
    assert (floor.up, bool(floor.reasons[0]), floor.reasons[1]) == (None, True, "")


def test_what_cannot_be_is_shown_with_its_reason(folder, monkeypatch, capsys):
    cwd = folder(
        {},
        "currency: CNY\ntotal: 100\nreserve: 95%\nsegments: {a: {value: 75}, b: {value: 25}}\nallocate: [{by: {value: 100%}}]\n",
    )
    _, found = document(monkeypatch, capsys, "scenarios", "plan.yaml", cwd=cwd)
    reasons = {one["key"]: (one["up_reason"], one["down_reason"], one["moved"]) for one in found["sensitivity"]}
    assert reasons["allocate.0.by.value"] == ("it is the whole", "it is the whole", None)
    assert "Where there would be no plan" in here(monkeypatch, capsys, "scenarios", "plan.yaml", cwd=cwd).out
    assert "2 more" in here(monkeypatch, capsys, "scenarios", "plan.yaml", "--top", "1", cwd=cwd).out


def test_a_plan_is_measured_as_deep_as_is_quick(folder, monkeypatch, capsys):
    text = "currency: CNY\ntotal: 1m\ncalendar: {start: 2027-01, periods: 12}\nactivities: {g: {category: gift, weight: 1}, h: {category: gift, weight: 2}}\nsegments:\n"
    text += "".join(f"  s{number}: {{value: {number + 1}}}\n" for number in range(100))
    cwd = folder({}, text)
    loaded = load_plan(str(cwd / "plan.yaml"))
    budget = allocate(loaded.ready)
    assert 2 * len(inputs_of(loaded.plan, loaded.source)) * budget.line_count > WORK_MAX
    assert depth_of(budget, loaded.source) == 2
    _, found = document(monkeypatch, capsys, "scenarios", "plan.yaml", cwd=cwd)
    assert found["summary"]["steps"] == 2
    assert (
        "measured by segment, activity, not line by line"
        in here(monkeypatch, capsys, "scenarios", "plan.yaml", cwd=cwd).out
    )
    limited = read_plan(text + "limits: [{segment: s1, max: 50%}]")
    assert depth_of(allocate(limited.ready), limited.source) == 0


def test_what_is_not_measured_says_how_to_ask(folder, monkeypatch, capsys):
    from crmbudget.comparing import sensitivity

    monkeypatch.setattr(sensitivity, "WORK_MAX", 0)
    cwd = folder({"a": {"total": "-10%"}})
    assert "--sensitivity does it" in here(monkeypatch, capsys, "scenarios", "plan.yaml", cwd=cwd).out
    _, found = document(monkeypatch, capsys, "scenarios", "plan.yaml", "--sensitivity", "--by", "5%", cwd=cwd)
    assert (found["summary"]["steps"], found["summary"]["by"]) == (2, "5.0")
    assert found["sensitivity"][0]["up"] == "50000.00"


def test_values_of_inputs_read_as_they_were_typed(monkeypatch, capsys):
    _, found = document(monkeypatch, capsys, "scenarios", "examples/telco/plan.yaml", "--by", "20%")
    values = {one["key"]: one["value"] for one in found["sensitivity"]}
    assert values["total"] == "270000.00"
    assert values["allocate.0.max.Month-to-month"] == "70%"
    assert values["segments.One year.churn"].startswith("about 0.1")
    _, found = document(monkeypatch, capsys, "scenarios", HANDOVER)
    assert {one["key"]: one["value"] for one in found["sensitivity"]}["segments.key.churn"] == "12%"


@given(drawn_plans.plans(drawn_plans.BLEND), st.integers(1, 100))
def test_what_moves_is_what_a_second_allocation_gives(drawn, percent):
    loaded = read_plan(drawn.text)
    by = Fraction(percent, 100)
    try:
        base, found = allocate(loaded.ready), sensitivities(loaded.ready, loaded.source, by)
    except Refused:
        return
    lines = {line[:-1]: line[-1] for line in base.lines()}
    for one in found[:5]:
        if one.up is None or one.at[0] == "allocate":
            continue
        value = said(loaded.plan, one.at)
        new = Share(value.of_one * (1 + by)) if isinstance(value, Share) else value * (1 + by)
        changed = with_said(loaded.plan, one.at, half_even(new) if isinstance(value, int) else new)
        other = allocate(changed)
        changes = [line[-1] - lines[line[:-1]] for line in other.lines()]
        changes += [other.reserve - base.reserve, other.unassigned_total - base.unassigned_total]
        assert one.up == max(sum(max(change, 0) for change in changes), sum(max(-change, 0) for change in changes))


LIMITS = [
    ("{category: gift, max: 5%}", "category=gift <= 5%"),
    ("{segment: [a, b], owner: li, min: 1_000, max: 50%, period: 2027-01..2027-02, per: channel}", "segment=a,b period=2027-01..2027-02 owner=li for each channel >= 1,000.00 and <= 50%"),
    ("{max: 50%}", "all lines <= 50%"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said"), LIMITS)
def test_a_limit_in_words(text, said):
    plan = read_plan(
        f"currency: CNY\ntotal: 5\ncalendar: {{start: 2027-01}}\nsegments: {{a: {{owner: li}}, b: {{}}}}\nlimits: [{text}]"
    ).ready
    assert words(plan.limits[0], Currency.of("CNY")) == said


def test_the_schema_describes_scenarios():
    from jsonschema import Draft7Validator

    schema = plan_schema()
    assert "named overlays" in schema["properties"]["scenarios"]["description"]
    definition = schema["definitions"]["Scenario"]
    assert definition["examples"][0] == {"total": "-15%", "segments.key.churn": "+5pp"}
    valid = Draft7Validator(schema).is_valid
    plan = {"currency": "CNY", "total": 1}
    assert all(valid({**plan, "scenarios": {"s": example}}) for example in definition["examples"])
    assert not valid({**plan, "scenarios": {"s": "x"}})
    assert not valid({**plan, "scenarios": ["s"]})
