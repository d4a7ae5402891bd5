"""``catseye equivariance``: show how a feature map moves along with an object."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from catseye.cli.common import Force, Json, PictureFile
from catseye.cli.completion import KERNELS, choose_from, complete_classifier
from catseye.cli.next_step import tell_next
from catseye.cli.output import choose_output, file_option
from catseye.cli.printing import write_and_print

_FILE = "equivariance.png"


def command(
    picture: PictureFile,
    output: Annotated[Path | None, file_option(_FILE)] = None,
    classifier: Annotated[
        Path | None,
        typer.Option(
            metavar="CLASSIFIER",
            help="Run folder, classifier file or backbone name that makes the map [default: --kernel does].",
            autocompletion=complete_classifier,
        ),
    ] = None,
    layer: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Layer of --classifier [default: the first with an activation]."),
    ] = None,
    channel: Annotated[
        int | None, typer.Option(metavar="N", help="Channel of the layer [default: that with most contrast].")
    ] = None,
    kernel: Annotated[
        str | None,
        typer.Option(
            metavar="NAME|NUMBERS",
            help="Kernel for the grey picture, as for convolve [default: sobel_x].",
            autocompletion=choose_from(KERNELS),
        ),
    ] = None,
    shift: Annotated[
        str | None,
        typer.Option(
            metavar="N|NxM",
            help="Pixels down x right; negative: up, left [default: a ninth of the side, in whole strides].",
        ),
    ] = None,
    pool: Annotated[int, typer.Option(metavar="N", help="Side of the max pooling after the map.")] = 2,
    force: Force = False,
    json: Json = False,
) -> None:
    """Show a picture and its feature map, the moved picture and its map, the difference, and what pooling changes.

    Examples: catseye equivariance cat.jpg; catseye equivariance digit.png --classifier my-run --layer relu2 --shift
    4x4.
    """
    file = choose_output(output, _FILE, json=json, force=force, read=picture)
    from catseye.verbs.lesson_figures import equivariance as compare

    found = compare(picture, classifier=classifier, layer=layer, channel=channel, kernel=kernel, shift=shift, pool=pool)
    write_and_print(found, file, json=json)
    if not json and classifier is None:
        tell_next("equivariance", picture, "--classifier", "efficientnet_lite0", "-o", "equivariance-network.png")
    elif not json:
        tell_next("maps", classifier, picture)
