"""``catseye show``: draw a grid of pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from catseye.cli.common import Archives, Data, DataDir, FigureFile, Force, Label, Strict, tell_notes
from catseye.cli.label_options import open_data, with_label_options
from catseye.cli.next_learning import tell_how_to_learn
from catseye.cli.printing import write_and_print


@with_label_options
def command(
    data: Data,
    labels: dict[str, str],
    output: FigureFile = Path("grid.png"),
    split: Annotated[
        str, typer.Option(metavar="SPLIT", help="Pictures to draw, e.g. test, train[:100] or all.")
    ] = "train",
    count: Annotated[int, typer.Option(help="Number of pictures.")] = 40,
    seed: Annotated[int, typer.Option(help="Random seed for choosing the pictures.")] = 0,
    label: Label = None,
    force: Force = False,
    strict: Strict = False,
    archives: Archives = None,
    data_dir: DataDir = None,
) -> None:
    """Draw a grid of pictures with the names of their classes, taking the classes in turn."""
    from catseye.drawing.figure_file import figure_output
    from catseye.verbs.data import show as draw

    figure_output(output, force=force)
    opened = open_data(data, labels, label=label, strict=strict, archives=archives, data_dir=data_dir)
    grid = draw(
        opened, split=split, count=count, seed=seed, label=label, strict=strict, archives=archives, data_dir=data_dir
    )
    tell_notes(grid.info.notes, [out.to_json() for out in grid.info.left_out])
    write_and_print(grid, output, json=False)
    tell_how_to_learn(data, grid.info, {"--label": label, "--archives": archives, "--data-dir": data_dir})
