"""Plans with limits drawn at random, and what an independent solver makes of them."""

from dataclasses import dataclass, field

from crmbudget import allocate, read_plan
from crmbudget.finding import Refused

CATEGORIES = ("service", "event", "gift")


@dataclass
class Case:
    """A plan without its limits, the limits as ``(selection, key, minor units)``, and the lines without limits."""

    base: str
    limits: list
    before: list
    names: list = field(default_factory=list)

    @property
    def text(self):
        return written(self.base, self.limits)


def written(base, limits):
    lines = [
        f"  - {{{', '.join(f'{name}: {chosen(name, ids)}' for name, ids in selection.items())}, {key}: {major(units)}}}"
        for selection, key, units in limits
    ]
    return "\n".join([base, *(["limits:", *lines] if lines else [])])


def chosen(name, ids):
    return ids[0] if name == "period" else f"[{', '.join(ids)}]"


def major(units):
    return f"{units // 100}.{units % 100:02d}"


def lines_of(budget):
    names = budget.coordinates
    return [dict(zip(names, line[:-1], strict=True)) | {"amount": line[-1]} for line in budget.lines()]


def selected(line, selection):
    return all(line[name] in ids for name, ids in selection.items())


def total_of(lines, selection):
    return sum(line["amount"] for line in lines if selected(line, selection))


def drawn_case(rng, total=10**9, *, bounds=False, tight=(0.5, 1.4), limits_max=6):
    """A plan that can be shared out without its limits, and at least one limit; None where the draw has neither."""
    dimensions, text = _members(rng, total)
    if bounds:
        text += _steps(rng, dimensions)
    base = "\n".join(text)
    try:
        before = lines_of(allocate(read_plan(base).ready))
    except Refused:
        return None
    present = {name: sorted({line[name] for line in before}) for name in before[0] if name != "amount"}
    case = Case(base, [], before, list(dimensions))
    for _ in range(rng.randint(1, limits_max)):
        selection = {}
        for name in rng.sample(sorted(present), min(len(present), rng.randint(1, 2))):
            count = 1 if name == "period" else rng.randint(1, max(1, len(present[name]) - 1))
            selection[name] = rng.sample(present[name], count)
        factor = rng.uniform(*tight)
        units = min(sum(line["amount"] for line in before), int(total_of(before, selection) * factor))
        if units >= 100:
            case.limits.append((selection, "max" if (factor < 1) == (rng.random() < 0.85) else "min", units))
    return case if case.limits else None


def _members(rng, total):
    segments = [f"s{number}" for number in range(rng.randint(1, 4))]
    activities = [f"a{number}" for number in range(rng.randint(1, 4))]
    channels = [f"c{number}" for number in range(rng.randint(0, 3))]
    periods = [f"2027-{number + 1:02d}" for number in range(rng.randint(0, 3))]
    text = ["currency: CNY", f"total: {major(total)}"]
    text += [f"calendar: {{start: 2027-01, periods: {len(periods)}}}"] if periods else []
    text += [
        "segments:",
        *(f"  {name}: {{value: {rng.randint(1, 100)}, owner: o{rng.randint(0, 1)}}}" for name in segments),
    ]
    text.append("activities:")
    for name in activities:
        some = f", segments: [{', '.join(rng.sample(segments, rng.randint(1, len(segments))))}]"
        where = some if rng.random() < 0.3 else ""
        text.append(f"  {name}: {{category: {rng.choice(CATEGORIES)}, weight: {rng.randint(1, 9)}{where}}}")
    text.append(f"  z: {{category: system, weight: {rng.randint(1, 9)}}}")
    if channels:
        text += ["channels:", *(f"  {name}: {{weight: {rng.randint(1, 9)}}}" for name in channels)]
    dimensions = {"segment": segments, "activity": [*activities, "z"], "channel": channels, "period": periods}
    return {name: ids for name, ids in dimensions.items() if ids}, text


def _steps(rng, dimensions):
    text = ["allocate:"]
    for name, ids in dimensions.items():
        text.append(f"  - by: {'value' if name == 'segment' else name}")
        bounded, kind = rng.choice(ids), rng.choice(["min", "max", "none"])
        if kind == "min":
            text.append(f"    min: {{{bounded}: {rng.randint(1, 20)}%}}")
        elif kind == "max" and len(ids) > 1:
            text.append(f"    max: {{{bounded}: {rng.randint(50, 90)}%}}")
    return text


class Problem:
    """The same plan as matrices, in parts of the whole: kept sums, limits, and the amounts before."""

    def __init__(self, case, kept):
        import numpy as np

        total = sum(line["amount"] for line in case.before)
        self.before = np.array([line["amount"] for line in case.before], float) / total
        groups = {}
        for number, line in enumerate(case.before):
            groups.setdefault(tuple(line[name] for name in case.names[:kept]), []).append(number)
        self.equal = np.zeros((len(groups), len(case.before)))
        for row, numbers in enumerate(groups.values()):
            self.equal[row, numbers] = 1
        self.sums = self.equal @ self.before
        signs = [1 if key == "max" else -1 for _, key, _ in case.limits]
        rows = [[float(selected(line, selection)) for line in case.before] for selection, _, _ in case.limits]
        self.below = np.array(signs)[:, None] * np.array(rows)
        self.most = np.array([sign * units / total for sign, (_, _, units) in zip(signs, case.limits, strict=True)])

    def missing(self, *, idle=False):
        """The least total by which the limits must give way, as a part of the whole; money may lie ``idle`` if so said."""
        import numpy as np
        from scipy.optimize import linprog

        limits, lines = self.below.shape
        costs = np.concatenate([np.zeros(lines), np.ones(limits), np.zeros(len(self.sums))])
        caps = [(0, None if amount else 0) for amount in self.before] + [(0, None)] * limits
        found = linprog(
            costs,
            A_ub=np.hstack([self.below, -np.eye(limits), np.zeros((limits, len(self.sums)))]),
            b_ub=self.most,
            A_eq=np.hstack([self.equal, np.zeros((len(self.sums), limits)), np.eye(len(self.sums))]),
            b_eq=self.sums,
            bounds=[*caps, *[(0, None if idle else 0)] * len(self.sums)],
            method="highs",
        )
        return found.fun

    def nearest(self):
        """The allocation of least relative entropy; None where the solver itself did not get there."""
        import numpy as np
        from scipy.optimize import minimize

        rows = np.vstack([self.equal, self.below])
        bounds = np.concatenate([self.sums, self.most])

        def dual(multipliers):
            amounts = self.before * np.exp(np.clip(-rows.T @ multipliers, -700, 700))
            return amounts.sum() + multipliers @ bounds, bounds - rows @ amounts

        signs = [(None, None)] * len(self.sums) + [(0, None)] * len(self.most)
        options = {"maxiter": 20_000, "maxfun": 40_000, "ftol": 1e-16, "gtol": 1e-12, "maxcor": 30}
        found = minimize(dual, np.zeros(len(bounds)), jac=True, method="L-BFGS-B", bounds=signs, options=options)
        amounts = self.before * np.exp(-rows.T @ found.x)
        off = max(abs(self.equal @ amounts - self.sums).max(), (self.below @ amounts - self.most).max())
        return amounts if off < 1e-8 else None
