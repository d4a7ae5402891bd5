"""The shape of the pictures that a Keras model takes."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from catseye.errors import UsageError
from catseye.images.preprocess import LARGEST_SIDE

if TYPE_CHECKING:
    from catseye.networks.keras.layer_list import KerasLayer


def read_shape(layer: KerasLayer, asked: tuple[int, int, int] | None) -> tuple[tuple[int, int, int], int]:
    """Return height, width and channels, and how many axes a picture has: 1 where all its values lie in one row.

    Parameters
    ----------
    layer
        The model's input, whose shape (H, W) is that of grey pictures.
    asked
        What the user says; it must agree with what the model says.

    Raises
    ------
    KerasError
        No pictures fit it.
    UsageError
        The model leaves open what the user does not say, or says otherwise.
    """
    batch = layer.config.get("batch_shape", layer.config.get("batch_input_shape"))
    sides = batch[1:] if isinstance(batch, list) else []
    known = [side for side in sides if side is not None]
    if not all(isinstance(side, int) and not isinstance(side, bool) and side >= 1 for side in known):
        raise layer.problem(f"has a shape that is not one of pictures: {str(batch)[:60]}")
    words = "×".join("?" if side is None else str(side) for side in sides) or "pictures of an unknown shape"
    if not sides or len(sides) == 1:
        return _one_row(known, asked, words), len(sides) or 3
    if len(sides) > 3:
        raise layer.problem(f"takes {words}, which are not pictures")
    shape = (*sides, 1)[:3] if len(sides) == 2 else tuple(sides)
    first = len(sides) == 3 and sides[0] in (1, 3) and sides[2] not in (None, 1, 3)
    hint = f". If the channels are the {sides[0]}, build the model with data_format channels_last" if first else ""
    if None in shape and asked is None:
        raise UsageError(f"the model takes {words}: say which height, width and channels, e.g. 28x28x1, as the shape.")
    if asked is not None and any(side not in (None, own) for side, own in zip(shape, asked, strict=True)):
        raise UsageError(f"the model takes {words}, not {'×'.join(map(str, asked))}{hint}.")
    height, width, channels = asked or shape
    if channels not in (1, 3) or max(height, width) > LARGEST_SIDE:
        raise layer.problem(f"takes {words}; pictures have 1 or 3 channels and sides of at most {LARGEST_SIDE}{hint}")
    return (height, width, channels), len(sides)


def _one_row(known: list[int], asked: tuple[int, int, int] | None, words: str) -> tuple[int, int, int]:
    if asked is None or (known and prod(asked) != known[0]):
        row = f"{known[0]:,} values in one row" if known else words
        raise UsageError(f"the model takes {row}: say which height, width and channels, e.g. 28x28x1, as the shape.")
    return asked
