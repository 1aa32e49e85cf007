"""How a text is laid out: lines and quotes, counted without taking it apart."""

from dataclasses import dataclass
from pathlib import Path

from crmbudget.reading.opening import CHUNK
from crmbudget.reading.table import LINE_USUAL, MARKS

_ALL_BUT_MARKS = bytes(set(range(256)) - set(b'"\n'))
_BLANK = frozenset({b"\n", b"\r\n", b"\r"})
_RESERVED = [sign.encode() for sign in MARKS]


@dataclass(frozen=True, slots=True)
class Layout:
    """Its lines; whether there are quotes, and blanks before them; regular where every line is one record or blank."""

    lines: int
    quotes: bool
    spaced: bool
    regular: bool


def layout(path: Path, delimiter: str) -> Layout:
    """The layout of a text in UTF-8. What is irregular is not counted to its end."""
    count, quotes, spaced, pairs, returns, rest = 0, False, False, 0, 0, b""
    regular, before_quote = True, f'{delimiter} "'.encode()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            if len(rest) > LINE_USUAL:
                return Layout(count, quotes, spaced, regular=False)
            block, rest = _whole_lines(rest + chunk)
            marked = b'"' in block
            quotes, spaced = quotes or marked, spaced or (marked and before_quote in block)
            regular = regular and _is_regular(block, marked)
            if b"\r" in block:
                pairs, returns = pairs + block.count(b"\r\n"), returns + block.count(b"\r")
            count += block.count(b"\n")
    marked = b'"' in rest
    regular = regular and _is_regular(rest, marked) and b"\r" not in rest
    uniform = returns == pairs and pairs in {0, count}
    return Layout(
        count + bool(rest), quotes or marked, spaced or before_quote in rest, regular=regular and uniform and not spaced
    )


def _whole_lines(text: bytes) -> tuple[bytes, bytes]:
    cut = text.rfind(b"\n") + 1
    return text[:cut], text[cut:]


def _is_regular(block: bytes, marked: bool) -> bool:  # noqa: FBT001
    """Whether every line has its quotes in pairs, and no sign stands there that DuckDB could trip over."""
    if any(sign in block for sign in _RESERVED):
        return False
    return not marked or b'"' not in block.translate(None, _ALL_BUT_MARKS).replace(b'""', b"")


def blank_lines(path: Path, above: int) -> tuple[int, ...]:
    """The numbers of the lines that hold nothing, below the first ``above``."""
    with path.open("rb") as file:
        return tuple(number for number, line in enumerate(file, 1) if line in _BLANK and number > above)
