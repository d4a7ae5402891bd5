"""The unfamiliarity score in a graph; the formulas are those of :mod:`catseye.classifier.unfamiliarity`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from catseye.classifier.backbone_profiles import SMALLEST as SMALLEST_PRODUCT
from catseye.classifier.backbone_profiles import TEMPERATURE
from catseye.classifier.mahalanobis import SMALLEST
from catseye.classifier.unfamiliarity import LARGEST
from catseye.export.operations import SINGLE

if TYPE_CHECKING:
    from catseye.classifier.backbone_profiles import BackboneProfiles
    from catseye.classifier.mahalanobis import Mahalanobis
    from catseye.classifier.unfamiliarity import Scale, Unfamiliarity
    from catseye.export.operations import Node, Operations


def score_features(ops: Operations, unfamiliarity: Unfamiliarity, features: Node) -> Node:
    """Compute the unfamiliarity float32 (N,) of pictures from their features (N, F)."""
    distances = [_measure_mahalanobis(ops, unfamiliarity.mahalanobis, features)]
    if unfamiliarity.profiles:
        width = len(unfamiliarity.mahalanobis.mean)
        distances.append(_measure_profiles(ops, unfamiliarity.profiles, width, features))
    scaled = [_scale(ops, scale, each) for scale, each in zip(unfamiliarity.scales, distances, strict=True)]
    summed = scaled[0] if len(scaled) == 1 else ops.apply("Add", *scaled)
    total = _scale(ops, unfamiliarity.total, summed)
    limited = ops.apply("Min", ops.apply("Max", total, _number(ops, -LARGEST)), _number(ops, LARGEST))
    return ops.reshape(limited, (-1,))


def _measure_mahalanobis(ops: Operations, own: Mahalanobis, features: Node) -> Node:
    """Return the squared distances (N, 1) from the nearest class."""
    points = ops.apply("Sub", _normalise_roots(ops, features), ops.stored(own.mean[None].astype(np.float32)))
    directions = ops.cast(ops.stored(own.basis.T.astype(np.float16)), SINGLE)
    inside = ops.matmul(points, directions)
    left = ops.apply("Sub", _sum_squares(ops, points), _sum_squares(ops, inside))
    outside = ops.apply("Div", ops.apply("Max", left, _number(ops, 0)), _number(ops, float(own.rest[0])))
    scale = np.sqrt(own.variances.astype(np.float64))
    scaled = ops.apply("Mul", inside, ops.stored((1 / scale)[None].astype(np.float32)))
    centres = ops.stored((own.centres / scale)[None].astype(np.float32))
    # Not a² - 2ab + b², which would lose small differences in single precision.
    apart = ops.apply("Sub", ops.reshape(scaled, (-1, 1, len(scale))), centres)
    pairs = ops.reshape(ops.reduce("Sum", ops.apply("Mul", apart, apart), 2), (-1, len(own.centres)))
    return ops.apply("Add", ops.reduce("Min", pairs, 1), outside)


def _normalise_roots(ops: Operations, features: Node) -> Node:
    size = ops.apply("Abs", features)
    roots = ops.apply("Mul", ops.apply("Sign", features), ops.apply("Sqrt", size))
    lengths = ops.apply("Sqrt", ops.reduce("Sum", size, 1))  # the square of a root is the feature's absolute value
    return ops.apply("Div", roots, ops.apply("Max", lengths, _number(ops, SMALLEST)))


def _sum_squares(ops: Operations, values: Node) -> Node:
    return ops.reduce("Sum", ops.apply("Mul", values, values), 1)


def _measure_profiles(ops: Operations, own: BackboneProfiles, width: int, features: Node) -> Node:
    """Return the distances (N, 1) from the nearest profile."""
    weights = ops.cast(ops.stored(own.whole_weights()[:, :width].T), SINGLE)
    logits = ops.apply("Mul", ops.matmul(features, weights), ops.stored(own.scales[None]))
    shifted = ops.apply("Add", logits, ops.stored(own.bias[None]))
    probabilities = ops.softmax(ops.apply("Mul", shifted, _number(ops, 1 / TEMPERATURE)))
    profiles = ops.cast(ops.stored(own.profiles.T.astype(np.float16)), SINGLE)
    alike = ops.reduce("Max", ops.matmul(probabilities, profiles), 1)
    logarithm = ops.apply("Log", ops.apply("Max", alike, _number(ops, SMALLEST_PRODUCT)))
    return ops.apply("Mul", logarithm, _number(ops, -1))


def _scale(ops: Operations, scale: Scale, values: Node) -> Node:
    shifted = ops.apply("Sub", values, _number(ops, scale.median))
    return ops.apply("Mul", shifted, _number(ops, 1 / (scale.limit - scale.median)))


def _number(ops: Operations, value: float) -> Node:
    return ops.constant(value, SINGLE)
