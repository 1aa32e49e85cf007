"""Values put into a plan's tree from elsewhere: by ``--set``, and by a scenario. The tree itself is never changed, but copied."""

from collections.abc import Iterable
from typing import Any

from crmbudget.finding import Finding, Misread, Place, Refused
from crmbudget.planning.building import DEPTH_MAX
from crmbudget.planning.kinds import holds_scalars, is_list
from crmbudget.planning.source import Path, Source, read_source
from crmbudget.planning.translation import fields_at
from crmbudget.wording import say, say_count


def dotted(at: Path) -> str:
    """A path as one writes it: ``limits.0.max``."""
    return ".".join(map(str, at))


def found(tree: Any, at: Path) -> Any:
    """What the tree holds at a path; None where it holds nothing."""
    for part in at:
        if isinstance(tree, dict):
            tree = tree.get(part)
        elif isinstance(tree, list) and isinstance(part, int) and part < len(tree):
            tree = tree[part]
        else:
            return None
    return tree


def lead(tree: Any, key: str, code: str, start: Path = ()) -> Path:
    """The path that a dotted key means below ``start``: keys with dots in them are found, positions in lists are numbers.

    Below a ``start``, a key that fits none there is one new key, whatever its dots. Misread, with that code, where it leads nowhere.

    >>> lead({"segments": {"a.b": {"churn": "8%"}}}, "segments.a.b.churn", "CB124")
    ('segments', 'a.b', 'churn')
    """
    at, rest = start, key
    while rest:
        node = found(tree, at)
        if len(at) >= DEPTH_MAX:
            raise Misread(code, say("`{key}...` leads deeper than any plan", key=key[:40]), say("write fewer keys"))
        if isinstance(node, list) or (_empty(node) and is_list(at)):
            part: str | int = _position(node or [], rest, at, code)
        elif isinstance(node, dict) or _empty(node):
            part = _key(node or {}, rest, at, whole=bool(start) and at == start)
        else:
            raise Misread(code, say("`{dotted}` holds no keys", dotted=dotted(at)), say("name a key that holds others"))
        at, rest = (*at, part), rest[len(str(part)) + 1 :]
    return at


def _empty(node: Any) -> bool:
    return node is None or node == ""


def _key(tree: Iterable[str], rest: str, at: Path, *, whole: bool) -> str:
    """The longest key that fits: of the tree, else of what may stand there; the first part where none fits.

    All of it is one new key where it is ``whole``, or where nothing can stand below a key.
    """
    for known in (tree, fields_at(at)):
        if fitting := [key for key in known if rest == key or rest.startswith(f"{key}.")]:
            return max(fitting, key=len)
    return rest if whole or holds_scalars(at) else rest.partition(".")[0]


def _position(members: list[Any], rest: str, at: Path, code: str) -> int:
    """A position in a list, or the one after its last member."""
    text = rest.partition(".")[0]
    if text.isascii() and text.isdecimal() and len(text) <= len(str(len(members))) and int(text) <= len(members):
        return int(text)
    count = say_count("{count} member", "{count} members", len(members))
    fix = say(
        "count from 0: `{dotted}` is the first, `{dotted2}` would be a new one",
        dotted=dotted((*at, 0)),
        dotted2=dotted((*at, len(members))),
    )
    raise Misread(
        code,
        say("`{dotted}` is a list of {count}, and has no position `{text}`", dotted=dotted(at), count=count, text=text),
        fix,
    )


def put(tree: Any, at: Path, value: Any) -> Any:
    """The tree with this value at a path; what leads there is made where it is not written."""
    if not at:
        return value
    key, rest = at[0], at[1:]
    inner = put(found(tree, (key,)), rest, value)
    if isinstance(key, int):
        members = tree or []
        return [*members[:key], inner, *members[key + 1 :]]
    return {**(tree or {}), key: inner}


def graft(source: Source, at: Path, value: Any, key: Place, place: Place, origin: Path | None = None) -> None:
    """Puts a value into a plan: all that is found wrong with it points to where it is written.

    The value comes from ``origin``, a path of the same plan; from another text where that is None.
    """
    source.tree = put(source.tree, at, value)
    for length in range(1, len(at)):
        source.keys.setdefault(at[:length], key)
    for places, own in ((source.keys, key), (source.values, place)):
        inner = {} if origin is None else _below(places, origin)
        for stale in [path for path in places if path[: len(at)] == at]:
            del places[stale]
        places[at] = own
        places.update({(*at, *path): where for path, where in inner.items()})


def _below(places: dict[Path, Place], origin: Path) -> dict[Path, Place]:
    length = len(origin)
    return {path[length:]: place for path, place in places.items() if path[:length] == origin and len(path) > length}


def take_out(source: Source, at: Path) -> None:
    """Takes out what a path leads to; where that is a member of a list, those after it move up with their places."""
    above, key = at[:-1], at[-1]
    holder = found(source.tree, above)
    kept: Any
    if isinstance(key, int):
        kept = [*holder[:key], *holder[key + 1 :]]
    else:
        kept = {name: value for name, value in holder.items() if name != key}
    source.tree = put(source.tree, above, kept)
    for places in (source.keys, source.values):
        moved = {_moved(path, above, key): place for path, place in places.items() if path[: len(at)] != at}
        places.clear()
        places.update(moved)


def _moved(path: Path, above: Path, key: str | int) -> Path:
    length = len(above)
    if isinstance(key, int) and len(path) > length and path[:length] == above:
        position = path[length]
        if isinstance(position, int) and position > key:
            return (*above, position - 1, *path[length + 1 :])
    return path


def override(source: Source, text: str) -> None:
    """Puts the value of ``key.key=value`` into a plan; Refused (exit code 2) where it sets nothing."""
    target, equals, written = text.partition("=")
    place = Place(f"--set {text}")
    if not equals or not target:
        raise Refused(
            [Finding("CB124", say("`{text}` does not set anything", text=text), place, say("write --set total=1.5m"))],
            2,
        )
    value = read_source(written, place.path)
    try:
        at = lead(source.tree, target, "CB124")
    except Misread as error:
        raise Refused([Finding(error.code, error.message, place, error.fix)], 2) from error
    graft(source, at, value.tree if value.tree is not None else written, place, place)
