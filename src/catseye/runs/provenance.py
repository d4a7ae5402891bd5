"""Provenance: where a classifier comes from, as its file keeps it."""

from __future__ import annotations

import platform
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np

from catseye.datasets.dataset import TRAIN
from catseye.datasets.sketch import make_sketch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from catseye.datasets import Dataset
    from catseye.datasets.pictures import Pictures
    from catseye.runs.score import Score

_PACKAGES = ("catseye", "torch", "openvino", "numpy", "pillow")


def build_provenance(
    dataset: Dataset,
    train: Pictures,
    fingerprint: str,
    recipe: dict[str, Any],
    scores: Mapping[str, Score],
) -> dict[str, Any]:
    """Return recipe, data, versions and scores, as they are saved inside the classifier.

    They contain no time and no path: the same training gives the same file. From the sketch of the
    training pictures, an evaluation recognises whether it measures some of them; from the number of pictures of each
    class, `catseye drift` tells whether others are served.
    """
    info = dataset.info
    # The catalogue's are known by their names, but not which of their pictures a part holds.
    own = (not info.version or info.is_part) and TRAIN in dataset.splits
    sketch = {"sketch": make_sketch(dataset.splits[TRAIN].content())} if own else {}
    return {
        "recipe": recipe,
        "data": {
            "name": data_name(dataset),
            "version": info.version,
            **({"split": info.split} if info.split else {}),
            "licence": info.licence,
            "citation": info.citation,
            "training_pictures": len(train),
            "class_counts": np.bincount(train.labels, minlength=len(train.classes)).tolist(),
            "fingerprint": fingerprint,
            **sketch,
        },
        "versions": versions(),
        "measured": {split: score.to_json() for split, score in scores.items()},
    }


def data_name(dataset: Dataset) -> str:
    """Return the name of a data set, or only the last part if it is a path."""
    return dataset.info.name.rstrip("/").rpartition("/")[2]


def versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that determine a result."""
    return {"python": platform.python_version(), **{name: version(name) for name in _PACKAGES}}
