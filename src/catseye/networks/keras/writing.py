"""Networks as Keras's files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from catseye.networks.keras.h5_weights import h5_bytes
from catseye.networks.keras.keras_file import KerasContent, keras_file_bytes
from catseye.networks.keras.keras_layers import KerasLayers, layer_configuration

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import nn

    from catseye.arrays import Floats

_VERSION = "3.0.0"  # the first whose files have this form


def keras_model_bytes(
    network: nn.Module,
    shape: tuple[int, int, int],
    mean: Sequence[float],
    std: Sequence[float],
    temperature: float,
    extra: dict[str, Any],
) -> bytes:
    """Return a ``.keras`` file of a Sequential model from pictures of values 0 to 255 to probabilities.

    Parameters
    ----------
    network
        What a network's text builds.
    shape
        Height, width and channels.
    mean, std
        One per channel, in units of 0–1: the model normalises first.
    temperature
        Divides the logits: the weights of the last layer are divided by it. The model ends in softmax.
    extra
        JSON values that Keras does not read.

    Raises
    ------
    UsageError
        Keras has no such layers in a Sequential model.
    CatseyeError
        h5py is not installed.
    """
    layers = KerasLayers(network, shape)
    listed = [
        layer_configuration("InputLayer", {"name": "pictures", "batch_shape": [None, *shape], "dtype": "float32"}),
        *_normalisation(mean, std),
        *layers.configurations(),
        layer_configuration("Activation", {"name": "softmax", "activation": "softmax"}),
    ]
    weights = _calibrated(layers, temperature)
    model = {
        "module": "keras",
        "class_name": "Sequential",
        "config": {"name": "catseye", "trainable": True, "layers": listed},
        "registered_name": None,
        "build_config": {"input_shape": [None, *shape]},
    }
    return keras_file_bytes(KerasContent(model, extra, h5_bytes(weights)), _VERSION)


def keras_weights_bytes(network: nn.Module, shape: tuple[int, int, int], temperature: float = 1.0) -> bytes:
    """Return a ``.weights.h5`` file: the weights alone, for ``load_weights`` of a model with the same layers.

    The weights of the last layer are divided by ``temperature``.

    Raises
    ------
    UsageError
        Keras has no such layers in a Sequential model.
    CatseyeError
        h5py is not installed.
    """
    return h5_bytes(_calibrated(KerasLayers(network, shape), temperature))


def _calibrated(layers: KerasLayers, temperature: float) -> dict[str, list[Floats]]:
    weights: dict[str, list[Floats]] = {group: list(module.to_keras().values()) for group, module in layers.weighted()}
    last = next(reversed(weights))
    weights[last] = [values / temperature for values in weights[last]]
    return weights


def _normalisation(mean: Sequence[float], std: Sequence[float]) -> list[dict[str, Any]]:
    if len(set(mean)) == len(set(std)) == 1:
        scale = {"scale": 1 / (255 * std[0]), "offset": -mean[0] / std[0]}
        return [layer_configuration("Rescaling", {"name": "normalise", **scale})]
    own = {"axis": -1, "mean": list(mean), "variance": [value**2 for value in std]}
    return [
        layer_configuration("Rescaling", {"name": "rescale", "scale": 1 / 255, "offset": 0.0}),
        layer_configuration("Normalization", {"name": "normalise", **own}),
    ]
