"""``crmbudget strategies [NAME]``."""

from typing import TYPE_CHECKING, Annotated

from crmbudget.calling import Argument
from crmbudget.commands._outcome import Format, Outcome, Output, usage
from crmbudget.finding import Misread

if TYPE_CHECKING:
    from crmbudget.allocation.strategy import Strategy


def run(
    name: Annotated[str, Argument(help="One strategy, to read its manual page.")] = "",
    format: Format = "",  # noqa: A002 - the option's name
    output: Output = [],  # noqa: B006 - typer copies it
) -> Outcome:
    """List the strategies that a step may name, or show one's manual page."""
    from crmbudget.allocation import strategy
    from crmbudget.reporting.views.manual import manual, page_report, strategies_report

    try:
        if name:
            report = page_report("strategies", name, manual(strategy.find(name)))
        else:
            report = strategies_report([(known, _found(known)) for known in strategy.names()])
    except Misread as error:
        raise usage(error.message, error.fix) from error
    return Outcome(report, format, tuple(output))


def _found(name: str) -> "type[Strategy] | str":
    from crmbudget.allocation import strategy

    try:
        return strategy.find(name)
    except Misread as error:
        return error.message
