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
        yield self.name.replace(" ", "_"), ACTIVATIONS[self.name]()


def activation_words(name: str | None) -> str:
    """Return what follows a layer with this activation: nothing for relu, which is understood."""
    return "" if name == "relu" else f" {name or LINEAR}"
