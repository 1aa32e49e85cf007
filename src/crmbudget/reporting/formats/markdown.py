"""GitHub-flavoured Markdown."""

import re
from collections.abc import Iterator

from crmbudget.reporting.grid import Style, fitted
from crmbudget.reporting.report import Report, Screen, clean

ENDINGS = (".md", ".markdown")
SIZE_MAX = 60_000
"""GitHub takes 65,536 signs in one comment; some are left for what stands around the report."""


def render(report: Report, screen: Screen) -> Iterator[str]:  # noqa: ARG001
    """Tables under headings; nothing in a name is markup, a link or a mention.

    All of it fits in a comment on a pull request: long tables are folded, with the money of what is hidden.
    """
    yield fitted(report, Style("pipe", escape, lambda title: f"### {title}\n\n", ("```text\n", "```\n")), SIZE_MAX)


def escape(text: str) -> str:
    r"""A text that Markdown shows as it is.

    >>> escape("a|b_c @d")
    'a\\|b\\_c &#64;d'
    """
    harmless = re.sub(r"([\\`*_\[\]|~])", r"\\\1", clean(text).replace("&", "&amp;"))
    return harmless.replace("<", "&lt;").replace(">", "&gt;").replace("@", "&#64;")
