"""Random transforms of an ideal picture, drawn at every step, under which the response should last."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch.nn.functional import affine_grid, grid_sample

from catseye.errors import UsageError


@dataclass(frozen=True)
class Transforms:
    """Ranges of random translation, rotation and scaling; pixels beyond the edges are mirrored.

    Attributes
    ----------
    jitter : float
        Largest shift along each axis, as a share of the picture's side, 0 to 1.
    rotation : float
        Largest turn either way, in degrees, 0 to 180.
    smallest_scale, largest_scale : float
        Range of the factor of the picture's size, drawn evenly on a logarithmic scale; above 0.

    Raises
    ------
    UsageError
        A value is outside its range.
    """

    jitter: float
    rotation: float
    smallest_scale: float
    largest_scale: float

    def __post_init__(self) -> None:
        if not (0 <= self.jitter <= 1 and 0 <= self.rotation <= 180):
            got = f"{self.jitter:g} and {self.rotation:g}"
            raise UsageError(f"jitter must be between 0 and 1 and rotation between 0 and 180; got {got}.")
        if not 0 < self.smallest_scale <= self.largest_scale < math.inf:
            got = f"{self.smallest_scale:g} and {self.largest_scale:g}"
            raise UsageError(f"scales must be above 0, the smallest first; got {got}.")

    def __call__(self, picture: torch.Tensor, count: int, generator: torch.Generator) -> torch.Tensor:
        """Return ``count`` versions (count, C, H, W) of a picture (1, C, H, W), differentiable."""
        if self == UNCHANGED:
            return picture
        height, width = picture.shape[-2:]
        angles = _drawn(-self.rotation, self.rotation, count, generator).deg2rad()
        # The grid says where each pixel is taken from: a picture is enlarged by taking them from nearer its middle.
        scales = 1 / _drawn(math.log(self.smallest_scale), math.log(self.largest_scale), count, generator).exp()
        across, down = (2 * _drawn(-self.jitter, self.jitter, count, generator) for _ in "xy")
        cosines, sines = scales * angles.cos(), scales * angles.sin()
        # Coordinates run from -1 to 1 along either side, however long it is.
        rows = (cosines, -sines * height / width, across), (sines * width / height, cosines, down)
        matrices = torch.stack([torch.stack(row, dim=1) for row in rows], dim=1)
        grid = affine_grid(matrices, [count, *picture.shape[1:]], align_corners=False)
        whole = picture.expand(count, -1, -1, -1)
        return grid_sample(whole, grid, padding_mode="reflection", align_corners=False)


UNCHANGED = Transforms(0, 0, 1, 1)
PHOTOGRAPHS = Transforms(1 / 14, 15, 0.9, 2.0)
_SMALL = 64  # pixels


def fitting(height: int, width: int) -> Transforms:
    """Return the transforms that suit pictures of this size."""
    side = max(height, width)
    if side > _SMALL:
        return PHOTOGRAPHS
    # Such as digits, which a rotation can turn into others. A jitter of less than a pixel would be useless.
    return Transforms(max(1 / 14, 1 / side), 5, 0.95, 1.05)


def _drawn(low: float, high: float, count: int, generator: torch.Generator) -> torch.Tensor:
    return low + (high - low) * torch.rand(count, generator=generator)
