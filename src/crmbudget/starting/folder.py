"""The files that a plan begins with: a folder of examples, or the plan of a list; texts only, nothing is written here."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

from crmbudget.planning.schema import plan_schema
from crmbudget.starting.filling import filled, months, template
from crmbudget.wording import language, say

PLAN, SCHEMA = "plan.yaml", "plan.schema.json"
CI = {"github": ".github/workflows/budget.yml", "gitlab": ".gitlab-ci.yml"}
"""The CI file of each host, by its name for ``--ci``."""
NO_CI = "none"


class NewFile(NamedTuple):
    """A file to write: its path inside the folder, its text, and what it is."""

    path: str
    text: str
    says: str


def example_files(as_of: date, currency: str, ci: str) -> Iterator[NewFile]:
    """A folder with a plan, its customers and the spending of its first months, whose commands all pass."""
    facts = {**months(as_of), "currency": currency or {"zh": "CNY"}.get(language(), "USD")}
    yield NewFile(
        PLAN,
        filled(template(PLAN), facts),
        say("the plan: how much money, for whom, on what, and how it is shared out"),
    )
    yield NewFile(
        "customers.csv", template("customers.csv"), say("24 made-up customers, from whom the plan takes its segments")
    )
    yield NewFile("actuals.csv", filled(template("actuals.csv"), facts), say("what was spent in the first two months"))
    yield schema_file()
    yield from ci_files(ci, facts)
    yield NewFile("README.md", filled(template("README.md"), facts), say("the commands to type next"))


def plan_files(plan: str, ci: str) -> Iterator[NewFile]:
    """The plan of a list, and what stands beside it."""
    yield NewFile(PLAN, plan, say("the plan that is proposed, with the reasons for its guesses"))
    yield schema_file()
    yield from ci_files(ci, {})


def schema_file() -> NewFile:
    """What an editor knows of plans; the first line of the plan names it."""
    text = json.dumps(plan_schema(), ensure_ascii=False, indent=2) + "\n"
    return NewFile(SCHEMA, text, say("lets an editor complete and check the plan, without a network"))


def ci_files(ci: str, facts: Mapping[str, str]) -> Iterator[NewFile]:
    """The CI file of a host; none for ``none``."""
    if ci in CI:
        yield NewFile(
            CI[ci], filled(template(f"{ci}.yml"), facts), say("checks every change of the plan in a pull request")
        )
