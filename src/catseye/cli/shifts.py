"""``catseye shifts``: measure accuracy on shifted pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from catseye.cli.common import Archives, Data, DataDir, FigureFile, Force, Json
from catseye.cli.label_options import open_data, with_label_options
from catseye.cli.printing import write_and_print


@with_label_options
def command(
    labels: dict[str, str],
    data: Data = "mnist",
    output: FigureFile = Path("shifts.png"),
    networks: Annotated[
        str | None,
        typer.Option(
            metavar="NAME,NAME,...", help="Networks to train [default: dense, and the convnet for this size]."
        ),
    ] = None,
    classifier: Annotated[
        list[Path] | None,
        typer.Option(metavar="CLASSIFIER", help="Measure this trained classifier instead; may be repeated."),
    ] = None,
    largest: Annotated[
        int | None, typer.Option(metavar="PIXELS", help="Largest shift [default: 2/7 of the side].")
    ] = None,
    seeds: Annotated[int, typer.Option(help="Number of trainings of each network.")] = 3,
    seed: Annotated[int, typer.Option(min=0, max=2**31, help="Random seed of the first training.")] = 0,
    force: Force = False,
    archives: Archives = None,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Train a dense and a convolutional network on unshifted pictures, and measure both on shifted ones."""
    from catseye.drawing.figure_file import figure_output
    from catseye.studies.shifts.study import shifts as measure

    figure_output(output, force=force)
    named = [name.strip() for name in networks.split(",")] if networks is not None else []
    paths = classifier or []
    opened = open_data(data, labels, archives=archives, data_dir=data_dir)
    found = measure(opened, named, largest, seeds, classifiers=paths, seed=seed, data_dir=data_dir, archives=archives)
    write_and_print(found, output, json=json)
