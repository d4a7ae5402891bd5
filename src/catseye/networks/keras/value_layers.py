"""Keras's layers without a window as parts of a text: dense, flatten, normalisation, dropout, activations."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from catseye.networks.definition.convolution_layer import Conv
from catseye.networks.definition.plain_layers import BatchNorm, Dense, Dropout, Flatten, LayerNorm
from catseye.networks.definition.pooling_layer import GlobalPool
from catseye.networks.keras.activation_names import read_activation, read_activation_layer
from catseye.networks.keras.window_layers import keep_sides

if TYPE_CHECKING:
    from catseye.networks.keras.chain_builder import ChainBuilder
    from catseye.networks.keras.layer_list import KerasLayer


def add_dense(builder: ChainBuilder, layer: KerasLayer) -> None:
    """Add a dense layer; of maps, Keras takes the channels of each position, as a convolution of 1×1 does."""
    units, bias = layer.count("units"), layer.flag("use_bias", True)
    is_maps = len(builder.shape()) == 3
    builder.weigh(layer, "kernel", *["bias"] * bias, kernel="dense" if is_maps else "")
    builder.parts.append(
        Conv(units, (1, 1), activation=None, bias=bias) if is_maps else Dense(units, None, bias)
    )  # fmt: skip
    builder.activate(read_activation(layer))


def add_activation(builder: ChainBuilder, layer: KerasLayer) -> None:
    """Add an activation that is a layer by itself."""
    builder.activate(read_activation_layer(layer))


def add_flatten(builder: ChainBuilder, layer: KerasLayer) -> None:
    """Put all values in one row, where they are not."""
    del layer
    builder.lacks_channels = False
    if len(builder.shape()) == 3:
        builder.parts.append(Flatten())


def add_reshape(builder: ChainBuilder, layer: KerasLayer) -> None:
    """Pictures may be reshaped to pictures before anything else, pooled values to maps of 1×1, anything to a row."""
    shape, target = builder.shape(), layer.config.get("target_shape")
    values = prod(shape)
    if not isinstance(target, list) or not all(isinstance(side, int) for side in target):
        raise layer.problem("must have a list of numbers as target_shape")
    last = builder.parts[-1] if builder.parts else None
    if target in ([values], [-1]):
        add_flatten(builder, layer)
    elif not builder.computes() and len(target) == 3 and target[:2] == list(builder.pictures[:2]):
        builder.parts.clear()
        builder.lacks_channels = False
    elif isinstance(last, GlobalPool) and target in ([1, 1, values], [1, 1, -1]):
        builder.parts.pop()
        keep_sides(builder, average=last.average)
    elif target != list(shape):
        raise layer.problem("may reshape only pictures at the beginning, or anything to one row: use Flatten")


def add_dropout(builder: ChainBuilder, layer: KerasLayer) -> None:
    """Add dropout."""
    builder.parts.append(Dropout(layer.number("rate", 0.5)))


def add_batch_norm(builder: ChainBuilder, layer: KerasLayer) -> None:
    """Add batch normalisation."""
    _weigh_norm(builder, layer, "mean", "variance")
    builder.parts.append(BatchNorm(layer.number("epsilon", 1e-3)))


def add_layer_norm(builder: ChainBuilder, layer: KerasLayer) -> None:
    """Add layer normalisation."""
    if layer.flag("rms_scaling", False):
        raise layer.problem("must have rms_scaling false")
    _weigh_norm(builder, layer)
    builder.parts.append(LayerNorm(layer.number("epsilon", 1e-3)))


def _weigh_norm(builder: ChainBuilder, layer: KerasLayer, *moving: str) -> None:
    axis, last = layer.config.get("axis", -1), len(builder.shape())
    if (axis[0] if isinstance(axis, list) and len(axis) == 1 else axis) not in (-1, last):
        raise layer.problem(f"must normalise the channels, axis -1; it has axis {str(axis)[:60]}")
    names = ["gamma"] * layer.flag("scale", True) + ["beta"] * layer.flag("center", True)
    builder.weigh(layer, *names, *moving)
