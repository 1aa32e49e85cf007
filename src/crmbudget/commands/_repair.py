"""Plans repaired: what ``check --fix`` writes, and ``check --diff`` only shows."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated

from crmbudget.calling import Option
from crmbudget.commands._outcome import Outcome
from crmbudget.wording import say, say_count

if TYPE_CHECKING:
    from crmbudget.finding import Finding
    from crmbudget.planning.loader import Loaded
    from crmbudget.planning.repairing import Looked, Repaired
    from crmbudget.reporting.excerpt import LinesOf

Fix = Annotated[bool, Option("--fix", help="Repair in the files what has one right repair, and tell what is left.")]
Diff = Annotated[bool, Option("--diff", help="Print what --fix would repair, as a patch, and write nothing.")]
FOLLOW_ON = frozenset({"CB121", "CB205", "CB206", "CB210", "CB212", "CB213", "CB215"})
"""What is missing from a draft may only be missing because it could not be read."""


@dataclass(frozen=True, slots=True)
class Mended:
    """A plan's file as it is and as it is with its repairs, and the lines of that, as places count them."""

    path: str
    before: bytes
    after: bytes
    lines: "Sequence[str]"
    repairs: "tuple[Repaired, ...]" = ()


def mended_all(paths: "Sequence[str]") -> dict[str, Mended]:
    """Each file once, with everything repaired that has one right repair; Refused where one cannot be opened."""
    return {path: _mended(path) for path in paths}


def _mended(path: str) -> Mended:
    from crmbudget.planning.plan_file import content_of, decoded, encoded
    from crmbudget.planning.repairing import repaired
    from crmbudget.planning.source import Source

    content = content_of(path)
    text, _ = decoded(content, path)
    text, repairs = repaired(text, path, lambda text: _look(text, path))
    return Mended(path, content, encoded(text, content) if repairs else content, Source(path, text).lines(), repairs)


def _look(text: str, path: str) -> "Looked":
    """What is wrong with a plan and its scenarios, as far as its own text says."""
    from crmbudget.planning.loader import read_scenarios
    from crmbudget.planning.repairing import Looked

    read = read_scenarios(text, path)
    findings = [finding for one in read for finding in (*one.findings, *step_findings(one))]
    return Looked(tuple(findings), read[0].source.tree is not None)


def step_findings(loaded: "Loaded") -> "list[Finding]":
    """What is wrong with the steps of a plan that may not be whole."""
    from crmbudget.allocation.steps import ready_steps

    if loaded.draft is None or "lines" in loaded.source.tree:
        return []
    return [one for one in ready_steps(loaded.draft, loaded.source)[1] if one.code not in FOLLOW_ON]


def lines_after(mended: "Mapping[str, Mended]") -> "LinesOf":
    """The lines that places point into: those of the repaired plans, of other files as they are."""
    from crmbudget.planning.loader import lines_of

    return lambda path: mended[path].lines if path in mended else lines_of(path)


def notes_of(
    mended: "Mapping[str, Mended]", paths: "Sequence[str]", findings: "Sequence[Finding]", *, written: bool
) -> list[str]:
    """What becomes of each plan's repairs; without --fix and --diff, how to see those that there are."""
    if not mended:
        return list(_hint(paths, findings))
    return [_note(one, written=written) for one in mended.values()]


def _hint(paths: "Sequence[str]", findings: "Sequence[Finding]") -> Iterator[str]:
    # What is wrong in a plan is found in each of its scenarios, and is repaired once.
    repairs = {(one.place.path, one.repair) for one in findings if one.repair and one.place}
    if repairs:
        named = shlex.join(path for path in dict.fromkeys(paths) if path in dict(repairs))
        yield say_count(
            "{count} of these has one right repair: crmbudget check {paths} --diff shows it",
            "{count} of these have one right repair: crmbudget check {paths} --diff shows them",
            len(repairs), paths=named,
        )  # fmt: skip


def _note(mended: Mended, *, written: bool) -> str:
    from crmbudget.reporting.views.repairs import repair_count

    count = repair_count(len(mended.repairs))
    if not mended.repairs:
        return say("{path}: nothing to repair", path=mended.path)
    if written:
        return say("{path}: {count}, written", path=mended.path, count=count)
    return say(
        "{path}: {count}; crmbudget check {quoted} --fix writes them",
        path=mended.path,
        count=count,
        quoted=shlex.quote(mended.path),
    )


def with_repairs(outcome: Outcome, mended: "Mapping[str, Mended]", top: int, *, diff: bool) -> Outcome:
    """The outcome with what was repaired, and the files to write or the patch to print."""
    from crmbudget.reporting import patching
    from crmbudget.reporting.views import repairs

    changed = [one for one in mended.values() if one.repairs]
    report = repairs.with_repairs(outcome.report, [done for one in changed for done in one.repairs], top)
    if not diff:
        return replace(outcome, report=report, rewritten=tuple((one.path, one.after) for one in changed))
    asks = bool(changed) and outcome.fail_on != "never"
    patch = b"".join(patching.patch(one.path, one.before, one.after) for one in changed)
    return replace(outcome, report=replace(report, exit_code=report.exit_code or int(asks)), patch=patch)
