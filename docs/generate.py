"""Writes the pages that say what the program says; ``--check`` fails where one is out of date."""

import contextlib
import io
import os
import re
import shlex
import sys
from functools import partial
from pathlib import Path

import man
from rich.console import Console
from rich.text import Text

from crmbudget import registry, rules, wording
from crmbudget.allocation import strategy
from crmbudget.cli import main
from crmbudget.commands._outcome import CONTRACTS
from crmbudget.finding import explanations
from crmbudget.planning import reference
from crmbudget.planning.keys import KEYS
from crmbudget.reading.terms import TERMS
from crmbudget.reading.totals import TOTAL_WORDS
from crmbudget.reporting.views.manual import manual, splits
from crmbudget.rules import _judging as judging

ROOT = Path(__file__).parents[1]
NOTE = "<!-- Written by docs/generate.py; change what it reads instead. -->\n\n"
# In a page that people write: a block that shows what a command prints, all of it or the parts that begin so; and a list.
PRINTED = re.compile(r"(<!-- prints: ([^;>]+)(?:; only ([^>]+))? -->\n```text\n).*?(?=```\n)", re.DOTALL)
ALLOCATED = "Total (, customers, By segment, By category, By activity"
WHY = "crmbudget explain examples/handover/plan.yaml segment=key activity=gifts channel=visit period=2027-09"
COMPARED = "Through, Budget against, matched"
RULES = """# Rules

`crmbudget check` asks these of every plan that is valid, and of every scenario. They change no number: a rule looks for what
is allowed and seldom meant. None is an error by itself, so a plan stays valid and the exit code 0; `--fail-on warning`, or
`rules:` in the [plan](plan.md#rules), makes one fail. A rule that is off needs a reason, and is not even loaded.

A rule that the plan does not name is asked too. Of one rule at most 20 findings are listed, those with the most money, and
the rest is counted. The same class from another package enters by the entry-point group `crmbudget.rules`.

| rule | code | severity | what it finds |
|---|---|---|---|
"""
LISTED = re.compile(r"(<!-- lists: ([\w ]+) -->\n).*?(?=<!-- end -->\n)", re.DOTALL)
WIDE = "[\u2e80-\uffef]+"
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


def answer(command, *, findings=True, **environment):
    """What a command prints: its answer and, where asked, the findings behind it."""
    out, told = io.StringIO(), io.StringIO()
    os.environ.pop("COLUMNS", None)
    os.environ.update(environment)
    with contextlib.chdir(ROOT), contextlib.redirect_stdout(out), contextlib.redirect_stderr(told):
        main(shlex.split(command)[1:])
    for name in environment:
        del os.environ[name]
    return out.getvalue() + (told.getvalue() if findings else "")


def findings():
    """Every code: its page, and what a wrong plan prints."""
    pages = [f"{NOTE}# Findings\n\nEvery finding has a code; `crmbudget explain CODE` shows its page offline.\n"]
    named = {page: name for name, page in _rules().items()}
    for code, page in explanations().items():
        if code.startswith("CB") and page in named:
            pages.append(f"## {code}: {_headline(page)}\n\nThe rule [{named[page]}](rules.md#{named[page]}).\n")
        elif code.startswith("CB"):
            pages.append(_page(f"{code}: ", page, code))
    return "\n".join(pages)


def _headline(page):
    return page.partition("\n")[0].removeprefix("# ")


def _page(title, page, code):
    """A finding's page, and what a wrong plan prints."""
    told = (ROOT / "tests/errors" / code / "expected.txt").read_text("utf-8")
    text = (
        re.sub(r"^# ", f"## {title}", page.strip())
        .replace("\n## Wrong", "\n### Wrong")
        .replace("\n## Right", "\n### Right")
    )
    return f"{text}\n\n### What it says\n\n```text\n{told}```\n"


def _rules():
    """The page of each rule, by its name."""
    return {name: explanations()[name] for name in registry.own_names(rules.PACKAGE)}


def rule_pages():
    """Every rule in a line, then its manual page."""
    kinds = {name: judging.find(name) for name in _rules()}
    rows = [
        f"| [{name}](#{name}) | {kinds[name].code} | {kinds[name].severity} | {_headline(page)} |\n"
        for name, page in _rules().items()
    ]
    pages = [f"{NOTE}{RULES}" + "".join(rows)]
    for name, page in _rules().items():
        text = page.replace("# ", f"# {name}\n\n{kinds[name].code}, {kinds[name].severity}: ", 1)
        pages.append(_page("", text, kinds[name].code))
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


def picture(command, width, *, only=""):
    """What a command shows on a terminal, as an image."""
    shown = _parts(answer(command, findings=False, FORCE_COLOR="1", COLUMNS=str(width)), only)
    text = Text.from_ansi(f"$ {command}\n{shown}".rstrip())
    # Wide signs are pieces of their own, two columns each, so that what stands behind them keeps its place in any font.
    text.highlight_regex(WIDE, "not italic")
    console = Console(record=True, width=width, file=io.StringIO(), force_terminal=True, legacy_windows=False)
    console.print(text)
    image = console.export_svg(title="crmbudget", code_format=SVG, unique_id="crmbudget")
    return re.sub(
        f'textLength="([0-9.]+)"([^>]*>{WIDE}<)', lambda found: f'textLength="{2 * float(found[1]):g}"{found[2]}', image
    )


def _parts(text, only):
    """The parts of an answer, between empty lines, whose first line has one of these words; all where none is named."""
    parts = [part.strip("\n") for part in text.split("\n\n")]
    kept = [part for part in parts if not only or any(word in part.partition("\n")[0] for word in only.split(", "))]
    return "\n\n".join(kept) + "\n"


def filled(name):
    """A page that people write, its blocks and lists as the program has them now."""
    page = (ROOT / "docs" / name).read_text("utf-8")
    page = PRINTED.sub(lambda found: found[1] + _parts(answer(found[2], findings=False), found[3] or ""), page)
    wording.read_in("zh" if name.startswith("zh/") else "en")
    page = LISTED.sub(lambda found: found[1] + LISTS[found[2]](), page)
    wording.read_in("en")
    return page


def _headers():
    """The words for each role, the ranks of a role on lines of their own."""
    rows = [f"| `{role}` | {'<br>'.join(ranks)} |\n" for role, ranks in TERMS.items()]
    return "".join(["\n| role | headers |\n|---|---|\n", *rows, "\n"])


def _totals():
    return "\n" + ", ".join(TOTAL_WORDS) + ".\n\n"


def _keys(model):
    """The keys of a model, from what the schema says to editors."""
    lines = [reference.HEADER, ["---"] * len(reference.HEADER), *reference.rows(model)]
    return "".join(["\n", *(f"| {' | '.join(map(wording.local, line))} |\n" for line in lines), "\n"])


LISTS = {"headers": _headers, "totals": _totals} | {f"keys of {model}": partial(_keys, model) for model in KEYS}
PAGES = {
    "man/crmbudget.1": partial(man.page, "en"),
    "man/zh_CN/crmbudget.1": partial(man.page, "zh"),
    "findings.md": findings,
    "strategies.md": strategies,
    "rules.md": rule_pages,
    "commands.md": commands,
    "plan.md": partial(filled, "plan.md"),
    "zh/plan.md": partial(filled, "zh/plan.md"),
    "customers.md": partial(filled, "customers.md"),
    "actuals.md": partial(filled, "actuals.md"),
    "variance.md": partial(filled, "variance.md"),
    "scenarios.md": partial(filled, "scenarios.md"),
    "diff.md": partial(filled, "diff.md"),
    "limits.md": partial(filled, "limits.md"),
    "allocate.svg": partial(picture, "crmbudget allocate examples/telco/plan.yaml", 92, only=ALLOCATED),
    "explain.svg": partial(picture, WHY, 92),
    "variance.svg": partial(
        picture,
        "crmbudget variance examples/handover/actuals.csv --group-by segment,activity --top 9",
        132,
        only=COMPARED,
    ),
    **{
        f"schema/{name}.schema.json": partial(answer, f"crmbudget schema {name}")
        for name in ("plan", *registry.own_names(CONTRACTS))
    },
}


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
