"""What a plan asks of its customer list, and the answer: segments with counts, exact sums and exact means."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import accumulate

from crmbudget.finding import Finding, Misread, Place, Refused, Severity
from crmbudget.money import Currency
from crmbudget.planning.columns import Role, Scaled, Translator, check, find_column, misread, read_expression, roles
from crmbudget.planning.customer_rows import Rows, Use
from crmbudget.planning.cuts import Cut, read_cuts, sizes
from crmbudget.planning.expression import Expression
from crmbudget.planning.plan import Customers, Cuts, Segment
from crmbudget.planning.scalars import decimal
from crmbudget.planning.source import Path, Source
from crmbudget.wording import say

_CUTS_AT: Path = ("customers", "segment", "cuts")


@dataclass(slots=True)
class Question:
    """Which columns, and what is summed: the segment is a ``column``, or one of the ``cuts`` of the ranking ``by``."""

    id: str = ""
    column: str = ""
    by: Expression | None = None
    cuts: Sequence[Cut] = ()
    value: Expression | None = None
    numbers: dict[str, Expression] = field(default_factory=dict)

    def uses(self) -> list[Use]:
        """Every column that is needed, each once, with all that it is needed for."""
        keys = [name for name in (self.id, self.column) if name]
        played: dict[str, set[Role]] = {name: {Role.TEXT} for name in keys}
        for expression in (self.by, self.value, *self.numbers.values()):
            for name, role in roles(expression) if expression else ():
                played.setdefault(name, set()).add(role)
        return [Use.of(name, its, key=name in keys) for name, its in played.items()]


@dataclass(frozen=True, slots=True)
class Group:
    """One segment of the file: ``value`` in minor units, ``numbers`` the means over its customers."""

    customers: int
    value: int | None
    numbers: Mapping[str, Fraction]


def ask(customers: Customers, known: Sequence[str], source: Source) -> Question:
    """The question, for a file with these columns; Refused with everything that it cannot be asked."""
    asking = _Asking(known, source)
    question, segment = Question(asking.column(customers.id, "id")), customers.segment
    if customers.value is not None:
        question.value = asking.expression(customers.value, ("value",))
    words = {"value": question.value} if question.value else {}
    if isinstance(segment, Cuts):
        question.by = asking.expression(segment.by, ("segment", "by"), words)
        question.cuts, findings = read_cuts(segment.cuts, source, _CUTS_AT)
        asking.findings += findings
    else:
        question.column = asking.column(segment, "segment")
    for name, text in customers.numbers.items():
        if name in Segment.model_fields:
            place = source.place(("customers", "numbers", name), key=True)
            message = say("`{name}` is a key of every segment, and no number of your own", name=name)
            asking.findings.append(Finding("CB409", message, place, say("give the number another name")))
        elif expression := asking.expression(text, ("numbers", name)):
            question.numbers[name] = expression
    if asking.findings:
        raise Refused(asking.findings)
    return question


@dataclass(slots=True)
class _Asking:
    """Gathers what is wrong with the question."""

    known: Sequence[str]
    source: Source
    findings: list[Finding] = field(default_factory=list)

    def column(self, name: str, key: str) -> str:
        try:
            return find_column(name, self.known)
        except Misread as error:
            self.findings.append(misread(error, self.source, ("customers", key)))
            return name

    def expression(self, text: str, at: Path, words: Mapping[str, Expression] | None = None) -> Expression | None:
        try:
            expression = read_expression(text, self.known, words or {})
            check(expression)
        except Misread as error:
            self.findings.append(misread(error, self.source, ("customers", *at)))
            return None
        return expression


def answer(
    question: Question, rows: Rows, currency: Currency, source: Source
) -> tuple[dict[str, Group], list[Finding]]:
    """The segments by id, and the cuts that hold nobody; Refused where there is no exact amount, or no customer."""
    translator = Translator(rows.columns, {})
    summed = [
        translator.scaled(expression) for expression in (question.value, *question.numbers.values()) if expression
    ]
    taken = _taken(question, rows, source)
    sql = _ranked(question, summed, rows, translator, taken) if taken else _by_column(question, summed, rows)
    sums = "".join(f", sum(x{number})" for number in range(len(summed)))
    grouped = f"SELECT segment, count(*){sums} FROM ({sql}) GROUP BY segment ORDER BY segment"  # noqa: S608 - names of ours
    found = rows.connection.execute(grouped, translator.parameters).fetchall()
    ids = [cut.segment for cut in question.cuts]
    totals = {ids[row[0]] if ids else row[0]: row[1:] for row in found}
    totals |= {name: (0,) * (1 + len(summed)) for name in ids if name not in totals}
    _refuse_fractions(question, totals, summed, currency, source)
    groups = {name: _group(question, total, summed, currency) for name, total in totals.items()}
    return groups, [_nobody(name, source) for name, group in groups.items() if not group.customers]


def _taken(question: Question, rows: Rows, source: Source) -> list[int]:
    """How many customers each cut takes; Refused where there is none to take."""
    count = f"SELECT count(*) FROM customers WHERE {rows.kept}"  # noqa: S608 - names of ours
    customers = int(rows.ask(count)[0][0])
    if not customers:
        message = say("there is no customer in {shown}", shown=rows.shown) + (
            say(" with every cell filled in") if rows.rule == "skip" else ""
        )
        raise Refused([Finding("CB410", message, Place(rows.shown), say("name a file with one row for each customer"))])
    try:
        return sizes(question.cuts, customers) if question.cuts else []
    except Misread as error:
        raise Refused([misread(error, source, _CUTS_AT)]) from error


def _by_column(question: Question, summed: Iterable[Scaled], rows: Rows) -> str:
    segment = f"{rows.columns[question.column].typed} AS segment"
    return f"SELECT {segment}{_listed(summed)} FROM customers WHERE {rows.kept}"  # noqa: S608 - names of ours


def _ranked(
    question: Question, summed: Sequence[Scaled], rows: Rows, translator: Translator, taken: Iterable[int]
) -> str:
    assert question.by  # noqa: S101 - cuts come with what they rank by
    order = f"{translator.scaled(question.by).sql} DESC, {rows.columns[question.id].typed}"
    ranked = f"SELECT row_number() OVER (ORDER BY {order}) AS rank{_listed(summed)} FROM customers WHERE {rows.kept}"  # noqa: S608 - as above
    bands = " ".join(f"WHEN rank <= {last} THEN {number}" for number, last in enumerate(accumulate(taken)))
    kept = "".join(f", x{number}" for number in range(len(summed)))
    return f"SELECT CASE {bands} END AS segment{kept} FROM ({ranked})"  # noqa: S608 - as above


def _listed(summed: Iterable[Scaled]) -> str:
    return "".join(f", {scaled.sql} AS x{number}" for number, scaled in enumerate(summed))


def _group(question: Question, total: Sequence[int], summed: Sequence[Scaled], currency: Currency) -> Group:
    customers, sums = (
        total[0],
        [Fraction(parts, scaled.denominator) for parts, scaled in zip(total[1:], summed, strict=True)],
    )
    value = int(sums.pop(0) * currency.unit) if question.value else None
    means = [one / customers if customers else Fraction(0) for one in sums]
    return Group(customers, value, dict(zip(question.numbers, means, strict=True)))


def _refuse_fractions(
    question: Question,
    totals: Mapping[str, Sequence[int]],
    summed: Sequence[Scaled],
    currency: Currency,
    source: Source,
) -> None:
    """A value that is no whole number of minor units is refused, for any rounding would move money."""
    if not question.value:
        return
    amounts = ((name, Fraction(total[1], summed[0].denominator)) for name, total in totals.items())
    uneven = [(name, amount) for name, amount in amounts if (amount * currency.unit).denominator != 1]
    if uneven:
        name, amount = uneven[0]
        more = say(", and so for {count:,} more", count=len(uneven) - 1) if len(uneven) > 1 else ""
        whole = int(amount * currency.unit)
        over = abs(amount - currency.major(whole))
        message = say(
            "the value of segment `{name}` is {decimal} {code}, {decimal2} more than can be kept{more}",
            name=name,
            decimal=decimal(amount),
            code=currency.code,
            decimal2=decimal(over),
            more=more,
        )
        fix = say("round the column to {digits} decimals in the file, or multiply it", digits=currency.digits or "no")
        raise Refused([Finding("CB405", message, source.place(("customers", "value")), fix)])


def _nobody(name: str, source: Source) -> Finding:
    message = say("the cut `{name}` takes no customer: its share of the list is less than one", name=name)
    return Finding(
        "CB408",
        message,
        source.place((*_CUTS_AT, name)),
        say("write a number of customers, or a larger share"),
        severity=Severity.WARNING,
    )


def blanks_told(blanks: Iterable[tuple[str, int]], rows: Rows, source: Source) -> Iterator[Finding]:
    """What became of the customers with blank cells, column by column."""
    numbers = {use.name for use in rows.uses if use.number}
    for name, count in blanks:
        people = say("1 customer") if count == 1 else say("{count:,} customers", count=count)
        became, effect = (say("left out"), say("they are in no segment, and in no sum"))
        if rows.rule == "zero":
            became = say("counted as zero") if name in numbers else say("compared as an empty text")
            effect = (
                say("they add nothing to its sum, and lower its mean")
                if name in numbers
                else say("they count as customers all the same")
            )
        message, place = (
            say("{people} without {name} {became}", people=people, name=name, became=became),
            source.place(("customers", "blank")),
        )
        yield Finding(
            "CB407",
            message,
            place,
            say("fill the cells in where they are known"),
            effect=effect,
            severity=Severity.INFO,
        )
