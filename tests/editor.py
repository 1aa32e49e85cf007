"""A plan as an editor sees it: YAML 1.2 with the core schema, so that digits become numbers before any check."""

import re
from itertools import islice

import yaml
from jsonschema import Draft7Validator

from crmbudget.planning.schema import plan_schema

WORDS = {"true": True, "false": False}
NUMBERS = [
    (re.compile(r"[-+]?[0-9]+"), int),
    (re.compile(r"0o[0-7]+"), lambda text: int(text, 0)),
    (re.compile(r"0x[0-9a-fA-F]+"), lambda text: int(text, 16)),
    (re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"), float),
    (re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"), lambda text: float(text.replace(".", ""))),
]
NODES_MAX = 100_000
DIGITS_MAX = 300
"""Beyond them a number is as good as infinite, and no number of a program."""


def resolved(text):
    """What the core schema makes of a plain scalar."""
    if text in {"", "~", "null", "Null", "NULL"}:
        return None
    if text.lower() in WORDS and text in {text.lower(), text.title(), text.upper()}:
        return WORDS[text.lower()]
    if len(text) > DIGITS_MAX:
        return text
    return next((kind(text) for form, kind in NUMBERS if form.fullmatch(text)), text)


class Loader(yaml.SafeLoader):
    """Plain scalars are resolved, quoted ones and keys are texts; a key given twice is an error, as in an editor."""

    def construct_scalar(self, node):
        plain = isinstance(node, yaml.ScalarNode) and node.style is None
        return resolved(node.value) if plain else super().construct_scalar(node)

    def construct_mapping(self, node, deep=False):  # noqa: ARG002 - the base class has it
        keys = [key.value if isinstance(key, yaml.ScalarNode) else None for key, _ in node.value]
        if None in keys or len(keys) != len(set(keys)):
            raise yaml.constructor.ConstructorError(None, None, "a key is given twice, or is no text", node.start_mark)
        merged = {}
        for key, value in node.value:
            if key.value == "<<":
                inner = self.construct_object(value, deep=True)
                merged |= inner if isinstance(inner, dict) else {"<<": inner}
        own = {key.value: self.construct_object(value, deep=True) for key, value in node.value if key.value != "<<"}
        return merged | own


# Without its own resolvers every plain scalar is a text, and `construct_scalar` alone decides.
Loader.yaml_implicit_resolvers = {}


def seen(text):
    """The documents that an editor sees in a text; yaml.YAMLError where it underlines the text itself."""
    try:
        documents = list(yaml.load_all(text, Loader))
    except (RecursionError, UnicodeEncodeError) as error:
        raise yaml.YAMLError("too deep, or not a text") from error
    if sum(1 for _ in islice(nodes(documents), NODES_MAX)) == NODES_MAX:
        raise yaml.YAMLError("aliases expand without end")
    return documents


def nodes(tree):
    """Every value in a tree, aliases as often as they stand there."""
    yield tree
    for inner in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        yield from nodes(inner)


def typed(text):
    """The same with every scalar as a text, as if all were in quotes."""
    return list(yaml.load_all(text, yaml.BaseLoader))


VALIDATOR = Draft7Validator(plan_schema())


def complaints(documents):
    """What the schema says against documents."""
    return [
        f"{'.'.join(map(str, error.absolute_path))}: {error.message}"
        for document in documents
        for error in VALIDATOR.iter_errors(document)
    ]
