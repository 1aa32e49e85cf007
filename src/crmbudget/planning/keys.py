"""Every key of a plan in words, once: for the editor that completes it, and for the reference in the docs.

Only these two read it, so a start of the program pays nothing for it.
"""

from dataclasses import dataclass
from typing import Any

from crmbudget.planning.plan import CATEGORIES
from crmbudget.wording import say


@dataclass(frozen=True, slots=True)
class Key:
    """A key: its title, what it means, examples of its value, and what counts where it is left out."""

    title: str
    text: str
    examples: tuple[Any, ...] = ()
    absent: str = ""


_NAME = say("the name that people read; the id where left out")
_OWNER = say("who answers for it")
_ALL = say("all")
_COLUMNS = {"date": "记账日期", "amount": "借方金额", "activity": "项目"}
_DIALECT = {"delimiter": ";", "decimal": "comma", "date": "DD.MM.YYYY"}

KEYS: dict[str, dict[str, Key]] = {
    "Plan": {
        "crmbudget": Key("Format version", say("version of the plan's format"), (1,), "1"),
        "name": Key("Name", say("what the plan is called"), ("Northwind handover 2027", "北风公司交接 2027")),
        "currency": Key("Currency", say("code of ISO 4217; it sets the decimals: JPY 0, CNY 2, KWD 3"), ("CNY", "EUR", "USD")),
        "total": Key("Total", say("exactly this much is planned, reserve included; required, but beside `lines`"), ("1_200_000", "120万", "1.2m")),
        "reserve": Key("Reserve", say("held back from the total before anything is shared out"), ("8%", 96000), "0"),
        "calendar": Key("Calendar", say("the periods of the plan"), ({"start": "2027-01", "periods": 12, "every": "month"},)),
        "customers": Key("Customer list", say("a file of customers from which the segments come"), ({"from": "customers.csv", "id": "customer", "segment": "tier", "value": "revenue"},)),
        "segments": Key("Segments", say("for whom: groups of customers, by id"), ({"key": {"customers": 40, "value": "8_200_000", "owner": "wang.li"}},)),
        "categories": Key("Categories", say("display names of the five standard categories (`service`, `event`, `gift`, `communication`, `system`), or further ones"), ({"gift": "礼品", "training": "Training"},)),
        "activities": Key("Activities", say("on what: what money is spent on, by id"), ({"gifts": {"category": "gift", "weight": 1}},)),
        "channels": Key("Channels", say("through what: ways to reach a customer, by id"), ({"visit": {"weight": 4}, "email": {"weight": 1}},)),
        "allocate": Key("Steps", say("how, top to bottom: each step splits every amount of the one above"), ([{"by": {"value": "60%", "count": "40%"}}, {"by": "activity"}],), say("by value, then by activity, channel and period")),
        "limits": Key("Limits", say("floors and caps across all steps"), ([{"category": "gift", "max": "5%"}],)),
        "lines": Key("Ready lines", say("a budget that is ready, from a file, in place of `allocate`, `limits` and `customers`"), ({"from": "budget.csv"},)),
        "actuals": Key("Files of actuals", say("how files of what was spent are read"), ({"columns": _COLUMNS},)),
        "monitor": Key("Monitor", say("from when on a line is told of"), ({"over": {"percent": "10%", "amount": "5_000"}, "watch": "90%"},)),
        "fx": Key("Rates", say("plan currency for one unit of another, above 0"), ({"USD": "7.12", "EUR": "7.85"},)),
        "scenarios": Key("Scenarios", say("what if: named overlays of the plan, each of which changes only what it lists"), ({"downturn": {"total": "-15%", "segments.key.churn": "+5pp"}},)),
        "rules": Key("Rules", say("how the rules of `crmbudget check` are taken: with another severity, or off for a reason"), ({"owner-missing": "error"},)),
    },
    "Calendar": {
        "start": Key("First period", say("the first period, as long as `every` says"), ("2027-01", "2027-Q1", "2027-W05", 2027)),
        "every": Key("Length of a period", say("how long a period is"), ("month", "quarter"), "month"),
        "periods": Key("Number of periods", say("how many there are, from 1 to 10,000"), (12, 4), say("a year's worth")),
    },
    "Segment": {
        "name": Key("Name", _NAME, ("重点客户", "Key customers")),
        "customers": Key("Customers", say("how many there are"), (40, "1_900")),
        "value": Key("Value", say("what they are worth over the plan's horizon: revenue, margin or lifetime value, as you define it"), ("8_200_000", "820万")),
        "owner": Key("Owner", _OWNER, ("wang.li",)),
    },
    "Category": {"name": Key("Name", _NAME, ("礼品", "Gifts"))},
    "Activity": {
        "name": Key("Name", _NAME, ("礼品", "Account team")),
        "category": Key("Category", say("one of the five standard categories, or of `categories`"), CATEGORIES),
        "weight": Key("Weight", say("its part of the money, beside the other activities"), (5, 1), "1"),
        "cost": Key("Cost", say("what it costs once; in place of a weight"), ("1_200", "1.2万")),
        "times": Key("Times", say("how often the cost is paid"), (1, 12), "1"),
        "per": Key("Cost per", say("for what the cost is paid"), ("customer", "period", "plan"), "plan"),
        "segments": Key("Only for", say("segments for which it may spend"), (["key", "growth"],), _ALL),
        "channels": Key("Only through", say("channels through which it may spend; a mapping gives its own weights"), (["online"], {"email": 4, "wechat": 1}), _ALL),
        "when": Key("Only when", say("periods in which it may spend"), (["2027-01", "2027-09"], ["2027-04..2027-12"]), _ALL),
        "priority": Key("Priority", say("who is served first where money runs dry under `fit: cost`"), ("must", "should", "could"), "should"),
        "owner": Key("Owner", _OWNER, ("chen.yu",)),
    },
    "Channel": {
        "name": Key("Name", _NAME, ("拜访", "Visits")),
        "weight": Key("Weight", say("its part of the money, beside the other channels"), (4, 1), "1"),
        "cost": Key("Cost", say("what one contact costs; in place of a weight"), (30, "1_200")),
        "contacts": Key("Contacts", say("how many contacts there are, for `cost`"), (5000, "12_000")),
    },
    "Customers": {
        "from": Key("File", say("the file, relative to the plan's folder: `.csv`, `.tsv`, `.csv.gz` or `.parquet`"), ("customers.csv",)),
        "id": Key("Customer", say("the column that names a customer; a repeated one is an error"), ("customer",)),
        "segment": Key("Segment", say("the column whose texts are the segment ids, or cuts of a ranking"), ("tier", {"by": "revenue", "cuts": {"key": "top 20%", "ordinary": "rest"}})),
        "value": Key("Value", say("what a customer is worth: a column or an expression; summed exactly"), ("revenue", "MonthlyCharges * 12")),
        "numbers": Key("Numbers", say("further numbers for a `formula`: the mean over the segment's customers, exact"), ({"churn": "Churn == 'Yes'"},)),
        "blank": Key("Empty cells", say("what an empty cell means; `skip` leaves the customer out"), ("error", "zero", "skip"), "error"),
        "encoding": Key("Encoding", say("the file's encoding, where it is not recognised"), ("gb18030", "latin-1"), say("found out")),
    },
    "Cuts": {
        "by": Key("Ranked by", say("what ranks the customers: a column or an expression; the highest first"), ("revenue",)),
        "cuts": Key("Cuts", say("how much of the ranking each segment takes: `top 20%`, then `next 30%` or `next 50`, at last `rest`"), ({"key": "top 20%", "growth": "next 30%", "ordinary": "rest"},)),
    },
    "Step": {
        "by": Key("Strategy", say("the strategy that shares the money out, or a blend of several of one dimension"), ("value", {"value": "60%", "count": "40%"})),
        "across": Key("What is split", say("what is split, where the strategy does not say"), ("segment", "activity")),
        "min": Key("Floors", say("the least that a member gets, as an amount or as a share of what is split, in each split"), ({"ordinary": "150_000"},)),
        "max": Key("Caps", say("the most that a member gets, likewise"), ({"key": "55%"},)),
        "fixed": Key("Fixed amounts", say("what a member gets, likewise"), ({"ordinary": "20%"},)),
        "zero": Key("Where all weights are zero", say("what happens where all weights are zero; `skip` leaves the money unassigned"), ("error", "equal", "skip"), "error"),
        "fit": Key("Fit", say("of `activity`: `scale` shares all the money, `cost` gives each activity what it costs"), ("scale", "cost"), "scale"),
        "profile": Key("Profile", say("of `period`: the same for every period, or by its days"), ("even", "days"), "even"),
        "weights": Key("Weights of the periods", say("of `period`: one weight for each period, in order or by period"), ([1, 1, 2], {"2027-Q1": 2, "2027-Q2": 1})),
        "shares": Key("Shares", say("of `fixed`: the share of each member; together 100%"), ({"key": "50%", "growth": "30%", "ordinary": "20%"},)),
        "formula": Key("Formula", say("of `formula`: arithmetic over a member's own numbers"), ("value * churn", "max(0, customers - 5)")),
    },
    "Limit": {
        "segment": Key("Segment", say("only lines of this segment, or of these"), ("key", ["key", "growth"])),
        "category": Key("Category", say("only lines of this category, or of these"), ("gift",)),
        "activity": Key("Activity", say("only lines of this activity, or of these"), ("newsletter",)),
        "channel": Key("Channel", say("only lines of this channel, or of these"), ("visit",)),
        "period": Key("Period", say("only lines of this period or span"), ("2027-01", "2027-Q1..2027-Q2")),
        "owner": Key("Owner", say("only lines of this owner, or of these"), ("wang.li",)),
        "min": Key("Floor", say("the lines come to this much at least: an amount, or a share of what is allocated"), ("22_000", "5%")),
        "max": Key("Cap", say("the lines come to this much at most, likewise"), ("5%", "45_000")),
        "per": Key("One for each", say("makes it one limit for each segment, period, ..."), ("period", "owner"), say("one for all")),
    },
    "Lines": {
        "from": Key("File", say("the file, relative to the plan's folder"), ("budget.csv",)),
        "columns": Key("Headers", say("the header of each role"), ({"segment": "dept_name", "amount": "total"},), say("recognised")),
        "dialect": Key("Dialect", say("how the file is written, where detection must not guess"), (_DIALECT,), say("found out")),
    },
    "Actuals": {
        "columns": Key("Headers", say("the header of each role"), (_COLUMNS,), say("recognised")),
        "aliases": Key("Aliases", say("a text in the file, and the id that it means: a segment, activity, channel, category or owner of the plan"), ({"Markting": "account-team", "6601-03": "gifts"},)),
        "dialect": Key("Dialect", say("how the file is written, where detection must not guess"), (_DIALECT,), say("found out")),
    },
    "Dialect": {
        "encoding": Key("Encoding", say("such as `gb18030` or `latin-1`"), ("gb18030", "latin-1")),
        "delimiter": Key("Delimiter", say("one sign in quotes; `tab` and `\\t` are the tab"), (";", "tab")),
        "decimal": Key("Decimal sign", say("the sign before the decimals"), ("point", "comma")),
        "date": Key("Form of dates", say("the form of dates"), ("DD.MM.YYYY",)),
        "skip": Key("Lines above", say("how many lines stand above the header"), (3,), "0"),
        "sheet": Key("Sheet", say("the sheet of a workbook"), ("Sheet2",)),
    },
    "Monitor": {
        "over": Key("Over", say("a line is over when it passes both, `percent` of its budget and `amount`"), ({"percent": "10%", "amount": "5_000"},), "{percent: 10%, amount: 0}"),
        "under": Key("Under", say("a line is under when it falls short by more than both"), ({"percent": "25%", "amount": "5_000"},), "{percent: 25%, amount: 0}"),
        "watch": Key("Watch", say("a line is watched when so much of its budget so far is used up"), ("90%",), "90%"),
        "progress": Key("Progress", say("how much of the year's work is done, for forecasts: one share, or one for each activity; at most 100%"), ("40%", {"account-team": "40%", "gifts": "10%"}), say("nothing is known")),
    },
    "Threshold": {
        "percent": Key("Share of the budget", say("so much of its budget"), ("10%",), "0%"),
        "amount": Key("Amount", say("so much money"), ("5_000",), "0"),
    },
    "Scenario": {"name": Key("Name", say("the scenario's own name, for people"), ("好年景", "Less demand"))},
    "Ruling": {
        "severity": Key("Severity", say("how severe the rule is, or `off`"), ("error", "warning", "info", "off"), say("the rule's own")),
        "reason": Key("Reason", say("why; a rule that is off must have one"), ("the group holds a reserve for all of its companies",)),
    },
}  # fmt: skip
"""The keys of each model, by the model's name."""
