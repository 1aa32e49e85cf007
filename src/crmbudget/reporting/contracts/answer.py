"""The answer of a command that has no schema of its own, where there is nothing but findings."""

from crmbudget.reporting.contracts._fields import Contract

CONTRACT = Contract("The answer to a call that gives no numbers and belongs to no other schema: diagnostics say why.")
