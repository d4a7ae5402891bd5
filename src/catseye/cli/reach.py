"""``catseye reach``: compare transfer and training from scratch."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from catseye.arguments import read_counts
from catseye.cli.common import Archives, Backbone, DataDir, Force, Json, Weights, default_folder
from catseye.cli.completion import complete_data, complete_trainable
from catseye.cli.label_options import Given, label_words, open_data, with_label_options
from catseye.cli.next_step import given_options, tell_next
from catseye.cli.output import choose_output, file_option
from catseye.cli.printing import write_and_print


@with_label_options
def command(
    data: Annotated[
        list[str],
        typer.Argument(
            metavar="DATA",
            help="Data set names, or paths of folders, archives or label files.",
            autocompletion=complete_data,
        ),
    ],
    labelling: dict[str, Given],
    shots: Annotated[str, typer.Option(metavar="N,N,...", help="Numbers of examples per class.")] = "1,2,5,10,20",
    seeds: Annotated[int, typer.Option(help="Number of repetitions, each with a different seed.")] = 3,
    backbone: Backbone = "efficientnet_lite0",
    weights: Weights = None,
    network: Annotated[
        str | None,
        typer.Option(
            metavar="NETWORK",
            help="Network to train from scratch: a name, layers as text or a .toml file [default: as for train].",
            autocompletion=complete_trainable,
        ),
    ] = None,
    output: Annotated[
        Path | None, file_option(words="Write the figure to this .png or .svg file, or a page to .html")
    ] = None,
    force: Force = False,
    archives: Archives = None,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Measure transfer and training from scratch on few examples per class, and where transfer stops helping."""
    choose_output(output, json=json, force=force)
    numbers = read_counts("--shots", shots)
    from catseye.studies.reach.study import reach as measure

    opened = [open_data(one, labelling, archives=archives, data_dir=data_dir) for one in data]
    found = measure(
        opened, numbers, seeds, backbone, weights=weights, network=network, data_dir=data_dir, archives=archives
    )
    write_and_print(found, output, json=json)
    if not json:
        kept = {"--weights": weights, "--archives": archives, "--data-dir": data_dir}
        folder = default_folder(data[0], backbone)
        words = (*given_options(kept), *label_words(labelling))
        tell_next("transfer", data[0], "--backbone", backbone, *words, "--out", folder)
