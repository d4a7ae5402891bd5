"""From edges to a class: a row for each depth, with the ideal picture and the top-activating patches of channels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.patches import Rectangle

from catseye.drawing.canvas import PAGE_HEIGHT, PAGE_WIDTH, make_canvas, put_picture
from catseye.drawing.labels import cut_text, fit_text, wrap_text
from catseye.drawing.numbers import percent, three_digits
from catseye.drawing.style import ORANGE
from catseye.short_repr import counted

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from catseye.insight.hierarchy.hierarchy import Example, Hierarchy, Level, Patch

_MARGIN, _GAP, _APART = 0.3, 0.06, 0.3  # inches: around all, between pictures, between channels
_NAMES = 1.9  # inches of the words on the left
_HEADER, _CAPTION, _BETWEEN = 1.2, 0.24, 0.14  # inches: above all, above a row's pictures, below them
_LINES = 4  # of the words below the heading
_MOST_NAMED = 4  # channels in a sentence
_LARGEST = 1.35  # inches of a picture
_TITLE, _SIZE, _SMALLEST = 17.0, 12.0, 8.0  # points


def draw_hierarchy(found: Hierarchy) -> Figure:
    """Return the figure: layers from the first down to the class."""
    groups = max(len(level.examples) for level in found.levels)
    each = 1 + max(len(example.patches) for level in found.levels for example in level.examples)
    rows = len(found.levels) + 1
    across = PAGE_WIDTH - 2 * _MARGIN - _NAMES - (groups - 1) * _APART
    wide = min(_LARGEST, (across / groups - (each - 1) * _GAP) / each)
    shape = found.side[0] / found.side[1]
    down = (PAGE_HEIGHT - 2 * _MARGIN - _HEADER) / rows - _CAPTION - _BETWEEN
    wide = max(0.55, min(wide, down / shape))
    row = _CAPTION + wide * shape + _BETWEEN
    figure, axes = make_canvas(PAGE_WIDTH, 2 * _MARGIN + _HEADER + rows * row)
    _head(axes, found)
    stride = each * wide + (each - 1) * _GAP + _APART
    for number, level in enumerate(found.levels):
        top = _MARGIN + _HEADER + number * row
        _name_level(axes, level, number, len(found.levels), top + _CAPTION)
        for place, example in enumerate(level.examples):
            left = _MARGIN + _NAMES + place * stride
            _draw_example(axes, example, left, top, wide, wide * shape, stride - _APART)
    _draw_class(axes, found, _MARGIN + _HEADER + len(found.levels) * row, wide, shape, groups * stride - _APART)
    return figure


def sentences(found: Hierarchy) -> tuple[str, ...]:
    """Say what is shown, by which rule, and where an ideal picture falls short."""
    named = [(f"{level.layer}:{one.number}", one) for level in found.levels for one in level.examples]
    failed = [name for name, one in named if one.has_failed]
    weaker = [name for name, one in named if one.ideal_is_weaker and not one.has_failed]
    edge = [name for name, one in named if one.responds_to_edge]
    return (
        f"{found.classifier} on {found.data}, {counted(found.searched, 'picture')} searched. In each row, the channels "
        f"that contribute most to {found.class_name} (gradient × activation); framed: the channel's ideal picture, "
        "computed where the response is linear, else by gradient ascent; beside it, from the pictures with its largest "
        "response, the patch that it responds to. Numbers: the layer's largest response to the ideal picture; to each "
        "patch.",
        *([f"No ideal picture was found, and none is shown, of {_named(failed)}."] if failed else []),
        *(
            [f"Weaker than a real patch, as the search found no better: the ideal of {_named(weaker)}."]
            if weaker
            else []
        ),
        *([f"At the edge of the picture, where padding begins: the patches of {_named(edge)}."] if edge else []),
    )


def _named(channels: list[str]) -> str:
    more = f" and {len(channels) - _MOST_NAMED} more" if len(channels) > _MOST_NAMED else ""
    return ", ".join(channels[:_MOST_NAMED]) + more


def _head(axes: Axes, found: Hierarchy) -> None:
    room = PAGE_WIDTH - 2 * _MARGIN
    title = fit_text(
        f"From edges through textures and parts to {found.class_name}", room, _TITLE, smallest=10, bold=True
    )
    axes.text(_MARGIN, _MARGIN, title.text, va="top", fontsize=title.size, fontweight="bold")
    lines = wrap_text(" ".join(sentences(found)), room, 10.5)[:_LINES]
    axes.text(_MARGIN, _MARGIN + 0.36, "\n".join(lines), va="top", fontsize=10.5, linespacing=1.2)


def _name_level(axes: Axes, level: Level, number: int, count: int, top: float) -> None:
    rows, columns = level.field
    field = f"sees {rows:g}×{columns:g} pixels" if level.exact else "field not known"
    name = fit_text(level.layer, _NAMES - 0.15, _SIZE, smallest=_SMALLEST, bold=True)
    axes.text(_MARGIN, top, name.text, va="top", fontsize=name.size, fontweight="bold")
    words = [f"layer {number + 1} of {count} shown", field, f"{counted(level.channels, 'channel')}"]
    if level.stage != level.layer:
        words.insert(0, cut_text(f"in {level.stage}", _NAMES - 0.15, 9))
    axes.text(_MARGIN, top + 0.23, "\n".join(words), va="top", fontsize=9, linespacing=1.2)


def _draw_example(axes: Axes, example: Example, left: float, top: float, wide: float, tall: float, room: float) -> None:
    label = fit_text(_caption(example), room, 10, smallest=_SMALLEST)
    axes.text(left, top + _CAPTION - 0.04, label.text, fontsize=label.size)
    _draw_ideal(axes, example, left, top + _CAPTION, wide, tall)
    for place, patch in enumerate(example.patches, 1):
        _draw_patch(axes, patch, left + place * (wide + _GAP), top + _CAPTION, wide, tall)


def _caption(example: Example) -> str:
    """Return a channel's number, and the responses to its ideal picture and to the patches."""
    # In words only once: the pictures stand in the same order.
    patches = ", ".join(three_digits(patch.response) for patch in example.patches)
    edge = " (at the edge)" if example.responds_to_edge else ""
    ideal = "no ideal found" if example.has_failed else f"ideal {_ideal_response(example)}"
    return f"channel {example.number}: {ideal}; {patches}{edge}"


def _class_field(found: Hierarchy) -> str:
    if found.field is None:
        return "field not known"
    if found.field == found.side:
        return "sees the whole picture"
    return f"sees {'×'.join(map(str, found.field))} of {'×'.join(map(str, found.side))} pixels"


def _draw_class(axes: Axes, found: Hierarchy, top: float, wide: float, shape: float, room: float) -> None:
    name = fit_text(found.class_name, _NAMES - 0.15, _SIZE, lines=2, smallest=_SMALLEST, bold=True)
    axes.text(_MARGIN, top + _CAPTION, name.text, va="top", fontsize=name.size, fontweight="bold")
    below = top + _CAPTION + 0.23 * (1 + name.text.count("\n"))
    axes.text(
        _MARGIN,
        below,
        f"class {found.top.number}\n{_class_field(found)}\nnumbers: probability",
        va="top",
        fontsize=9,
        linespacing=1.2,
    )
    left = _MARGIN + _NAMES
    _draw_ideal(axes, found.top, left, top + _CAPTION, wide, wide * shape)
    axes.text(left, top + _CAPTION - 0.04, f"ideal {percent(found.top.ideal.score.response, 0)}", fontsize=9)
    most = int((room + _GAP + 1e-6) / (wide + _GAP)) - 1
    for place, patch in enumerate(found.top.patches[:most], 1):
        _draw_patch(axes, patch, left + place * (wide + _GAP), top + _CAPTION, wide, wide * shape)
        axes.text(left + place * (wide + _GAP), top + _CAPTION - 0.04, percent(patch.response, 0), fontsize=9)


def _draw_ideal(axes: Axes, example: Example, left: float, top: float, wide: float, tall: float) -> None:
    if example.has_failed:
        axes.plot((left, left + wide), (top, top + tall), color=ORANGE, linewidth=1)
        axes.plot((left, left + wide), (top + tall, top), color=ORANGE, linewidth=1)
    else:
        put_picture(axes, np.ascontiguousarray(example.seen), left, top, wide, tall)
    axes.add_patch(Rectangle((left, top), wide, tall, fill=False, edgecolor=ORANGE, linewidth=2, zorder=3))


def _draw_patch(axes: Axes, patch: Patch, left: float, top: float, wide: float, tall: float) -> None:
    _, height, width = patch.pixels.shape
    scale = min(wide / width, tall / height)
    pixels = np.ascontiguousarray(patch.pixels)
    put_picture(axes, pixels, left, top, width * scale, height * scale)
    if patch.box is None:
        return
    first_row, first_column, last_row, last_column = patch.box
    corner = left + first_column * scale, top + first_row * scale
    sides = (last_column - first_column) * scale, (last_row - first_row) * scale
    for colour, thickness in (("white", 2.2), ("black", 1.0)):  # seen on dark and on light
        axes.add_patch(Rectangle(corner, *sides, fill=False, edgecolor=colour, linewidth=thickness))


def table_rows(found: Hierarchy) -> list[tuple[str, ...]]:
    """Return a row for every channel: layer, channel, contribution, the ideal picture's and the largest response."""
    rows = [
        (
            level.layer if level.stage == level.layer else f"{level.layer} (in {level.stage})",
            str(example.number),
            three_digits(example.contribution),
            "not found" if example.has_failed else _ideal_response(example),
            three_digits(example.patches[0].response),
            example.patches[0].picture,
        )
        for level in found.levels
        for example in level.examples
    ]
    top = found.top
    first = top.patches[0]
    ideal = percent(top.ideal.score.response)
    return [*rows, ("class", found.class_name, "", ideal, percent(first.response), first.picture)]


def _ideal_response(example: Example) -> str:
    """Return the layer's largest response to the ideal picture, as that of the patches."""
    return three_digits(example.ideal.score.response)
