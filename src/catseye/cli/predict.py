"""``catseye predict``: classify pictures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from catseye.cli.common import ClassifierPath, Force, Json
from catseye.cli.next_step import tell_next
from catseye.cli.output import choose_output, file_option
from catseye.cli.printing import write_and_print

if TYPE_CHECKING:
    from catseye.classifier.prediction import Predictions


def command(
    classifier: ClassifierPath,
    pictures: Annotated[list[Path], typer.Argument(metavar="PICTURE", help="Pictures, or folders of pictures.")],
    output: Annotated[
        Path | None, file_option(words="Draw the pictures with their probabilities to this .png, .svg or .html file")
    ] = None,
    force: Force = False,
    json: Json = False,
) -> None:
    """Predict the class of each picture, with probabilities.

    If a picture cannot be read, the others are still classified; the exit status is then 1.
    """
    choose_output(output, json=json, force=force)
    from catseye.verbs.use import predict as classify

    found = classify(classifier, pictures)
    write_and_print(found, output, json=json, names_figure=False)
    if output and not json:
        tell_next("explain", classifier, _first(found))
    if found.broken:
        raise typer.Exit(1)


def _first(found: Predictions) -> str:
    """Return the first picture that could be read."""
    broken = {one.picture for one in found.broken}
    return next((one.picture for one in found if one.picture not in broken), "PICTURE")
