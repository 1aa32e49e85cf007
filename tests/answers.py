"""JSON answers of many runs: of every command, every exit code that it has, and every finding there is a case for."""

import contextlib
import io
import json
import os
import re
import shlex
from functools import cache
from unittest.mock import patch

import pytest

from crmbudget.cli import main
from runner import ROOT, TODAY
from test_errors import CASES as ERRORS
from test_errors import commands
from test_matrix import CASES
from test_words import SHOWN

MORE = [
    *(f"allocate {plan.relative_to(ROOT).as_posix()}" for plan in sorted((ROOT / "examples").glob("[!p]*/plan.yaml"))),
    "allocate examples/handover/plan.yaml --scenario downturn",
    "allocate examples/handover/plan.yaml --set currency=JPY",
    "allocate examples/handover/plan.yaml --set currency=KWD --prices",
    "check examples/handover/plan.yaml examples/small/plan.yaml --fail-on info",
    "check tests/errors/CB104/plan.yaml tests/errors/CB205/plan.yaml --diff",
    "init new --dry-run --from examples/telco/customers.csv",
    "init new --dry-run",
    "diff examples/small/plan.yaml examples/small/plan.yaml",
    "diff examples/small/plan.yaml --set reserve=9% --group-by segment",
    "diff examples/handover/plan.yaml --set reserve=9% --group-by category,owner",
    "explain CB104",
    "explain exit-codes",
    "explain examples/handover/plan.yaml segment=key --scenario downturn",
    "explain examples/handover/plan.yaml segment=growth activity=gifts --set currency=KWD",
    "explain examples/handover/plan.yaml owner=wang.li",
    "scenarios examples/handover/plan.yaml --group-by segment,activity --no-sensitivity",
    "scenarios examples/handover/plan.yaml --group-by category,channel,period,owner --no-sensitivity",
    "scenarios tests/cases/contract/plan.yaml",
    "strategies value",
    "variance tests/cases/contract/channels.csv --plan tests/cases/contract/channels.yaml --forecast run-rate",
    "variance examples/handover/actuals.csv --forecast all --backtest 2 --group-by segment",
    "variance examples/handover/actuals.csv --group-by period",
    "variance examples/handover/actuals.csv --owner chen.yu",
    "variance examples/handover/actuals.csv --scenario downturn --as-of 2027-02",
]
WITHOUT_FORMAT = re.compile(r" --format \w+")


def _runs():
    for words in [*SHOWN, *MORE]:
        yield "", tuple(shlex.split(WITHOUT_FORMAT.sub("", words)))
    for command, codes in CASES.items():
        yield from (("", (command, *words)) for words in codes.values())
    for case in ERRORS:
        yield case.relative_to(ROOT).as_posix(), tuple(commands(case))


RUNS = list(dict.fromkeys(_runs()))
"""The folder of each, as seen from the root, and its words."""
NUMBERED = [pytest.param(*one, id=f"{one[0][-5:]} {' '.join(one[1])}".strip()[:90]) for one in RUNS]


def call(folder, *words):
    """One run: its exit code, and what it wrote to standard output."""
    out, told = io.StringIO(), io.StringIO()
    variables = {"CRMBUDGET_LANG": "en", "SOURCE_DATE_EPOCH": TODAY}
    with (
        patch.dict(os.environ, variables), contextlib.chdir(ROOT / folder),
        contextlib.redirect_stdout(out), contextlib.redirect_stderr(told),
    ):  # fmt: skip
        code = main([*map(str, words)])
    return code, out.getvalue(), told.getvalue()


@cache
def answer(folder, words):
    """The exit code of a run and its JSON answer, as text."""
    code, out, _ = call(folder, *words, "--format", "json")
    return code, out


def document(folder, words):
    """The JSON answer of a run."""
    return json.loads(answer(folder, words)[1])
