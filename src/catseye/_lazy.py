"""Names of a package that are loaded when they are first used, so that importing it costs nothing."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

from catseye.errors import missing_package

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping


def lazily(
    package: str, homes: Mapping[str, str], modules: Collection[str] = ()
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Return the functions ``__getattr__`` and ``__dir__`` of a package.

    The package repeats the names in ``__all__``, which is what :func:`dir` shows, and in an ``if TYPE_CHECKING``
    block, for editors and type checkers.

    Parameters
    ----------
    package
        The package's ``__name__``.
    homes
        The module in which each name is: ``{"Run": "catseye.runs.run"}``.
    modules
        Names of the package's modules that are offered themselves.
    """

    def load(name: str) -> Any:
        if name in modules:
            return import_module(f"{package}.{name}")
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}{_nearest(name, names())}")
        try:
            return getattr(import_module(homes[name]), name)
        except ModuleNotFoundError as error:
            raise missing_package(error, f"{package}.{name}") or error from None

    def names() -> list[str]:
        return list(sys.modules[package].__all__)

    return load, names


def _nearest(name: str, names: Collection[str]) -> str:
    from difflib import get_close_matches

    found = [] if name.startswith("_") else get_close_matches(name, names, n=1)
    return f"; did you mean {found[0]}?" if found else ""
