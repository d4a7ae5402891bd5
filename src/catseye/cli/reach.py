"""``catseye reach``: compare transfer and training from scratch."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from catseye.arguments import read_counts
from catseye.cli.common import Archives, Backbone, DataDir, Force, Json, Weights
from catseye.cli.printing import write_and_print


def command(
    data: Annotated[list[str], typer.Argument(metavar="DATA", help="Data set names, or paths of folders or archives.")],
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
    numbers = read_counts("--shots", shots)
    from catseye.studies.reach.study import reach as measure

    found = measure(data, numbers, seeds, backbone, weights=weights, data_dir=data_dir, archives=archives)
    write_and_print(found, output, json=json)
