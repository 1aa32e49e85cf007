"""Plans with overlapping limits of every kind that one hidden allocation keeps, and scipy's answer to them."""

import math
from dataclasses import dataclass
from fractions import Fraction

from crmbudget import allocate, read_plan
from drawn_limits import CATEGORIES, Case, lines_of, major, selected, total_of

KINDS = ("segment", "category", "activity", "channel", "period", "owner")


@dataclass
class Overlaps(Case):
    """A case whose limits stand in the plan as ``said``; one that says ``per`` is several of ``limits``."""

    said: tuple = ()

    @property
    def text(self):
        return "\n".join([self.base, "limits:", *(f"  - {{{line}}}" for line in self.said)])


def drawn_overlaps(rng, total=10**9, *, count=None, slack=0.02, tilt=0.5, within=""):
    """A plan and limits around the sums of a hidden allocation, so that they can be kept; by amount and by share.

    Where ``within`` names a coordinate, the hidden allocation leaves its sums, and no limit is drawn on it alone.
    """
    base = _plan(rng, total)
    before = lines_of(allocate(read_plan(base).ready))
    names = [name for name in before[0] if name != "amount"]
    present = {name: sorted({line[name] for line in before}) for name in names}
    hidden = _hidden(rng, before, present, tilt, within)
    case = Overlaps(base, [], before, [name for name in names if name not in {"category", "owner"}])
    said, drawn = [], []
    for _ in range(count or rng.randint(2, 10)):
        selection = _selection(rng, present, drawn, within)
        drawn.append(selection)
        per = rng.choice(names) if rng.random() < 0.2 else None
        line, limits = _limit(rng, selection, per, present, hidden, before, slack)
        if limits:
            said.append(line)
            case.limits += limits
    case.said = tuple(said)
    return case if said else None


def _plan(rng, total):
    """A plan without limits: a few members of each dimension, some of them spending in some places only."""
    segments = [f"s{number}" for number in range(rng.randint(2, 5))]
    text = ["currency: CNY", f"total: {major(total)}", f"calendar: {{start: 2027-01, periods: {rng.randint(1, 4)}}}"]
    text.append("segments:")
    text += [f"  {name}: {{value: {rng.randint(1, 100)}, owner: o{rng.randint(0, 2)}}}" for name in segments]
    text.append("activities:")
    for number in range(rng.randint(2, 5)):
        some = f", segments: [{', '.join(rng.sample(segments, rng.randint(1, len(segments))))}]"
        where = some if rng.random() < 0.2 else ""
        text.append(f"  a{number}: {{category: {rng.choice(CATEGORIES)}, weight: {rng.randint(1, 9)}{where}}}")
    text += [f"  z: {{category: system, weight: {rng.randint(1, 9)}}}", "channels:"]
    text += [f"  c{number}: {{weight: {rng.randint(1, 9)}}}" for number in range(rng.randint(1, 3))]
    return "\n".join(text)


def _hidden(rng, before, present, tilt, within):
    """Parts of the whole, moved by a factor for each member."""
    factors = {(name, one): math.exp(rng.uniform(-tilt, tilt)) for name in KINDS for one in present.get(name, ())}
    raw = [line["amount"] * math.prod(factors[name, line[name]] for name in present) for line in before]
    groups = [line.get(within) for line in before]
    old, new = {}, {}
    for line, amount, group in zip(before, raw, groups, strict=True):
        old[group] = old.get(group, 0) + line["amount"]
        new[group] = new.get(group, 0) + amount
    return [amount * old[group] / new[group] for amount, group in zip(raw, groups, strict=True)]


def _selection(rng, present, drawn, within):
    """Ids by coordinate; now and then inside one that was drawn before."""
    if drawn and rng.random() < 0.3:
        selection = {name: list(ids) for name, ids in rng.choice(drawn).items()}
        more = [name for name in present if name not in selection]
        names = [rng.choice(more)] if more else []
    else:
        selection, names = {}, rng.sample(sorted(present), min(len(present), rng.randint(1, 3)))
    for name in names:
        ids = present[name]
        start, length = rng.randrange(len(ids)), rng.randint(1, max(1, len(ids) - 1))
        selection[name] = ids[start : start + length] if name == "period" else rng.sample(ids, length)
    if list(selection) == [within]:
        selection["activity"] = rng.sample(present["activity"], 1)
    return selection


def _limit(rng, selection, per, present, hidden, before, slack):
    """The limit as it stands in the plan, and what it asks of each selection: ``(selection, key, minor units)``."""
    values = [one for one in present.get(per, [None]) if per not in selection or one in selection[per]]
    spread = [selection | {per: [one]} if per else selection for one in values]
    sums = [sum(h for line, h in zip(before, hidden, strict=True) if selected(line, own)) for own in spread]
    old = [total_of(before, own) for own in spread]
    key = rng.choice(["min", "max"]) if per else "max" if sums[0] < old[0] else "min"
    exact = min(sums) * (1 - slack * rng.random()) if key == "min" else max(sums) * (1 + slack * rng.random())
    whole = sum(line["amount"] for line in before)
    units, text = int(exact) + (key == "max"), None
    if rng.random() < 0.4:
        percent = Fraction(math.floor(exact / whole * 10**6) + (key == "max"), 10**4)
        share = percent / 100 * whole
        units, text = math.ceil(share) if key == "min" else math.floor(share), f"{float(percent):.4f}%"
    if not 100 <= units < whole:
        return "", []
    shown = [f"{name}: {_ids(name, ids)}" for name, ids in selection.items()] + ([f"per: {per}"] if per else [])
    return ", ".join([*shown, f"{key}: {text or major(units)}"]), [(own, key, units) for own in spread]


def _ids(name, ids):
    if name == "period":
        return ids[0] if len(ids) == 1 else f"{ids[0]}..{ids[-1]}"
    return f"[{', '.join(ids)}]"


def before_rounding(budget):
    """Each line as the solution has it, before it was rounded, in minor units."""
    solution = budget.solution
    made, levels = solution.sight.made, budget.levels
    depth = made.ladder.depth
    groups, places = range(len(levels[depth].amounts)), made.ladder.places
    for level in reversed(levels[made.kept : depth + 1]):
        groups = [level.parent[cell] for cell in groups]
    for level in levels[depth + 1 :]:
        groups = [groups[parent] for parent in level.parent]
        places = [places[parent] for parent in level.parent]
    raw = [seed * solution.factors[place] for seed, place in zip(solution.free.sums[-1], places, strict=True)]
    whole = {}
    for group, amount in zip(groups, raw, strict=True):
        whole[group] = whole.get(group, 0) + amount
    return [
        float(Fraction(made.pools[group] * amount, whole[group])) if amount else 0.0
        for group, amount in zip(groups, raw, strict=True)
    ]


def nearest(case, kept):
    """The lines of least relative entropy by L-BFGS-B, each kept group scaled to its sum; None where it did not get there."""
    import numpy as np
    from scipy.optimize import minimize

    whole = sum(line["amount"] for line in case.before)
    before = np.array([line["amount"] for line in case.before], float) / whole
    keys = [tuple(line[name] for name in case.names[:kept]) for line in case.before]
    places = {key: place for place, key in enumerate(dict.fromkeys(keys))}
    group = np.array([places[key] for key in keys])
    sums = np.bincount(group, before)
    signs = np.array([1.0 if key == "max" else -1.0 for _, key, _ in case.limits])
    rows = np.array([[float(selected(line, own)) for line in case.before] for own, _, _ in case.limits])
    rows, most = rows * signs[:, None], signs * np.array([units for *_, units in case.limits]) / whole

    def at(multipliers):
        exponents = -(rows.T @ multipliers)
        raw = before * np.exp(exponents - exponents.max())
        parts = np.bincount(group, raw)
        return (sums / np.where(parts > 0, parts, 1))[group] * raw, parts, exponents.max()

    def dual(multipliers):
        amounts, parts, top = at(multipliers)
        filled = sums > 0
        value = sums[filled] @ (np.log(parts[filled]) + top) + multipliers @ most
        return value, most - rows @ amounts

    options = {"maxiter": 20_000, "maxfun": 40_000, "ftol": 1e-17, "gtol": 1e-12, "maxcor": 50}
    found = minimize(
        dual, np.zeros(len(most)), jac=True, method="L-BFGS-B", bounds=[(0, None)] * len(most), options=options
    )
    slack = dual(found.x)[1]
    off = max(-slack.min(), abs(slack * found.x).max())
    return at(found.x)[0] * whole if off < 1e-8 else None
