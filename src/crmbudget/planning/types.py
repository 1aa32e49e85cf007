"""The plan's scalars as pydantic types: each reads its text as typed, and says in the schema what it takes."""

from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Any

from pydantic import BeforeValidator, Discriminator, Tag, ValidationInfo, WithJsonSchema

from crmbudget.finding import Misread, misspelt, one_of
from crmbudget.money import DECIMALS, USUAL_NAMES, Currency
from crmbudget.period import Period, Span, read_period, read_span
from crmbudget.planning import scalars
from crmbudget.planning.edits import tidied
from crmbudget.planning.scalars import Share
from crmbudget.wording import say


class Dimension(StrEnum):
    """What money can be split over."""

    SEGMENT = "segment"
    ACTIVITY = "activity"
    CHANNEL = "channel"
    PERIOD = "period"

    @property
    def word(self) -> str:
        """The same word, for people."""
        return _WORDS[self]


_WORDS = {
    Dimension.SEGMENT: say("segment"), Dimension.ACTIVITY: say("activity"),
    Dimension.CHANNEL: say("channel"), Dimension.PERIOD: say("period"),
}  # fmt: skip


class Priority(StrEnum):
    """Who is served first when ``fit: cost`` runs dry."""

    MUST = "must"
    SHOULD = "should"
    COULD = "could"


class Per(StrEnum):
    """What one ``cost`` is paid for."""

    CUSTOMER = "customer"
    PERIOD = "period"
    PLAN = "plan"


def _currency(info: ValidationInfo) -> Currency | None:
    return info.context if isinstance(info.context, Currency) else None


def _read_amount(value: object, info: ValidationInfo) -> object:
    return value if isinstance(value, int) else scalars.read_amount(value, _currency(info))


def _read_bound(value: object, info: ValidationInfo) -> object:
    return value if isinstance(value, int | Share) else scalars.read_amount_or_share(value, _currency(info))


def _read_text(value: object) -> object:
    if not isinstance(value, str):
        raise Misread("CB106", say("a text is expected here"), say("write one text"))
    return value


def _read_id(value: object) -> object:
    if not isinstance(value, str) or not value.strip():
        raise Misread(
            "CB107", say("an id is expected here, and nothing is given"), say("write the id, in quotes if it is odd")
        )
    return value


def _read_code(value: object) -> object:
    code = str(value).strip()
    if code in DECIMALS:
        return code
    meant = USUAL_NAMES.get(code.upper(), code.upper())
    fix = (
        say("did you mean `{meant}`?", meant=meant)
        if meant in DECIMALS
        else say("write a code such as CNY, EUR or USD")
    )
    said = say("`{code}` is not an ISO 4217 currency code", code=code)
    raise Misread("CB116", said, fix, meant=meant if meant in DECIMALS else _named(code))


def _named(word: str) -> str | None:
    """The code of a currency's name or sign, where that is no other's."""
    from crmbudget.reading.currencies import codes_of

    codes = codes_of(tidied(word))
    return next(iter(codes)) if len(codes) == 1 else None


def _read_version(value: object) -> object:
    if str(value).strip() != "1":
        said = say("this crmbudget reads plan format 1, not `{value}`", value=value)
        raise Misread("CB117", said, say("write crmbudget: 1"), meant="1" if tidied(str(value)) == "1" else None)
    return 1


def _respelt(value: object) -> str | None:
    """The period that a text means in another spelling; loaded only where there is one."""
    from crmbudget.planning.periods import respelt

    return respelt(str(value))


def _read_span(value: object) -> object:
    try:
        return value if isinstance(value, Span) else read_span(scalars._plain(value, say("a period")))  # noqa: SLF001
    except Misread:
        raise
    except ValueError as error:
        fix = say("write 2027-01, 2027-Q1, 2027-W05, 2027, or a span 2027-04..2027-12")
        raise Misread("CB118", error.args[0], fix, meant=_respelt(value)) from error


def _read_period(value: object) -> object:
    try:
        return value if isinstance(value, Period) else read_period(scalars._plain(value, say("a period")))  # noqa: SLF001
    except Misread:
        raise
    except ValueError as error:
        fix = say("write 2027-01, 2027-Q1, 2027-W05 or 2027")
        raise Misread("CB118", error.args[0], fix, meant=_respelt(value)) from error


def _known(reader: Any, *kinds: type) -> Any:
    return lambda value: value if isinstance(value, kinds) and not isinstance(value, bool) else reader(value)


def word(words: type[StrEnum]) -> Any:
    """A reader for one of a few words."""

    def read(value: object) -> object:
        if value not in list(words):
            raise Misread(
                "CB119",
                say("`{value}` is not a word for this key", value=value),
                one_of(str(value), list(words)),
                meant=misspelt(str(value), words),
            )
        return words(str(value))

    return BeforeValidator(read)


def _shape(value: object) -> str:
    return "<map>" if isinstance(value, dict) else "<list>" if isinstance(value, list | tuple) else "<text>"


def form(name: str, **more: object) -> WithJsonSchema:
    """The mark of a form in ``planning.forms``, which only the schema needs."""
    return WithJsonSchema({"form": name, **more})


Amount = Annotated[int, BeforeValidator(_read_amount), form("amount")]
Bound = Annotated[int | Share, BeforeValidator(_read_bound), form("bound")]
ShareOf = Annotated[Share, BeforeValidator(_known(scalars.read_share, Share)), form("share")]
Weight = Annotated[Fraction, BeforeValidator(_known(scalars.read_weight, Fraction, int)), form("weight")]
Number = Annotated[Fraction, BeforeValidator(_known(scalars.read_number, Fraction, int)), form("number")]
Whole = Annotated[int, BeforeValidator(_known(scalars.read_whole, int)), form("whole")]
Text = Annotated[str, BeforeValidator(_read_text), form("text")]
Id = Annotated[str, BeforeValidator(_read_id), form("id")]
SpanOf = Annotated[Span, BeforeValidator(_read_span), form("span")]
PeriodOf = Annotated[Period, BeforeValidator(_read_period), form("period")]
Ids = Annotated[
    Annotated[tuple[Id, ...], Tag("<list>")] | Annotated[Id, Tag("<text>")],
    Discriminator(_shape),
]
Code = Annotated[str, BeforeValidator(_read_code), form("currency", type="string")]
Version = Annotated[int, BeforeValidator(_read_version), form("version")]
