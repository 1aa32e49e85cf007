"""What a start costs: which modules a command may import."""

import subprocess
import sys

import pytest

from runner import ROOT, bare

HEAVY = {"duckdb", "rich.console", "rich.table", "tabulate", "numpy", "pandas", "polars"}
ALLOWED = {
    "--version": (set(), {"typer", "pydantic", "yaml", "rich", "crmbudget.finding"}),
    "--help": (set(), {"yaml", "pydantic.main", "rich", "crmbudget.planning"}),
    "check": (set(), HEAVY),
    "allocate": (set(), HEAVY),
}


@pytest.mark.parametrize("command", ALLOWED)
def test_a_command_imports_nothing_heavy_that_it_does_not_need(command):
    arguments = [command] if command.startswith("-") else [command, str(ROOT / "examples/small/plan.yaml")]
    program = f"import sys; from crmbudget.cli import main; main({arguments!r}); print(*sys.modules, file=sys.stderr)"
    finished = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=bare({}))
    assert not set(finished.stderr.split()) & ALLOWED[command][1]
