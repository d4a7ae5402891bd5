"""Python source code for a sequence of PyTorch's own layers."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from torch import nn

if TYPE_CHECKING:
    from collections.abc import Iterator

# Layers whose constructor arguments can all be read from attributes of the same names.
_LAYERS = (
    *(nn.Conv2d, nn.Linear, nn.Flatten, nn.Identity, nn.Dropout, nn.Dropout2d, nn.Upsample),
    *(nn.BatchNorm1d, nn.BatchNorm2d, nn.GroupNorm, nn.LayerNorm),
    *(nn.MaxPool2d, nn.AvgPool2d, nn.AdaptiveAvgPool2d, nn.AdaptiveMaxPool2d),
    *(nn.ReLU, nn.ReLU6, nn.LeakyReLU, nn.ELU, nn.SELU, nn.GELU, nn.SiLU, nn.Mish, nn.Tanh, nn.Sigmoid, nn.Softplus),
    nn.Hardswish,
)
_WEIGHTS = ("bias",)  # flags: whether there is a weight of that name
_OMITTED = ("device", "dtype", "inplace")
_ANY = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)  # of layers without arguments
_INDENT = "    "


class NoSourceError(Exception):
    """A module is not one of PyTorch's own layers, or was modified."""


def write_source(module: nn.Module, indent: str = "") -> str:
    """Return an expression that constructs a module with the same weight names; ``nn`` is ``torch.nn``.

    Raises
    ------
    NoSourceError
        It is not a sequence of PyTorch's own layers.
    """
    if type(module) is nn.Sequential:
        within = indent + _INDENT
        lines = [
            f"{within}({name!r}, {write_source(layer, within)}),\n" for name, layer in module.named_children()
        ]  # one per line, however short
        return f"nn.Sequential(OrderedDict([\n{''.join(lines)}{indent}]))"
    if type(module) not in _LAYERS or "forward" in vars(module):
        raise NoSourceError
    return f"nn.{type(module).__name__}({', '.join(_list_arguments(module))})"


def _list_arguments(layer: nn.Module) -> Iterator[str]:
    for name, parameter in inspect.signature(type(layer)).parameters.items():
        if name in _OMITTED or parameter.kind in _ANY:
            continue
        value = getattr(layer, name) if name not in _WEIGHTS else getattr(layer, name) is not None
        if parameter.default is parameter.empty:
            yield _to_source(value)
        elif not _is_default(value, parameter.default):
            yield f"{name}={_to_source(value)}"


def _is_default(value: Any, default: Any) -> bool:
    return bool(value == default) or value == (default, default)


def _to_source(value: Any) -> str:
    """Return a number, a string or a tuple of them as Python source."""
    if isinstance(value, tuple):
        return repr(tuple(value))
    if not isinstance(value, bool | int | float | str | None):
        raise NoSourceError
    return repr(value)
