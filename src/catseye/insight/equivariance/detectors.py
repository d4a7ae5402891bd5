"""What makes a map of a picture: a kernel, or a channel of a network's layer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from PIL import Image

from catseye.errors import UsageError
from catseye.images.decoding import decode
from catseye.images.inputs import display_name, source_of
from catseye.inference.batch_sizes import batch_size
from catseye.insight.convolution.convolution import Convolution
from catseye.insight.convolution.kernels import known_name
from catseye.insight.equivariance.equivariance import Equivariance, Shift, choose_shift, compare_moved
from catseye.insight.maps.maps import check_channel, check_finite, compute_feature_maps, map_outputs
from catseye.insight.maps.positions import Positions, locate_positions
from catseye.networks.layers import activated_layers
from catseye.networks.probe import Probe

if TYPE_CHECKING:
    from catseye.arrays import Floats, Pixels
    from catseye.classifier.classifier import Classifier
    from catseye.images.inputs import Picture

_LARGEST = 256  # pixels of a side to which a kernel is applied: more could not be told apart in the figure


def compare_by_kernel(picture: Picture, kernel: Any, shift: Shift | None, pool: int) -> Equivariance:
    """Return how a kernel's output moves along with a grey picture.

    Raises
    ------
    UsageError
        There is no such kernel, it does not fit into the picture, or the shift or pooling is out of range.
    PictureError
        The picture cannot be used.
    """
    convolution = Convolution(kernel)
    name = display_name(picture, "picture")
    image = decode(source_of(picture, name), name).convert("L")
    notes: tuple[str, ...] = ()
    if max(image.size) > _LARGEST:
        whole = image.size
        image.thumbnail((_LARGEST, _LARGEST), Image.Resampling.BOX)
        before, now = (f"{height}×{width}" for width, height in (whole, image.size))
        notes = (f"The picture is shrunk from {before} to {now} pixels, in which shifts are counted.",)
    pixels = np.asarray(image, np.uint8)[None]
    size = pixels.shape[1], pixels.shape[2]
    rows, columns = convolution.weights.shape
    positions = Positions(
        (0.0, 0.0), (1.0, 1.0), (float(rows), float(columns)), convolution.output_size(size), size, exact=True
    )

    def respond(pictures: Pixels) -> Floats:
        return np.stack([convolution.output(one[0]) for one in pictures])

    known = known_name(kernel) if isinstance(kernel, str) else None
    detector = f"{known or 'a kernel'} ({rows}×{columns})"
    return compare_moved(
        respond,
        pixels,
        positions,
        shift or choose_shift(positions, pool),
        pool,
        picture=name,
        detector=detector,
        notes=notes,
    )


def compare_by_channel(
    classifier: Classifier,
    name: str,
    picture: Picture,
    layer: str | None,
    channel: int | None,
    shift: Shift | None,
    pool: int,
) -> Equivariance:
    """Return how a channel's map moves along with a picture, as the network receives it.

    By default the layer is the first behind an activation, and the channel the one with the most contrast.

    Raises
    ------
    UsageError
        There is no such layer or channel, it has no maps, or the shift or pooling is out of range.
    PictureError
        The picture cannot be used.
    """
    layer = layer or next(iter(activated_layers(classifier.network, classifier.preprocess.shape)), None)
    if layer is None:
        raise UsageError(f"{name} has no convolution, and therefore no feature maps; take --kernel instead.")
    found = compute_feature_maps(classifier, picture, [layer])
    maps = found.layers[0]
    if channel is None:
        channel = maps.clearest(1)[0].channel
    check_channel(layer, channel, len(maps.maps))
    counts = maps.maps.shape[1], maps.maps.shape[2]
    positions = locate_positions(classifier.network, classifier.preprocess, layer, counts)
    probe, at_once = Probe(classifier.network), batch_size(classifier.preprocess)

    def respond(pictures: Pixels) -> Floats:
        made = []
        with torch.inference_mode():
            for start in range(0, len(pictures), at_once):
                batch = classifier.preprocess.tensor(torch.from_numpy(pictures[start : start + at_once]))
                output = map_outputs(probe, batch, [layer])[layer][:, channel].float()
                check_finite(layer, output)
                made.append(output.numpy())
        return np.concatenate(made)

    height, width = positions.picture
    compared = compare_moved(
        respond,
        found.pixels,
        positions,
        shift or choose_shift(positions, pool),
        pool,
        picture=found.prediction.picture,
        detector=f"{layer}, channel {channel}, of {name}",
        notes=(f"The network receives {height}×{width} pixels, in which shifts are counted.",),
    )
    said = classifier.predict([one.transpose(1, 2, 0) for one in (compared.pixels, compared.moved_pixels)])
    predictions = tuple(f"{one.class_name}, {100 * one.probability:.1f} %" for one in said)
    return replace(compared, predictions=predictions)
