"""``catseye compare``: compare runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from catseye.cli.common import Force, Json
from catseye.cli.printing import write_and_print


def command(
    runs: Annotated[list[Path], typer.Argument(metavar="RUN", help="Folders of finished runs.")],
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="Draw accuracies and training curves to a .png, .svg or .html file.",
        ),
    ] = None,
    force: Force = False,
    json: Json = False,
) -> None:
    """Compare finished runs of train and transfer: parameters, accuracy with its interval, and training curves."""
    from catseye.drawing.figure_file import figure_output
    from catseye.runs.comparison import compare as compare_runs

    if output:
        figure_output(output, force=force)
    write_and_print(compare_runs(runs), output, json=json)
