"""``catseye receptive-field``: show which part of a picture each layer sees."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from catseye.cli.common import Force, Json, Network
from catseye.cli.next_step import tell_next
from catseye.cli.output import choose_output, file_option
from catseye.cli.printing import write_and_print

_FILE = "receptive-field.png"


def command(
    network: Network,
    picture: Annotated[Path | None, typer.Argument(metavar="PICTURE", help="Picture to draw the fields on.")] = None,
    shape: Annotated[
        str | None,
        typer.Option(
            metavar="HxWxC", help="Height, width and channels of the input [default: 28x28x1; backbones: their own]."
        ),
    ] = None,
    output: Annotated[
        Path | None,
        file_option(
            words="Draw the fields on PICTURE, or without one on an empty frame, to this .png, .svg or .html file "
            f"[default: {_FILE} with PICTURE; none with --json]"
        ),
    ] = None,
    force: Force = False,
    json: Json = False,
) -> None:
    """Show how much of a picture the central value of each layer sees: computed, and measured by the gradient."""
    file = choose_output(output, _FILE if picture else None, json=json, force=force, read=picture)
    from catseye.verbs.networks import receptive_field as measure

    write_and_print(measure(network, picture, shape=shape), file, json=json, names_figure=False)
    if not file or json:
        return
    from catseye.networks.names import NAMES, is_backbone, is_definition

    if is_definition(network) or (network in NAMES and not is_backbone(network)):  # without weights there are no maps
        tell_next("summary", network)
    else:
        tell_next("maps", network, picture or "PICTURE")
