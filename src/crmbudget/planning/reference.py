"""The keys of a plan as the reference lists them: what may stand there, what it means, what counts where it is left out."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from crmbudget.planning.forms import Schema
from crmbudget.planning.keys import KEYS
from crmbudget.planning.schema import Writer, options_of
from crmbudget.wording import joined, say

HEADER = (say("key"), say("takes"), say("meaning"), say("where left out"), say("example"))


class Row(NamedTuple):
    """A key in a line of the reference, in the order of its header."""

    key: str
    takes: str
    text: str
    absent: str
    example: str


def rows(model: str) -> Iterator[Row]:
    """The keys of a model by its name, in the order in which it has them."""
    writer = Writer()
    told = writer.models[model]
    for name, key in KEYS[model].items():
        absent = say("required") if name in told.get("required", ()) else key.absent
        yield Row(
            f"`{name}`", _takes(told["properties"][name], writer), key.text, absent, f"`{_flow(key.examples[0])}`"
        )


def _takes(told: Schema, writer: Writer) -> str:
    """What may stand as a value, in words."""
    if "form" in told:
        return writer.forms[told["form"]].word
    words = told.get("enum") or writer.words.get(told.get("$ref", "").rpartition("/")[2])
    if words:
        return ", ".join(f"`{word}`" for word in words)
    if "$ref" in told:
        return say("mapping")
    if options := sorted(options_of(told), key=lambda one: "form" not in one):
        return joined(say(" or "), [_takes(one, writer) for one in options])
    inner = told["items"] if told["type"] == "array" else told["additionalProperties"]
    simple = "form" in inner
    if told["type"] == "array":
        return say("list of {inner}", inner=_takes(inner, writer)) if simple else say("list")
    return say("mapping to {inner}", inner=_takes(inner, writer)) if simple else say("mapping")


def _flow(example: Any) -> str:
    """An example on one line, as a plan writes it."""
    if isinstance(example, dict):
        return f"{{{', '.join(f'{key}: {_flow(value)}' for key, value in example.items())}}}"
    if isinstance(example, list):
        return f"[{', '.join(map(_flow, example))}]"
    return f'"{example}"' if example == ";" else str(example)
