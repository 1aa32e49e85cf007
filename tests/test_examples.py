"""What the examples of actuals show, pinned: a number that changes here changes for everyone who reads the docs."""

import json

import pytest

from runner import ROOT, here

HANDOVER = "examples/handover/actuals.csv"
RECONCILED = {
    HANDOVER: "41 matched 264,070.03 + 4 unbudgeted 9,910.00 + 8 rejected 257,241.55 = "
    "control total 53 rows 531,221.58 CNY (3 rejected without an amount that can count)",
    "examples/earned-value/actuals.csv": "5 matched 520,000.00 + 0 unbudgeted 0.00 + 0 rejected 0.00 = "
    "control total 5 rows 520,000.00 CNY",
    "examples/price-volume-mix/actuals.csv": "3 matched 546,000.00 + 0 unbudgeted 0.00 + 0 rejected 0.00 = "
    "control total 3 rows 546,000.00 CNY",
}


@pytest.fixture
def document(monkeypatch, capsys):
    """The JSON document of a run."""

    def answer(*words):
        return json.loads(here(monkeypatch, capsys, "variance", *words, "--format", "json").out)

    return answer


@pytest.mark.parametrize(("path", "line"), RECONCILED.items(), ids=str)
def test_the_rows_of_an_example_add_up_to_its_control_total(path, line, monkeypatch, capsys):
    assert line in here(monkeypatch, capsys, "variance", path).out.splitlines()


def test_a_city_s_years_are_compared_to_the_dollar(document):
    answer = document("examples/philadelphia/actual.csv", "--group-by", "period")
    years = {line["period"]: (line["budget"], line["actual"], line["variance"]) for line in answer["results"]}
    assert years["2019"] == ("4725497339.00", "4772388569.00", "-46891230.00")
    assert years["2020"] == ("5025266000.00", "5036533283.00", "-11267283.00")
    assert years["2021"] == ("4804851000.00", "4717753548.00", "87097452.00")
    assert {row["text"].split(",")[7] for row in answer["rejected"]} == {"2004", "2005"}
    assert answer["summary"]["rows"] == 1292


def test_the_actuals_of_the_handover_are_in_gb18030_and_not_in_utf_8():
    text = (ROOT / HANDOVER).read_bytes()
    assert "记账日期" in text.decode("gb18030")
    with pytest.raises(UnicodeDecodeError):
        text.decode("utf-8")


def test_the_handover_shows_every_status(document):
    statuses = {line["status"] for line in document(HANDOVER)["results"]}
    assert statuses == {"ok", "watch", "over", "under", "unbudgeted", "not started"}


def test_the_handover_shows_what_goes_wrong_in_books(document):
    answer = document(HANDOVER)
    assert answer["exit_code"] == 1
    assert answer["summary"]["duplicate_rows"] == 1
    assert [row["line"] for row in answer["rejected"]] == [5, 19, 36, 37, 47, 54, 55, 61]
    assert {row["line"] for row in answer["unbudgeted"]} == {29, 32, 43, 48}


def test_the_alias_that_a_finding_suggests_turns_spending_without_budget_into_spending(document):
    found = document(HANDOVER, "--set", "actuals.aliases.客户通迅=newsletter")["summary"]
    assert (found["matched_rows"], found["unbudgeted_rows"]) == (42, 3)


def test_a_rate_turns_a_rejected_row_into_spending(document):
    found = document(HANDOVER, "--set", "fx.USD=7.12")["summary"]
    assert (found["matched_rows"], found["matched"]) == (42, "266348.43")


def test_a_forecast_leaves_the_running_month_out(document):
    said = document(HANDOVER, "--forecast", "all")["forecast"]
    assert {one["pv"] for one in said} == {"253296.59"}
    assert {one["ac"] for one in said} == {"254654.55"}


def test_earned_value_comes_to_the_published_numbers(document):
    said = document("examples/earned-value/actuals.csv", "--forecast", "all")["forecast"]
    assert {one["method"]: one["eac"] for one in said} == {
        "remaining-plan": "1270000.00",
        "run-rate": "1386666.67",
        "blend": "1482962.96",
        "seasonal": "1248000.00",
    }
    assert said[0]["tcpi"] == "1.1029"


def test_price_volume_and_mix_come_to_the_whole_difference(document):
    *_, total = document("examples/price-volume-mix/actuals.csv")["causes"]
    assert total == {
        "cause": "total", "price": "86000.00", "volume": "53333.33", "mix": "6666.67", "difference": "146000.00",
    }  # fmt: skip
