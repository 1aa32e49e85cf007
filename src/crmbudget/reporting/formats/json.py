"""One envelope for all commands; money as decimal strings."""

import json
from collections.abc import Iterator
from typing import Any

from crmbudget import __version__
from crmbudget.finding import Finding, Place
from crmbudget.reporting.report import SCHEMA_VERSION, Kind, Report, Screen, Table, escaped, exact, json_text

ENDINGS = (".json",)
FOR_PROGRAMS = True
UTF8 = True


def render(report: Report, screen: Screen) -> Iterator[str]:  # noqa: ARG001
    """The envelope, one result on each line; a stored one as it is."""
    if report.document is not None:
        yield json.dumps(report.document, ensure_ascii=False, indent=2) + "\n"
        return
    if report.stored:
        yield escaped(report.stored)
        return
    head: dict[str, Any] = {
        "schema": report.schema,
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "crmbudget", "version": __version__},
        "command": report.command,
        "currency": report.currency.code if report.currency else None,
        "inputs": [{"path": path, "sha256": sha256} for path, sha256 in report.inputs],
        "summary": {column.key: exact(value, column.kind, report.currency) for column, value in report.summary},
    }
    yield "{" + ",\n ".join(f"{json_text(key)}: {json_text(value)}" for key, value in head.items())
    yield from _list("results", _records(report.records, report))
    for name, table in report.annexes:
        yield from _list(name, _records(table, report))
    yield from _list("diagnostics", (json_text(diagnostic(finding, report)) for finding in report.findings))
    yield f',\n "exit_code": {report.exit_code}}}\n'


def _list(name: str, members: Iterator[str]) -> Iterator[str]:
    yield f',\n "{name}": ['
    for number, member in enumerate(members):
        yield f"{',' if number else ''}\n  {member}"
    yield "]"


def _records(table: Table | None, report: Report) -> Iterator[str]:
    """One JSON object per record; written piecewise, since there may be a million."""
    if table is None:
        return
    columns = table.columns
    heads = [f"{'' if place == 0 else ', '}{json_text(column.key)}: " for place, column in enumerate(columns)]
    texts: list[dict[Any, str]] = [{} for _ in columns]
    for row in table.rows:
        parts = []
        for value, column, head, known in zip(row, columns, heads, texts, strict=True):
            if column.kind is Kind.MONEY and report.currency and value is not None:
                parts.append(f'{head}"{report.currency.text(value)}"')
                continue
            if value not in known:
                known[value] = json_text(exact(value, column.kind, report.currency))
            parts.append(head + known[value])
        yield "{" + "".join(parts) + "}"


def diagnostic(finding: Finding, report: Report) -> dict[str, Any]:
    """A finding as the contract writes it; ``effect`` and ``related`` only where there are any."""
    money = report.currency.text(finding.money) if report.currency and finding.money is not None else None
    found: dict[str, Any] = {
        "code": finding.code, "severity": str(finding.severity), "message": finding.message, **_place(finding.place),
        "money": money, "fix": finding.fix,
    }  # fmt: skip
    if finding.effect:
        found["effect"] = finding.effect
    if finding.related:
        found["related"] = [{"message": text, **_place(at)} for text, at in finding.related]
    return found


def _place(place: Place | None) -> dict[str, Any]:
    """Where it is; ``end_column``, one past the last, only where it is known."""
    found = (
        {"path": place.path, "line": place.line, "column": place.column}
        if place
        else dict.fromkeys(("path", "line", "column"))
    )
    return {**found, "end_column": place.end} if place and place.end else found
