"""The figure of a diagram: on white, whatever page it is put into."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch, Polygon, Rectangle

from catseye.drawing.canvas import make_canvas
from catseye.drawing.labels import cut_text, fit_text, text_width, wrap_text
from catseye.networks.diagram.layout import FOOTING, SIDE, every_item, lay_out
from catseye.networks.diagram.outline import Block
from catseye.networks.diagram.paths import read_outline
from catseye.networks.diagram.shapes import Frame, Join, Line, Solid, Words
from catseye.networks.view import work_in_words
from catseye.short_repr import counted

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from catseye.networks.diagram.layout import Layout
    from catseye.networks.diagram.outline import Kind
    from catseye.networks.diagram.shapes import Shape
    from catseye.networks.summary import Summary

# Light tints of Okabe & Ito's colours: black words can stand on them, and each kind is named beside its colour.
COLOURS: dict[Kind, tuple[str, str]] = {
    "picture": ("#f2f2f2", "picture"),
    "convolution": ("#8ec4e8", "convolution"),
    "pooling": ("#f2b680", "pooling"),
    "upsampling": ("#dcb0d0", "upsampling"),
    "flatten": ("#c4c4c4", "flatten"),
    "dense": ("#7fcfb5", "dense"),
    "other": ("#f3e58e", "other"),
    "group": ("#b9c6ee", "several layers: a stripe each, or each kind"),
}
_SEVERAL = (COLOURS["convolution"][0], COLOURS["pooling"][0])
_PAPER, _INK, _FAINT = "white", "#1a1a1a", "#5a5a5a"
_TITLE, _SMALLEST_TITLE, _SUBTITLE, _NOTE = 18.0, 12.0, 12.0, 9.5  # points
_SCALE = (
    "To scale, compressed: sides of maps and numbers of channels by their square root (4 times as large is drawn twice "
    "as long), columns of values by the fourth root."
)
_CROSSED = "Paths that take from one another, or that cannot be followed, are drawn one behind the other."


def draw_diagram(summary: Summary) -> Figure:
    """Return the figure of a network, 16:9."""
    items, whole = read_outline(summary)
    layout = lay_out(items)
    figure, axes = make_canvas(layout.width, layout.height)
    figure.patch.set_facecolor(_PAPER)
    figure.patch.set_alpha(1.0)
    # A page in the dark leaves out a figure's own background.
    axes.add_patch(Rectangle((0, 0), layout.width, layout.height, facecolor=_PAPER, edgecolor="none", zorder=-1))
    for shape in sorted(layout.shapes, key=lambda shape: isinstance(shape, Words)):
        _draw(axes, shape)
    _write_heading(axes, summary, layout)
    _write_footing(axes, layout, _SCALE if whole else f"{_SCALE} {_CROSSED}")
    return figure


def _draw(axes: Axes, shape: Shape) -> None:
    match shape:
        case Solid():
            _draw_solid(axes, shape)
        case Line():
            _draw_line(axes, shape)
        case Words():
            _write(axes, shape)
        case Join():
            axes.add_patch(Circle(shape.at, shape.radius, facecolor=_PAPER, edgecolor=_INK, linewidth=1.2, zorder=4))
            # By eye in the middle: letters have more room below than above.
            how: dict[str, Any] = {"ha": "center", "va": "center_baseline", "color": _INK, "zorder": 5}
            axes.text(*shape.at, shape.sign, fontsize=11, **how)
        case Frame():
            axes.add_patch(
                FancyBboxPatch(
                    shape.corner, shape.width, shape.height, boxstyle="round,pad=0,rounding_size=0.08",
                    facecolor="#f7f7f7", edgecolor=_FAINT, linewidth=1.0, linestyle=(0, (4, 3)), zorder=0,
                )
            )  # fmt: skip


def _draw_solid(axes: Axes, solid: Solid) -> None:
    left, layers = solid.left, sum(count for _, count in solid.stripes)
    for kind, count in solid.stripes:
        thickness = solid.thickness * count / layers
        _draw_stripe(axes, solid, COLOURS[kind][0], left, thickness)
        left += thickness


def _draw_stripe(axes: Axes, solid: Solid, colour: str, left: float, thickness: float) -> None:
    """Draw a cuboid of one colour; the next one, to its right, hides its side."""
    right, up = solid.back
    top = solid.middle - solid.height / 2 + up / 2
    bottom, end = top + solid.height, left + thickness
    faces = (
        (((left, top), (left + right, top - up), (end + right, top - up), (end, top)), 1.06),
        (((end, top), (end + right, top - up), (end + right, bottom - up), (end, bottom)), 0.82),
        (((left, top), (end, top), (end, bottom), (left, bottom)), 0.95),
    )
    for corners, light in faces:
        how: dict[str, Any] = {
            "facecolor": _lit(colour, light),
            "edgecolor": _INK,
            "linewidth": 0.7,
            "joinstyle": "round",
        }
        axes.add_patch(Polygon(corners, closed=True, zorder=2, **how))
    for cell in range(1, solid.cells):
        line = top + cell * solid.height / solid.cells
        axes.plot((left, end), (line, line), color=_INK, linewidth=0.5, zorder=2)


def _draw_line(axes: Axes, line: Line) -> None:
    across, down = zip(*line.points, strict=True)
    axes.plot(across, down, color=_INK, linewidth=1.1, zorder=3, solid_capstyle="butt", solid_joinstyle="round")
    if line.arrow:
        (left, top), (right, bottom) = line.points[-2:]
        how: dict[str, Any] = {"color": _INK, "linewidth": 1.1, "shrinkA": 0, "shrinkB": 0, "zorder": 3}
        arrow = FancyArrowPatch((left, top), (right, bottom), arrowstyle="-|>", mutation_scale=9, **how)
        axes.add_patch(arrow)


def _write(axes: Axes, words: Words) -> None:
    colour, weight = _FAINT if words.faint else _INK, "bold" if words.bold else "normal"
    how: dict[str, Any] = {"ha": words.across, "va": words.down, "color": colour, "fontweight": weight, "zorder": 6}
    axes.text(*words.at, words.text, fontsize=words.points, **how)


def _write_heading(axes: Axes, summary: Summary, layout: Layout) -> None:
    room = layout.width - 2 * SIDE
    title = fit_text(_title(summary), room, _TITLE, smallest=_SMALLEST_TITLE, bold=True)
    if "…" in title.text:
        title = fit_text(_title(summary), room, _SMALLEST_TITLE, lines=2, bold=True)
    middle = 0.37 if "\n" in title.text else 0.4  # where that of the largest type is
    _write(axes, Words((SIDE, middle), title.text, title.size, bold=True, across="left", down="center"))
    shape = "×".join(map(str, summary.input))
    rest = f" ({summary.other_parameters:,} of them in no layer)" if summary.other_parameters else ""
    work = work_in_words(summary)
    numbers = f"{counted(summary.parameters, 'parameter')}{rest} · {work} multiply-adds for a picture of {shape}"
    _write(axes, Words((SIDE, 0.63), cut_text(numbers, room, _SUBTITLE), _SUBTITLE, faint=True, across="left"))


def _title(summary: Summary) -> str:
    """Return the whole text of a network that has no name; a table's title has less room for it."""
    return (summary.text or summary.network) if summary.network.endswith("…") else summary.network


def _write_footing(axes: Axes, layout: Layout, note: str) -> None:
    blocks = [item for item in every_item(layout.items) if isinstance(item, Block)]
    kinds = {kind for block in blocks for kind in (block.kind, *block.kinds)}
    left, line = SIDE, layout.height - FOOTING + 0.25
    for kind, (colour, words) in COLOURS.items():
        if kind in kinds:
            for number, one in enumerate(_SEVERAL if kind == "group" else (colour,)):
                corner, wide = (left + 0.1 * number, line - 0.08), 0.1 if kind == "group" else 0.2
                axes.add_patch(Rectangle(corner, wide, 0.16, facecolor=one, edgecolor=_INK, linewidth=0.7))
            _write(axes, Words((left + 0.27, line), words, 10.5, across="left", down="center"))
            left += 0.27 + text_width(words, 10.5) + 0.3
    for number, text in enumerate(wrap_text(note, layout.width - 2 * SIDE, _NOTE)):
        at = SIDE, line + 0.28 + 0.17 * number
        _write(axes, Words(at, text, _NOTE, faint=True, across="left", down="center"))


def _lit(colour: str, light: float) -> tuple[float, float, float]:
    """Return a colour that much lighter or darker."""
    parts = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (min(1.0, part * light) for part in parts)
    return red, green, blue
