"""``catseye summary``: show a network layer by layer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from catseye.cli.common import Force, Json, Network, parse_sides
from catseye.cli.next_step import tell_next
from catseye.cli.output import TABLE, choose_output, file_option
from catseye.cli.printing import tell_written, write_and_print

_DRAWN = (".svg", ".png", ".pdf", ".html")  # endings of a diagram


def command(
    network: Network,
    shape: Annotated[
        str | None,
        typer.Option(
            metavar="HxWxC", help="Height, width and channels of the input [default: 28x28x1; backbones: their own]."
        ),
    ] = None,
    classes: Annotated[int | None, typer.Option(help="Number of classes [default: 10; backbones: 1000].")] = None,
    batch_norm: Annotated[bool, typer.Option("--batch-norm", help="Add batch normalisation.")] = False,
    dropout: Annotated[float, typer.Option(help="Share of values set to 0 before dense layers during training.")] = 0.0,
    diagram: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Draw the network, its layers as blocks to scale, into this .svg, .png, .pdf or .html file.",
        ),
    ] = None,
    output: Annotated[Path | None, file_option(words=TABLE)] = None,
    force: Force = False,
    json: Json = False,
) -> None:
    """Show the layers of a network: output shape, parameters, multiply-adds and receptive field.

    NETWORK may be layers, as in: catseye summary "conv 32, pool, flatten, dense 10" --diagram net.svg
    """
    choose_output(output, json=json, force=force)
    if diagram:
        from catseye.drawing.figure_file import check_ending
        from catseye.system.files import new_output

        check_ending(diagram, _DRAWN, "--diagram")
        new_output(diagram, force=force)
    from catseye.verbs.networks import summary as summarise

    found = summarise(
        network,
        shape=_shape(shape) if shape else None,
        classes=classes,
        batch_norm=batch_norm,
        dropout=dropout,
    )
    if diagram:
        found.diagram().save(diagram)
    write_and_print(found, output, json=json, names_figure=False)
    if diagram and not json:
        tell_written(diagram)
    if output and not json:
        tell_next("receptive-field", network)


def _shape(text: str) -> tuple[int, int, int]:
    height, width, channels = parse_sides(text, ("H", "W", "C"))
    return height, width, channels
