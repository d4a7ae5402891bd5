"""What a backbone's own head predicts for the training pictures, and how far its predictions for others differ."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, Self

import numpy as np

from catseye.evaluation.calibration import softmax
from catseye.short_repr import ShortRepr

if TYPE_CHECKING:
    import numpy.typing as npt

    from catseye.arrays import Floats, Integers, Pixels

TEMPERATURE = 2.0  # of the softmax: chosen from 1, 2 and 3 on pairs of CIFAR-10's classes other than cat and dog
_LARGEST = 7  # value of a weight in four signed bits
_MOST_PROFILES = 100  # if there are more classes, one profile of all is made
SMALLEST = 1e-12


class PretrainedHead(NamedTuple):
    """The layer that a backbone was trained with, from features (N, F) to logits (N, C): ImageNet's classes, mostly."""

    weight: Floats
    bias: Floats


@dataclass(frozen=True, eq=False, repr=False)
class BackboneProfiles(ShortRepr):
    """A backbone's head, with weights rounded to four bits, and its mean predictions for the pictures of each class.

    Attributes
    ----------
    weights : uint8 (C, ceil(F / 2))
        Two weights a byte, each from 1 to 15 for -7 to 7: of feature 2i in the lower four bits, of 2i + 1 above.
    scales : float32 (C,)
        The value of a weight of 1.
    bias : float32 (C,)
    profiles : float16 (P, C)
        Mean probabilities of the head's classes: a row for each class, or one for all.
    """

    weights: Pixels
    scales: Floats
    bias: Floats
    profiles: Floats

    @staticmethod
    def size(classes: int, features: int, profiles: int) -> int:
        """Return its size in bytes for this many classes of the backbone, features, and classes of the user."""
        return classes * (-(-features // 2) + 8 + 2 * (profiles if profiles <= _MOST_PROFILES else 1))

    @classmethod
    def fit(cls, head: PretrainedHead, features: Floats, labels: Integers) -> Self:
        """Return the head with its mean predictions for N pictures with these features (N, F) and labels."""
        centred = (head.weight - head.weight.mean(0)).astype(np.float32)  # what all classes share cancels in softmax
        scales = np.maximum(np.abs(centred).max(1) / _LARGEST, SMALLEST).astype(np.float32)
        whole = np.rint(centred / scales[:, None]).astype(np.int8) + (_LARGEST + 1)
        padded = np.pad(whole.astype(np.uint8), ((0, 0), (0, whole.shape[1] % 2)), constant_values=_LARGEST + 1)
        bias = (head.bias - head.bias.mean()).astype(np.float32)
        packed = padded[:, ::2] | padded[:, 1::2] << 4
        alone = cls(packed, scales, bias, np.empty((0, len(bias)), np.float16))
        return alone.with_profiles(alone.predict(features), labels)

    def with_profiles(self, probabilities: Floats, labels: Integers) -> Self:
        """Return the same head with the mean of these predictions (N, C) for each label."""
        found = np.unique(labels)
        groups = [labels == label for label in found] if len(found) <= _MOST_PROFILES else [slice(None)]
        profiles = np.stack([probabilities[group].mean(0) for group in groups]).astype(np.float16)
        return type(self)(self.weights, self.scales, self.bias, profiles)

    def predict(self, features: Floats) -> Floats:
        """Return the head's probabilities (N, C) for features (N, F), at `TEMPERATURE`."""
        matrix = self._matrix[: features.shape[1]]
        # BLAS would spread the product for one picture over all cores. Where several threads do that at the same time,
        # as in a server, they wait for each other six times as long as the product takes.
        logits = np.einsum("nf,fc->nc", features, matrix) if len(features) == 1 else features @ matrix
        return softmax(logits + self.bias, TEMPERATURE)

    def distances(self, probabilities: Floats) -> Floats:
        """Return distances (N,) of predictions (N, C) from the nearest profile: -log of the scalar product, float64."""
        alike = (probabilities @ self.profiles.astype(np.float64).T).max(1)
        distances: Floats = -np.log(np.maximum(alike, SMALLEST))
        return distances

    @cached_property
    def _matrix(self) -> Floats:
        """The weights in columns, float32 (F, C), or (F + 1, C) for an odd number of features."""
        matrix: Floats = np.ascontiguousarray(self.whole_weights().T, np.float32)
        matrix *= self.scales  # in place: it is the largest array of a prediction
        return matrix

    def whole_weights(self) -> npt.NDArray[np.int8]:
        """Return the weights int8 (C, F), -7 to 7, or (C, F + 1) for an odd number of features."""
        whole = np.empty((len(self.weights), 2 * self.weights.shape[1]), np.int8)
        whole[:, ::2], whole[:, 1::2] = self.weights & 15, self.weights >> 4
        whole -= np.int8(_LARGEST + 1)
        return whole
