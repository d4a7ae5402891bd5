"""Features computed while files are being checked."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from catseye.transfer_learning.feature_cache import FeatureCache
from catseye.transfer_learning.time_left import TOLD_AFTER, tell_time_left

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from catseye.arrays import Floats, Pixels
    from catseye.images.decoded_ahead import DecodedAhead
    from catseye.images.preprocess import Preprocess
    from catseye.inference.engine import Engine
    from catseye.networks.pretrained import Pretrained

_AT_A_TIME = 128  # pictures; a transfer that is killed loses hardly more


class FeaturesAhead:
    """The features of pictures that are decoded while their files are being checked.

    Parameters
    ----------
    found
        The backbone with its weights and preprocess.
    engine
    home
        The folder where features are kept.

    Attributes
    ----------
    engine : str
        Its name.
    vectors : dict of str to float32 (F,)
        Features by the SHA-256 of the pictures' files.
    seconds : float
        Time spent computing them and waiting for their pictures.
    """

    def __init__(self, found: Pretrained, engine: Engine, home: Path) -> None:
        self.engine = engine.name
        self.vectors: dict[str, Floats] = {}
        self.seconds = 0.0
        self._preprocess, self._run = found.preprocess, engine.run
        self._cache = FeatureCache(home, found, engine.name)
        self._running: list[str] = []  # digests of the pictures that were handed to the engine, in that order
        self._kept = 0

    def compute(self, ahead: DecodedAhead, *, everything: bool) -> None:
        """Compute the features of pictures as they come, until no more do; see `DecodedAhead.drain`.

        Those already in the cache are skipped.
        """
        start = time.perf_counter()
        try:
            self._run(self._coming(ahead, everything), self._receive)
        finally:
            self._keep()
            self.seconds = time.perf_counter() - start

    def find(self, preprocess: Preprocess, engine: str) -> dict[str, Floats]:
        """Return the features by digest if they were computed in this way, otherwise none."""
        return self.vectors if (preprocess, engine) == (self._preprocess, self.engine) else {}

    def _coming(self, ahead: DecodedAhead, everything: bool) -> Iterator[Pixels]:
        start, taken, told = time.perf_counter(), 0, False
        for some in ahead.drain(_AT_A_TIME, everything=everything):
            if taken >= TOLD_AFTER and not told:
                tell_time_left(ahead.expected - taken, (time.perf_counter() - start) / taken)
                told = True
            taken += len(some)
            known = self._cache.read(list(some))
            for digest in some.keys() - known.keys() - self.vectors.keys():
                self._running.append(digest)
                yield some[digest]
            self._keep()

    def _receive(self, number: int, features: Floats) -> None:
        self.vectors[self._running[number]] = features.copy()

    def _keep(self) -> None:
        fresh = list(self.vectors)[self._kept :]
        self._cache.keep({digest: self.vectors[digest] for digest in fresh})
        self._kept += len(fresh)
