"""Which kind of number stands at a path of the plan, read from the models that say what may stand there."""

import inspect
from collections.abc import Iterator
from enum import Enum
from functools import cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from crmbudget.planning.plan import Plan
from crmbudget.planning.source import Path
from crmbudget.planning.types import Amount, Bound, Number, ShareOf, Weight, Whole
from crmbudget.wording import say


class Kind(Enum):
    """A kind of number, in the words of messages."""

    AMOUNT = say("an amount")
    BOUND = say("an amount or a share")
    SHARE = say("a share")
    WEIGHT = say("a weight")
    NUMBER = say("a number")
    WHOLE = say("a whole number")


_KINDS: dict[Any, Kind] = {
    get_args(annotation)[1]: kind
    for annotation, kind in zip((Amount, Bound, ShareOf, Weight, Number, Whole), Kind, strict=True)
}
"""Kinds by the reader that stands first in a scalar's annotation."""


def kind_at(at: Path) -> Kind | None:
    """The kind of number that may stand at a path; None where a plan holds no number.

    >>> kind_at(("segments", "key", "customers")), kind_at(("segments", "key", "churn")), kind_at(("name",))
    (<Kind.WHOLE: 'a whole number'>, <Kind.NUMBER: 'a number'>, None)
    """
    return next((_KINDS[mark] for option in _at(at) for mark in _marks(option) if mark in _KINDS), None)


def is_list(at: Path) -> bool:
    """Whether a list may stand at a path.

    >>> is_list(("limits",)), is_list(("segments",))
    (True, False)
    """
    return any(get_origin(option) is tuple for option in _at(at))


def holds_scalars(at: Path) -> bool:
    """Whether a mapping of ids to single values may stand at a path, so that all below it is one key.

    >>> holds_scalars(("allocate", 0, "max")), holds_scalars(("segments",))
    (True, False)
    """
    mappings = [get_args(option)[1] for option in _at(at) if get_origin(option) is dict]
    return any(mark in _KINDS for inner in mappings for option in _options(inner) for mark in _marks(option))


def _at(at: Path) -> list[Any]:
    found = [Plan]
    for part in at:
        found = [inner for option in found for inner in _inside(option, part)]
    return found


def _inside(option: Any, part: str | int) -> Iterator[Any]:
    """What may stand under a key, or at a position, of what an annotation says."""
    origin, named = get_origin(option), isinstance(part, str)
    if isinstance(option, type) and issubclass(option, BaseModel):
        yield from _options(_field(option, part))
    elif origin is (dict if named else tuple):
        yield from _options(get_args(option)[1 if named else 0])


@cache
def _field(model: type[BaseModel], part: str | int) -> Any:
    """The annotation of a key; a further key of a step is a number, as far as the plan itself can say."""
    for name, field in model.model_fields.items():
        if (field.alias or name) == part:
            return Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation
    if model.model_config.get("extra") != "allow":
        return None
    extra = inspect.get_annotations(model).get("__pydantic_extra__")
    return get_args(extra)[1] if extra else Number


def _options(annotation: Any) -> Iterator[Any]:
    """The members of a union; an annotation whose marks tell a kind stays as it is."""
    if get_origin(annotation) is Annotated and not any(mark in _KINDS for mark in _marks(annotation)):
        yield from _options(get_args(annotation)[0])
    elif get_origin(annotation) in {Union, UnionType}:
        for option in get_args(annotation):
            yield from _options(option)
    else:
        yield annotation


def _marks(annotation: Any) -> list[Any]:
    """The readers that an annotation carries."""
    if get_origin(annotation) is not Annotated:
        return []
    return [mark for mark in get_args(annotation)[1:] if type(mark) in _READERS]


_READERS = {type(mark) for mark in _KINDS}
