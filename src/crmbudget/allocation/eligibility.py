"""Where an activity may spend: its ``segments``, ``channels`` and ``when``."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from crmbudget.period import Period
from crmbudget.planning.plan import Activity, Dimension, Plan

if TYPE_CHECKING:
    from crmbudget.allocation.strategy import Member


def allows(plan: Plan, member: "Member", coordinates: Mapping[Dimension, str]) -> bool:
    """Whether a member may get money in a cell with these coordinates."""
    if member.dimension is Dimension.ACTIVITY:
        return all(_may(plan, member.facts, dimension, name) for dimension, name in coordinates.items())
    activity = coordinates.get(Dimension.ACTIVITY)
    return activity is None or _may(plan, plan.activities[activity], member.dimension, member.id)


def _may(plan: Plan, activity: Activity, dimension: Dimension, name: str) -> bool:
    match dimension:
        case Dimension.SEGMENT:
            return activity.segments is None or name in activity.segments
        case Dimension.CHANNEL:
            return activity.channels is None or name in activity.channels
        case Dimension.PERIOD:
            return activity.when is None or any(span.holds(_period(plan, name)) for span in activity.when)
        case _:
            return True


def _period(plan: Plan, name: str) -> Period:
    found: Period = plan.members(Dimension.PERIOD)[name]
    return found
