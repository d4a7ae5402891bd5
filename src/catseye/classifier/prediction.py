"""What a classifier says of one picture, or of many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from catseye.arguments import with_checked_arguments
from catseye.drawing.answer import Answer
from catseye.drawing.csv_file import class_columns, write_csv
from catseye.drawing.numbers import percent
from catseye.errors import PictureError, with_short_traceback
from catseye.evaluation.detection import THRESHOLD
from catseye.short_repr import counted

if TYPE_CHECKING:
    from catseye.arrays import Floats, Pixels

_MOST_COUNTED = 3  # classes in a line
NOT_CALIBRATED = "probabilities not calibrated"
UNCALIBRATED = "The classifier is not calibrated: a probability of 80 % may be right more or less often than that."
_COLUMNS = ("picture", "class", "probability", "error")
_SCORE_COLUMNS = ("unfamiliarity", "unfamiliar")
UNLIKE = "unlike the training pictures"


@dataclass(frozen=True, eq=False, repr=False)
class Prediction(Answer):
    """What a classifier predicts for one picture.

    Attributes
    ----------
    picture : str
        The picture's path, or ``"picture 3"``, with its number in the list from 0.
    class_name : str
        The most probable class.
    probability : float
        Probability of that class, 0 to 1.
    probabilities : float64 (K,)
        Probabilities of all classes, in the order of ``classes``; they sum to 1.
    classes : tuple of str
    shown : Path, or uint8 (H, W, 1 or 3), or None
        Where the picture is shown from: its file, or a small copy of the picture.
    true_class : str or None
        The picture's label, where it is from a split of a data set.
    calibrated : bool
        Whether the probabilities were calibrated on pictures that the network had not learned; those of a pretrained
        network as such are not.
    unfamiliarity : float or None
        How unlike the training pictures it is: their median is 0, about one in twenty is above 1; larger is less
        alike. ``None`` for a classifier that does not know, such as one of an earlier version.
    """

    picture: str
    class_name: str
    probability: float
    probabilities: Floats
    classes: tuple[str, ...]
    shown: Path | Pixels | None = field(default=None)
    true_class: str | None = None
    calibrated: bool = True
    unfamiliarity: float | None = None

    def __repr__(self) -> str:
        known = f", labelled {self.true_class}" if self.true_class is not None else ""
        known += f", {UNLIKE}" if self.unfamiliar else ""
        return f"Prediction({self.picture}: {self.class_name}, {percent(self.probability)}{known})"

    @property
    def unfamiliar(self) -> bool | None:
        """Whether the picture counts as unlike the training pictures: whether its score is above 1."""
        return None if self.unfamiliarity is None else self.unfamiliarity > THRESHOLD

    def top(self, count: int = 5) -> list[tuple[str, float]]:
        """Return the ``count`` most probable classes with their probabilities, largest first."""
        order = np.argsort(-self.probabilities, kind="stable")[:count]
        return [(self.classes[i], float(self.probabilities[i])) for i in order]

    def to_json(self) -> dict[str, Any]:
        """Return the prediction with its five most probable classes, and the true one if known, as JSON values."""
        top = [{"class": name, "probability": probability} for name, probability in self.top()]
        known: dict[str, Any] = {"true_class": self.true_class} if self.true_class is not None else {}
        if self.unfamiliarity is not None:
            known |= {"unfamiliarity": self.unfamiliarity, "unfamiliar": self.unfamiliar}
        return {
            "picture": self.picture,
            "class": self.class_name,
            "probability": self.probability,
            **known,
            "calibrated": self.calibrated,
            "top": top,
        }


def mark_uncalibrated(answer: Prediction | PictureError) -> Prediction | PictureError:
    """Return a prediction marked as not calibrated; an error is returned unchanged."""
    return answer if isinstance(answer, PictureError) else replace(answer, calibrated=False)


@dataclass(frozen=True, eq=False, repr=False)
class Predictions(Answer, Sequence[Prediction | PictureError]):
    """What a classifier predicts for several pictures, with an error in place of each that cannot be used.

    Attributes
    ----------
    answers : tuple of Prediction or PictureError
    source : str
        What the classifier is called and, where that is known, which pictures these are: ``"my-run on digits test"``.
    """

    answers: tuple[Prediction | PictureError, ...]
    source: str = ""

    def __repr__(self) -> str:
        return f"Predictions({self.counts})"

    @property
    def counts(self) -> str:
        """How many pictures there are, and their most frequent classes, as one line."""
        count = len(self.answers)
        pictures = f"{count:,} picture{'s' if count != 1 else ''}"
        classes = Counter(answer.class_name for answer in self.answers if isinstance(answer, Prediction)).most_common()
        counts = [f"{name} ×{number:,}" for name, number in classes[:_MOST_COUNTED]]
        counts += (
            [counted(len(classes) - _MOST_COUNTED, "more class", "more classes")]
            if len(classes) > _MOST_COUNTED
            else []
        )
        known = [answer for answer in self.answers if isinstance(answer, Prediction) and answer.true_class is not None]
        right = sum(answer.class_name == answer.true_class for answer in known)
        if known:
            unlike = f"; {self.unfamiliar:,} {UNLIKE}" if self.unfamiliar else ""
            broken = f"; {len(self.broken):,} cannot be used" if self.broken else ""
            among = "" if len(known) == count else f"{pictures}, "
            return f"{among}{right:,} of {len(known):,} right. Predicted: {', '.join(counts)}{unlike}{broken}"
        counts += [f"{self.unfamiliar:,} {UNLIKE}"] if self.unfamiliar else []
        counts += [f"{len(self.broken):,} cannot be used"] if self.broken else []
        return ": ".join([pictures, ", ".join(counts)]) if counts else pictures

    def __len__(self) -> int:
        return len(self.answers)

    @overload
    def __getitem__(self, index: int) -> Prediction | PictureError: ...
    @overload
    def __getitem__(self, index: slice) -> Predictions: ...
    def __getitem__(self, index: int | slice) -> Prediction | PictureError | Predictions:
        """Return one answer, or those of a slice."""
        return replace(self, answers=self.answers[index]) if isinstance(index, slice) else self.answers[index]

    @property
    def labelled(self) -> bool:
        """Whether the true class of a picture is known."""
        return any(isinstance(answer, Prediction) and answer.true_class is not None for answer in self.answers)

    @property
    def calibrated(self) -> bool:
        """Whether the probabilities of all pictures are calibrated."""
        return all(answer.calibrated for answer in self.answers if isinstance(answer, Prediction))

    @property
    def scored(self) -> bool:
        """Whether any picture has an unfamiliarity score."""
        return any(isinstance(answer, Prediction) and answer.unfamiliarity is not None for answer in self.answers)

    @property
    def unfamiliar(self) -> int:
        """How many pictures are unlike the training pictures."""
        return sum(isinstance(answer, Prediction) and bool(answer.unfamiliar) for answer in self.answers)

    @property
    def broken(self) -> tuple[PictureError, ...]:
        """The errors of the pictures that cannot be used: missing, broken, or not pictures."""
        return tuple(answer for answer in self.answers if isinstance(answer, PictureError))

    def to_json(self) -> list[dict[str, Any]]:
        """Return an object for each picture: its prediction, or the reason for which there is none."""
        return [
            {"picture": answer.picture, "error": answer.reason}
            if isinstance(answer, PictureError)
            else answer.to_json()
            for answer in self.answers
        ]

    @with_short_traceback
    @with_checked_arguments
    def save_csv(self, path: str | Path, *, all_classes: bool = False) -> Path:
        """Write a row for each picture, ``picture,class,probability,error``, and return the path.

        Where true classes are known, they follow in a column ``true_class``; where it is known how unlike the training
        pictures the pictures are, in ``unfamiliarity`` (larger is less alike) and ``unfamiliar`` (``yes`` or ``no``).

        A file at ``path`` is replaced, completely or not at all. Text that a spreadsheet would run as a formula is
        preceded by an apostrophe.

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
        known = next((answer.classes for answer in self.answers if isinstance(answer, Prediction)), ())
        classes = known if all_classes else ()
        columns = (*_COLUMNS, *(("true_class",) if self.labelled else ()), *(_SCORE_COLUMNS if self.scored else ()))
        rows = (_row(answer, len(classes), len(columns), labelled=self.labelled) for answer in self.answers)
        write_csv(Path(path), (*columns, *class_columns(classes, columns)), rows)
        return Path(path)


def _row(answer: Prediction | PictureError, classes: int, columns: int, *, labelled: bool) -> tuple[str | float, ...]:
    if isinstance(answer, PictureError):
        return answer.picture, "", "", answer.reason, *("" for _ in range(classes + columns - len(_COLUMNS)))
    known: tuple[str | float, ...] = (answer.true_class or "",) if labelled else ()
    if answer.unfamiliarity is not None:
        known += answer.unfamiliarity, "yes" if answer.unfamiliar else "no"
    return answer.picture, answer.class_name, answer.probability, "", *known, *answer.probabilities[:classes].tolist()
