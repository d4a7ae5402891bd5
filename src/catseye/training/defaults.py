"""The options of a recipe that serve most data, and those of the lessons."""

from __future__ import annotations

import math
from typing import Any

LARGEST_SHIFT = 64  # pixels
_MANY = 10_000  # training pictures from which on none of what follows is needed
_SMALL_BATCH = 32
_FOR_DENSE = {"epochs": 3, "optimizer": "adamw", "learning_rate": 0.007}
_SIDES_PER_SHIFT = 12  # pictures are moved by up to a twelfth of their side; 8×8 digits stay where they are
# Of few pictures: steps below which they have not been seen often enough to be learned, and the largest learning rate.
_FOR_FEW = {"muon": (600, 0.006), "adamw": (1200, 0.003)}
_MOST_EPOCHS = 60


def default_changes(network: str, pictures: int, side: int, epochs: int) -> dict[str, Any]:
    """Return what `Recipe.default`, which describes the first three, changes in a recipe of so many epochs."""
    from catseye.networks.registry import is_dense, needs_batch_norm  # PyTorch, which options and help do without

    changes: dict[str, Any] = dict(_FOR_DENSE) if is_dense(network) else {}
    if pictures >= _MANY:
        return changes
    steps_each = math.ceil(pictures / _SMALL_BATCH)
    enough, rate = _FOR_FEW[changes.get("optimizer", "muon")]
    return changes | {
        "epochs": min(_MOST_EPOCHS, max(changes.get("epochs", epochs), math.ceil(enough / max(1, steps_each)))),
        "batch_size": _SMALL_BATCH,
        "learning_rate": rate,
        "validation": 0.1,
        "shift": min(side // _SIDES_PER_SHIFT, LARGEST_SHIFT),
        "batch_norm": needs_batch_norm(network),
    }


def lesson_values(clothes: bool) -> dict[str, Any]:
    """Return what the lessons' recipe for the clothes or the digits has instead of the usual values."""
    return {
        "epochs": 10 if clothes else 5,
        "batch_size": 32 if clothes else 128,
        "optimizer": "adam" if clothes else "rmsprop",
        "learning_rate": 0.001,
        "schedule": "constant",
        "momentum": 0.0,
        "weight_decay": 0.0,
        "label_smoothing": 0.0,
        "validation": 0.0,
        "normalise": False,
        "initialisation": "glorot_uniform",
    }
