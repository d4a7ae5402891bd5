"""The picture to which one position of a channel responds most: computed where that is exact, else searched further."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from catseye.insight.maps.maps import as_maps
from catseye.networks.gradient import compute_gradient
from catseye.networks.probe import Probe

if TYPE_CHECKING:
    from catseye.arrays import Pixels
    from catseye.classifier.classifier import Classifier
    from catseye.insight.maps.positions import Positions

STEPS = 64  # of the further search
_TRIED = 8  # pictures at which the gradient is the same if the response is linear in the pixels
_SAME = 1e-3  # of the largest gradient
_RANDOM = 7  # pictures to start from
_FIRST, _LAST = 64.0, 1.0  # levels of 0 to 255 by which pixels change in the first and the last step


@dataclass(frozen=True, eq=False)
class SeenPatch:
    """What a channel responds to most among real pictures.

    Attributes
    ----------
    pixels : uint8 (C, H, W)
        The whole picture.
    corner : (float, float)
        Top and left edge of the strongest position's receptive field, before clipping.
    response : float
    """

    pixels: Pixels
    corner: tuple[float, float]
    response: float


@dataclass(frozen=True, eq=False)
class SmallField:
    """One position in the middle of a channel's map, and the pixels that it sees.

    Attributes
    ----------
    classifier : Classifier
    layer : str
    number : int
        Of the channel.
    positions : Positions
        Of the layer in the classifier's pictures.
    """

    classifier: Classifier
    layer: str
    number: int
    positions: Positions

    def exact(self) -> Pixels | None:
        """Return the picture uint8 (H, W, C) with the largest response if that is linear in the pixels, else ``None``.

        A linear function is largest in a corner of the box of all pictures: every pixel black or white, by the sign of
        its weight. Pixels without a weight have the mean colour.
        """
        height, width, depth = self.classifier.preprocess.shape
        generator = torch.Generator().manual_seed(0)
        pictures = torch.rand((_TRIED, depth, height, width), generator=generator) * 255
        pictures[::2] = (pictures[::2] > 128) * 255.0
        _, gradients = self._climb(pictures)
        weights = gradients.mean(0)
        largest = float(weights.abs().max())
        if not largest or float((gradients - weights).abs().max()) > _SAME * largest:
            return None
        mean = torch.from_numpy(self._blank().transpose(2, 0, 1).astype(np.float32))
        best = torch.where(weights.abs() > 1e-6 * largest, (weights > 0) * 255.0, mean)
        return _eight_bits(best)

    def improve(self, starts: list[Pixels], steps: int) -> Pixels:
        """Return the picture uint8 (H, W, C) with the largest response on the way up from any of the starts.

        Every pixel goes along the sign of its gradient, in whole levels, so that a picture in 8 bits is as good.
        """
        pictures = torch.from_numpy(np.stack(starts).transpose(0, 3, 1, 2).astype(np.float32))
        best, highest = pictures.clone(), torch.full((len(starts),), -torch.inf)
        for step in range(steps + 1):
            values, gradients = self._climb(pictures)
            better = values > highest
            best[better], highest = pictures[better], torch.maximum(values, highest)
            rate = round(_FIRST * (_LAST / _FIRST) ** (step / steps))
            pictures = (pictures + rate * gradients.sign()).clamp(0, 255)
        return _eight_bits(best[int(highest.argmax())])

    def random_pictures(self, seed: int) -> list[Pixels]:
        """Return pictures uint8 (H, W, C) of random pixels: where one leaves the channel silent, another may not."""
        generator = np.random.default_rng(seed)
        return [generator.integers(0, 256, self.classifier.preprocess.shape, np.uint8) for _ in range(_RANDOM)]

    def moved_to_middle(self, patch: SeenPatch) -> Pixels:
        """Return a picture uint8 (H, W, C) of the mean colour with what the channel saw in the middle position's field.

        What lay outside the real picture, where layers pad, has the mean colour as well.
        """
        (rows, columns), positions = self.positions.counts, self.positions
        sources, inside = [], []
        for axis, index in enumerate((rows // 2, columns // 2)):
            first = positions.start[axis] + index * positions.step[axis]
            here = np.arange(positions.picture[axis])
            from_ = here - round(first - patch.corner[axis])
            seen = (here >= round(first)) & (here < round(first + positions.field[axis]))
            inside.append(seen & (from_ >= 0) & (from_ < patch.pixels.shape[1 + axis]))
            sources.append(np.clip(from_, 0, patch.pixels.shape[1 + axis] - 1))
        moved = patch.pixels[:, sources[0]][:, :, sources[1]].transpose(1, 2, 0)
        made: Pixels = np.where((inside[0][:, None] & inside[1])[:, :, None], moved, self._blank())
        return made

    def _blank(self) -> Pixels:
        preprocess = self.classifier.preprocess
        mean = np.clip(np.round(255 * np.array(preprocess.mean)), 0, 255).astype(np.uint8)
        return np.broadcast_to(mean, preprocess.shape)

    def _climb(self, pictures: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the responses (B,) to pictures (B, C, H, W), and their gradients (B, C, H, W)."""
        pictures = pictures.detach().requires_grad_()
        probe = Probe(self.classifier.network)
        output = probe.layer_outputs(self.classifier.preprocess.tensor(pictures), [self.layer])[self.layer]
        maps = as_maps(probe, self.layer, output)
        values = maps[:, self.number, maps.shape[2] // 2, maps.shape[3] // 2].float()
        return values.detach(), compute_gradient(values.sum(), pictures)


def _eight_bits(picture: torch.Tensor) -> Pixels:
    return picture.permute(1, 2, 0).to(torch.uint8).contiguous().numpy()
