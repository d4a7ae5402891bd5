"""Multinomial logistic regression with a pull towards zero, solved to convergence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from catseye.transfer_learning.lbfgs import minimise

if TYPE_CHECKING:
    from catseye.arrays import Floats, Integers

_MOST_STEPS = 2000


@dataclass(frozen=True, eq=False)
class Layer:
    """A dense layer: ``logits = features @ weight.T + bias``.

    Attributes
    ----------
    weight : float64 (K, F)
    bias : float64 (K,)
    """

    weight: Floats
    bias: Floats

    def logits(self, features: Floats) -> Floats:
        """Return logits (N, K) for features (N, F)."""
        result: Floats = features @ self.weight.T + self.bias
        return result


def solve(
    features: Floats,
    labels: Integers,
    weights: Floats,
    classes: int,
    inverse_regularisation: float,
    tolerance: float,
    start: Layer | None = None,
) -> Layer:
    """Return the layer that minimises ``C · Σ weightᵢ lossᵢ + ½ Σ W²``; the bias is not penalised.

    The problem is convex and has one answer, which L-BFGS (Liu & Nocedal 1989, Mathematical Programming 45) finds.

    Parameters
    ----------
    features
        float64 (N, F), of about unit spread.
    labels
        int64 (N,), 0 to ``classes`` - 1.
    weights
        Weight of each picture, (N,).
    classes
    inverse_regularisation
        ``C`` above, positive: the weight of the losses against the L2 penalty.
    tolerance
        The problem is solved when no slope of the objective, divided by ``C · N``, is larger.
    start
        Layer to start from: the answer to a similar problem saves steps.
    """
    count, width = features.shape
    rows, scale = np.arange(count), inverse_regularisation * count

    def objective(flat: Floats) -> tuple[float, Floats]:
        layer = _layer(flat, classes, width)
        logs = layer.logits(features)
        logs -= logs.max(1, keepdims=True)
        error = np.exp(logs)
        total = error.sum(1, keepdims=True)
        logs -= np.log(total)
        error /= total
        error[rows, labels] -= 1
        error *= weights[:, None]
        pull = layer.weight.ravel() @ layer.weight.ravel() / 2
        loss = -inverse_regularisation * (weights @ logs[rows, labels]) + pull
        slope = inverse_regularisation * (error.T @ features) + layer.weight
        return loss / scale, np.concatenate([slope.ravel(), inverse_regularisation * error.sum(0)]) / scale

    begin = np.zeros(classes * (width + 1)) if start is None else np.concatenate([start.weight.ravel(), start.bias])
    return _layer(minimise(objective, begin, tolerance, _MOST_STEPS), classes, width)


def _layer(flat: Floats, classes: int, width: int) -> Layer:
    return Layer(flat[:-classes].reshape(classes, width), flat[-classes:])
