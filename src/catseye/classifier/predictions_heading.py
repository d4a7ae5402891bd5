"""What stands above a figure of predictions, and the frames by which right and wrong ones are told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.patches import Rectangle

from catseye.classifier.prediction import Prediction
from catseye.drawing.canvas import put_picture
from catseye.drawing.labels import fit_text, text_width
from catseye.drawing.style import BLUE, ORANGE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from catseye.arrays import Pixels
    from catseye.errors import PictureError

MARGIN = 0.25  # inches around the page
_TITLE, _SMALLEST, _SIZE = 14.0, 10.5, 10.5  # points
_LINE, _KEY, _SWATCH = 0.26, 0.26, 0.16  # inches: of a line of the title, of the key, of a frame in it
_KNOWN = ("right", "wrong; the class that it is labelled with is in orange")
_THICKNESS = 2.4  # points


class Heading:
    """A title in at most two lines and, where true classes are known, what the frames mean."""

    def __init__(self, title: str, width: float, answers: Sequence[Prediction | PictureError]) -> None:
        self._title = fit_text(title, width - 2 * MARGIN, _TITLE, lines=2, smallest=_SMALLEST, bold=True)
        self._frames = [colour for colour in (BLUE, ORANGE) if colour in {frame_colour(one) for one in answers}]

    @property
    def height(self) -> float:
        """Height in inches, from the upper edge of the page to where pictures begin."""
        return MARGIN + _LINE * (1 + self._title.text.count("\n")) + (_KEY if self._frames else 0) + 0.1

    def draw(self, axes: Axes) -> None:
        """Draw it at the top of a canvas."""
        axes.text(MARGIN, MARGIN, self._title.text, va="top", fontsize=self._title.size, fontweight="bold")
        left, top = MARGIN, self.height - 0.1 - _KEY
        for colour in self._frames:
            words = _KNOWN[colour == ORANGE]
            axes.add_patch(_frame(left + 0.02, top + 0.06, _SWATCH, _SWATCH, colour))
            axes.text(left + _SWATCH + 0.12, top + 0.2, words, va="baseline", fontsize=_SIZE)
            left += _SWATCH + 0.12 + text_width(words, _SIZE) + 0.35


def frame_colour(answer: Prediction | PictureError) -> str | None:
    """Return the colour of the frame around a picture; ``None`` if its true class is not known."""
    if not isinstance(answer, Prediction) or answer.true_class is None:
        return None
    return BLUE if answer.true_class == answer.class_name else ORANGE


def caption(answer: Prediction | PictureError) -> str:
    """Return the name of a picture, and whether it is unlike the training pictures."""
    return f"{answer.picture} (unlike)" if isinstance(answer, Prediction) and answer.unfamiliar else answer.picture


def draw_framed(
    axes: Axes, pixels: Pixels, colour: str | None, left: float, top: float, side: tuple[float, float]
) -> None:
    """Draw a picture (H, W, C) into the middle of a place of this width and height, as large as it fits."""
    scale = min(side[0] / pixels.shape[1], side[1] / pixels.shape[0])
    height, width = scale * pixels.shape[0], scale * pixels.shape[1]
    left += (side[0] - width) / 2
    put_picture(axes, pixels.transpose(2, 0, 1), left, top, width, height)
    if colour:
        axes.add_patch(_frame(left, top, width, height, colour))


def _frame(left: float, top: float, width: float, height: float, colour: str) -> Rectangle:
    return Rectangle((left, top), width, height, fill=False, edgecolor=colour, linewidth=_THICKNESS)
