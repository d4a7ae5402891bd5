"""``catseye shifts``: measure accuracy on shifted pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from catseye.cli.common import Archives, Data, DataDir, Force, Json, default_folder
from catseye.cli.completion import NETWORKS, choose_several, complete_classifier
from catseye.cli.label_options import Given, label_words, open_data, with_label_options
from catseye.cli.next_step import given_options, tell_next
from catseye.cli.output import choose_output, file_option
from catseye.cli.printing import write_and_print
from catseye.networks.names import BACKBONES

_FILE = "shifts.png"


@with_label_options
def command(
    labelling: dict[str, Given],
    data: Data = "mnist",
    output: Annotated[Path | None, file_option(_FILE)] = None,
    networks: Annotated[
        str | None,
        typer.Option(
            metavar="NETWORK,...",
            help="Networks to train: names, or layers as text with a semicolon between networks [default: dense, and "
            "the convnet for this size].",
            autocompletion=choose_several((*NETWORKS, *BACKBONES)),
        ),
    ] = None,
    classifier: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="CLASSIFIER",
            help="Measure this trained classifier instead; may be repeated.",
            autocompletion=complete_classifier,
        ),
    ] = None,
    largest: Annotated[
        int | None, typer.Option(metavar="PIXELS", help="Largest shift [default: 2/7 of the side].")
    ] = None,
    seeds: Annotated[int, typer.Option(help="Number of trainings of each network.")] = 3,
    epochs: Annotated[
        int | None,
        typer.Option(help="Number of passes over the training pictures [default: as for train]."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, max=2**31, help="Random seed of the first training.")] = 0,
    force: Force = False,
    archives: Archives = None,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Train a dense and a convolutional network on unshifted pictures, and measure both on shifted ones."""
    from catseye.studies.shifts.study import shifts as measure

    file = choose_output(output, _FILE, json=json, force=force)
    paths = classifier or []
    opened = open_data(data, labelling, archives=archives, data_dir=data_dir)
    found = measure(
        opened,
        networks or (),
        largest,
        seeds,
        classifier=paths,
        seed=seed,
        epochs=epochs,
        data_dir=data_dir,
        archives=archives,
    )
    write_and_print(found, file, json=json)
    if not json:
        where = given_options({"--archives": archives, "--data-dir": data_dir})
        tell_next("train", data, *where, *label_words(labelling), "--out", default_folder(data, None))
