"""Why a class was predicted: attributions, by one method or several, and how faithful each is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from catseye.classifier.storage import require_classes
from catseye.classifier.stored_network import compiled_network, logits_and_maps, module_of
from catseye.classifier.stream import require_finite
from catseye.drawing.answer import Answer
from catseye.drawing.numbers import percent, three_digits
from catseye.errors import UsageError, unknown
from catseye.evaluation.calibration import softmax
from catseye.images.inputs import display_name
from catseye.insight.explanation.attribution import METHODS, is_constant
from catseye.insight.explanation.closed_form import LAYER, compute_closed_form
from catseye.insight.explanation.rated import RatedAttribution
from catseye.short_repr import counted
from catseye.system.memory import keep_memory

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from catseye.arrays import Floats, Pixels
    from catseye.classifier.classifier import Classifier
    from catseye.images.inputs import Picture
    from catseye.insight.explanation.attribution import Attribution
    from catseye.insight.explanation.class_score import ClassScore
    from catseye.insight.explanation.faithfulness import RandomBaseline

ALL = "all"
_GRAD_CAM = "grad_cam"
_USUAL = (_GRAD_CAM, "occlusion")  # the first that a network allows is shown, unless told
_SMALL = 64  # pixels of a side: pictures up to this, such as digits, are quickly occluded
_GREY_LEVEL = 1  # standard deviation: values that differ by less are one value, rounded
_BLANK = "the picture is blank: what a map shows comes only from the network and the picture's edges."
_FAINT = 0.05  # probability below which deletion and insertion have little to work with


@dataclass(frozen=True, eq=False, repr=False)
class Explanation(Answer):
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
        Probability of that class, 0 to 1.
    predicted : str
        The most probable class.
    maps : tuple of RatedAttribution
    random_baseline : RandomBaseline or None
        The baseline that every map is compared with, if they are rated.
    notes : tuple of str
    classifier : str
        Name of the classifier.
    calibrated : bool
        Whether the probability is calibrated.
    """

    picture: str
    pixels: Pixels
    class_name: str
    probability: float
    predicted: str
    maps: tuple[RatedAttribution, ...]
    random_baseline: RandomBaseline | None
    notes: tuple[str, ...]
    classifier: str = "the classifier"
    calibrated: bool = True

    @property
    def is_blank(self) -> bool:
        """Whether the picture is of one colour, except for rounding."""
        return float(self.pixels.std(axis=(1, 2)).max()) < _GREY_LEVEL

    def __repr__(self) -> str:
        methods = ", ".join(one.attribution.method for one in self.maps)
        return f"Explanation({self.class_name}, {percent(self.probability)}, in {self.picture}: {methods})"

    def to_json(self) -> dict[str, Any]:
        """Return all but the maps themselves as JSON values."""
        return {
            "classifier": self.classifier,
            "picture": self.picture,
            "class": self.class_name,
            "probability": self.probability,
            "predicted": self.predicted,
            "calibrated": self.calibrated,
            "maps": [rated.to_json() for rated in self.maps],
            "notes": list(self.notes),
        }


def explain(
    classifier: Classifier,
    picture: Picture,
    class_name: str | int | None = None,
    methods: str | Sequence[str] = (),
    *,
    layer: str | None = None,
    scores: bool = False,
    check: bool = False,
    seed: int = 0,
    name: str = "the classifier",
) -> Explanation:
    """Return what speaks for a class in a picture.

    Parameters
    ----------
    classifier
    picture
        A path, a Pillow image or an array, as for :meth:`catseye.Classifier.predict`.
    class_name
        Name or number of the class; by default the most probable one.
    methods
        Some of ``METHODS``, or ``"all"`` that suit the network. By default Grad-CAM or, if the network has no maps for
        it, or of a picture up to 64 pixels only fewer than 5×5 positions, occlusion.
    layer
        Layer for Grad-CAM; by default the last convolution, or a backbone's last stage.
    scores
        Also measure how faithful each map is, which takes longer than the maps.
    check
        Also make the sanity check: the weights are made random, layer by layer, and the map must change.
    seed
        Random seed of SmoothGrad's noise, the random orders and the random weights.
    name
        What the classifier is called in the answer.

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
    methods = (methods,) if isinstance(methods, str) else methods
    chosen = _methods(methods, layer)
    index = None if class_name is None else classifier.class_index(class_name)
    pixels = classifier.pixels(picture)
    require_classes(classifier.network_name, classifier.classes)
    is_plain = not (scores or check) and layer in (None, LAYER) and (not methods or chosen == [_GRAD_CAM])
    explained = _explain_plainly(classifier, pixels, index) if is_plain and max(pixels.shape) > _SMALL else None
    if explained is None:
        wanted = Wanted(tuple(methods), tuple(chosen), layer, scores, check, seed)
        explained = _explain_with_pytorch(classifier, pixels, index, wanted)
    probabilities, index, rated, random_baseline, notes = explained
    probability, names = float(probabilities[index]), classifier.classes
    if scores and probability < _FAINT:
        notes = [
            *notes,
            f"the class has a probability of {probability:.2g}: deletion and insertion say little about its maps.",
        ]
    shown, predicted = display_name(picture, "picture"), names[int(probabilities.argmax())]
    notes = [*notes, *_limits(rated)]
    calibrated = classifier.calibration.examples > 0
    found = Explanation(
        shown, pixels, names[index], probability, predicted, rated, random_baseline, tuple(notes), name, calibrated
    )
    return replace(found, notes=(_BLANK, *found.notes)) if found.is_blank else found


class Explained(NamedTuple):
    """Probabilities (K,), the class that is explained, its maps, what they are compared with, and notes."""

    probabilities: Floats
    class_index: int
    rated: tuple[RatedAttribution, ...]
    random_baseline: RandomBaseline | None
    notes: list[str]


class Wanted(NamedTuple):
    """What is asked for: methods by name, the methods that come to, and what else :func:`explain` takes."""

    named: tuple[str, ...]
    methods: tuple[str, ...]
    layer: str | None
    scores: bool
    check: bool
    seed: int


def _explain_plainly(classifier: Classifier, pixels: Pixels, class_index: int | None) -> Explained | None:
    """Explain by Grad-CAM alone, without PyTorch, or return ``None`` where that is not possible."""
    found = logits_and_maps(classifier, pixels)
    if found is None:
        return None
    probabilities = softmax(require_finite(found.logits[None]), classifier.calibration.temperature)[0]
    class_index = int(probabilities.argmax()) if class_index is None else class_index
    rated = RatedAttribution(compute_closed_form(found, class_index, *pixels.shape[1:]))
    return Explained(probabilities, class_index, (rated,), None, [])


def _explain_with_pytorch(classifier: Classifier, pixels: Pixels, class_index: int | None, wanted: Wanted) -> Explained:
    from catseye.inference.batched import compute_batch
    from catseye.insight.explanation.class_score import ClassScore
    from catseye.insight.explanation.rating import Work
    from catseye.networks.probe import Probe

    keep_memory()
    network, preprocess, temperature = module_of(classifier), classifier.preprocess, classifier.calibration.temperature
    logits = require_finite(compute_batch(network, preprocess, pixels[None]))
    probabilities = softmax(logits, temperature)[0]
    class_index = int(probabilities.argmax()) if class_index is None else class_index
    class_score = ClassScore(Probe(network), preprocess, pixels, class_index, lambda: _quick_logits(classifier))
    coarse = _coarse_maps(class_score) if not wanted.named and wanted.layer is None else ""
    work = Work(class_score, wanted.layer, temperature, scores=wanted.scores, check=wanted.check, seed=wanted.seed)
    by_name = wanted.layer is not None or (bool(wanted.named) and ALL not in wanted.named)
    methods = list(wanted.methods[1:] if coarse else wanted.methods)
    rated, random_baseline, notes = work.done(methods, by_name=by_name, one=not wanted.named)
    return Explained(probabilities, class_index, rated, random_baseline, [*([coarse] if coarse else []), *notes])


def _coarse_maps(class_score: ClassScore) -> str:
    """Return why Grad-CAM is not the map to show of a small picture: its maps have few positions; ``""`` if not so.

    On 20 digits of MNIST (convnet, 3×3 positions), occlusion had the lower deletion for all, and the higher insertion
    for 19.
    """
    if max(class_score.picture.shape[1:]) > _SMALL:
        return ""
    from catseye.insight.explanation.methods import compute_grad_cam

    try:
        found = compute_grad_cam(class_score)
    except UsageError:  # occlusion is shown, and Grad-CAM left out with a note
        return ""
    if not found.is_coarse and found.positions != (1, 1):
        return ""
    return f"this is occlusion, as Grad-CAM is of {_positions(found)}, and hardly says where (--methods grad_cam)."


def _positions(found: Attribution) -> str:
    rows, columns = found.positions or (1, 1)
    return f"maps of only {counted(rows * columns, 'position')} ({rows}×{columns}, layer {found.layer})"


def _quick_logits(classifier: Classifier) -> Callable[[Pixels], Floats] | None:
    compiled = compiled_network(classifier)
    return compiled.logits if compiled else None


def _methods(asked: Sequence[str], layer: str | None) -> list[str]:
    for name in asked:
        if name not in METHODS and name != ALL:
            raise unknown("method", name, (*METHODS, ALL))
    usual = _USUAL[:1] if layer is not None else _USUAL
    chosen = list(METHODS) if ALL in asked else list(dict.fromkeys(asked or usual))
    if layer is not None and _GRAD_CAM not in chosen:
        raise UsageError(f"a layer is for Grad-CAM, which is not among {', '.join(chosen)}.")
    return chosen


def _limits(rated: Sequence[RatedAttribution]) -> list[str]:
    """Return notes on incomplete, coarse and constant maps."""
    notes = []
    is_occluded = any(one.attribution.method == "occlusion" for one in rated)
    for one in rated:
        completeness, title = one.attribution.completeness, METHODS[one.attribution.method].title
        if completeness and not completeness.holds:
            sums = (
                f"{three_digits(completeness.total)} where the logits differ by {three_digits(completeness.difference)}"
            )
            notes.append(f"{title} do not add up: {sums}, after {counted(completeness.steps, 'step')}.")
        if one.attribution.is_coarse:
            finer = "" if is_occluded else "; finer: --methods occlusion"
            notes.append(f"{title} is of {_positions(one.attribution)}, and hardly says where{finer}.")
        if is_constant(one.attribution.map):
            other = f" Layer {one.attribution.layer} is not the only one: --layer." if one.attribution.layer else ""
            owner = f"{title}'" if title.endswith("s") else f"{title}'s"
            notes.append(f"{owner} map is the same everywhere: it says nothing about positions.{other}")
    return notes
