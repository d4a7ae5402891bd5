"""``catseye drift``: whether served pictures still resemble the training pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from catseye.cli.common import Force, Json
from catseye.cli.completion import complete_classifier
from catseye.cli.output import TABLE, choose_output, file_option
from catseye.cli.printing import write_and_print


def command(
    log: Annotated[Path, typer.Argument(metavar="LOG", help="Log written by serve --log.")],
    model: Annotated[
        Path | None,
        typer.Option(
            metavar="RUN",
            help="Compare with this classifier's training pictures; by default with the first half of the log.",
            autocompletion=complete_classifier,
        ),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Model in the log, if it has several: NAME or NAME:VERSION; by default named after --model.",
        ),
    ] = None,
    output: Annotated[Path | None, file_option(words=TABLE)] = None,
    force: Force = False,
    json: Json = False,
) -> None:
    """Compare served pictures with the training pictures, or with earlier ones.

    It compares their unfamiliarity, the classifier's confidence, and how often each class is predicted, with intervals
    and tests. The exit status is 0 whether or not there is drift.
    """
    choose_output(output, json=json, force=force)
    from catseye.verbs.monitoring import drift

    found = drift(log, model=model, name=name)
    write_and_print(found, output, json=json, names_figure=False)
