"""Layers that need no window: dense, flatten, normalisation, dropout."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from catseye.networks.definition.activation import Activation, activation_words
from catseye.networks.definition.shape import LayerError, check_maps, shape_in_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import nn

    from catseye.networks.definition.shape import Shape

_EPSILON = 1e-5  # PyTorch's; Keras has 0.001


@dataclass(frozen=True)
class Dense:
    """A dense (fully connected) layer.

    ``activation`` is ``""`` where none is written: relu, but none for the last layer.
    """

    units: int
    activation: str | None = ""
    bias: bool = True

    def __str__(self) -> str:
        words = "" if self.activation == "" else f" {self.activation}" if self.activation else activation_words(None)
        return f"dense {self.units}{'' if self.bias else ' no bias'}{words}"

    def output(self, shape: Shape) -> Shape:
        """Return the shape behind it; raise `LayerError` if it does not fit."""
        if len(shape) != 1:
            raise LayerError(
                self,
                f"needs values in one row, but maps of {shape_in_words(shape)} reach it. Write flatten or pool "
                "global before it.",
            )
        return (self.units,)

    def modules(self, shape: Shape) -> Iterator[tuple[str, nn.Module]]:
        """Yield the dense layer and its activation, each with the name that is numbered."""
        from torch import nn

        yield "dense", nn.Linear(shape[0], self.units, self.bias)
        activation = "relu" if self.activation == "" else self.activation
        if activation:
            yield from Activation(activation).modules(shape)


@dataclass(frozen=True)
class Flatten:
    """All values of a picture in one row."""

    def __str__(self) -> str:
        return "flatten"

    def output(self, shape: Shape) -> Shape:
        """Return the shape behind it; raise `LayerError` if it does not fit."""
        height, width, channels = check_maps(self, shape)
        return (height * width * channels,)

    def modules(self, shape: Shape) -> Iterator[tuple[str, nn.Module]]:
        """Yield the module with the name that is numbered."""
        del shape
        from torch import nn

        yield "flatten", nn.Flatten()


@dataclass(frozen=True)
class BatchNorm:
    """Each channel to mean 0 and deviation 1 over the batch (Ioffe & Szegedy 2015, arXiv:1502.03167)."""

    epsilon: float = _EPSILON

    def __str__(self) -> str:
        return f"batch norm{_epsilon_words(self.epsilon)}"

    def output(self, shape: Shape) -> Shape:
        """Return the shape, which stays."""
        return shape

    def modules(self, shape: Shape) -> Iterator[tuple[str, nn.Module]]:
        """Yield the module with the name that is numbered."""
        from torch import nn

        kind = nn.BatchNorm2d if len(shape) == 3 else nn.BatchNorm1d
        yield "norm", kind(shape[-1], self.epsilon)


@dataclass(frozen=True)
class LayerNorm:
    """The channels of each position to mean 0 and deviation 1 (Ba et al. 2016, arXiv:1607.06450)."""

    epsilon: float = _EPSILON

    def __str__(self) -> str:
        return f"layer norm{_epsilon_words(self.epsilon)}"

    def output(self, shape: Shape) -> Shape:
        """Return the shape, which stays."""
        return shape

    def modules(self, shape: Shape) -> Iterator[tuple[str, nn.Module]]:
        """Yield the module with the name that is numbered."""
        from torch import nn

        from catseye.networks.definition.modules import ChannelNorm

        yield "norm", ChannelNorm(shape[-1], self.epsilon) if len(shape) == 3 else nn.LayerNorm(shape[-1], self.epsilon)


@dataclass(frozen=True)
class Dropout:
    """A share of the values set to zero while it trains (Srivastava et al. 2014, JMLR 15)."""

    share: float

    def __str__(self) -> str:
        return f"dropout {self.share:g}"

    def output(self, shape: Shape) -> Shape:
        """Return the shape, which stays."""
        return shape

    def modules(self, shape: Shape) -> Iterator[tuple[str, nn.Module]]:
        """Yield the module with the name that is numbered."""
        del shape
        from torch import nn

        yield "dropout", nn.Dropout(self.share)


def _epsilon_words(epsilon: float) -> str:
    return "" if epsilon == _EPSILON else f" epsilon {epsilon:g}"
