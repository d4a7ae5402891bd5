"""One picture in a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from catseye.arrays import Pixels

SMALL_SIDE = 64  # pixels


def is_pixelated(height: int, width: int) -> bool:
    """Return whether a picture is so small, at most 64 pixels per side, that its pixels are shown as squares."""
    return max(height, width) <= SMALL_SIDE


def interpolation(height: int, width: int, large: str = "antialiased") -> str:
    """Return matplotlib's interpolation for a picture of this size, or for what is laid over it."""
    return "nearest" if is_pixelated(height, width) else large


def draw_picture(axes: Axes, picture: Pixels, **placement: Any) -> None:
    """Draw a picture uint8 (H, W, 1 or 3), without ticks or a frame; ``placement`` goes to matplotlib's ``imshow``."""
    how = interpolation(*picture.shape[:2])
    axes.imshow(picture, cmap="gray", vmin=0, vmax=255, interpolation=how, **placement)
    axes.set(xticks=[], yticks=[])
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
