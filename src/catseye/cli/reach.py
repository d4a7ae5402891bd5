"""``catseye reach``: compare transfer and training from scratch."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from catseye.cli.common import Archives, Backbone, DataDir, Force, Json, Weights
from catseye.cli.label_options import open_data, with_label_options
from catseye.cli.printing import write_and_print
from catseye.errors import UsageError


@with_label_options
def command(
    data: Annotated[
        list[str], typer.Argument(metavar="DATA", help="Data set names, or paths of folders, archives or label files.")
    ],
    labels: dict[str, str],
    shots: Annotated[str, typer.Option(metavar="N,N,...", help="Numbers of examples per class.")] = "1,2,5,10,20",
    seeds: Annotated[int, typer.Option(help="Number of repetitions, each with another seed.")] = 3,
    backbone: Backbone = "efficientnet_lite0",
    weights: Weights = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="FILE", help="Write the figure to this .png or .svg file, or a page to .html."
        ),
    ] = None,
    force: Force = False,
    archives: Archives = None,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Measure transfer and training from scratch on few examples per class, and where transfer stops helping."""
    from catseye.drawing.figure_file import figure_output

    if output:
        figure_output(output, force=force)
    numbers = _numbers(shots)
    from catseye.studies.reach.study import reach as measure

    opened = [open_data(one, labels, archives=archives, data_dir=data_dir) for one in data]
    found = measure(opened, numbers, seeds, backbone, weights=weights, data_dir=data_dir, archives=archives)
    write_and_print(found, output, json=json)


def _numbers(text: str) -> list[int]:
    if not re.fullmatch(r"\s*\d{1,9}\s*(,\s*\d{1,9}\s*)*", text):
        raise UsageError(f"--shots must be numbers of examples per class, e.g. 1,2,5; got {text!r}.")
    return sorted({int(number) for number in text.split(",")})
