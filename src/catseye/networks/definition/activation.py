"""Activations by the names that texts and other frameworks use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import nn

    from catseye.networks.definition.shape import Shape

LINEAR = "linear"  # the word for none
# By name the class in torch.nn. A text is read without PyTorch.
ACTIVATIONS = {
    "relu": "ReLU",
    "relu6": "ReLU6",
    "leaky relu": "LeakyReLU",  # 0.01 below zero
    "elu": "ELU",
    "selu": "SELU",  # Klambauer et al. 2017, arXiv:1706.02515
    "gelu": "GELU",  # Hendrycks & Gimpel 2016, arXiv:1606.08415
    "silu": "SiLU",
    "mish": "Mish",
    "tanh": "Tanh",
    "sigmoid": "Sigmoid",
    "softplus": "Softplus",
    "hard swish": "Hardswish",
}
_SLOPE = 0.01  # of leaky relu, where none is written
_SLOPED = "leaky relu"  # the one that may have a number behind it: leaky relu 0.2
SYNONYMS = {"swish": "silu", "leaky_relu": "leaky relu", "leakyrelu": "leaky relu", "hardswish": "hard swish"}


@dataclass(frozen=True)
class Activation:
    """A function of each value, without weights: ``relu``."""

    name: str

    def __str__(self) -> str:
        return self.name

    def output(self, shape: Shape) -> Shape:
        """Return the shape, which stays."""
        return shape

    def modules(self, shape: Shape) -> Iterator[tuple[str, nn.Module]]:
        """Yield the module with the name that is numbered."""
        del shape
        yield _parted(self.name)[0].replace(" ", "_"), activation_module(self.name)


def activation_module(name: str) -> nn.Module:
    """Return the module of an activation, such as ``"leaky relu 0.2"``."""
    from torch import nn

    kind, slope = _parted(name)
    module: nn.Module = nn.LeakyReLU(float(slope)) if slope else getattr(nn, ACTIVATIONS[kind])()
    return module


def activation_parts(name: str) -> tuple[str, float]:
    """Return an activation's kind, one of ``ACTIVATIONS``, and its slope below zero, which only leaky relu has.

    Examples
    --------
    >>> activation_parts("leaky relu 0.2"), activation_parts("gelu")
    (('leaky relu', 0.2), ('gelu', 0.01))
    """
    kind, slope = _parted(name)
    return kind, float(slope) if slope else _SLOPE


def leaky_relu(slope: float) -> str:
    """Return the name of leaky relu with this slope below zero, which for 0.01 is not written."""
    return _SLOPED if slope == _SLOPE else f"{_SLOPED} {slope:.9g}"


def is_sloped(name: str) -> bool:
    """Say whether a number may follow an activation's name."""
    return name == _SLOPED


def _parted(name: str) -> tuple[str, str]:
    """Return an activation's kind, and the number behind it or ``""``."""
    return (_SLOPED, name.removeprefix(_SLOPED).strip()) if name.startswith(_SLOPED) else (name, "")


def activation_words(name: str | None) -> str:
    """Return what follows a layer with this activation: nothing for relu, which is understood."""
    return "" if name == "relu" else f" {name or LINEAR}"
