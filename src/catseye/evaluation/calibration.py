"""Probabilities that mean what they say: temperature scaling, and the error that is left."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from catseye.arrays import Floats, Integers

BINS = 15
_LOG_TEMPERATURE = (-3.0, 3.0)  # 0.05 to 20
_PRIOR_DEVIATION = 0.5  # temperatures from 0.37 to 2.7 are what networks ordinarily need
_HEAD_SPREAD, _HEAD_DEVIATION = 1.0, 0.7  # chosen on CIFAR-10, MNIST, cats and dogs: docs/transfer.md, "Few pictures"
_SMALLEST = 1e-12
_PRECISION, _MOST_STEPS = 1e-7, 60  # of the logarithm of a temperature


@dataclass(frozen=True)
class Calibration:
    """Logits are divided by ``temperature`` before softmax (Guo et al. 2017, arXiv:1706.04599).

    Attributes
    ----------
    temperature : float
        Divisor of the logits: above 1 makes probabilities more careful, below 1 bolder.
    examples : int
        Number of predictions that it was fitted on; 0 if it was not fitted.
    """

    temperature: float = 1.0
    examples: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return the fields as JSON values."""
        return asdict(self)


def softmax(logits: Floats, temperature: float = 1.0) -> Floats:
    """Return probabilities (N, K) for logits (N, K) divided by ``temperature``."""
    scaled = logits.astype(np.float64) / temperature
    scaled -= scaled.max(1, keepdims=True)
    exponentials = np.exp(scaled)
    probabilities: Floats = exponentials / exponentials.sum(1, keepdims=True)
    return probabilities


def log_loss(probabilities: Floats, labels: Integers) -> float:
    """Return the mean of :func:`log_losses`."""
    return float(log_losses(probabilities, labels).mean())


def log_losses(probabilities: Floats, labels: Integers) -> Floats:
    """Return ``-log p(true class)`` of each prediction (N,), in nats; a probability of 0 counts as 1e-12."""
    own = np.clip(probabilities[np.arange(len(labels)), labels], _SMALLEST, 1)
    losses: Floats = np.abs(np.log(own))  # the absolute value, as -log 1 would be -0.0
    return losses


def fit_temperature(logits: Floats, labels: Integers) -> Calibration:
    """Return the most probable temperature, given these validation logits (N, K) of a trained network.

    Its logarithm has a normal prior around 0. Thousands of pictures make that vanish; a dozen that all came out
    right, on which the log loss alone would choose boundless confidence, do not.
    """
    return Calibration(_most_probable(logits.astype(np.float64), labels, _PRIOR_DEVIATION), len(labels))


def fit_head_temperature(logits: Floats, labels: Integers, usual: float | None = None) -> Calibration:
    """Return the most probable temperature, given these validation logits (N, K) of a regularised head.

    The scale of such logits says little: that of a strongly regularised head on a few pictures may be a tenth of what
    its answers deserve. So the prior is not around 1 but around ``usual``, by default the temperature at which the
    logits of a picture deviate from their mean by 1 (root mean square). Multiplied logits get a multiplied
    temperature, hence the same probabilities.
    """
    logits = logits.astype(np.float64)
    if usual is None:
        spread = float(np.sqrt(np.square(logits - logits.mean(1, keepdims=True)).mean()))
        usual = spread / _HEAD_SPREAD or 1.0  # all logits are equal: no temperature changes the probabilities
    return Calibration(usual * _most_probable(logits / usual, labels, _HEAD_DEVIATION), len(labels))


def _most_probable(logits: Floats, labels: Integers, deviation: float) -> float:
    """Return the most probable temperature if its logarithm is normal around 0 with this standard deviation."""
    low, high = _LOG_TEMPERATURE
    found = 0.0
    for _ in range(_MOST_STEPS):
        slope, curvature = _slope_and_curvature(logits, labels, found, deviation)
        low, high = (low, found) if slope > 0 else (found, high)
        better = found - slope / curvature if curvature > 0 else low
        if not low < better < high:
            better = (low + high) / 2
        if abs(better - found) < _PRECISION:
            break
        found = better
    return float(np.exp(better))


def _slope_and_curvature(
    logits: Floats, labels: Integers, log_temperature: float, deviation: float
) -> tuple[float, float]:
    """Return the first two derivatives, by the logarithm, of the negative logarithm of the temperature's probability.

    Of one picture's loss ``log Σ exp z − z_true``, z the logits over the temperature, they are ``z_true − E z`` and
    ``E z − z_true + Var z``, by the probabilities of the classes.
    """
    scaled = logits / np.exp(log_temperature)
    scaled -= scaled.max(1, keepdims=True)
    probabilities = np.exp(scaled)
    probabilities /= probabilities.sum(1, keepdims=True)
    mean = (probabilities * scaled).sum(1)
    variance = (probabilities * np.square(scaled - mean[:, None])).sum(1)
    slopes = scaled[np.arange(len(labels)), labels] - mean
    slope = slopes.sum() + log_temperature / deviation**2
    return float(slope), float((variance - slopes).sum() + deviation**-2)


@dataclass(frozen=True)
class Bin:
    """Predictions of similar confidence: how many, how confident on average, how often right."""

    low: float
    high: float
    examples: int
    confidence: float
    accuracy: float


def reliability(probabilities: Floats, labels: Integers) -> list[Bin]:
    """Return the predictions (N, K) in ``BINS`` equal intervals of confidence, empty ones left out."""
    confidence = probabilities.max(1)
    right = probabilities.argmax(1) == labels
    # Intervals are open below and closed above, as in Guo et al.
    places = np.clip(np.ceil(confidence * BINS).astype(int) - 1, 0, BINS - 1)
    bins = []
    for place in np.unique(places):
        inside = places == place
        means = float(confidence[inside].mean()), float(right[inside].mean())
        bins.append(Bin(place / BINS, (place + 1) / BINS, int(inside.sum()), *means))
    return bins


def expected_calibration_error(bins: list[Bin]) -> float:
    """Return the mean gap between confidence and accuracy over the bins, weighted by their examples; 0 to 1."""
    examples = sum(b.examples for b in bins)
    return sum(b.examples * abs(b.confidence - b.accuracy) for b in bins) / examples
