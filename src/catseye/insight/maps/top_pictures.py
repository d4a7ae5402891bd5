"""The top-activating pictures of a channel: those of a data set with its largest responses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import torch

from catseye.drawing.answer import Answer
from catseye.errors import UsageError, with_short_traceback
from catseye.inference.batch_sizes import batch_size
from catseye.insight.maps.maps import check_channel, check_finite, map_outputs
from catseye.insight.maps.positions import Positions, locate_positions
from catseye.networks.probe import Probe
from catseye.short_repr import ShortRepr, counted
from catseye.system.memory import keep_memory
from catseye.system.progress_bar import progress
from catseye.system.threads import map_threads

if TYPE_CHECKING:
    from torch import nn

    from catseye.arrays import Floats, Pixels
    from catseye.datasets.left_out import LeftOut
    from catseye.datasets.pictures import Pictures
    from catseye.images.preprocess import Preprocess

Measure = Literal["max", "mean"]
MEASURES: tuple[Measure, ...] = get_args(Measure)


@dataclass(frozen=True, eq=False, repr=False)
class TopPicture(ShortRepr):
    """One of the top-activating pictures of a channel.

    Attributes
    ----------
    index : int
        Number of the picture in the split.
    picture, class_name : str
        Path or number of the picture, and its label.
    response : float
        The channel's largest or mean response over the picture.
    position : (int, int)
        Row and column of the map where the response is largest.
    box : (float, float, float, float)
        Receptive field of the position: top, left, bottom, right, in pixels of ``pixels``.
    pixels : uint8 (C, H, W)
        The picture as it enters the network.
    """

    index: int
    picture: str
    class_name: str
    response: float
    position: tuple[int, int]
    box: tuple[float, float, float, float]
    pixels: Pixels

    def to_json(self) -> dict[str, Any]:
        """Return all but the pixels as JSON values."""
        return {
            "index": self.index,
            "picture": self.picture,
            "class_name": self.class_name,
            "response": self.response,
            "place": list(self.position),
            "box": list(self.box),
        }


@dataclass(frozen=True, eq=False, repr=False)
class TopPictures(Answer):
    """The top-activating pictures of one channel.

    Attributes
    ----------
    layer : str
    channel : int
    measure : str
        ``"max"`` or ``"mean"``: how the responses at all positions become one number.
    responses : float32 (N,)
        Response for each picture.
    pictures : tuple of TopPicture
        Pictures with the largest responses, largest first.
    positions : Positions
    classifier, data : str
        What the classifier is called, and the pictures that were searched.
    notes : tuple of str
        Notes on these.
    left_out : tuple of LeftOut
        Broken pictures among them.
    """

    layer: str
    channel: int
    measure: Measure
    responses: Floats
    pictures: tuple[TopPicture, ...]
    positions: Positions
    classifier: str = "the classifier"
    data: str = "the pictures"
    notes: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    def __repr__(self) -> str:
        where = f"channel {self.channel} of {self.layer} in {self.classifier}"
        return f"TopPictures({len(self.pictures)} of {counted(len(self.responses), 'picture')} of {self.data}, {where})"

    @property
    def at_edge(self) -> int:
        """How many of the responses lie at the edge of their picture, where a position sees padding."""
        return sum(self.positions.is_at_edge(*one.position) for one in self.pictures)

    def to_json(self) -> dict[str, Any]:
        """Return the fields as JSON values."""
        return {
            "classifier": self.classifier,
            "layer": self.layer,
            "channel": self.channel,
            "measure": self.measure,
            "pictures": len(self.responses),
            "mean_response": float(self.responses.mean()),
            "share_excited": float((self.responses > 0).mean()),
            "receptive_field": self.positions.exact,
            "at_edge": self.at_edge,
            "exciting": [one.to_json() for one in self.pictures],
            "data": self.data,
        }


@with_short_traceback
def find_top_pictures(
    network: nn.Module,
    preprocess: Preprocess,
    pictures: Pictures,
    layer: str,
    channel: int,
    *,
    count: int = 9,
    measure: Measure = "max",
) -> TopPictures:
    """Return the ``count`` pictures with the largest responses of a channel; of equal ones the first.

    Pictures pass in batches, so that no more than one batch is in memory at a time.

    Parameters
    ----------
    network, preprocess
        Those of a classifier.
    pictures
        A split.
    layer, channel
        A layer's name, as in :func:`catseye.networks.layers.layer_names`, and a channel's number, from 0.
    count
        Number of pictures, at least 1.
    measure
        ``"max"``, the largest response over the picture, or ``"mean"``.

    Raises
    ------
    UsageError
        There are no pictures, no such layer or channel, or the layer has no maps.
    """
    if not len(pictures):
        raise UsageError("there are no pictures to search.")
    if measure not in MEASURES or count < 1:
        raise UsageError(f"expected a measure of {', '.join(MEASURES)} and at least 1 picture; got {measure}, {count}.")
    responses, maxima, size = _responses(network, preprocess, pictures, layer, channel, measure)
    positions = locate_positions(network, preprocess, layer, size)
    top = []
    for index in np.argsort(-responses, kind="stable")[:count].tolist():
        position = divmod(int(maxima[index]), size[1])
        name, class_name = pictures.name(index), pictures.classes[int(pictures.labels[index])]
        pixels = pictures.pixels(index, preprocess)
        box = positions.box(*position)
        top.append(TopPicture(index, name, class_name, float(responses[index]), position, box, pixels))
    return TopPictures(layer, channel, measure, responses, tuple(top), positions)


def _responses(
    network: nn.Module, preprocess: Preprocess, pictures: Pictures, layer: str, channel: int, measure: Measure
) -> tuple[Floats, np.ndarray[Any, Any], tuple[int, int]]:
    """Return each picture's response (N,), the index of the maximum in its flattened map (N,), and the map's size."""
    keep_memory()
    responses, maxima = np.empty(len(pictures), np.float32), np.empty(len(pictures), np.int64)
    size = (0, 0)
    step, probe = batch_size(preprocess), Probe(network)
    with torch.inference_mode(), progress("searching", len(pictures)) as advance:
        for start in range(0, len(pictures), step):
            part = range(start, min(start + step, len(pictures)))
            pixels = np.stack(list(map_threads(lambda index: pictures.pixels(index, preprocess), part)))
            maps = map_outputs(probe, preprocess.tensor(torch.from_numpy(pixels)), [layer])[layer]
            check_channel(layer, channel, maps.shape[1])
            size = int(maps.shape[2]), int(maps.shape[3])
            flat = maps[:, channel].flatten(1)
            check_finite(layer, flat)
            largest, indices = flat.max(1)
            chosen = slice(part.start, part.stop)
            responses[chosen] = (largest if measure == "max" else flat.mean(1)).numpy()
            maxima[chosen] = indices.numpy()
            advance(len(part))
    return responses, maxima, size
