"""What is said of the tensors of a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye.short_repr import counted

if TYPE_CHECKING:
    from catseye.insight.tensors.picture_tensors import PictureTensors


def described(found: PictureTensors) -> str:
    """Return what the picture is."""
    height, width, channels = found.volume.shape
    planes = f"{channels} planes ({', '.join(found.planes)})" if channels > 1 else "one plane (grey)"
    sides = f"{counted(height, 'row')}, {counted(width, 'column')}"
    return f"{found.name}: {sides}, {planes}, {found.volume.dtype}: 0 is dark, 255 is bright."


def region_described(found: PictureTensors) -> str:
    """Return which part is enlarged."""
    (top, bottom), (left, right) = found.region
    return f"enlarged: picture[{top}:{bottom}, {left}:{right}]; rows and columns are counted from 0, as NumPy does"


def notes_described(found: PictureTensors) -> list[str]:
    """Return what the batch is, and what was changed."""
    return [f"batch: {found.batched}.", *(f"note: {note}." for note in found.notes)]
