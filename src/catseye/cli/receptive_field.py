"""``catseye receptive-field``: show which part of a picture each layer sees."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from catseye.cli.common import Force, Json
from catseye.cli.printing import write_and_print
from catseye.errors import UsageError

if TYPE_CHECKING:
    from torch import nn

    from catseye.arrays import Pixels
    from catseye.images.preprocess import Preprocess


def receptive_field(
    network: Annotated[
        str, typer.Argument(metavar="NETWORK", help="Network or backbone name, run folder or classifier file.")
    ],
    picture: Annotated[
        Path | None, typer.Argument(metavar="PICTURE", help="Picture to draw the fields on, with -o.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="Write the figure to this .png, .svg or .html file."),
    ] = None,
    force: Force = False,
    json: Json = False,
) -> None:
    """Show how much of a picture the central value of each layer sees: computed, and measured by the gradient."""
    if output:
        from catseye.drawing.figure_file import figure_output

        figure_output(output, force=force, read=picture)
    if (output is None) != (picture is None):
        raise UsageError("a figure needs both a picture and -o: catseye receptive-field NETWORK PICTURE -o FILE.")
    from catseye.insight.maps.receptive_field import choose_fields, measure_receptive_fields
    from catseye.insight.maps.view import view_receptive_fields

    made, preprocess = _network(network)
    pixels = _pixels(preprocess, picture) if picture else None
    fields = measure_receptive_fields(made, preprocess.shape)
    drawn = choose_fields(made, fields)
    if output and not drawn:
        raise UsageError(f"{network} has no maps: every value sees the whole picture.")
    view = view_receptive_fields(fields, network, preprocess.shape, drawn, pixels)
    write_and_print(view, output, json=json, names_figure=False)


def _network(name: str) -> tuple[nn.Module, Preprocess]:
    import torch

    from catseye.images.preprocess import Preprocess
    from catseye.networks import NAMES, build, is_backbone
    from catseye.networks.pretrained import preprocess_of

    if name not in NAMES and Path(name).exists():
        from catseye.classifier.classifier import Classifier

        classifier = Classifier.load(name)
        return classifier.network, classifier.preprocess
    preprocess = preprocess_of(name) if is_backbone(name) else Preprocess(28, 28, 1)
    with torch.device("meta"):  # only the layers matter, not their weights
        return build(name, preprocess.shape, 10), preprocess


def _pixels(preprocess: Preprocess, picture: Path) -> Pixels:
    from catseye.images.decode import decode

    return preprocess.pixels(decode(picture)).transpose(1, 2, 0)
