"""Runs the command line in the tests' own process, or in one of its own."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
TODAY = "1795478400"
"""The day of every run, 2026-11-24, in seconds since 1970."""


@dataclass(frozen=True)
class Ran:
    """What a run gave."""

    code: int
    out: str
    err: str


def run(*arguments, cwd=ROOT, stdin=None, **environment):
    """One run in a process of its own, with a bare environment."""
    finished = subprocess.run(
        [sys.executable, "-m", "crmbudget", *map(str, arguments)],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        check=False,
        env=bare(environment),
    )
    encoding = environment.get("PYTHONIOENCODING", "utf-8").partition(":")[0]
    return Ran(finished.returncode, finished.stdout.decode(encoding), finished.stderr.decode(encoding))


def bare(environment):
    """The variables a run needs, and those that are asked for."""
    kept = {
        name: os.environ[name]
        for name in ("PATH", "PYTHONPATH", "SYSTEMROOT", "COVERAGE_PROCESS_START")
        if name in os.environ
    }
    return {**kept, "PYTHONIOENCODING": "utf-8", "SOURCE_DATE_EPOCH": TODAY, **environment}


def here(monkeypatch, capsys, *arguments, cwd=ROOT):
    """One run in this process, which is faster."""
    from crmbudget.cli import main

    monkeypatch.chdir(cwd)
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CRMBUDGET_LANG", "en")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", TODAY)
    code = main([str(argument) for argument in arguments])
    captured = capsys.readouterr()
    return Ran(code, captured.out, captured.err)
