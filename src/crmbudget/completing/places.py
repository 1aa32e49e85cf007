"""Words that come from where one stands: files, the plan that is nearest, and the names of commits."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from crmbudget.completing.offer import Offer

PLANS = (".yaml", ".yml")
ACTUALS = (".csv", ".tsv", ".txt", ".gz", ".xlsx", ".parquet")
ROOTS = (".git", ".hg", ".svn")


def real(text: str) -> str:
    """The path that a shell makes of a text: a home folder and exported variables are put in."""
    return os.path.expandvars(os.path.expanduser(text))  # noqa: PTH111 - a path is a text


def files(word: str, endings: Sequence[str] = ()) -> Iterator[Offer]:
    """Folders, and files of these endings (all where none is named), below what is typed of a path."""
    base = os.path.basename(word)  # noqa: PTH119 - a path is a text
    head = word[: len(word) - len(base)]
    for name, is_folder in sorted(_listed(real(head) or ".")):
        if name.startswith(".") and not base.startswith("."):
            continue
        if is_folder:
            yield Offer(f"{head}{name}/", more=True, head=len(head))
        elif not endings or name.lower().endswith(tuple(endings)):
            yield Offer(head + name, head=len(head))


def _listed(folder: str) -> list[tuple[str, bool]]:
    try:
        with os.scandir(folder) as entries:
            return [(entry.name, _is_folder(entry)) for entry in entries]
    except (OSError, ValueError):
        return []


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def targets(word: str, endings: Sequence[str]) -> Iterator[Offer]:
    """Files to write: those there are, and what is typed with each ending that chooses a format."""
    yield from files(word, endings)
    base = os.path.basename(word)  # noqa: PTH119 - a path is a text
    stem = os.path.splitext(base)[0]  # noqa: PTH122 - as above
    if stem not in {"", ".", "..", "~"} and not Path(real(word)).is_dir():
        head = word[: len(word) - len(base)]
        yield from (Offer(f"{head}{stem}{ending}", head=len(head)) for ending in endings)


def nearest_plan(beside: str) -> str:
    """The nearest plan.yaml, from a file's folder up to the root of its repository; empty where there is none."""
    start = Path(real(beside)).absolute().parent if beside else Path.cwd()
    for folder in (start, *start.parents):
        if (folder / "plan.yaml").is_file():
            return str(folder / "plan.yaml")
        if any((folder / name).exists() for name in ROOTS):
            break
    return ""


def commits() -> Iterator[Offer]:
    """Branches and tags of the repository that one stands in, as git lists them."""
    import subprocess

    command = [
        "git",
        "--no-pager",
        "-c",
        "core.fsmonitor=false",
        "for-each-ref",
        "--count=500",
        "--format=%(refname:short)",
    ]
    try:
        told = subprocess.run(command, capture_output=True, check=False, timeout=2)  # noqa: S603 - git, and nothing typed
    except (OSError, subprocess.TimeoutExpired):
        return
    yield Offer("HEAD")
    yield from (Offer(name) for name in told.stdout.decode("utf-8", "replace").splitlines())
