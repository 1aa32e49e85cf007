"""Writes the pages that say what the program says; ``--check`` fails where one is out of date."""

import contextlib
import io
import os
import re
import shlex
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

from crmbudget import registry
from crmbudget.allocation import strategy
from crmbudget.cli import main
from crmbudget.finding import explanations
from crmbudget.reporting.views.manual import manual, splits

ROOT = Path(__file__).parents[1]
NOTE = "<!-- Written by docs/generate.py; change what it reads instead. -->\n\n"
PICTURED = "crmbudget allocate examples/telco/plan.yaml"
# The picture names no font of any host, so that it looks the same offline.
SVG = """<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, Menlo, Consolas, "Noto Sans Mono CJK SC", monospace; font-size: {char_height}px; line-height: {line_height}px; }}
{styles}
</style>
<defs><clipPath id="{unique_id}-clip-terminal"><rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/></clipPath>
{lines}</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g></g></svg>
"""


def answer(command, folder=ROOT):
    """What a command prints, on both streams."""
    out = io.StringIO()
    with contextlib.chdir(folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        main(shlex.split(command)[1:])
    return out.getvalue()


def findings():
    """Every code: its page, and what a wrong plan prints."""
    pages = [f"{NOTE}# Findings\n\nEvery finding has a code; `crmbudget explain CODE` shows its page offline.\n"]
    for code, page in explanations().items():
        if not code.startswith("CB"):
            continue
        told = (ROOT / "tests/errors" / code / "expected.txt").read_text("utf-8")
        text = (
            re.sub(r"^# ", f"## {code}: ", page.strip())
            .replace("\n## Wrong", "\n### Wrong")
            .replace("\n## Right", "\n### Right")
        )
        pages.append(f"{text}\n\n### What it says\n\n```text\n{told}```\n")
    return "\n".join(pages)


def strategies():
    """Every strategy's manual page."""
    pages = [
        f"{NOTE}# Strategies\n\nA step names one (`by: value`), or blends several (`by: {{value: 60%, count: 40%}}`).\n"
    ]
    for name in registry.own_names(strategy.PACKAGE):
        kind = strategy.find(name)
        pages.append(f"## {name}\n\nSplits: {splits(kind)}.\n\n{manual(kind)}\n")
    return "\n".join(pages)


def commands():
    """Every command's help."""
    pages = [f"{NOTE}# Commands\n\n```text\n{answer('crmbudget --help')}```\n"]
    pages += [
        f"## {name}\n\n```text\n{answer(f'crmbudget {name} --help')}```\n"
        for name in registry.own_names("crmbudget.commands")
    ]
    return "\n".join([*pages, explanations()["exit-codes"].replace("# Exit", "## Exit")])


def picture():
    """The main job on a terminal, as an image."""
    os.environ.update(FORCE_COLOR="1", COLUMNS="92")
    text = Text.from_ansi(f"$ {PICTURED}\n{answer(PICTURED)}".partition("\nBy channel")[0].rstrip())
    del os.environ["FORCE_COLOR"], os.environ["COLUMNS"]
    console = Console(record=True, width=92, file=io.StringIO(), force_terminal=True, legacy_windows=False)
    console.print(text)
    return console.export_svg(title="crmbudget", code_format=SVG, unique_id="crmbudget")


PAGES = {"findings.md": findings, "strategies.md": strategies, "commands.md": commands, "allocate.svg": picture}


def write(*, check):
    """Writes every page; the names of those that differ."""
    stale = []
    for name, page in PAGES.items():
        path, text = ROOT / "docs" / name, page()
        if not path.exists() or path.read_text("utf-8") != text:
            stale.append(name)
            if not check:
                path.write_text(text, "utf-8", newline="\n")
    return stale


if __name__ == "__main__":
    checking = "--check" in sys.argv
    differing = write(check=checking)
    print(*(f"out of date: docs/{name}" if checking else f"wrote docs/{name}" for name in differing), sep="\n")
    sys.exit(bool(checking and differing))
