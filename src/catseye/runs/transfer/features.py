"""The features of every split, by a frozen backbone."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from catseye.datasets.dataset import TEST, TRAIN, VALIDATION
from catseye.errors import CatseyeError
from catseye.inference.choose import choose_engine
from catseye.inference.engine import FP32
from catseye.transfer_learning.extraction import Features, extract, find_missing
from catseye.transfer_learning.head import Examples

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from catseye.arrays import Floats
    from catseye.datasets import Dataset, LeftOut, Pictures
    from catseye.images.decoded_ahead import DecodedAhead
    from catseye.inference.engine import Engine
    from catseye.networks.pretrained import Pretrained

_SPLITS = (TRAIN, VALIDATION, TEST)
_MOST_UNREADABLE = 0.1  # share of a split's pictures
_TIMED, _ROUNDS = 8, 4  # pictures of noise, and how often they are timed


@dataclass(frozen=True, eq=False)
class SplitFeatures:
    """Pictures and features by split.

    Attributes
    ----------
    pictures : dict of str to Pictures
        Pictures that could be read.
    vectors : dict of str to float32 (N, F)
    mirrored : float32 (N, F) or None
        Features of the mirrored training pictures.
    left_out : tuple of LeftOut
        Pictures that could not be read any more.
    computed : int
        Feature vectors that were computed; the others were cached.
    seconds : float
    engine : str
        Name of the engine; that of the test pictures has single precision.
    """

    pictures: dict[str, Pictures]
    vectors: dict[str, Floats]
    mirrored: Floats | None
    left_out: tuple[LeftOut, ...]
    computed: int
    seconds: float
    engine: str

    def examples(self, *, balanced: bool) -> Examples:
        """Return what a head is fitted on; ``balanced``: with the same weight for all classes."""
        train = self.pictures[TRAIN]
        return Examples(self.vectors[TRAIN], train.labels, len(train.classes), self.mirrored, balanced)


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
            extract(part, pictures, self._home, mirrored=mirrored, engine=exact if exactly else quick, ahead=ahead)
            for part, quick, exact in self._parts
        )
        for other in others:
            first = _side_by_side(first, other)
        return first

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


def extract_splits(
    dataset: Dataset,
    backbone: Pretrained,
    home: Path,
    ahead: DecodedAhead | None,
    *,
    mirrored: bool,
    device: str,
    engines: Engines | None = None,
) -> SplitFeatures:
    """Return the features of every split.

    Those of the test pictures are computed in single precision, as when the saved classifier is used: the measured
    accuracy is that of the file.

    Parameters
    ----------
    dataset
    backbone
    home
        The folder with the feature cache.
    ahead
        Pictures that are decoded already.
    mirrored
        Extract those of the mirrored training pictures, too.
    device
        ``"cpu"`` or ``"cuda"``.
    engines
        Those of the backbone, if they are made already.

    Raises
    ------
    CatseyeError
        Many pictures, or all of a class, have become unreadable since they were listed.
    """
    engines = engines or Engines(backbone, home, device)
    pictures = {split: dataset.splits[split] for split in _SPLITS if split in dataset.splits}
    features = {split: engines.extract(part, ahead=ahead, exactly=split == TEST) for split, part in pictures.items()}
    mirror = None
    if mirrored:
        mirror = engines.extract(pictures[TRAIN], mirrored=True)
        # A picture can disappear between the two.
        features[TRAIN], mirror = _common(features[TRAIN], mirror), _common(mirror, features[TRAIN])
    extracted = [*features.values(), *([mirror] if mirror else [])]
    left_out = tuple(dict.fromkeys(out for part in extracted for out in part.left_out))
    _require_most(dataset.info.name, pictures, features, left_out)
    return SplitFeatures(
        {split: pictures[split].take(part.kept.tolist()) for split, part in features.items() if len(part.kept)},
        {split: part.vectors for split, part in features.items() if len(part.kept)},
        mirror.vectors if mirror else None,
        left_out,
        sum(part.computed for part in extracted),
        sum(part.seconds for part in extracted),
        engines.name,
    )


def _require_most(
    name: str, pictures: Mapping[str, Pictures], features: Mapping[str, Features], left_out: tuple[LeftOut, ...]
) -> None:
    """Raise `CatseyeError` if so many pictures are unreadable that a result would be about other data."""
    for split, part in features.items():
        all_labels = pictures[split].labels
        before, after = np.unique(all_labels), np.unique(all_labels[part.kept])
        unreadable = len(all_labels) - len(part.kept)
        if unreadable > _MOST_UNREADABLE * len(all_labels) or len(after) < len(before):
            raise CatseyeError(
                f"{unreadable:,} of the {len(all_labels):,} {split} pictures of {name} can no longer be read, first "
                f"{left_out[0].picture} ({left_out[0].reason}).\n"
                "Restore them, or load the data again, and repeat: the features of the others are cached."
            )


def _ignore(index: int, features: Floats) -> None:
    """Receive what is only timed."""


def _choose(backbone: Pretrained, home: Path, device: str) -> tuple[Engine, Engine]:
    """Return the quickest engine, and the quickest in single precision."""
    kept = home, backbone.digest
    engine = choose_engine(backbone.load, backbone.preprocess, device=device, kept=kept)
    exact = choose_engine(backbone.load, backbone.preprocess, FP32, device, kept)
    return engine, engine if exact.name == engine.name else exact  # so that the network is compiled once


def _side_by_side(first: Features, second: Features) -> Features:
    """Return the features of two backbones for the same pictures as one."""
    first, second = _common(first, second), _common(second, first)  # a picture can disappear between the two
    return Features(
        np.concatenate([first.vectors, second.vectors], axis=1),
        first.kept,
        tuple(dict.fromkeys((*first.left_out, *second.left_out))),
        max(first.computed, second.computed),
        first.seconds + second.seconds,
        first.engine,
    )


def _common(features: Features, others: Features) -> Features:
    """Return the features of the pictures that ``others`` has as well."""
    inside = np.isin(features.kept, others.kept)
    return replace(features, vectors=features.vectors[inside], kept=features.kept[inside])
