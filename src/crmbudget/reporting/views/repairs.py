"""What was repaired in plans, in the report of their findings."""

from collections.abc import Sequence
from dataclasses import replace

from crmbudget.planning.repairing import Repaired
from crmbudget.reporting.listing import cut
from crmbudget.reporting.report import Column, Kind, Prose, Report, Table
from crmbudget.wording import joined, say, say_count

SIGNS_SHOWN = 60
"""Signs of a text that people see; programs get all of it."""
_RECORD = (
    Column("code", say("Code")), Column("path", say("Path")), Column("line", say("Line"), Kind.COUNT),
    Column("column", say("Column"), Kind.COUNT), Column("before", say("Before")), Column("after", say("After")),
)  # fmt: skip
_PAGE = (
    Column("place", say("Place")),
    Column("code", say("Code")),
    Column("before", say("Before")),
    Column("after", say("After")),
)


def with_repairs(report: Report, repairs: Sequence[Repaired], top: int) -> Report:
    """The report of what is left, with what was repaired before it: ``top`` repairs for people, all for programs."""
    records = [[one.code, one.place.path, one.place.line, one.place.column, one.before, one.after] for one in repairs]
    report = replace(report, annexes=(("repairs", Table("", _RECORD, records)), *report.annexes))
    if not repairs:
        return report
    shown, hidden = cut(repairs, top)
    rows = [[str(one.place), one.code, _quoted(one.before), _quoted(one.after)] for one in shown]
    more = [Prose(say_count("and {count:,} more repair", "and {count:,} more repairs", len(hidden)))] if hidden else []
    blocks: tuple[Table | Prose, ...] = (Table(say("Repairs"), _PAGE, rows), *more)
    headline = joined(say(", "), [repair_count(len(repairs)), report.headline])
    return replace(report, headline=headline, blocks=(*blocks, *report.blocks), on_screen=(*blocks, *report.on_screen))


def repair_count(count: int) -> str:
    """How many repairs there are."""
    return say_count("{count:,} repair", "{count:,} repairs", count)


def _quoted(text: str) -> str:
    """A text of a plan between quotes, so that its spaces are seen; nothing where there is none."""
    short = text if len(text) <= SIGNS_SHOWN else f"{text[:SIGNS_SHOWN]}..."
    return f"`{short}`" if text else ""
