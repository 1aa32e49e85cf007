"""How long the difference of two plans takes, beside one allocation of them; each size in a process of its own.

Two values differ between the plans: what one segment is worth, and the weight of one activity. Measured is what
``compare`` and the two allocations before it take, and all that the terminal shows of it, in CPU seconds.
"""

import argparse
import json
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

from allocation import megabytes, timed
from plans import SHAPES, SMOKE, Shape, plan_text

CHANGED = ("segments.segment-003.value=9_999_999", "activities.activity-004.weight=77")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--smoke", action="store_true", help="small sizes, once each: only whether it runs")
    options.add_argument("--runs", type=int, default=5, help="runs of each size; medians are printed")
    options.add_argument("--measure", help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.measure:
        print(json.dumps(measured(Shape(*map(int, given.measure.split(","))))))
        return
    shapes, runs = (SMOKE, 1) if given.smoke else (SHAPES, given.runs)
    print("| lines | values changed | one allocation, CPU s | diff, CPU s | ratio | causes by | peak MB |")
    print("|---:|---:|---:|---:|---:|---|---:|")
    for shape in shapes:
        print(row(shape, [in_a_process(shape) for _ in range(runs)]))


def in_a_process(shape: Shape) -> dict[str, Any]:
    numbers = f"{shape.segments},{shape.activities},{shape.channels},{shape.periods}"
    command = [sys.executable, str(Path(__file__)), "--measure", numbers]
    found: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return found


def row(shape: Shape, runs: list[dict[str, Any]]) -> str:
    one, both, peak = (statistics.median(run[key] for run in runs) for key in ("one", "diff", "peak"))
    ratio = statistics.median(run["diff"] / run["one"] for run in runs)
    by = runs[0]["by"]
    return f"| {shape.lines:,} | {len(CHANGED)} | {one:.2f} | {both:.2f} | {ratio:.1f} | {by} | {peak:.0f} |"


def measured(shape: Shape) -> dict[str, Any]:
    """CPU seconds of one allocation with its totals, and of the whole difference; and the peak of the process."""
    from crmbudget.allocation.cascade import allocate
    from crmbudget.comparing.difference import Difference, compare
    from crmbudget.planning.loader import read_plan
    from crmbudget.reporting.formats.table import render
    from crmbudget.reporting.report import Screen
    from crmbudget.reporting.views.diff import diff_report

    text = plan_text(shape)
    before, after = read_plan(text), read_plan(text, overrides=CHANGED)

    def one() -> int:
        budget = allocate(before.ready)
        return sum(sum(budget.totals([name]).values()) for name in budget.coordinates)

    def difference() -> Difference:
        found = compare(before, after, (allocate(before.ready), allocate(after.ready)))
        "".join(render(diff_report(found, path="plan.yaml"), Screen()))
        return found

    timed(one)
    seconds, _ = timed(one)
    diff_seconds, found = timed(difference)
    assert len(found.causes) == len(CHANGED) + 1  # noqa: S101 - every change is told, and rounding
    return {
        "one": seconds,
        "diff": diff_seconds,
        "by": ", ".join(table.names[0] for table in found.effects),
        "peak": megabytes(),
    }


if __name__ == "__main__":
    main()
