"""``catseye pool``: show pooling step by step, and compare its kinds."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from catseye.arguments import read_pair
from catseye.cli.by_hand import ENDINGS, Output, Source
from catseye.cli.common import Force, Json, console, escape_line
from catseye.cli.completion import PADDINGS, POOLINGS, choose_from
from catseye.cli.next_step import tell_next
from catseye.cli.output import choose_output
from catseye.cli.printing import write_and_print
from catseye.system.files import is_there


def command(
    source: Source = "drawing",
    kind: Annotated[
        str,
        typer.Option(
            metavar="max|average|stride",
            help="What is kept of each window: its largest value, its mean, or (stride) a single value.",
            autocompletion=choose_from(POOLINGS),
        ),
    ] = "max",
    size: Annotated[str, typer.Option(metavar="N|NxM|global", help="The window; global: the whole input.")] = "2",
    stride: Annotated[
        str | None, typer.Option(metavar="N|NxM", help="Step of the window, down x across [default: its size].")
    ] = None,
    padding: Annotated[
        str,
        typer.Option(
            metavar="N|NxM|valid|same", help="Padding on each side; not counted.", autocompletion=choose_from(PADDINGS)
        ),
    ] = "valid",
    colour: Annotated[
        bool, typer.Option("--colour", help="Pool red, green and blue separately, instead of converting to grey.")
    ] = False,
    steps: Annotated[
        int | None, typer.Option(help="Largest number of steps to show, evenly spaced [default: 4 in the terminal].")
    ] = None,
    output: Output = None,
    force: Force = False,
    json: Json = False,
) -> None:
    """Pool a picture or a matrix, show every step, and compare max and average pooling and sampling by stride.

    Rows and columns are counted from 0.
    """
    choose_output(output, json=json, force=force, read=Path(source), endings=ENDINGS)
    from catseye.verbs.by_hand import pool as pool_by_hand

    pooled = pool_by_hand(
        source,
        kind=kind,
        size=read_pair("--size", size, ("global",)),
        stride=None if stride is None else read_pair("--stride", stride),
        padding=read_pair("--padding", padding, ("valid", "same")),
        colour=colour,
        steps=steps,
    )
    if json or not output:
        write_and_print(pooled, output, json=json)
        return
    from catseye.insight.convolution.pooling_view import pooling_shown_in

    pooled.save(output)
    shown = pooling_shown_in(pooled, output.suffix.lower())
    console().print(escape_line(f"wrote {output}: it shows {shown}."), soft_wrap=True)
    # A small matrix may leave nothing to pool behind a convolution.
    tell_next("convolve", source if is_there(source) else "drawing", "--pool", kind)
