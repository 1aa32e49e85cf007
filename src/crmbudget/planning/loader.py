"""Plan files -> Plan and findings. The only place that reads a plan."""

import hashlib
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

from crmbudget.finding import Finding, Refused, Severity
from crmbudget.money import DECIMALS, Currency
from crmbudget.planning import references
from crmbudget.planning.plan import Plan
from crmbudget.planning.plan_file import content_of, decoded
from crmbudget.planning.scenarios import AT, base_findings, names_of
from crmbudget.planning.source import Source, read_source
from crmbudget.planning.understanding import understand
from crmbudget.wording import say

if TYPE_CHECKING:
    from crmbudget.planning.overlaying import Changed, Overlay, Pending

_PLANS = frozenset({".yaml", ".yml"})
QUOTED_MAX = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Input:
    """A file that the numbers came from, with the SHA-256 of its bytes in hex."""

    path: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """What reading a plan gave: ``plan`` is None where ``findings`` hold an error.

    ``draft`` is then what could be understood of it, good for finding more that is wrong, never for numbers.
    """

    plan: Plan | None
    source: Source
    findings: tuple[Finding, ...]
    inputs: tuple[Input, ...] = ()
    notes: tuple[str, ...] = ()
    draft: Plan | None = None
    scenario: str = ""
    """The scenario that was asked for."""
    changes: "tuple[Changed, ...]" = ()
    """What the scenario changes."""
    pending: "tuple[Pending, ...]" = ()
    """What it changes of the customer list, where that is not read."""

    @property
    def currency(self) -> Currency | None:
        """The currency that the plan names, where there is such a one."""
        return _currency(self.source)

    @property
    def ready(self) -> Plan:
        """The plan; Refused with the findings where there is none."""
        if self.plan is None:
            raise Refused(self.findings, currency=self.currency)
        return self.plan


def load_plan(path: str, overrides: Sequence[str] = (), scenario: str = "") -> Loaded:
    """Read a plan file and the file of customers or of lines that it names; ``overrides`` are ``key.key=value``.

    Where a ``scenario`` is named, it is laid over the plan, before the overrides. Refused (exit code 2) where the file
    cannot be opened, or has no such scenario; everything else that is wrong becomes findings.
    """
    opened = _open(path)
    return opened if opened.findings else _filled(_understood(opened, overrides, scenario), path, {})


def load_scenarios(path: str, overrides: Sequence[str] = (), content: bytes | None = None) -> list[Loaded]:
    """The plan as it is, and with each of its scenarios laid over it; the plan's file is read once.

    Where there is a ``content``, it is read as if the file held it.
    """
    opened, lists = _open(path, content), dict[str, Any]()
    if opened.findings:
        return [opened]
    base = _filled(_understood(opened, overrides, ""), path, lists)
    return [base, *(_filled(_understood(opened, overrides, name), path, lists) for name in names_of(base.source))]


def read_plan(text: str, path: str = "plan.yaml", overrides: Sequence[str] = (), scenario: str = "") -> Loaded:
    r"""The plan that a text holds; a file that it names is not read.

    >>> read_plan("currency: CNY\ntotal: 120万").ready.total
    120000000
    """
    return _understood(Loaded(None, read_source(text, path), ()), overrides, scenario)


def read_scenarios(text: str, path: str) -> list[Loaded]:
    """The plan that a text holds, and with each of its scenarios laid over it; files that it names are not read."""
    base = read_plan(text, path)
    opened = replace(base, source=read_source(text, path))
    return [base, *(_understood(opened, (), name) for name in names_of(base.source))]


def _open(path: str, content: bytes | None = None) -> Loaded:
    """The file's tree; a finding where it is no text."""
    content = content_of(path) if content is None else content
    inputs = (Input(path, hashlib.sha256(content).hexdigest()),)
    text, finding = decoded(content, path)
    if finding:
        return Loaded(None, Source(path), (finding,), inputs)
    return Loaded(None, read_source(text, path), (), inputs)


def _understood(opened: Loaded, overrides: Sequence[str], scenario: str) -> Loaded:
    """The plan of a tree with a scenario and overrides; the tree is left as it is."""
    source = opened.source
    if source.tree is None:
        return replace(opened, findings=tuple(source.findings))
    if not isinstance(source.tree, dict):
        message, fix = (
            say("a plan is a mapping of keys to values"),
            say("start with `currency:`, `total:` and `segments:`"),
        )
        return replace(opened, findings=(Finding("CB106", message, source.place(()), fix),))
    overlay = _laid(source, overrides, scenario) if overrides or scenario else None
    source = overlay.source if overlay else source
    draft, found = understand(source.tree, source, _currency(source))
    findings = [*source.findings, *(overlay.findings if overlay else ()), *found]
    if draft:
        findings += [*base_findings(draft, source), *references.findings(draft, source)]
    plan = None if _wrong(findings) else draft
    return replace(
        opened, plan=plan, source=source, findings=tuple(findings), draft=draft, scenario=scenario,
        changes=tuple(overlay.changes) if overlay else (), pending=overlay.pending if overlay else (),
    )  # fmt: skip


def _laid(source: Source, overrides: Sequence[str], scenario: str) -> "Overlay":
    """A copy of the source: what overrides a scenario itself comes first, then the scenario, then the other overrides."""
    from crmbudget.planning.overlaying import Overlay, overlaid
    from crmbudget.planning.overriding import override

    own = [text for text in overrides if text.partition("=")[0].partition(".")[0] == AT]
    overlay = Overlay(source.copy())
    for text in own:
        override(overlay.source, text)
    if scenario:
        overlay = overlaid(overlay.source, scenario)
    for text in overrides:
        if text not in own:
            override(overlay.source, text)
    return overlay


def _wrong(findings: Iterable[Finding]) -> bool:
    return any(finding.severity is Severity.ERROR for finding in findings)


def _filled(loaded: Loaded, path: str, lists: dict[str, Any]) -> Loaded:
    """The plan with what its files hold; ``lists`` remembers customer lists that several scenarios share."""
    if loaded.plan and loaded.plan.customers:
        from crmbudget.planning.customers import with_customers

        return _settled(with_customers(loaded, FilePath(path).parent, lists))
    if loaded.plan and loaded.plan.lines:
        from crmbudget.planning.lines import with_lines

        return with_lines(loaded, FilePath(path).parent)
    return loaded


def _settled(loaded: Loaded) -> Loaded:
    """The plan with what its scenario changes of the customer list."""
    if loaded.plan is None or not loaded.pending:
        return loaded
    from crmbudget.planning.scenario_customers import settled

    plan, changes, findings = settled(loaded.plan, loaded.pending)
    return replace(
        loaded, plan=None if findings else plan, pending=(), changes=(*loaded.changes, *changes),
        findings=(*loaded.findings, *findings),
    )  # fmt: skip


def read_text(path: str) -> str:
    """A text file beside a plan; Refused where it cannot be opened (exit code 2) or is not UTF-8 (3)."""
    text, finding = decoded(content_of(path), path)
    if finding:
        raise Refused([finding])
    return text


def lines_of(path: str) -> list[str]:
    """The lines of a file that a finding points into, as places count them; none where it cannot be shown."""
    try:
        file = FilePath(path)
        content = file.read_bytes() if file.is_file() and file.stat().st_size <= QUOTED_MAX else b""
    except (OSError, ValueError):
        return []
    text, finding = decoded(content, path)
    if file.suffix in _PLANS:
        return [] if finding else Source(path, text).lines()
    if finding:
        # A zero byte stands in no text of one byte for a letter: this is a workbook, or packed.
        text = "" if b"\0" in content else content.decode("gb18030", "ignore")
    lines = io.StringIO(text, newline=None).read().split("\n")
    return lines if lines[-1] else lines[:-1]


def _currency(source: Source) -> Currency | None:
    code = source.tree.get("currency") if isinstance(source.tree, dict) else None
    return Currency.of(code) if isinstance(code, str) and code in DECIMALS else None
