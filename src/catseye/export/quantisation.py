"""The cost and benefit of quantisation: a quantised file compared with the original on labelled pictures."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np
from PIL import Image

from catseye.drawing.numbers import percent
from catseye.errors import CatseyeError
from catseye.evaluation.calibration import expected_calibration_error, log_losses, reliability
from catseye.evaluation.detection import THRESHOLD
from catseye.evaluation.paired_accuracy import PairedCounts
from catseye.export.metadata_values import read_count, read_number, read_share

if TYPE_CHECKING:
    from collections.abc import Iterator

    from catseye.arrays import Floats, Pixels
    from catseye.classifier.classifier import Classifier
    from catseye.export.agreement import Runner
    from catseye.export.calibration_pictures import CalibrationPictures

INT8 = "int8"
LARGEST_LOSS = 0.01  # of accuracy, or one picture if that is more
_BATCH = 16
_WARM, _LEAST_ROUNDS, _MOST_ROUNDS, _SECONDS = 3, 20, 200, 3.0  # of the speed comparison; a round is one picture


class Calibrated(NamedTuple):
    """Reliability of probabilities: mean log loss in nats, and expected calibration error, 0 to 1."""

    loss: float
    error: float

    @classmethod
    def of(cls, probabilities: Floats, labels: Any) -> Self:
        """Measure probabilities (N, K) for the true classes (N,)."""
        bins = reliability(probabilities, labels)
        return cls(float(log_losses(probabilities, labels).mean()), expected_calibration_error(bins))

    def to_json(self) -> dict[str, float]:
        """Return the numbers as JSON values."""
        return {"loss": self.loss, "expected_calibration_error": self.error}

    @classmethod
    def from_json(cls, values: Any) -> Self:
        """Return what :meth:`to_json` wrote; raise `KeyError`, `TypeError` or `ValueError` for anything else."""
        return cls(read_number(values["loss"]), read_share(values["expected_calibration_error"]))


class Speed(NamedTuple):
    """Median milliseconds for one picture of the network's size, and the speed-up, with quartiles."""

    original: float
    quantised: float
    ratio: float
    quartiles: tuple[float, float]


@dataclass(frozen=True)
class Quantisation:
    """A quantised file compared with the classifier, on labelled pictures that were not used to calibrate it.

    Attributes
    ----------
    calibration_pictures : int
        Number of pictures used to calibrate.
    counts : PairedCounts
        How many pictures the original and the quantised network get right.
    equal_classes : float
        Share of the pictures with the same most probable class.
    largest_difference, mean_difference : float
        In the probability of any class; the mean, over pictures, of each one's largest difference.
    calibrated : tuple of Calibrated
        Of the original and the quantised network.
    unfamiliar : tuple of float or None
        Share of unfamiliar pictures, by the original and the quantised network.
    bytes : tuple of int
        Size of the file in single precision, and quantised.
    speed : Speed
        In the file's own runtime.
    """

    calibration_pictures: int
    counts: PairedCounts
    equal_classes: float
    largest_difference: float
    mean_difference: float
    calibrated: tuple[Calibrated, Calibrated]
    unfamiliar: tuple[float, float] | None
    bytes: tuple[int, int]
    speed: Speed

    @property
    def accuracies(self) -> tuple[float, float]:
        """Accuracy of the original and of the quantised network."""
        right = self.counts.both + self.counts.only_first, self.counts.both + self.counts.only_second
        return right[0] / self.counts.examples, right[1] / self.counts.examples

    @property
    def holds(self) -> bool:
        """Whether the loss of accuracy is at most `LARGEST_LOSS`, or one picture."""
        lost = self.counts.only_first - self.counts.only_second
        return lost <= max(1, int(LARGEST_LOSS * self.counts.examples))

    def require(self) -> Self:
        """Return self; raise `CatseyeError` if too much accuracy is lost."""
        if self.holds:
            return self
        before, after = map(percent, self.accuracies)
        raise CatseyeError(
            f"not exported: quantisation lowers the accuracy on {self.counts.examples:,} labelled pictures from "
            f"{before} to {after}: {self.counts}. A loss of at most {100 * LARGEST_LOSS:g} point is accepted; export "
            "without --quantise, or calibrate on pictures that are more like those."
        )

    def to_json(self) -> dict[str, Any]:
        """Return the numbers as JSON values."""
        original, quantised = self.calibrated
        return {
            "type": INT8,
            "calibration_pictures": self.calibration_pictures,
            "labelled_pictures": self.counts.examples,
            "original_accuracy": self.accuracies[0],
            "accuracy": self.accuracies[1],
            **self.counts.to_json(),
            "equal_classes": self.equal_classes,
            "largest_difference": self.largest_difference,
            "mean_difference": self.mean_difference,
            "original_calibration": original.to_json(),
            "calibration": quantised.to_json(),
            "unfamiliar": list(self.unfamiliar) if self.unfamiliar else None,
            "original_bytes": self.bytes[0],
            "bytes": self.bytes[1],
            "original_milliseconds": self.speed.original,
            "milliseconds": self.speed.quantised,
            "times_as_fast": self.speed.ratio,
            "times_as_fast_quartiles": list(self.speed.quartiles),
        }

    @classmethod
    def from_json(cls, values: Any) -> Self:
        """Return what :meth:`to_json` wrote; the values are untrusted.

        Raises
        ------
        KeyError, TypeError, ValueError
            A number is missing or impossible.
        """
        kinds = ("both_right", "only_first_right", "only_second_right", "neither_right")
        counts = PairedCounts(*(read_count(values[kind]) for kind in kinds))
        if not counts.examples:
            raise ValueError("no pictures")
        low, high = map(read_number, values["times_as_fast_quartiles"])
        unfamiliar = values["unfamiliar"]
        return cls(
            read_count(values["calibration_pictures"]),
            counts,
            read_share(values["equal_classes"]),
            read_share(values["largest_difference"]),
            read_share(values["mean_difference"]),
            (Calibrated.from_json(values["original_calibration"]), Calibrated.from_json(values["calibration"])),
            None if unfamiliar is None else (read_share(unfamiliar[0]), read_share(unfamiliar[1])),
            (read_count(values["original_bytes"]), read_count(values["bytes"])),
            Speed(
                read_number(values["original_milliseconds"]),
                read_number(values["milliseconds"]),
                read_number(values["times_as_fast"]),
                (low, high),
            ),
        )


class _Answers(NamedTuple):
    probabilities: Floats  # (N, K)
    unfamiliarity: Floats | None  # (N,)


def measure_quantisation(
    classifier: Classifier, pictures: CalibrationPictures, runners: tuple[Runner, Runner], sizes: tuple[int, int]
) -> Quantisation:
    """Compare a quantised file with its classifier; ``runners`` and ``sizes`` are of the original file and this one."""
    original, quantised = _answer(classifier, runners[1], pictures)
    before, after = (one.probabilities.argmax(1) for one in (original, quantised))
    differences = np.nan_to_num(np.abs(original.probabilities - quantised.probabilities), nan=np.inf).max(1)
    labels = pictures.labels
    unfamiliar = None
    if original.unfamiliarity is not None and quantised.unfamiliarity is not None:
        unfamiliar = (
            float((original.unfamiliarity > THRESHOLD).mean()),
            float((quantised.unfamiliarity > THRESHOLD).mean()),
        )
    return Quantisation(
        len(pictures.calibration),
        PairedCounts.of(before == labels, after == labels),
        float((before == after).mean()),
        float(differences.max()),
        float(differences.mean()),
        (Calibrated.of(original.probabilities, labels), Calibrated.of(quantised.probabilities, labels)),
        unfamiliar,
        sizes,
        compare_speed(*runners, classifier.preprocess.shape[:2]),
    )


def _answer(classifier: Classifier, runner: Runner, pictures: CalibrationPictures) -> tuple[_Answers, _Answers]:
    """Return the classifier's and the file's answers for the labelled pictures."""
    expected, found = [], []
    for batch in _in_batches(pictures):
        expected += classifier.predict([Image.fromarray(pixels) for pixels in batch])
        found += [runner(pixels) for pixels in batch]
    own = [one.unfamiliarity for one in expected if one.unfamiliarity is not None]
    scores = [float(score) for _, score in found if score is not None]
    return (
        _Answers(np.stack([one.probabilities for one in expected]), np.array(own) if own else None),
        _Answers(np.stack([one for one, _ in found]).astype(np.float64), np.array(scores) if scores else None),
    )


def _in_batches(pictures: CalibrationPictures) -> Iterator[list[Pixels]]:
    batch: list[Pixels] = []
    for picture in pictures.each_labelled():
        batch.append(picture.pixels)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def compare_speed(original: Runner, quantised: Runner, sides: tuple[int, int]) -> Speed:
    """Time both alternately, on a picture of the network's size (height, width), so that other load slows both."""
    picture = np.random.default_rng(0).integers(0, 256, (*sides, 3), np.uint8)
    seconds: list[tuple[float, float]] = []
    while len(seconds) < _WARM + _LEAST_ROUNDS or (len(seconds) < _MOST_ROUNDS and sum(map(sum, seconds)) < _SECONDS):
        seconds.append((_time(original, picture), _time(quantised, picture)))
    seconds = seconds[_WARM:]
    first, second = zip(*seconds, strict=True)
    low, middle, high = np.quantile([one / other for one, other in seconds], (0.25, 0.5, 0.75)).tolist()
    return Speed(1000 * median(first), 1000 * median(second), middle, (low, high))


def _time(runner: Runner, picture: Pixels) -> float:
    start = perf_counter()
    runner(picture)
    return perf_counter() - start
