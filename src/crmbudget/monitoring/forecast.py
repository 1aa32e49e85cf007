"""What the whole plan will have cost in the end: the estimate at completion, by four methods, and how well each did.

Formulas: PMI, PMBOK Guide, 6th edition, p. 261-267 (earned value analysis, forecasting); ``seasonal`` is our own.
Amounts are whole minor units; an estimate is an exact fraction, rounded once, at its end, half to even.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

METHODS = ("remaining-plan", "run-rate", "blend", "seasonal")


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a plan stands: ``budget`` and ``actual`` per period, in time order, the first ``closed`` of them finished.

    ``progress`` is the part of the work that is done at the end of those, 0 to 1; None where nobody said. What was spent
    in a period that is not closed does not count yet. ValueError where the numbers do not fit each other.
    """

    budget: tuple[int, ...]
    actual: tuple[int, ...]
    closed: int
    progress: Fraction | None = None

    def __post_init__(self) -> None:
        if len(self.budget) != len(self.actual) or not 0 <= self.closed <= len(self.budget):
            raise ValueError("budget, actual and closed do not count the same periods")
        if self.progress is not None and not 0 <= self.progress <= 1:
            raise ValueError("progress is a part of one")

    @property
    def bac(self) -> int:
        """Budget at completion: the budget of all periods."""
        return sum(self.budget)

    @property
    def pv(self) -> int:
        """Planned value: the budget of the closed periods."""
        return sum(self.budget[: self.closed])

    @property
    def ac(self) -> int:
        """Actual cost: what the closed periods cost."""
        return sum(self.actual[: self.closed])


@dataclass(frozen=True, slots=True)
class Forecast:
    """What one method makes of a standing; None where a number does not exist.

    ``bac``, ``pv``, ``ac`` as in Standing, ``ev`` the earned value. Ratios: ``cpi`` cost performance index EV / AC,
    ``spi`` schedule performance index EV / PV, ``tcpi`` to-complete performance index (BAC - EV) / (BAC - AC), which is
    negative where the budget is already overspent. ``eac`` is the estimate at completion; without one ``reason`` says why.
    """

    method: str
    bac: int
    pv: int
    ev: Fraction | None
    ac: int
    cpi: Fraction | None
    spi: Fraction | None
    tcpi: Fraction | None
    eac: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Score:
    """How a method would have done: over ``trials`` forecasts, the mean absolute error and the mean of forecast - actual.

    Both in minor units; None without a trial.
    """

    method: str
    trials: int
    error_mean: int | None
    bias: int | None


def earned(standing: Standing, method: str) -> Fraction | None:
    """Earned value: the budget of the work that is done, in minor units; None for ``seasonal``, which uses none.

    Where nobody stated the progress, ``remaining-plan`` takes the work to be where the plan says (PV), ``run-rate`` and
    ``blend`` as far as time is. ValueError for an unknown method.

    >>> earned(Standing((100, 300), (120, 0), closed=1), "remaining-plan")
    Fraction(100, 1)
    >>> earned(Standing((100, 300), (120, 0), closed=1), "run-rate")
    Fraction(200, 1)
    """
    if method not in METHODS:
        raise ValueError(f"`{method}` is not a way to forecast")
    if method == "seasonal":
        return None
    if standing.progress is not None:
        return standing.progress * standing.bac
    if method == "remaining-plan":
        return Fraction(standing.pv)
    return Fraction(standing.bac * standing.closed, len(standing.budget) or 1)


def forecast(method: str, standing: Standing) -> Forecast:
    """The estimate at completion by one of METHODS; ValueError for an unknown one.

    >>> forecast("seasonal", Standing((100, 300), (120, 0), closed=1)).eac
    480
    """
    ev = earned(standing, method)
    bac, pv, ac = standing.bac, standing.pv, standing.ac
    reason = _obstacle(method, standing, ev)
    return Forecast(
        method=method,
        bac=bac,
        pv=pv,
        ev=ev,
        ac=ac,
        cpi=_ratio(ev, ac),
        spi=_ratio(ev, pv),
        tcpi=None if ev is None else _ratio(bac - ev, bac - ac),
        eac=None if reason else round(_estimate(method, standing, ev)),
        reason=reason,
    )


def _ratio(over: Fraction | None, under: int) -> Fraction | None:
    return None if over is None or under == 0 else over / under


def _obstacle(method: str, at: Standing, ev: Fraction | None) -> str:
    """Why a method cannot estimate, in plain words; empty where it can."""
    if method == "remaining-plan":
        return ""
    reasons = {
        "no period is closed": at.closed == 0,
        "nothing was spent yet, so there is no cost performance index (CPI)": ev is not None and at.ac == 0,
        "the whole budget is zero": ev is not None and at.bac == 0,
        "no work is done yet": ev == 0,
        "the budget of the closed periods is zero": method != "run-rate" and at.pv == 0,
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


def _estimate(method: str, at: Standing, ev: Fraction | None) -> Fraction:
    """The exact estimate at completion, where nothing stands in its way."""
    if ev is None:
        # Each coming period costs its own budget, times what a unit of budget has cost so far.
        return Fraction(at.ac * at.bac, at.pv)
    if method == "remaining-plan":
        return at.ac + (at.bac - ev)
    cpi = ev / at.ac
    if method == "run-rate":
        return at.bac / cpi
    return at.ac + (at.bac - ev) / (cpi * (ev / at.pv))


def backtest(standing: Standing, back: int) -> tuple[Score, ...]:
    """What each method would have said at the end of each of the last ``back`` closed periods but the newest, best first.

    The plan is cut off after the closed periods, so that its end is known: BAC is their budget, and the estimate is held
    against their actual cost. Nobody stated progress then, so none counts. The least mean error comes first, a tie goes
    to the earlier of METHODS; those without a trial come last.
    """
    closed = standing.closed
    known = Standing(standing.budget[:closed], standing.actual[:closed], closed)
    past = [replace(known, closed=then) for then in range(max(1, closed - back), closed)]
    scores = [_score(method, past, known.ac) for method in METHODS]
    return tuple(sorted(scores, key=lambda score: (score.error_mean is None, score.error_mean or 0)))


def _score(method: str, past: Sequence[Standing], actual: int) -> Score:
    estimates = [forecast(method, then).eac for then in past]
    errors = [estimate - actual for estimate in estimates if estimate is not None]
    return Score(method, len(errors), _mean([abs(error) for error in errors]), _mean(errors))


def _mean(amounts: Sequence[int]) -> int | None:
    return round(Fraction(sum(amounts), len(amounts))) if amounts else None
