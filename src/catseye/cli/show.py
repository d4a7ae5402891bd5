"""``catseye show``: draw a grid of pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from catseye.cli.common import Archives, Data, DataDir, Force, Json, Label, Strict, tell_notes
from catseye.cli.completion import complete_split
from catseye.cli.label_options import Given, open_data, with_label_options
from catseye.cli.next_learning import tell_how_to_learn
from catseye.cli.output import choose_output, file_option
from catseye.cli.printing import write_and_print

_FILE = "grid.png"


@with_label_options
def command(
    data: Data,
    labelling: dict[str, Given],
    output: Annotated[Path | None, file_option(_FILE)] = None,
    split: Annotated[
        str,
        typer.Option(
            metavar="SPLIT", help="Pictures to draw, e.g. test, train[:100] or all.", autocompletion=complete_split
        ),
    ] = "train",
    count: Annotated[int, typer.Option(help="Number of pictures.")] = 40,
    seed: Annotated[int, typer.Option(help="Random seed for choosing the pictures.")] = 0,
    label: Label = None,
    force: Force = False,
    strict: Strict = False,
    archives: Archives = None,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Draw a grid of pictures with the names of their classes, taking the classes in turn; of a slice, in its order."""
    from catseye.datasets.set_aside import without_set_aside
    from catseye.verbs.data import show as draw

    file = choose_output(output, _FILE, json=json, force=force)
    opened = open_data(data, labelling, label=label, strict=strict, archives=archives, data_dir=data_dir)
    grid = draw(
        opened, split=split, count=count, seed=seed, label=label, strict=strict, archives=archives, data_dir=data_dir
    )
    tell_notes(without_set_aside(grid.info.notes), [out.to_json() for out in grid.info.left_out])
    write_and_print(grid, file, json=json)
    if not json:
        tell_how_to_learn(data, grid.info, {"--label": label, "--archives": archives, "--data-dir": data_dir})
