"""GitHub-flavoured Markdown."""

import re
from collections.abc import Iterator
from dataclasses import replace

from crmbudget.reporting.grid import Style, fitted
from crmbudget.reporting.report import Report, Screen, clean

ENDINGS = (".md", ".markdown")
SIZE_MAX = 60_000
"""GitHub takes 65,536 signs in one comment; some are left for what stands around the report."""


def render(report: Report, screen: Screen) -> Iterator[str]:
    """Tables under headings; nothing in a name is markup, a link or a mention.

    All of it fits in a comment on a pull request: long tables are folded, with the money of what is hidden. Where the
    report has a marker, it is such a comment: its headline comes first, and its long tables open when they are clicked.
    """
    style = Style("pipe", escape, lambda title: f"### {title}\n\n", ("```text\n", "```\n"), lists=True)
    size = screen.size or SIZE_MAX
    if not report.marker:
        yield fitted(report, style, size)
        return
    head = f"**{escape(report.headline)}**\n\n<!-- {_hidden(report.marker)} -->\n\n"
    yield head + fitted(replace(report, headline=""), replace(style, closed=_closed), size - len(head))


def _hidden(text: str) -> str:
    """A text that cannot end the comment that it stands in."""
    return clean(text).replace("<", "&lt;").replace(">", "&gt;")


def _closed(title: str, grid: str) -> str:
    return f"<details><summary>{title}</summary>\n\n{grid}\n</details>\n"


def escape(text: str) -> str:
    r"""A text that Markdown shows as it is.

    >>> escape("a|b_c @d")
    'a\\|b\\_c &#64;d'
    """
    harmless = re.sub(r"([\\`*_\[\]|~])", r"\\\1", clean(text).replace("&", "&amp;"))
    return harmless.replace("<", "&lt;").replace(">", "&gt;").replace("@", "&#64;")
