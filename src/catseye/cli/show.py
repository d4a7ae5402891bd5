"""``catseye show``: draw a grid of pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from catseye.cli.common import Archives, Data, DataDir, Force, Label, Strict, tell_notes
from catseye.errors import UsageError
from catseye.system.files import new_output

_MOST = 400


def show(
    data: Data,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FILE", help="Write the grid to this .png or .svg file.")
    ] = Path("grid.png"),
    split: Annotated[str, typer.Option(metavar="SPLIT", help="Pictures to draw, e.g. test or train[:100].")] = "train",
    count: Annotated[int, typer.Option(help="Number of pictures.")] = 40,
    seed: Annotated[int, typer.Option(help="Random seed for choosing the pictures.")] = 0,
    label: Label = None,
    force: Force = False,
    strict: Strict = False,
    archives: Archives = None,
    data_dir: DataDir = None,
) -> None:
    """Draw a grid of pictures with the names of their classes, taking the classes in turn."""
    from catseye.datasets import load
    from catseye.drawing.picture_grid import write_grid
    from catseye.drawing.style import FORMATS
    from catseye.drawing.thumbnails import every_class_in_turn

    new_output(output, force=force)
    if output.suffix.lower() not in FORMATS:
        raise UsageError(f"-o must end in {' or '.join(FORMATS)}; got {output}.")
    if not 1 <= count <= _MOST:
        raise UsageError(f"--count must be between 1 and {_MOST}; got {count}.")
    dataset = load(data, data_dir=data_dir, archives=archives, strict=strict, label=label)
    pictures = dataset[split]
    tell_notes(dataset.notes, [out.to_json() for out in dataset.left_out])
    chosen = every_class_in_turn(pictures.labels, count, seed)
    write_grid(output, pictures, chosen, f"{dataset.info.name}, {split}: {len(chosen)} of {len(pictures):,} pictures")
    print(f"wrote {output}")
