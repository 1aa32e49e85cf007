"""Limits across the steps of a plan: kept to the cent, with the money moved as little as they allow."""

from crmbudget.allocation.limits.keeping import keep_limits

__all__ = ["keep_limits"]
