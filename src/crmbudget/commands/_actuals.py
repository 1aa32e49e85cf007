"""Which plan a file of actuals belongs to, and where its rows come from."""

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from crmbudget.commands._outcome import usage
from crmbudget.wording import say

NAME = "plan.yaml"
ROOTS = (".git", ".hg", ".svn")
STDIN = say("standard input")


def plan_of(named: str, actuals: Sequence[str]) -> tuple[str, str]:
    """The plan's path, and a note where it was not named: from the environment, else the nearest one."""
    if named:
        return named, ""
    if chosen := os.environ.get("CRMBUDGET_PLAN"):
        if not Path(chosen).is_file():
            raise usage(
                say("CRMBUDGET_PLAN names `{chosen}`, and there is no such file", chosen=chosen),
                say("correct it, or say --plan plan.yaml"),
            )
        return chosen, say("the plan is {chosen}, from CRMBUDGET_PLAN", chosen=chosen)
    first = next((path for path in actuals if path != "-"), "")
    start = Path(first).resolve().parent if first else Path.cwd()
    for folder in (start, *start.parents):
        found = folder / NAME
        if found.is_file():
            shown = _shown(found)
            return shown, say("the plan is {shown}, the nearest plan.yaml", shown=shown)
        if any((folder / name).exists() for name in ROOTS):
            break
    raise usage(
        say("there is no {name} in {start} or above it", name=NAME, start=start.as_posix()),
        say("name the plan: --plan plan.yaml"),
    )


def _shown(path: Path) -> str:
    """A path as seen from the folder we are in, where the one is above the other."""
    here = Path.cwd()
    near = path.is_relative_to(here) or here.is_relative_to(path.parent)
    return Path(os.path.relpath(path) if near else path).as_posix()


def from_root(path: str) -> str:
    """The path of a file as seen from the root of its repository, else from where we are; as it is where it is neither."""
    file, here = Path(os.path.abspath(path)), Path.cwd()  # noqa: PTH100 - a link is named as it was
    root = next((folder for folder in file.parents if any((folder / name).exists() for name in ROOTS)), here)
    near = file.is_relative_to(root) and os.path.exists(file)  # noqa: PTH110 - never raises
    return file.relative_to(root).as_posix() if near else path.replace("\\", "/")


@contextmanager
def files_of(actuals: Sequence[str]) -> Iterator[tuple[list[tuple[Path, str]], list[str]]]:
    """The files with the names by which they are shown, and notes about them.

    What can be read only once, as standard input, is put into a file for as long as the block runs.
    """
    files: list[tuple[Path, str]] = []
    notes: list[str] = []
    known: dict[Path, str] = {}
    with TemporaryDirectory(prefix="crmbudget-", ignore_cleanup_errors=True) as scratch:
        for path in actuals:
            own, shown = Path(path).resolve(), STDIN if path == "-" else path.replace("\\", "/")
            if own in known:
                notes.append(say("{shown} is named more than once, and read once", shown=shown))
                continue
            known[own] = shown
            files.append((_copied(path, Path(scratch) / str(len(files))), shown))
        yield files, notes


def _copied(path: str, copy: Path) -> Path:
    """The file, or a copy of what flows in only once."""
    source = Path(path)
    if path == "-":
        if sys.stdin is None:
            raise usage(say("standard input is closed"), say("name a file"))
        with copy.open("wb") as target:
            shutil.copyfileobj(sys.stdin.buffer, target)
        return copy
    if not source.exists() or source.is_file() or source.is_dir():
        return source
    with source.open("rb") as flow, copy.open("wb") as target:
        shutil.copyfileobj(flow, target)
    return copy
