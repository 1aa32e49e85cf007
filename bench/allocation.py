"""How long an allocation takes and how much memory, beside a plain Python loop that divides without rounding.

Each size runs in a process of its own, so that its peak memory is its own; the loop runs in the same process, after it.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from plans import SHAPES, SMOKE, Shape, plan_text

Weights = list[tuple[str, float]]


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
    print(
        "| lines | segments x activities x channels x periods | CPU s | per 10^6 lines | plain loop, CPU s | ratio | peak MB |"
    )
    print("|---:|---|---:|---:|---:|---:|---:|")
    for shape in shapes:
        print(row(shape, [in_a_process(shape) for _ in range(runs)]))


def in_a_process(shape: Shape) -> dict[str, float]:
    numbers = f"{shape.segments},{shape.activities},{shape.channels},{shape.periods}"
    command = [sys.executable, str(Path(__file__)), "--measure", numbers]
    found: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return found


def row(shape: Shape, runs: list[dict[str, float]]) -> str:
    own, plain, peak = (statistics.median(run[key] for run in runs) for key in ("own", "plain", "peak"))
    ratio = statistics.median(run["own"] / run["plain"] for run in runs)
    each = own / shape.lines * 1_000_000
    return f"| {shape.lines:,} | {shape} | {own:.2f} | {each:.2f} | {plain:.2f} | {ratio:.1f} | {peak:.0f} |"


def measured(shape: Shape) -> dict[str, float]:
    """CPU seconds of both, and the peak of the process before the plain loop begins."""
    from crmbudget.allocation.cascade import allocate
    from crmbudget.planning.loader import read_plan

    plan = read_plan(plan_text(shape)).ready

    def own() -> int:
        budget = allocate(plan)
        for coordinate in budget.coordinates:
            sum(budget.totals([coordinate]).values())
        return budget.line_count

    seconds, lines = timed(own)
    peak = megabytes()
    tree = weights_of(plan)
    plain_seconds, (plain_lines, _) = timed(lambda: plain(float(plan.total), tree, plan))
    assert lines == len(plain_lines) == shape.lines  # noqa: S101 - both did all of the work
    return {"own": seconds, "plain": plain_seconds, "peak": peak}


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    begun = time.process_time()
    answer = work()
    return time.process_time() - begun, answer


def megabytes() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10


def weights_of(plan: Any) -> list[Weights]:
    """Each step's weights as floats that add up to one."""
    value = shares((name, float(segment.value)) for name, segment in plan.segments.items())
    count = shares((name, float(segment.customers)) for name, segment in plan.segments.items())
    blended = [(name, 0.6 * one + 0.4 * other) for (name, one), (_, other) in zip(value, count, strict=True)]
    activities = shares((name, float(activity.weight)) for name, activity in plan.activities.items())
    channels = shares((name, float(channel.weight)) for name, channel in plan.channels.items())
    periods = shares(zip(map(str, plan.calendar.members), map(float, plan.allocate[-1].weights), strict=True))
    return [blended, activities, channels, periods]


def shares(pairs: Any) -> Weights:
    rows = list(pairs)
    whole = sum(weight for _, weight in rows)
    return [(name, weight / whole) for name, weight in rows]


def plain(total: float, tree: list[Weights], plan: Any) -> tuple[list[tuple[Any, ...]], list[dict[str, float]]]:
    """The same tree and the same totals, in floats: what anyone would write first."""
    lines: list[tuple[Any, ...]] = []
    totals: list[dict[str, float]] = [defaultdict(float) for _ in range(6)]
    for segment, share in tree[0]:
        of_segment, owner = total * share, plan.segments[segment].owner
        for activity, own in tree[1]:
            of_activity, category = of_segment * own, plan.activities[activity].category
            for channel, part in tree[2]:
                of_channel = of_activity * part
                for period, weight in tree[3]:
                    amount = of_channel * weight
                    line = (segment, category, activity, channel, period, owner)
                    lines.append((*line, amount))
                    for sums, name in zip(totals, line, strict=True):
                        sums[name] += amount
    return lines, totals


if __name__ == "__main__":
    main()
