"""What the commands ``convolve`` and ``pool`` share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final, TypeAlias

import typer

from catseye.cli.completion import choose_from
from catseye.cli.output import file_option

ENDINGS: Final = (".gif", ".png", ".svg", ".html")

Source: TypeAlias = Annotated[
    str,
    typer.Argument(
        metavar="INPUT",
        help='A picture, "drawing" (a cat of 5×4 pixels), a .csv or .npy file, or numbers: "[[1, 2], [3, 4]]".',
        autocompletion=choose_from(("drawing",)),
    ),
]
Output: TypeAlias = Annotated[
    Path | None, file_option(words="Write a .gif animation, a .png or .svg figure, or a .html page")
]
