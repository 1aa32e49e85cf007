"""Keeps the Chinese catalogue in step with the texts of the source; ``--check`` fails where it is not, or where one is untranslated.

A text is what ``say`` and ``say_count`` are given, the help of an option, and the docstring of a command.
"""

import ast
import inspect
import string
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "crmbudget"
CATALOGUE = SOURCE / "locale" / "zh_CN" / "LC_MESSAGES" / "crmbudget.po"
HEADER = {"Project-Id-Version": "crmbudget", "Language": "zh_CN", "MIME-Version": "1.0", "Content-Type": "text/plain; charset=utf-8",
          "Content-Transfer-Encoding": "8bit", "Plural-Forms": "nplurals=1; plural=0;"}  # fmt: skip
# Words of the library that writes the help pages.
HELP_WORDS = (
    "Usage:", "Options", "Arguments", "Commands", "Show this message and exit.", "[OPTIONS]", "default: {default}", "required",
)  # fmt: skip
UNTRANSLATABLE = {"article"}
"""Facts that other languages have no use for."""
Text = tuple[str, str]


def texts() -> dict[Text, list[str]]:
    """Every text, with its plural or nothing, and the files that say it."""
    found: dict[Text, list[str]] = {(word, ""): [] for word in HELP_WORDS}
    for path in sorted(SOURCE.rglob("*.py")):
        for text in _said(
            ast.parse(path.read_text("utf-8")), command=path.parent.name == "commands" or path.name == "cli.py"
        ):
            if not text[0]:
                continue
            files = found.setdefault(text, [])
            if (name := path.relative_to(SOURCE).as_posix()) not in files:
                files.append(name)
    return found


def _said(tree: ast.Module, *, command: bool) -> Iterator[Text]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _of_call(node)
        if isinstance(node, ast.FunctionDef) and command and node.name in {"_options", "run"}:
            yield inspect.cleandoc(ast.get_docstring(node) or ""), ""


def _of_call(call: ast.Call) -> Iterator[Text]:
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    if name == "say":
        yield _literal(call, 0), ""
    elif name == "say_count":
        yield _literal(call, 0), _literal(call, 1)
    elif name in {"Option", "Argument", "Typer"}:
        yield from ((ast.literal_eval(word.value), "") for word in call.keywords if word.arg == "help")


def _literal(call: ast.Call, place: int) -> str:
    value = call.args[place]
    if not isinstance(value, ast.Constant) or not isinstance(value.value, str):
        raise SystemExit(f"line {call.lineno}: what is said must stand there as it is: {ast.unparse(call)}")
    return value.value


def facts(template: str) -> set[str]:
    """The names of the facts in a template."""
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def wrong(entry: object) -> bool:
    """Whether a translation lacks a fact of its text, or has one that is not there."""
    given = entry.msgstr or entry.msgstr_plural.get(0, "")
    return bool(given) and facts(given) | UNTRANSLATABLE != facts(entry.msgid_plural or entry.msgid) | UNTRANSLATABLE


def main() -> None:
    import polib

    known = (
        {(entry.msgid, entry.msgid_plural): entry for entry in polib.pofile(str(CATALOGUE))}
        if CATALOGUE.exists()
        else {}
    )
    catalogue = polib.POFile(wrapwidth=110)
    catalogue.metadata = HEADER
    for (one, many), files in sorted(texts().items()):
        old = known.get((one, many))
        plural = (
            {"msgid_plural": many, "msgstr_plural": {0: old.msgstr_plural.get(0, "") if old else ""}} if many else {}
        )
        single = {} if many else {"msgstr": old.msgstr if old else ""}
        catalogue.append(polib.POEntry(msgid=one, occurrences=[(file, "") for file in files], **plural, **single))
    lacking = [entry.msgid for entry in catalogue if not (entry.msgstr or entry.msgstr_plural.get(0))]
    odd = [entry.msgid for entry in catalogue if wrong(entry)]
    if odd:
        raise SystemExit("\n".join(["these translations do not have the facts of their texts:", *odd]))
    compiled = CATALOGUE.with_suffix(".mo")
    if "--check" not in sys.argv:
        CATALOGUE.write_text(f"{catalogue}\n", "utf-8")
        compiled.write_bytes(catalogue.to_binary())
        print(f"{len(catalogue)} texts, {len(lacking)} of them untranslated")
        return
    stale = CATALOGUE.read_text("utf-8") != f"{catalogue}\n" or compiled.read_bytes() != catalogue.to_binary()
    if lacking or stale:
        raise SystemExit("\n".join(["run `make words`, and translate what is untranslated:", *lacking]))


if __name__ == "__main__":
    main()
