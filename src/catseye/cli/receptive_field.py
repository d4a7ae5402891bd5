"""``catseye receptive-field``: show which part of a picture each layer sees."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from catseye.cli.common import Force, Json, console, print_json, table
from catseye.errors import UsageError

if TYPE_CHECKING:
    from torch import nn

    from catseye.images.preprocess import Preprocess
    from catseye.insight.maps.receptive_field import ReceptiveField


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
    from catseye.insight.maps.receptive_field import chosen_fields, measure_receptive_fields

    made, preprocess = _network(network)
    pixels = _pixels(preprocess, picture) if picture else None
    fields = measure_receptive_fields(made, preprocess.shape)
    if output:
        from catseye.drawing.figure_file import write_figure
        from catseye.insight.maps.receptive_field_figure import receptive_field_figure

        drawn = chosen_fields(made, fields)
        if not drawn:
            raise UsageError(f"{network} has no maps: every value sees the whole picture.")
        title = f"What the middle value of each layer of {network} sees"
        write_figure(output, lambda: receptive_field_figure(pixels, drawn, title), title)
    if json:
        shape = list(preprocess.shape)
        print_json({"network": network, "input": shape, "layers": [field.to_json() for field in fields]})
        return
    _show(fields)
    if output:
        print(f"wrote {output}")


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


def _pixels(preprocess: Preprocess, picture: Path) -> Any:
    from catseye.images.decode import decode

    return preprocess.pixels(decode(picture)).transpose(1, 2, 0)


def _show(fields: tuple[ReceptiveField, ...]) -> None:
    rows = (
        (
            field.layer,
            field.kind,
            "×".join(map(str, field.analytic)),
            "×".join(map(str, field.visible)),
            "×".join(map(str, field.measured)),
            f"{field.top}, {field.left}",
            "equal" if field.agrees else "DIFFERS",
        )
        for field in fields
    )
    out = console()
    out.print(table(("layer", "kind", "worked out>", "in the picture>", "measured>", "from row, column>", ""), rows))
    out.print("pixels of the picture that the middle value of the layer depends on, height × width")
