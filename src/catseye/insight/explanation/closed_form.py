"""Grad-CAM of a network that ends in the means of its maps and a dense layer, without a gradient."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from catseye.insight.explanation.attribution import Attribution

if TYPE_CHECKING:
    from catseye.arrays import Floats
    from catseye.classifier.stored_network import LogitsAndMaps

LAYER = "top"  # EfficientNet-Lite's last stage


def compute_closed_form(found: LogitsAndMaps, class_index: int, height: int, width: int) -> Attribution:
    """Return what :func:`~catseye.insight.explanation.methods.compute_grad_cam` finds for a picture of this size.

    The gradient of a class's logit by a value of a map is the class's weight for that map, over the number of places
    (class activation maps, Zhou et al. 2016, arXiv:1512.04150).
    """
    _, rows, columns = found.maps.shape
    weight = found.weight[class_index] / (rows * columns)
    summed = np.maximum(np.tensordot(weight, found.maps, 1), 0)
    resized = _enlarging(rows, height) @ summed @ _enlarging(columns, width).T
    return Attribution("grad_cam", resized.astype(np.float32), LAYER, (rows, columns))


def _enlarging(size: int, enlarged: int) -> Floats:
    """Return the weights (enlarged, size) of bilinear interpolation along one axis; at the edges values go on."""
    places = np.clip((np.arange(enlarged) + 0.5) * size / enlarged - 0.5, 0, size - 1)
    weights: Floats = np.maximum(0, 1 - np.abs(places[:, None] - np.arange(size)))
    return weights
