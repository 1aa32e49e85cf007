"""``crmbudget init [DIR]``."""

from typing import TYPE_CHECKING, Annotated

from crmbudget.calling import Argument, Option
from crmbudget.commands._outcome import Format, Outcome, Output, usage
from crmbudget.commands._rules import day
from crmbudget.finding import Misread, one_of
from crmbudget.wording import say

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from crmbudget.reporting.views.start import Start
    from crmbudget.starting.folder import NewFile
    from crmbudget.starting.from_list import Asked

From = Annotated[
    str, Option("--from", metavar="LIST", help="Propose a plan from this customer list, a CSV, TSV or Parquet file.")
]
Id = Annotated[
    str, Option("--id", metavar="COLUMN", help="The column that names a customer, where the guess is wrong.")
]
Value = Annotated[
    str, Option("--value", metavar="COLUMN", help="What a customer is worth: a column, or as in 'MonthlyCharges * 12'.")
]
Segment = Annotated[
    str, Option("--segment", metavar="COLUMN", help="The column that says of which segment a customer is.")
]
Code = Annotated[str, Option("--currency", metavar="CODE", help="The currency of the plan, as in EUR.")]
Total = Annotated[str, Option("--total", metavar="AMOUNT", help="The money of the plan, as in 1.2m.")]
Encoding = Annotated[str, Option("--encoding", metavar="NAME", help="The encoding of the list, as in latin-1.")]
Ci = Annotated[str, Option("--ci", metavar="HOST", help="The CI file: github, gitlab or none; none beside a list.")]
AsOf = Annotated[
    str,
    Option(
        "--as-of",
        metavar="DAY",
        help="The plan begins in the month after this day, as in 2027-03-31; else after today.",
    ),
]
DryRun = Annotated[bool, Option("--dry-run", help="Show the files that would be written, and write nothing.")]


def run(
    folder: Annotated[str, Argument(metavar="DIR", help="The folder, which may be new.")] = ".",
    from_: From = "",
    id_: Id = "",
    value: Value = "",
    segment: Segment = "",
    currency: Code = "",
    total: Total = "",
    encoding: Encoding = "",
    ci: Ci = "",
    as_of: AsOf = "",
    dry_run: DryRun = False,  # noqa: FBT002 - a switch
    format: Format = "",  # noqa: A002 - the option's name
    output: Output = [],  # noqa: B006 - typer copies it
) -> Outcome:
    """Begin a folder with a plan, from examples or from a real customer list; nothing is ever overwritten."""
    from crmbudget.reporting.views.start import start_report
    from crmbudget.starting.from_list import Asked

    of_list = {"--id": id_, "--value": value, "--segment": segment, "--total": total, "--encoding": encoding}
    _check(from_, of_list, currency, total, ci)
    asked, today = Asked(id_, value, segment, currency, encoding), _today(as_of)
    start = _proposed(from_, folder, asked, total, ci, today) if from_ else _examples(folder, currency, ci, today)
    files = tuple((_target(folder, file), file.text) for file in start.files)
    _refuse_overwriting(folder, [path for path, _ in files], output)
    report = start_report(start, dry_run=dry_run)
    return Outcome(report, format, tuple(output), new_files=() if dry_run else files)


def _check(from_: str, of_list: dict[str, str], currency: str, total: str, ci: str) -> None:
    """Refused for options that mean nothing; a wrong total is told before the list is read."""
    from crmbudget.money import DECIMALS, Currency
    from crmbudget.planning.scalars import read_amount
    from crmbudget.starting.folder import CI, NO_CI

    lost = [name for name, given in of_list.items() if given]
    if lost and not from_:
        raise usage(
            say("{option} is about a customer list, and none is named", option=lost[0]), say("add --from customers.csv")
        )
    if currency and currency not in DECIMALS:
        fix = (
            one_of(currency.upper(), DECIMALS)
            if currency.upper() in DECIMALS
            else say("write a code such as CNY, EUR or USD")
        )
        raise usage(say("`{code}` is not an ISO 4217 currency code", code=currency), fix)
    if ci and ci not in {*CI, NO_CI}:
        raise usage(say("there is no CI file for `{host}`", host=ci), one_of(ci, (*CI, NO_CI)))
    try:
        if total and read_amount(total, Currency.of(currency) if currency else None) <= 0:
            raise usage(say("--total must be more than 0"), say("write the money of the plan, as in 1.2m"))
    except Misread as error:
        raise usage(say("--total: {message}", message=error.message), error.fix) from error


def _today(as_of: str) -> "date":
    """The day that is asked for; Refused where no calendar can follow it."""
    from crmbudget.starting.filling import months

    today = day(as_of)
    try:
        months(today)
    except ValueError as error:
        raise usage(say("the calendar runs past the year 9999"), say("say an earlier day: --as-of DAY")) from error
    return today


def _examples(folder: str, currency: str, ci: str, today: "date") -> "Start":
    from crmbudget.reporting.views.start import Start
    from crmbudget.starting.folder import example_files

    return Start(folder, tuple(example_files(today, currency, ci or "github")))


def _proposed(from_: str, folder: str, asked: "Asked", total: str, ci: str, today: "date") -> "Start":
    """The plan that a list proposes; Refused where none can be made of it that ``check`` accepts."""
    from crmbudget.reporting.views.start import Start
    from crmbudget.starting.filling import months
    from crmbudget.starting.folder import PLAN, plan_files
    from crmbudget.starting.from_list import look
    from crmbudget.starting.plan_text import plan_text
    from crmbudget.starting.trying import Trial

    try:
        looked = look(from_, asked)
    except Misread as error:
        raise usage(say("--{option}: {message}", option=error.at[0], message=error.message), error.fix) from error
    tried = Trial(looked.proposal, total, today, _inside(folder, PLAN), {}).best()
    text = plan_text(looked.proposal, tried.way, tried.total, months(today), _seen_from(folder, from_))
    return Start(folder, tuple(plan_files(text, ci or "none")), looked, tried)


def _target(folder: str, file: "NewFile") -> str:
    """Where a file is written."""
    return _inside(folder, file.path)


def _inside(folder: str, name: str) -> str:
    from pathlib import Path

    return (Path(folder) / name).as_posix()


def _seen_from(folder: str, path: str) -> str:
    """A path as seen from the folder; as it is where no way leads there, as to another drive."""
    import os
    from pathlib import Path

    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:
        return Path(path).absolute().as_posix()


def _refuse_overwriting(folder: str, paths: "Sequence[str]", output: "Sequence[str]") -> None:
    """Refused where a file is there already, or the folder is none; then nothing at all is written."""
    import os

    if os.path.lexists(folder) and not os.path.isdir(folder):  # noqa: PTH112 - a path is a text
        raise usage(say("`{folder}` is a file", folder=folder), say("name a folder, which may be new"))
    there = [path for path in paths if os.path.lexists(path)]
    if there:
        shown = ", ".join(f"`{path}`" for path in there)
        raise usage(
            say("nothing is written, since there is already {shown}", shown=shown),
            say("name another folder: crmbudget init DIR"),
        )
    both = {os.path.normpath(path) for path in paths} & {os.path.normpath(path) for path in output}
    if both:
        raise usage(say("`{path}` would be written twice", path=min(both)), say("name another file under --output"))
