"""``catseye convolve-functions``: show convolution as an integral."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from catseye.cli.common import Force, Json
from catseye.cli.completion import FUNCTIONS, INTEGRALS, choose_from
from catseye.cli.next_step import tell_next
from catseye.cli.output import choose_output, file_option
from catseye.cli.printing import write_and_print

_ENDINGS = (".png", ".svg", ".html", ".gif")


def command(
    f: Annotated[
        str,
        typer.Argument(
            metavar="F",
            help="box, triangle, gaussian, ramp, exponential or step (gaussian:0.5: half as wide); a .csv file "
            'or numbers, e.g. "1 2 1".',
            autocompletion=choose_from(FUNCTIONS),
        ),
    ] = "box",
    g: Annotated[
        str | None,
        typer.Argument(
            metavar="G", help="The function that slides, as F [default: ramp].", autocompletion=choose_from(FUNCTIONS)
        ),
    ] = None,
    kind: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="convolution, cross-correlation or autocorrelation (of F alone).",
            autocompletion=choose_from(INTEGRALS),
        ),
    ] = "convolution",
    output: Annotated[
        Path | None, file_option(words="Write a .gif film of the sliding, or a .png, .svg or .html figure")
    ] = None,
    force: Force = False,
    json: Json = False,
) -> None:
    """Show convolution as an integral: G is flipped and slides over F; the area of their product is the result.

    Examples: catseye convolve-functions box triangle -o film.gif; catseye convolve-functions ramp --kind
    autocorrelation; catseye convolve-functions "1 2 3" "1 0 -1" --kind cross-correlation.
    """
    file = choose_output(output, json=json, force=force, read=Path(f), endings=_ENDINGS)
    from catseye.verbs.lesson_figures import convolve_functions

    write_and_print(convolve_functions(f, g, kind=kind), file, json=json)
    if json:
        return
    if file:
        tell_next("equivariance", "PICTURE")  # what sliding over a picture means
        return
    words = [word for word in (f, g) if word is not None] + (["--kind", kind] if kind != "convolution" else [])
    tell_next("convolve-functions", *words, "-o", "film.gif")
