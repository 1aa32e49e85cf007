"""The causes of a change add up to it, to the last minor unit, whatever the two plans are."""

import json
from collections import defaultdict
from copy import deepcopy
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from crmbudget import Refused, allocate, read_plan
from crmbudget.comparing.chain import Ruler
from crmbudget.comparing.changes import changes
from crmbudget.comparing.difference import compare
from crmbudget.comparing.effects import Apart, whole
from crmbudget.comparing.sides import Side
from crmbudget.money import Currency
from drawn_plans import BLEND, STRATEGIES, plans

BASE = """\
currency: CNY
total: 1000.00
reserve: 10%
calendar: {start: 2027-01, periods: 2}
segments:
  key: {value: 60, customers: 4, churn: 10%, owner: li}
  other: {value: 40, customers: 6, churn: 20%}
activities:
  gifts: {category: gift, weight: 1, channels: [post, visit]}
  calls: {category: service, weight: 3, when: [2027-01]}
channels:
  post: {weight: 1}
  visit: {weight: 2}
allocate:
  - {by: value, max: {key: 90%}}
  - {by: activity}
  - {by: channel}
  - {by: period}
limits:
  - {segment: key, max: 800}
"""


def changed(*pairs, base=BASE):
    for old, new in pairs:
        assert base.count(old) == 1, old
        base = base.replace(old, new)
    return base


def difference(old, new, group_by=()):
    before, after = read_plan(old), read_plan(new, "new.yaml")
    return compare(before, after, (allocate(before.ready), allocate(after.ready)), group_by)


def sums(budget, names):
    """Sums of lines, added up from the lines themselves."""
    found = defaultdict(int)
    places = [budget.coordinates.index(name) for name in names]
    for line in budget.lines():
        found[tuple(line[place] for place in places)] += line[-1]
    return found


def assert_adds_up(found):
    """Every row of effects is its true change, every column what its cause does to the total."""
    old, new = found.before, found.after
    for table in found.effects:
        then, now = sums(old, table.names), sums(new, table.names)
        true = {key: now[key] - then[key] for key in now.keys() | then.keys()}
        true |= {
            Apart.RESERVE: new.reserve - old.reserve,
            Apart.UNASSIGNED: new.unassigned_total - old.unassigned_total,
        }
        assert {row: sum(amounts) for row, amounts in table.rows.items() if row in true or sum(amounts)} == true
        columns = [sum(column) for column in zip(*table.rows.values(), strict=True)]
        assert sum(columns) == new.total - old.total
        assert [
            column for column, cause in zip(columns, found.causes, strict=True) if column and "total" not in cause.text
        ] == []


def mutated(draw, plan):
    """The plan with a few of its values drawn anew, members taken out, or steps."""
    new = deepcopy(plan)
    currency = Currency.of(plan["currency"])
    for _ in range(draw(st.integers(1, 5))):
        kind = draw(
            st.sampled_from(["total", "reserve", "number", "weight", "gone", "step", "limit", "owner", "bound"])
        )
        segments, activities = list(new["segments"]), list(new["activities"])
        if kind == "total":
            new["total"] = currency.text(draw(st.integers(0, 3000)) + int(plan["total"].replace(".", "")))
        elif kind == "reserve":
            new["reserve"] = f"{draw(st.integers(0, 100))}%"
        elif kind == "number":
            new["segments"][draw(st.sampled_from(segments))]["customers"] = str(draw(st.integers(1, 50)))
        elif kind == "weight":
            activity = new["activities"][draw(st.sampled_from(activities))]
            activity["cost" if "cost" in activity else "weight"] = str(draw(st.integers(1, 50)))
        elif kind == "gone" and len(segments) > 1:
            gone = draw(st.sampled_from(segments))
            del new["segments"][gone]
            for activity in new["activities"].values():
                if "segments" in activity:
                    activity["segments"] = [name for name in activity["segments"] if name != gone]
            new["allocate"] = [without(step, gone) for step in new["allocate"]]
        elif kind == "step" and len(new["allocate"]) > 1:
            new["allocate"].pop(draw(st.integers(0, len(new["allocate"]) - 1)))
        elif kind == "limit":
            new["limits"] = [{"segment": draw(st.sampled_from(segments)), "max": f"{draw(st.integers(60, 100))}%"}]
        elif kind == "owner":
            new["segments"][draw(st.sampled_from(segments))]["owner"] = draw(st.sampled_from(["li", "wang"]))
        elif kind == "bound":
            new["allocate"][0]["max"] = {}
            new["allocate"][0]["min"] = {}
    return new


def without(step, gone):
    return {key: {name: part for name, part in value.items() if name != gone} if key in {"min", "max", "fixed"} else value for key, value in step.items()}  # fmt: skip


@st.composite
def pairs(draw):
    """Two plans in one currency that can be shared out: one made from the other, or two of their own."""
    bounded = draw(st.booleans())
    one = draw(plans(draw(st.sampled_from(STRATEGIES)), bounded=bounded, fit=None)).plan
    if draw(st.integers(0, 3)):
        other = mutated(draw, one)
    else:
        other = draw(plans(draw(st.sampled_from([*STRATEGIES, BLEND])))).plan | {"currency": one["currency"]}
    loaded = [read_plan(json.dumps(plan, ensure_ascii=False)) for plan in (one, other)]
    assume(all(one.plan for one in loaded))
    try:
        return (*loaded, tuple(allocate(one.ready) for one in loaded))
    except Refused:
        assume(False)


@given(pair=pairs())
def test_causes_and_rounding_add_up_to_every_change_of_every_amount(pair):
    assert_adds_up(compare(*pair))


@given(pair=pairs())
def test_from_a_plan_to_itself_nothing_changes(pair):
    before, _, (budget, _) = pair
    found = compare(before, before, (budget, budget))
    assert (found.moved, found.lines_moved, [cause.text for cause in found.causes]) == (False, 0, ["rounding"])


@given(
    parts=st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=8),
    unit=st.sampled_from([1, 7, 10**6]),
    up=st.booleans(),
)
def test_parts_become_whole_and_none_is_off_by_a_unit(parts, unit, up):
    target = sum(parts) // unit + (up and sum(parts) % unit > 0)
    found = whole(parts, unit, target)
    assert sum(found) == target
    assert all(part // unit <= one <= -(-part // unit) for part, one in zip(parts, found, strict=True))


SAME = {
    "comments": ("currency: CNY", "# the money\ncurrency: CNY   # yuan"),
    "the spelling of a number": ("total: 1000.00", "total: 1_000"),
    "another spelling": ("total: 1000.00", "total: 1k"),
    "a share with a decimal": ("reserve: 10%", "reserve: 10.0%"),
    "a weight with a decimal": ("weight: 3", "weight: 3.0"),
    "a default written out": ("weight: 3,", "weight: 3, priority: should,"),
    "the weight 1 left out": ("post: {weight: 1}", "post: {}"),
    "a strategy's default": ("{by: activity}", "{by: activity, fit: scale}"),
    "another default": ("{by: period}", "{by: period, profile: even, zero: error}"),
    "what a step splits": ("{by: channel}", "{by: channel, across: channel}"),
    "key order": ("value: 60, customers: 4", "customers: 4, value: 60"),
    "the order of a set": ("channels: [post, visit]", "channels: [visit, post]"),
    "a period as a span": ("when: [2027-01]", "when: [2027-01..2027-01]"),
    "a list of one": ("{segment: key, max: 800}", "{segment: [key], max: 800}"),
    "names": ("key: {value", "key: {name: 重点, value"),
    "the plan's name": ("currency: CNY", "name: x\ncurrency: CNY"),
    "categories' names": ("currency: CNY", "categories: {gift: 礼品}\ncurrency: CNY"),
    "monitor and actuals": ("currency: CNY", "monitor: {watch: 80%}\nactuals: {aliases: {x: key}}\ncurrency: CNY"),
    "exchange rates": ("currency: CNY", "fx: {EUR: 8}\ncurrency: CNY"),
    "the calendar's unit": ("periods: 2}", "periods: 2, every: month}"),
}


@pytest.mark.parametrize("pair", SAME.values(), ids=SAME)
def test_what_moves_no_money_is_no_change(pair):
    found = difference(BASE, changed(pair))
    assert ([cause.text for cause in found.causes], found.moved) == (["rounding"], False)


COST = ("{category: gift, weight: 1,", "{category: gift, cost: 5, per: customer,")
CHANGES = [
    ([("total: 1000.00", "total: 1.2k")], [("total: 1000.00 -> 1.2k", 2)]),
    ([("reserve: 10%", "reserve: 50")], [("reserve: 10% -> 50", 3)]),
    ([("reserve: 10%\n", "")], [("reserve: 10% -> 0.00", 3)]),
    ([("periods: 2}", "periods: 3}")], [("calendar: {start: 2027-01, periods: 2} -> {start: 2027-01, periods: 3}", 4)]),
    ([("value: 60", "value: 70")], [("segments.key.value: 60 -> 70", 6)]),
    ([("churn: 20%", "churn: 30%")], [("segments.other.churn: 20% -> 30%", 7)]),
    ([(", churn: 20%", "")], [("segments.other.churn: 20% -> none", 7)]),
    ([("churn: 20%", "need: 3")], [("segments.other.churn: 20% -> none", 7), ("segments.other.need: none -> 3", 7)]),
    ([("owner: li", "owner: wang")], [("segments.key.owner: li -> wang", 6)]),
    ([("\nactivities:", "\n  new: {value: 10}\nactivities:")], [("segments.new: new", 8)]),
    ([("weight: 3,", "weight: 4,")], [("activities.calls.weight: 3 -> 4", 10)]),
    ([("weight: 3,", "")], [("activities.calls.weight: 3 -> 1", 10)]),
    ([(", when: [2027-01]", "")], [("activities.calls.when: [2027-01] -> none", 10)]),
    ([("category: gift,", "category: event,")], [("activities.gifts.category: gift -> event", 9)]),
    ([COST], [("activities.gifts: weight 1 -> cost 5 per customer", 9)]),
    ([("channels: [post, visit]", "channels: {post: 1, visit: 9}")],
     [("activities.gifts.channels: [post, visit] -> {post: 1, visit: 9}", 9)]),
    ([("visit: {weight: 2}", "visit: {cost: 3, contacts: 4}")], [("channels.visit: weight 2 -> cost 3 contacts 4", 13)]),
    ([("{by: value,", "{by: {value: 50%, count: 50%},")], [("allocate.segment.by: value -> {value: 50%, count: 50%}", 15)]),
    ([("{by: period}", "{by: period, profile: days}")], [("allocate.period.profile: even -> days", 18)]),
    ([("{by: period}", "{by: period, weights: [3, 1]}")], [("allocate.period.weights: none -> [3, 1]", 18)]),
    ([("max: {key: 90%}", "max: {key: 50%}")], [("allocate.segment.max.key: 90% -> 50%", 15)]),
    ([(", max: {key: 90%}", ", min: {other: 500}")],
     [("allocate.segment.min.other: none -> 500", 15), ("allocate.segment.max.key: 90% -> none", 15)]),
    ([("max: 800", "max: 300")], [("limits(segment=key).max: 800 -> 300", 20)]),
    ([("max: 800", "min: 300")], [("limits(segment=key).min: none -> 300", 20)]),
    ([("max: 800}", "max: 800}\n  - {category: gift, per: period, max: 90}")], [("limits(category=gift per period): new", 21)]),
    ([("\nlimits:\n  - {segment: key, max: 800}", "")], [("limits(segment=key): gone", 20)]),
    ([("segment: key, max: 800", "period: 2027-01, max: 800")],
     [("limits(period=2027-01): new", 20), ("limits(segment=key): gone", 20)]),
    ([("  - {by: activity}\n  - {by: channel}", "  - {by: channel}\n  - {by: activity}")],
     [("allocate: segment, activity, channel, period -> segment, channel, activity, period", 16)]),
    ([("  - {by: channel}\n", "")], [("allocate.channel: gone", 17)]),
    ([("  - {by: period}\n", "")], [("allocate.period: gone", 18)]),
]  # fmt: skip


@pytest.mark.parametrize(("pairs_", "expected"), CHANGES)
def test_a_change_is_told_with_its_line(pairs_, expected):
    found = changes(*(Side(read_plan(text)) for text in (BASE, changed(*pairs_))))
    assert [(one.text, one.place.line) for one in found] == expected


@pytest.mark.parametrize("pairs_", [pairs_ for pairs_, _ in CHANGES])
def test_there_and_back_is_told_and_adds_up(pairs_):
    new, more = changed(*pairs_), ("  visit: {", "  fax: {weight: 1}\n  visit: {")
    for one, other in ((BASE, new), (new, BASE), (changed(more), new), (changed(more, base=new), BASE)):
        found = difference(one, other)
        assert_adds_up(found)
        assert len(found.causes) > 1


def test_members_are_added_first_and_taken_out_last():
    new = changed(("  other: {", "  third: {"), ("total: 1000.00", "total: 2000"), ("weight: 3", "weight: 5"))
    found = difference(BASE, new)
    assert [cause.text for cause in found.causes] == [
        "total: 1000.00 -> 2000",
        "segments.third: new",
        "activities.calls.weight: 3 -> 5",
        "segments.other: gone",
        "rounding",
    ]


def test_the_places_of_what_is_gone_are_in_the_older_plan():
    places = {
        cause.text: cause.place.path for cause in difference(BASE, changed(("  other: {", "  third: {"))).causes[:-1]
    }
    assert places == {"segments.third: new": "new.yaml", "segments.other: gone": "plan.yaml"}


SIMPLE = "{{currency: CNY, total: {}, reserve: {}, segments: {{a: {{value: {}}}, b: {{value: {}}}}}}}"


@pytest.mark.parametrize(
    ("old", "new", "rows"),
    [
        # The total doubles at 50:50, then a goes from 50 to 150 of 200 at 3:1; nothing is rounded.
        (("100", "0", 1, 1), ("200", "0", 3, 1), {"a": [50_00, 50_00, 0], "b": [50_00, -50_00, 0]}),
        # 1.00 in three thirds for b: 0.33 + 0.67; at 2:2 it is 0.50 each, so exactly 16 2/3 cents go over.
        (("1", "0", 2, 1), ("1", "0", 2, 2), {"a": [-17, 0], "b": [17, 0]}),
        # 0.05 at 1:1 is 0.03 and 0.02 for 2.5 each; half a cent is rounding, and goes to the first.
        (("0.05", "0", 1, 1), ("0.06", "0", 1, 1), {"a": [1, -1], "b": [0, 1]}),
        # A reserve of 10% of 100.05 is 10.005, taken half from each; the plan itself gives the odd half to the rest.
        (("100.05", "0%", 1, 1), ("100.05", "10%", 1, 1), {Apart.RESERVE: [10_01, -1], "a": [-5_00, 0], "b": [-5_01, 1]}),
    ],
)  # fmt: skip
def test_effects_are_these_to_the_cent(old, new, rows):
    found = difference(SIMPLE.format(*old), SIMPLE.format(*new))
    shown = {
        row if row in set(Apart) else row[0]: list(amounts)
        for row, amounts in found.effects[0].rows.items()
        if any(amounts)
    }
    assert_adds_up(found)
    assert shown == rows


def test_the_order_of_causes_is_kept_where_each_can_be_made_alone():
    new = changed(("total: 1000.00", "total: 900"), ("value: 60", "value: 50"), ("max: 800", "max: 100"))
    assert [cause.number for cause in difference(BASE, new).causes] == [1, 2, 3, 4]


FLOORS = """
currency: CNY
total: {}
segments: {{a: {{value: 1}}, b: {{value: 1}}, c: {{value: {}}}}}
allocate: [{{by: value, min: {{a: {}, b: {}}}}}]
"""


def test_what_cannot_be_changed_yet_waits_for_what_follows():
    """90 cannot hold floors of 50 and 50; once one of them is lower, it can."""
    found = difference(FLOORS.format(100, 1, 50, 50), FLOORS.format(90, 3, 30, 50))
    assert_adds_up(found)
    assert [cause.text for cause in found.causes] == [
        "segments.c.value: 1 -> 3",
        "allocate.segment.min.a: 50 -> 30",
        "total: 100 -> 90",
        "rounding",
    ]


def test_what_can_only_be_changed_together_is_one_cause():
    """More periods need more weights, and the weights need the periods."""
    weighed = changed(("{by: period}", "{by: period, weights: [1, 2]}"))
    new = changed(
        ("weights: [1, 2]", "weights: [1, 2, 3]"),
        ("periods: 2", "periods: 3"),
        ("value: 60", "value: 61"),
        base=weighed,
    )
    found = difference(weighed, new)
    assert_adds_up(found)
    assert [cause.text for cause in found.causes] == [
        "segments.key.value: 60 -> 61",
        (
            "calendar: {start: 2027-01, periods: 2} -> {start: 2027-01, periods: 3}; "
            "allocate.period.weights: [1, 2] -> [1, 2, 3]"
        ),
        "rounding",
    ]


def test_two_pairs_that_need_each_other_are_two_causes():
    old = changed(
        ("{by: period}", "{by: period, weights: [1, 2]}"),
        ("{by: value, max: {key: 90%}}", "{by: fixed, across: segment, shares: {key: 50%, other: 50%}}"),
    )
    new = changed(
        ("weights: [1, 2]", "weights: [1]"), ("periods: 2", "periods: 1"),
        ("other: {value: 40", "third: {value: 40"), ("shares: {key: 50%, other: 50%}", "shares: {key: 40%, third: 60%}"), base=old,
    )  # fmt: skip
    found = difference(old, new)
    assert_adds_up(found)
    assert [cause.text for cause in found.causes] == [
        "segments.third: new",
        "allocate.segment.shares: {key: 50%, other: 50%} -> {key: 40%, third: 60%}",
        "segments.other: gone",
        "calendar: {start: 2027-01, periods: 2} -> {start: 2027-01, periods: 1}; allocate.period.weights: [1, 2] -> [1]",
        "rounding",
    ]


def test_what_needs_two_others_waits_for_them():
    """The calendar moves with the activities that are bound to it; then a limit may name a period of the new one."""
    old = changed(("weight: 1, channels", "weight: 1, when: [2027-02], channels"))
    new = changed(
        ("start: 2027-01", "start: 2028-01"), ("when: [2027-01]", "when: [2028-01]"), ("when: [2027-02]", "when: [2028-01]"),
        ("segment: key, max: 800", "period: 2028-01, max: 900"), base=old,
    )  # fmt: skip
    found = difference(old, new)
    assert_adds_up(found)
    assert [cause.text for cause in found.causes] == [
        "limits(segment=key): gone",
        (
            "calendar: {start: 2027-01, periods: 2} -> {start: 2028-01, periods: 2}; "
            "activities.calls.when: [2027-01] -> [2028-01]; activities.gifts.when: [2027-02] -> [2028-01]"
        ),
        "limits(period=2028-01): new",
        "rounding",
    ]


def test_a_plan_that_loses_its_owners_on_the_way_is_still_compared_by_owner():
    new = changed((", owner: li", ""), ("weight: 3,", "weight: 3, owner: wang,"))
    found = difference(BASE, new)
    assert_adds_up(found)
    assert [cause.text for cause in found.causes] == [
        "segments.key.owner: li -> none",
        "activities.calls.owner: none -> wang",
        "rounding",
    ]


def test_plans_that_cannot_be_shared_out_more_finely_are_compared_in_whole_units(monkeypatch):
    held = Ruler.held
    monkeypatch.setattr(Ruler, "held", lambda ruler, plan: None if ruler.digits else held(ruler, plan))
    found = difference(BASE, changed(("value: 60", "value: 61"), ("total: 1000.00", "total: 1000.01")))
    assert_adds_up(found)
    assert len(found.causes) == 3
    assert not any(amounts[-1] for table in found.effects for amounts in table.rows.values())


def test_limits_that_select_the_same_are_told_apart_by_their_order():
    old = changed(("max: 800}", "max: 800}\n  - {segment: key, max: 700}\n  - {segment: key, max: 600}"))
    new = changed(("max: 800}", "max: 500}"), ("value: 60", "value: 70"))
    found = difference(old, new)
    assert_adds_up(found)
    assert [cause.text for cause in found.causes] == [
        "segments.key.value: 60 -> 70", "limits(segment=key).max: 800 -> 500", "limits(segment=key): gone", "limits(segment=key): gone", "rounding",
    ]  # fmt: skip


def test_a_wrong_plan_on_the_way_is_never_shared_out():
    """The reserve of 80 is no part of a total of 50, nor is an activity's new segment there before it has a value."""
    old = changed(("reserve: 10%", "reserve: 800"), ("max: 800", "max: 100%"))
    new = changed(("reserve: 800", "reserve: 400"), ("total: 1000.00", "total: 500"), base=old)
    found = difference(old, new)
    assert_adds_up(found)
    assert [cause.text for cause in found.causes] == ["reserve: 800 -> 400", "total: 1000.00 -> 500", "rounding"]


def many(count, factor=1):
    members = "\n".join(
        f"  s{number:03d}: {{value: {(number + 1) * factor}, customers: {factor}}}" for number in range(count)
    )
    return (
        f"currency: CNY\ntotal: {1000 * factor}\nsegments:\n{members}\nallocate: [{{by: {{value: 50%, count: 50%}}}}]\n"
    )


@pytest.mark.parametrize(
    ("count", "texts"),
    [
        (19, [f"segments.s{number:03d}.{key}" for number in range(19) for key in ("customers", "value")]),
        (30, ["30 segments: customers", *(f"segments.s{number:03d}.value" for number in range(30))]),
        (60, ["60 segments: customers", "60 segments: value"]),
    ],
)
def test_many_changes_of_one_kind_are_one_cause(count, texts):
    found = difference(many(count), many(count, 3))
    assert_adds_up(found)
    assert [cause.text.partition(" ->")[0].rsplit(":", 1)[0] if "." in cause.text else cause.text for cause in found.causes] == [
        "total: 1000 -> 3000" if count else "", *texts, "rounding",
    ]  # fmt: skip


def test_very_many_kinds_are_told_by_their_collection():
    def drawn(factor):
        numbers = ", ".join(f"n{number}: {number + factor}" for number in range(50))
        return f"{{currency: CNY, total: 100, segments: {{a: {{value: 1, {numbers}}}, b: {{value: 2, {numbers}}}}}}}"

    found = difference(drawn(1), drawn(2))
    assert len(found.causes) == 2
    assert found.causes[0].text.startswith("2 segments: n0, n1")


def test_only_what_both_plans_are_split_by_is_compared():
    found = difference(BASE, changed(("  - {by: channel}\n", ""), ("total: 1000.00", "total: 500")))
    assert found.names == ("segment", "category", "activity", "period", "owner")
    assert_adds_up(found)


def test_plans_without_a_common_coordinate_are_compared_in_total():
    old = "{currency: CNY, total: 100, segments: {a: {value: 1}}}"
    new = "{currency: CNY, total: 120, activities: {g: {category: gift}}}"
    found = difference(old, new)
    assert (found.names, found.change, found.lines_moved) == ((), 20_00, 20_00)
    assert_adds_up(found)


def test_a_negative_total_is_compared_like_any_other():
    found = difference(
        changed(("1000.00", "-1000.00"), ("max: 800", "max: 80%")),
        changed(("1000.00", "-1200"), ("max: 800", "max: 80%")),
    )
    assert_adds_up(found)
    assert found.change == -200_00


def test_what_several_coordinates_together_say_adds_up_too():
    found = difference(BASE, changed(("value: 60", "value: 70"), ("weight: 3", "weight: 4")), ("segment", "activity"))
    assert [table.names for table in found.tables] == [("segment", "activity")]
    assert_adds_up(found)


def test_an_owner_moves_money_between_owners_alone():
    found = difference(BASE, changed(("owner: li", "owner: wang")))
    cause = found.causes[0]
    assert (cause.moved, found.lines_moved, found.moved) == (0, 0, True)
    assert found.relabelled(cause) == [("owner", 540_00)]
    assert difference(BASE, changed(("owner: li", "owner: wang")), ("owner",)).causes[0].moved == 540_00


def test_the_usual_steps_change_when_a_value_is_missing():
    old = "{currency: CNY, total: 100, segments: {a: {value: 1, customers: 3}, b: {value: 1, customers: 1}}}"
    found = difference(old, old.replace("b: {value: 1,", "b: {"))
    assert_adds_up(found)
    assert [cause.text for cause in found.causes] == [
        "allocate.segment.by: value -> count",
        "segments.b.value: 1 -> none",
        "rounding",
    ]


LARGE = "{{currency: CNY, total: 1m, segments: {{{}}}, activities: {{{}}}, channels: {{{}}}, allocate: [{{by: value}}, {{by: activity}}, {{by: channel{}}}]}}"  # fmt: skip


def large(segments, activities, channels, *, value=1, weight=1, more=""):
    return LARGE.format(
        ", ".join(f"s{number}: {{value: {value if number == 0 else 5}}}" for number in range(segments)),
        f"a0: {{category: gift, weight: {weight}, channels: [c0]}}, "
        + ", ".join(f"a{number}: {{category: gift, weight: 5}}" for number in range(1, activities)),
        ", ".join(f"c{number}: {{}}" for number in range(channels)),
        more,
    )


def test_plans_of_many_lines_have_causes_by_their_upper_steps(monkeypatch):
    monkeypatch.setattr("crmbudget.comparing.reach.WORK_MAX", 500)
    old, new = large(5, 20, 10), large(5, 20, 10, value=9, weight=8)
    found = difference(old, new)
    assert_adds_up(found)
    assert [table.names for table in found.effects] == [("segment",), ("category",), ("activity",)]
    assert [table.names for table in found.tables if table.moved] == [("segment",), ("activity",), ("channel",)]
    asked = difference(old, new, ("channel",))
    assert_adds_up(asked)
    assert [table.names for table in asked.effects] == [("channel",)]


def test_where_every_step_must_be_taken_fewer_causes_are_told_apart(monkeypatch):
    monkeypatch.setattr("crmbudget.comparing.reach.WHOLE_MAX", 30)
    limited = many(20) + "limits: [{segment: s000, max: 90%}]\n"
    found = difference(limited, many(20, 3) + "limits: [{segment: s000, max: 90%}]\n")
    assert_adds_up(found)
    assert [cause.text for cause in found.causes] == [
        "total: 1000 -> 3000",
        "20 segments: customers",
        "20 segments: value",
        "rounding",
    ]


@pytest.mark.parametrize("more", [", max: {c0: 1%}", ", zero: skip", ", fixed: {c0: 1}"])
def test_a_step_that_may_leave_money_over_is_always_taken(monkeypatch, more):
    monkeypatch.setattr("crmbudget.comparing.reach.WORK_MAX", 1)
    found = difference(large(3, 2, 1, more=more), large(3, 2, 1, value=9, more=more))
    assert_adds_up(found)
    assert ("channel",) in [table.names for table in found.effects]


def test_limits_are_kept_on_every_step_of_the_way():
    """540 of 900 for key is 600 at a value of 80; a cap of 400 then takes 200, whatever the activities weigh."""
    new = changed(("max: 800", "max: 400"), ("value: 60", "value: 80"), ("weight: 3", "weight: 5"))
    found = difference(BASE, new)
    assert_adds_up(found)
    by_segment = found.effects[0].rows
    assert by_segment["key",] == (60_00, 0, -200_00, 0)
    assert by_segment["other",] == (-60_00, 0, 200_00, 0)


@given(
    totals=st.tuples(st.integers(0, 10**7), st.integers(0, 10**7)),
    values=st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99)), min_size=1, max_size=9),
)
def test_rounding_is_less_than_a_unit_for_each_cause_and_each_plan(totals, values):
    plans_ = [
        f"{{currency: JPY, total: {totals[side]}, segments: {{"
        + ", ".join(f"s{number}: {{value: {pair[side]}}}" for number, pair in enumerate(values))
        + "}, allocate: [{by: value, zero: equal}]}"
        for side in (0, 1)
    ]
    found = difference(*plans_)
    assert_adds_up(found)
    assert all(abs(amounts[-1]) < len(found.causes) + 1 for amounts in found.effects[0].rows.values())


def exact(total, reserve, values):
    """Reserve and segments as plain fractions."""
    rest = total * (1 - Fraction(reserve, 100))
    return [total - rest, *(rest * value / sum(values) for value in values)]


@given(
    totals=st.tuples(st.integers(0, 10**7), st.integers(0, 10**7)),
    reserves=st.tuples(st.integers(0, 100), st.integers(0, 100)),
    values=st.lists(st.tuples(st.integers(1, 99), st.integers(1, 99)), min_size=1, max_size=6),
)
def test_each_effect_is_the_exact_one_down_to_a_unit(totals, reserves, values):
    """The same chain in plain fractions: total, then reserve, then one segment's value after the other."""
    olds, news = ([pair[side] for pair in values] for side in (0, 1))
    chain = [(totals[0], reserves[0], olds), (totals[1], reserves[0], olds), (totals[1], reserves[1], olds)]
    chain += [(totals[1], reserves[1], [*news[:number], *olds[number:]]) for number in range(1, len(values) + 1)]
    steps = [exact(*plan) for one, plan in zip([None, *chain], chain, strict=False) if one is None or one != plan]
    plans_ = [
        f"{{currency: JPY, total: {total}, reserve: {reserve}%, segments: {{"
        + ", ".join(f"s{number}: {{value: {value}}}" for number, value in enumerate(own))
        + "}}"
        for total, reserve, own in (chain[0], chain[-1])
    ]
    (table,) = difference(*plans_).effects
    rows = [table.rows[Apart.RESERVE], *(table.rows[f"s{number}",] for number in range(len(values)))]
    assert len(rows[0]) == len(steps)
    for row, amounts in enumerate(rows):
        for number, amount in enumerate(amounts[:-1]):
            assert abs(amount - (steps[number + 1][row] - steps[number][row])) < 1 + Fraction(1, 10**4)
