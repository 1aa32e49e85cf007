"""``crmbudget explain CODE``."""

from typing import Annotated

import typer

from crmbudget.commands._outcome import Format, Outcome, Output, usage
from crmbudget.finding import explanations, one_of


def run(
    code: Annotated[str, typer.Argument(help="A finding's code, such as CB104, or exit-codes.")],
    format: Format = "",  # noqa: A002 - the option's name
    output: Output = [],  # noqa: B006 - typer copies it
) -> Outcome:
    """Explain a finding: what it means, what it does to the money, a wrong and a right example."""
    from crmbudget.reporting.views.manual import page_report

    pages = {name.casefold(): (name, text) for name, text in explanations().items()}
    if code.casefold() not in pages:
        raise usage(f"there is no finding `{code}`", one_of(code, explanations()))
    name, text = pages[code.casefold()]
    return Outcome(page_report("explain", name, text), format, tuple(output))
