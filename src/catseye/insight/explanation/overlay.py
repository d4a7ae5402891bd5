"""A map laid over the picture that it explains; alone on a page, with a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from catseye.drawing.canvas import PAGE_HEIGHT, PAGE_WIDTH
from catseye.drawing.labels import fit_text
from catseye.drawing.picture import draw_picture, interpolation
from catseye.drawing.style import SIGNED, UNSIGNED
from catseye.insight.explanation.attribution import METHODS
from catseye.insight.explanation.words import sentence, title

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from catseye.arrays import Floats
    from catseye.insight.explanation.explanation import Explanation

_BRIGHTEST = 98  # percentile of a map's absolute values at which its colours end: one pixel must not decide them
_FAINTEST, _STRONGEST = 0.1, 0.85  # opacity over the picture
_MARGIN = 0.4  # inches
_SIDE = 5.45  # inches: at most of a picture
_LINE = 0.34  # inches of a line of the sentence
_SIZE, _LABEL = 18.0, 14.0  # points: of the sentence, and of all else
_HEADING = 0.45  # inches of the heading
_LINES = 3
_UNSAID = 0.3  # inches above a picture without the sentence


def draw_plain(explanation: Explanation, *, words: bool = True) -> Figure:
    """Return the picture, the one map laid over it, and the sentence that says what that shows, unless ``words``."""
    said = sentence(explanation).replace(" %", "\u00a0%")  # which does not begin a line
    label = fit_text(said, PAGE_WIDTH - 2 * _MARGIN, _SIZE, lines=_LINES, smallest=_LABEL)
    heading = fit_text(title(explanation), PAGE_WIDTH - 2 * _MARGIN, _SIZE, smallest=_LABEL, bold=True)
    top = _MARGIN + _HEADING + _LINE * (1 + label.text.count("\n")) + 0.15 if words else _UNSAID
    page = PAGE_HEIGHT if words else _SIDE + 2 * _UNSAID
    figure = Figure((PAGE_WIDTH, page), dpi=150)
    if words:
        left, under = _MARGIN / PAGE_WIDTH, 1 - (_MARGIN + _HEADING) / page
        figure.text(left, 1 - _MARGIN / page, heading.text, va="top", fontsize=heading.size, fontweight="bold")
        figure.text(left, under, label.text, va="top", fontsize=label.size)
    height, width = explanation.pixels.shape[1:]
    scale = min(_SIDE, page - top - _UNSAID) / max(height, width)

    def placed(left: float, wide: float) -> Axes:
        tall = height * scale
        corner = left / PAGE_WIDTH, 1 - (top + tall) / page
        return figure.add_axes((*corner, wide / PAGE_WIDTH, tall / page))

    draw_picture(placed(_MARGIN, width * scale), explanation.pixels.transpose(1, 2, 0))
    left = 2 * _MARGIN + width * scale
    over = placed(left, width * scale)
    over.set_axis_off()
    one = explanation.maps[0].attribution
    method = METHODS[one.method]
    shown = lay_over(over, explanation, one.map, signed=method.signed)
    bar = figure.colorbar(shown, cax=placed(left + width * scale + 0.2, 0.22))
    bar.ax.grid(visible=False)
    limit = shown.norm.vmax or 0.0
    bar.set_ticks([-limit, 0, limit] if method.signed else [0, limit])
    bar.ax.set_yticklabels([f"{tick:.2g}".replace("-", "−") for tick in bar.get_ticks()], fontsize=_LABEL)
    bar.set_label(method.unit, fontsize=_LABEL)
    return figure


def lay_over(axes: Axes, explanation: Explanation, found: Floats, *, signed: bool) -> Any:
    """Lay a map over the grey picture, the more opaque the larger its values; return what a colour bar describes."""
    grey = explanation.pixels.mean(0)
    how = interpolation(*grey.shape)
    axes.imshow(grey, cmap="gray", vmin=-80, vmax=335, interpolation=how)  # paler: colours must show on it
    limit = float(np.percentile(np.abs(found), _BRIGHTEST)) or float(np.abs(found).max()) or 1.0
    scale = Normalize(-limit if signed else 0, limit)
    colours = SIGNED if signed else UNSIGNED
    strength = np.clip(np.abs(found) / limit, 0, 1)
    opacity = _FAINTEST + (_STRONGEST - _FAINTEST) * np.sqrt(strength)
    axes.imshow(colours(scale(found))[..., :3], alpha=opacity, interpolation=how)
    return ScalarMappable(scale, colours)
