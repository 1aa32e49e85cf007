"""What commands take, from their own declarations."""

from typing import NamedTuple

from crmbudget import registry
from crmbudget.calling import for_typer

COMMANDS = "crmbudget.commands"


class Taken(NamedTuple):
    """An option or an argument: its names on the command line, the word for what it takes, its help."""

    name: str
    names: tuple[str, ...]
    takes: str
    help: str
    many: bool

    @property
    def is_option(self) -> bool:
        """Whether it is given by name."""
        return self.names[0].startswith("-")


LANG = Taken("lang", ("--lang",), "LANG", "The language of texts for people.", many=False)
EVERYWHERE = (
    LANG,
    Taken("help", ("--help",), "", "Show what the command does, and its options.", many=False),
    Taken("debug", ("--debug",), "", "Show where a bug is.", many=False),
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


OUTSIDE = Declared("", (*EVERYWHERE, Taken("version", ("--version",), "", "Print the version.", many=False)), ())
"""What stands before a command."""


def names() -> tuple[str, ...]:
    """The commands there are."""
    return registry.own_names(COMMANDS)


def declared(name: str) -> Declared:
    """What a command takes; ``takes`` is empty for a switch."""
    import typer

    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command()(for_typer(registry.module(COMMANDS, name).run))
    command = typer.main.get_command(app)
    taken = [_taken(one) for one in command.params if not getattr(one, "hidden", False)]
    known = {name for one in taken for name in one.names}
    options = [one for one in taken if one.is_option] + [one for one in EVERYWHERE if not known & {*one.names}]
    return Declared(command.help or "", tuple(options), tuple(one for one in taken if not one.is_option))


def _taken(one: "object") -> Taken:
    """What typer declares; its classes are its own matter, their attributes are documented."""
    flag = bool(getattr(one, "is_flag", False))
    takes = "" if flag else getattr(one, "metavar", None) or getattr(one, "name", "")
    names = (*getattr(one, "opts", ()), *getattr(one, "secondary_opts", ()))
    many = getattr(one, "nargs", 1) == -1 or bool(getattr(one, "multiple", False))
    return Taken(getattr(one, "name", ""), names, takes, getattr(one, "help", "") or "", many)
