"""``catseye compare``: compare runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from catseye.cli.common import Force, Json
from catseye.cli.completion import complete_run
from catseye.cli.next_step import tell_next
from catseye.cli.output import choose_output, file_option
from catseye.cli.printing import write_and_print


def command(
    runs: Annotated[
        list[Path], typer.Argument(metavar="RUN", help="Folders of finished runs.", autocompletion=complete_run)
    ],
    output: Annotated[
        Path | None, file_option(words="Draw accuracies and training curves to this .png, .svg or .html file")
    ] = None,
    force: Force = False,
    json: Json = False,
) -> None:
    """Compare finished runs of train and transfer: parameters, accuracy with its interval, and training curves."""
    from catseye.runs.comparison import compare as compare_runs

    choose_output(output, json=json, force=force)
    found = compare_runs(runs)
    write_and_print(found, output, json=json)
    if output and not json:
        best = found.differences[0].better if found.differences else found.names[0]
        tell_next("predict", runs[found.names.index(best)], "PICTURE")
