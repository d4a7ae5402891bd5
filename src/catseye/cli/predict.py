"""``catseye predict``: classify pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from catseye.cli.common import ClassifierPath, Force, Json, console, escape_control_characters
from catseye.cli.csv_option import AllClasses, CsvFile, check_csv
from catseye.cli.printing import write_and_print


def command(
    classifier: ClassifierPath,
    pictures: Annotated[list[Path], typer.Argument(metavar="PICTURE", help="Pictures, or folders of pictures.")],
    csv: CsvFile = None,
    all_classes: AllClasses = False,
    force: Force = False,
    json: Json = False,
) -> None:
    """Predict the class of each picture, with probabilities.

    If a picture cannot be read, the others are still classified; the exit status is then 1. With --csv, a line says
    which classes were found instead of a table.
    """
    check_csv(csv, force=force, all_classes=all_classes, read=pictures)
    from catseye.verbs.use import predict as classify

    found = classify(classifier, pictures)
    if csv:
        found.save_csv(csv, all_classes=all_classes)
    if csv and not json:
        console().print(escape_control_characters(f"{found.counts}\nwrote {csv}"), soft_wrap=True)
    else:
        write_and_print(found, json=json, names_figure=False)
    if found.broken:
        raise typer.Exit(1)
