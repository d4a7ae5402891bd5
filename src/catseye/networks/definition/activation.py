"""Activations by the names that texts and other frameworks use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from torch import nn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from catseye.networks.definition.shape import Shape

LINEAR = "linear"  # the word for none
ACTIVATIONS: dict[str, Callable[[], nn.Module]] = {
    "relu": nn.ReLU,
    "relu6": nn.ReLU6,
    "leaky relu": nn.LeakyReLU,  # 0.01 below zero
    "elu": nn.ELU,
    "selu": nn.SELU,  # Klambauer et al. 2017, arXiv:1706.02515
    "gelu": nn.GELU,  # Hendrycks & Gimpel 2016, arXiv:1606.08415
    "silu": nn.SiLU,
    "mish": nn.Mish,
    "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid,
    "softplus": nn.Softplus,
    "hard swish": nn.Hardswish,
}
ACTIVATION_NAMES: dict[type[nn.Module], str] = {type(make()): name for name, make in ACTIVATIONS.items()}
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
    kind, slope = _parted(name)
    return nn.LeakyReLU(float(slope)) if slope else ACTIVATIONS[kind]()


def activation_name(module: nn.Module) -> str | None:
    """Return what a text calls a module; ``None`` where it is not an activation that texts know."""
    name = ACTIVATION_NAMES.get(type(module))
    return leaky_relu(module.negative_slope) if name == _SLOPED and isinstance(module, nn.LeakyReLU) else name


def leaky_relu(slope: float) -> str:
    """Return the name of leaky relu with this slope below zero, which for 0.01 is not written."""
    return _SLOPED if slope == nn.LeakyReLU().negative_slope else f"{_SLOPED} {slope:.9g}"


def is_sloped(name: str) -> bool:
    """Say whether a number may follow an activation's name."""
    return name == _SLOPED


def _parted(name: str) -> tuple[str, str]:
    """Return an activation's kind, and the number behind it or ``""``."""
    return (_SLOPED, name.removeprefix(_SLOPED).strip()) if name.startswith(_SLOPED) else (name, "")


def activation_words(name: str | None) -> str:
    """Return what follows a layer with this activation: nothing for relu, which is understood."""
    return "" if name == "relu" else f" {name or LINEAR}"
