"""A sequence of PyTorch's own layers as Python that makes it."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from torch import nn

if TYPE_CHECKING:
    from collections.abc import Iterator

# Layers whose attributes are the arguments that they were made with, and which have no others.
_LAYERS = (
    *(nn.Conv2d, nn.Linear, nn.Flatten, nn.Identity, nn.Dropout, nn.Dropout2d, nn.Upsample),
    *(nn.BatchNorm1d, nn.BatchNorm2d, nn.GroupNorm, nn.LayerNorm),
    *(nn.MaxPool2d, nn.AvgPool2d, nn.AdaptiveAvgPool2d, nn.AdaptiveMaxPool2d),
    *(nn.ReLU, nn.ReLU6, nn.LeakyReLU, nn.ELU, nn.SELU, nn.GELU, nn.SiLU, nn.Mish, nn.Tanh, nn.Sigmoid, nn.Softplus),
    nn.Hardswish,
)
_WEIGHTS = ("bias",)  # arguments that say whether there is a weight of that name
_NOT_KEPT = ("device", "dtype", "inplace")
_ANY = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)  # of layers that take no argument
_INDENT = "    "


class NoSourceError(Exception):
    """A module is not one of PyTorch's own layers, or not as its class makes it."""


def write_source(module: nn.Module, indent: str = "") -> str:
    """Return the expression that makes a module, with the same names of its weights; ``nn`` is ``torch.nn``.

    Raises
    ------
    NoSourceError
        It is not a sequence of PyTorch's own layers.
    """
    if type(module) is nn.Sequential:
        within = indent + _INDENT
        lines = [
            f"{within}({name!r}, {write_source(layer, within)}),\n" for name, layer in module.named_children()
        ]  # one a line, however short
        return f"nn.Sequential(OrderedDict([\n{''.join(lines)}{indent}]))"
    if type(module) not in _LAYERS or "forward" in vars(module):
        raise NoSourceError
    return f"nn.{type(module).__name__}({', '.join(_arguments(module))})"


def _arguments(layer: nn.Module) -> Iterator[str]:
    for name, parameter in inspect.signature(type(layer)).parameters.items():
        if name in _NOT_KEPT or parameter.kind in _ANY:
            continue
        value = getattr(layer, name) if name not in _WEIGHTS else getattr(layer, name) is not None
        if parameter.default is parameter.empty:
            yield _plain(value)
        elif not _is_same(value, parameter.default):
            yield f"{name}={_plain(value)}"


def _is_same(value: Any, default: Any) -> bool:
    return bool(value == default) or value == (default, default)


def _plain(value: Any) -> str:
    """Return a number, a word or several of them as Python."""
    if isinstance(value, tuple):
        return repr(tuple(value))
    if not isinstance(value, bool | int | float | str | None):
        raise NoSourceError
    return repr(value)
