"""reStructuredText."""

import re
from collections.abc import Iterator

from crmbudget.reporting.grid import Style, grids
from crmbudget.reporting.report import Report, Screen, clean

ENDINGS = (".rst",)


def render(report: Report, screen: Screen) -> Iterator[str]:  # noqa: ARG001
    """Every table as a grid table under a bold title."""
    return grids(
        report, Style("grid", _escape, lambda title: f"**{title}**\n\n", ("::\n\n", "\n"), margin="    ", lists=True)
    )


def _escape(text: str) -> str:
    return re.sub(r"([\\*`|_])", r"\\\1", clean(text))
