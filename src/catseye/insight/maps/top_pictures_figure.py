"""The top-activating pictures of one channel, with where in them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from matplotlib.patches import Rectangle

from catseye.drawing.canvas import make_canvas, put_picture
from catseye.drawing.labels import cut_text, fit_text, wrap_text
from catseye.drawing.numbers import three_digits
from catseye.drawing.style import ORANGE
from catseye.drawing.tiles import MARGIN, lay_out_tiles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from catseye.drawing.tiles import Tiles
    from catseye.insight.maps.top_pictures import TopPicture, TopPictures

_SIDES = (1.9, 3.4)  # inches: the least and the largest width of a picture with what the box shows beside it
_SHARED = 0.62  # of that width which the picture takes where it shares it
_BESIDE = 0.1  # inches between the two
_NARROWEST = 9.0  # inches of the words above the pictures
_HEADER, _CAPTION, _LINE = 1.2, 0.64, 0.24  # inches: of the words above all, below a picture, and of a line of them
_TITLE_SIZE, _SIZE, _SMALLEST = 16.0, 12.0, 9.0  # points: the heading, all else, and the least
_MOSTLY = 2 / 3  # of the responses
_SMALL_SHARE = 0.7  # of the picture's side; a larger field is not drawn a second time


def draw_top_pictures(found: TopPictures, sentences: Sequence[str] = ()) -> Figure:
    """Draw the pictures, largest response first, below ``sentences``, if any, with a headline.

    For a largest response there is also the receptive field that it comes from.
    """
    _, height, width = found.pictures[0].pixels.shape
    share = _SHARED if _enlarges(found) else 1.0
    tiles = lay_out_tiles(
        len(found.pictures), share * height / width, above=_HEADER, caption=_CAPTION, sides=_SIDES, gap=0.25
    )
    room = max(tiles.width, _NARROWEST)
    lines = [line for words in sentences for line in wrap_text(words, room, _SIZE)]
    first = MARGIN + (0.52 + _LINE * len(lines) if lines else 0.0)
    figure, axes = make_canvas(2 * MARGIN + room, first + tiles.height + MARGIN)
    if lines:
        heading = fit_text(headline(found), room, _TITLE_SIZE, smallest=_SIZE, bold=True)
        axes.text(MARGIN, MARGIN, heading.text, va="top", fontsize=heading.size, fontweight="bold")
    for number, line in enumerate(lines):
        axes.text(MARGIN, MARGIN + 0.4 + _LINE * number, line, va="top", fontsize=_SIZE)
    for index, one in enumerate(found.pictures):
        left, top = tiles.corner(index)
        _draw(axes, found, one, MARGIN + left, first + top, tiles)
    return figure


def _draw(axes: Axes, found: TopPictures, one: TopPicture, left: float, top: float, tiles: Tiles) -> None:
    """Draw a picture, where in it the response is, and below it the response, its class and its name."""
    wide = tiles.wide * (_SHARED if _enlarges(found) else 1.0)
    put_picture(axes, one.pixels, left, top, wide, tiles.tall)
    if found.measure == "max":
        _mark(axes, found, one, left, top, wide)
        if _enlarges(found):
            _enlarge(axes, one, left + wide + _BESIDE, top, tiles.wide - wide - _BESIDE, tiles.tall)
    below = top + tiles.tall + 0.05
    response = f"{'response' if found.measure == 'max' else 'mean response'} {three_digits(one.response)}"
    axes.text(left, below, response, va="top", fontsize=_SIZE, fontweight="bold")
    label = fit_text(f"class {one.class_name}", tiles.wide, _SIZE, smallest=_SMALLEST)
    axes.text(left, below + 0.21, label.text, va="top", fontsize=label.size)
    name = "/".join(Path(one.picture).parts[-2:])  # a folder is often the class
    axes.text(left, below + 0.42, cut_text(name, tiles.wide, 10, tail=True), va="top", fontsize=10)


def headline(found: TopPictures) -> str:
    """Return what the pictures are."""
    return f"Top-activating pictures of channel {found.channel} of {found.layer}"


def explain_numbers(found: TopPictures) -> str:
    """Say what the numbers, boxes and crosses are."""
    numbers = f"Response: the {'largest' if found.measure == 'max' else 'mean'} one over the picture; class: its label."
    if found.measure == "mean":
        return numbers
    field = "receptive field of that position" if found.positions.exact else "position's own share of the picture"
    size = "×".join(f"{side:g}" for side in found.positions.field)
    drawn = ", enlarged beside the picture" if _enlarges(found) else ", cropped at the edges; cross: its middle"
    return f"{numbers} Box: the {field}, {size} pixels{drawn}.{_edge_in_words(found)}"


def _edge_in_words(found: TopPictures) -> str:
    """Say so where most responses lie at the edge: what the layer pads with is then part of what it responds to."""
    count = len(found.pictures)
    if found.at_edge < _MOSTLY * count:
        return ""
    many = f"All {count}" if found.at_edge == count else f"{found.at_edge} of these {count}"
    whose = "The response lies" if count == 1 else f"{many} responses lie"
    return f" {whose} at the edge of the picture, where padding begins: the channel responds to that edge too."


def _enlarges(found: TopPictures) -> bool:
    """Say whether what the box shows is worth a picture of its own."""
    shares = [f / side for f, side in zip(found.positions.field, found.positions.picture, strict=True)]
    return found.measure == "max" and max(shares) < _SMALL_SHARE


def _mark(axes: Axes, found: TopPictures, one: TopPicture, left: float, top: float, wide: float) -> None:
    """Draw the box, and what it holds or where its middle is."""
    scale = wide / one.pixels.shape[2]  # inches per pixel
    first_row, first_column, last_row, last_column = one.box
    corner = left + first_column * scale, top + first_row * scale
    sides = (last_column - first_column) * scale, (last_row - first_row) * scale
    row, column = found.positions.middle(*one.position)
    for colour, thickness in (("white", 2.6), (ORANGE, 1.4)):  # seen on dark and on light
        axes.add_patch(Rectangle(corner, *sides, fill=False, edgecolor=colour, linewidth=thickness))
        if not _enlarges(found):
            axes.plot(left + column * scale, top + row * scale, "+", color=colour, markersize=9, mew=thickness)


def _enlarge(axes: Axes, one: TopPicture, left: float, top: float, wide: float, tall: float) -> None:
    first_row, first_column, last_row, last_column = (round(edge) for edge in one.box)
    patch = one.pixels[:, first_row:last_row, first_column:last_column]
    if not patch.size:
        return  # it sees nothing but padding
    _, height, width = patch.shape
    per_pixel = min(wide / width, tall / height)
    put_picture(axes, patch, left, top, width * per_pixel, height * per_pixel)
