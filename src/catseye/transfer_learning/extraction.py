"""Features: the output of a frozen backbone, computed once per picture and cached."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from catseye.datasets.left_out import LeftOut
from catseye.errors import PictureError
from catseye.inference.choose import choose_engine
from catseye.system.progress_bar import progress
from catseye.system.threads import map_ahead
from catseye.transfer_learning.feature_cache import FeatureCache
from catseye.transfer_learning.time_left import TOLD_AFTER, tell_time_left

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from catseye.arrays import Floats, Integers, Pixels
    from catseye.datasets.pictures import Pictures
    from catseye.images.decoded_ahead import DecodedAhead
    from catseye.inference.engine import Engine
    from catseye.networks.pretrained import Pretrained
    from catseye.transfer_learning.features_ahead import FeaturesAhead

_MIRRORED = " mirrored"
_KEPT_AT_A_TIME = 256  # a killed extraction loses no more than these


@dataclass(frozen=True, eq=False)
class Features:
    """The features of a split's pictures.

    Attributes
    ----------
    vectors : float32 (N, F)
        Features, in the order of ``kept``.
    kept : int64 (N,)
        Indices of the pictures that could be read.
    left_out : tuple of LeftOut
        Pictures that could not be read: they were removed or damaged after they were listed.
    computed : int
        Number of features computed now; the others were cached.
    seconds : float
        Time that computing and reading them took.
    engine : str
    """

    vectors: Floats
    kept: Integers
    left_out: tuple[LeftOut, ...]
    computed: int
    seconds: float
    engine: str


def extract(
    found: Pretrained,
    pictures: Pictures,
    home: Path | None,
    *,
    mirrored: bool = False,
    engine: Engine | None = None,
    ahead: DecodedAhead | None = None,
    computed: FeaturesAhead | None = None,
) -> Features:
    """Return the features of all pictures of a split that can be read.

    Pictures are decoded by threads while the backbone runs; no more than a few are in memory at once. Features are
    kept under ``home`` by the pictures' content, backbone, weights, preprocess and engine, in small steps: what was
    computed is not lost by a fault or a kill.

    Parameters
    ----------
    found
        The backbone with its weights and preprocess.
    pictures
    home
        The folder where features are kept; ``None``: nothing is kept.
    mirrored
        Take the pictures mirrored left to right.
    engine
        Engine to use; by default the quickest of this machine.
    ahead
        Pictures that are decoded already.
    computed
        Features that were computed while the pictures were being checked.
    """
    start = time.perf_counter()
    # Part of the key under which the features are kept: by another range, a deep picture comes to other pixels.
    found = replace(found, preprocess=found.preprocess.ranged(pictures.value_range))
    engine = engine or choose_engine(found, home=home)
    keys = [content + _MIRRORED * mirrored for content in pictures.content()]
    cache = FeatureCache(home, found, engine.name) if home else None
    early = computed.find(found.preprocess, engine.name) if computed else {}
    vectors = {key: early[key] for key in keys if key in early}
    fresh = len(vectors)
    if cache:
        vectors |= cache.read([key for key in keys if key not in vectors])
    first = {key: index for index, key in reversed(list(enumerate(keys))) if key not in vectors}
    work = _Extraction(pictures, found, mirrored, cache, sorted(first.values()), keys, ahead)
    work.run(engine)
    vectors |= work.vectors
    kept = [index for index, key in enumerate(keys) if key in vectors]
    width = found.features
    stacked = np.stack([vectors[keys[index]] for index in kept]) if kept else np.empty((0, width), np.float32)
    seconds = time.perf_counter() - start + (computed.seconds * fresh / len(early) if computed and fresh else 0.0)
    indices = np.array(kept, np.int64)
    return Features(stacked, indices, tuple(work.left_out), fresh + len(work.vectors), seconds, engine.name)


def find_missing(found: Pretrained, pictures: Pictures, home: Path, engine: Engine, *, mirrored: bool) -> list[int]:
    """Return the indices of the pictures whose features are not kept under ``home``."""
    found = replace(found, preprocess=found.preprocess.ranged(pictures.value_range))
    keys = [content + _MIRRORED * mirrored for content in pictures.content()]
    kept = FeatureCache(home, found, engine.name).read(keys)
    return [index for index, key in enumerate(keys) if key not in kept]


class _Extraction:
    """Pictures on their way through a backbone."""

    def __init__(
        self,
        pictures: Pictures,
        found: Pretrained,
        mirrored: bool,
        cache: FeatureCache | None,
        indices: list[int],
        keys: list[str],
        ahead: DecodedAhead | None,
    ) -> None:
        self.vectors: dict[str, Floats] = {}
        self.left_out: list[LeftOut] = []
        self._pictures, self._preprocess, self._mirrored = pictures, found.preprocess, mirrored
        self._cache, self._indices, self._keys, self._ahead = cache, indices, keys, ahead
        self._content = pictures.content()
        self._running: list[str] = []  # keys of the pictures that were handed to the engine, in that order
        self._kept = 0

    def run(self, engine: Engine) -> None:
        """Compute the features of all pictures that can be read."""
        if not self._indices:
            return
        try:
            with progress("extracting features", len(self._indices)) as advance:
                engine.run(self._decoded(advance), self._receive)
        finally:
            self._keep()

    def _decoded(self, advance: Callable[[int], None]) -> Iterator[Pixels]:
        start = time.perf_counter()
        for number, (index, pixels) in enumerate(
            zip(self._indices, map_ahead(self._pixels, self._indices), strict=True)
        ):
            advance(1)
            if isinstance(pixels, PictureError):
                self.left_out.append(LeftOut(self._pictures.name(index), pixels.reason))
                continue
            self._running.append(self._keys[index])
            yield pixels
            if number + 1 == TOLD_AFTER:
                tell_time_left(len(self._indices) - number - 1, (time.perf_counter() - start) / (number + 1))
            if len(self.vectors) - self._kept >= _KEPT_AT_A_TIME:
                self._keep()

    def _pixels(self, index: int) -> Pixels | PictureError:
        try:
            pixels = self._ahead.take(self._content[index], self._preprocess) if self._ahead else None
            if pixels is None:
                pixels = self._pictures.pixels(index, self._preprocess)
        except PictureError as error:
            return error
        return np.ascontiguousarray(pixels[:, :, ::-1]) if self._mirrored else pixels

    def _receive(self, number: int, features: Floats) -> None:
        self.vectors[self._running[number]] = features.copy()

    def _keep(self) -> None:
        fresh = list(self.vectors)[self._kept :]
        if self._cache:
            self._cache.keep({key: self.vectors[key] for key in fresh})
        self._kept += len(fresh)
