"""``crmbudget check``: what was found in plans."""

from crmbudget.reporting.contracts._fields import Contract, Records
from crmbudget.reporting.contracts._finding import FIELDS

CONTRACT = Contract(
    "What was found in plans. The results are the diagnostics once more, as records.",
    results=Records("One finding.", FIELDS),
)
