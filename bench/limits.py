"""What limits cost: plans without one, with one cap, and with 100 limits that overlap, beside an independent solver.

The limits are drawn around the sums of the plan without limits, so that a hidden allocation keeps them all and the plan's own
does not. Each plan runs in a process of its own; the peer (scipy's L-BFGS-B on the dual, floats, every line by itself) runs
in a second one, for it needs far more memory.
"""

import argparse
import json
import random
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from allocation import megabytes, timed, weights_of
from plans import CATEGORIES, SHAPES, SMOKE, Shape, plan_text

COUNTS = (0, 1, 100)
TILT = 0.25
"""The hidden allocation differs from the plan's by factors of up to e to this power, one for each member."""


@dataclass(frozen=True)
class Drawn:
    """A limit: the ids it selects in each dimension, its key, and its amount in major units."""

    wanted: Mapping[str, tuple[str, ...]]
    key: str
    amount: float

    def __str__(self) -> str:
        shown = [f"{name}: [{', '.join(ids)}]" for name, ids in self.wanted.items() if name != "period"]
        shown += [f"period: {ids[0]}" for name, ids in self.wanted.items() if name == "period"]
        return f"  - {{{', '.join(shown)}, {self.key}: {self.amount:.2f}}}"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--smoke", action="store_true", help="small sizes, once each: only whether it runs")
    options.add_argument("--runs", type=int, default=3, help="runs of each size; medians are printed")
    options.add_argument("--without-peer", action="store_true", help="leave the independent solver out")
    options.add_argument("--measure", help=argparse.SUPPRESS)
    options.add_argument("--peer", action="store_true", help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.measure:
        *numbers, count = map(int, given.measure.split(","))
        print(json.dumps((peer if given.peer else measured)(Shape(*numbers), count)))
        return
    shapes, runs = (SMOKE, 1) if given.smoke else (SHAPES, given.runs)
    print(
        "| lines | limits | CPU s | times without limits | peak MB | L-BFGS-B, CPU s | its peak MB | furthest apart |"
    )
    print("|---:|---:|---:|---:|---:|---:|---:|---:|")
    for shape in shapes:
        table(shape, runs, with_peer=not given.without_peer)


def table(shape: Shape, runs: int, *, with_peer: bool) -> None:
    """One row for each number of limits."""
    bare = 0.0
    for count in COUNTS:
        found = [in_a_process(shape, count) for _ in range(runs)]
        own, peak = (statistics.median(run[key] for run in found) for key in ("own", "peak"))
        bare = bare or own
        theirs = in_a_process(shape, count, "--peer") if with_peer and count else {}
        beside = f"{theirs['own']:.2f} | {theirs['peak']:.0f} | {theirs['apart']:.0e}" if theirs else "| |"
        print(f"| {shape.lines:,} | {count} | {own:.2f} | {own / bare:.1f} | {peak:.0f} | {beside} |", flush=True)


def in_a_process(shape: Shape, count: int, *more: str) -> dict[str, float]:
    numbers = f"{shape.segments},{shape.activities},{shape.channels},{shape.periods},{count}"
    command = [sys.executable, str(Path(__file__)), "--measure", numbers, *more]
    found: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return found


def ready(shape: Shape, count: int) -> tuple[Any, list[Drawn]]:
    """The plan with so many limits, and the limits."""
    from crmbudget.planning.loader import read_plan

    text = plan_text(shape)
    limits = list(drawn(read_plan(text).ready, count)) if count else []
    return read_plan("\n".join([text, *(["limits:", *map(str, limits)] if limits else [])])).ready, limits


def drawn(plan: Any, count: int, seed: int = 7) -> Iterator[Drawn]:
    """Limits that one hidden allocation keeps: one cap on a category, or any number on all kinds of selections."""
    chance, money = random.Random(seed), float(plan.money.major(plan.total)) * 0.925
    dimensions = dict(zip(("segment", "activity", "channel", "period"), map(dict, weights_of(plan)), strict=True))
    tilted = {name: tilt(own, chance) for name, own in dimensions.items()}

    def part(shares: Mapping[str, Mapping[str, float]], wanted: Mapping[str, tuple[str, ...]]) -> float:
        product = money
        for name, ids in wanted.items():
            product *= sum(shares[name][one] for one in ids)
        return product

    while count:
        wanted = selection(dimensions, chance) if count > 1 else {"activity": tuple(dimensions["activity"])[2::5]}
        before, hidden = part(dimensions, wanted), part(tilted, wanted)
        key = "max" if hidden < before else "min"
        yield Drawn(wanted, key, round(hidden * (1.001 if key == "max" else 0.999), 2))
        count -= 1


def tilt(shares: Mapping[str, float], chance: random.Random) -> dict[str, float]:
    """The same shares moved at random; they still add up to one."""
    moved = {name: share * 2.718281828 ** chance.uniform(-TILT, TILT) for name, share in shares.items()}
    whole = sum(moved.values())
    return {name: share / whole for name, share in moved.items()}


def selection(dimensions: Mapping[str, Mapping[str, float]], chance: random.Random) -> dict[str, tuple[str, ...]]:
    """A few ids in one to three dimensions, activities sometimes by category."""
    wanted: dict[str, tuple[str, ...]] = {}
    for name in chance.sample(sorted(dimensions), chance.choice((1, 2, 2, 3))):
        ids = tuple(dimensions[name])
        if name == "activity" and chance.random() < 0.5:  # noqa: PLR2004 - every other one
            wanted[name] = ids[chance.randrange(len(CATEGORIES)) :: len(CATEGORIES)]
        else:
            most = 1 if name == "period" else max(1, len(ids) // 8)
            wanted[name] = tuple(sorted(chance.sample(ids, chance.randint(1, most))))
    return wanted


def measured(shape: Shape, count: int) -> dict[str, float]:
    """CPU seconds of the allocation with its totals, and the peak of the process."""
    from crmbudget.allocation.cascade import allocate

    plan, limits = ready(shape, count)

    def own() -> Any:
        budget = allocate(plan)
        for coordinate in budget.coordinates:
            sum(budget.totals([coordinate]).values())
        return budget

    seconds, budget = timed(own)
    peak = megabytes()
    kept(budget, limits)
    return {"own": seconds, "peak": peak}


def kept(budget: Any, limits: list[Drawn]) -> None:
    """Every limit holds to the cent, and no cent is lost."""
    assert budget.allocated + budget.reserve == budget.total  # noqa: S101 - a measurement of a wrong answer is none
    for limit in limits:
        sums = budget.totals(list(limit.wanted))
        found = sum(a for key, a in sums.items() if all(map(inside, key, limit.wanted.values())))
        bound = round(limit.amount * 100)
        assert found <= bound if limit.key == "max" else found >= bound, str(limit)  # noqa: S101


def inside(one: str, ids: tuple[str, ...]) -> bool:
    return one in ids


def peer(shape: Shape, count: int) -> dict[str, float]:
    """The same problem on every line, with the sums of the same first steps, by scipy; how far apart the lines are."""
    import numpy as np

    from crmbudget.allocation.cascade import allocate

    plan, limits = ready(shape, count)
    free = allocate(plan.model_copy(update={"limits": ()}))
    bound = allocate(plan)
    kept_steps = bound.solution.kept if bound.solution else len(bound.levels)
    ours = np.array(bound.levels[-1].amounts, float) / bound.allocated
    seconds, theirs = timed(lambda: dual(free, kept_steps, limits))
    large = ours * bound.allocated > 10**6
    apart = float((abs(ours - theirs)[large] / ours[large]).max(initial=0.0))
    return {"own": seconds, "peak": megabytes(), "apart": apart}


def dual(free: Any, kept_steps: int, limits: list[Drawn]) -> Any:
    """Least relative entropy by L-BFGS-B: one multiplier for each limit; each kept group is scaled to its sum."""
    import numpy as np
    from scipy import sparse
    from scipy.optimize import minimize

    leaf = len(free.levels) - 1
    before = np.array(free.levels[-1].amounts, float) / free.allocated
    group = np.arange(len(before))
    for level in reversed(free.levels[kept_steps:]):
        group = np.array(level.parent)[group]
    sums = np.bincount(group, before)
    rows, signs = [], np.array([1.0 if limit.key == "max" else -1.0 for limit in limits])
    for limit in limits:
        hit = np.ones(len(before), bool)
        for name, ids in limit.wanted.items():
            level = next(level for level in free.levels if level.dimension.value == name)
            wanted = np.isin(np.array(level.ids), ids)
            hit &= wanted[np.array(free.column(level.dimension, leaf))]
        rows.append(sparse.csr_matrix(hit.astype(float)))
    table_of = sparse.vstack(rows).multiply(signs[:, None]).tocsr()
    most = signs * np.array([limit.amount * 100 for limit in limits]) / free.allocated
    across = table_of.T.tocsr()

    def at(multipliers: Any) -> tuple[Any, Any]:
        amounts = before * np.exp(np.clip(-(across @ multipliers), -700, 700))
        whole = np.bincount(group, amounts)
        return np.where(whole > 0, sums / np.where(whole > 0, whole, 1), 0)[group] * amounts, whole

    def value(multipliers: Any) -> tuple[float, Any]:
        amounts, whole = at(multipliers)
        filled = sums > 0
        height = float(sums[filled] @ np.log(whole[filled])) + float(multipliers @ most)
        return height, most - table_of @ amounts

    options = {"maxiter": 20_000, "maxfun": 40_000, "ftol": 1e-16, "gtol": 1e-11, "maxcor": 30}
    found = minimize(
        value, np.zeros(len(most)), jac=True, method="L-BFGS-B", bounds=[(0, None)] * len(most), options=options
    )
    return at(found.x)[0]


if __name__ == "__main__":
    main()
