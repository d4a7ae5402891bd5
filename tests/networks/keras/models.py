"""Keras files made by hand, as Keras lays them out."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from catseye.arrays import Floats


def layer(kind: str, **config: Any) -> dict[str, Any]:
    """Return a layer's configuration, with what Keras always writes for its kind."""
    usual: dict[str, dict[str, Any]] = {
        "Conv2D": {
            **{"kernel_size": [2, 2], "strides": [1, 1], "padding": "valid", "dilation_rate": [1, 1], "groups": 1},
            **{"activation": "linear", "use_bias": True, "data_format": "channels_last"},
        },
        "Dense": {"activation": "linear", "use_bias": True},
        "MaxPooling2D": {"pool_size": [2, 2], "strides": [2, 2], "padding": "valid"},
    }
    values = {"name": kind.lower(), **usual.get(kind, {}), **config}
    return {"module": "keras.layers", "class_name": kind, "config": values, "registered_name": None}


def sequential(shape: Sequence[int | None], *layers: dict[str, Any]) -> dict[str, Any]:
    """Return the configuration of a Sequential model."""
    listed = [layer("InputLayer", batch_shape=[None, *shape]), *layers]
    return {"module": "keras", "class_name": "Sequential", "config": {"name": "model", "layers": listed}}


def h5(weights: Mapping[str, Sequence[Floats]]) -> bytes:
    """Return a file of weights by the group of each layer."""
    content = io.BytesIO()
    with h5py.File(content, "w") as file:
        for group, variables in weights.items():
            for number, values in enumerate(variables):
                file[f"layers/{group}/vars/{number}"] = np.asarray(values, np.float32)
    return content.getvalue()


def keras_file(path: Path, model: Any, weights: bytes, method: int = zipfile.ZIP_STORED) -> Path:
    """Write a .keras file."""
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("metadata.json", '{"keras_version": "3.15.1"}')
        archive.writestr("config.json", model if isinstance(model, str) else json.dumps(model))
        archive.writestr("model.weights.h5", weights)
    return path
