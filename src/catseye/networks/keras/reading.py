"""Networks from Keras's files."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn

from catseye.errors import CatseyeError, UsageError
from catseye.networks.keras.h5_weights import open_h5, open_h5_as
from catseye.networks.keras.keras_file import read_keras_file
from catseye.networks.keras.keras_layers import KerasLayers
from catseye.networks.keras.layer_list import KerasError
from catseye.networks.keras.legacy_h5 import H5Kind, LegacyWeights, h5_kind, is_hdf5
from catseye.networks.keras.translator import translate
from catseye.networks.keras.weighted import weighted_modules
from catseye.networks.matching import left_over
from catseye.networks.registry import build
from catseye.short_repr import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from catseye.networks.keras.h5_weights import H5Weights
    from catseye.networks.keras.translated import Translation, Variables
    from catseye.networks.keras.weighted import WeightedModule


@dataclass(frozen=True)
class KerasNetwork:
    """A network from a ``.keras`` file, how it was translated, and what Catseye wrote beside it, if it did."""

    network: nn.Module
    translation: Translation
    extra: dict[str, Any]


def read_keras_network(path: Path, shape: tuple[int, int, int] | None) -> KerasNetwork:
    """Return the network in a ``.keras`` file, or in an ``.h5`` file with a whole model.

    Parameters
    ----------
    path
    shape
        Height, width and channels, where the model does not say.

    Raises
    ------
    CatseyeError
        The file cannot be read, or a text cannot say the same; the message names the layer.
    UsageError
        The shape is missing, or another than the model's.
    """
    with _about(path):
        if is_hdf5(path):
            if h5_kind(path) is not H5Kind.MODEL:
                raise KerasError("it holds weights alone; give it the ending .weights.h5, and state its network.")
            with open_h5_as(path, LegacyWeights) as legacy:
                translation = translate(legacy.model(), shape, adapted=legacy.normalisation, place=lambda name, _: name)
                return KerasNetwork(_filled(translation, legacy), translation, {})
        content = read_keras_file(path)
        with open_h5(content.weights) as weights:
            translation = translate(content.model, shape, adapted=weights.normalisation)
            network = _filled(translation, weights)
    return KerasNetwork(network, translation, content.extra)


def read_keras_weights(path: Path, network: nn.Module, shape: tuple[int, int, int]) -> None:
    """Fill a network for pictures of ``shape`` (H, W, C), on whatever device, with an HDF5 file of weights alone.

    In one of Keras 2, whose layers have names of any kind, the layers are those of the network in order.

    Raises
    ------
    CatseyeError
        The file cannot be read, or holds the weights of another network: others, or more than it has.
    """
    with _about(path):
        variables = KerasLayers(network, shape).variables()
        if h5_kind(path) is H5Kind.LEGACY_WEIGHTS:
            with open_h5_as(path, LegacyWeights) as legacy:
                names = legacy.layers()
                if len(names) != len(variables):
                    raise KerasError(
                        f"it has {counted(len(names), 'layer')} with weights; the network has {len(variables)}."
                    )
                named = [replace(one, path=name) for one, name in zip(variables, names, strict=True)]
                _fill(network, shape, legacy, named)
                return
        with open_h5(path) as weights:
            try:
                _fill(network, shape, weights, variables)
            except KerasError as error:
                raise _without_place(error, weights, variables) from error
            left = weights.unused()
    if left:
        raise CatseyeError(left_over(path, left))


def holds_keras_model(path: Path) -> bool:
    """Say whether an HDF5 file holds a whole model; raise `CatseyeError` if it cannot be opened."""
    with _about(path):
        return h5_kind(path) is H5Kind.MODEL


@contextmanager
def _about(path: Path) -> Iterator[None]:
    """Name the file in the errors about it."""
    try:
        yield
    except KerasError as error:
        raise CatseyeError(f"{path} cannot be read as a Keras model: {error}") from error
    except UsageError as error:
        raise UsageError(f"{path}: {error}") from error


def _without_place(error: KerasError, weights: H5Weights, variables: Sequence[Variables]) -> KerasError:
    """Return the error, and what to do if the file has layers that no text names, or names in that way."""
    named = {one.path for one in variables}
    strange = [layer for layer in weights.unused() if layer not in named]
    if not strange:
        return error
    return KerasError(
        f"{str(error).rstrip('.')}; but it has {strange[0]}. Save the whole model instead, with "
        'model.save("NAME.keras"), and convert that: its file says which layers these are.'
    )


def _filled(translation: Translation, weights: H5Weights) -> nn.Module:
    with torch.device("meta"):
        network = build(str(translation.definition), translation.shape, translation.classes)
    _fill(network, translation.shape, weights, translation.variables)
    return network


def _fill(network: nn.Module, shape: tuple[int, int, int], weights: H5Weights, variables: Sequence[Variables]) -> None:
    assert isinstance(network, nn.Sequential)
    state = {name: _fresh(name, value) for name, value in network.state_dict().items()}
    for module, found in zip(weighted_modules(network, shape), variables, strict=True):
        state |= _read(module, weights, found)
    network.load_state_dict(state, assign=True)
    network.eval().requires_grad_(True)


def _fresh(name: str, value: torch.Tensor) -> torch.Tensor:
    """Return what stands where a file has nothing: counters, and the scale and offset that a layer does without."""
    fill = torch.ones if name.endswith("weight") else torch.zeros
    return fill(value.shape, dtype=value.dtype)


def _read(module: WeightedModule, weights: H5Weights, found: Variables) -> dict[str, torch.Tensor]:
    if found.constants is not None:
        return module.from_keras(found.constants)
    if found.head == "identity":
        return module.from_keras({"kernel": np.eye(*module.shape("kernel"), dtype=np.float32)})
    usual = [module.shape(name) for name in found.names]
    shapes = [_stored(found, name, module, shape) for name, shape in zip(found.names, usual, strict=True)]
    values = weights.read(found.path, shapes, found.first, found.total)
    if found.head == "sigmoid":
        values = [np.concatenate([np.zeros_like(value), value], axis=-1) for value in values]
    in_order = (value.reshape(shape) for value, shape in zip(values, usual, strict=True))
    return module.from_keras(dict(zip(found.names, in_order, strict=True)))


def _stored(found: Variables, name: str, module: WeightedModule, shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return the shape that a file has for a variable which would have ``shape`` in Conv2D or Dense."""
    if found.head == "sigmoid":
        return (*shape[:-1], 1)
    if name != "kernel" or not found.kernel:
        return shape
    if found.kernel == "dense":
        return shape[2:]
    assert isinstance(module.module, nn.Conv2d)
    channels = module.module.in_channels
    return (*shape[:2], channels, shape[3] // channels)
