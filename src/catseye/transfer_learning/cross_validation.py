"""What heads that never saw a picture or its copies say of it: the ground for doubting labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from catseye.evaluation.calibration import softmax
from catseye.transfer_learning.extraction import extract
from catseye.transfer_learning.head import Examples, fit_head

if TYPE_CHECKING:
    from pathlib import Path

    from catseye.arrays import Floats
    from catseye.datasets import Pictures
    from catseye.networks.pretrained import Pretrained

_FOLDS = 10  # of a few dozen pictures, a head that learns from four fifths is unsure of all others


def cross_validate(found: Pretrained, pictures: Pictures, home: Path, seed: int = 0) -> Floats:
    """Return calibrated probabilities (N, K) of all pictures, each by a head that did not learn from it or a copy.

    A picture without a prediction, because it can no longer be read or is the only one of its class, gets the same
    probability for every class.
    """
    features = extract(found, pictures, home)
    count = len(pictures.classes)
    probabilities = np.full((len(pictures), count), 1 / count)
    content = np.array(pictures.content())[features.kept]
    # Of copies one is learned from; in two folds they would vouch for each other.
    _, first, place = np.unique(content, return_index=True, return_inverse=True)
    head = fit_head(Examples(features.vectors[first], pictures.labels[features.kept[first]], count), seed, _FOLDS)
    said = np.full((len(first), count), 1 / count)
    said[head.scored] = softmax(head.validation[head.scored], head.calibration.temperature)
    probabilities[features.kept] = said[place]
    return probabilities
