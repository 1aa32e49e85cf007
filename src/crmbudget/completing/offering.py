"""Finds what may stand at the cursor: commands, options, and what each of them takes."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from crmbudget import registry
from crmbudget.completing import in_plan, places
from crmbudget.completing.declared import COMMANDS, LANG, OUTSIDE, Declared, Taken, declared, names
from crmbudget.completing.offer import Offer, behind, fitting
from crmbudget.completing.readable import readable

FORMATS = "crmbudget.reporting.formats"
STRATEGIES = ("crmbudget.allocation.strategies", "crmbudget.strategies")


@dataclass
class Line:
    """A command line up to the cursor: the command, its arguments and options so far, and the word that is begun."""

    command: str
    word: str
    arguments: list[str] = field(default_factory=list)
    options: dict[str, list[str]] = field(default_factory=dict)

    @cached_property
    def tree(self) -> dict[str, Any]:
        """What can be read of the plan at hand; empty where there is none."""
        return readable(self.plan)

    @property
    def plan(self) -> str:
        """The plan at hand: the one that is named, the newer of two, else the one that ``variance`` would take."""
        named = self.options.get("plan") or [word for word in self.arguments if word.endswith(places.PLANS)]
        if named:
            return places.real(named[-1] if self.command in {"diff", "variance"} else named[0])
        return os.environ.get("CRMBUDGET_PLAN") or places.nearest_plan(next(iter(self.arguments), ""))


def offers(words: Sequence[str], word: str) -> list[Offer]:
    """What may stand at the cursor, after these words (without the program's own) and this beginning of one."""
    return list(fitting(_offers(words, word), word))


def _offers(words: Sequence[str], word: str) -> Iterable[Offer]:
    name = next((one for one in words if one in names()), "")
    known = declared(name) if name else OUTSIDE
    line, pending, ended = _read(known, name, words[words.index(name) + 1 if name else 0 :], word)
    if pending:
        return _values(pending, line)
    if word.startswith("-") and not ended:
        return _options(known, line)
    if not name:
        return _commands()
    taken = known.argument(len(line.arguments))
    return _values(taken, line) if taken else ()


def _commands() -> Iterator[Offer]:
    """Every command with the first line of its help."""
    for name in names():
        yield Offer(name, (registry.module(COMMANDS, name).run.__doc__ or "").partition("\n")[0])


def _read(known: Declared, name: str, words: Sequence[str], word: str) -> tuple[Line, Taken | None, bool]:
    """The line, the option whose value comes next, and whether ``--`` has ended the options."""
    line, pending, ended = Line(name, word), None, False
    for one in words:
        if pending:
            line.options.setdefault(pending.name, []).append(one)
            pending = None
        elif one == "--" and not ended:
            ended = True
        elif ended or not one.startswith("-") or one == "-":
            line.arguments.append(one)
        else:
            option, equals, value = one.partition("=")
            taken = known.option(option)
            if taken and taken.takes and equals:
                line.options.setdefault(taken.name, []).append(value)
            pending = taken if taken and taken.takes and not equals else None
    return line, pending, ended


def _options(known: Declared, line: Line) -> Iterable[Offer]:
    """Options, each once unless it may be repeated; after ``--option=`` what it takes."""
    option, equals, value = line.word.partition("=")
    if equals:
        taken = known.option(option)
        line.word = value
        return behind(f"{option}=", _values(taken, line)) if taken and taken.takes else ()
    return [
        Offer(name, taken.help)
        for taken in known.options
        if taken.many or taken.name not in line.options
        for name in taken.names
        if name.startswith("--") or line.word == "-"
    ]


def _values(taken: Taken, line: Line) -> Iterable[Offer]:
    """What an option or an argument takes: by its name, else by the word for its value; else files for an argument."""
    for key in (f"{line.command} {taken.name}", taken.name, taken.takes):
        if key in TAKES:
            return TAKES[key](line)
    return () if taken.is_option else places.files(line.word)


def _plans(line: Line) -> Iterator[Offer]:
    return places.files(line.word, places.PLANS)


def _actuals(line: Line) -> Iterator[Offer]:
    return places.files(line.word, places.ACTUALS)


def _files(line: Line) -> Iterator[Offer]:
    return places.files(line.word)


def _targets(line: Line) -> Iterator[Offer]:
    endings = [ending for name in registry.own_names(FORMATS) for ending in registry.module(FORMATS, name).ENDINGS]
    return places.targets(line.word, list(dict.fromkeys(endings)))


def _results(line: Line) -> Iterator[Offer]:
    return places.files(line.word, (".json",))


def _schemas(_: Line) -> Iterator[Offer]:
    return map(Offer, ("plan", *registry.own_names("crmbudget.reporting.contracts")))


def _formats(_: Line) -> Iterator[Offer]:
    return map(Offer, registry.own_names(FORMATS))


def _strategies(_: Line) -> Iterator[Offer]:
    return map(Offer, registry.offered(*STRATEGIES))


def _levels(_: Line) -> Iterator[Offer]:
    return map(Offer, ("error", "warning", "info", "never"))


def _languages(_: Line) -> Iterator[Offer]:
    from crmbudget.wording import LANGUAGES

    return map(Offer, LANGUAGES)


def _methods(_: Line) -> Iterator[Offer]:
    from crmbudget.monitoring.forecast import METHODS

    return map(Offer, (*METHODS, "all"))


def _shells(_: Line) -> Iterator[Offer]:
    from crmbudget.completing import SHELLS

    return map(Offer, SHELLS)


def _scenarios(line: Line) -> Iterator[Offer]:
    return in_plan.scenarios(line.tree)


def _owners(line: Line) -> Iterator[Offer]:
    return in_plan.owners(line.tree)


def _periods(line: Line) -> Iterator[Offer]:
    return in_plan.periods(line.tree)


def _keys(line: Line) -> Iterator[Offer]:
    return in_plan.keys(line.tree, line.word)


def _names(line: Line) -> Iterator[Offer]:
    """Coordinates with commas between them; one that stands there already is not offered again."""
    head, comma, _ = line.word.rpartition(",")
    known = [name for name in in_plan.coordinates(line.tree) if name not in head.split(",")]
    return behind(head + comma, (Offer(name, more=True) for name in known))


def _cells(line: Line) -> Iterable[Offer]:
    """``segment=`` and the like, then the ids that the plan has."""
    name, equals, _ = line.word.partition("=")
    if equals:
        return behind(f"{name}=", in_plan.IDS[name](line.tree)) if name in in_plan.IDS else ()
    given = {word.partition("=")[0] for word in line.arguments}
    return [Offer(f"{name}=", more=True) for name in in_plan.coordinates(line.tree) if name not in given]


def _explained(line: Line) -> Iterator[Offer]:
    """Plans; once something is typed, codes of findings too."""
    yield from _plans(line)
    if line.word:
        from crmbudget.finding import explanations

        for code, page in explanations().items():
            yield Offer(code, page.partition("\n")[0].removeprefix("# "))


TAKES: dict[str, Callable[[Line], Iterable[Offer]]] = {
    "PLAN": _plans, "PLAN...": _plans, "plan": _plans, "A": _plans, "B": _plans, "PLAN|CODE": _explained,
    "ACTUALS...": _actuals, "NAME=VALUE...": _cells, "NAMES": _names, "KEY=VALUE": _keys,
    "FILE": _files, "output": _targets, "format": _formats, "LEVEL": _levels, "STRATEGY": _strategies,
    "METHOD": _methods, "REF": lambda _: places.commits(), "WHEN": _periods, "scenario": _scenarios, "owner": _owners,
    "strategies name": _strategies, "RESULT": _results, "schema name": _schemas, "completion shell": _shells, LANG.takes: _languages,
}  # fmt: skip
