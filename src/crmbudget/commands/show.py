"""``crmbudget show RESULT.json``."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from crmbudget import registry
from crmbudget.calling import Argument, Option
from crmbudget.commands._outcome import CONTRACTS, Format, Outcome, Output, fails, fails_from, level, usage
from crmbudget.finding import Finding, Place, Refused, nearest, one_of
from crmbudget.wording import say

if TYPE_CHECKING:
    from crmbudget.reporting.contracts._fields import Contract
    from crmbudget.reporting.envelope import Envelope

PREFIX = "crmbudget."


def _asked(name: str) -> str:
    return level(name) if name else name


FailOn = Annotated[
    str,
    Option(
        "--fail-on",
        metavar="LEVEL",
        callback=_asked,
        help="End as the findings would have ended the command: error, warning, info, never. Where left out, with 0.",
    ),
]


def run(
    result: Annotated[str, Argument(metavar="RESULT", help="What a command wrote as JSON; - is standard input.")],
    top: Annotated[
        int, Option(min=0, metavar="N", help="Rows of a long table to show; the rest is summed on one line.")
    ] = 10,
    format: Format = "",  # noqa: A002 - the option's name
    output: Output = [],  # noqa: B006 - typer copies it
    fail_on: FailOn = "",
) -> Outcome:
    """Show a stored result in another format, without the plan and the files that it came from."""
    from crmbudget.reporting.envelope import read_envelope
    from crmbudget.reporting.listing import REFUSED
    from crmbudget.reporting.views.stored import stored_report

    shown = say("standard input") if result == "-" else result.replace("\\", "/")
    envelope = read_envelope(_text(result, shown), shown)
    report = stored_report(envelope, _contract(envelope), top=top, fails_from=fails_from(fail_on or "error"))
    refused = report.exit_code >= REFUSED
    code = 0
    if fail_on:
        code = report.exit_code if refused else int(fails(report.findings, fail_on))
    tells = not refused and report.schema != "crmbudget.findings"
    return Outcome(report, format, tuple(output), fail_on or "error", tells=tells, briefly=True, code=code)


def _text(path: str, shown: str) -> str:
    """The text of the file; Refused where it cannot be read (exit code 2), or is not UTF-8 (3)."""
    from crmbudget.planning.plan_file import decoded

    text, finding = decoded(_content(path, shown), shown)
    if finding:
        raise Refused([finding])
    return text


def _content(path: str, shown: str) -> bytes:
    if path == "-":
        if sys.stdin is None:
            raise usage(say("standard input is closed"), say("name a file"))
        return sys.stdin.buffer.read()
    try:
        return Path(path).read_bytes()
    except FileNotFoundError as error:
        folder = Path(path).parent
        near = nearest(Path(path).name, [file.name for file in folder.glob("*.json")])
        fix = say("did you mean `{near}`?", near=(folder / near).as_posix()) if near else say("check the path")
        raise Refused([Finding("CB100", say("there is no file {path}", path=shown), Place(shown), fix)], 2) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        message = say("{path!r} cannot be opened: {reason}", path=shown, reason=reason)
        raise Refused(
            [Finding("CB100", message, Place(shown), say("check the path and who may read it"))], 2
        ) from error


def _contract(envelope: "Envelope") -> "Contract":
    """What an answer of that schema holds; Refused where the schema is not known."""
    known = registry.own_names(CONTRACTS)
    schema = envelope.part("schema", str)
    name = schema.removeprefix(PREFIX) if schema.startswith(PREFIX) else ""
    if name not in known:
        message = say("there is no schema `{schema}`", schema=schema)
        envelope.refuse("CB143", message, one_of(schema, [f"{PREFIX}{one}" for one in known]))
    found: Contract = registry.module(CONTRACTS, name).CONTRACT
    return found
