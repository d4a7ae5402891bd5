"""Networks from Keras's files."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn

from catseye.errors import CatseyeError, UsageError
from catseye.networks.keras.h5_weights import open_h5
from catseye.networks.keras.keras_file import read_keras_file
from catseye.networks.keras.keras_layers import KerasLayers
from catseye.networks.keras.layer_list import KerasError
from catseye.networks.keras.translator import translate
from catseye.networks.keras.weighted import weighted_modules
from catseye.networks.matching import left_over
from catseye.networks.registry import build

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
    """Return the network in a ``.keras`` file.

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
        content = read_keras_file(path)
        translation = translate(content.model, shape)
        name, pictures = str(translation.definition), translation.shape
        with torch.device("meta"):
            network = build(name, pictures, translation.classes)
        with open_h5(content.weights) as weights:
            _fill(network, pictures, weights, translation.variables)
    return KerasNetwork(network, translation, content.extra)


def read_keras_weights(path: Path, network: nn.Module, shape: tuple[int, int, int]) -> None:
    """Fill a network for pictures of ``shape`` (H, W, C), on whatever device, with a ``.weights.h5`` file.

    Raises
    ------
    CatseyeError
        The file cannot be read, or holds the weights of another network: others, or more than it has.
    """
    with _about(path):
        layers = KerasLayers(network, shape)
        with open_h5(path) as weights:
            _fill(network, shape, weights, layers.variables())
            left = weights.unused()
    if left:
        raise CatseyeError(left_over(path, left))


@contextmanager
def _about(path: Path) -> Iterator[None]:
    """Name the file in the errors about it."""
    try:
        yield
    except KerasError as error:
        raise CatseyeError(f"{path} cannot be read as a Keras model: {error}") from error
    except UsageError as error:
        raise UsageError(f"{path}: {error}") from error


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
    if found.head == "identity":
        return module.from_keras({"kernel": np.eye(*module.shape("kernel"), dtype=np.float32)})
    shapes = [module.shape(name) for name in found.names]
    if found.head == "sigmoid":
        shapes = [(*shape[:-1], 1) for shape in shapes]
    values = weights.read(found.path, shapes)
    if found.head == "sigmoid":
        values = [np.concatenate([np.zeros_like(value), value], axis=-1) for value in values]
    return module.from_keras(dict(zip(found.names, values, strict=True)))
