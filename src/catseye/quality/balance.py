"""How many pictures each class has in each split, and what is wrong with that."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from catseye.datasets.dataset import TEST, TRAIN
from catseye.quality.finding import FEWEST_PICTURES, LARGEST_IMBALANCE, Finding, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from catseye.datasets import Dataset


def count_classes(dataset: Dataset) -> dict[str, dict[str, int]]:
    """Return ``{class: {split: number of pictures}}``."""
    classes = dataset.info.classes
    counts = {
        split: np.bincount(part.labels, minlength=len(classes)).tolist() for split, part in dataset.splits.items()
    }
    return {name: {split: counts[split][i] for split in counts} for i, name in enumerate(classes)}


def find_imbalances(counts: Mapping[str, Mapping[str, int]]) -> Iterator[Finding]:
    """Yield what is wrong with the numbers of pictures.

    Parameters
    ----------
    counts
        ``{class: {split: number of pictures}}``, every split named in each.
    """
    splits = list(next(iter(counts.values())))
    if len(counts) == 1:
        yield Finding(Kind.ONE_CLASS, f"all pictures are in {next(iter(counts))}", (), tuple(counts))
    if TRAIN not in splits:
        yield Finding(Kind.NO_TRAINING, f"there are pictures for {' and '.join(splits)} only", (), (), tuple(splits))
        return
    for name, own in counts.items():
        if not own[TRAIN]:
            elsewhere = ", ".join(f"{count:,} in {split}" for split, count in own.items() if count)
            yield Finding(Kind.UNTRAINED_CLASS, f"{name} has no training pictures ({elsewhere or 'none'})", (), (name,))
        elif own[TRAIN] < FEWEST_PICTURES:
            many = f"{own[TRAIN]} training picture{'s' if own[TRAIN] > 1 else ''}"
            yield Finding(Kind.FEW_PICTURES, f"{name} has {many}", (), (name,), (TRAIN,))
        if TEST in own and not own[TEST]:
            yield Finding(Kind.UNTESTED_CLASS, f"{name} has no test pictures", (), (name,), (TEST,))
    yield from _unequal({name: own[TRAIN] for name, own in counts.items() if own[TRAIN]})


def _unequal(training: Mapping[str, int]) -> Iterator[Finding]:
    if not training:
        return
    large, small = max(training, key=lambda name: training[name]), min(training, key=lambda name: training[name])
    if training[large] > LARGEST_IMBALANCE * training[small]:
        times = training[large] / training[small]
        reason = (
            f"{large} has {training[large]:,} training pictures, {small} {training[small]:,}: {times:.1f} times as many"
        )
        yield Finding(Kind.IMBALANCE, reason, (), (large, small), (TRAIN,))
