"""A text grid with all its lines, in ASCII."""

from collections.abc import Iterator

from crmbudget.reporting.grid import Style, grids
from crmbudget.reporting.report import Report, Screen, clean

ENDINGS = ()
FOR_TERMINALS = True


def render(report: Report, screen: Screen) -> Iterator[str]:  # noqa: ARG001
    """Every table as a grid under its title."""
    return grids(report, Style("grid", clean, lambda title: f"{title}\n"))
