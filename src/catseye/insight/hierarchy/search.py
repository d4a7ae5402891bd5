"""One pass over many pictures: every channel's response in several layers, and the classes' logits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn

from catseye.inference.batch_sizes import batch_size
from catseye.insight.maps.maps import as_maps, check_finite
from catseye.networks.backbones.backbone import LOGITS
from catseye.networks.gradient import compute_gradients
from catseye.networks.probe import Probe
from catseye.system.memory import keep_memory
from catseye.system.progress_bar import progress
from catseye.system.threads import map_threads

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catseye.arrays import Floats, Pixels
    from catseye.classifier.classifier import Classifier
    from catseye.datasets.pictures import Pictures


_TIE = 1e-3  # weight of a position's surroundings, which decide between responses that are about as large


@dataclass(frozen=True, eq=False)
class LayerResponses:
    """How all channels of a layer respond to all pictures.

    Attributes
    ----------
    largest : float32 (N, C)
        The largest response over the picture.
    mean : float32 (N, C)
        The mean response over the picture.
    at : int64 (N, C)
        Index of the largest response in the flattened map: of several that are about as large, as an activation with an
        upper limit gives them, the one among others.
    size : (int, int)
        Height and width of the map.
    """

    largest: Floats
    mean: Floats
    at: np.ndarray[Any, np.dtype[np.int64]]
    size: tuple[int, int]

    def top_pictures(self, channel: int, count: int) -> list[int]:
        """Return the pictures with a channel's largest responses; of equal ones those with the largest mean."""
        order: list[int] = np.lexsort((-self.mean[:, channel], -self.largest[:, channel]))[:count].tolist()
        return order


def search_pictures(
    classifier: Classifier, pictures: Pictures, layers: Sequence[str]
) -> tuple[dict[str, LayerResponses], Floats]:
    """Return the responses by layer, and the logits float32 (N, K); a batch at a time is in memory.

    Raises
    ------
    UsageError
        A layer has no maps.
    CatseyeError
        A response is not finite.
    """
    keep_memory()
    preprocess, probe = classifier.preprocess, Probe(classifier.network)
    step = batch_size(preprocess)
    parts: dict[str, list[tuple[torch.Tensor, ...]]] = {layer: [] for layer in layers}
    sizes, logits = {}, []
    with torch.inference_mode(), progress("searching", len(pictures)) as advance:
        for start in range(0, len(pictures), step):
            part = range(start, min(start + step, len(pictures)))
            pixels = np.stack(list(map_threads(lambda index: pictures.pixels(index, preprocess), part)))
            batch = preprocess.tensor(torch.from_numpy(pixels))
            outputs = probe.layer_outputs(batch, [*layers, LOGITS])
            logits.append(outputs[LOGITS].float().numpy())
            for layer in layers:
                maps = as_maps(probe, layer, outputs[layer])
                parts[layer].append(_summarise(layer, maps.float()))
                sizes[layer] = int(maps.shape[2]), int(maps.shape[3])
            advance(len(part))
    found = {
        layer: LayerResponses(largest.numpy(), mean.numpy(), at.numpy(), sizes[layer])
        for layer in layers
        for largest, mean, at in [map(torch.cat, zip(*parts[layer], strict=True))]
    }
    return found, np.concatenate(logits)


def _summarise(layer: str, maps: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return the largest and the mean response (B, C), and where the largest is, for maps (B, C, H, W)."""
    largest, mean = maps.amax((2, 3)), maps.mean((2, 3))
    check_finite(layer, largest)
    around = nn.functional.avg_pool2d(maps, 3, 1, 1, count_include_pad=False)
    return largest, mean, (maps + _TIE * around).flatten(2).argmax(2)


def measure_contributions(
    classifier: Classifier, pixels: Pixels, layers: Sequence[str], number: int
) -> dict[str, Floats]:
    """Return by layer what every channel contributes to a class's logit (C,), mean over pictures uint8 (B, C, H, W).

    That is gradient × activation, summed over the map: to first order, what the logit loses without the channel.
    """
    probe, preprocess = Probe(classifier.network), classifier.preprocess
    total: dict[str, Floats] = {}
    step = batch_size(preprocess)
    for start in range(0, len(pixels), step):
        batch = preprocess.tensor(torch.from_numpy(pixels[start : start + step])).clone().requires_grad_()
        outputs = probe.layer_outputs(batch, [*layers, LOGITS])
        gradients = compute_gradients(outputs[LOGITS][:, number].sum(), [outputs[layer] for layer in layers])
        for layer, gradient in zip(layers, gradients, strict=True):
            products = as_maps(probe, layer, (gradient * outputs[layer]).detach())
            channels = products.double().sum((0, 2, 3)).numpy()
            total[layer] = total.get(layer, 0.0) + channels / len(pixels)
    return total
