"""How much CPU time a command takes to start, beside the import of the libraries that it stands on.

The runs are interleaved, so that a busy moment of the machine falls on all of them alike.
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from spending import copy_apart, plan_text

ROOT = Path(__file__).resolve().parent.parent
PLAN = "examples/small/plan.yaml"
SCRIPT = str(Path(sys.executable).parent / "crmbudget")  # what a user types
BASE = ("-c", "import typer, pydantic, yaml")
TABLES = ("-c", "import typer, pydantic, yaml, duckdb")
ROWS = 200
COMMANDS = {
    "--version": (SCRIPT, "--version"),
    "--help": (SCRIPT, "--help"),
    "check": (SCRIPT, "check", PLAN),
    "allocate": (SCRIPT, "allocate", PLAN),
    "TAB": (SCRIPT, "__complete", "fish", "segment=", "explain", PLAN),
}
TARGETS = {"--version": "0.5", "--help": "1.3", "check": "1.5", "allocate": "2", "TAB": "0.8"}
VARIANCE_MAX = "3"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--smoke", action="store_true", help="once each: only whether it runs")
    options.add_argument("--runs", type=int, default=15, help="runs of each command; medians are printed")
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="crmbudget-bench-") as folder:
        commands = {"base": BASE, **COMMANDS, "tables": TABLES, "variance": variance(Path(folder))}
        rounds = [
            {name: seconds(command) for name, command in commands.items()}
            for _ in range(1 if given.smoke else given.runs)
        ]
    base = statistics.median(run["base"] for run in rounds)
    print("| command | CPU ms | ratio | target |")
    print("|---|---:|---:|---:|")
    print(f'| `python -c "{BASE[1]}"` | {base * 1000:.0f} | 1.00 | |')
    for name, target in TARGETS.items():
        middle = statistics.median(run[name] for run in rounds)
        ratio = statistics.median(run[name] / run["base"] for run in rounds)
        shown = " ".join(("crmbudget", *COMMANDS[name][1:]))
        print(f"| `{shown}` | {middle * 1000:.0f} | {ratio:.2f} | {target} |")
    tables, middle = (statistics.median(run[name] for run in rounds) for name in ("tables", "variance"))
    ratio = statistics.median(run["variance"] / run["tables"] for run in rounds)
    print(f'| `python -c "{TABLES[1]}"` | {tables * 1000:.0f} | 1.00 | |')
    print(f"| `crmbudget variance`, {ROWS} rows | {middle * 1000:.0f} | {ratio:.2f} | {VARIANCE_MAX} |")


def variance(folder: Path) -> tuple[str, ...]:
    """A few rows of actuals, some of them bad, and a plan of 240 lines."""
    copy_apart("bad", ROWS, folder / "actuals.csv")
    (folder / "plan.yaml").write_text(plan_text(ROWS, single=True), encoding="utf-8")
    return (SCRIPT, "variance", str(folder / "actuals.csv"), "--fail-on", "never")


def seconds(command: tuple[str, ...]) -> float:
    """CPU seconds of one child, user and system."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    # Installed packages have their bytecode; a checkout must be allowed to write its own.
    environment = os.environ | {"NO_COLOR": "1", "PYTHONDONTWRITEBYTECODE": ""}
    whole = [sys.executable, *command]
    subprocess.run(whole, check=True, capture_output=True, cwd=ROOT, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
