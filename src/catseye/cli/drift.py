"""``catseye drift``: whether what is served is still like what was trained on."""

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
        str | None, typer.Option(metavar="NAME", help="Model in the log, if there are several: NAME or NAME:VERSION.")
    ] = None,
    output: Annotated[Path | None, file_option(words=TABLE)] = None,
    force: Force = False,
    json: Json = False,
) -> None:
    """Compare the pictures that were served with those that were trained on, or with those before.

    Compared are how unfamiliar they are, how certain the classifier is, and how often it predicts each class, each with
    an interval and a test. The exit status is 0 whether there is drift or not.
    """
    choose_output(output, json=json, force=force)
    from catseye.serve.drift import compare_halves, compare_with_training
    from catseye.serve.drift_log import read_log

    logged = read_log(log, name)
    if model is None:
        found = compare_halves(logged)
    else:
        from catseye.classifier.classifier import Classifier

        found = compare_with_training(logged, Classifier.load(model).description)
    write_and_print(found, output, json=json, names_figure=False)
