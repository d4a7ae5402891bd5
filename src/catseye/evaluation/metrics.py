"""Numbers that say how good predictions are, each with what it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from catseye.arguments import with_checked_arguments
from catseye.arrays import Floats, Integers
from catseye.drawing.answer import Answer
from catseye.drawing.csv_file import class_columns, write_csv
from catseye.drawing.numbers import percent
from catseye.errors import with_short_traceback
from catseye.evaluation.calibration import Bin, Calibration, expected_calibration_error, log_loss, reliability, softmax
from catseye.evaluation.detection import THRESHOLD, Detection
from catseye.evaluation.intervals import wilson_interval
from catseye.short_repr import counted

_COLUMNS = ("picture", "class", "predicted", "probability", "correct")


@dataclass(frozen=True)
class ClassScore:
    """How one class fares; precision, recall and F1 are ``None`` where nothing was predicted or there are none.

    Attributes
    ----------
    name : str
    precision : float or None
        Share of the pictures predicted as this class that have it.
    recall : float or None
        Share of the pictures of this class that are predicted as it.
    f1 : float or None
        Harmonic mean of the two.
    support : int
        Number of pictures of this class.
    """

    name: str
    precision: float | None
    recall: float | None
    f1: float | None
    support: int

    def to_json(self) -> dict[str, Any]:
        """Return the score as JSON values."""
        return {
            "class": self.name,
            "precision": self.precision,
            "recall": self.recall,
            "f1": self.f1,
            "support": self.support,
        }


@dataclass(frozen=True)
class Confusion:
    """How often one class is predicted as another.

    Attributes
    ----------
    true, predicted : str
        Names of the classes.
    count : int
        Number of pictures.
    support : int
        Number of pictures of the true class.
    """

    true: str
    predicted: str
    count: int
    support: int

    def __str__(self) -> str:
        return f"{self.true} predicted as {self.predicted}: {self.count:,} of {self.support:,}"


@dataclass(frozen=True, eq=False, repr=False)
class Evaluation(Answer):
    """Predictions against the truth.

    Attributes
    ----------
    classes : tuple of str
    probabilities : float64 (N, K)
        Calibrated.
    labels : int64 (N,)
    calibration : Calibration
        The calibration that the probabilities went through.
    raw_bins : list of Bin
        Reliability before calibration.
    data : str
        What the pictures are called, such as ``"digits (test)"``.
    notes : tuple of str
        Remarks on the data that matter for reading the numbers.
    robustness : Robustness or None
        Accuracy under attack and corruption, if it was requested.
    pictures : tuple of str
        The name of each picture; if empty, pictures are numbered.
    unfamiliarity : float64 (N,) or None
        Unfamiliarity of each picture, above 1 if it counts as unlike the training pictures; ``None`` if not known.
    false_alarms : float
        The share of pictures like the training pictures that are expected to count as unlike them.
    detection : Detection or None
        How well that separates the pictures from others, if these were given.
    """

    classes: tuple[str, ...]
    probabilities: Floats
    labels: Integers
    calibration: Calibration
    raw_bins: list[Bin]
    data: str = "pictures"
    notes: tuple[str, ...] = ()
    robustness: Answer | None = None
    pictures: tuple[str, ...] = ()
    unfamiliarity: Floats | None = None
    false_alarms: float = 0.05
    detection: Detection | None = None

    def __repr__(self) -> str:
        low, high = self.accuracy_interval
        accuracy = f"accuracy {percent(self.accuracy)} ({100 * low:.1f} to {100 * high:.1f})"
        return f"Evaluation({self.data}: {accuracy}, {counted(self.examples, 'picture')})"

    @property
    def examples(self) -> int:
        """How many pictures."""
        return len(self.labels)

    @property
    def predicted(self) -> Integers:
        """The most probable class of each picture, int64 (N,)."""
        best: Integers = self.probabilities.argmax(1)
        return best

    @property
    def confidence(self) -> Floats:
        """The probability of that class, float64 (N,)."""
        largest: Floats = self.probabilities.max(1)
        return largest

    @property
    def right(self) -> int:
        """How many were given their own class."""
        return int((self.predicted == self.labels).sum())

    @property
    def accuracy(self) -> float:
        """The share that were given their own class."""
        return self.right / self.examples

    @property
    def accuracy_interval(self) -> tuple[float, float]:
        """The 95 % interval of the accuracy."""
        return wilson_interval(self.right, self.examples)

    @property
    def unfamiliar(self) -> float:
        """The share of pictures unlike the training pictures, where known."""
        return self._unfamiliar_count / self.examples

    @property
    def unfamiliar_interval(self) -> tuple[float, float]:
        """The 95 % interval of that share."""
        return wilson_interval(self._unfamiliar_count, self.examples)

    @property
    def _unfamiliar_count(self) -> int:
        assert self.unfamiliarity is not None
        return int((self.unfamiliarity > THRESHOLD).sum())

    @property
    def loss(self) -> float:
        """The mean log loss in nats."""
        return log_loss(self.probabilities, self.labels)

    @property
    def bins(self) -> list[Bin]:
        """Reliability of the calibrated probabilities."""
        return reliability(self.probabilities, self.labels)

    @property
    def top_k(self) -> dict[int, float]:
        """The share whose own class is among the k most probable, for the k that say something."""
        ks = [k for k, enough in ((3, 6), (5, 20)) if len(self.classes) >= enough]
        own = self.probabilities[np.arange(self.examples), self.labels][:, None]
        ranks = (self.probabilities > own).sum(1)
        return {k: float((ranks < k).mean()) for k in ks}

    @property
    def confusion(self) -> Integers:
        """How often each class (rows) was given each class (columns), int64 (K, K)."""
        count = len(self.classes)
        pairs = np.bincount(self.labels * count + self.predicted, minlength=count * count)
        return pairs.reshape(count, count).astype(np.int64)

    @property
    def per_class(self) -> list[ClassScore]:
        """Precision, recall and F1 of each class."""
        confusion = self.confusion
        return [
            _score(name, int(confusion[i, i]), int(confusion[:, i].sum()), int(confusion[i].sum()))
            for i, name in enumerate(self.classes)
        ]

    @property
    def confused(self) -> list[Confusion]:
        """Which class is predicted as which other one, the most frequent first."""
        confusion, names = self.confusion, self.classes
        wrong = [(i, j) for i, j in np.argwhere(confusion).tolist() if i != j]
        wrong.sort(key=lambda pair: (-confusion[pair], pair))
        return [Confusion(names[i], names[j], int(confusion[i, j]), int(confusion[i].sum())) for i, j in wrong]

    def to_json(self) -> dict[str, Any]:
        """Return all numbers as JSON values."""
        further = {"robustness": self.robustness.to_json()} if self.robustness else {}
        if self.unfamiliarity is not None:
            further |= {"unfamiliar": self.unfamiliar, "unfamiliar_interval": list(self.unfamiliar_interval)}
        further |= self.detection.to_json() if self.detection else {}
        return {
            "data": self.data,
            "examples": self.examples,
            "accuracy": self.accuracy,
            "accuracy_interval": list(self.accuracy_interval),
            "top_k_accuracy": {str(k): share for k, share in self.top_k.items()},
            "loss": self.loss,
            "expected_calibration_error": expected_calibration_error(self.bins),
            "expected_calibration_error_uncalibrated": expected_calibration_error(self.raw_bins),
            "calibration": self.calibration.to_json(),
            "classes": list(self.classes),
            "per_class": [score.to_json() for score in self.per_class],
            "confusion": self.confusion.tolist(),
        } | further

    @with_short_traceback
    @with_checked_arguments
    def save_csv(self, path: str | Path, *, all_classes: bool = False) -> Path:
        """Write a row for each picture, ``picture,class,predicted,probability,correct``, and return the path.

        ``class`` is the true class, ``probability`` that of the predicted one, ``correct`` is ``yes`` or ``no``. A file
        at ``path`` is replaced, completely or not at all. Text that a spreadsheet would run as a formula is preceded by
        an apostrophe.

        Parameters
        ----------
        path
            Of a CSV file, in UTF-8.
        all_classes
            Add a column for the probability of each class.

        Raises
        ------
        UsageError
            There is no such folder.
        CatseyeError
            The file cannot be written.
        """
        names = self.pictures or tuple(map(str, range(self.examples)))
        values = zip(
            *(names, self.labels.tolist(), self.predicted.tolist(), self.confidence.tolist(), self.probabilities),
            strict=True,
        )
        classes = self.classes if all_classes else ()
        rows = (
            (
                *(picture, self.classes[true], self.classes[predicted], confidence),
                *("yes" if true == predicted else "no", *shares[: len(classes)].tolist()),
            )
            for picture, true, predicted, confidence, shares in values
        )
        write_csv(Path(path), (*_COLUMNS, *class_columns(classes, _COLUMNS)), rows)
        return Path(path)


def evaluate_logits(logits: Floats, labels: Integers, classes: tuple[str, ...], calibration: Calibration) -> Evaluation:
    """Return the evaluation of logits (N, K) against labels (N,)."""
    raw = reliability(softmax(logits), labels)
    return Evaluation(classes, softmax(logits, calibration.temperature), labels, calibration, raw)


def _score(name: str, right: int, given: int, have: int) -> ClassScore:
    precision = right / given if given else None
    recall = right / have if have else None
    f1 = 2 * right / (given + have) if given + have else None
    return ClassScore(name, precision, recall, f1, have)
