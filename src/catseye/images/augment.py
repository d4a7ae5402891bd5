"""Training pictures varied as whole batches: mirrored, shifted, cropped, in other colours."""

from __future__ import annotations

import math

import torch
from torch.nn.functional import affine_grid, grid_sample

_WIDEST = math.log(4 / 3)  # of a crop's proportions relative to the picture's; a crop may be as tall as it may be wide
_LUMA = (0.299, 0.587, 0.114)  # of red, green and blue in grey (ITU-R BT.601), as Pillow converts
_WHITE = 255


def flip(batch: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Return a batch (B, C, H, W) in which each picture is mirrored left to right with probability ½."""
    mirrored = torch.rand(len(batch), generator=generator) < 0.5
    mirrored = mirrored.to(batch.device, non_blocking=True)
    return torch.where(mirrored.view(-1, 1, 1, 1), batch.flip(-1), batch)


def shift(batch: torch.Tensor, pixels: int, generator: torch.Generator) -> torch.Tensor:
    """Return a batch (B, C, H, W) with each picture moved by up to ``pixels`` along each axis.

    What moves in from outside repeats the picture's edge, which fits dark and light backgrounds alike.
    """
    count, _, height, width = batch.shape
    offsets = torch.randint(-pixels, pixels + 1, (2, count, 1), generator=generator).to(batch.device, non_blocking=True)
    rows = (torch.arange(height, device=batch.device) + offsets[0]).clamp(0, height - 1)
    columns = (torch.arange(width, device=batch.device) + offsets[1]).clamp(0, width - 1)
    picture = torch.arange(count, device=batch.device)
    # Advanced indices separated by a slice come first: (B, H, W, C).
    return batch[picture[:, None, None], :, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)


def crop(batch: torch.Tensor, smallest: float, generator: torch.Generator) -> torch.Tensor:
    """Return a batch (B, C, H, W) with a random part of each picture, enlarged to the picture's size.

    The random resized crop of Szegedy et al. 2015 (arXiv:1409.4842). A crop's share of the area is uniform from
    ``smallest``, above 0, to 1; the logarithm of its proportions, relative to the picture's, is uniform within ¾ to 4/3
    and what fits into the picture. Values are interpolated bilinearly, and rounded in a batch of integers.
    """
    area, proportions, *place = torch.rand(4, len(batch), generator=generator)
    area = smallest + (1 - smallest) * area
    log_ratio = (2 * proportions - 1) * (-area.log()).clamp(max=_WIDEST)
    sides = (area * log_ratio.exp()).sqrt(), (area / log_ratio.exp()).sqrt()  # width and height, in the picture's
    affine = torch.zeros(len(batch), 2, 3)
    for axis, (side, where) in enumerate(zip(sides, place, strict=True)):
        affine[:, axis, axis] = side
        affine[:, axis, 2] = (2 * where - 1) * (1 - side)  # of the centre, from -1 to 1
    grid = affine_grid(affine.to(batch.device, non_blocking=True), list(batch.shape), align_corners=False)
    return _rounded(grid_sample(batch.float(), grid, padding_mode="border", align_corners=False), batch.dtype)


def jitter_colour(batch: torch.Tensor, strength: float, generator: torch.Generator) -> torch.Tensor:
    """Return a batch (B, C, H, W), values 0 to 255, with brightness, contrast and saturation of each picture changed.

    Each is multiplied by a factor that is uniform within 1 ± ``strength``: values themselves, their distances from the
    picture's mean grey, and their distances from the pixel's own grey. Values are cut off at black and white at the
    end, and rounded in a batch of integers. Grey pictures have no saturation.
    """
    count, channels = batch.shape[:2]
    factors = 1 + strength * (2 * torch.rand(3, count, 1, 1, generator=generator) - 1)
    brightness, contrast, saturation = factors.to(batch.device, non_blocking=True)
    values = batch.float().flatten(2)
    luma = torch.tensor(_LUMA if channels == len(_LUMA) else [1 / channels] * channels)
    luma = luma.to(batch.device, non_blocking=True)
    grey = luma.expand(channels, channels)
    colours = brightness * contrast * (saturation * torch.eye(channels, device=batch.device) + (1 - saturation) * grey)
    mean_grey = (luma @ values.mean(2, keepdim=True)).unsqueeze(1)
    changed = torch.baddbmm(brightness * (1 - contrast) * mean_grey, colours, values)
    return _rounded(changed.clamp_(0, _WHITE).view(batch.shape), batch.dtype)


def _rounded(values: torch.Tensor, kind: torch.dtype) -> torch.Tensor:
    return values if kind.is_floating_point else values.round_().to(kind)
