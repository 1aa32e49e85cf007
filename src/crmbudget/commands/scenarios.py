"""``crmbudget scenarios PLAN``."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

from crmbudget.calling import Argument, Option
from crmbudget.commands._outcome import FailOn, Format, Outcome, Output, Set, coordinates, inputs_of, usage
from crmbudget.finding import Misread, Refused
from crmbudget.wording import say

if TYPE_CHECKING:
    from fractions import Fraction

    from crmbudget.allocation.budget import Budget
    from crmbudget.comparing.scenarios import Laid
    from crmbudget.comparing.sensitivity import Measured
    from crmbudget.planning.loader import Loaded
    from crmbudget.planning.source import Source

GroupBy = Annotated[str, Option(metavar="NAMES", help="Compare the lines by these coordinates, as in segment,period.")]
By = Annotated[str, Option(metavar="SHARE", help="How far each input is changed to see what it moves.")]
Sensitivity = Annotated[
    bool | None,
    Option(help="Measure what each input moves, line by line; where left out, as far as that is quick."),
]
Top = Annotated[int, Option(min=0, metavar="N", help="Rows of a long table to show; the rest is summed up.")]


def run(
    plan: Annotated[str, Argument(help="The plan, a YAML file.")],
    group_by: GroupBy = "",
    by: By = "10%",
    sensitivity: Sensitivity = None,
    top: Top = 10,
    format: Format = "",  # noqa: A002 - the option's name
    output: Output = [],  # noqa: B006 - typer copies it
    set_: Set = [],  # noqa: B006 - typer copies it
    fail_on: FailOn = "error",
) -> Outcome:
    """Lay a plan's scenarios side by side, and say which single input moves the money most."""
    from crmbudget.commands._progress import Meter
    from crmbudget.comparing.scenarios import side_by_side
    from crmbudget.planning.loader import load_scenarios
    from crmbudget.reporting.views.scenario_blocks import Answer
    from crmbudget.reporting.views.scenarios import scenarios_report

    part, scenarios = _part(by), load_scenarios(plan, set_)
    first, names = scenarios[0], list[str]()

    def groups(budget: "Budget") -> Sequence[str]:
        names.extend(coordinates(group_by, budget.coordinates) or _usual(budget.coordinates))
        return names

    with Meter() as meter:
        laid, base = side_by_side(scenarios, groups, meter)
    shown = base.plan if base else next((one.plan for one in scenarios if one.plan), None)
    if shown is None or all(one.refused for one in laid):
        raise Refused([found for one in laid for found in one.findings], laid[0].exit_code, first.currency)
    measured, steps = _measured(base, first.source, part, asked=sensitivity)
    answer = Answer(shown, first.source, tuple(laid), tuple(names), measured, part, steps)
    notes = [*first.notes, *_notes(laid), *_about(base, measured, steps, asked=sensitivity)]
    report = scenarios_report(answer, top=top, inputs=_inputs(scenarios), notes=notes)
    return Outcome(report, format, tuple(output), fail_on)


def _part(by: str) -> "Fraction":
    from crmbudget.planning.scalars import read_share

    try:
        part = read_share(by).of_one
    except Misread as error:
        raise usage(error.message, say("write --by 10%")) from error
    if not 0 < part <= 1:
        raise usage(say("`{by}` is no part of an input", by=by), say("write a share above 0%, up to 100%"))
    return part


def _usual(known: Sequence[str]) -> list[str]:
    """Segments, or what the plan is split by instead."""
    return ["segment"] if "segment" in known else list(known[:1])


def _inputs(scenarios: "Sequence[Loaded]") -> tuple[tuple[str, str], ...]:
    return tuple(dict.fromkeys(inputs_of(scenarios)))


def _measured(
    base: "Budget | None", source: "Source", part: "Fraction", *, asked: bool | None
) -> "tuple[tuple[Measured, ...] | None, int]":
    """The inputs measured, and by how many steps; None where that was not asked for, or would take long."""
    from crmbudget.commands._progress import Meter
    from crmbudget.comparing.sensitivity import depth_of, sensitivities

    if base is None or asked is False:
        return None, 0
    steps = len(base.levels) if asked else depth_of(base, source)
    if not steps:
        return None, 0
    with Meter() as meter:
        return tuple(sensitivities(base.plan, source, part, steps, meter)), steps


def _notes(laid: "Sequence[Laid]") -> Iterator[str]:
    if len(laid) == 1:
        yield say("this plan has no scenarios; add some, as in `scenarios: {{downturn: {{total: -15%}}}}`")
    if refused := [one.name for one in laid if one.refused]:
        yield say("no plan, and so no numbers: {names}; the findings say why", names=", ".join(refused))
    if lost := [one.name for one in laid if not one.refused and one.groups is None]:
        yield say("not split the same way, and so not in the table of lines: {names}", names=", ".join(lost))


def _about(
    base: "Budget | None", measured: "Sequence[Measured] | None", steps: int, *, asked: bool | None
) -> Iterator[str]:
    """What a reader must know of the sensitivities."""
    if base is None or asked is False:
        return
    if measured is None:
        yield say("what each input moves was not measured, which would take a while; --sensitivity does it")
        return
    if steps < len(base.levels):
        split = ", ".join(level.dimension.value for level in base.levels[:steps])
        yield say(
            "what each input moves is measured by {split}, not line by line; --sensitivity measures every line",
            split=split,
        )
    still = sum(not one.most and not any(one.reasons) for one in measured)
    yield (
        say("{still} of {count} inputs move nothing", still=still, count=len(measured))
        if still
        else say("every input moves money")
    )
    if any(one.at[-1] == "customers" for one in measured):
        yield say("customers stay whole: their numbers are rounded after the change")
