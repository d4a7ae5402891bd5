"""The layers of a text as they are put together from a Keras model's, with their weights."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from catseye.networks.definition.activation import Activation
from catseye.networks.definition.chain import Chain
from catseye.networks.definition.convolution_layer import Conv
from catseye.networks.definition.plain_layers import Dense, Dropout, Flatten
from catseye.networks.keras.activation_names import SOFTMAX
from catseye.networks.keras.translated import Variables

if TYPE_CHECKING:
    from collections.abc import Callable

    from catseye.arrays import Floats
    from catseye.networks.definition.chain import Part
    from catseye.networks.definition.shape import Shape
    from catseye.networks.keras.layer_list import KerasLayer
    from catseye.networks.keras.translated import Kernel
    from catseye.networks.windows import Pair

    Adapted = Callable[[str], tuple[Floats, Floats]]  # the group of a Normalization to its mean and variance
    Sides = tuple[Pair, Pair]  # above and below, left and right


class ChainBuilder:
    """What has been translated so far.

    Attributes
    ----------
    pictures : (int, int, int)
        Height, width and channels.
    lacks_channels : bool
        Whether the model's values have no axis of channels yet, as pictures (H, W) have.
    parts : list of Part
    variables : list of Variables
        One for each part with weights.
    scale, offset : float64 (C,)
        What the model itself multiplies by and adds at its beginning.
    rescales : bool
        Whether that starts from values from 0 to 255.
    softmax : bool
        Whether the end has come.
    padding : ((int, int), (int, int))
        Zeros that wait for a convolution.
    left_out, notes : list of str
    """

    def __init__(self, pictures: tuple[int, int, int], axes: int, adapted: Adapted | None) -> None:
        self.pictures, self.adapted = pictures, adapted
        self.lacks_channels = axes == 2
        self.parts: list[Part] = [Flatten()] if axes == 1 else []
        self.variables: list[Variables] = []
        self.scale, self.offset = np.ones(pictures[2]), np.zeros(pictures[2])
        self.rescales, self.softmax = False, False
        self.padding: Sides = ((0, 0), (0, 0))
        self.left_out: list[str] = []
        self.notes: list[str] = []

    def shape(self) -> Shape:
        """Return the shape behind the last part; raise `UsageError` if one does not fit."""
        return Chain(tuple(self.parts)).output(self.pictures)

    def computes(self) -> bool:
        """Say whether anything but dropout has come, so that values cannot be rescaled with the pictures' any more."""
        return any(not isinstance(part, Dropout | Flatten) for part in self.parts)

    def weigh(
        self,
        layer: KerasLayer,
        *names: str,
        kernel: Kernel = "",
        first: int = 0,
        total: int | None = None,
    ) -> None:
        """Say where the weights of the last part are."""
        self.variables.append(Variables(layer.path, names, kernel=kernel, first=first, total=total))

    def activate(self, name: str | None) -> None:
        """Add an activation, in the layer before it where that has none."""
        if name == SOFTMAX:
            self.softmax = True
        elif name:
            last = self.parts[-1] if self.parts else None
            if isinstance(last, Conv | Dense) and last.activation is None:
                self.parts[-1] = replace(last, activation=name)
            else:
                self.parts.append(Activation(name))

    def scale_maps(self, scale: Floats, offset: Floats) -> None:
        """Add a convolution that multiplies each channel and adds to it; numbers are one, or one a channel."""
        channels = self.shape()[2]
        kernel = np.broadcast_to(scale, (channels,)).reshape(1, 1, 1, channels)
        self._add_constant(Conv(channels, (1, 1), groups=None, activation=None), kernel, offset)

    def pad_maps(self, sides: Sides) -> None:
        """Add a convolution that puts zeros around the maps, or cuts off as many where numbers are below 0."""
        channels = self.shape()[2]
        most = max(0, *sides[0], *sides[1])
        window = (2 * most + 1 - sum(sides[0]), 2 * most + 1 - sum(sides[1]))
        kernel = np.zeros((*window, 1, channels))
        kernel[most - sides[0][0], most - sides[1][0]] = 1
        self._add_constant(Conv(channels, window, most, groups=None, activation=None, bias=False), kernel, None)

    def pad_now(self) -> None:
        """Put the zeros that wait around the maps."""
        sides, self.padding = self.padding, ((0, 0), (0, 0))
        if sides != self.padding:
            self.pad_maps(sides)

    def _add_constant(self, conv: Conv, kernel: Floats, bias: Floats | None) -> None:
        self.parts.append(conv)
        constants = {"kernel": kernel.astype(np.float32)}
        if bias is not None:
            constants["bias"] = np.broadcast_to(bias, (conv.filters,)).astype(np.float32)
        self.variables.append(Variables("", tuple(constants), constants=constants))
