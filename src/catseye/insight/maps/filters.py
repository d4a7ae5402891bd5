"""The filters of a network's first layer, which can be drawn as pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from torch import nn

from catseye.drawing.answer import Answer
from catseye.errors import UsageError, unknown
from catseye.networks.layers import layer_names

if TYPE_CHECKING:
    from catseye.arrays import Floats

_EMPTY = 1e-6  # of the largest norm: what weight decay leaves of an unused filter


@dataclass(frozen=True, eq=False, repr=False)
class Filters(Answer):
    """The filters of a network's first convolution.

    Attributes
    ----------
    layer : str
    weights : float32 (F, C, H, W)
        C is 1 for grey pictures and 3 for RGB. They act on normalised pixels.
    classifier : str
        Name of the classifier.
    count : int
        Filters that are shown, those of the largest norm.
    """

    layer: str
    weights: Floats
    classifier: str = "the classifier"
    count: int = 128

    def __repr__(self) -> str:
        return f"Filters({self.layer} of {self.classifier}, {'×'.join(map(str, self.weights.shape))})"

    @property
    def empty(self) -> int:
        """How many filters have a norm below a millionth of the largest."""
        return sum(map(self.is_empty, range(len(self.weights))))

    def is_empty(self, number: int) -> bool:
        """Say whether the filter of this number is empty."""
        return bool(self.norms[number] <= _EMPTY * self.norms.max())

    @property
    def norms(self) -> Floats:
        """The square root of the sum of squared weights of each filter, float (F,)."""
        norms: Floats = np.sqrt(np.square(self.weights, dtype=np.float64).sum((1, 2, 3)))
        return norms

    def largest(self, count: int) -> list[int]:
        """Return the numbers of the ``count`` filters of the largest norm, largest first."""
        return [int(number) for number in np.argsort(-self.norms, kind="stable")[:count]]

    def to_json(self) -> dict[str, Any]:
        """Return the ``count`` filters of the largest norm as JSON values."""
        filters = [
            {"channel": number, "norm": float(self.norms[number]), "weights": self.weights[number].tolist()}
            for number in self.largest(self.count)
        ]
        shape = list(self.weights.shape)
        named = {"classifier": self.classifier, "layer": self.layer}
        return named | {"shape": shape, "empty": self.empty, "filters": filters}


def read_first_filters(network: nn.Module, layer: str | None = None) -> Filters:
    """Return the filters of the first convolution.

    Parameters
    ----------
    network
    layer
        If given, it must be this convolution's name.

    Raises
    ------
    UsageError
        There is no convolution, or ``layer`` is another layer, whose filters cannot be drawn as pictures.
    """
    convolutions = {name: module for name, module in network.named_modules() if isinstance(module, nn.Conv2d)}
    if not convolutions:
        raise UsageError("the network has no convolution and therefore no filters.")
    first, convolution = next(iter(convolutions.items()))
    if layer is not None and layer != first:
        raise _not_drawable(network, layer, first, convolutions.get(layer))
    return Filters(first, convolution.weight.detach().float().contiguous().numpy())


def _not_drawable(network: nn.Module, layer: str, first: str, convolution: nn.Conv2d | None) -> UsageError:
    if layer not in layer_names(network):
        return unknown("layer", layer, layer_names(network))
    if convolution is None:
        return UsageError(f"layer {layer} has no filters of its own; the first layer's, {first}, can be drawn.")
    depth = convolution.weight.shape[1]
    maps = f"{depth} map{'s' * (depth > 1)} of the layer before"
    return UsageError(
        f"a filter of {layer} weighs {maps}, not colours, so that it is not a picture.\n"
        f"Only {first}, the first layer, can be drawn; see the maps or top-activating pictures of {layer} (--data)."
    )
