"""A plan's customer list -> the plan's segments: how many customers, what they are worth, the means of other numbers."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path as FilePath

from crmbudget.finding import Finding, Misread, Refused, Severity, one_of
from crmbudget.planning import references
from crmbudget.planning.columns import misread
from crmbudget.planning.customer_opening import open_customers
from crmbudget.planning.customer_rows import judged, load_rows, repeated, unreadable
from crmbudget.planning.customer_segments import Group, answer, ask, blanks_told
from crmbudget.planning.loader import Input, Loaded
from crmbudget.planning.plan import Customers, Plan, Segment
from crmbudget.planning.source import Path, Source
from crmbudget.reading.engine import engine
from crmbudget.reading.opening import sha256
from crmbudget.wording import say

_AT: Path = ("customers",)
_FROM_THE_FILE = ("customers", "value")


_Answer = tuple[dict[str, Group], list[Finding], list[str]]


def with_customers(loaded: Loaded, folder: FilePath, lists: dict[str, _Answer] | None = None) -> Loaded:
    """The plan with its segments filled from the customer list, whose name starts from ``folder``.

    The plan is None where the list cannot be read to the last cell; the findings say why. What was read stays in
    ``lists``, for the next plan that asks the same of the same list.
    """
    plan, source = loaded.ready, loaded.source
    assert plan.customers  # noqa: S101 - the loader asks only then
    path = folder / plan.customers.source
    try:
        loaded = replace(loaded, inputs=(*loaded.inputs, Input(path.as_posix(), sha256(path, "CB401"))))
        lists, asked = {} if lists is None else lists, f"{path} {plan.currency} {plan.customers!r}"
        if asked not in lists:
            lists[asked] = _read(plan, plan.customers, path, source)
        groups, findings, notes = lists[asked]
    except Misread as error:
        return replace(loaded, plan=None, findings=(*loaded.findings, misread(error, source, _AT)))
    except Refused as refused:
        return replace(loaded, plan=None, findings=(*loaded.findings, *refused.findings))
    filled = _filled(plan, groups)
    findings = [*findings, *_clashes(plan, plan.customers, groups, source)]
    findings += [finding for finding in _references(plan, groups, source) if finding not in loaded.findings]
    wrong = any(finding.severity is Severity.ERROR for finding in findings)
    ready = None if wrong else filled
    return replace(loaded, plan=ready, findings=(*loaded.findings, *findings), notes=(*loaded.notes, *notes))


def _read(plan: Plan, customers: Customers, path: FilePath, source: Source) -> _Answer:
    """The segments as the file has them, what became of blanks, and notes; Refused or Misread for all else."""
    import duckdb

    with engine() as (connection, scratch):
        try:
            file = open_customers(path, customers.encoding, scratch, connection)
            question, shown = ask(customers, file.columns, source), path.as_posix()
            rows, wrong, blanks = judged(load_rows(connection, file, shown, question.uses(), customers.blank, scratch))
            if wrong := [*wrong, *repeated(rows, question.id)]:
                raise Refused(wrong)
            groups, findings = answer(question, rows, plan.money, source)
            told = list(blanks_told(blanks, rows, source))
        except (duckdb.OutOfRangeException, duckdb.ConversionException) as error:
            message = say("the numbers of the customer list are too large to be summed exactly, in 38 digits")
            raise Refused(
                [Finding("CB411", message, source.place(_AT), say("write the columns in larger units"))]
            ) from error
        except duckdb.InterruptException:
            raise
        except duckdb.Error as error:
            raise Refused([unreadable(error, path.as_posix())]) from error
    notes = [file.note] * bool(file.note) + [finding.message for finding in told]
    return groups, [*findings, *told], notes


def _filled(plan: Plan, groups: Mapping[str, Group]) -> Plan:
    """The plan with one segment for each group; an entry under ``segments:`` adds to the segment of its id."""
    segments = {}
    for name, group in groups.items():
        entry = plan.segments.get(name, Segment())
        given = {"name": entry.name, "owner": entry.owner, **(entry.model_extra or {}), **group.numbers}
        own = {key: number for key, number in given.items() if key not in _FROM_THE_FILE}
        segments[name] = Segment.model_validate({**own, "customers": group.customers, "value": group.value})
    filled = plan.model_copy(update={"segments": segments})
    filled.__dict__.pop("_members", None)  # the copy must not remember the segments of the original
    return filled


def _clashes(plan: Plan, customers: Customers, groups: Mapping[str, Group], source: Source) -> Iterator[Finding]:
    for name, entry in plan.segments.items():
        at: Path = ("segments", name)
        if name not in groups:
            message = say("the customer list has no segment `{name}`", name=name)
            yield Finding("CB409", message, source.place(at, key=True), one_of(name, sorted(groups)))
        for key in (*_FROM_THE_FILE, *customers.numbers):
            if key in entry.model_fields_set:
                message = say(
                    "`{key}` of segment `{name}` comes from the customer list, and is given here too",
                    key=key,
                    name=name,
                )
                yield Finding(
                    "CB409",
                    message,
                    source.place((*at, key), key=True),
                    say("take `{key}` out here, or out of `customers:`", key=key),
                )


def _references(plan: Plan, groups: Mapping[str, Group], source: Source) -> Iterator[Finding]:
    """What is wrong with the names of segments, now that they are known; said before is what the plan itself holds."""
    nothing = Segment()
    segments = {name: plan.segments.get(name, nothing) for name in groups}
    return references.findings(plan.model_copy(update={"customers": None, "segments": segments}), source)
