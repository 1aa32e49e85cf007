"""``crmbudget variance``: what was spent, held against the plan."""

from crmbudget.reporting.contracts._fields import (
    SCENARIO,
    Contract,
    Field,
    Records,
    coordinates,
    count,
    money,
    percent,
    ratio,
    text,
)
from crmbudget.wording import say

_PERIOD = text("period", "The id of the period; null in a plan without a calendar.", say("Period"), "2027-03", empty=True)  # fmt: skip
_PATH = text("path", "The file of actuals.", say("File"), "actuals.csv")
_METHOD = text("method", "The forecast method.", say("Method"), "run-rate")


def _sum(key: str, says: str, title: str = "", *, empty: bool = False) -> Field:
    return money(key, says, title, empty=empty, adds=False)


_FORECAST = (
    _METHOD,
    _sum("eac", "Estimate at completion: where it will end.", say("At the end"), empty=True),
    _sum("vac", "Variance at completion: bac less eac.", say("Variance"), empty=True),
    _sum("bac", "Budget at completion: the budget of the whole plan."),
    _sum("pv", "Planned value: what should be spent by now."),
    _sum("ev", "Earned value: what the work that is done was planned to cost.", say("Earned"), empty=True),
    _sum("ac", "Actual cost: what was spent."),
    ratio("cpi", "Cost performance: ev / ac.", say("CPI"), empty=True),
    ratio("spi", "Schedule performance: ev / pv.", say("SPI"), empty=True),
    ratio("tcpi", "What the rest must perform to end on budget: (bac - ev) / (bac - ac).", say("TCPI"), empty=True),
    text("reason", "Why something cannot be computed.", say("Not computable"), empty=True),
)
_SO_FAR = "from the first period through this one; only where rows are by period"
CONTRACT = Contract(
    "What was spent, held against the plan. Variance is budget less actual: above zero is favourable, below adverse.",
    (
        SCENARIO,
        text("as_of", "The last period that is compared; null in a plan without a calendar.", say("Through"), "2027-03", empty=True),
        text("owner", "Whose rows these are, with --owner.", say("Owner"), "wang.li", always=False),
        money("budget", "The budget to date.", say("Budget")),
        money("actual", "What was spent to date.", say("Actual")),
        money("variance", "Budget less actual.", say("Variance")),
        percent("percent", "The variance in percent of the budget; null where that is zero.", say("Variance of budget"), empty=True),
        money("budget_plan", "The budget of the whole plan.", say("Budget of the whole plan")),
        money("available", "What is left of it after all that was spent.", say("Left of it")),
        money("later", "What was spent after as_of."),
        count("rows", "How many rows the files have; matched, unbudgeted and rejected rows add up to it."),
        count("matched_rows", "Rows with a budget line."),
        count("unbudgeted_rows", "Rows without a budget line."),
        count("rejected_rows", "Rows that cannot count."),
        count("duplicate_rows", "Rows that repeat another one, reference included."),
        money("matched", "The sum of the rows with a budget line."),
        money("unbudgeted", "The sum of the rows without a budget line."),
        money("rejected", "The sum of the rows that cannot count, as far as their amount can be read."),
        money("control_total", "The sum of all rows; matched, unbudgeted and rejected add up to it."),
    ),
    Records(
        "One line of the comparison, the worst first.",
        (
            *coordinates(),
            money("budget", "The budget to date.", say("Budget")),
            money("actual", "What was spent to date.", say("Actual")),
            money("variance", "Budget less actual.", say("Variance")),
            percent("percent", "The variance in percent of the budget; null where that is zero.", "%", empty=True),
            text("status", "How it stands: ok, watch, over, under, unbudgeted or not started.", say("Status"), "over"),
            text("direction", "What the variance is called: favourable, adverse or on budget.", say("Direction"), "adverse"),
            text("reason", "Why there is no percent.", empty=True),
            money("budget_plan", "Its budget in the whole plan."),
            money("available", "What is left of that after what was spent to date."),
            money("budget_so_far", f"The budget {_SO_FAR}.", always=False),
            money("actual_so_far", f"What was spent {_SO_FAR}.", always=False),
            money("variance_so_far", f"Budget less actual {_SO_FAR}.", always=False),
        ),
        say("Budget against actuals"),
        summed=True,
    ),
    {
        "unbudgeted": Records(
            "Spending that has no budget line, the most money first; one record for the same coordinates, period and reason.",
            (
                *(one for one in coordinates(empty=True) if one.key != "period"),
                _PERIOD,
                money("amount", "What was spent.", say("Amount")),
                count("rows", "How many rows it is the sum of.", say("Rows")),
                _PATH,
                count("line", "The line of the first row.", say("Line"), empty=True),
                text("reason", "Why it has no budget line.", say("Why")),
            ),
            say("Spent without budget"),
        ),
        "rejected": Records(
            "One row that cannot count.",
            (
                _PATH,
                count("line", "The line on which the row starts.", say("Line"), empty=True),
                count("column", "The column of the cell that is wrong.", empty=True),
                text("reason", "Why it cannot count.", say("Why")),
                text("text", "What stands in the file.", say("It holds")),
                money("amount", "Its amount; null where it cannot be read.", say("Amount"), empty=True),
            ),
            say("Rejected rows"),
        ),
        "forecast": Records("With --forecast: where it will end, by one method.", _FORECAST, say("Where it will end"), always=False),
        "forecast_lines": Records(
            "With --forecast: where one line will end.",
            (text("line", "The line, its coordinates in words.", say("Line"), "key / gifts"), *_FORECAST),
            say("Where each line will end"),
            always=False,
        ),
        "backtest": Records(
            "With --backtest: how far off one method would have been.",
            (
                _METHOD,
                count("trials", "How many forecasts were made.", say("Forecasts")),
                _sum("error_mean", "How far off they were on average.", say("Mean error"), empty=True),
                _sum("bias", "How much too high they were on average; below zero, too low.", say("Bias"), empty=True),
            ),
            say("How far each method would have been off, the best first"),
            always=False,
        ),
        "causes": Records(
            "Where quantities are known: why actuals differ, cost by cost; the last record is the total.",
            (
                text("cause", "The cost; total for the sum of all.", say("Cost"), "gifts"),
                _sum("price", "Through other prices; above zero costs more.", say("Price")),
                _sum("volume", "Through other quantities in all.", say("Volume")),
                _sum("mix", "Through another mix.", say("Mix")),
                _sum("difference", "Actual less budget: the sum of the three.", say("Actual - budget")),
            ),
            say("Why actuals differ: price, volume and mix (positive costs more)"),
            always=False,
        ),
    },
)  # fmt: skip
