"""What a plan says about files of amounts, as what reading asks for."""

from collections.abc import Mapping

from crmbudget.planning.plan import Dialect, Dimension, Plan, Role
from crmbudget.reading.entries import Request
from crmbudget.reading.table import Dialect as Written


def request(plan: Plan, columns: Mapping[Role, str], dialect: Dialect) -> Request:
    """The request for entries in the plan's currency and periods; what the dialect leaves open is found out."""
    written = Written(**{key: given for key, given in dialect if given is not None})
    periods = tuple(plan.members(Dimension.PERIOD).values())
    return Request(plan.money, periods, {role.value: text for role, text in columns.items()}, written, plan.fx)
