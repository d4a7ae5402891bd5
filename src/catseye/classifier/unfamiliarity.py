"""How unlike its training pictures a picture is for a classifier: the score, as stored in the classifier's file."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from catseye.classifier.backbone_profiles import BackboneProfiles
from catseye.classifier.mahalanobis import Mahalanobis
from catseye.networks.names import NOT_WEIGHTS
from catseye.short_repr import ShortRepr

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy.typing as npt

    from catseye.arrays import Floats
    from catseye.evaluation.metrics import Evaluation

    Arrays = Mapping[str, npt.NDArray[Any]]

PREFIX = f"{NOT_WEIGHTS}unfamiliarity."  # of the tensors in a file
LARGEST = 1e9  # the largest score, which JSON and CSV can still represent
_LONGEST_LAYER = 500
_TYPES = {
    "mean": np.float32, "basis": np.float16, "centres": np.float32, "variances": np.float32, "rest": np.float32,
    "weights": np.uint8, "scales": np.float32, "bias": np.float32, "profiles": np.float16,
}  # fmt: skip


@dataclass(frozen=True, repr=False)
class Scale(ShortRepr):
    """What makes distances of different kinds comparable: the median becomes 0, the limit 1.

    Attributes
    ----------
    median : float
        Median distance of the left-out training pictures.
    limit : float
        Distance that few of them exceed; larger than the median.
    """

    median: float
    limit: float

    def apply(self, values: Floats) -> Floats:
        """Return values (N,) on this scale."""
        scaled: Floats = (values - self.median) / (self.limit - self.median)
        return scaled


@dataclass(frozen=True, eq=False, repr=False)
class Unfamiliarity(ShortRepr):
    """What scores pictures by the features that a network computes for them.

    The score is the sum of the available distances, each on the scale of the training pictures that were left out,
    brought to that scale once more: half of them are below 0, and few above 1.

    Attributes
    ----------
    layer : str
        Name of the dense layer whose inputs are the features; empty for the logits.
    mahalanobis : Mahalanobis
    profiles : BackboneProfiles or None
        For a backbone whose features are still those of its own head.
    scales : tuple of Scale
        Scales of the distances, the Mahalanobis distance first.
    total : Scale
        Scale of their sum.
    false_alarms : float
        Share of further pictures like the training pictures that are expected above the threshold.
    examples : int
        Number of left-out pictures from which the scales were computed.
    """

    layer: str
    mahalanobis: Mahalanobis
    profiles: BackboneProfiles | None
    scales: tuple[Scale, ...]
    total: Scale
    false_alarms: float
    examples: int

    def score(self, features: Floats) -> Floats:
        """Return the unfamiliarity of pictures with these features (N, F), float64 (N,).

        Values above 1 count as unlike the training pictures. None exceeds `LARGEST`, the score of non-finite features.
        """
        finite = np.logical_and.reduce(np.isfinite(features), axis=1)
        safe = np.where(finite[:, None], features, 0).astype(np.float32)
        distances = [self.mahalanobis.distances(safe)]
        if self.profiles:
            distances.append(self.profiles.distances(self.profiles.predict(safe)))
        summed = np.sum([scale.apply(values) for scale, values in zip(self.scales, distances, strict=True)], axis=0)
        scores: Floats = np.where(finite, np.clip(self.total.apply(summed), -LARGEST, LARGEST), LARGEST)
        return scores

    def score_evaluation(self, evaluation: Evaluation, scores: Floats | None) -> Evaluation:
        """Return an evaluation with the unfamiliarity of its pictures, (N,)."""
        return replace(evaluation, unfamiliarity=scores, false_alarms=self.false_alarms)

    def to_json(self) -> dict[str, Any]:
        """Return all but the arrays as JSON values, as they are stored in the header."""
        return {
            "layer": self.layer,
            "scales": [[scale.median, scale.limit] for scale in self.scales],
            "total": [self.total.median, self.total.limit],
            "false_alarms": self.false_alarms,
            "examples": self.examples,
        }

    @property
    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """The arrays by the names that they have in a file."""
        parts = (self.mahalanobis, self.profiles) if self.profiles else (self.mahalanobis,)
        return {
            f"{PREFIX}{field.name}": np.ascontiguousarray(getattr(part, field.name))
            for part in parts
            for field in fields(part)
        }

    @classmethod
    def from_json(cls, given: Any, arrays: Arrays) -> Self:
        """Return the value stored in a header and the tensors after it, which may be anything.

        Raises
        ------
        KeyError, TypeError, ValueError
            A part is missing, is of another type, or has an impossible value.
        """
        found = {name.removeprefix(PREFIX): values for name, values in arrays.items()}
        _check_arrays(found)
        mahalanobis = _make(Mahalanobis, found)
        profiles = _make(BackboneProfiles, found) if "weights" in found else None
        scales = tuple(map(_scale, given["scales"]))
        if len(scales) != 1 + (profiles is not None):
            raise ValueError("the scales of its unfamiliarity must be one for each distance")
        layer, share, examples = given["layer"], given["false_alarms"], given["examples"]
        if not isinstance(layer, str) or len(layer) > _LONGEST_LAYER:
            raise ValueError("the layer of its unfamiliarity must be a layer's name")
        if not (_is_number(share) and 0 < share < 1):
            raise ValueError(f"the false alarms must be a share between 0 and 1, not {share!r}")
        if not isinstance(examples, int) or isinstance(examples, bool) or examples < 1:
            raise ValueError(f"the number of examples behind its unfamiliarity must be 1 or more, not {examples!r}")
        return cls(layer, mahalanobis, profiles, scales, _scale(given["total"]), share, examples)


def _make(kind: Callable[..., Any], found: Arrays) -> Any:
    return kind(**{field.name: found[field.name] for field in fields(kind)})  # type: ignore[arg-type]


def _scale(given: Any) -> Scale:
    median, limit = given
    if not (_is_number(median) and _is_number(limit) and limit > median):
        raise ValueError("a scale of its unfamiliarity must be two numbers, the larger one second")
    return Scale(float(median), float(limit))


def _check_arrays(found: Arrays) -> None:
    """Raise `ValueError` or `KeyError` unless types and shapes fit each other and every number is finite."""
    for name, values in found.items():
        if name not in _TYPES or values.dtype != _TYPES[name]:
            raise ValueError(f"its unfamiliarity has a tensor {name!r} of type {values.dtype}")
        if not np.isfinite(values).all():
            raise ValueError(f"its unfamiliarity has numbers in {name} that are not finite")
    (rank, width), (classes, _) = _two(found, "basis"), _two(found, "centres")
    wanted = {"mean": (width,), "basis": (rank, width), "centres": (classes, rank), "variances": (rank,), "rest": (1,)}
    if "weights" in found:
        (outputs, _), (profiles, _) = _two(found, "weights"), _two(found, "profiles")
        wanted |= {"weights": (outputs, -(-width // 2)), "scales": (outputs,), "bias": (outputs,)}
        wanted |= {"profiles": (profiles, outputs)}
    if {name: values.shape for name, values in found.items()} != wanted or 0 in (width, classes):
        raise ValueError("the tensors of its unfamiliarity do not fit together")
    if not (found["variances"] > 0).all() or not found["rest"][0] > 0:
        raise ValueError("its unfamiliarity has a variance that is not positive")


def _two(found: Arrays, name: str) -> tuple[int, int]:
    first, second = found[name].shape  # of another number of dimensions: ValueError
    return first, second


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
