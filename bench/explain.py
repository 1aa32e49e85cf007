"""How long it takes to explain one figure of a long plan, over reading the plan, and beside sharing all of it out.

Each figure is explained in a process of its own, without the collector of garbage, as the command line runs.
"""

import argparse
import gc
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from plans import SHAPES, SMOKE, Shape, plan_text

FIGURES = ("first line", "middle line", "last line", "subtotal of a segment", "subtotal of a period")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--smoke", action="store_true", help="small sizes, once each: only whether it runs")
    options.add_argument("--runs", type=int, default=5, help="runs of each size; medians are printed")
    options.add_argument("--measure", help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.measure:
        figure, numbers = given.measure.split(":")
        print(json.dumps(measured(figure, Shape(*map(int, numbers.split(","))))))
        return
    shapes, runs = (SMOKE, 1) if given.smoke else (SHAPES, given.runs)
    print("| lines | figure | reading, CPU s | explaining, CPU s | of one allocation |")
    print("|---:|---|---:|---:|---:|")
    for shape in shapes:
        for figure in FIGURES:
            print(row(shape, figure, [in_a_process(shape, figure) for _ in range(runs)]))


def in_a_process(shape: Shape, figure: str) -> dict[str, float]:
    numbers = f"{shape.segments},{shape.activities},{shape.channels},{shape.periods}"
    command = [sys.executable, str(Path(__file__)), "--measure", f"{figure}:{numbers}"]
    found: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return found


def row(shape: Shape, figure: str, runs: list[dict[str, float]]) -> str:
    reading, explaining = (statistics.median(run[key] for run in runs) for key in ("reading", "explaining"))
    ratio = statistics.median(run["explaining"] / run["allocating"] for run in runs)
    return f"| {shape.lines:,} | {figure} | {reading:.2f} | {explaining:.2f} | {ratio:.2f} |"


def measured(figure: str, shape: Shape) -> dict[str, float]:
    """CPU seconds to read the plan, to explain the figure and write it as tables, and to share all of it out."""
    from crmbudget.allocation.cascade import allocate
    from crmbudget.allocation.explain import Run, explain
    from crmbudget.planning.loader import read_plan
    from crmbudget.reporting.formats.table import render
    from crmbudget.reporting.report import Screen
    from crmbudget.reporting.views.explain import explanation_report

    gc.disable()
    text = plan_text(shape)
    reading, loaded = timed(lambda: read_plan(text))

    def told() -> tuple[int, int]:
        answer = explain(Run(loaded.ready, loaded.source), words(figure, shape))
        return answer.amount, sum(map(len, render(explanation_report(answer), Screen(80))))

    explaining, (amount, _) = timed(told)
    allocating, budget = timed(lambda: allocate(loaded.ready))
    chosen = [line for line in budget.lines() if matches(line, budget.coordinates, words(figure, shape))]
    assert amount == sum(line[-1] for line in chosen)  # noqa: S101 - it explains what the allocation gives
    return {"reading": reading, "explaining": explaining, "allocating": allocating}


def words(figure: str, shape: Shape) -> dict[str, str]:
    """The coordinates of a figure."""
    if "segment" in figure:
        return {"segment": f"segment-{shape.segments // 2:03d}"}
    if "period" in figure:
        return {"period": f"2027-{shape.periods:02d}"}
    last = [one - 1 for one in (shape.segments, shape.activities, shape.channels, shape.periods)]
    part = {"first line": 0, "middle line": 1, "last line": 2}[figure]
    segment, activity, channel, period = (number * part // 2 for number in last)
    return {
        "segment": f"segment-{segment:03d}", "activity": f"activity-{activity:03d}",
        "channel": f"channel-{channel:02d}", "period": f"2027-{period + 1:02d}",
    }  # fmt: skip


def matches(line: Any, names: tuple[str, ...], asked: dict[str, str]) -> bool:
    return all(line[names.index(name)] == value for name, value in asked.items())


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    begun = time.process_time()
    answer = work()
    return time.process_time() - begun, answer


if __name__ == "__main__":
    main()
