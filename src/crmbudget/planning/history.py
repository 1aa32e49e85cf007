"""A plan, and the files that it names, as they stood at a commit: read from git's objects, without a checkout.

Git is asked for objects only: no hook, pager or filter runs, nothing is fetched, and neither index nor files are touched.
"""

import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path as FilePath
from pathlib import PurePosixPath
from shlex import quote
from tempfile import TemporaryDirectory
from typing import IO

from crmbudget.finding import Finding, Place, Refused, one_of
from crmbudget.planning.loader import Input, Loaded, load_plan
from crmbudget.wording import say

_LFS = b"version https://git-lfs.github.com/spec/"
_QUIET = {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}


def load_plan_at(path: str, ref: str) -> Loaded:
    """The plan that stood at ``path`` at a commit, a tag or a branch; all places in it begin with ``ref:``.

    Refused (exit code 2) where git cannot give it, or a file that it names.
    """
    here, tree = FilePath(path), _Tree(ref, path)
    if ".." in ref:
        one = ref.partition("..")[0] or "HEAD"
        raise tree.refused(
            say("`{ref}` is a range of commits, and a plan stands at one", ref=ref),
            say("say --base-ref {quote}", quote=quote(one)),
        )
    plan = tree.inside(here)
    tree.resolve()
    with TemporaryDirectory(prefix="crmbudget-", ignore_cleanup_errors=True) as scratch:
        label = _label(scratch, ref)
        copy = FilePath(scratch) / plan
        tree.copy(plan, copy, say("there is no {plan} at `{ref}`", plan=plan, ref=ref), Place(f"--base-ref {ref}"))
        try:
            loaded = load_plan(str(copy))
            if _copied(tree, loaded, plan, FilePath(scratch), label):
                loaded = load_plan(str(copy))
        except Refused as refused:
            findings = [_renamed(finding, label) for finding in refused.findings]
            raise Refused(findings, refused.exit_code, refused.currency) from None
        return _relabelled(loaded, label)


def _copied(tree: "_Tree", loaded: Loaded, plan: PurePosixPath, scratch: FilePath, label: "Label") -> bool:
    """Whether the plan names a file, which is then beside its copy."""
    for key in ("customers", "lines"):
        part = getattr(loaded.draft, key, None)
        if part is None:
            continue
        found = loaded.source.place((key, "from"))
        place = replace(found, path=label(found.path))
        beside = _normal(plan.parent / part.source)
        if beside is None or FilePath(part.source).is_absolute():
            message = say("{plan} names {source}, which is not in the repository", plan=plan, source=part.source)
            raise tree.refused(message, say("name it by a path inside the repository"), place)
        missing = say(
            "there is no {beside} at `{ref}`, and {plan} names it there", beside=beside, ref=tree.ref, plan=plan
        )
        tree.copy(beside, scratch / beside, missing, place)
        return True
    return False


def _normal(path: PurePosixPath) -> PurePosixPath | None:
    """The path without ``..``; None where it leaves the repository."""
    parts: list[str] = []
    for part in path.parts:
        if part == ".." and not parts:
            return None
        parts = parts[:-1] if part == ".." else [*parts, part]
    return PurePosixPath(*parts)


@dataclass
class _Tree:
    """The files of one commit."""

    ref: str
    path: str
    commit: str = ""
    root: str = ""

    def inside(self, path: FilePath) -> PurePosixPath:
        """The plan's path from the root of the work tree; Refused where it is in none."""
        answer = self._git("rev-parse", "--show-toplevel")
        if answer.returncode:
            told = answer.stderr.decode("utf-8", "replace").strip().partition("\n")[0].removeprefix("fatal: ")
            raise self.refused(
                say("git cannot look here: {told}", told=told), say("run it in the repository of the plan")
            )
        self.root = os.path.realpath(os.fsdecode(answer.stdout).removesuffix("\n"))
        folder = FilePath(os.path.realpath(path.parent))
        if not folder.is_relative_to(self.root):
            raise self.refused(
                say("{path} is not in the repository {root}", path=path.as_posix(), root=self.root),
                say("unset GIT_DIR"),
            )
        return PurePosixPath((folder.relative_to(self.root) / path.name).as_posix())

    def resolve(self) -> None:
        """Finds the commit; Refused where there is none of that name."""
        name = f"{self.ref}^{{commit}}"
        answer = self._git("rev-parse", "--verify", "--quiet", "--end-of-options", name)
        if answer.returncode:
            raise self.refused(say("there is no commit `{ref}` in this repository", ref=self.ref), self._near())
        self.commit = answer.stdout.decode("ascii").strip()

    def _near(self) -> str:
        """What may be meant by a name that leads nowhere."""
        if self._git("rev-parse", "--is-shallow-repository").stdout.strip() == b"true":
            return say("this clone is shallow: git fetch --unshallow, or `fetch-depth: 0` where a workflow checks out")
        listed = self._git("for-each-ref", "--format=%(refname:short)").stdout.decode("utf-8", "replace").split()
        remote, _, branch = self.ref.partition("/")
        remotes = self._git("remote").stdout.decode("utf-8", "replace").split()
        return (
            say("fetch it: git fetch {remote} {branch}", remote=remote, branch=branch)
            if branch and remote in remotes
            else one_of(self.ref, listed)
        )

    def copy(self, path: PurePosixPath, target: FilePath, missing: str, place: Place) -> None:
        """Puts a file of the commit at ``target``, symbolic links in the commit followed; Refused where there is none."""
        asked = f"{self.commit}:{path}\n".encode("utf-8", "surrogateescape")
        answer = self._git("cat-file", "--batch-check", "--follow-symlinks", asked=asked)
        name, _, kind = answer.stdout.partition(b"\n")[0].partition(b" ")
        if answer.returncode or b":" in name or not kind.startswith(b"blob "):
            raise self.refused(missing, self._elsewhere(path), place)
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as file:
            self._git("cat-file", "blob", name.decode("ascii"), into=file)
        with target.open("rb") as file:
            if file.read(len(_LFS)) == _LFS:
                message = say(
                    "{path} is in Git LFS, so git itself has only a pointer to it at `{ref}`", path=path, ref=self.ref
                )
                raise self.refused(message, say("check `{ref}` out beside this folder", ref=self.ref), place)

    def _elsewhere(self, path: PurePosixPath) -> str:
        listed = self._git("ls-tree", "-r", "-z", "--name-only", "--full-tree", self.commit).stdout
        names = [PurePosixPath(name) for name in os.fsdecode(listed).split("\0")]
        if path in names:
            return say(
                "git has no content for it: fetch it, as by git show {commit}:{path}",
                commit=self.commit[:12],
                path=path,
            )
        same = next((name for name in names if name.name == path.name), None)
        if same is None:
            return say("name a commit that has it")
        older = quote(FilePath(os.path.relpath(FilePath(self.root) / same)).as_posix())
        return say(
            "it may have moved: crmbudget diff {older} {quote} --base-ref {quote2}",
            older=older,
            quote=quote(self.path),
            quote2=quote(self.ref),
        )

    def _git(
        self, *arguments: str, asked: bytes = b"", into: "IO[bytes] | int" = subprocess.PIPE
    ) -> "subprocess.CompletedProcess[bytes]":
        """Git's answer; beside the plan, unless the environment says which repository."""
        command = ["git", "--no-pager", "-c", "core.fsmonitor=false", *arguments]
        folder = None if "GIT_DIR" in os.environ else _folder(FilePath(self.path))
        environment = {**os.environ, **_QUIET}
        try:
            return subprocess.run(  # noqa: S603 - git, and names that it never takes for options
                command, cwd=folder, input=asked, stdout=into, stderr=subprocess.PIPE, check=False, env=environment
            )
        except FileNotFoundError:
            raise self.refused(say("git is not installed here"), say("install git")) from None

    def refused(self, message: str, fix: str, place: Place | None = None) -> Refused:
        """The answer where git cannot give the older plan."""
        by_hand = say(
            "{fix}; or name the older plan as a file: crmbudget diff OLDER.yaml {quote}",
            fix=fix,
            quote=quote(self.path),
        )
        return Refused([Finding("CB601", message, place or Place(f"--base-ref {self.ref}"), by_hand)], 2)


def _folder(path: FilePath) -> FilePath:
    """The folder of a file, or the nearest above it that there is."""
    return next((folder for folder in path.absolute().parents if folder.is_dir()), path.parent)


Label = Callable[[str], str]


def _label(scratch: str, ref: str) -> Label:
    """Says the commit where a text says the folder of the copies."""
    folders = dict.fromkeys((f"{scratch}{os.sep}", f"{FilePath(scratch).as_posix()}/"))

    def label(text: str) -> str:
        for folder in folders:
            text = text.replace(folder, f"{ref}:")
        return text

    return label


def _relabelled(loaded: Loaded, label: Label) -> Loaded:
    """The plan with all its places in the commit."""
    source = loaded.source
    shown = replace(
        source,
        path=label(source.path),
        values={at: replace(place, path=label(place.path)) for at, place in source.values.items()},
        keys={at: replace(place, path=label(place.path)) for at, place in source.keys.items()},
        findings=[_renamed(finding, label) for finding in source.findings],
    )
    return replace(
        loaded,
        source=shown,
        findings=tuple(_renamed(finding, label) for finding in loaded.findings),
        inputs=tuple(Input(label(one.path), one.sha256) for one in loaded.inputs),
        notes=tuple(map(label, loaded.notes)),
    )


def _renamed(finding: Finding, label: Label) -> Finding:
    place = finding.place
    return replace(
        finding,
        message=label(finding.message),
        fix=finding.fix and label(finding.fix),
        place=place and replace(place, path=label(place.path)),
        related=tuple((label(text), replace(at, path=label(at.path))) for text, at in finding.related),
    )
