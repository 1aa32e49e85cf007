"""Families of strategies, formats and commands, found by file name and by entry point."""

import contextlib
import os
import sys
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint


@cache
def own_names(package: str) -> tuple[str, ...]:
    """Names of the modules in a package, as a plan or a shell writes them; none of them is imported."""
    files = (file for folder in import_module(package).__path__ for file in os.listdir(folder))  # noqa: PTH208 - the quick way
    stems = (file.removesuffix(".py") for file in files if file.endswith(".py") and not file.startswith("_"))
    return tuple(sorted(stem.replace("_", "-") for stem in stems))


@cache
def _outside(group: str) -> "dict[str, EntryPoint]":
    from importlib import metadata

    return {point.name: point for point in metadata.entry_points(group=group)}


def module(package: str, name: str) -> ModuleType:
    """The module of that name in the package; ModuleNotFoundError where there is none."""
    return import_module(f"{package}.{name.replace('-', '_')}")


def names(package: str, group: str) -> tuple[str, ...]:
    """Names in the package and, from other distributions, in the entry-point group."""
    return tuple(sorted({*own_names(package), *_outside(group)}))


def offered(package: str, group: str) -> tuple[str, ...]:
    """As ``names``, asking other distributions only where one of them mentions the group in its files.

    To ask them all would cost a small plan a fifth of its time. A distribution inside an archive is not seen.
    """
    return names(package, group) if _mentioned(group) else own_names(package)


@cache
def _mentioned(group: str) -> bool:
    for folder in sys.path:
        with contextlib.suppress(OSError):
            for name in os.listdir(folder or "."):  # noqa: PTH208 - the quick way
                if name.endswith((".dist-info", ".egg-info")) and _mentions(os.path.join(folder, name), group):  # noqa: PTH118
                    return True
    return False


def _mentions(folder: str, group: str) -> bool:
    try:
        with open(os.path.join(folder, "entry_points.txt"), "rb") as file:  # noqa: PTH118, PTH123 - the quick way
            return f"[{group}]".encode() in file.read()
    except OSError:
        return False


def member(package: str, group: str, name: str, attribute: str) -> Any:
    """What a name stands for: the module's ``attribute``, or what the entry point names; KeyError where unknown."""
    if name in own_names(package):
        return getattr(module(package, name), attribute)
    return _outside(group)[name].load()


def members(package: str, group: str, attribute: str) -> Iterator[tuple[str, Any]]:
    """Every name with what it stands for."""
    for name in names(package, group):
        yield name, member(package, group, name, attribute)
