"""How far the answers of an exported file, run in its own runtime, agree with the classifier's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, Self

import numpy as np
from PIL import Image

from catseye.drawing.numbers import percent
from catseye.errors import CatseyeError
from catseye.export.metadata_values import read_count, read_name, read_number, read_share
from catseye.system.progress_bar import progress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catseye.arrays import Floats, Pixels
    from catseye.classifier.prediction import Prediction
    from catseye.export.odd_pictures import NamedPixels

# Two classes whose probabilities are this close are a tie, which the last bit decides.
_TIE = 0.001
# In all measurements, single precision, other kernels and pixels rounded to the next level account for less than 0.001
# (docs/export.md); a missing or different step of preprocessing accounts for more than 0.01.
LARGEST_DIFFERENCE = 0.002
_LARGEST_RELATIVE = 0.02  # of the unfamiliarity, which is about 1 at its threshold


class ClassifierAnswers(NamedTuple):
    """A classifier's answers: probabilities (N, K), and unfamiliarity (N,) if there is such a score."""

    probabilities: Floats
    unfamiliarity: Floats | None


class Runner(Protocol):
    """An exported file, loaded in its runtime.

    Attributes
    ----------
    runtime : str
        Its name and version.
    """

    @property
    def runtime(self) -> str: ...

    def __call__(self, picture: Pixels) -> tuple[Floats, Floats | None]:
        """Return probabilities (K,) and unfamiliarity () for a picture uint8 (H, W, 3)."""


@dataclass(frozen=True)
class Agreement:
    """The answers of an exported file compared with the classifier's.

    Attributes
    ----------
    runtime : str
        What ran the file.
    checked : int
        Number of pictures.
    equal_classes : float
        Share of the pictures with the same most probable class.
    ties : int
        Pictures with another class whose two most probable classes differ by less than 0.001.
    largest_difference : float
        In any probability.
    unfamiliarity_difference : float or None
        The largest difference, relative to the score if that is above 1; ``None`` if there is no such score.
    worst : str
        The picture with the largest difference; empty if unknown.
    """

    runtime: str
    checked: int
    equal_classes: float
    ties: int
    largest_difference: float
    unfamiliarity_difference: float | None
    worst: str

    @property
    def holds(self) -> bool:
        """Whether the file agrees with the classifier."""
        return (
            round(self.equal_classes * self.checked) + self.ties == self.checked
            and self.largest_difference <= LARGEST_DIFFERENCE
            and (self.unfamiliarity_difference or 0.0) <= _LARGEST_RELATIVE
        )

    def require(self) -> Self:
        """Return self; raise `CatseyeError` unless the file agrees with the classifier."""
        if self.holds:
            return self
        unlike = self.unfamiliarity_difference
        score = "" if unlike is None else f", unfamiliarity {unlike:.2g} (at most {_LARGEST_RELATIVE:g})"
        raise CatseyeError(
            f"not exported: {self.runtime} does not agree with the classifier. Of {self.checked} pictures, "
            f"{percent(self.equal_classes)} got the same class; probabilities differ by up to "
            f"{self.largest_difference:.2g} (at most {LARGEST_DIFFERENCE:g}; picture: {self.worst}){score}."
        )

    def to_json(self) -> dict[str, Any]:
        """Return the numbers as JSON values."""
        return {
            "runtime": self.runtime,
            "checked": self.checked,
            "equal_classes": self.equal_classes,
            "ties": self.ties,
            "largest_difference": self.largest_difference,
            "unfamiliarity_difference": self.unfamiliarity_difference,
        }

    @classmethod
    def from_json(cls, values: Any) -> Self:
        """Return what :meth:`to_json` wrote; raise `KeyError`, `TypeError` or `ValueError` for anything else."""
        unlike = values["unfamiliarity_difference"]
        return cls(
            read_name(values["runtime"]),
            read_count(values["checked"]),
            read_share(values["equal_classes"]),
            read_count(values["ties"]),
            read_number(values["largest_difference"]),
            None if unlike is None else read_number(unlike),
            "",
        )


def predict_pictures(classifier: Any, pictures: Sequence[NamedPixels]) -> ClassifierAnswers:
    """Return the classifier's own answers for decoded pictures."""
    with progress("classifying the pictures with Catseye", 0):
        found: list[Prediction] = classifier.predict([Image.fromarray(picture.pixels) for picture in pictures])
    scores = [prediction.unfamiliarity for prediction in found if prediction.unfamiliarity is not None]
    return ClassifierAnswers(
        np.stack([prediction.probabilities for prediction in found]), np.array(scores) if scores else None
    )


def compare_answers(runner: Runner, pictures: Sequence[NamedPixels], expected: ClassifierAnswers) -> Agreement:
    """Run an exported file on pictures, and compare its answers with the classifier's."""
    answers = []
    with progress(f"checking in {runner.runtime}", len(pictures)) as advance:
        for picture in pictures:
            answers.append(runner(picture.pixels))
            advance(1)
    probabilities = np.stack([answer[0] for answer in answers]).astype(np.float64)
    # NaN differs by more than any limit.
    differences = np.nan_to_num(np.abs(probabilities - expected.probabilities), nan=np.inf).max(1)
    equal = probabilities.argmax(1) == expected.probabilities.argmax(1)
    best = np.sort(expected.probabilities, axis=1)
    ties = best[:, -1] - best[:, -2] < _TIE if best.shape[1] > 1 else np.zeros(len(best), bool)
    scores = None if answers[0][1] is None else np.array([float(answer[1]) for answer in answers])  # type: ignore[arg-type]
    return Agreement(
        runner.runtime,
        len(pictures),
        float(equal.mean()),
        int((ties & ~equal).sum()),
        float(differences.max()),
        _compare_scores(scores, expected.unfamiliarity),
        pictures[int(differences.argmax())].name,
    )


def _compare_scores(scores: Floats | None, expected: Floats | None) -> float | None:
    if expected is None or scores is None:
        return None
    relative = np.abs(scores - expected) / np.maximum(np.abs(expected), 1)
    return float(np.nan_to_num(relative, nan=np.inf).max())
