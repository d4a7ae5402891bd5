"""Keras's layers that prepare pictures: rescaling, normalisation, resizing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from catseye.images.preprocess import LARGEST_SIDE
from catseye.networks.definition.shape import check_maps

if TYPE_CHECKING:
    from catseye.arrays import Floats
    from catseye.networks.keras.chain_builder import ChainBuilder
    from catseye.networks.keras.layer_list import KerasLayer

_LEAST_DEVIATION = 1e-7  # Keras's: a smaller one counts as this


def add_rescaling(builder: ChainBuilder, layer: KerasLayer) -> None:
    """Multiply and add: in the preprocessing, where nothing came before."""
    scale, offset = np.array(layer.numbers("scale", 1.0)), np.array(layer.numbers("offset", 0.0))
    _rescale(builder, layer, scale, offset, starts_at_255=True)


def add_normalization(builder: ChainBuilder, layer: KerasLayer) -> None:
    """Subtract a mean and divide by a deviation, which the configuration or the weights say."""
    if layer.flag("invert", False):
        raise layer.problem("must have invert false")
    if layer.config.get("mean") is not None and layer.config.get("variance") is not None:
        mean, variance = np.array(layer.numbers("mean", 0.0)), np.array(layer.numbers("variance", 1.0))
    elif builder.adapted:
        mean, variance = builder.adapted(layer.path)
    else:
        raise layer.problem("has no mean and variance")
    if (variance < 0).any():
        raise layer.problem("must have variances of at least 0")
    deviation = np.maximum(np.sqrt(variance), _LEAST_DEVIATION)
    # Of pictures of values from 0 to 1, no mean can be above 1; of values from 0 to 255, few are that dark.
    _rescale(builder, layer, 1 / deviation, -mean / deviation, starts_at_255=bool((np.abs(mean) > 1).any()))


def add_resizing(builder: ChainBuilder, layer: KerasLayer) -> None:
    """Let the pictures have the size that a model resizes them to at its beginning."""
    sides = layer.count("height"), layer.count("width")
    height, width, channels = check_maps(layer.kind, builder.shape())
    if sides == (height, width):
        return
    if builder.parts or max(sides) > LARGEST_SIDE:
        raise layer.problem(f"resizes maps of {height}×{width}; it may stand only before layers that compute")
    builder.pictures = (*sides, channels)
    builder.notes.append(
        f"{layer.kind} was left out: pictures are cropped and resized to {sides[0]}×{sides[1]} by Catseye, and Keras's "
        "answers for pictures of other sizes differ a little"
    )


def leave_out_same_size(builder: ChainBuilder, layer: KerasLayer) -> None:
    """Leave out a random crop, which in use resizes what has another size."""
    height, width, _ = check_maps(layer.kind, builder.shape())
    if (layer.count("height"), layer.count("width")) != (height, width):
        raise layer.problem("crops in use too; save the model without it, for pictures of the smaller size")
    builder.left_out.append(layer.kind)


def _rescale(builder: ChainBuilder, layer: KerasLayer, scale: Floats, offset: Floats, *, starts_at_255: bool) -> None:
    shape = builder.shape()
    channels = builder.pictures[2] if len(shape) == 1 or not builder.computes() else shape[2]
    if not {len(scale), len(offset)} <= {1, channels}:
        raise layer.problem(f"must have 1 or {channels} values")
    if not builder.computes() and (builder.scale * scale > 0).all():
        first = (builder.scale == 1).all() and (builder.offset == 0).all()
        builder.rescales = builder.rescales or (first and starts_at_255)
        builder.scale, builder.offset = builder.scale * scale, builder.offset * scale + offset
    elif len(shape) == 3:
        builder.pad_now()
        builder.rescales = builder.rescales or (not builder.computes() and starts_at_255)
        builder.scale_maps(scale, offset)
    else:
        raise layer.problem("must stand before all layers that compute with values in one row")
