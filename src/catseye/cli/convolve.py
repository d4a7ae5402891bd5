"""``catseye convolve``: show a convolution step by step."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from catseye.cli.common import Force, Json
from catseye.cli.printing import write_and_print
from catseye.errors import UsageError

if TYPE_CHECKING:
    from catseye.insight.convolution.pooling import Pooling

_ENDINGS = (".gif", ".png", ".svg", ".html")


def convolve(
    source: Annotated[
        str,
        typer.Argument(
            metavar="INPUT",
            help='A picture, "drawing" (a cat of 5×4 pixels), a .csv file or numbers, e.g. "1 2 3; 4 5 6".',
        ),
    ] = "drawing",
    kernel: Annotated[
        str,
        typer.Option(
            metavar="NAME|NUMBERS",
            help="identity, edge, laplacian, sobel_x, sobel_y, prewitt_x, prewitt_y, blur, gaussian, sharpen, emboss, "
            'or numbers, e.g. "1 0 -1; 2 0 -2; 1 0 -1".',
        ),
    ] = "sobel_x",
    stride: Annotated[str, typer.Option(metavar="N|NxM", help="Step of the window, down x across.")] = "1",
    padding: Annotated[str, typer.Option(metavar="N|NxM|valid|same", help="Zeros added on each side.")] = "valid",
    dilation: Annotated[str, typer.Option(metavar="N|NxM", help="Distance between the values under the kernel.")] = "1",
    true: Annotated[
        bool, typer.Option("--true", help="True convolution: rotate the kernel by 180°, unlike layers of networks.")
    ] = False,
    pool: Annotated[str | None, typer.Option(metavar="max|average|stride", help="Pool the output.")] = None,
    pool_size: Annotated[str, typer.Option(metavar="N|NxM", help="Window of the pooling.")] = "2",
    pool_stride: Annotated[
        str | None, typer.Option(metavar="N|NxM", help="Step of the pooling window [default: its size].")
    ] = None,
    pool_padding: Annotated[
        str, typer.Option(metavar="N|NxM|valid|same", help="Padding of the pooling on each side.")
    ] = "valid",
    colour: Annotated[
        bool,
        typer.Option(
            "--colour",
            help="Convolve red, green and blue separately and add the results, instead of converting to grey.",
        ),
    ] = False,
    steps: Annotated[int | None, typer.Option(help="Largest number of steps to show, evenly spaced.")] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="FILE", help="Write a .gif animation, a .png or .svg figure, or a .html page."
        ),
    ] = None,
    force: Force = False,
    json: Json = False,
) -> None:
    """Slide a kernel over a picture or a matrix and show every step: the window, the products and their sum."""
    if output:
        from catseye.drawing.figure_file import figure_output

        figure_output(output, force=force, read=Path(source), endings=_ENDINGS)
    if steps is not None and steps < 1:
        raise UsageError(f"--steps must be at least 1; got {steps}.")
    from catseye.insight.convolution.convolution import Convolution
    from catseye.insight.convolution.view import view_convolution
    from catseye.insight.convolution.worked_example import WorkedExample, input_name, read_input

    pooling = _pooling(pool, pool_size, pool_stride, pool_padding)
    convolution = Convolution(
        kernel,
        _numbers("--stride", stride),
        _numbers("--padding", padding, ("valid", "same")),
        _numbers("--dilation", dilation),
        true,
    )
    worked = WorkedExample(input_name(source), read_input(source, colour=colour), convolution, pooling)
    write_and_print(view_convolution(worked, steps), output, json=json)


def _pooling(kind: str | None, size: str, stride: str | None, padding: str) -> Pooling | None:
    from catseye.insight.convolution.pooling import Pooling

    if kind is None:
        if (size, stride, padding) != ("2", None, "valid"):
            raise UsageError("--pool-size, --pool-stride and --pool-padding need --pool.")
        return None
    return Pooling(
        kind,
        _numbers("--pool-size", size),
        None if stride is None else _numbers("--pool-stride", stride),
        _numbers("--pool-padding", padding, ("valid", "same")),
    )


def _numbers(option: str, text: str, words: tuple[str, ...] = ()) -> Any:
    """Return a word, a number, or two: ``2x1`` is two down and one across."""
    if text in words:
        return text
    if not re.fullmatch(r"-?\d{1,6}([x×]-?\d{1,6})?", text):
        also = f"{', '.join(words)}, " if words else ""
        raise UsageError(f"{option} must be {also}a number, or two (down and across) such as 2x1; got {text!r}.")
    numbers = [int(part) for part in re.split("[x×]", text)]
    return numbers[0] if len(numbers) == 1 else (numbers[0], numbers[1])
