"""Tables for a terminal, drawn by rich."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from crmbudget.reporting.report import Column, Kind, Prose, Report, Screen, Table, clean, shown

if TYPE_CHECKING:
    from rich.table import Table as Grid
    from rich.text import Text

ENDINGS = (".txt",)
FOR_TERMINALS = True
BAR_WIDTH = 20
TEXT_MIN = 8
WORD_MAX = 14
GAP = 2
_NUMBERS = frozenset({Kind.MONEY, Kind.COUNT, Kind.PERCENT, Kind.RATIO})
# Eight lines of four signs each, as rich wants them; plain ASCII, since line signs are two cells wide on some screens.
Cells = list[list[str]]
_FRAME = "    \n    \n -- \n    \n    \n -- \n    \n    \n"


def render(report: Report, screen: Screen) -> Iterator[str]:
    """The report's headline, summary and blocks, each after an empty line."""
    if report.on_screen:
        report = replace(report, headline="", blocks=report.on_screen)
    headline = [Prose(clean(report.headline), folds=True)] if report.headline else []
    titled = any(column.title for column, _ in report.summary)
    blocks = [*headline, *([_summary(report)] if titled else []), *report.blocks]
    for number, block in enumerate(blocks):
        text = _prose(block, screen) if isinstance(block, Prose) else _drawn(block, report, screen)
        yield f"\n{text}" if number else text


def _prose(prose: Prose, screen: Screen) -> str:
    lines = prose.text.splitlines()
    if prose.folds and screen.width:
        import textwrap

        lines = [part for line in lines for part in textwrap.wrap(line, screen.width, break_long_words=False)]
    return "".join(f"{line}\n" for line in lines)


def _summary(report: Report) -> Table:
    rows = [
        (column.title, shown(value, column.kind, report.currency)) for column, value in report.summary if column.title
    ]
    return Table("", (Column("key", ""), Column("value", "", Kind.COUNT)), rows)


def _drawn(table: Table, report: Report, screen: Screen) -> str:
    cells = [
        [_cell(value, column.kind, report) for value, column in zip(row, table.columns, strict=True)]
        for row in table.rows
    ]
    footer = [
        _cell(value, column.kind, report) for value, column in zip(table.footer or (), table.columns, strict=False)
    ]
    table, cells, footer = _fitted(table, cells, footer, screen.width)
    natural = _widths(table, cells, footer, floor=None)
    fits = screen.width is None or sum(natural) - GAP <= screen.width
    if fits and not screen.color:
        return _plain(table, cells, footer, natural)
    widths = natural if screen.width is None else _shrunk(table, cells, footer, screen.width + GAP)
    if screen.width and sum(widths) - GAP > screen.width and table.columns[0].kind is Kind.TEXT:
        return _tall(table, cells, footer, screen.width)
    return _rich(table, cells, footer, widths, color=screen.color)


def _shrunk(table: Table, cells: Cells, footer: list[str], width: int) -> list[int]:
    """The columns' widths, the widest text cut down first: between words where that suffices."""
    widths = _widths(table, cells, footer, floor=None)
    for word_max in (WORD_MAX, 0):
        floors = _widths(table, cells, footer, TEXT_MIN, word_max)
        while sum(widths) > width and (wide := [place for place, least in enumerate(floors) if widths[place] > least]):
            widths[max(wide, key=widths.__getitem__)] -= 1
    return widths


def _tall(table: Table, cells: Cells, footer: list[str], width: int) -> str:
    """For a screen that does not hold text and numbers side by side: each row's text, and its numbers under it.

    Where not even the numbers stand side by side, each is on a line of its own, after its title.
    """
    from rich.console import Console

    console, rule = Console(width=width), ["-" * width]
    widths = _widths(table, cells, footer, floor=None)[1:]
    columns = replace(table, columns=table.columns[1:])
    titles = [column.title for column in table.columns]
    abreast = sum(widths) - GAP <= width

    def numbers(row: list[str]) -> list[str]:
        if abreast:
            return [_line(row[1:], columns, widths).rjust(width).rstrip()]
        pairs = zip(titles[1:], row[1:], strict=True)
        return ["  ".join(filter(None, [clean(title), text])).rjust(width) for title, text in pairs if text]

    def lines(row: list[str]) -> list[str]:
        text = [str(line).rstrip() for line in _text(row[0]).wrap(console, width)] if row else []
        return [line for line in [*text, *(numbers(row) if row else [])] if line]

    head = lines(titles if abreast else [titles[0], *("" for _ in widths)])
    body = [line for row in cells for line in lines(row)]
    foot = [*rule, *lines(footer)] if footer else []
    title = [str(line).rstrip() for line in _text(clean(table.title)).wrap(console, width)] if table.title else []
    above = [*title, *head, *(rule if head else [])]
    return "".join(f"{line}\n" for line in [*above, *body, *foot])


def _plain(table: Table, cells: Cells, footer: list[str], widths: list[int]) -> str:
    """The same columns without rich, whose import takes as long as a small plan: nothing to fold, nothing to colour."""
    titled = any(column.title for column in table.columns)
    rule = ["-" * (sum(widths) - GAP)]
    rows = [[column.title for column in table.columns], *cells, footer]
    lines = [_line(row, table, widths) for row in rows if row]
    head = [*lines[:1], *rule] if titled else []
    foot = [*rule, *lines[-1:]] if footer else []
    body = lines[1 : len(lines) - len(foot[1:])]
    return "".join(f"{line}\n" for line in [*([clean(table.title)] if table.title else []), *head, *body, *foot])


def _line(row: list[str], table: Table, widths: list[int]) -> str:
    from rich.cells import cell_len

    padded = []
    for text, column, width in zip(row, table.columns, widths, strict=True):
        gap = " " * (width - GAP - cell_len(text))
        padded.append(gap + text if column.kind in _NUMBERS else text + gap)
    return (" " * GAP).join(padded).rstrip()


def _rich(table: Table, cells: Cells, footer: list[str], widths: Sequence[int], *, color: bool) -> str:
    from rich.console import Console

    out = io.StringIO()
    console = Console(
        file=out, width=sum(widths) - GAP, color_system="standard" if color else None, force_terminal=color,
        legacy_windows=False, markup=False, emoji=False, highlight=False, no_color=not color,
    )  # fmt: skip
    if table.title:
        console.print(_text(clean(table.title), "bold"))
    console.print(_grid(table, cells, footer, widths, color=color))
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines())


def _cell(value: Any, kind: Kind, report: Report) -> str:
    if kind is Kind.BAR:
        return (
            "" if value is None else "#" * min(BAR_WIDTH - (value < 1), max(int(value > 0), round(value * BAR_WIDTH)))
        )
    return value if kind is Kind.COUNT and isinstance(value, str) else shown(value, kind, report.currency)


def _widths(table: Table, cells: Cells, footer: list[str], floor: int | None, word_max: int = 0) -> list[int]:
    """Columns each needs; texts may shrink to ``floor``, or to their longest word of so many, numbers never."""
    from rich.cells import cell_len

    widths = []
    for place, column in enumerate(table.columns):
        texts = [*(row[place] for row in [*cells, *([footer] if footer else [])]), column.title]
        width = max(map(cell_len, texts))
        if floor is not None and column.kind is Kind.TEXT:
            words = (cell_len(word) for text in texts for word in text.split()) if word_max else ()
            width = min(width, max([floor, *(length for length in words if length <= word_max)]))
        widths.append(width + GAP)
    return widths


def _fitted(table: Table, cells: Cells, footer: list[str], width: int | None) -> tuple[Table, Cells, list[str]]:
    """Drops the bar, then shares, then ratios, then stacks the texts in one column, until the numbers fit."""
    if table.stacks and width is not None and sum(_widths(table, cells, footer, floor=None)) - GAP > width:
        return _stacked(table, cells, footer)
    for kind in (Kind.BAR, Kind.PERCENT, Kind.RATIO):
        if width is None or sum(_widths(table, cells, footer, TEXT_MIN, WORD_MAX)) - GAP <= width:
            return table, cells, footer
        kept = [place for place, column in enumerate(table.columns) if column.kind is not kind]
        table, cells, footer = _only(table, cells, footer, kept)
    texts = [place for place, column in enumerate(table.columns) if column.kind is Kind.TEXT]
    if width is None or len(texts) < 2 or sum(_widths(table, cells, footer, TEXT_MIN, WORD_MAX)) - GAP <= width:  # noqa: PLR2004
        return table, cells, footer
    return _stacked(table, cells, footer)


def _only(table: Table, cells: Cells, footer: list[str], kept: Sequence[int]) -> tuple[Table, Cells, list[str]]:
    columns = tuple(table.columns[place] for place in kept)
    return (
        replace(table, columns=columns),
        [[row[p] for p in kept] for row in cells],
        [footer[p] for p in kept] if footer else [],
    )


def _stacked(table: Table, cells: Cells, footer: list[str]) -> tuple[Table, Cells, list[str]]:
    texts = [place for place, column in enumerate(table.columns) if column.kind is Kind.TEXT]
    others = [place for place in range(len(table.columns)) if place not in texts]

    def stack(row: list[str]) -> list[str]:
        return [" / ".join(row[place] for place in texts if row[place]), *(row[place] for place in others)]

    heading = Column("line", " / ".join(table.columns[place].title for place in texts if table.columns[place].title))
    columns = (heading, *(table.columns[place] for place in others))
    return replace(table, columns=columns), [stack(row) for row in cells], stack(footer) if footer else []


def _grid(table: Table, cells: Cells, footer: list[str], widths: Sequence[int], *, color: bool) -> "Grid":
    from rich.box import Box
    from rich.table import Table as Grid

    titled = any(column.title for column in table.columns)
    grid = Grid(
        box=Box(_FRAME, ascii=True), show_edge=False, show_header=titled, show_footer=bool(footer), padding=(0, GAP - 1, 0, 0),
        header_style="bold", footer_style="bold", collapse_padding=False, pad_edge=False,
    )  # fmt: skip
    for place, column in enumerate(table.columns):
        number = column.kind in _NUMBERS
        grid.add_column(
            _text(column.title), footer=_text(footer[place]) if footer else "", justify="right" if number else "left",
            no_wrap=number or column.kind is Kind.BAR, overflow="fold", width=widths[place] - GAP,
        )  # fmt: skip
    for row in cells:
        grid.add_row(*(_drawn_cell(text, column, color=color) for text, column in zip(row, table.columns, strict=True)))
    return grid


def _drawn_cell(text: str, column: Column, *, color: bool) -> "Text":
    if color and column.kind is Kind.BAR:
        return _text("").append(" " * len(text), "on cyan")  # a span: the text's own style would fill the cell
    return _text(text, "red" if color and column.kind is Kind.MONEY and text.startswith("-") else "")


def _text(text: str, style: str = "") -> "Text":
    from rich.text import Text

    return Text(text, style=style)
