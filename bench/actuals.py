"""What `crmbudget variance` costs, beside DuckDB adding the same columns up unchecked, and beside hledger and ledger.

Every run is a process of its own: CPU seconds are user and system time of the whole process, memory is its peak. The
runs that are compared are interleaved, and the best of each counts: a busy machine only ever adds.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from spending import COLUMNS, KINDS, copy_apart, plan_text

SCRIPT = str(Path(sys.executable).parent / "crmbudget")  # what a user types
IMPORTS = (sys.executable, "-c", "import typer, pydantic, yaml, duckdb")
SIZES, SMOKE = (200, 1_000_000, 10_000_000), (200, 5_000)
VARIANTS = ("clean", "bad", "memo", "reference", "comma", "gb18030", "gz", "parquet")
SAID = {
    "clean": "CSV without a bad row", "bad": "CSV, 0.1 % bad rows", "memo": "with a memo in quotes",
    "reference": "with a reference, so that repetitions are looked for", "comma": "decimals behind a comma, cells parted by `;`",
    "gb18030": "GB18030, Chinese headers and memo", "gz": "`.csv.gz`", "parquet": "Parquet, no bad row",
}  # fmt: skip
# The same columns cast and added up by the same keys; nothing is checked, and what cannot be cast is left out.
BARE = """
import duckdb, sys
columns = {name: "VARCHAR" for name in sys.argv[2].split(",")}
rows = f"read_csv($path, columns = {columns}, auto_detect = false, header = true, delim = ',')"
keys = "date_trunc('month', TRY_CAST(date AS DATE)), category, activity, channel, segment, owner"
query = f"SELECT {keys}, sum(TRY_CAST(amount AS DECIMAL(18, 2))), count(*) FROM {rows} GROUP BY ALL"
print(len(duckdb.connect().execute(query, {"path": sys.argv[1]}).fetchall()))
"""

Command = Sequence[str]


@dataclass(frozen=True, slots=True)
class Cost:
    """The best of several runs."""

    seconds: float
    megabytes: float


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--smoke", action="store_true", help="small sizes, once each: only whether it runs")
    options.add_argument("--runs", type=int, default=5, help="runs of each command; the best is printed")
    options.add_argument(
        "--sizes", type=lambda text: tuple(map(int, text.split(","))), help="rows, as in 200,100000000"
    )
    options.add_argument("--folder", help="where the files are written; they take 70 MB for each million rows")
    given = options.parse_args()
    sizes = given.sizes or (SMOKE if given.smoke else SIZES)
    runs, rows = (1, SMOKE[-1]) if given.smoke else (given.runs, 1_000_000)
    with tempfile.TemporaryDirectory(dir=given.folder, prefix="crmbudget-bench-") as folder:
        print_sizes(Path(folder), sizes, runs)
        if given.sizes is None:
            print_variants(Path(folder), rows, runs)
            print_ledgers(Path(folder), rows, 1 if given.smoke else min(runs, 2))


def print_sizes(folder: Path, sizes: Sequence[int], runs: int) -> None:
    """Each size; a small one has 240 budget lines and is held against the imports alone, the others 57,600 and DuckDB."""
    print("| rows | CPU s | beside it, CPU s | ratio | peak MiB | its peak MiB |")
    print("|---:|---:|---|---:|---:|---:|")
    for rows in sizes:
        small = rows < SMOKE[-1]
        actuals, plan = made(folder, "bad", rows), planned(folder, rows, single=small)
        beside = IMPORTS if small else bare(actuals)
        found = best({"own": variance(actuals, plan), "beside": beside}, runs if rows < 10**8 else 1)
        own, other = found["own"], found["beside"]
        name = "the imports" if small else "DuckDB, bare"
        print(
            f"| {rows:,} | {own.seconds:.2f} | {name}: {other.seconds:.2f} | {own.seconds / other.seconds:.1f} "
            f"| {own.megabytes:.0f} | {other.megabytes:.0f} |",
            flush=True,
        )
        actuals.unlink()


def print_variants(folder: Path, rows: int, runs: int) -> None:
    """One size in the forms that files come in, all held against DuckDB on the clean CSV."""
    files = {kind: made(folder, kind, rows) for kind in VARIANTS}
    plan = planned(folder, rows)
    commands = {kind: variance(file, plan) for kind, file in files.items()}
    found = best({"bare": bare(files["clean"]), **commands}, runs)
    base = found["bare"].seconds
    print(f"\n| {rows:,} rows | file MB | CPU s | ratio to bare | peak MiB |")
    print("|---|---:|---:|---:|---:|")
    print(f"| DuckDB, bare, on the first | | {base:.2f} | 1.0 | {found['bare'].megabytes:.0f} |")
    for kind in VARIANTS:
        cost, size = found[kind], files[kind].stat().st_size / 1e6
        print(f"| {SAID[kind]} | {size:.0f} | {cost.seconds:.2f} | {cost.seconds / base:.1f} | {cost.megabytes:.0f} |")
        files[kind].unlink()


def print_ledgers(folder: Path, rows: int, runs: int) -> None:
    """One dimension by months, where hledger and ledger can say the same; those of the two that are installed."""
    actuals, plan = made(folder, "single", rows), planned(folder, rows, single=True)
    journal = str(made(folder, "journal", rows))
    commands: dict[str, Command] = {"crmbudget variance": variance(actuals, plan)}
    if shutil.which("hledger"):
        commands["hledger balance --budget -M"] = ("hledger", "-f", journal, "balance", "--budget", "-M", "expenses")
    if shutil.which("ledger"):
        commands["ledger budget"] = ("ledger", "-f", journal, "budget", "expenses")
    found = best(commands, runs)
    own = found["crmbudget variance"].seconds
    print(f"\n| {rows:,} rows, one dimension | CPU s | times ours | peak MiB |")
    print("|---|---:|---:|---:|")
    for name, cost in found.items():
        print(f"| `{name}` | {cost.seconds:.2f} | {cost.seconds / own:.1f} | {cost.megabytes:,.0f} |")


def made(folder: Path, kind: str, rows: int) -> Path:
    """A file of actuals, written once."""
    path = folder / f"{kind}-{rows}.{KINDS[kind]}"
    if not path.exists():
        copy_apart(kind, rows, path)
    return path


def planned(folder: Path, rows: int, *, single: bool = False) -> Path:
    path = folder / f"plan-{rows}{'-single' if single else ''}.yaml"
    path.write_text(plan_text(rows, single=single), encoding="utf-8")
    return path


def variance(actuals: Path, plan: Path) -> Command:
    return (SCRIPT, "variance", str(actuals), "--plan", str(plan), "--fail-on", "never")


def bare(actuals: Path) -> Command:
    return (sys.executable, "-c", BARE, str(actuals), ",".join(COLUMNS))


def best(commands: Mapping[str, Command], runs: int) -> dict[str, Cost]:
    """The smallest of each number over all runs; the runs are interleaved."""
    rounds = [{name: cost_of(command) for name, command in commands.items()} for _ in range(runs)]
    return {
        name: Cost(min(one[name].seconds for one in rounds), min(one[name].megabytes for one in rounds))
        for name in commands
    }


def cost_of(command: Command) -> Cost:
    """One child's CPU seconds and peak memory; a child that fails ends the run."""
    # Installed packages have their bytecode; a checkout must be allowed to write its own.
    environment = os.environ | {"NO_COLOR": "1", "PYTHONDONTWRITEBYTECODE": ""}
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment) as child:
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"exit code {child.returncode}: {' '.join(command)}")
    peak = used.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    return Cost(used.ru_utime + used.ru_stime, peak)


if __name__ == "__main__":
    main()
