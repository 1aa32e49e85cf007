"""GitHub-flavoured Markdown."""

import re
from collections.abc import Iterator

from crmbudget.reporting.grid import grids
from crmbudget.reporting.report import Report, Screen, clean

ENDINGS = (".md", ".markdown")


def render(report: Report, screen: Screen) -> Iterator[str]:  # noqa: ARG001
    """Tables under headings; nothing in a name is markup, a link or a mention."""
    return grids(report, "pipe", escape, lambda title: f"### {title}\n\n", ("```text\n", "```\n"))


def escape(text: str) -> str:
    r"""A text that Markdown shows as it is.

    >>> escape("a|b_c @d")
    'a\\|b\\_c &#64;d'
    """
    harmless = re.sub(r"([\\`*_\[\]|~])", r"\\\1", clean(text).replace("&", "&amp;"))
    return harmless.replace("<", "&lt;").replace(">", "&gt;").replace("@", "&#64;")
