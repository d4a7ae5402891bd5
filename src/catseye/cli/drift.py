"""``catseye drift``: whether what is served still resembles the training pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from catseye.cli.common import Force, Json
from catseye.cli.completion import complete_classifier
from catseye.cli.output import TABLE, choose_output, file_option
from catseye.cli.printing import write_and_print


def command(
    log: Annotated[Path, typer.Argument(metavar="LOG", help="File that serve --log wrote.")],
    model: Annotated[
        Path | None,
        typer.Option(
            metavar="RUN",
            help="Compare with the training pictures of this classifier; by default with the first half of the log.",
            autocompletion=complete_classifier,
        ),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Model in the log, if there are several: NAME or NAME:VERSION; by default named after --model.",
        ),
    ] = None,
    output: Annotated[Path | None, file_option(words=TABLE)] = None,
    force: Force = False,
    json: Json = False,
) -> None:
    """Compare the pictures that were served with the training pictures, or with earlier ones.

    The comparison covers how unfamiliar they are, how confident the classifier is, and how often it predicts each
    class, with intervals and tests. The exit status is 0 whether there is drift or not.
    """
    choose_output(output, json=json, force=force)
    from catseye.verbs.monitoring import drift

    found = drift(log, model=model, name=name)
    write_and_print(found, output, json=json, names_figure=False)
