"""Catseye: see what a convnet sees.

The door to the library; what stands behind it loads when it is first used, so that importing ``catseye``
costs nothing.

>>> import catseye
>>> digits = catseye.load("digits")
>>> len(digits["train"])
1438
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from catseye._version import __version__

if TYPE_CHECKING:
    from catseye.classifier.classifier import Classifier
    from catseye.datasets import load
    from catseye.runs.run import Run
    from catseye.runs.train import train
    from catseye.runs.transfer.transfer import transfer
    from catseye.training.recipe import Recipe

__all__ = ["Classifier", "Recipe", "Run", "__version__", "load", "train", "transfer"]

_HOMES = {
    "Classifier": "catseye.classifier.classifier",
    "Recipe": "catseye.training.recipe",
    "Run": "catseye.runs.run",
    "load": "catseye.datasets",
    "train": "catseye.runs.train",
    "transfer": "catseye.runs.transfer.transfer",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'catseye' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
