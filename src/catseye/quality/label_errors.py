"""Which labels are probably wrong: confident learning (Northcutt, Jiang & Chuang 2021, arXiv:1911.00068)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from catseye.errors import UsageError, with_short_traceback

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from catseye.arrays import Integers

_ROUNDING = 1e-9  # rounding can bring the mean of equal probabilities above them
_CLEARLY = 3.0  # times as probable as the label
_TOLERANCE = 1e-3  # of a sum of probabilities; they may have been rounded to 16 bits


@dataclass(frozen=True)
class Suspect:
    """A picture whose label is probably wrong.

    Attributes
    ----------
    index : int
        Among the N pictures.
    given, likely : int
        The picture's label, and the class that is predicted.
    given_probability, likely_probability : float
        Probabilities of these two classes.
    """

    index: int
    given: int
    likely: int
    given_probability: float
    likely_probability: float


@with_short_traceback
def find_suspects(probabilities: NDArray[np.floating[Any]], labels: Integers) -> list[Suspect]:
    """Return the pictures that are confidently predicted as a class other than their label, the clearest first.

    Each class has a threshold: over the pictures with its label, the mean of the probability of the class, less the
    standard deviation. Of the classes whose threshold a picture reaches, the most probable one is its likely class
    (equation 1 of the paper), so that a class of which the model is always sure has a high threshold. The label is
    suspect if the likely class is another one and at least three times as probable. Suspects are ranked by their
    normalised margin: the probability of the label minus that of the likely class.

    In the paper the threshold is the mean itself. But a picture with a wrong label is an ordinary picture of another
    class, and up to half of those lie below the mean: with few pictures, that missed a quarter of the wrong labels.

    Parameters
    ----------
    probabilities
        (N, K), each row from a model that was not trained on its picture: out-of-sample, as by cross-validation.
    labels
        int64 (N,), from 0 to K − 1.

    Raises
    ------
    UsageError
        Shapes do not fit, a row does not sum to 1, or a label is not a class.

    Examples
    --------
    >>> found = find_suspects(np.array([[0.9, 0.1], [0.8, 0.2], [0.1, 0.9], [0.95, 0.05]]), np.array([0, 0, 1, 1]))
    >>> [(suspect.index, suspect.given, suspect.likely) for suspect in found]
    [(3, 1, 0)]
    """
    values = np.asarray(probabilities, np.float64)
    _check_inputs(values, labels)
    if not len(values):
        return []
    numbers = np.arange(len(labels))
    own = values[numbers, labels]
    thresholds = _thresholds(own, labels, values.shape[1])
    confident = np.where(values >= thresholds - _ROUNDING, values, -np.inf)
    likely = confident.argmax(axis=1)
    clear = values[numbers, likely] >= _CLEARLY * own
    wrong = np.flatnonzero(np.isfinite(confident.max(axis=1)) & (likely != labels) & clear)
    margins = own[wrong] - values[wrong, likely[wrong]]
    return [
        Suspect(i, int(labels[i]), int(likely[i]), float(own[i]), float(values[i, likely[i]]))
        for i in wrong[np.argsort(margins, kind="stable")].tolist()
    ]


def _thresholds(own: NDArray[np.float64], labels: Integers, classes: int) -> NDArray[np.float64]:
    """Return each class's mean of ``own``, the probabilities of the labels, less their standard deviation."""
    # A class without pictures has no mean, and is never confidently predicted.
    thresholds = np.full(classes, np.inf)
    for label in np.unique(labels):
        label_probabilities = own[labels == label]
        thresholds[label] = label_probabilities.mean() - label_probabilities.std()
    return thresholds


def _check_inputs(values: NDArray[np.float64], labels: Integers) -> None:
    if values.ndim != 2 or labels.shape != values.shape[:1]:
        raise UsageError(f"expected probabilities (N, K) and labels (N,); got {values.shape} and {labels.shape}.")
    if len(labels) and not 0 <= labels.min() <= labels.max() < values.shape[1]:
        raise UsageError(f"labels are 0 to {values.shape[1] - 1}; got {labels.min()} to {labels.max()}.")
    sums = values.sum(axis=1)
    odd = np.flatnonzero(~(np.abs(sums - 1) <= _TOLERANCE) | (values < 0).any(axis=1))
    if len(odd):
        raise UsageError(
            f"each row of probabilities is 0 or more and sums to 1; row {odd[0]} sums to {sums[odd[0]]:g}."
        )
