"""The tensors of a picture on one page that can be projected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.patches import Rectangle

from catseye.drawing.canvas import PAGE_HEIGHT, PAGE_WIDTH, make_canvas
from catseye.drawing.labels import cut_text, fit_text, text_width, wrap_text
from catseye.drawing.style import ORANGE
from catseye.insight.tensors.numbers_figure import draw_numbers
from catseye.insight.tensors.panels import Box, put_centred, reduced
from catseye.insight.tensors.tensor_drawings import DRAWINGS
from catseye.insight.tensors.words import notes_described

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from catseye.insight.tensors.picture_tensors import PictureTensors, Tensor

# Inches. Above: picture → region → numbers; below: the five tensors side by side; at the foot: what the batch is.
_MARGIN = 0.35
_TOP, _ABOVE = 0.98, 3.45  # where the upper panels begin, and how tall they are
_PICTURE, _REGION, _NUMBERS = (0.35, 3.95), (4.85, 3.5), (9.0, 4.0)  # left edge and width
_TENSORS, _DRAWN = 4.95, 1.3  # where the drawings of the tensors begin, and how tall they are
_NOTE = 0.2  # a line at the foot
_TITLE, _BODY, _SMALL = 16.0, 11.5, 10.0  # points
_LARGEST_DRAWN = 700  # pixels
_SMALLEST_BOX = 0.09  # inches of the mark around a region


def draw_tensors(found: PictureTensors) -> Figure:
    """Return the picture, a region of it, its numbers, and the five tensors with shape, type and one index."""
    width = PAGE_WIDTH - 2 * _MARGIN
    foot = [line for note in notes_described(found) for line in wrap_text(note, width, _SMALL)]
    figure, axes = make_canvas(PAGE_WIDTH, PAGE_HEIGHT + max(0, len(foot) - 1) * _NOTE)
    height, columns, channels = found.volume.shape
    said = f": {height}×{columns} pixels, {channels} plane{'s' if channels > 1 else ''}, {found.volume.dtype}"
    room = width - text_width(said, _TITLE)
    axes.text(_MARGIN, 0.25, f"{cut_text(found.name, room, _TITLE)}{said}", va="top", fontsize=_TITLE)
    picture = put_centred(axes, reduced(found.volume, _LARGEST_DRAWN), Box(_PICTURE[0], _TOP, _PICTURE[1], _ABOVE))
    region = put_centred(axes, found.numbers, Box(_REGION[0], _TOP, _REGION[1], _ABOVE))
    _mark_region(axes, found, picture, region)
    (top, bottom), (left, right) = found.region
    followed = found.at[0] - top, found.at[1] - left
    numbers = draw_numbers(axes, found.numbers, followed, Box(_NUMBERS[0], _TOP, _NUMBERS[1], _ABOVE))
    _outline_pixel(axes, region, found.numbers.shape, followed)
    behind = "its numbers, red in front" if channels > 1 else "its numbers"
    for (at, wide), words in (
        (_PICTURE, "picture"),
        (_REGION, f"picture[{top}:{bottom}, {left}:{right}]"),
        (_NUMBERS, behind),
    ):
        text = fit_text(words, wide, _BODY, smallest=8)
        axes.text(at + wide / 2, _TOP - 0.12, text.text, ha="center", va="bottom", fontsize=text.size)
    _draw_arrow(axes, region, numbers)
    column = width / len(found.tensors)
    for number, tensor in enumerate(found.tensors):
        _draw_tensor(axes, found, tensor, _MARGIN + number * column, column - 0.2)
    for number, line in enumerate(foot):
        axes.text(_MARGIN, PAGE_HEIGHT - 0.38 + number * _NOTE, line, va="top", fontsize=_SMALL, alpha=0.75)
    return figure


def _mark_region(axes: Axes, found: PictureTensors, picture: Box, region: Box) -> None:
    """Mark in the picture what is enlarged, and lead the eye to it."""
    height, width = found.volume.shape[:2]
    (top, bottom), (left, right) = found.region
    across, down = picture.width / width, picture.height / height
    wide, tall = max(_SMALLEST_BOX, (right - left) * across), max(_SMALLEST_BOX, (bottom - top) * down)
    x = picture.left + (left + right) / 2 * across - wide / 2
    y = picture.top + (top + bottom) / 2 * down - tall / 2
    axes.add_patch(Rectangle((x, y), wide, tall, fill=False, edgecolor=ORANGE, linewidth=2, zorder=3))
    for start, end in ((y, region.top), (y + tall, region.top + region.height)):
        axes.plot((x + wide, region.left), (start, end), color=ORANGE, linewidth=1, zorder=2)


def _outline_pixel(axes: Axes, region: Box, shape: tuple[int, ...], followed: tuple[int, int]) -> None:
    rows, columns = shape[:2]
    tall, wide = region.height / rows, region.width / columns
    corner = region.left + followed[1] * wide, region.top + followed[0] * tall
    axes.add_patch(Rectangle(corner, wide, tall, fill=False, edgecolor=ORANGE, linewidth=2.5, zorder=3))


def _draw_arrow(axes: Axes, region: Box, numbers: Box) -> None:
    middle = region.top + region.height / 2
    start, end = region.left + region.width + 0.08, numbers.left - 0.08
    how = {"arrowstyle": "-|>", "color": ORANGE, "linewidth": 2, "mutation_scale": 16}
    axes.annotate("", (end, middle), (start, middle), arrowprops=how)


def _draw_tensor(axes: Axes, found: PictureTensors, tensor: Tensor, left: float, width: float) -> None:
    """Draw one tensor with its name over it, and below it shape, type, how it is taken, and one index."""
    axes.text(left, _TENSORS - 0.12, tensor.name, va="bottom", fontsize=_BODY + 1.5, weight="bold")
    DRAWINGS[tensor.name](axes, found, Box(left, _TENSORS, width, _DRAWN))
    shape = f"shape {tensor.shape}, {tensor.dtype}"
    taken = tensor.expression if tensor.index.startswith(tensor.expression) else f"{tensor.name} = {tensor.expression}"
    lines = (shape, tensor.index) if taken == tensor.expression else (shape, taken, tensor.index)
    for number, line in enumerate(lines):
        text = fit_text(line, width, _BODY, smallest=7)
        axes.text(left, _TENSORS + _DRAWN + 0.1 + number * 0.2, text.text, va="top", fontsize=text.size)
