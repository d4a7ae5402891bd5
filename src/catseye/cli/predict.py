"""``catseye predict``: classify pictures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from catseye.cli.common import ClassifierPath, Force, Json, Weights, console, escape_control_characters
from catseye.cli.csv_option import AllClasses, CsvFile, check_csv
from catseye.cli.next_step import opened_by, tell_next
from catseye.cli.output import choose_output, file_option
from catseye.cli.printing import tell_written, write_and_print

if TYPE_CHECKING:
    from catseye.classifier.prediction import Predictions


def command(
    classifier: ClassifierPath,
    pictures: Annotated[list[Path], typer.Argument(metavar="PICTURE", help="Pictures, or folders of pictures.")],
    output: Annotated[
        Path | None, file_option(words="Draw the pictures with their probabilities to this .png, .svg or .html file")
    ] = None,
    csv: CsvFile = None,
    all_classes: AllClasses = False,
    force: Force = False,
    weights: Weights = None,
    json: Json = False,
) -> None:
    """Predict the class of each picture, with probabilities.

    If a picture cannot be read, the others are still classified; the exit status is then 1. With --csv, a line says
    which classes were found instead of a table.
    """
    choose_output(output, json=json, force=force)
    check_csv(csv, force=force, all_classes=all_classes, output=output, read=pictures)
    from catseye.verbs.use import predict as classify

    found = classify(classifier, pictures, weights=weights)
    if csv:
        found.save_csv(csv, all_classes=all_classes)
    if output:
        found.save(output)
    if csv and not json:
        console().print(escape_control_characters(found.counts), soft_wrap=True)
    else:
        write_and_print(found, json=json, names_figure=False)
    if not json:
        tell_written(output, csv)
    if output and not json:
        tell_next("explain", *opened_by(classifier, weights), _first(found))
    if found.broken:
        raise typer.Exit(1)


def _first(found: Predictions) -> str:
    """Return the first picture that could be read."""
    broken = {one.picture for one in found.broken}
    return next((one.picture for one in found if one.picture not in broken), "PICTURE")
