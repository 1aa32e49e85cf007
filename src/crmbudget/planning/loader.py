"""Plan files -> Plan and findings. The only place that reads a plan."""

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path as FilePath

from crmbudget.finding import Finding, Place, Refused, Severity, nearest
from crmbudget.money import DECIMALS, Currency
from crmbudget.planning import references
from crmbudget.planning.plan import Plan
from crmbudget.planning.source import BYTES_MAX, Path, Source, read_source
from crmbudget.planning.understanding import understand

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


def load_plan(path: str, overrides: Sequence[str] = ()) -> Loaded:
    """Read a plan file and the file of customers or of lines that it names; ``overrides`` are ``key.key=value``.

    Refused (exit code 2) where the file cannot be opened; everything else that is wrong becomes findings.
    """
    content = _read(path)
    inputs = (Input(path, hashlib.sha256(content).hexdigest()),)
    text, finding = _decode(content, path)
    if finding:
        return Loaded(None, Source(path), (finding,), inputs)
    loaded = read_plan(text, path, overrides)
    loaded = replace(loaded, inputs=inputs)
    if loaded.plan and loaded.plan.customers:
        from crmbudget.planning.customers import with_customers

        return with_customers(loaded, FilePath(path).parent)
    if loaded.plan and loaded.plan.lines:
        from crmbudget.planning.lines import with_lines

        return with_lines(loaded, FilePath(path).parent)
    return loaded


def read_plan(text: str, path: str = "plan.yaml", overrides: Sequence[str] = ()) -> Loaded:
    r"""The plan that a text holds; a file that it names is not read.

    >>> read_plan("currency: CNY\ntotal: 120万").ready.total
    120000000
    """
    source = read_source(text, path)
    if source.tree is None:
        return Loaded(None, source, tuple(source.findings))
    if not isinstance(source.tree, dict):
        message = "a plan is a mapping of keys to values"
        return Loaded(
            None,
            source,
            (Finding("CB106", message, source.place(()), "start with `currency:`, `total:` and `segments:`"),),
        )
    for override in overrides:
        _override(source, override)
    draft, found = understand(source.tree, source, _currency(source))
    findings = [*source.findings, *found]
    if draft:
        findings += references.findings(draft, source)
    wrong = any(finding.severity is Severity.ERROR for finding in findings)
    return Loaded(None if wrong else draft, source, tuple(findings), draft=draft)


def read_text(path: str) -> str:
    """A text file beside a plan; Refused where it cannot be opened (exit code 2) or is not UTF-8 (3)."""
    text, finding = _decode(_read(path), path)
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
    text, finding = _decode(content, path)
    if file.suffix in _PLANS:
        return [] if finding else Source(path, text).lines()
    if finding:
        # A zero byte stands in no text of one byte for a letter: this is a workbook, or packed.
        text = "" if b"\0" in content else content.decode("gb18030", "ignore")
    lines = io.StringIO(text, newline=None).read().split("\n")
    return lines if lines[-1] else lines[:-1]


def _read(path: str) -> bytes:
    try:
        file = FilePath(path)
        if file.is_file() and file.stat().st_size > BYTES_MAX:
            raise _cannot(
                "CB102",
                f"{path} is over {BYTES_MAX // 2**20} MiB",
                path,
                "keep customers in a file of their own, under `customers:`",
                3,
            )
        return file.read_bytes()
    except FileNotFoundError as error:
        raise _missing(path) from error
    except IsADirectoryError as error:
        inside = FilePath(path) / "plan.yaml"
        fix = f"name the file: {inside.as_posix()}" if inside.is_file() else "name the plan file itself"
        raise _cannot("CB100", f"{path} is a folder, not a file", path, fix, 2) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _cannot(
            "CB100", f"{path!r} cannot be opened: {reason}", path, "check the path and who may read it", 2
        ) from error


def _missing(path: str) -> Refused:
    folder = FilePath(path).parent
    try:
        names = sorted(file.name for file in folder.iterdir() if file.suffix in {".yaml", ".yml"})
    except OSError:
        names = []
    near = nearest(FilePath(path).name, names) if names else None
    fix = (
        f"did you mean `{(folder / near).as_posix()}`?"
        if near
        else "check the path, or start from examples/small/plan.yaml"
    )
    return _cannot("CB100", f"there is no file {path}", path, fix, 2)


def _cannot(code: str, message: str, path: str, fix: str, exit_code: int) -> Refused:
    return Refused([Finding(code, message, Place(path), fix)], exit_code)


def _decode(content: bytes, path: str) -> tuple[str, Finding | None]:
    encoding = "utf-16" if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    try:
        return content.decode(encoding), None
    except UnicodeDecodeError as error:
        content = error.object
        before = content[: error.start]
        line, column = before.count(b"\n") + 1, len(before.rpartition(b"\n")[2].decode("utf-8", "replace")) + 1
        message = f"this is not UTF-8: byte 0x{content[error.start]:02X}{_guess(content)}"
        return "", Finding("CB105", message, Place(path, line, column, column + 1), "save the file as UTF-8")


def _guess(content: bytes) -> str:
    try:
        text = content.decode("gb18030")
    except UnicodeDecodeError:
        return ""
    return ", and it reads well as GB18030" if any("\u4e00" <= sign <= "\u9fff" for sign in text) else ""


def _override(source: Source, override: str) -> None:
    """Put the value of ``key.key=value`` into the tree; a key with dots in it is found too."""
    target, equals, text = override.partition("=")
    place = Place(f"--set {override}")
    if not equals or not target:
        raise Refused([Finding("CB124", f"`{override}` does not set anything", place, "write --set total=1.5m")], 2)
    value = read_source(text, place.path)
    tree = source.tree
    at: Path = ()
    rest = target
    while rest:
        if not isinstance(tree, dict):
            raise Refused(
                [Finding("CB124", f"`{'.'.join(map(str, at))}` holds no keys", place, "name a key that holds others")],
                2,
            )
        key = _next_key(tree, rest)
        at, rest = (*at, key), rest[len(key) + 1 :]
        source.keys.setdefault(at, place)
        tree = _step_in(tree, key, last=not rest, value=value.tree if value.tree is not None else text)
    for places in (source.keys, source.values):
        for stale in [path for path in places if path[: len(at)] == at]:
            del places[stale]
        places[at] = place


def _next_key(tree: dict[str, object], rest: str) -> str:
    fitting = [key for key in tree if rest == key or rest.startswith(f"{key}.")]
    return max(fitting, key=len) if fitting else rest.partition(".")[0]


def _step_in(tree: dict[str, object], key: str, *, last: bool, value: object) -> object:
    if last:
        tree[key] = value
        return value
    inner = tree.get(key)
    tree[key] = dict(inner) if isinstance(inner, dict) else {} if inner is None or inner == "" else inner
    return tree[key]


def _currency(source: Source) -> Currency | None:
    code = source.tree.get("currency") if isinstance(source.tree, dict) else None
    return Currency.of(code) if isinstance(code, str) and code in DECIMALS else None
