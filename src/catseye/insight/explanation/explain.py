"""Why a class was predicted: attributions by several methods, each rated by how faithful it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from catseye.errors import UsageError, unknown
from catseye.images.inputs import display_name
from catseye.insight.explanation.attribution import METHODS, Attribution, Effort, compute_attribution
from catseye.insight.explanation.class_score import ClassScore
from catseye.insight.explanation.faithfulness import (
    Faithfulness,
    RandomBaseline,
    measure_faithfulness,
    measure_random_baseline,
)
from catseye.insight.explanation.sanity import Sanity, check_sanity, maps_made
from catseye.networks.probe import Probe
from catseye.system.memory import keep_memory
from catseye.system.progress import progress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catseye.arrays import Pixels
    from catseye.classifier.classifier import Classifier
    from catseye.images.inputs import Picture

_GRAD_CAM = "grad_cam"
_FAINT = 0.05  # probability below which deletion and insertion have little to work with


@dataclass(frozen=True, eq=False)
class RatedAttribution:
    """An attribution, how faithful it is and, if requested, whether it depends on the weights."""

    attribution: Attribution
    faithfulness: Faithfulness
    sanity: Sanity | None

    def to_json(self) -> dict[str, Any]:
        """Return all but the map itself as JSON values."""
        completeness = self.attribution.completeness
        return {
            "method": self.attribution.method,
            "layer": self.attribution.layer,
            **self.faithfulness.to_json(),
            "completeness": completeness.to_json() if completeness else None,
            "sanity": self.sanity.to_json() if self.sanity else None,
        }


@dataclass(frozen=True, eq=False)
class Explanation:
    """What speaks for a class in a picture.

    Attributes
    ----------
    picture : str
        Path of the picture, or ``"picture"``.
    pixels : uint8 (C, H, W)
        As it enters the network.
    class_name : str
        The class that is explained.
    probability : float
        Calibrated probability of that class, 0 to 1.
    predicted : str
        The most probable class.
    maps : tuple of RatedAttribution
    random_baseline : RandomBaseline
        The baseline that every map is compared with.
    notes : tuple of str
    """

    picture: str
    pixels: Pixels
    class_name: str
    probability: float
    predicted: str
    maps: tuple[RatedAttribution, ...]
    random_baseline: RandomBaseline
    notes: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return all but the maps themselves as JSON values."""
        return {
            "picture": self.picture,
            "class": self.class_name,
            "probability": self.probability,
            "predicted": self.predicted,
            "maps": [rated.to_json() for rated in self.maps],
            "notes": list(self.notes),
        }


def explain(
    classifier: Classifier,
    picture: Picture,
    class_name: str | int | None = None,
    methods: Sequence[str] = (),
    *,
    layer: str | None = None,
    check: bool = False,
    seed: int = 0,
) -> Explanation:
    """Return what speaks for a class in a picture, by several methods, and how faithful each is.

    Parameters
    ----------
    classifier
    picture
        A path, a Pillow image or an array, as for :meth:`catseye.Classifier.predict`.
    class_name
        Name or number of the class; by default the most probable one.
    methods
        Some of ``METHODS``; by default all that suit the network: a dense one has no maps for Grad-CAM.
    layer
        Layer for Grad-CAM; by default the last convolution, or a backbone's last stage.
    check
        Also make the sanity check: the weights are made random, layer by layer, and the map must change.
    seed
        Random seed of SmoothGrad's noise, the random orders and the random weights.

    Raises
    ------
    UsageError
        There is no such class, method or layer, or the network has no maps for Grad-CAM.
    PictureError
        The picture cannot be used.

    Examples
    --------
    With a run of ``catseye train digits --out my-run`` and a picture of a handwritten digit:

    >>> from catseye import Classifier
    >>> explanation = explain(Classifier.load("my-run"), "digit.png")
    >>> explanation.maps[0].attribution.map.shape
    (8, 8)
    """
    keep_memory()
    chosen = _methods(methods, layer)
    index = None if class_name is None else classifier.class_index(class_name)
    pixels = classifier.pixels(picture)
    probabilities = classifier.probabilities(pixels[None])[0]
    best = int(probabilities.argmax())
    index = best if index is None else index
    class_score = ClassScore(Probe(classifier.network), classifier.preprocess, pixels, index)
    maps, notes = _attributions(class_score, chosen, layer, seed, by_name=bool(methods) or layer is not None)
    rated, random_baseline = _rated(class_score, maps, layer, classifier.calibration.temperature, check, seed)
    probability = float(probabilities[index])
    if probability < _FAINT:
        notes.append(
            f"the class has a probability of {probability:.2g}: deletion and insertion say little about its maps."
        )
    name = display_name(picture, "picture")
    names = classifier.classes
    return Explanation(
        name, pixels, names[index], probability, names[best], rated, random_baseline, (*notes, *_limits(rated))
    )


def _methods(asked: Sequence[str], layer: str | None) -> list[str]:
    for name in asked:
        if name not in METHODS:
            raise unknown("method", name, METHODS)
    chosen = list(dict.fromkeys(asked)) or list(METHODS)
    if layer is not None and _GRAD_CAM not in chosen:
        raise UsageError(f"a layer is for Grad-CAM, which is not among {', '.join(chosen)}.")
    return chosen


def _rated(
    class_score: ClassScore,
    attributions: list[Attribution],
    layer: str | None,
    temperature: float,
    check: bool,
    seed: int,
) -> tuple[tuple[RatedAttribution, ...], RandomBaseline]:
    checked = maps_made(class_score.probe.network) if check else 0
    with progress("rating maps", 1 + len(attributions) * (1 + checked)) as advance:
        random_baseline = measure_random_baseline(class_score, temperature, seed)
        advance(1)
        rated = []
        for one in attributions:
            faithful = measure_faithfulness(class_score, one.map, random_baseline, temperature, seed)
            advance(1)
            sane = check_sanity(one.method, class_score, layer=layer, seed=seed, advance=advance) if check else None
            rated.append(RatedAttribution(one, faithful, sane))
    return tuple(rated), random_baseline


def _attributions(
    class_score: ClassScore, methods: list[str], layer: str | None, seed: int, *, by_name: bool
) -> tuple[list[Attribution], list[str]]:
    """Return the maps, and notes on those that are not possible: errors, if each was requested by name."""
    attributions, notes = [], []
    with progress("explaining", len(methods)) as advance:
        for method in methods:
            try:
                attributions.append(compute_attribution(method, class_score, layer=layer, effort=Effort(), seed=seed))
            except UsageError as error:
                if by_name:
                    raise
                notes.append(f"left out: {error}")
            advance(1)
    return attributions, notes


def _limits(rated: Sequence[RatedAttribution]) -> list[str]:
    """Return notes on incomplete and constant maps."""
    notes = []
    for one in rated:
        completeness, title = one.attribution.completeness, METHODS[one.attribution.method].title
        if completeness and not completeness.holds:
            sums = f"{completeness.total:.3g} where the logits differ by {completeness.difference:.3g}"
            notes.append(f"{title} do not add up: {sums}, after {completeness.steps} steps.")
        if np.ptp(one.attribution.map) == 0:
            other = f" Layer {one.attribution.layer} is not the only one: --layer." if one.attribution.layer else ""
            notes.append(f"{title}'s map is the same everywhere: it says nothing about positions.{other}")
    return notes
