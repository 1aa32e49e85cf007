"""What commands take, from their own declarations."""

from inspect import cleandoc
from typing import NamedTuple

from crmbudget import calling, registry
from crmbudget.wording import Said, say

COMMANDS = "crmbudget.commands"


class Taken(NamedTuple):
    """An option or an argument: its names on the command line, the word for what it takes, its help."""

    name: str
    names: tuple[str, ...]
    takes: str
    help: str
    many: bool
    needed: bool = False

    @property
    def is_option(self) -> bool:
        """Whether it is given by name."""
        return bool(self.names)


LANG = Taken("lang", ("--lang",), "LANG", say("The language of texts for people: en or zh."), many=False)
EVERYWHERE = (
    LANG,
    Taken("help", ("--help",), "", say("Show this message and exit."), many=False),
    Taken("debug", ("--debug",), "", say("Show where a bug is."), many=False),
)


class Declared(NamedTuple):
    """A command: its help, its options, its arguments in order."""

    help: str
    options: tuple[Taken, ...]
    arguments: tuple[Taken, ...]

    def option(self, name: str) -> Taken | None:
        """The option of that name, long or short."""
        return next((one for one in self.options if name in one.names), None)

    def argument(self, position: int) -> Taken | None:
        """The argument at a position; the last one where it takes many."""
        if position < len(self.arguments):
            return self.arguments[position]
        return self.arguments[-1] if self.arguments and self.arguments[-1].many else None


OUTSIDE = Declared("", (*EVERYWHERE, Taken("version", ("--version",), "", say("Print the version."), many=False)), ())
"""What stands before a command."""


def names() -> tuple[str, ...]:
    """The commands there are."""
    return registry.own_names(COMMANDS)


def help_of(name: str) -> Said:
    """What a command says of itself."""
    return _written(cleandoc(registry.module(COMMANDS, name).run.__doc__ or ""))


def declared(name: str) -> Declared:
    """What a command takes; ``takes`` is empty for a switch."""
    taken = [_taken(one) for one in calling.taken(registry.module(COMMANDS, name).run)]
    options = (*(one for one in taken if one.is_option), *EVERYWHERE)
    return Declared(help_of(name), options, tuple(one for one in taken if not one.is_option))


def _taken(one: calling.Taken) -> Taken:
    settings = one.mark.settings
    names = tuple(name for name, _ in one.given_as()) if one.is_option else ()
    takes = "" if one.is_switch else settings.get("metavar", one.name)
    help_ = _written(settings.get("help", ""))
    return Taken(one.name, names, takes, help_, many=one.kind == list[str], needed=one.is_needed)


def _written(text: str) -> Said:
    """A text that a declaration has, to be shown in the reader's language."""
    return Said.of(text, lambda words: words.gettext(text))
