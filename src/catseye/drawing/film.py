"""Films: animated GIFs of frames that may differ in size."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image, ImageColor

from catseye.drawing.fonts import use_fonts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

_ACROSS, _DOWN = 1280, 1440  # pixels of a frame, at most: fit to be projected


def frame_of(figure: Figure) -> Image.Image:
    """Return a figure as a frame of 1280 pixels across, or 1440 down if that is less."""
    use_fonts(figure)
    width, height = figure.get_size_inches()
    # A little more, so that rounding down does not cost a pixel.
    figure.set_dpi(min(_ACROSS / width, _DOWN / height) + 1e-6)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    return Image.fromarray(np.asarray(canvas.buffer_rgba())[..., :3])  # type: ignore[no-untyped-call]


def encode_film(
    frames: Sequence[Image.Image], milliseconds: int, last: int, colours: int = 128, kept: Sequence[str] = ()
) -> bytes:
    """Return frames as the content of a GIF file that begins again at its end.

    Parameters
    ----------
    frames
        At least one; a smaller frame stands in the upper left corner of a white one.
    milliseconds, last
        How long a frame is shown, and the last one.
    colours
        Size of the palette that all frames share, 2 to 256.
    kept
        Colours, ``"#rrggbb"``, that are in the palette as they are; colours very near them may be drawn as they are.
    """
    largest = max(frame.width for frame in frames), max(frame.height for frame in frames)
    sheets = [Image.new("RGB", largest, "white") for _ in frames]
    for sheet, frame in zip(sheets, frames, strict=True):
        sheet.paste(frame)
    palette = _with_colours(_together(sheets).quantize(colours - len(kept)), kept)
    coloured = [sheet.quantize(palette=palette, dither=Image.Dither.NONE) for sheet in sheets]
    durations = [milliseconds] * (len(frames) - 1) + [last]
    buffer = io.BytesIO()
    coloured[0].save(
        buffer, "GIF", save_all=True, append_images=coloured[1:], duration=durations, loop=0, optimize=True
    )
    return buffer.getvalue()


def _with_colours(palette: Image.Image, kept: Sequence[str]) -> Image.Image:
    """Return a picture whose palette has further colours."""
    found = palette.getpalette() or []
    larger = Image.new("P", (1, 1))
    larger.putpalette([*found, *(part for colour in kept for part in ImageColor.getrgb(colour))])
    return larger


def _together(sheets: Sequence[Image.Image]) -> Image.Image:
    """Return a few sheets as one picture, from which the film's palette is taken."""
    if len(sheets) == 1:
        return sheets[0]
    few = [sheets[0], sheets[len(sheets) // 2], sheets[-1]]
    whole = Image.new("RGB", (few[0].width, sum(sheet.height for sheet in few)))
    for number, sheet in enumerate(few):
        whole.paste(sheet, (0, number * sheet.height))
    return whole
