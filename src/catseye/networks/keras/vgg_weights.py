"""Weights of VGG in Keras's files, as ``keras.applications`` distributes them: with the dense layers or without."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import nn

from catseye.errors import CatseyeError, UsageError
from catseye.networks.backbones.vgg import VGGS, vgg_without_dense
from catseye.networks.keras.h5_weights import H5Weights, open_h5_as
from catseye.networks.keras.keras_file import read_keras_file
from catseye.networks.keras.layer_list import KerasError
from catseye.networks.keras.legacy_h5 import H5Kind, LegacyWeights, h5_kind, is_hdf5
from catseye.networks.keras.weighted import WeightedModule, channels_last_order
from catseye.networks.names import LARGEST_CLASSES

if TYPE_CHECKING:
    from pathlib import Path

    from catseye.networks.backbones.backbone import Backbone

_DEPTHS = {"vgg16": 16, "vgg19": 19}  # those that Keras has
_DENSE = 3
_BLUE_GREEN_RED = (103.939, 116.779, 123.68)  # means that keras.applications.vgg16.preprocess_input subtracts
MEAN, STD = tuple(value / 255 for value in reversed(_BLUE_GREEN_RED)), (1 / 255,) * 3


def read_keras_vgg(name: str, path: Path) -> Backbone:
    """Return VGG-16 or VGG-19 with the weights in a file of Keras's, for pictures normalised by ``MEAN`` and ``STD``.

    Keras's weights take channels in the order blue, green, red; the network that is returned takes red, green, blue.
    Without the dense layers ("notop") it has no classes.

    Parameters
    ----------
    name
        ``"vgg16"`` or ``"vgg19"``.
    path
        ``.h5`` as Keras distributes it or saves a whole model, ``.weights.h5``, or ``.keras``.

    Raises
    ------
    UsageError
        Keras has other networks under this name, or none.
    CatseyeError
        The file cannot be read, or holds the weights of another network.
    """
    if name not in _DEPTHS:
        raise UsageError(
            f"{path} is a file of Keras, of which weights are read for {' and '.join(_DEPTHS)}; not {name}."
        )
    try:
        if not is_hdf5(path):
            with open_h5_as(read_keras_file(path).weights, H5Weights) as weights:
                return _fill(name, weights, _numbered(weights))
        if h5_kind(path) is H5Kind.WEIGHTS:
            with open_h5_as(path, H5Weights) as weights:
                return _fill(name, weights, _numbered(weights))
        with open_h5_as(path, LegacyWeights) as legacy:
            return _fill(name, legacy, legacy.layers())
    except KerasError as error:
        raise CatseyeError(f"{path} cannot be read as weights of {name}: {error}") from error


def _numbered(weights: H5Weights) -> list[str]:
    """Return the groups of the convolutions and dense layers, in order, as Keras 3 numbers them."""
    return [
        group
        for kind in ("conv2d", "dense")
        for number in range(max(_DEPTHS.values()) + 1)
        if weights.paths(group := f"layers/{kind}{f'_{number}' if number else ''}")
    ]


@dataclass(frozen=True)
class _Sizes:
    """How many layers a file has, and how many classes."""

    layers: int
    classes: int


def _fill(name: str, weights: H5Weights, groups: list[str]) -> Backbone:
    convolutions = _DEPTHS[name] - _DENSE
    if len(groups) not in (convolutions, _DEPTHS[name]):
        raise KerasError(
            f"it has {len(groups)} layers with weights; {name} has {_DEPTHS[name]}, or {convolutions} without the "
            "dense ones."
        )
    with torch.device("meta"):
        whole = len(groups) > convolutions
        network = VGGS[name](_classes(weights, groups[-1])) if whole else vgg_without_dense(_DEPTHS[name])
    state = {key: torch.empty_like(value, device="cpu") for key, value in network.state_dict().items()}
    for module, group in zip(_modules(network), groups, strict=False):
        values = weights.read(group, [module.shape("kernel"), module.shape("bias")])
        state |= module.from_keras(dict(zip(("kernel", "bias"), values, strict=True)))
    first = next(iter(state))
    state[first] = state[first].flip(1).contiguous()
    network.load_state_dict(state, assign=True)
    return network.eval().requires_grad_(True)


def _modules(network: Backbone) -> list[WeightedModule]:
    """Return the convolutions and dense layers; the first dense one sees flattened maps."""
    found, order = [], channels_last_order(512, 7, 7)
    for name, module in network.named_modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            is_first = isinstance(module, nn.Linear) and module.in_features == len(order)
            found.append(WeightedModule(name, module, order if is_first else None))
    return found


def _classes(weights: H5Weights, group: str) -> int:
    found = weights.find(weights.paths(group)[-1])
    shape = tuple(getattr(found, "shape", ()))
    if len(shape) != 1 or not 1 <= shape[0] <= LARGEST_CLASSES:
        raise KerasError(f"{group} is not a dense layer with a bias for each class.")
    return int(shape[0])
