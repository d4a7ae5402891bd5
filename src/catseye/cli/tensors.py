"""``catseye tensors``: show what arrays a picture is made of."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from catseye.cli.common import Force, Json
from catseye.cli.next_step import tell_next
from catseye.cli.output import choose_output, file_option
from catseye.cli.printing import write_and_print


def command(
    pictures: Annotated[
        list[Path], typer.Argument(metavar="PICTURE…", help="Path of a picture, or of several that form a batch.")
    ],
    at: Annotated[
        str | None,
        typer.Option(
            metavar="ROW,COLUMN",
            help="Pixel to follow through all arrays, counted from 0 [default: where there is the most contrast].",
        ),
    ] = None,
    zoom: Annotated[
        int | None,
        typer.Option(
            metavar="SIDE",
            help="Rows and columns to enlarge until their numbers can be read, 1 to 16 [default: 8, in colour 6].",
        ),
    ] = None,
    output: Annotated[Path | None, file_option()] = None,
    force: Force = False,
    json: Json = False,
) -> None:
    """Show what arrays a picture is made of: scalar, vector, matrix, RGB volume and batch, down to the numbers."""
    for picture in pictures:
        choose_output(output, json=json, force=force, read=picture)
    from catseye.verbs.by_hand import tensors as find_tensors

    found = find_tensors(pictures, at=at, zoom=zoom)
    write_and_print(found, output, json=json)
    if not json:
        colour = ("--colour",) if found.pictures[0].shape[2] == 3 else ()
        tell_next("convolve", pictures[0], *colour, "-o", "steps.html")
