"""What each JSON answer holds, one file per schema: ``allocation.py`` is ``crmbudget.allocation``.

A contract is a promise: within a major version of the schema its fields keep their names and meaning. The schemas that
`crmbudget schema NAME` prints, the pages in docs/schema and `crmbudget show` are all made from it.
"""
