"""Runs a workflow of GitHub, and a job of GitLab, step by step as their runners would, in a folder with a plan."""

import re
import subprocess
import sys
from dataclasses import dataclass, field

import yaml

from runner import ROOT, Ran, bare
from test_diff_history import ENVIRONMENT

CI = ROOT / "examples/ci"
NOT_RUN = {
    "actions/checkout": "the repository is there",
    "actions/setup-python": "Python runs the tests",
    "actions/upload-artifact": "the files are looked at where they are",
}
"""Actions that do nothing here, each with the reason."""
SHIMS = {
    "crmbudget": f'exec "{sys.executable}" -m crmbudget "$@"',
    "pip": 'echo "$*" >> "$SHIMS/pip.log"; [ "$*" = "install crmbudget" ] && [ ! -e "$SHIMS/offline" ]',
    "gh": f'exec "{sys.executable}" "{ROOT}/tests/gh_stand_in.py" "$@"',
}
"""What a server has on its PATH: this crmbudget, a pip that only notes what it should install, and a gh without GitHub."""


def read(text):
    """A YAML document whose scalars are texts: to YAML 1.1 the key ``on`` is a truth."""
    return yaml.load(text, yaml.BaseLoader)


def shims(folder):
    """A folder with the programs of a server."""
    folder.mkdir()
    for name, line in SHIMS.items():
        (folder / name).write_text(f"#!/bin/sh\n{line}\n", "utf-8")
        (folder / name).chmod(0o755)
    return folder


def shell(words, script, folder, bin_, **environment):
    """A script, as a runner gives it to a shell."""
    variables = bare({**ENVIRONMENT, "SHIMS": str(bin_), **environment})
    variables["PATH"] = f"{bin_}:{variables['PATH']}"
    done = subprocess.run([*words, script], cwd=folder, env=variables, capture_output=True, check=False)
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


def _condition(step):
    """When a step runs: only while nothing has failed, unless its condition asks for the state of the job itself."""
    condition = step.get("if", "success()").replace("${{", "").replace("}}", "")
    return condition if re.search(r"(success|failure|always|cancelled)\(\)", condition) else f"success() && {condition}"


@dataclass
class GitHub:
    """One run of the workflow."""

    folder: object
    bin: object
    event: str = "pull_request"
    head: str = "own/budgets"
    rights: str = "reads and writes"
    env: dict = field(default_factory=dict)
    steps: dict = field(default_factory=dict)
    """What each step that ran gave, by its name."""
    failed: bool = False

    def run(self, *only):
        """All steps in turn, or only some, of those that are installed for."""
        workflow = read((CI / "github.yml").read_text("utf-8"))
        self.env = workflow["env"] | self.env
        outcomes = {"install": "success"} if only else {}
        for step in workflow["jobs"]["budget"]["steps"]:
            if step.get("uses", "").partition("@")[0] in NOT_RUN or (only and step["name"] not in only):
                continue
            if not self._value(_condition(step), outcomes):
                outcomes[step.get("id")] = "skipped"
                continue
            ran = self.steps[step["name"]] = self._step(step)
            outcomes[step.get("id")] = "success" if ran.code == 0 else "failure"
            self.failed |= ran.code != 0 and step.get("continue-on-error") != "true"
        return self

    def _step(self, step):
        own = {
            name: re.sub(r"\$\{\{(.*?)\}\}", lambda found: str(self._value(found[1], {})), text)
            for name, text in step.get("env", {}).items()
        }
        given = {
            "GITHUB_ACTIONS": "true", "GITHUB_BASE_REF": "main" if self.event == "pull_request" else "",
            "GITHUB_STEP_SUMMARY": str(self.bin / "summary.md"),
        }  # fmt: skip
        return shell(["bash", "-e", "-c"], step["run"], self.folder, self.bin, **given, **self.env, **own)

    def _value(self, expression, outcomes):
        """What an expression of a workflow comes to."""
        known = {
            "success()": not self.failed,
            "cancelled()": False,
            "github.event_name": self.event,
            "github.repository": "own/budgets",
            "github.token": self.rights,
            "github.event.number": 7 if self.event == "pull_request" else "",
            "github.event.pull_request.head.repo.full_name": self.head if self.event == "pull_request" else "",
            **{f"steps.{name}.outcome": outcome for name, outcome in outcomes.items()},
        }
        words = re.findall(r"'[^']*'|[a-z][\w.]*(?:\(\))?|&&|\|\||[!=]=|!", expression)
        spoken = {"&&": "and", "||": "or", "!": "not", "==": "==", "!=": "!="}
        python = " ".join(word if word[0] == "'" else spoken.get(word) or repr(known[word]) for word in words)
        return eval(python)  # noqa: S307 - our own workflow


@dataclass
class GitLab:
    """One run of the job; ``variables`` are those of the server, and of the project."""

    folder: object
    bin: object
    variables: dict
    words: tuple = ("bash", "-eo", "pipefail", "-c")

    def run(self):
        job = read((CI / "gitlab-ci.yml").read_text("utf-8"))["budget"]
        script = "\n".join([*job["before_script"], *job["script"]])
        return shell(self.words, script, self.folder, self.bin, **{**job["variables"], **self.variables})
