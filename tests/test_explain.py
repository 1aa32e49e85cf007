"""Every figure explains itself: what is told can be computed again, adds up, and names its places."""

import json
import random
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from crmbudget.allocation import strategy
from crmbudget.allocation.cascade import allocate
from crmbudget.allocation.explain import Run, explain
from crmbudget.allocation.fill import Bounds, Overdrawn, fill
from crmbudget.allocation.split import Splitter, Weighting
from crmbudget.finding import Refused
from crmbudget.planning.loader import load_plan, read_plan
from crmbudget.planning.plan import Dimension
from crmbudget.reporting.formats import json as json_format
from crmbudget.reporting.formats import table as table_format
from crmbudget.reporting.report import Screen
from crmbudget.reporting.views.explain import explanation_report
from drawn_limits import drawn_case
from drawn_plans import STRATEGIES, plans
from oracle import largest_remainder
from replay import replayed
from runner import ROOT, here

EXAMPLES = sorted(path for path in (ROOT / "examples").rglob("plan.yaml") if "plugin" not in path.parts)
HANDOVER = "examples/handover/plan.yaml"


def lines_of(loaded):
    """Every line as the words that choose it, with its amount."""
    budget = allocate(loaded.ready, loaded.source)
    split = [level.dimension.value for level in budget.levels]
    for line in budget.lines():
        at = dict(zip(budget.coordinates, line[:-1], strict=True))
        yield {name: at[name] for name in split}, line[-1]


def document_of(told):
    return json.loads("".join(json_format.render(explanation_report(told), Screen())))


def text_of(told, **options):
    return "".join(table_format.render(explanation_report(told, **options), Screen()))


def told_of(text, **words):
    loaded = read_plan(text)
    return explain(Run(loaded.ready, loaded.source), words)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)
def test_every_line_of_an_example_is_computed_again_from_what_is_told(path, monkeypatch):
    monkeypatch.chdir(ROOT)
    loaded = load_plan(path.relative_to(ROOT).as_posix())
    run = Run(loaded.ready, loaded.source)
    for words, amount in lines_of(loaded):
        assert replayed(document_of(explain(run, words))) == amount


def some(draw, lines):
    """A few of the lines, the first and the last among them."""
    chosen = {0, len(lines) - 1, *draw(st.lists(st.integers(0, len(lines) - 1), max_size=4))}
    return [lines[number] for number in sorted(chosen)]


@st.composite
def allocated(draw, name):
    """A drawn plan that can be shared out, with its lines; some plans have bounds, some a total below zero."""
    fit = draw(st.sampled_from([None, "cost"])) if name == "activity" else None
    drawn = draw(plans(name, bounded=draw(st.booleans()), fit=fit))
    if draw(st.booleans()):
        drawn.plan["total"] = f"-{drawn.plan['total']}"
        if not drawn.plan["reserve"].endswith("%"):
            drawn.plan["reserve"] = f"-{drawn.plan['reserve']}"
    loaded = read_plan(drawn.text)
    try:
        lines = list(lines_of(loaded))
    except Refused:
        assume(False)
    assume(lines)
    return loaded, lines


@pytest.mark.parametrize("name", STRATEGIES)
@given(data=st.data())
def test_a_line_of_any_plan_is_computed_again_from_what_is_told(name, data):
    loaded, lines = data.draw(allocated(name))
    run = Run(loaded.ready, loaded.source)
    for words, amount in some(data.draw, lines):
        told = explain(run, words)
        assert told.amount == amount == replayed(document_of(told))
        assert text_of(told)


@pytest.mark.parametrize("seed", range(40))
def test_a_line_that_limits_moved_is_computed_again_from_what_is_told(seed):
    rng = random.Random(seed)
    case = drawn_case(rng, total=rng.choice([10**4, 10**6, 10**9]), bounds=rng.random() < 0.5)
    if case is None:
        return
    sign = rng.choice(["total: ", "total: -"])
    loaded = read_plan(case.text.replace("total: ", sign))
    try:
        lines = list(lines_of(loaded))
    except Refused:
        return
    run = Run(loaded.ready, loaded.source)
    for words, amount in rng.sample(lines, min(12, len(lines))):
        told = explain(run, words)
        assert told.amount == amount == replayed(document_of(told))
        assert text_of(told)


@pytest.mark.parametrize("name", STRATEGIES)
@given(data=st.data())
def test_a_subtotal_is_the_sum_of_its_lines_and_every_step_adds_up_to_it(name, data):
    loaded, lines = data.draw(allocated(name))
    plan, run = loaded.ready, Run(loaded.ready, loaded.source)
    kept = data.draw(st.sets(st.sampled_from(sorted(lines[0][0]))))
    asked = {word: value for word, value in data.draw(st.sampled_from(lines))[0].items() if word in kept}
    if "activity" in asked and data.draw(st.booleans()):
        asked["category"] = plan.activities[asked.pop("activity")].category

    def chosen(words):
        kind = plan.activities[words["activity"]].category if "activity" in words else None
        return all({**words, "category": kind}[word] == value for word, value in asked.items())

    told = explain(run, asked)
    assert told.amount == sum(amount for words, amount in lines if chosen(words))
    assert told.lines == sum(chosen(words) for words, _ in lines)
    pool = told.total - told.reserve
    for step in told.steps:
        assert step.pool == pool
        if step.parts:
            assert step.amount == sum(part.amount for part in step.parts if part.chosen)
        pool = step.amount
    assert pool == told.free == told.amount
    assert text_of(told, top=1)


def test_owners_and_spans_choose_lines_too():
    loaded = load_plan(str(ROOT / HANDOVER))
    run, lines = Run(loaded.ready, loaded.source), list(lines_of(loaded))
    quarter = {"2027-07", "2027-08", "2027-09"}
    assert explain(run, {"owner": "wang.li"}).amount == sum(a for words, a in lines if words["segment"] == "key")
    assert explain(run, {"period": "2027-Q3"}).amount == sum(a for words, a in lines if words["period"] in quarter)
    both = explain(run, {"owner": "chen.yu", "category": "gift", "period": "2027-Q3..2027-12"})
    assert both.amount == sum(
        amount
        for words, amount in lines
        if (words["segment"], words["activity"], words["period"]) == ("growth", "gifts", "2027-09")
    )


@given(data=st.data())
def test_a_line_is_told_alike_whether_its_last_step_is_made_or_not(data):
    loaded, lines = data.draw(allocated("channel"))
    assume(loaded.ready.total >= 0)
    beside = loaded.ready.model_copy(update={"limits": read_plan(LIMITED).ready.limits})
    for words, _ in some(data.draw, lines):
        quick, whole = (explain(Run(plan, loaded.source), words) for plan in (loaded.ready, beside))
        assert document_of(quick)["results"] == document_of(whole)["results"]


LIMITED = "{currency: CNY, total: 1, segments: {a: {value: 1}}, limits: [{max: 100%}]}"


def conspiracy(count):
    """Each segment has one unit for fewer activities, those that came off badly so far: the cup game."""
    names = [f"a{number:02d}" for number in range(count)]
    rounds = [f"r{number:02d}" for number in range(count - 1)]
    activities = {
        name: {"category": "gift", "segments": [one for turn, one in enumerate(rounds) if turn <= place]}
        for place, name in enumerate(names)
    }
    plan = {"currency": "JPY", "total": count - 1, "segments": {name: {"customers": 1} for name in rounds}}
    return json.dumps({**plan, "activities": activities, "allocate": [{"by": "count"}, {"by": "activity"}]})


def test_what_was_evened_out_is_told():
    loaded = read_plan(conspiracy(14))
    run, moved = Run(loaded.ready, loaded.source), 0
    for words, amount in lines_of(loaded):
        told = explain(run, words)
        assert told.amount == amount == replayed(document_of(told))
        if told.steps[-1].own.evened:
            moved += 1
            assert "was evened out, so that" in text_of(told)
    assert moved >= 2
    words, amount = list(lines_of(loaded))[-1]
    assert explain(Run(loaded.ready, loaded.source), words).amount == amount


SMALL = """\
currency: CNY
total: 100.00
reserve: 10.01%
calendar: {start: 2027-01, periods: 2}
segments:
  a: {customers: 3, value: 10}
  b: {customers: 1, value: 5}
  c: {customers: 2, value: 0}
activities:
  x: {category: gift, weight: 2}
  y: {category: gift}
allocate:
  - {by: {count: 75%, value: 25%}, max: {a: 40}}
  - by: activity
  - by: period
"""


def test_a_line_is_told_sentence_by_sentence():
    assert (
        text_of(told_of(SMALL, segment="b", activity="x", period="2027-02"))
        == """\
b / x / 2027-02 gets 7.57 CNY of 100.00

The way to it
Step               By                     Share  Amount (CNY)
-------------------------------------------------------------
total                                                  100.00
less the reserve   10.01%                              -10.01
is shared out                                           89.99
1 segment: b       75% count + 25% value  25.2%         22.72
2 activity: x      activity               66.6%         15.14
3 period: 2027-02  period                 50.0%          7.57
-------------------------------------------------------------
b / x / 2027-02                                          7.57

Why
reserve     10.01% of 100.00 are held back first (plan.yaml:3): 10.01
1 segment   75% by count: customers 1 of 6 (plan.yaml:7)
            25% by value: value 5.00 of 15.00 (plan.yaml:7)
            its share is 5/24 = 20.83% of 89.99: 18.747916...
            the bounds of others leave it 3.974810...: 22.722727...
            rounded down to 22.72: 1 odd unit of 0.01 goes to the largest of 2 remainders, and its 0.2727 is number 2, after c (0.7273)
2 activity  by activity: weight 2 of 3 (plan.yaml:10)
            its share is 2/3 = 66.67% of 22.72: 15.146666...
            rounded down to 15.14: 1 odd unit of 0.01 goes to the largest of 2 remainders, and its 0.6667 - 0.3333 carried = 0.3333 is number 2, after y (0.6667)
3 period    by period: all weigh the same (plan.yaml:15)
            its share is 1/2 = 50.0% of 15.14: 7.57
            a whole amount, 7.57: nothing to round
"""
    )


def test_a_subtotal_is_told_by_what_it_is_made_of():
    assert (
        text_of(told_of(SMALL, activity="y"), top=1)
        == """\
activity=y gets 30.00 CNY of 100.00, in 6 lines

The way to it
Step              By                       Share  Amount (CNY)
--------------------------------------------------------------
total                                                   100.00
less the reserve  10.01%                                -10.01
is shared out                                            89.99
1 segment: all    75% count + 25% value   100.0%         89.99
2 activity: y     activity, in 3 amounts   33.3%         30.00
3 period: all     period, in 3 amounts    100.0%         30.00
--------------------------------------------------------------
activity=y                                               30.00

Step 2, activity: y
Segment     Of  Weight  Amount
------------------------------
a        40.00   33.3%   13.33
2 more   49.99           16.67
------------------------------
total    89.99           30.00

Why
reserve     10.01% of 100.00 are held back first (plan.yaml:3): 10.01
1 segment   the amount is split by 75% count + 25% value (plan.yaml:13)
2 activity  3 amounts are split by activity (plan.yaml:14)
3 period    3 amounts are split by period (plan.yaml:15)
"""
    )


def test_the_reserve_tells_where_its_odd_unit_went():
    told = told_of("{currency: CNY, total: 0.99, reserve: 50%, segments: {a: {value: 1}}}")
    assert "rounded down to 0.49: the odd unit goes to the larger remainder, in a tie to the rest" in text_of(told)
    told = told_of("{currency: CNY, total: 5.00, reserve: 2, segments: {a: {value: 1}}}")
    assert "2.00 are held back first (plan.yaml:1)" in text_of(told)
    told = told_of("{currency: CNY, total: -1.02, reserve: 25%, segments: {a: {value: 1}}}", segment="a")
    assert "rounded down to -0.25" in text_of(told)
    assert (told.reserve, told.amount) == (-25, -77)


SEGMENTS = "segments: {a: {customers: 3, value: 10, churn: 12.5%}, b: {customers: 1, value: 0, churn: 10%}}"
ACTIVITIES = (
    "activities: {x: {category: gift, cost: 2, times: 3, per: customer, priority: must}, "
    "y: {category: gift, cost: 5, per: period, when: [2027-01]}, z: {category: gift, cost: 50, priority: could}}"
)
SENTENCES = [
    ("{by: count}", {"segment": "a"}, "by count: customers 3 of 4 (plan.yaml:4)"),
    ("{by: value}", {"segment": "b"}, "by value: value 0.00 (plan.yaml:4): weighs nothing"),
    ("{by: equal, across: segment}", {"segment": "a"}, "by equal: all weigh the same (plan.yaml:7)"),
    (
        "{by: fixed, across: segment, shares: {a: 30%, b: 70%}}",
        {"segment": "b"},
        "by fixed: share 0.7 of 1 (plan.yaml:7)",
    ),
    (
        "{by: formula, across: segment, formula: customers * churn / 3}",
        {"segment": "a"},
        "by formula: customers * churn / 3, customers 3, churn 0.125 (plan.yaml:4): weighs 0.125 of 0.1583...",
    ),
    ("{by: formula, across: segment, formula: 2}", {"segment": "a"}, "by formula: 2, all weigh the same (plan.yaml:7)"),
    (
        "{by: formula, across: segment, formula: customers * 0, zero: equal}",
        {"segment": "a"},
        "by formula: all weights are zero, and count the same (`zero: equal`)",
    ),
    (
        "{by: formula, across: period, formula: days}",
        {"period": "2027-02"},
        "days, days 28 (plan.yaml:3): weighs 28 of 59",
    ),
    ("{by: period, profile: days}", {"period": "2027-02"}, "by period: days 28 of 59 (plan.yaml:3)"),
    ("{by: period, weights: [1, 0.5]}", {"period": "2027-02"}, "by period: weight 0.5 of 1.5 (plan.yaml:7)"),
    (
        "{by: period, weights: {2027-01: 1, 2027-02: 3}}",
        {"period": "2027-02"},
        "by period: weight 3 of 4 (plan.yaml:7)",
    ),
    ("{by: period}", {"period": "2027-02"}, "by period: all weigh the same (plan.yaml:7)"),
    ("{by: channel}", {"channel": "mail"}, "by channel: cost 2.00, contacts 3 (plan.yaml:6): weighs 6 of 7"),
    ("{by: channel}", {"channel": "visit"}, "by channel: weight 1 of 7 (plan.yaml:6)"),
    (
        "{by: activity}",
        {"activity": "x"},
        "cost 2.00, times 3, customers of a 3, customers of b 1, cost here 24.00 (plan.yaml:5, plan.yaml:4): weighs 24 of 79",
    ),
    ("{by: activity}", {"activity": "y"}, "by activity: cost 5.00, periods 1 (plan.yaml:5): weighs 5 of 79"),
    ("{by: activity}", {"activity": "z"}, "by activity: cost 50.00 of 79.00 (plan.yaml:5)"),
    (
        "{by: activity, fit: cost}",
        {"activity": "x"},
        "`must`, and the money reaches: it gets its cost of 24.00, and no more",
    ),
    ("{by: activity, fit: cost}", {"activity": "z"}, "`could`, where the money runs dry: 1.03 of its cost of 50.00"),
    (
        "{by: activity, fit: cost, min: {y: 8%}, max: {x: 100%}}",
        {"activity": "z"},
        "`could`, where the money runs dry: 1.03 of its cost of 50.00",
    ),
    ("{by: count, max: {a: 10}}", {"segment": "a"}, "at most 10.00 (plan.yaml:7): cuts off 12.5225"),
    ("{by: count, max: {a: 10}}", {"segment": "b"}, "the bounds of others leave it 12.5225: 20.03"),
    ("{by: count, min: {b: 50%}}", {"segment": "b"}, "at least 50% = 15.015 (plan.yaml:7): adds 7.5125"),
    ("{by: count, min: {b: 50%}}", {"segment": "a"}, "the bounds of others cost it 7.5125: 15.01"),
    ("{by: count, min: {b: 1}, max: {b: 90%}}", {"segment": "b"}, "at least 1.00 (plan.yaml:7): not in the way"),
    ("{by: count, fixed: {b: 7.50}}", {"segment": "b"}, "fixed at 7.50 (plan.yaml:7): cuts off 0.0075"),
    (
        "{by: count, max: {a: 10, b: 10}}",
        {"segment": "b"},
        "10.03 stay unassigned here: every member there has reached its maximum",
    ),
    (
        "{by: formula, across: segment, formula: 0, zero: skip}",
        {"segment": "b"},
        "30.03 stay unassigned here: all weights there are zero",
    ),
    ("{by: count, max: {a: 1.5%, b: 1.5%}}", {"segment": "b"}, "29.13 stay unassigned here"),
]


@pytest.mark.parametrize(("step", "words", "sentence"), SENTENCES, ids=lambda value: str(value)[:60])
def test_a_step_is_told_in_a_sentence(step, words, sentence):
    calendar, channels = "calendar: {start: 2027-01, periods: 2}", "channels: {visit: {}, mail: {cost: 2, contacts: 3}}"
    text = f"currency: CNY\ntotal: 30.03\n{calendar}\n{SEGMENTS}\n{ACTIVITIES}\n{channels}\nallocate: [{step}]\n"
    told = told_of(text, **words)
    assert sentence in text_of(told), text_of(told)
    assert replayed(document_of(told)) == told.amount


def test_those_who_go_first_may_leave_nothing():
    activities = "{x: {category: gift, cost: 9, priority: must}, y: {category: gift, cost: 7}}"
    text = f"{{currency: CNY, total: 8, activities: {activities}, allocate: [{{by: activity, fit: cost}}]}}"
    assert "`should`: those who go first leave nothing of its cost of 7.00" in text_of(told_of(text, activity="y"))


def test_a_cost_that_several_amounts_could_pay_tells_what_falls_on_each():
    loaded = read_plan(
        f"currency: CNY\ntotal: 40\n{SEGMENTS}\nactivities: {{x: {{category: gift, cost: 20}}}}\n"
        "allocate: [{by: count}, {by: activity, fit: cost}]\n"
    )
    run = Run(loaded.ready, loaded.source)
    told = explain(run, {"segment": "b", "activity": "x"})
    assert "cost 20.00, cost here 5.00 (plan.yaml:4): weighs 5 of 5" in text_of(told)
    left = explain(run, {"activity": "x"})
    assert left.steps[1].left == 2000
    assert "20.00 stay unassigned here" in text_of(left)


def test_the_own_weights_of_an_activity_are_named():
    text = "{currency: CNY, total: 9, activities: {x: {category: gift, channels: {mail: 2, visit: 1}}}, channels: {mail: {}, visit: {}}}"
    assert "weight for x 2 of 3 (plan.yaml:1)" in text_of(told_of(text, activity="x", channel="mail"))


def test_numbers_of_a_customer_list_name_the_list(monkeypatch):
    monkeypatch.chdir(ROOT)
    loaded = load_plan("examples/telco/plan.yaml")
    told = explain(Run(loaded.ready, loaded.source), {"segment": "One year"})
    numbers = {one["name"]: (one["path"], one["line"]) for one in document_of(told)["numbers"] if one["step"] == 1}
    listed = ("examples/telco/customers.csv", None)
    assert numbers == {"customers": listed, "monthly": listed, "churn": listed, "value": listed}
    assert "monthly 65.0486..., churn 0.1126... (customers.csv): weighs " in text_of(told)


def test_a_number_that_was_set_names_the_call():
    loaded = read_plan(SMALL, overrides=["segments.b.customers=9"])
    told = explain(Run(loaded.ready, loaded.source), {"segment": "b"})
    assert "customers 9 of 14 (--set segments.b.customers=9)" in text_of(told)


def test_ready_lines_are_told_by_their_file(monkeypatch, capsys):
    words = ("explain", "examples/philadelphia/plan.yaml", "segment=Police Department")
    ran = here(monkeypatch, capsys, *words, "period=2019")
    assert "Police Department / 2019 gets 709,492,944.00 USD" in ran.out or "gets 709,492,944.00 USD" in ran.out
    assert "this line stands in budget.csv: nothing is split, so nothing is rounded" in ran.out
    assert "these 18 lines stand in budget.csv" in here(monkeypatch, capsys, *words).out


def test_ready_lines_leave_the_rest_of_a_total_unassigned(tmp_path, monkeypatch, capsys):
    (tmp_path / "lines.csv").write_text("segment,date,amount\na,2027-01,30.00\nb,2027-01,20.00\n", "utf-8")
    (tmp_path / "plan.yaml").write_text("currency: CNY\ntotal: 100\nreserve: 10\nlines: {from: lines.csv}\n", "utf-8")
    ran = here(monkeypatch, capsys, "explain", "plan.yaml", "segment=b", cwd=tmp_path)
    assert (
        ran.out
        == """\
b gets 20.00 CNY of 100.00

The way to it
Step                        Amount (CNY)
----------------------------------------
total                             100.00
less the reserve                  -10.00
less what stays unassigned        -40.00
lines of the file                  50.00
----------------------------------------
b                                  20.00

Why
reserve  10.00 are held back first (plan.yaml:3)
lines    this line stands in lines.csv: nothing is split, so nothing is rounded
"""
    )
    assert here(monkeypatch, capsys, "explain", "plan.yaml", "segment=c", cwd=tmp_path).code == 2


def test_a_line_that_the_file_does_not_have_is_not_made_up(tmp_path, monkeypatch, capsys):
    (tmp_path / "lines.csv").write_text("segment,date,amount\na,2027-01,30.00\nb,2027-02,20.00\n", "utf-8")
    plan = "currency: CNY\ncalendar: {start: 2027-01, periods: 2}\nlines: {from: lines.csv}\n"
    (tmp_path / "plan.yaml").write_text(plan, "utf-8")
    ran = here(monkeypatch, capsys, "explain", "plan.yaml", "segment=b", "period=2027-01", cwd=tmp_path)
    assert ran.code == 2
    assert "no line of this plan has segment=b period=2027-01" in ran.err
    assert "there `period` is `2027-02`" in ran.err


def test_a_strategy_of_another_package_is_told_with_all_numbers_of_its_members(monkeypatch):
    class AtRisk(strategy.Strategy):
        splits = Dimension.SEGMENT

        def weight(self, member, cell):  # noqa: ARG002
            numbers = member.numbers(self.plan.money)
            return numbers["value"] * numbers["churn"]

    monkeypatch.setattr(strategy, "find", lambda _: AtRisk)
    text = "{currency: CNY, total: 9, segments: {a: {value: 5, churn: 20%}, b: {value: 2, churn: 1}}, allocate: [{by: at-risk}]}"
    assert "by at-risk: churn 0.2, value 5.00 (plan.yaml:1): weighs 1 of 3" in text_of(told_of(text, segment="a"))


LIMITS = """\
currency: CNY
total: 100.00
segments: {a: {value: 75}, b: {value: 25}}
activities:
  g: {category: gift}
  v: {category: service, segments: [b]}
  w: {category: service, weight: 3, segments: [a]}
limits:
  - {activity: g, max: 20}
  - {segment: a, max: 90%}
  - {activity: w, max: 95%}
"""


def test_limits_tell_what_they_did_and_which_of_them_bind():
    told = told_of(LIMITS, segment="a", activity="g")
    assert told.amount == 1131
    assert [(one.text, one.touches, one.binds) for one in told.limits] == [
        ("activity=g <= 20.00", True, True), ("segment=a <= 90%", True, False),
    ]  # fmt: skip
    text = text_of(told)
    assert "limits move                            -7.44" in text
    assert "activity=g <= 20.00 (plan.yaml:9): binds, its lines have 20.00 of 20.00; it moved 11.25" in text
    assert "segment=a <= 90% (plan.yaml:10): touches it and does not bind, its lines have 75.00 of 90.00" in text
    assert "step 2: g had 18.75 and gets 11.31 (-7.44), 0.6032 of its proportion to the others" in text


def test_a_line_that_no_limit_touches_tells_whose_limit_moved_it():
    told = told_of(LIMITS, segment="b", activity="v")
    assert [(one.text, one.touches, one.binds) for one in told.limits] == [("activity=g <= 20.00", False, True)]
    text = text_of(told)
    assert "activity=g <= 20.00 (plan.yaml:9): binds its neighbours" in text
    assert "step 2: v had 12.50 and gets 16.31 (+3.81)" in text


def test_a_subtotal_tells_each_move_of_limits_once():
    told = told_of(LIMITS, activity="g")
    assert (told.free, told.amount) == (3125, 2000)
    assert text_of(told).count("had 31.25 and gets 20.00 (-11.25)") == 1


def test_money_that_limits_leave_without_a_place_is_told():
    text = "{currency: CNY, total: 12, segments: {a: {value: 1}, b: {value: 1}}, limits: [{segment: a, max: 3}, {segment: b, max: 4}]}"
    told = told_of(text, segment="a")
    assert replayed(document_of(told)) == told.amount == 300
    assert "limits leave 5.00 of the whole plan without a place: unassigned" in text_of(told)


def test_limits_that_bind_nothing_are_named_and_of_many_some():
    text = "{currency: CNY, total: 12, segments: {a: {value: 1}}, calendar: {start: 2027-01}, limits: [{per: period, max: 9}, {max: 20}]}"
    told = told_of(text, segment="a")
    assert len(told.limits) == 13
    assert not told.effects
    assert "5 more limits touch it and do not bind" in text_of(told)
    assert "limits move" not in text_of(told)


def test_a_step_s_bound_that_held_the_limits_back_is_named():
    text = LIMITS.replace("limits:", "allocate: [{by: value}, {by: activity, max: {w: 82%}}]\nlimits:")
    told = told_of(text, segment="a", activity="w")
    assert replayed(document_of(told)) == told.amount == 6150
    assert "w <= 82% (plan.yaml:8): this bound of a step held back what moved" in text_of(told)


WRONG = [
    (["seg=key"], "the lines of this plan have no coordinate `seg`", "did you mean `segment`?"),
    (["segment=kay"], "there is no segment `kay` in this plan", "did you mean `key`?"),
    (["segment=重点客户"], "there is no segment `重点客户` in this plan", "did you mean `key`?"),
    (["segment=ORD"], "there is no segment `ORD` in this plan", "did you mean `ordinary`?"),
    (["segment=zzz"], "there is no segment `zzz` in this plan", "use one of `growth`, `key`, `ordinary`"),
    (["category=礼品"], "there is no category `礼品` in this plan", "did you mean `gift`?"),
    (["owner=wang"], "there is no owner `wang` in this plan", "did you mean `wang.li`?"),
    (["period=2027-13"], "`2027-13` is not a period", "did you mean `2027-12`?"),
    (["period=soon"], "`soon` is not a period", "write 2027-01, 2027-Q1, 2027-W05, 2027, or 2027-04..2027-12"),
    (["period=2028"], "the plan has no period in `2028`", "its periods are `2027-01` to `2027-12`"),
    (
        ["segment=key", "owner=zhao.min"],
        "no line of this plan has segment=key owner=zhao.min",
        "there `owner` is `wang.li`",
    ),
    (
        ["category=event", "activity=gifts"],
        "no line of this plan has category=event activity=gifts",
        "there `activity` is `appreciation`",
    ),
    (
        ["activity=gifts", "period=2027-05"],
        "activity `gifts` spends only in 2027-01, 2027-09: its `when` says so",
        "ask for one of these as `period`, or leave `period` out",
    ),
    (
        ["segment=ordinary", "activity=appreciation", "channel=visit", "period=2027-09"],
        "activity `appreciation` spends only in key, growth: its `segments` says so",
        "ask for one of these as `segment`, or leave `segment` out",
    ),
    (
        ["segment=key", "activity=gifts", "channel=visit", "period=2027-02"],
        "activity `gifts` spends only in",
        "ask for one",
    ),
    (["segment=ordinary", "category=event", "owner=wang.li"], "spends only in key, growth", "ask for one"),
    (["segment"], "`segment` is not a coordinate", "write one such as segment=key"),
    (["segment="], "`segment=` is not a coordinate", "write one such as segment=key"),
    (["segment=key", "segment=growth"], "`segment` is given twice", "keep one of `segment=key` and `segment=growth`"),
]


@pytest.mark.parametrize(("words", "message", "fix"), WRONG, ids=lambda value: str(value)[:60])
def test_wrong_coordinates_suggest_the_near_ones(words, message, fix, monkeypatch, capsys):
    ran = here(monkeypatch, capsys, "explain", HANDOVER, *words, "--format", "json")
    found = json.loads(ran.out)
    assert (ran.code, found["exit_code"], found["schema"], found["results"]) == (2, 2, "crmbudget.explanation", [])
    assert message in found["diagnostics"][0]["message"]
    assert fix in found["diagnostics"][0]["fix"]
    assert {one["code"] for one in found["diagnostics"]} == {"CB001"}


def test_an_activity_that_is_barred_points_at_its_line_of_the_plan(monkeypatch, capsys):
    ran = here(monkeypatch, capsys, "explain", HANDOVER, "activity=gifts", "period=2027-05")
    assert f"--> {HANDOVER}:17" in ran.err


def test_where_no_coordinate_alone_can_change_it_the_fix_says_so():
    text = "{currency: CNY, total: 1, segments: {a: {value: 1, owner: o}, b: {value: 1, owner: p}}, activities: {x: {category: gift, segments: [a]}, y: {category: event, segments: [b]}}}"
    with pytest.raises(Refused) as refused:
        told_of(text, segment="a", owner="p", category="event", activity="x")
    assert refused.value.findings[0].fix == "leave one of the coordinates out"
    with pytest.raises(Refused) as refused:
        told_of("{currency: CNY, total: 0, segments: {a: {value: 1}}, activities: {x: {category: gift, segments: []}}}")
    assert "this plan has no lines" in refused.value.findings[0].message


def test_the_value_that_is_there_may_be_a_category():
    text = "{currency: CNY, total: 1, segments: {a: {value: 1}, b: {value: 1}}, activities: {x: {category: gift, segments: [a]}, y: {category: event}}}"
    with pytest.raises(Refused) as refused:
        told_of(text, segment="b", category="gift", activity="y")
    assert refused.value.findings[0].fix == "there `category` is `event`"


def test_an_unowned_line_is_nobody_s():
    text = "{currency: CNY, total: 1, segments: {a: {value: 1}, b: {value: 1, owner: p}}}"
    with pytest.raises(Refused) as refused:
        told_of(text, segment="a", owner="p")
    assert refused.value.findings[0].fix == "there `owner` is nobody"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["CB104"], 0, "# An unknown key"),
        (["cb104"], 0, "# An unknown key"),
        (["CB999"], 2, "there is no finding `CB999`"),
        (["nothing.yaml"], 2, "there is no file nothing.yaml"),
        (["CB104", "segment=key"], 2, "there is no file CB104"),
        (["examples"], 2, "is a folder"),
        (["examples/small/plan.yaml"], 0, "the whole plan gets 1,104,000.00 CNY of 1,200,000.00, in 26 lines"),
        ([HANDOVER, "segment=key", "--set", "allocate=[{by: nothing}]"], 3, "there is no strategy `nothing`"),
        ([HANDOVER, "--set", "total=1.234"], 3, "CB114"),
        (["tests/errors/CB301/plan.yaml"], 4, "CB301"),
        (["tests/errors/CB310/plan.yaml"], 4, "CB310"),
    ],
    ids=str,
)
def test_the_first_word_is_a_page_or_a_plan(words, code, said, monkeypatch, capsys):
    ran = here(monkeypatch, capsys, "explain", *words)
    assert ran.code == code
    assert said in ran.out + ran.err


def test_names_that_act_are_harmless_in_every_format(monkeypatch, capsys, tmp_path):
    name = '"\\e[31m=1+1|<b>"'
    (tmp_path / "plan.yaml").write_text(
        f"currency: CNY\ntotal: 1\nsegments:\n  {name}: {{value: 2}}\n  b: {{value: 1}}\n", "utf-8"
    )
    for form in ("table", "plain", "csv", "json", "jsonl", "markdown", "grid", "rst"):
        ran = here(monkeypatch, capsys, "explain", "plan.yaml", "segment=b", "--format", form, cwd=tmp_path)
        assert ran.code == 0
        assert "\x1b" not in ran.out
        assert "<b>" not in ran.out or form != "markdown"


def test_the_document_has_what_the_page_promises():
    document = document_of(told_of(LIMITS, segment="a", activity="g"))
    assert document["summary"] == {
        "segment": "a", "activity": "g", "total": "100.00", "reserve": "0.00", "pool": "100.00", "unassigned": "0.00",
        "unlimited": "18.75", "amount": "11.31", "lines": 1,
    }  # fmt: skip
    assert document["results"][2] == {
        "step": 2, "dimension": "activity", "strategy": "activity", "segment": "a", "activity": "g", "member": "g",
        "chosen": True, "pool": "75.00", "weight": "1/4", "low": None, "high": None, "turn": 0, "carried": "0",
        "exact": "1875", "evened": 0, "amount": "18.75",
    }  # fmt: skip
    assert document["steps"][1] == {
        "step": 2, "dimension": "activity", "strategy": "activity", "amounts": 1, "pool": "75.00", "amount": "18.75",
        "unassigned": "0.00", "path": "plan.yaml", "line": 4,
    }  # fmt: skip
    assert document["weights"][-1] == {
        "step": 2, "strategy": "activity", "share": "100.0", "member": "w", "weight": "3", "total_weight": "4",
    }  # fmt: skip
    assert document["numbers"][-1] == {
        "step": 2, "strategy": "activity", "member": "w", "name": "weight", "value": "3", "path": "plan.yaml", "line": 7,
    }  # fmt: skip
    assert document["limits"][0] == {
        "limit": "activity=g <= 20.00", "bound": "20.00", "sum": "20.00", "touches": True, "binds": True, "moved": "11.25",
        "path": "plan.yaml", "line": 9,
    }  # fmt: skip
    effect = next(one for one in document["effects"] if one["chosen"] and one["step"] == 2)
    assert Fraction(effect.pop("exact")) - 1131 < 1
    assert effect.pop("weight").isdigit()
    assert effect == {
        "step": 2, "dimension": "activity", "member": "g", "chosen": True, "pool": "75.00", "before": "18.75",
        "settled": effect["settled"], "amount": "11.31",
    }  # fmt: skip


BOUND = st.none() | st.integers(0, 30)
ROWS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 7), BOUND, BOUND), min_size=1, max_size=6)


@given(rounds=st.lists(st.tuples(st.integers(0, 60), ROWS, st.booleans()), min_size=1, max_size=12))
def test_each_split_goes_by_what_is_carried_whoever_shares_in_it(rounds):
    splitter, carried = Splitter(7), [Fraction(0)] * 8
    for pool, rows, bounded in rounds:
        members, weighting = weighted(rows, bounded)
        try:
            shares = fill(pool, weighting.weights, weighting.bounds) if bounded else shares_of(pool, weighting)
        except Overdrawn:
            continue
        places, exact = [*members, 7], [*shares, pool - sum(shares) if bounded else Fraction(0)]
        owed = [share - (share // 1) + carried[place] for place, share in zip(places, exact, strict=True)]
        up = [place for place, share in enumerate(exact) if share % 1]
        up.sort(key=lambda place: (-owed[place], place))
        parts = [int(share // 1) for share in exact]
        for place in up[: int(sum(share % 1 for share in exact))]:
            parts[place] += 1
        for place, share, part in zip(places, exact, parts, strict=True):
            carried[place] += share - part
        assert splitter.parts(pool, weighting) == parts[:-1]
        assert [*splitter.carried, splitter.nobody] == carried


def weighted(rows, bounded):
    rows = sorted({position: row for position, *row in rows}.items())
    low = [least or 0 for _, (_, least, _) in rows]
    high = [most if most is None else max(most, least or 0) for _, (_, least, most) in rows]
    bounds = Bounds(tuple(low), tuple(high), (0,) * len(rows)) if bounded else None
    members = [position for position, _ in rows]
    return members, Weighting.of(members, [weight for _, (weight, *_) in rows], bounds)


def shares_of(pool, weighting):
    return [Fraction(pool * weight, weighting.total or 1) for weight in weighting.weights]


@given(
    pools=st.lists(st.integers(0, 10**6), max_size=20),
    weights=st.lists(st.integers(0, 10**9) | st.integers(0, 9), min_size=1, max_size=7),
    first=st.integers(0, 99),
)
def test_skipping_pools_carries_what_splitting_them_carries(pools, weights, first):
    assume(any(weights))
    weighting, other = Weighting.of(range(len(weights)), weights), Weighting.of([0], [1])
    split, skipped = Splitter(len(weights)), Splitter(len(weights))
    for splitter in (split, skipped):
        splitter.parts(first, Weighting.of(range(len(weights)), [1] * len(weights)))
        splitter.parts(first, other)
    parts = [split.parts(pool, weighting) for pool in pools]
    skipped.skip(pools, weighting)
    assert skipped.carried == split.carried
    assert skipped.nobody == split.nobody == 0
    assert all(sum(own) == pool for own, pool in zip(parts, pools, strict=True))
    assert not first or largest_remainder(first, weights)
