"""Figures: drawn by matplotlib, legible in print and on screen, told apart without colour vision."""

from __future__ import annotations

import io
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.ticker import PercentFormatter

from catseye.drawing.fonts import BOXES, use_fonts
from catseye.drawing.mark import write_marked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from matplotlib.axis import Axis
    from matplotlib.colors import Colormap
    from matplotlib.figure import Figure

# Okabe & Ito's blue and vermilion: distinct for every kind of colour vision.
BLUE, ORANGE = "#0072b2", "#d55e00"
# Signed values in every figure: the sign is the hue and the size is the darkness, legible without colour vision.
SIGNED: Colormap = LinearSegmentedColormap.from_list("signed", ["#003f66", BLUE, "white", ORANGE, "#8a3800"])
UNSIGNED: Colormap = mpl.colormaps["viridis"]  # values of which none is negative
# A plane of a colour picture alone, as a screen lights it: from black to its own colour.
PLANES: dict[str, Colormap] = {
    name: LinearSegmentedColormap.from_list(name, ["black", light])
    for name, light in (("red", "#ff0000"), ("green", "#00ff00"), ("blue", "#0000ff"))
}
INK = "#010203"  # stands for the page's own text colour in an SVG that is put into one
STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "catseye",  # the same figure, the same file
    "text.parse_math": False,  # a $ in a name is a $
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Verdana", "sans-serif"],  # the first draws; a browser may lack it
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.alpha": 0.25,
}
INLINE: dict[Any, Any] = {
    **{f"{part}.facecolor": "none" for part in ("figure", "axes", "savefig", "legend")},
    **{f"{part}.color": INK for part in ("text", "xtick", "ytick", "grid")},
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
}
_NO_METADATA: dict[str, Any] = {"Creator": None, "Date": None, "Format": None, "Type": None}
FORMATS = (".png", ".svg")
PANEL_WIDTH, PANEL_HEIGHT = 4.6, 3.0  # inches of a panel
_ONE_AT_A_TIME = threading.RLock()


@contextmanager
def styled(*, inline: bool = False) -> Iterator[None]:
    """Draw and save figures in the house's style; ``inline``: in colours that :func:`svg` gives to the page.

    matplotlib keeps its settings for the whole process, and some are read only when a figure is saved. So one thread
    at a time draws and saves; the others wait. What this process plots elsewhere at the same moment, without this
    lock, may be drawn in this style.
    """
    with _ONE_AT_A_TIME, mpl.rc_context(STYLE | INLINE if inline else STYLE):
        yield


def show_percent(axis: Axis) -> None:
    """Write the shares along an axis in per cent, as :func:`~catseye.drawing.numbers.percent` does."""
    axis.set_major_formatter(PercentFormatter(1, symbol=" %"))


def save(figure: Figure, path: Path) -> None:
    """Write a figure as .png or .svg, by the ending of ``path``, whole or not at all."""
    write_marked(path, encode_figure(figure, path.suffix.lower().removeprefix(".")))


def encode_figure(figure: Figure, kind: str, dots: int = 150) -> bytes:
    """Return a figure as the bytes of a ``"png"`` file, with ``dots`` to the inch, or of an ``"svg"`` file."""
    use_fonts(figure, tell=kind == "png")
    buffer = io.BytesIO()
    figure.savefig(buffer, format=kind, dpi=dots, metadata=_NO_METADATA if kind == "svg" else None)
    # A browser has better than boxes.
    return buffer.getvalue().replace(f", '{BOXES}'".encode(), b"") if kind == "svg" else buffer.getvalue()


def svg(figure: Figure) -> str:
    """Return a figure as an SVG drawing in the colours of the page that it is put into."""
    text = encode_figure(figure, "svg").decode()
    # Without the XML prologue, and in the colours of the page around it, which know light and dark.
    text = text[text.index("<svg") :].replace(INK, "currentColor")
    return text.replace(BLUE, "var(--blue)").replace(ORANGE, "var(--orange)")
