"""How a command line becomes the call of a command.

A command declares what it takes in the words of typer, with `Option` and `Argument`. `read` reads an ordinary call, so
that it need not wait for typer; everything else, as ``--help`` and every mistake, is for typer, with the same
declarations. Typer and what it stands on would take a third of a small plan's time.
"""

from collections.abc import Callable, Iterator, Sequence
from inspect import Parameter, signature
from typing import Annotated, Any, NamedTuple, get_args

Command = Callable[..., Any]


class Mark:
    """How a value is given on a command line; ``names`` and ``settings`` are what typer takes for it."""

    __slots__ = ("names", "settings")

    def __init__(self, *names: str, **settings: Any) -> None:
        self.names, self.settings = names, settings


class Option(Mark):
    """An option, as ``typer.Option`` takes it; without names it has that of its parameter."""

    __slots__ = ()


class Argument(Mark):
    """An argument, as ``typer.Argument`` takes it."""

    __slots__ = ()


class Taken(NamedTuple):
    """A parameter of a command: what it holds, and how it is given."""

    name: str
    kind: Any
    mark: Any
    default: Any

    @property
    def is_option(self) -> bool:
        """Whether it is given by name."""
        return isinstance(self.mark, Option)

    @property
    def is_switch(self) -> bool:
        """Whether it is given without a value."""
        return self.kind in {bool, bool | None}

    @property
    def is_needed(self) -> bool:
        """Whether a call without it is a mistake."""
        return self.default is Parameter.empty

    @property
    def is_read(self) -> bool:
        """Whether `read` knows how such a parameter is given."""
        if not isinstance(self.mark, Mark) or self.kind not in _KINDS or self.mark.settings.keys() - _SETTINGS:
            return False
        return all("/" not in name and (name[:2] == "--" or len(name) == len("-x")) for name in self.mark.names)

    def given_as(self) -> Iterator[tuple[str, bool | None]]:
        """Its names on the command line, each with what it switches to; None for one that takes a value."""
        own = self.name.replace("_", "-")
        yield from ((name, True if self.is_switch else None) for name in self.mark.names or (f"--{own}",))
        if self.is_switch and not self.mark.names:
            yield f"--no-{own}", False

    def value(self, given: Sequence[Any]) -> Any:
        """What the words for it mean; ValueError where only typer can tell."""
        if self.kind == list[str]:
            return list(given)
        return _whole(given[-1], self.mark.settings.get("min", 0)) if self.kind is int else given[-1]


_KINDS = (str, int, bool, bool | None, list[str])
_SETTINGS = frozenset({"help", "metavar", "callback", "min"})
_DIGITS_MAX = 9


def read(command: Command, words: Sequence[str]) -> dict[str, Any] | None:
    """What to call a command with, as typer would call it; None where typer has to look.

    >>> def run(plan: Annotated[str, Argument()], top: Annotated[int, Option(min=0)] = 10) -> None: ...
    >>> read(run, ["plan.yaml", "--top", "3"]), read(run, ["--top", "many"])
    ({'top': 3, 'plan': 'plan.yaml'}, None)
    """
    every = list(taken(command))
    if not all(one.is_read for one in every):
        return None
    try:
        given = _given(every, words)
        ordered = sorted(every, key=lambda one: [*given].index(one.name) if one.name in given else len(every))
        values = {one.name: one.value(given[one.name]) if one.name in given else _default(one) for one in ordered}
    except ValueError:
        return None
    for one in ordered:
        if called := one.mark.settings.get("callback"):
            values[one.name] = called(values[one.name])
    return values


def taken(command: Command) -> Iterator[Taken]:
    """The parameters of a command, in order."""
    for one in signature(command).parameters.values():
        kind, *marks = get_args(one.annotation) or (one.annotation,)
        yield Taken(one.name, kind, marks[0] if len(marks) == 1 else None, one.default)


def _given(taken: Sequence[Taken], words: Sequence[str]) -> dict[str, list[Any]]:
    """The words for each parameter, options as they come, then arguments; ValueError for a mistake."""
    names = {name: (one.name, switch) for one in taken if one.is_option for name, switch in one.given_as()}
    given, plain = dict[str, list[Any]](), list[str]()
    rest = iter(words)
    for word in rest:
        if word == "--":
            plain += rest
        elif word[:1] != "-" or word == "-":
            plain.append(word)
        else:
            name, value = _option(word, rest, names)
            given.setdefault(name, []).append(value)
    return given | _placed([one for one in taken if not one.is_option], plain)


def _option(word: str, rest: Iterator[str], names: dict[str, tuple[str, bool | None]]) -> tuple[str, Any]:
    """The parameter that an option is for, and its value."""
    if word.startswith("--"):
        option, has_value, value = word.partition("=")
    else:
        option, has_value, value = word[:2], word[2:], word[2:]
    name, switch = names.get(option, ("", None))
    if not name or (has_value and switch is not None):
        raise ValueError(word)
    if switch is not None:
        return name, switch
    return name, value if has_value else _next(rest)


def _next(rest: Iterator[str]) -> str:
    for word in rest:
        return word
    raise ValueError


def _placed(arguments: Sequence[Taken], words: Sequence[str]) -> dict[str, list[Any]]:
    """The words that are no options: one for each argument, all that are left for one that takes many."""
    placed, left = {}, list(words)
    for one in arguments:
        count = len(left) if one.kind == list[str] else 1
        if left:
            placed[one.name], left = left[:count], left[count:]
    if left or any(one.kind == list[str] for one in arguments[:-1]):
        raise ValueError(words)
    return placed


def _default(one: Taken) -> Any:
    if one.is_needed:
        raise ValueError(one.name)
    return list(one.default) if one.kind == list[str] else one.default


def _whole(text: str, least: int) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= _DIGITS_MAX and int(text) >= least):
        raise ValueError(text)
    return int(text)


def for_typer(command: Command) -> Command:
    """The same command, with typer's own declarations."""
    from functools import wraps

    import typer

    kinds = {Option: typer.Option, Argument: typer.Argument}

    def declared(one: Parameter) -> Parameter:
        made: Any = Annotated
        kind, *marks = get_args(one.annotation) or (one.annotation,)
        own = [kinds[type(mark)](*mark.names, **mark.settings) if isinstance(mark, Mark) else mark for mark in marks]
        return one.replace(annotation=made[kind, *own] if own else kind)

    @wraps(command)
    def called(**given: Any) -> Any:
        return command(**given)

    own = signature(command)
    called.__signature__ = own.replace(parameters=list(map(declared, own.parameters.values())))  # type: ignore[attr-defined]
    return called
