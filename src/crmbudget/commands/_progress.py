"""A line that tells how far a long run is; on a terminal only, and only after a second."""

import sys
import time
from types import TracebackType
from typing import Self

from crmbudget.wording import say

AFTER = 1.0
EVERY = 0.1


class Meter:
    """Call it with how much is done and how much there is; the line is gone when the work ends."""

    def __init__(self) -> None:
        self._shows = bool(sys.stderr) and sys.stderr.isatty()
        self._due = time.monotonic() + AFTER
        self._drawn = False

    def __call__(self, done: int, whole: int) -> None:
        if not self._shows or time.monotonic() < self._due:
            return
        self._due, self._drawn = time.monotonic() + EVERY, True
        filled = 20 * done // whole
        sys.stderr.write(
            say(
                "\rsharing out [{number}{number2}] {done:,} of {whole:,}",
                number="#" * filled,
                number2=" " * (20 - filled),
                done=done,
                whole=whole,
            )
        )
        sys.stderr.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._drawn:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
