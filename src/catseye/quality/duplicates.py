"""Which pictures are copies of one another: the same content, or nearly the same look.

A picture's look is its grey thumbnail. Its hash tells for each pair of neighbouring pixels which one is brighter, as a
difference hash does, so that brightness and contrast do not matter. Two pictures are nearly the same if both their
hashes and the thumbnails' values agree. What "agree" means depends on how much alike the pictures of a data set are
anyway: photographs of all kinds differ in half of the 512 bits, give or take 17, and copies may differ in a quarter;
drawings on white paper differ in far fewer, and then so must copies. Of photographs, copies that show a little more or
less of the scene are looked for as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from catseye.quality.cropped_copies import CroppedCopies, join_cropped_copies
from catseye.quality.groups import join_pairs, list_members
from catseye.system.progress_bar import progress

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from numpy.typing import NDArray

    from catseye.arrays import Integers, Pixels

_BITS = 512
# Measured on 1,370 photographs: of copies cropped by 3 % per side, resized, brightened and saved again 98 % lie within
# these limits; among their 938,000 pairs all within them show the same scene.
LARGEST_DISTANCE = 128  # bits
_LARGEST_DISSIMILARITY = 0.14  # 1 − correlation
_SMALLEST_DISTANCE = 16  # bits that a copy saved again can differ in
_DEVIATIONS = 5.5  # below the median of unrelated pairs: by chance one pair in 50 million lies there
_TENTH_OF_NORMAL = 1.2816  # how many deviations below the median a tenth of a normal distribution lies
_FEWEST_TO_MEASURE = 100  # fewer pictures could be copies for the most part
_MOST_TO_MEASURE = 1500
_ROWS, _COLUMNS = 1024, 4096
_PAIRS = 16_384  # compared at a time
SEED = 0
# The eight bits of each byte as −1 and 1.
_BYTE_SIGNS = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1).astype(np.float32) * 2 - 1


@dataclass(frozen=True)
class NearGroups:
    """Groups of pictures that look nearly the same.

    Attributes
    ----------
    members : list of list of int
        Numbers of the pictures of each group, in rising order.
    mirrored : frozenset of int
        Pictures that look like the first of their group seen in a mirror.
    limit : float
        In how many of 512 bits two copies may differ.
    are_all_registered : bool
        Whether all pairs were looked at that might be cropped copies: not in a data set whose pictures are much alike,
        or where there are too many.
    """

    members: list[list[int]]
    mirrored: frozenset[int]
    limit: float
    are_all_registered: bool = True


def group_same_content(digests: Iterable[str]) -> list[list[int]]:
    """Return groups of two and more pictures with one digest."""
    groups: dict[str, list[int]] = {}
    for number, digest in enumerate(digests):
        groups.setdefault(digest, []).append(number)
    return [group for group in groups.values() if len(group) > 1]


def group_near_duplicates(thumbnails: Pixels) -> NearGroups:
    """Return groups of pictures that look nearly the same; a picture that looks like any member belongs to the group.

    The time grows with the square of their number (25,000: some seconds), the memory only with the number.

    Parameters
    ----------
    thumbnails
        uint8 (N, 34, 34), each of a picture on which there is something to see.
    """
    count = len(thumbnails)
    if count < 2:
        return NearGroups([], frozenset(), LARGEST_DISTANCE)
    detailed, thumbnails = thumbnails, _halved(thumbnails)
    upright, mirrored = _hashes(thumbnails), _hashes(thumbnails[:, :, ::-1])
    limit = _limit(upright)
    largest_dissimilarity = _LARGEST_DISSIMILARITY * limit / LARGEST_DISTANCE
    group = np.arange(count)
    with progress("comparing pictures", count) as advance:
        for top in range(0, count, _ROWS):
            for hashes, others in ((upright, thumbnails), (mirrored, thumbnails[:, :, ::-1])):
                for i, j in _close(upright, hashes, top, limit):
                    new = group[i] != group[j]  # thousands of copies of one picture are not compared pair by pair
                    i, j = i[new], j[new]
                    alike = _dissimilarity(thumbnails[i], others[j]) <= largest_dissimilarity
                    group = join_pairs(group, i[alike], j[alike])
            advance(min(_ROWS, count - top))
    cropped = CroppedCopies(group, {}, are_all_registered=False)
    if limit >= LARGEST_DISTANCE:  # drawings that are alike anyway could be moved and stretched until they agree
        cropped = join_cropped_copies(detailed, thumbnails, group)
    members = list_members(cropped.group)
    turned = frozenset(_seen_in_a_mirror(upright, mirrored, members, cropped.mirrored))
    return NearGroups(members, turned, limit, cropped.are_all_registered)


def _halved(thumbnails: Pixels) -> Pixels:
    """Return the means of each four pixels: uint8 (N, 17, 17) of (N, 34, 34)."""
    count, side, _ = thumbnails.shape
    means = thumbnails.reshape(count, side // 2, 2, side // 2, 2).mean(axis=(2, 4), dtype=np.float32)
    halved: Pixels = np.round(means).astype(np.uint8)
    return halved


def _hashes(thumbnails: Pixels) -> Pixels:
    """Return 512 bits each, packed as uint8 (N, 64)."""
    across = thumbnails[:, :-1, 1:] > thumbnails[:, :-1, :-1]
    down = thumbnails[:, 1:, :-1] > thumbnails[:, :-1, :-1]
    return np.packbits(np.concatenate([across.reshape(len(across), -1), down.reshape(len(down), -1)], axis=1), axis=1)


def _signs(hashes: Pixels) -> NDArray[np.float32]:
    return _BYTE_SIGNS[hashes].reshape(len(hashes), _BITS)


def _limit(hashes: Pixels) -> float:
    """Return in how many bits copies may differ, given in how many the pictures of this data set differ anyway."""
    if len(hashes) < _FEWEST_TO_MEASURE:
        return LARGEST_DISTANCE
    chosen = np.random.default_rng(SEED).permutation(len(hashes))[:_MOST_TO_MEASURE]
    signs = _signs(hashes[chosen])
    distances = (_BITS - signs @ signs.T)[np.triu_indices(len(signs), 1)] / 2
    # A tenth, not the smallest: copies are among the pairs, but are not a tenth of them.
    tenth, median = np.quantile(distances, [0.1, 0.5])
    limit = median - _DEVIATIONS * (median - tenth) / _TENTH_OF_NORMAL
    return float(np.clip(limit, _SMALLEST_DISTANCE, LARGEST_DISTANCE))


def _close(hashes: Pixels, others: Pixels, top: int, limit: float) -> Iterator[tuple[Integers, Integers]]:
    """Yield pairs i < j, some thousand at a time, whose hash and other hash differ in at most ``limit`` bits.

    ``i`` is among the ``_ROWS`` numbers from ``top`` on.
    """
    rows = _signs(hashes[top : top + _ROWS])
    for left in range(top, len(others), _COLUMNS):
        # The product of two hashes' signs is what agrees minus what differs.
        agreement = rows @ _signs(others[left : left + _COLUMNS]).T
        found = np.flatnonzero(agreement >= _BITS - 2 * limit)
        for start in range(0, len(found), _PAIRS):
            i, j = np.divmod(found[start : start + _PAIRS], agreement.shape[1])
            i, j = i + top, j + left
            yield i[i < j], j[i < j]


def _dissimilarity(one: Pixels, other: Pixels) -> NDArray[np.float32]:
    """Return 1 − Pearson's correlation of the values of thumbnails (N, 17, 17)."""
    a, b = _standardised(one), _standardised(other)
    correlations: NDArray[np.float32] = np.einsum("np,np->n", a, b)
    return 1 - correlations


def _standardised(thumbnails: Pixels) -> NDArray[np.float32]:
    values = thumbnails.reshape(len(thumbnails), np.prod(thumbnails.shape[1:])).astype(np.float32)
    values -= values.mean(axis=1, keepdims=True)
    values /= np.maximum(np.linalg.norm(values, axis=1, keepdims=True), np.finfo(np.float32).tiny)
    return values


def _seen_in_a_mirror(
    upright: Pixels, mirrored: Pixels, groups: Iterable[list[int]], registered: Mapping[tuple[int, int], bool]
) -> Iterator[int]:
    """Yield the pictures that are mirrored: as they were registered or, where they were not, by their hashes."""
    for first, *others in groups:
        direct = np.bitwise_count(upright[others] ^ upright[first]).sum(axis=1)
        turned = np.bitwise_count(mirrored[others] ^ upright[first]).sum(axis=1)
        for other, is_turned in zip(others, (turned < direct).tolist(), strict=True):
            if registered.get((first, other), is_turned):
                yield other
