"""Log losses of pictures by logits that are not calibrated yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from catseye.evaluation.calibration import fit_temperature, log_losses, softmax

if TYPE_CHECKING:
    from collections.abc import Callable

    from catseye.arrays import Floats, Integers
    from catseye.evaluation.calibration import Calibration

_FOLDS = 5  # of the pictures, for the temperatures that they are compared with


def compute_losses(
    logits: Floats, labels: Integers, fit: Callable[[Floats, Integers], Calibration] = fit_temperature
) -> Floats:
    """Return the pictures' log losses (N,), each calibrated by a temperature that suits the others.

    Parameters
    ----------
    logits
        (N, K)
    labels
        (N,)
    fit
        Returns the temperature for logits and labels: for those of heads, `fit_head_temperature`.
    """
    losses = np.zeros(len(labels))
    folds = np.random.default_rng(0).permutation(len(labels)) % _FOLDS
    for fold in np.unique(folds):
        inside, others = folds == fold, folds != fold
        temperature = fit(logits[others], labels[others]).temperature if others.any() else 1.0
        losses[inside] = log_losses(softmax(logits[inside], temperature), labels[inside])
    return losses
