"""``catseye predict``: classify pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from catseye.cli.common import ClassifierPath, Json
from catseye.cli.printing import write_and_print


def command(
    classifier: ClassifierPath,
    pictures: Annotated[list[Path], typer.Argument(metavar="PICTURE", help="Pictures, or folders of pictures.")],
    json: Json = False,
) -> None:
    """Predict the class of each picture, with probabilities.

    If a picture cannot be read, the others are still classified; the exit status is then 1.
    """
    from catseye.verbs.use import predict as classify

    found = classify(classifier, pictures)
    write_and_print(found, json=json, names_figure=False)
    if found.broken:
        raise typer.Exit(1)
