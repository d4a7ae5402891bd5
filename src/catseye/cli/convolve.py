"""``catseye convolve``: show a convolution step by step."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from catseye.arguments import read_pair
from catseye.cli.by_hand import ENDINGS, Output, Source
from catseye.cli.common import Force, Json, console, escape_line
from catseye.cli.completion import KERNELS, PADDINGS, POOLINGS, choose_from
from catseye.cli.next_step import tell_next
from catseye.cli.output import choose_output
from catseye.cli.printing import write_and_print


def command(
    source: Source = "drawing",
    kernel: Annotated[
        str,
        typer.Option(
            metavar="NAME|NUMBERS|FILE",
            help="identity, edge, laplacian, sobel_x, sobel_y, prewitt_x, prewitt_y, blur, gaussian, sharpen, emboss, "
            'numbers, e.g. "1 0 -1; 2 0 -2; 1 0 -1", or a .csv or .npy file.',
            autocompletion=choose_from(KERNELS),
        ),
    ] = "sobel_x",
    stride: Annotated[str, typer.Option(metavar="N|NxM", help="Step of the window, down x across.")] = "1",
    padding: Annotated[
        str,
        typer.Option(
            metavar="N|NxM|valid|same", help="Zeros added on each side.", autocompletion=choose_from(PADDINGS)
        ),
    ] = "valid",
    dilation: Annotated[str, typer.Option(metavar="N|NxM", help="Distance between the values under the kernel.")] = "1",
    true: Annotated[
        bool, typer.Option("--true", help="True convolution: rotate the kernel by 180°, unlike layers of networks.")
    ] = False,
    pool: Annotated[
        str | None,
        typer.Option(metavar="max|average|stride", help="Pool the output.", autocompletion=choose_from(POOLINGS)),
    ] = None,
    pool_size: Annotated[str, typer.Option(metavar="N|NxM", help="Window of the pooling.")] = "2",
    pool_stride: Annotated[
        str | None, typer.Option(metavar="N|NxM", help="Step of the pooling window [default: its size].")
    ] = None,
    pool_padding: Annotated[
        str,
        typer.Option(
            metavar="N|NxM|valid|same",
            help="Padding on each side for pooling.",
            autocompletion=choose_from(PADDINGS),
        ),
    ] = "valid",
    colour: Annotated[
        bool,
        typer.Option(
            "--colour",
            help="Convolve red, green and blue separately and add the results, instead of converting to grey.",
        ),
    ] = False,
    steps: Annotated[
        int | None, typer.Option(help="Largest number of steps to show, evenly spaced [default: 4 in the terminal].")
    ] = None,
    output: Output = None,
    force: Force = False,
    json: Json = False,
) -> None:
    """Slide a kernel over a picture or a matrix and show every step: the window, the products and their sum.

    Rows and columns are counted from 0.
    """
    choose_output(output, json=json, force=force, read=Path(source), endings=ENDINGS)
    from catseye.verbs.networks import convolve as convolve_by_hand

    pool_step = None if pool_stride is None else read_pair("--pool-stride", pool_stride)
    worked = convolve_by_hand(
        source,
        kernel=kernel,
        stride=read_pair("--stride", stride),
        padding=read_pair("--padding", padding, ("valid", "same")),
        dilation=read_pair("--dilation", dilation),
        true=true,
        pool=pool,
        pool_size=read_pair("--pool-size", pool_size),
        pool_padding=read_pair("--pool-padding", pool_padding, ("valid", "same")),
        colour=colour,
        steps=steps,
        pool_stride=pool_step,
    )
    if json or not output:
        write_and_print(worked, output, json=json)
        return
    from catseye.insight.convolution.view import shown_in
    from catseye.insight.convolution.words import abbreviation_described
    from catseye.insight.convolution.worked_example import is_picture_file

    worked.save(output)
    shown = shown_in(worked, output.suffix.lower())
    said = abbreviation_described(worked)
    if said:
        console().print(said, soft_wrap=True)
    console().print(escape_line(f"wrote {output}: it shows {shown}."), soft_wrap=True)
    tell_next("maps", "efficientnet_lite0", source if is_picture_file(source) else "PICTURE")
