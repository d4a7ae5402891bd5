"""Endings of the files in which other frameworks keep networks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

KERAS, KERAS_WEIGHTS = ".keras", ".weights.h5"
H5 = (".h5", ".hdf5")  # of whole models too, before Keras 3
CHECKPOINTS = (".ckpt", ".tar", ".bin")  # of state dicts, beside .pth and .pt; read only
ORDERED_ENDINGS = (".pth", ".pt")  # of state dicts by torch.save, which keep their order
ENDINGS = (KERAS, KERAS_WEIGHTS, *ORDERED_ENDINGS)  # that are written


def is_other(path: Path) -> bool:
    """Say whether a file has the ending of another framework's."""
    return path.name.lower().endswith((*ENDINGS, *H5, *CHECKPOINTS))


def is_keras(path: Path) -> bool:
    """Say whether a file has the ending of one of Keras's, of weights or of a whole model."""
    return path.name.lower().endswith((KERAS, *H5))
