"""A finding as text: headline, place, the lines around it with a caret, money, fix."""

from collections.abc import Callable, Sequence

from crmbudget.finding import Finding, Place, explanations
from crmbudget.money import Currency
from crmbudget.reporting.report import clean
from crmbudget.wording import local, say

AROUND = 1
LINE_MAX = 160
LinesOf = Callable[[str], Sequence[str]]
FIX = say("fix:")


def excerpt(finding: Finding, lines_of: LinesOf, currency: Currency | None) -> str:
    """Several lines of plain text in the reader's language; ``lines_of`` gives the lines of the file that a finding points into."""
    lines = [headline(finding)]
    width = len(str(finding.place.line + AROUND)) if finding.place and finding.place.line else 1
    if finding.place:
        lines += _quoted(finding.place, lines_of, width)
    for text, place in finding.related:
        lines += [_noted(width, say("and:"), text), *_quoted(place, lines_of, width, around=0)]
    lines += [_noted(width, label, text) for label, text in _notes(finding, currency)]
    return "\n".join(lines)


def headline(finding: Finding) -> str:
    """Severity, code and message, in the reader's language."""
    return f"{local(finding.severity.word)}[{finding.code}]: {clean(local(finding.message))}"


def brief(finding: Finding, currency: Currency | None) -> str:
    """Headline, place with its money, and fix, for a report that shows the rest."""
    money = money_of(finding, currency)
    place = f"  --> {clean(str(finding.place))}" if finding.place else ""
    where = f"{place or '  -->'} ({clean(local(money))})" if money else place
    fix = f"  = {_labelled(FIX, 0)}{clean(local(finding.fix))}" if finding.fix else ""
    return "\n".join(filter(None, [headline(finding), where, fix]))


def money_of(finding: Finding, currency: Currency | None) -> str:
    """What it does to the money; nothing where that is not known."""
    if finding.effect or finding.money is None or currency is None:
        return finding.effect or ""
    return f"{currency.text(finding.money, grouped=True)} {currency.code}"


def _notes(finding: Finding, currency: Currency | None) -> list[tuple[str, str]]:
    more = say("crmbudget explain {code}", code=finding.code) if finding.code in explanations() else ""
    notes = [(say("money:"), money_of(finding, currency)), (FIX, finding.fix or ""), (say("more:"), more)]
    return [(label, text) for label, text in notes if text]


def _noted(width: int, label: str, text: str) -> str:
    return f"{' ' * width} = {_labelled(label, 6)}{clean(local(text))}"


def _labelled(label: str, width: int) -> str:
    """A label up to its text; full-width ones end in their own space."""
    label = local(label)
    return f"{label:<{width}} " if label.isascii() else label


def _quoted(place: Place, lines_of: LinesOf, width: int, around: int = AROUND) -> list[str]:
    lines = lines_of(place.path)
    quoted = [f"{' ' * width}--> {clean(str(place))}"]
    if not place.line or place.line > len(lines):
        return quoted
    quoted.append(f"{' ' * width} |")
    for number in range(max(1, place.line - around), min(len(lines), place.line + around) + 1):
        text = lines[number - 1]
        quoted.append(f"{number:>{width}} | {clean(text[:LINE_MAX].replace(chr(9), ' '))}".rstrip())
        if number == place.line and place.column and place.column <= LINE_MAX:
            quoted.append(f"{' ' * width} | {_caret(text, place.column, place.end or place.column + 1)}")
    return quoted


def _caret(text: str, column: int, end: int) -> str:
    """Carets under the place, as wide as the signs above them are on a screen."""
    from rich.cells import cell_len

    before = clean(text[: column - 1].replace("\t", " "))
    marked = clean(text[column - 1 : min(end - 1, LINE_MAX)])
    return " " * cell_len(before) + "^" * max(1, cell_len(marked))
