"""Weights of modules as Keras arranges them, and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn

from catseye.networks.structure import copy_structure

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from catseye.arrays import Floats, Integers

_DENSE = {"kernel": "weight", "bias": "bias"}
_NORM = {"gamma": "weight", "beta": "bias", "mean": "running_mean", "variance": "running_var"}


@dataclass(frozen=True)
class WeightedModule:
    """A module with weights.

    Attributes
    ----------
    name : str
        Its name in the network.
    module : torch.nn.Module
        A convolution, a dense layer or a normalisation.
    order : int64 (N,) or None
        Behind ``flatten``: for each value (in the order C, H, W) its number in Keras (in the order H, W, C).
    """

    name: str
    module: nn.Module
    order: Integers | None = None

    def variables(self) -> dict[str, str]:
        """Return the network's names of the weights by Keras's, in Keras's order."""
        names = _DENSE if isinstance(self.module, nn.Conv2d | nn.Linear) else _NORM
        return {key: name for key, name in names.items() if getattr(self.module, name, None) is not None}

    def shape(self, variable: str) -> tuple[int, ...]:
        """Return the shape that Keras gives a variable."""
        own = tuple(getattr(self.module, self.variables()[variable]).shape)
        if variable != "kernel":
            return own
        return (own[1], own[0]) if len(own) == 2 else (own[2], own[3], own[1], own[0])

    def from_keras(self, variables: Mapping[str, Floats]) -> dict[str, torch.Tensor]:
        """Return the parameters by their names in the network, from variables in Keras's shapes."""
        return {
            f"{self.name}.{self.variables()[key]}": torch.from_numpy(self._from_keras(key, value))
            for key, value in variables.items()
        }

    def to_keras(self) -> dict[str, Floats]:
        """Return the variables in Keras's shapes and order, float32."""
        return {key: self._to_keras(key, getattr(self.module, name)) for key, name in self.variables().items()}

    def _from_keras(self, key: str, value: Floats) -> Floats:
        own = np.asarray(value, np.float32)
        if own.ndim == 4:
            return np.ascontiguousarray(own.transpose(3, 2, 0, 1))
        if self.order is not None and key != "bias":
            own = own[self.order]
        return np.ascontiguousarray(own.T)

    def _to_keras(self, key: str, parameter: torch.Tensor) -> Floats:
        own = parameter.detach().cpu().numpy()
        if own.ndim == 4:
            return np.ascontiguousarray(own.transpose(2, 3, 1, 0))
        own = own.T
        if self.order is not None and key != "bias":
            other = np.empty_like(own)
            other[self.order] = own
            own = other
        return np.ascontiguousarray(own)


def weighted_modules(network: nn.Sequential, shape: tuple[int, int, int]) -> Iterator[WeightedModule]:
    """Yield the modules with weights of a network for pictures of ``shape`` (H, W, C), in order."""
    for name, module, order in walk_modules(network, shape):
        if next(module.parameters(), None) is not None:
            yield WeightedModule(name, module, order)


def walk_modules(
    network: nn.Sequential, shape: tuple[int, int, int]
) -> Iterator[tuple[str, nn.Module, Integers | None]]:
    """Yield each module with its name, and the order of flattened values that reach it."""
    height, width, channels = shape
    values = torch.empty(1, channels, height, width, device="meta")
    order: Integers | None = None
    plan = copy_structure(network).eval().to("meta")  # only shapes are computed
    for (name, module), planned in zip(network.named_children(), plan.children(), strict=True):
        before = tuple(values.shape[1:])
        yield name, module, order
        with torch.inference_mode():
            values = planned(values)
        if isinstance(module, nn.Flatten) and len(before) == 3:
            order = channels_last_order(*before)
        elif isinstance(module, nn.Linear):
            order = None


def channels_last_order(channels: int, height: int, width: int) -> Integers:
    """Return for each flattened value (in the order C, H, W) its number in Keras (in the order H, W, C)."""
    places = np.arange(height * width * channels).reshape(height, width, channels)
    order: Integers = places.transpose(2, 0, 1).ravel()
    return order
