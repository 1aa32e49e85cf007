"""What pydantic found -> findings in our own words, each at the place where it was written."""

import re
import types
from collections.abc import Iterator
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from crmbudget.finding import Finding, Misread, misspelt, one_of
from crmbudget.planning.edits import edits_at, listed_at, recoloned, renamed
from crmbudget.planning.kinds import kind_at
from crmbudget.planning.plan import Plan
from crmbudget.planning.source import Path, Source
from crmbudget.planning.words import word_of
from crmbudget.wording import changed, say


def translate(error: ValidationError, source: Source) -> Iterator[Finding]:
    """One finding for each of pydantic's errors."""
    for detail in error.errors(include_url=False, include_input=True):
        at = path_of(detail["loc"])
        is_key = bool(detail["loc"]) and detail["loc"][-1] == "[key]"
        yield _finding(detail, at, source, is_key=is_key)


def path_of(location: tuple[str | int, ...]) -> Path:
    """Pydantic's location as a path of the plan: without the marks of unions and keys."""
    return tuple(part for part in location if not (isinstance(part, str) and re.fullmatch(r"<\w+>|\[key\]", part)))


def _finding(detail: Any, at: Path, source: Source, *, is_key: bool) -> Finding:
    kind, name = detail["type"], at[-1] if at else ""
    raised = detail.get("ctx", {}).get("error")
    if isinstance(raised, Misread):
        return _misread(raised, at, source, is_key=is_key)
    if kind == "extra_forbidden":
        fix = one_of(str(name), fields_at(at[:-1]))
        said = say("`{name}` is not a key {of2}", name=name, of2=_of(at[:-1]))
        return Finding("CB104", said, source.place(at, key=True), fix, repair=renamed(source, at, fields_at(at[:-1])))
    if kind == "missing":
        return Finding(
            "CB125",
            say("{whole} lacks `{name}`", whole=changed(_of(at[:-1]), lambda of: of.removeprefix("of ")), name=name),
            source.place(at[:-1], key=True),
            say("add `{name}:`", name=name),
        )
    if kind == "literal_error":
        words = re.findall(r"'([^']*)'", detail["ctx"]["expected"])
        return Finding(
            "CB119",
            say("`{detail}` is not a word for `{name}`", detail=detail["input"], name=name),
            source.place(at),
            one_of(str(detail["input"]), words),
            repair=edits_at(source, at, misspelt(str(detail["input"]), words)),
        )
    return _wrong_shape(kind, detail["input"], at, source)


def _misread(error: Misread, at: Path, source: Source, *, is_key: bool) -> Finding:
    message, full = error.message, (*at, *error.at)
    parent = _model_at(at[:-1])
    if parent is not None and at[-1] not in _fields(parent) and parent.model_config.get("extra") == "allow":
        known = [key for key in _fields(parent) if key != at[-1]]
        fix = say("{one_of} A key of your own holds a number", one_of=one_of(str(at[-1]), known))
        repair = edits_at(source, full, error.meant) or recoloned(source, at, known)
        return Finding(error.code, f"`{at[-1]}`: {message}", source.place(full), fix, repair=repair)
    repair = edits_at(source, full, _meant(error, full, source), key=is_key)
    return Finding(error.code, message, source.place(full, key=is_key), error.fix, repair=repair)


def _meant(error: Misread, at: Path, source: Source) -> str | None:
    """What a text must stand for where it is written; None where it can be something else there."""
    calendar = source.tree.get("calendar") if isinstance(source.tree, dict) else None
    every = calendar.get("every", "month") if isinstance(calendar, dict) else "month"
    if error.code == "CB118" and every != "month" and error.meant and not re.search("[QW]", error.meant):
        return None  # 2027-1 may be a month, a quarter and a week
    if error.meant and "_" in error.meant and isinstance(at[-1], int):
        return None  # of two numbers in a list, the comma between may be missing
    return error.meant


_SHAPES = {
    "dict": say("a mapping"),
    "model": say("a mapping"),
    "tuple": say("a list"),
    "list": say("a list"),
    "string": say("a text"),
}


def _wrong_shape(kind: str, given: object, at: Path, source: Source) -> Finding:
    meant = next((shape for word, shape in _SHAPES.items() if kind.startswith(word)), say("another form"))
    if kind.endswith("too_short") or not given:
        return Finding(
            "CB107",
            say(
                "{meant} is expected here, and nothing is given",
                meant=say("a value") if kind.startswith("too_short") else meant,
            ),
            source.place(at),
            say("fill it, or take the key out"),
        )
    found = say("a mapping") if isinstance(given, dict) else say("a list") if isinstance(given, list) else f"`{given}`"
    fix = {"a mapping": "write `key: value` pairs", "a list": "write a list: [a, b]"}.get(meant, say("write one text"))
    said = say("{meant} is expected here, not {found}", meant=meant, found=found)
    named = kind == "tuple_type" and kind_at((*at, 0)) is None
    repair = listed_at(source, at) if named else recoloned(source, at, fields_at(at), key=False)
    return Finding("CB106", said, source.place(at), fix, repair=repair)


def _of(at: Path) -> str:
    if not at:
        return say("of a plan")
    model = _model_at(at)
    kind = model.__name__.lower() if model else str(at[-1])
    article = "an" if kind[0] in "aeiou" else "a"
    shown = at[-1] if model and kind != str(at[-1]) and not isinstance(at[-1], int) else None
    return (
        say("of the {kind} `{shown}`", kind=word_of(kind), shown=shown)
        if shown
        else say("of {article} {kind}", article=article, kind=word_of(kind))
        if isinstance(at[-1], int)
        else say("of `{at}`", at=at[-1])
    )


def fields_at(at: Path) -> list[str]:
    """The keys that may stand at a path of the plan."""
    model = _model_at(at)
    return list(_fields(model)) if model else []


def _fields(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _model_at(at: Path) -> type[BaseModel] | None:
    """Walks the models' annotations along a path."""
    found: Any = Plan
    for part in at:
        model = next(_models(found), None)
        if model is not None:
            field = next((field for name, field in model.model_fields.items() if (field.alias or name) == part), None)
            found = field.annotation if field else None
        else:
            found = _inside(found)
    return next(_models(found), None)


def _inside(annotation: Any) -> Any:
    """The annotation of a mapping's values or of a list's members."""
    for option in _options(annotation):
        if get_origin(option) is dict:
            return get_args(option)[1]
        if get_origin(option) is tuple:
            return get_args(option)[0]
    return None


def _options(annotation: Any) -> Iterator[Any]:
    if get_origin(annotation) is Annotated:
        yield from _options(get_args(annotation)[0])
    elif get_origin(annotation) in {Union, types.UnionType}:
        for option in get_args(annotation):
            yield from _options(option)
    else:
        yield annotation


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    for option in _options(annotation):
        if isinstance(option, type) and issubclass(option, BaseModel):
            yield option
