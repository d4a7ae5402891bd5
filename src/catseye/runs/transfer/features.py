"""The features of every split, by a frozen backbone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from catseye.datasets.dataset import TEST, TRAIN, VALIDATION
from catseye.errors import CatseyeError
from catseye.runs.transfer.engines import keep_common
from catseye.transfer_learning.head import Examples

if TYPE_CHECKING:
    from collections.abc import Mapping

    from catseye.arrays import Floats
    from catseye.datasets import Dataset, LeftOut, Pictures
    from catseye.images.decoded_ahead import DecodedAhead
    from catseye.runs.transfer.engines import Engines
    from catseye.transfer_learning.extraction import Features

_SPLITS = (TRAIN, VALIDATION, TEST)
_MOST_UNREADABLE = 0.1  # share of a split's pictures


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

    def examples(self, *, balanced: bool, mirrored: bool) -> Examples:
        """Return what a head is fitted on.

        Parameters
        ----------
        balanced
            With the same weight for all classes.
        mirrored
            With the mirrored pictures.
        """
        train, copies = self.pictures[TRAIN], self.mirrored if mirrored else None
        return Examples(self.vectors[TRAIN], train.labels, len(train.classes), copies, balanced)


def extract_splits(dataset: Dataset, engines: Engines, ahead: DecodedAhead | None, *, mirrored: bool) -> SplitFeatures:
    """Return the features of every split.

    Those of the test pictures are computed in single precision, as when the saved classifier is used: the measured
    accuracy is that of the file.

    Parameters
    ----------
    dataset
    engines
        Of the backbone.
    ahead
        Pictures that are decoded already.
    mirrored
        Extract those of the mirrored training pictures, too.

    Raises
    ------
    CatseyeError
        Many pictures, or all of a class, have become unreadable since they were listed.
    """
    pictures = {split: dataset.splits[split] for split in _SPLITS if split in dataset.splits}
    features = {split: engines.extract(part, ahead=ahead, exactly=split == TEST) for split, part in pictures.items()}
    mirror = None
    if mirrored:
        mirror = engines.extract(pictures[TRAIN], mirrored=True)
        # A picture can disappear between the two.
        features[TRAIN], mirror = keep_common(features[TRAIN], mirror), keep_common(mirror, features[TRAIN])
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
