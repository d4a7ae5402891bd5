"""Targets of ideal pictures: a class or a channel, its objective, and a picture's response."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from catseye.errors import UsageError
from catseye.insight.ideal.objective import Objective, channel, class_logit, log_probability, middle
from catseye.networks.layers import before_activations
from catseye.networks.probe import Probe
from catseye.short_repr import ShortRepr

if TYPE_CHECKING:
    from collections.abc import Callable

    from catseye.arrays import Pixels
    from catseye.classifier.classifier import Classifier

CLASS, CHANNEL = "class", "channel"
MEAN, LARGEST, MIDDLE = "mean", "largest", "middle"  # of a channel's map: what counts as its response
_QUANTITIES = {CLASS: "probability", CHANNEL: "activation"}


@dataclass(frozen=True, eq=False, repr=False)
class Target(ShortRepr):
    """What an ideal picture is of.

    Attributes
    ----------
    kind : str
        ``"class"`` or ``"channel"``.
    name : str
        The class's name, or ``"LAYER:NUMBER"``.
    number : int
        Number of the class, or of the channel in its layer.
    objective : Objective
        The objective that gradient ascent maximises.
    decisive : Objective
        A further objective to maximise where the first does not suffice.
    response : Callable
        Function from a picture uint8 (H, W, C) of the network's input size to the class's probability as
        ``Classifier.predict`` returns it, or to the channel's response in the layer that was named.
    pooled : str
        What of a channel's map that response is: ``"mean"``, ``"largest"`` value, or that of the ``"middle"`` position;
        ``""`` for a class.
    has_positions : bool
        Whether a channel has a map.
    """

    kind: str
    name: str
    number: int
    objective: Objective
    decisive: Objective
    response: Callable[[Pixels], float]
    pooled: str = ""
    has_positions: bool = False

    @property
    def quantity(self) -> str:
        """What ``response`` is: ``"probability"`` or ``"activation"``."""
        return _QUANTITIES[self.kind]


def class_target(classifier: Classifier, name: str | int) -> Target:
    """Return the class ``name``, a name in any case or a number, as a target.

    Raises
    ------
    UsageError
        There is no such class; the message names the nearest ones.
    """
    number = classifier.class_index(name)

    def probability(picture: Pixels) -> float:
        return float(classifier.predict([picture])[0].probabilities[number])

    likely = log_probability(number)
    return Target(CLASS, classifier.classes[number], number, class_logit(number) + likely, likely, probability)


def channel_target(classifier: Classifier, text: str, pooled: str = MEAN) -> Target:
    """Return a channel, written as ``LAYER:NUMBER`` and counted from 0, as a target.

    Its response, ``pooled`` over the map, is that of the layer. What ascent maximises is the mean, or the middle
    position, before the layer's activation, as an activation has no gradient where it cuts values off.

    Raises
    ------
    UsageError
        It is written differently, or there is no such layer (the message names the nearest ones) or channel.
    """
    layer, number = split_channel(text)
    height, width, channels = classifier.preprocess.shape
    maps = _outputs(classifier, np.zeros((height, width, channels), np.uint8), layer)
    if maps.ndim not in (2, 4):
        raise UsageError(f"layer {layer} has no channels: its output has the shape {tuple(maps.shape[1:])}.")
    if number >= maps.shape[1]:
        raise UsageError(f"layer {layer} has {maps.shape[1]} channels, 0 to {maps.shape[1] - 1}; got {number}.")

    def activation(picture: Pixels) -> float:
        return float(_pool(_outputs(classifier, picture, layer)[0, number], pooled))

    aim = (middle if pooled == MIDDLE else channel)(ascended_layer(classifier, layer), number)
    return Target(CHANNEL, text, number, aim, aim, activation, pooled, maps.ndim == 4)


def split_channel(text: str) -> tuple[str, int]:
    """Return layer and number of a channel that is written as ``LAYER:NUMBER``; raise `UsageError` if it is not."""
    layer, separator, digits = text.rpartition(":")
    if not separator or not digits.isdecimal():
        raise UsageError(f"a channel is written as LAYER:NUMBER, e.g. stage4:7; got {text!r}.")
    return layer, int(digits)


def ascended_layer(classifier: Classifier, layer: str) -> str:
    """Return the layer before a layer's activation; the layer itself if it has none, or that cannot be reached."""
    before = before_activations(classifier.network, classifier.preprocess.shape).get(layer, layer)
    if before == layer:
        return layer
    blank = np.zeros(classifier.preprocess.shape, np.uint8)
    try:
        shapes = {_outputs(classifier, blank, name).shape for name in (before, layer)}
    except UsageError:  # such as a function in a backbone
        return layer
    return before if len(shapes) == 1 else layer


def _pool(values: torch.Tensor, pooled: str) -> torch.Tensor:
    """Return one number for a channel's values, (H, W) or one alone."""
    if pooled == MIDDLE and values.ndim:
        return values[values.shape[0] // 2, values.shape[1] // 2]
    return values.amax() if pooled == LARGEST else values.mean()


def _outputs(classifier: Classifier, picture: Pixels, layer: str) -> torch.Tensor:
    pixels = torch.from_numpy(picture.transpose(2, 0, 1).copy())[None]
    with torch.inference_mode():
        probe = Probe(classifier.network)
        values = probe.layer_outputs(classifier.preprocess.tensor(pixels), [layer])[layer]
        return probe.with_channels_first(layer, values)
