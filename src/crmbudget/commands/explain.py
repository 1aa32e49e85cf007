"""``crmbudget explain PLAN segment=key activity=gifts period=2027-09`` and ``crmbudget explain CODE``."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from crmbudget.calling import Argument, Option
from crmbudget.commands._outcome import Format, Outcome, Output, Scenario, Set, inputs_of, of_scenario, usage
from crmbudget.finding import explanations, one_of
from crmbudget.wording import say


def run(
    what: Annotated[
        str, Argument(metavar="PLAN|CODE", help="The plan, a YAML file; or a finding's code, such as CB104.")
    ],
    words: Annotated[
        list[str],
        Argument(metavar="NAME=VALUE...", help="Which lines of the plan, as in segment=key period=2027-Q1."),
    ] = [],  # noqa: B006 - typer copies it
    top: Annotated[
        int, Option(min=0, metavar="N", help="Rows of a long table to show; the rest is summed on one line.")
    ] = 10,
    format: Format = "",  # noqa: A002 - the option's name
    output: Output = [],  # noqa: B006 - typer copies it
    set_: Set = [],  # noqa: B006 - typer copies it
    scenario: Scenario = "",
) -> Outcome:
    """Explain a figure, step by step from the total; or a finding, with a wrong and a right example.

    Coordinates are segment, category, activity, channel, period (or a span) and owner; without any it is the whole plan.
    """
    if not words and not _is_plan(what):
        return _page(what, format, output)
    from crmbudget.allocation.explain import Run, explain
    from crmbudget.commands._progress import Meter
    from crmbudget.planning.loader import load_plan
    from crmbudget.reporting.views.explain import explanation_report

    coordinates, loaded = _coordinates(words), load_plan(what, set_, scenario)
    with Meter() as meter:
        told = explain(Run(loaded.ready, loaded.source, meter), coordinates)
    findings = (*loaded.findings, *told.warnings)
    report = explanation_report(told, top=top, inputs=inputs_of([loaded]), findings=findings)
    return Outcome(of_scenario(report, scenario), format, tuple(output))


def _is_plan(word: str) -> bool:
    pages = {name.casefold() for name in explanations()}
    return word.casefold() not in pages and (word.endswith((".yaml", ".yml")) or Path(word).exists())


def _page(code: str, format_: str, output: Sequence[str]) -> Outcome:
    from crmbudget.reporting.views.manual import page_report

    pages = {name.casefold(): (name, text) for name, text in explanations().items()}
    if code.casefold() not in pages:
        raise usage(say("there is no finding `{code}`", code=code), one_of(code, explanations()))
    name, text = pages[code.casefold()]
    return Outcome(page_report("explain", name, text), format_, tuple(output))


def _coordinates(words: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or not name or not value:
            raise usage(say("`{word}` is not a coordinate", word=word), say("write one such as segment=key"))
        if name in found:
            raise usage(
                say("`{name}` is given twice", name=name),
                say("keep one of `{name}={found}` and `{word}`", name=name, found=found[name], word=word),
            )
        found[name] = value
    return found
