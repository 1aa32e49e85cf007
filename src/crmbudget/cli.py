"""The command line: finds commands by file name, writes what they answer, and maps outcomes to exit codes.

Only this module names an exit code. Imports wait until they are needed, so that
``--version`` costs nothing.
"""

import contextlib
import gc
import importlib
import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from crmbudget import __version__
from crmbudget.wording import say

if TYPE_CHECKING:
    from crmbudget.commands._outcome import Outcome
    from crmbudget.finding import Refused

OK, FINDINGS, USAGE, BUG, INTERRUPTED, PIPE_CLOSED = 0, 1, 2, 70, 130, 141
COMMANDS = "crmbudget.commands"
_SCHEMAS = {
    "allocate": "crmbudget.allocation", "check": "crmbudget.findings", "variance": "crmbudget.variance", "diff": "crmbudget.diff",
    "explain": "crmbudget.explanation", "scenarios": "crmbudget.scenarios", "init": "crmbudget.start",
}  # fmt: skip


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line; the answer is the exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    debug = "--debug" in arguments
    arguments = [argument for argument in arguments if argument != "--debug"]
    _open_streams()
    collects = gc.isenabled()
    gc.disable()  # a short run is over before there is anything to collect
    try:
        code = _answer(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        _silence()
        code = PIPE_CLOSED
    except KeyboardInterrupt:
        code = INTERRUPTED
    except Exception as error:
        if debug:
            raise
        sys.stderr.write(
            say(
                "a bug in crmbudget: {name}: {error}\nrun it again with --debug, and report what it prints\n",
                name=type(error).__name__,
                error=error,
            )
        )
        code = BUG
    finally:
        if collects:
            gc.enable()
        if argv is None:
            gc.freeze()  # the process ends: its last collection need not walk through all that there is
    return code


def _open_streams() -> None:
    """A closed stream swallows what is written; a stream of a narrow code page escapes what it cannot hold."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115 - lives as long as we do
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _silence() -> None:
    """Keeps the interpreter from complaining about the closed pipe when it exits."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, sys.stdout.fileno())


def _answer(arguments: list[str]) -> int:
    if arguments == ["--version"]:
        sys.stdout.write(say("crmbudget {version}\n", version=__version__))
        return OK
    if arguments[:1] == ["__complete"]:
        return _complete(arguments[1:])
    # Plug-ins of pydantic have no part in a plan.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    _put_off_metadata()
    from crmbudget.commands._language import read_in, without_language
    from crmbudget.finding import Refused

    arguments, asked = without_language(arguments)
    try:
        read_in(asked)
        outcome = _run(arguments)
        return _show(outcome) if outcome else OK if arguments else USAGE
    except Refused as refused:
        return _refuse(refused, arguments)


def _complete(arguments: list[str]) -> int:
    """Answers a shell's TAB, quiet whatever happens; always UTF-8."""
    _put_off_metadata()
    with contextlib.suppress(Exception):
        from crmbudget.completing.answer import answer

        sys.stdout.reconfigure(encoding="utf-8", errors="surrogateescape", newline="\n")  # type: ignore[union-attr]
        sys.stdout.write(answer(arguments))
    return OK


def _put_off_metadata() -> None:
    """Lets ``importlib.metadata`` wait until it is used.

    pydantic imports it to look for plug-ins of its own, which are switched off here; the import alone (archives, mail
    headers, sockets) would take a twentieth of a small plan's time.
    """
    name = "importlib.metadata"
    if name in sys.modules:
        return

    def real() -> Any:
        if sys.modules.get(name) is later:
            del sys.modules[name]
        return importlib.import_module(name)

    def of_real(attribute: str) -> Any:
        if attribute.startswith("__"):  # an import statement asks for a path of its own, and uses nothing
            raise AttributeError(attribute)
        return getattr(real(), attribute)

    later: Any = type(sys)(name)
    later.__getattr__ = of_real
    later.entry_points = lambda **selected: real().entry_points(**selected)
    sys.modules[name] = later


def _run(arguments: list[str]) -> "Outcome | None":
    """What the command answers; None where typer answered itself, as for ``--help``."""
    from crmbudget import calling, registry

    name = next(iter(arguments), "")
    known = name in _commands()
    if known:
        command = registry.module(COMMANDS, name).run
        given = calling.read(command, arguments[1:])
        if given is not None:
            outcome: Outcome = command(**given)
            return outcome
    return _by_typer(arguments, name, known=known)


def _by_typer(arguments: list[str], name: str, *, known: bool) -> "Outcome | None":
    """What the command answers that typer calls, or what it says itself: of a mistake, or ``--help``."""
    import typer

    app = _app((name,) if known else _commands())
    words = arguments[1:] if known else arguments or ["--help"]
    try:
        answer = app(args=words, prog_name=f"crmbudget {name}" if known else "crmbudget", standalone_mode=False)
    except typer.Abort as error:
        raise KeyboardInterrupt from error
    except Exception as error:  # noqa: BLE001 - typer's words for a wrong call are of several kinds
        raise _usage(error, arguments) or error from None
    if answer == INTERRUPTED:
        raise KeyboardInterrupt
    from crmbudget.commands._outcome import Outcome

    return answer if isinstance(answer, Outcome) else None


def _usage(error: Exception, arguments: list[str]) -> "Refused | None":
    """Typer's own words for a wrong call, as a finding; None where it is not about the call."""
    words: Callable[[], str] | None = getattr(error, "format_message", None)
    if words is None:
        return None
    from crmbudget.commands._outcome import usage

    lines = words().strip().rstrip(".").splitlines()
    command = next((argument for argument in arguments if not argument.startswith("-")), "")
    known = command in _commands()
    return usage(
        " ".join(lines),
        say("see: crmbudget {command} --help", command=command) if known else say("see: crmbudget --help"),
    )


def _commands() -> tuple[str, ...]:
    from crmbudget import registry

    return registry.own_names(COMMANDS)


def _app(names: Sequence[str]) -> Any:
    """The application with these commands; one command alone is the application itself."""
    import typer

    from crmbudget import calling, registry

    app = typer.Typer(
        name="crmbudget", help="Plan, share out and explain a customer-retention budget, right to the cent.",
        rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False, no_args_is_help=False,
    )  # fmt: skip
    if len(names) > 1:
        app.callback()(_options)
    for name in names:
        app.command(name)(calling.for_typer(registry.module(COMMANDS, name).run))
    return app


def _options() -> None:
    """Plan, share out and explain a customer-retention budget, right to the cent.

    --version prints the version; --debug, anywhere, shows where a bug is.
    """


def _show(outcome: "Outcome") -> int:
    """Writes the report where it was asked for, tells its findings, and gives the exit code."""
    from dataclasses import replace

    from crmbudget import delivery
    from crmbudget.commands._outcome import fails, fails_from
    from crmbudget.finding import Severity

    report = outcome.report
    findings = delivery.placed(report)
    code = report.exit_code or (FINDINGS if fails(findings, outcome.fail_on) else OK)
    delivery.write_files(outcome.files)
    delivery.write_new(outcome.new_files)
    delivery.rewrite(outcome.rewritten)
    stored = code if outcome.code is None else report.exit_code
    report = replace(report, exit_code=stored, findings=tuple(findings), fails_from=fails_from(outcome.fail_on))
    if outcome.step_summary:
        delivery.write_summary(report)
    delivery.write(report, outcome.format, outcome.outputs, outcome.patch)
    if outcome.tells:
        told = Severity.INFO if outcome.fail_on == "info" else Severity.WARNING
        delivery.tell([finding for finding in findings if finding.severity >= told], report, briefly=outcome.briefly)
    return code if outcome.code is None else outcome.code


def _refuse(refused: "Refused", arguments: list[str]) -> int:
    """No numbers: the findings, on standard error and as a document of each format that was asked for."""
    from crmbudget.refusal import refuse

    command = arguments[0] if arguments and arguments[0] in _commands() else ""
    refuse(refused, arguments, command, _SCHEMAS.get(command, "crmbudget.answer"))
    return refused.exit_code
