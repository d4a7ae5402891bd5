"""Feature maps: the outputs of a network's layers for one picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from catseye.classifier.prediction import Prediction
from catseye.drawing.answer import Answer
from catseye.errors import CatseyeError, UsageError, with_short_traceback
from catseye.images.inputs import display_name
from catseye.networks.layers import activation_functions, default_layers, last_maps
from catseye.networks.probe import Probe
from catseye.short_repr import ShortRepr

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from catseye.arrays import Floats, Pixels
    from catseye.classifier.classifier import Classifier
    from catseye.images.inputs import Picture

CHANNELS = 16  # of a layer that are shown, unless told
# What the channels' numbers are, as figures say it. A response that is the same everywhere, however strong, shows
# nothing of a picture; contrast finds the channels that do.
STRENGTH = "mean of the absolute response over the picture"
CONTRAST = "standard deviation of the response over the picture, without the outermost positions of a large map"
_LARGE = 12  # rows and columns of a map from which on its outermost positions do not count


@dataclass(frozen=True, repr=False)
class Channel(ShortRepr):
    """How one filter responds to a picture.

    Attributes
    ----------
    channel : int
        Number of the channel, from 0.
    strength : float
        Mean of the absolute response over all positions; behind a relu this is the mean itself.
    mean, smallest, largest : float
        Mean and range of the response over all positions.
    contrast : float
        Standard deviation of the response over all positions, or from 12×12 on over all but the outermost. There a
        layer sees padding: some channels respond to nothing else, which says nothing of a picture.
    share_active : float
        Share of the positions where the response is above 0, 0 to 1.
    """

    channel: int
    strength: float
    mean: float
    smallest: float
    largest: float
    contrast: float
    share_active: float

    def to_json(self) -> dict[str, Any]:
        """Return the fields as JSON values."""
        return dict(vars(self))


@dataclass(frozen=True, eq=False, repr=False)
class LayerMaps(ShortRepr):
    """The output of one layer for a picture.

    Attributes
    ----------
    layer : str
    maps : float32 (C, H, W)
        The response of every filter at every position, in the network's own units.
    stage : str
        Name of the backbone's stage whose last activation the layer is. A stage that ends in a convolution has another
        output, with channels of its own.
    before : str
        The function, such as ``"relu"``, that takes the output, which is shown as it was before.
    """

    layer: str
    maps: Floats
    stage: str = ""
    before: str = ""

    @property
    def title(self) -> str:
        """The layer's name, with the stage whose last activation it is, or the function that follows."""
        name = f"{self.layer} (in {self.stage})" if self.stage and self.stage != self.layer else self.layer
        return f"{name} (before {self.before})" if self.before else name

    @property
    def signed(self) -> bool:
        """Whether some responses are negative: the layer does not end in a relu."""
        return bool(self.maps.min() < 0)

    @property
    def zero_channels(self) -> int:
        """How many channels are all zero."""
        return int((~self.maps.any((1, 2))).sum())

    def clearest(self, count: int) -> list[Channel]:
        """Return the ``count`` channels with the most contrast, or all if there are fewer; of equal ones the first.

        By mean strength the first ones would be channels that respond to everything: on photographs, in the middle
        of efficientnet_lite0, most of them are maps of one even colour. Those with contrast say where something is:
        an edge, an eye, the whole animal. At the end of the network both orders show much the same.
        """
        order = np.argsort(-self._contrasts, kind="stable")[:count]
        return [self.channel(int(number)) for number in order]

    def channel(self, number: int) -> Channel:
        """Return how one filter responds; raise `UsageError` if the layer has no such channel."""
        check_channel(self.layer, number, len(self.maps))
        values = self.maps[number].astype(np.float64)
        strength, contrast, active = np.abs(values).mean(), _inner(values).std(), (values > 0).mean()
        numbers = strength, values.mean(), values.min(), values.max(), contrast, active
        return Channel(number, *map(float, numbers))

    def to_json(self, count: int) -> dict[str, Any]:
        """Return the layer with the ``count`` channels of most contrast as JSON values."""
        channels = [channel.to_json() for channel in self.clearest(count)]
        shape = list(self.maps.shape)
        before = {"before": self.before} if self.before else {}
        return {"layer": self.layer, **before, "shape": shape, "silent": self.zero_channels, "channels": channels}

    @cached_property
    def _contrasts(self) -> Floats:
        deviations: Floats = _inner(self.maps).std((1, 2), dtype=np.float64)
        return deviations


def _inner(maps: Floats) -> Floats:
    """Return maps (..., H, W) without their outermost positions, if they are large."""
    return maps[..., 1:-1, 1:-1] if min(maps.shape[-2:]) >= _LARGE else maps


@dataclass(frozen=True, eq=False, repr=False)
class FeatureMaps(Answer):
    """The outputs of chosen layers for one picture.

    Attributes
    ----------
    prediction : Prediction
        Prediction for the picture, with its name; without classes where the network has no dense layers.
    pixels : uint8 (C, H, W)
        The picture as the network is given it.
    layers : tuple of LayerMaps
    classifier : str
        Name of the classifier.
    count : int
        Channels of each layer that are shown, those with most contrast.
    long : bool
        Whether the figure is a sheet as long as it needs, not one page.
    """

    prediction: Prediction
    pixels: Pixels
    layers: tuple[LayerMaps, ...]
    classifier: str = "the classifier"
    count: int = CHANNELS
    long: bool = False

    def __repr__(self) -> str:
        names = [layer.layer for layer in self.layers]
        shown = f"{len(names)} layers, {names[0]} to {names[-1]}" if len(names) > 1 else f"layer {names[0]}"
        return f"FeatureMaps({self.prediction.picture} in {self.classifier}: {shown})"

    def to_json(self) -> dict[str, Any]:
        """Return all layers, each with the ``count`` channels of most contrast, as JSON values."""
        return {
            "classifier": self.classifier,
            "picture": self.prediction.picture,
            "prediction": self.prediction.to_json() if self.prediction.classes else None,
            "strength": STRENGTH,
            "contrast": CONTRAST,
            "layers": [layer.to_json(self.count) for layer in self.layers],
        }


@with_short_traceback
def compute_feature_maps(
    classifier: Classifier, picture: Picture, layers: Sequence[str] | Mapping[str, str] = ()
) -> FeatureMaps:
    """Return the outputs of layers for a picture, computed in one pass.

    Parameters
    ----------
    classifier
    picture
        A path, a Pillow image or an array, as :meth:`Classifier.predict` takes them.
    layers
        Names as in :func:`catseye.networks.layers.layer_names`; by default the most informative ones. A mapping also
        says which stage each closes.

    Raises
    ------
    UsageError
        There is no such layer, it has no maps, or the network has none at all.
    PictureError
        The picture cannot be used.
    CatseyeError
        A response is not finite.

    Examples
    --------
    With a run of ``catseye train digits --out my-run`` and a picture of a handwritten digit:

    >>> from catseye import Classifier
    >>> found = compute_feature_maps(Classifier.load("my-run"), "digit.png", ["relu1"])
    >>> found.layers[0].maps.shape
    (32, 8, 8)
    """
    names = tuple(dict.fromkeys(layers)) or _by_default(classifier)
    pixels = classifier.pixels(picture)
    probe = Probe(classifier.network)
    with torch.inference_mode():
        batch = classifier.preprocess.tensor(torch.from_numpy(np.ascontiguousarray(pixels))[None])
        found = map_outputs(probe, batch, names)
        for name in names:
            check_finite(name, found[name])
        stages = dict(layers) if isinstance(layers, Mapping) else {}
        functions = activation_functions(classifier.network)
        maps = tuple(
            LayerMaps(name, found[name][0].float().contiguous().numpy(), stages.get(name, ""), functions.get(name, ""))
            for name in names
        )
    name = display_name(picture, "picture")
    if not classifier.classes:
        return FeatureMaps(Prediction(name, "", 0.0, np.zeros(0), ()), pixels, maps)
    prediction = classifier.predict(pixels.transpose(1, 2, 0))[0]
    return FeatureMaps(replace(prediction, picture=name), pixels, maps)


def _by_default(classifier: Classifier) -> tuple[str, ...]:
    network, shape = classifier.network, classifier.preprocess.shape
    return default_layers(network, shape) or (last_maps(network, shape),)


def map_outputs(probe: Probe, pictures: torch.Tensor, names: Iterable[str]) -> dict[str, torch.Tensor]:
    """Return the outputs of layers for preprocessed pictures, as maps (B, C, H, W).

    Raises
    ------
    UsageError
        There is no such layer, or its output has no height and width.
    """
    outputs = probe.layer_outputs(pictures, names)
    return {name: as_maps(probe, name, values) for name, values in outputs.items()}


def check_channel(layer: str, number: int, channels: int) -> None:
    """Raise `UsageError` if a layer with so many channels has no channel of this number."""
    if not 0 <= number < channels:
        raise UsageError(f"layer {layer} has the channels 0 to {channels - 1}; got {number}.")


def check_finite(layer: str, responses: torch.Tensor) -> None:
    """Raise `CatseyeError` if a response is not finite."""
    if not torch.isfinite(responses).all():
        raise CatseyeError(f"the output of layer {layer} is not finite: the classifier's weights are corrupted.")


def as_maps(probe: Probe, layer: str, values: torch.Tensor) -> torch.Tensor:
    """Return a layer's output as maps (B, C, H, W); raise `UsageError` if it has no height and width."""
    if values.dim() != 4:
        got = "×".join(map(str, values.shape[1:]))
        raise UsageError(f"layer {layer} gives {got} numbers without height and width; name a layer that keeps them.")
    return probe.with_channels_first(layer, values)
