"""What runs a frozen backbone over many pictures."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from catseye.inference.choose import choose_engine
from catseye.inference.engine import FP32
from catseye.inference.openvino_engine import OpenVinoEngine
from catseye.transfer_learning.extraction import Features, extract, find_missing
from catseye.transfer_learning.features_ahead import FeaturesAhead

if TYPE_CHECKING:
    from pathlib import Path

    from catseye.arrays import Floats
    from catseye.datasets import Pictures
    from catseye.images.decoded_ahead import DecodedAhead
    from catseye.inference.engine import Engine
    from catseye.networks.pretrained import Pretrained

_TIMED, _ROUNDS = 8, 4  # pictures of noise, and how often they are timed


class Engines:
    """What runs a frozen backbone, or both of a pair, over many pictures.

    Parameters
    ----------
    backbone
    home
        The folder with the feature cache.
    device
        ``"cpu"`` or ``"cuda"``.
    """

    def __init__(self, backbone: Pretrained, home: Path, device: str) -> None:
        self._home = home
        self._parts = [(part, *_choose(part, home, device)) for part in backbone.parts or (backbone,)]
        self._computed: FeaturesAhead | None = None

    @property
    def name(self) -> str:
        """Name of the engine that computes most features."""
        return self._parts[0][1].name

    def extract(
        self,
        pictures: Pictures,
        *,
        mirrored: bool = False,
        exactly: bool = False,
        ahead: DecodedAhead | None = None,
    ) -> Features:
        """Return the features of a split's pictures, those of a pair side by side; ``exactly``: in single precision."""
        first, *others = (
            extract(
                *(part, pictures, self._home),
                mirrored=mirrored,
                engine=exact if exactly else quick,
                ahead=ahead,
                computed=self._computed,
            )
            for part, quick, exact in self._parts
        )
        for other in others:
            first = _side_by_side(first, other)
        return first

    def load(self) -> None:
        """Compile the networks, or read those that are kept; without a call this happens when they first run."""
        for _, *engines in self._parts:
            for engine in engines:
                if isinstance(engine, OpenVinoEngine):
                    engine.load()

    def compute(self, ahead: DecodedAhead) -> None:
        """Compute the features of pictures that do not fit into memory while their files are being checked.

        Returns when no more pictures come. For a pair of backbones nothing is computed, as both need the pictures.
        """
        if len(self._parts) == 1 and ahead.wait_until_full():
            ((part, quick, exact),) = self._parts
            self._computed = FeaturesAhead(part, quick, self._home)
            self._computed.compute(ahead, everything=exact is quick)

    def find_missing(self, pictures: Pictures, *, mirrored: bool = False, exactly: bool = False) -> list[int]:
        """Return the indices of the pictures whose features, or those of a part, are not cached."""
        return sorted(
            {
                index
                for part, quick, exact in self._parts
                for index in find_missing(part, pictures, self._home, exact if exactly else quick, mirrored=mirrored)
            }
        )

    def milliseconds(self) -> float:
        """Return the time that the network takes for one picture of many, measured on a few of noise."""
        seconds = 0.0
        for part, quick, _ in self._parts:
            height, width, channels = part.preprocess.shape
            noise = np.random.default_rng(0).integers(0, 256, (channels, height, width), np.uint8)
            quick.run([noise], _ignore)  # the first compiles
            rounds = []
            for _ in range(_ROUNDS):
                start = time.perf_counter()
                quick.run([noise] * _TIMED, _ignore)
                rounds.append(time.perf_counter() - start)
            seconds += min(rounds)  # the others were disturbed
        return 1000 * seconds / _TIMED


def _ignore(index: int, features: Floats) -> None:
    """Receive what is only timed."""


def _choose(backbone: Pretrained, home: Path, device: str) -> tuple[Engine, Engine]:
    """Return the quickest engine, and the quickest in single precision."""
    quick, exact = (choose_engine(backbone, precision, device, home) for precision in (None, FP32))
    return quick, quick if exact.name == quick.name else exact  # so that the network is compiled once


def _side_by_side(first: Features, second: Features) -> Features:
    """Return the features of two backbones for the same pictures as one."""
    first, second = keep_common(first, second), keep_common(second, first)  # a picture can disappear between the two
    return Features(
        np.concatenate([first.vectors, second.vectors], axis=1),
        first.kept,
        tuple(dict.fromkeys((*first.left_out, *second.left_out))),
        max(first.computed, second.computed),
        first.seconds + second.seconds,
        first.engine,
    )


def keep_common(features: Features, others: Features) -> Features:
    """Return the features of the pictures that ``others`` has as well."""
    inside = np.isin(features.kept, others.kept)
    return replace(features, vectors=features.vectors[inside], kept=features.kept[inside])
