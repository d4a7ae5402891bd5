"""Image registration: the affine map under which two thumbnails agree best where they overlap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from catseye.arrays import Floats, Pixels

_LARGEST_STEP = 0.08  # of a map's number, where a picture is from -1 to 1: further off, gradients say nothing
_DAMPING = 1e-3  # of the mean eigenvalue, and for pictures without gradients as such
_LEAST_OVERLAP = 0.6  # of the first thumbnail
_LARGEST_ZOOM = 1.4
_LARGEST_SHEAR = 0.15  # of a side; of a rotation, the sine: 8.6 degrees
_LARGEST_SHIFT = 0.3  # of half a side


@dataclass(frozen=True, eq=False)
class Registration:
    """How N thumbnails lie in N others.

    Attributes
    ----------
    maps : float32 (N, 2, 3)
        Takes a place (x, y, 1) of the first to its place in the second; both pictures are from -1 to 1.
    correlations : float32 (N,)
        Pearson's correlation of both where they overlap, -1 to 1; 0 if they hardly do, or only by a map that no crop,
        rotation by a few degrees, border or change of proportions is.
    """

    maps: Floats
    correlations: Floats


def register(one: Pixels, other: Pixels, maps: Floats, steps: int) -> Registration:
    """Return how thumbnails ``one`` (N, S, S) lie in ``other`` (N, S, S), beginning with ``maps`` (N, 2, 3).

    Gauss-Newton steps (Lucas and Kanade 1981) with the gradients of ``one`` alone (Hager and Belhumeur 1998); values
    are standardised over the overlap at each step, so that brightness and contrast do not count.
    """
    side = one.shape[1]
    places = _places(side)
    values = one.reshape(len(one), side * side).astype(np.float32)
    slopes = _slopes(one.astype(np.float32), places)
    maps = maps.astype(np.float32)
    for step in range(steps + 1):
        seen, inside = _sampled(other, maps @ places)
        standard, deviation = _standardised(values, inside)
        other_standard = _standardised(seen, inside)[0]
        if step < steps:
            maps = maps + _improvement(slopes * inside[:, None], inside, (standard - other_standard) * deviation)
    correlations = (standard * other_standard).sum(axis=1)  # 0 where nothing is to be seen
    return Registration(maps, np.where(_are_plausible(maps, inside), correlations, np.float32(0)))


def zooms(scales: Floats) -> Floats:
    """Return maps (N, 2, 3) that scale by ``scales`` (N,) about the centre."""
    maps = np.zeros((len(scales), 2, 3), np.float32)
    maps[:, 0, 0] = maps[:, 1, 1] = scales
    return maps


def _places(side: int) -> Floats:
    """Return the centres of all pixels as (x, y, 1), float32 (3, S²)."""
    middles = ((np.arange(side, dtype=np.float32) + 0.5) / side) * 2 - 1
    y, x = np.meshgrid(middles, middles, indexing="ij")
    return np.stack([x.ravel(), y.ravel(), np.ones(side * side, np.float32)])


def _slopes(pictures: Floats, places: Floats) -> Floats:
    """Return how much each value changes with each of a map's six numbers, float32 (N, 6, S²)."""
    count, side, _ = pictures.shape
    across, down = np.zeros_like(pictures), np.zeros_like(pictures)
    across[:, :, 1:-1] = (pictures[:, :, 2:] - pictures[:, :, :-2]) * (side / 4)
    down[:, 1:-1] = (pictures[:, 2:] - pictures[:, :-2]) * (side / 4)
    by_axis = np.stack([across, down], axis=1).reshape(count, 2, 1, side * side)
    slopes: Floats = (by_axis * places).reshape(count, 6, side * side)
    return slopes


def _sampled(pictures: Pixels, places: Floats) -> tuple[Floats, Floats]:
    """Return the values at places (N, 2, P) by bilinear interpolation, and 1 where the place is inside, else 0."""
    count, side, _ = pictures.shape
    pixels = (places + 1) * (side / 2) - 0.5
    inside = ((pixels >= 0) & (pixels <= side - 1)).all(axis=1)
    pixels = pixels.clip(0, side - 1.001)  # each place then has four neighbours
    corner = pixels.astype(np.int32)
    right, low = (pixels - corner).transpose(1, 0, 2)
    index = corner[:, 1] * side + corner[:, 0]
    flat = pictures.reshape(count, side * side)
    upper_left, upper_right, lower_left, lower_right = (
        np.take_along_axis(flat, index + offset, axis=1).astype(np.float32) for offset in (0, 1, side, side + 1)
    )
    upper = upper_left + right * (upper_right - upper_left)
    lower = lower_left + right * (lower_right - lower_left)
    return upper + low * (lower - upper), inside.astype(np.float32)


def _standardised(values: Floats, inside: Floats) -> tuple[Floats, Floats]:
    """Return values (N, P) with mean 0 and length 1 over what is inside, and their length before, (N, 1)."""
    count = np.maximum(inside.sum(axis=1, keepdims=True), 1)
    centred = (values - (values * inside).sum(axis=1, keepdims=True) / count) * inside
    length = np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), np.float32(1e-6))
    return centred / length, length


def _improvement(slopes: Floats, inside: Floats, residual: Floats) -> Floats:
    """Return the least-squares change of the maps, (N, 2, 3), that makes the residuals (N, P) smaller."""
    count = np.maximum(inside.sum(axis=1), 1)[:, None, None]
    slopes = slopes - slopes.sum(axis=2, keepdims=True) / count * inside[:, None]
    normal: NDArray[np.float32] = slopes @ slopes.transpose(0, 2, 1)
    size = np.trace(normal, axis1=1, axis2=2)[:, None, None] / 6
    normal = normal + _DAMPING * (size + 1) * np.eye(6, dtype=np.float32)
    step = np.linalg.solve(normal, slopes @ residual[:, :, None])
    change: Floats = step.clip(-_LARGEST_STEP, _LARGEST_STEP).reshape(-1, 2, 3)
    return change


def _are_plausible(maps: Floats, inside: Floats) -> NDArray[np.bool_]:
    zoom, shift = maps[:, (0, 1), (0, 1)], np.abs(maps[:, :, 2])
    shear = np.abs(maps[:, (0, 1), (1, 0)])
    fits = (zoom > 1 / _LARGEST_ZOOM) & (zoom < _LARGEST_ZOOM) & (shear < _LARGEST_SHEAR) & (shift < _LARGEST_SHIFT)
    result: NDArray[np.bool_] = fits.all(axis=1) & (inside.mean(axis=1) >= _LEAST_OVERLAP)
    return result
