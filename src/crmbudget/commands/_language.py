"""The option ``--lang``, which every command has, and the reader's language."""

from crmbudget import wording
from crmbudget.commands._outcome import usage
from crmbudget.finding import one_of


def without_language(arguments: list[str]) -> tuple[list[str], str]:
    """The command line without ``--lang``, which may stand anywhere, and the language that it names."""
    rest, asked = list[str](), ""
    words = iter(arguments)
    for word in words:
        name, equals, value = word.partition("=")
        if name == "--lang":
            asked = value if equals else next(words, "?")
        else:
            rest.append(word)
    return rest, asked


def read_in(asked: str) -> None:
    """Sets the reader's language; Refused where the one that is named is not there."""
    try:
        wording.read_in(wording.wanted(asked))
    except KeyError as error:
        wording.read_in("en")
        option = "--lang" if asked else "CRMBUDGET_LANG"
        message = wording.say("there is no language `{name}` for {option}", name=error.args[0], option=option)
        raise usage(message, one_of(str(error.args[0]), wording.LANGUAGES)) from None
