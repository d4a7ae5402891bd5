"""Pictures in which there is as much to tell apart as in photographs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from pathlib import Path


def scene(seed: int, side: int = 96) -> Image.Image:
    """Return soft patches of chance colours."""
    patches = np.random.default_rng(seed).integers(0, 256, (9, 9, 3)).astype(np.uint8)
    return Image.fromarray(patches).resize((side, side), Image.Resampling.BICUBIC)


def save(path: Path, image: Image.Image) -> Path:
    """Write a picture, in a folder that is made if need be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path)
    return path
