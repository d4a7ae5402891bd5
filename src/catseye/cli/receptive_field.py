"""``catseye receptive-field``: show which part of a picture each layer sees."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from catseye.cli.common import Force, Json
from catseye.cli.printing import write_and_print
from catseye.errors import UsageError


def command(
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
    from catseye.verbs.networks import receptive_field as measure

    write_and_print(measure(network, picture), output, json=json, names_figure=False)
