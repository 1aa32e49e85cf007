"""A finding as text: headline, place, the lines around it with a caret, money, fix."""

from collections.abc import Callable, Sequence

from crmbudget.finding import Finding, Place, explanations
from crmbudget.money import Currency
from crmbudget.reporting.report import clean
from crmbudget.wording import say

AROUND = 1
LINE_MAX = 160
LinesOf = Callable[[str], Sequence[str]]


def excerpt(finding: Finding, lines_of: LinesOf, currency: Currency | None) -> str:
    """Several lines of plain text; ``lines_of`` gives the lines of the file that a finding points into."""
    lines = [f"{finding.severity}[{finding.code}]: {clean(finding.message)}"]
    width = len(str(finding.place.line + AROUND)) if finding.place and finding.place.line else 1
    if finding.place:
        lines += _quoted(finding.place, lines_of, width)
    for text, place in finding.related:
        lines += [
            say("{number} = and:   {text}", number=" " * width, text=clean(text)),
            *_quoted(place, lines_of, width, around=0),
        ]
    lines += [f"{' ' * width} = {label:<6} {text}" for label, text in _notes(finding, currency)]
    return "\n".join(lines)


def brief(finding: Finding, currency: Currency | None) -> str:
    """Headline, place with its money, and fix, for a report that shows the rest."""
    money = next((text for label, text in _notes(finding, currency) if label == "money:"), "")
    place = f"  --> {clean(str(finding.place))}" if finding.place else ""
    where = f"{place or '  -->'} ({money})" if money else place
    lines = [f"{finding.severity}[{finding.code}]: {clean(finding.message)}", where]
    return "\n".join(filter(None, [*lines, say("  = fix: {fix}", fix=clean(finding.fix)) if finding.fix else ""]))


def _notes(finding: Finding, currency: Currency | None) -> list[tuple[str, str]]:
    notes = []
    if finding.effect:
        notes.append(("money:", clean(finding.effect)))
    elif finding.money is not None and currency:
        notes.append(("money:", f"{currency.text(finding.money, grouped=True)} {currency.code}"))
    if finding.fix:
        notes.append(("fix:", clean(finding.fix)))
    if finding.code in explanations():
        notes.append(("more:", say("crmbudget explain {code}", code=finding.code)))
    return notes


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
