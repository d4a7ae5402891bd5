"""Copies that show a little more or less than the original: cropped, slightly rotated, or with a thin border.

Their thumbnails do not agree pixel by pixel. Pairs are candidates if one picture, or its inner part, looks much like
the other at 8×8 pixels; candidates are registered, and are copies if they agree wherever they overlap.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from catseye.quality.groups import join_pairs
from catseye.quality.registration import register, zooms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from catseye.arrays import Floats, Integers, Pixels

_COARSE_SIDE = 8
_CUT = 0.07  # of each side, for the inner part: between a crop of 5 % and one of 10 %
# Measured on 1,739 photographs of cats, dogs and groceries: of copies cropped by 5 % per side, 99 % are candidates, and
# 99 % of these correlate by at least 0.95 once registered; of the 1,300 pairs of other pictures that are most alike at
# 8×8 pixels, among 636,000, none by more than 0.92.
_LEAST_COARSE = 0.85
_LEAST_ROUGH = 0.85  # registered at half the resolution, a fifth of the work
_LEAST = 0.95
_STEPS = (8, 4)  # of registration, at half the resolution and at the full one
MOST_REGISTERED = 2  # pairs for each picture; 10,000 photographs have about half a pair each
_ROWS = 1024
_PAIRS = 256  # registered at a time


@dataclass(frozen=True, eq=False)
class CroppedCopies:
    """What registration has found.

    Attributes
    ----------
    group : int64 (N,)
        Each picture's group.
    mirrored : dict of (int, int) to bool
        The pairs that were found, in rising order, and whether one looks like the other seen in a mirror.
    are_all_registered : bool
        Whether all candidates were.
    """

    group: Integers
    mirrored: dict[tuple[int, int], bool]
    are_all_registered: bool


def join_cropped_copies(thumbnails: Pixels, halved: Pixels, group: Integers) -> CroppedCopies:
    """Return each picture's group after the groups of cropped copies have been merged.

    At most ``MOST_REGISTERED`` pairs for each picture are registered, so that this work grows only with their number.
    Finding the candidates takes 192 multiply-adds for each pair of pictures.

    Parameters
    ----------
    thumbnails, halved
        The pictures in grey, uint8 (N, S, S), and the same at half the resolution.
    group
        The group that each picture is already in; pairs within a group are not compared.
    """
    left = MOST_REGISTERED * len(thumbnails)
    found: dict[tuple[int, int], bool] = {}
    for i, j, scale, mirrored in _candidates(thumbnails):
        others, small = (part[:, :, ::-1] if mirrored else part for part in (thumbnails, halved))
        while True:
            new = group[i] != group[j]  # what was joined meanwhile: many copies of one picture are soon one group
            i, j = i[new], j[new]
            if not len(i):
                break
            if not left:
                return CroppedCopies(group, found, are_all_registered=False)
            count = min(_PAIRS, left)
            one, other, i, j = i[:count], j[:count], i[count:], j[count:]
            left -= len(one)
            rough = register(halved[one], small[other], zooms(np.full(len(one), scale)), _STEPS[0])
            near = rough.correlations >= _LEAST_ROUGH
            one, other = one[near], other[near]
            alike = register(thumbnails[one], others[other], rough.maps[near], _STEPS[1]).correlations >= _LEAST
            one, other = one[alike], other[alike]
            group = join_pairs(group, one, other)
            found |= dict.fromkeys(map(_rising, one.tolist(), other.tolist()), mirrored)
    return CroppedCopies(group, found, are_all_registered=True)


def _rising(one: int, other: int) -> tuple[int, int]:
    return min(one, other), max(one, other)


def _candidates(thumbnails: Pixels) -> Iterator[tuple[Integers, Integers, float, bool]]:
    """Yield pairs, the most alike first, with the scale of the one in the other, and whether that one is mirrored."""
    whole = _coarse(thumbnails, 0)
    inner = _coarse(thumbnails, _CUT)
    for top in range(0, len(whole), _ROWS):
        rows = whole[top : top + _ROWS].reshape(-1, _COARSE_SIDE**2)
        for mirrored in (False, True):
            for others, scale in ((whole, 1.0), (inner, 1 - 2 * _CUT)):
                start = top if scale == 1 else 0
                turned = others[start:, :, ::-1] if mirrored else others[start:]
                alike = rows @ turned.reshape(-1, _COARSE_SIDE**2).T
                i, j = np.nonzero(alike >= _LEAST_COARSE)
                order = np.argsort(-alike[i, j], kind="stable")
                i, j = i[order] + top, j[order] + start
                different = i < j if scale == 1 else i != j
                yield i[different], j[different], scale, mirrored


def _coarse(thumbnails: Pixels, cut: float) -> Floats:
    """Return the pictures without ``cut`` of each side at 8×8 pixels, with mean 0 and length 1, float32 (N, 8, 8)."""
    side = thumbnails.shape[1]
    box = (cut * side, cut * side, (1 - cut) * side, (1 - cut) * side)
    size = (_COARSE_SIDE, _COARSE_SIDE)
    small = [Image.fromarray(one).resize(size, Image.Resampling.BOX, box) for one in thumbnails]
    values = np.stack([np.asarray(one) for one in small]).astype(np.float32)
    values -= values.mean(axis=(1, 2), keepdims=True)
    values /= np.maximum(np.linalg.norm(values, axis=(1, 2), keepdims=True), np.finfo(np.float32).tiny)
    return values
