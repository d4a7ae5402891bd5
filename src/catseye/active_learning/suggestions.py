"""The pictures to label next, each with the reasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from catseye.arguments import with_checked_arguments
from catseye.drawing.answer import Answer
from catseye.errors import with_short_traceback
from catseye.short_repr import ShortRepr, counted

if TYPE_CHECKING:
    from pathlib import Path

    from catseye.classifier.prediction import Prediction
    from catseye.errors import PictureError


@dataclass(frozen=True, eq=False, repr=False)
class Suggestion(ShortRepr):
    """One picture to label.

    Attributes
    ----------
    path : Path
        Path of the picture, which begins with the folder as the caller gave it.
    prediction : Prediction
        What the classifier predicts.
    uncertainty : float
        How uncertain the classifier is: 0 if certain, 1 if two classes are equally probable.
    distance : float or None
        Distance to the nearest labelled picture in the classifier's features, from 0 to 2; ``None`` where the labelled
        pictures are not available.
    reasons : tuple of str
        Why it was chosen, in a few words each.
    """

    path: Path
    prediction: Prediction
    uncertainty: float
    distance: float | None
    reasons: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the suggestion as JSON values."""
        measured = {"uncertainty": self.uncertainty, "distance": self.distance, "reasons": list(self.reasons)}
        return self.prediction.to_json() | measured


@dataclass(frozen=True, eq=False, repr=False)
class Suggestions(Answer):
    """Which pictures of a folder to label next.

    Attributes
    ----------
    folder : Path
    source : str
        Name of the classifier.
    pictures : tuple of Suggestion
        The pictures to label, most uncertain first.
    candidates : int
        Number of different unlabelled pictures from which they were chosen.
    labelled : int
        Number of files skipped because they are already labelled.
    copies : int
        Number of files skipped because another one has the same content.
    broken : tuple of PictureError
        Files that cannot be used.
    notes : tuple of str
    """

    folder: Path
    source: str
    pictures: tuple[Suggestion, ...]
    candidates: int
    labelled: int = 0
    copies: int = 0
    broken: tuple[PictureError, ...] = ()
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        more = f", {len(self.broken):,} broken" if self.broken else ""
        return f"Suggestions({len(self.pictures):,} of {counted(self.candidates, 'unlabelled picture')}{more})"

    def to_json(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        return {
            "folder": str(self.folder),
            "classifier": self.source,
            "pictures": [one.to_json() for one in self.pictures],
            "candidates": self.candidates,
            "labelled": self.labelled,
            "copies": self.copies,
            "broken": [{"picture": error.picture, "reason": error.reason} for error in self.broken],
            "notes": list(self.notes),
        }

    @with_short_traceback
    @with_checked_arguments
    def save_csv(self, path: str | Path) -> Path:
        """Write a CSV file to fill in, with the columns ``file`` and ``label``, and return its path.

        ``catseye.load(path)`` reads it once labels are filled in; rows without a label are left out. It must be in the
        folder of the pictures or in one above it, because a label file names pictures in and below its own folder.

        Raises
        ------
        UsageError
            The path is elsewhere, or there is no such folder.
        CatseyeError
            The file cannot be written.
        """
        from catseye.active_learning.label_sheet import write_sheet

        return write_sheet(path, self.folder, [one.path for one in self.pictures])
