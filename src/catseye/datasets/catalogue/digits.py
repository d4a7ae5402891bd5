"""The 8×8 digits inside scikit-learn: a real data set that needs no network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from catseye.datasets.info import Info
from catseye.datasets.preparation.entry import Entry
from catseye.datasets.preparation.storage import Arrays
from catseye.datasets.splits import SEED, SET_ASIDE, TEST_SHARE, stratified

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from catseye.arrays import Integers, Pixels

_LARGEST_INK = 16  # of the original: each value counts the inked dots of a 4×4 block


def read_splits(_: Mapping[str, Path]) -> dict[str, tuple[Pixels, Integers]]:
    """Return the training and test pictures, uint8 (N, 1, 8, 8), scaled from 0–16 to 0–255, and their labels."""
    from sklearn.datasets import load_digits

    bunch = load_digits()
    images = np.round(bunch.images * (255 / _LARGEST_INK)).astype(np.uint8)[:, None]
    labels = bunch.target.astype(np.int64)
    train, test = stratified(labels, TEST_SHARE, SEED)
    return {"train": (images[train], labels[train]), "test": (images[test], labels[test])}


DIGITS = Entry(
    info=Info(
        name="digits",
        version="1.0.0",
        versions=("1.0.0",),
        description="Handwritten digits, very small; no download.",
        address="https://archive.ics.uci.edu/dataset/80/optical+recognition+of+handwritten+digits",
        shape=(8, 8, 1),
        classes=tuple("0123456789"),
        splits={"train": 1438, "test": 359},
        citation="E. Alpaydin, C. Kaynak: Optical recognition of handwritten digits. "
        "UCI Machine Learning Repository, 1998.",
        licence="CC BY 4.0",
    ),
    archives=(),
    addresses=(),
    storage=Arrays(read_splits),
    notes=(f"digits has no test split of its own: {SET_ASIDE}",),
)
