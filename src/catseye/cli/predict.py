"""``catseye predict``: classify pictures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from catseye.cli.common import ClassifierPath, Json, console, make_table, percent, print_json
from catseye.errors import PictureError, UsageError

if TYPE_CHECKING:
    from catseye.classifier.prediction import Prediction


def predict(
    classifier: ClassifierPath,
    pictures: Annotated[list[Path], typer.Argument(metavar="PICTURE", help="Pictures, or folders of pictures.")],
    json: Json = False,
) -> None:
    """Predict the class of each picture, with probabilities.

    If a picture cannot be read, the others are still classified; the exit status is then 1.
    """
    from catseye.classifier.classifier import Classifier
    from catseye.datasets.folders.folder import picture_files

    loaded = Classifier.load(classifier)
    files = []
    for path in pictures:
        found = picture_files(path) if path.is_dir() else [path]
        if not found:
            raise UsageError(f"{path} holds no pictures.")
        files += found
    answers = list(loaded.predict_each(files))
    if json:
        print_json([_to_json(answer) for answer in answers])
    else:
        console().print(make_table(("picture", "class", "probability>", "next most likely"), map(_row, answers)))
    if any(isinstance(answer, PictureError) for answer in answers):
        raise typer.Exit(1)


def _to_json(answer: Prediction | PictureError) -> dict[str, object]:
    if isinstance(answer, PictureError):
        return {"picture": answer.picture, "error": answer.reason}
    return answer.to_json()


def _row(answer: Prediction | PictureError) -> tuple[str, ...]:
    if isinstance(answer, PictureError):
        return answer.picture, "error", "", answer.reason
    others = ", ".join(f"{name} {percent(share, 1)}" for name, share in answer.top(3)[1:])
    return answer.picture, answer.class_name, percent(answer.probability, 1), others
