"""The networks that have names, as texts: those of the lessons, and one for small pictures."""

from __future__ import annotations

LESSON_TEXTS = {
    # Every pixel joined to every unit; 407,050 parameters for 28×28×1 and ten classes.
    "dense": "flatten, dense 512",
    # Three convolutions with pooling between them; 104,202 parameters.
    "convnet": "conv 32, pool, conv 64, pool, conv 128, flatten",
    # Without pooling receptive fields stay small, 712,202 parameters overfit.
    "convnet_without_pooling": "conv 32, conv 64, conv 128, flatten",
    # Two padded convolutions and a hidden dense layer; 421,642 parameters.
    "fashion_convnet": "conv 32 same, pool, conv 64 same, pool, flatten, dense 128",
}
SMALL = "small_convnet"  # for pictures that the convnet is too deep for: the padded one, from 4 pixels a side
NAMED_TEXTS = LESSON_TEXTS | {SMALL: LESSON_TEXTS["fashion_convnet"]}
