"""HDF5 files as Keras 1 and 2 lay them out, and Keras 3 for ``model.save("model.h5")``. Nothing in them is trusted."""

from __future__ import annotations

import json
from enum import StrEnum
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

from catseye.errors import first_line
from catseye.networks.keras.h5_heaps import check_heaps
from catseye.networks.keras.h5_weights import H5Weights, open_h5
from catseye.networks.keras.layer_list import KerasError, list_layers

_SIGNATURE = b"\x89HDF\r\n\x1a\n"
_LARGEST_NAMES, _LARGEST_MODEL = 2**28, 16 * 2**20  # bytes in memory
_MOST_LAYERS = 2_000
_MODEL, _LAYERS, _WEIGHTS = "model_config", "layer_names", "weight_names"  # attributes
_WITHIN_MODEL = "model_weights"  # the group of the weights in a whole model's file


class H5Kind(StrEnum):
    """What an HDF5 file of Keras's holds."""

    MODEL = "a whole model, as Keras 2 saves it"
    LEGACY_WEIGHTS = "weights alone, as Keras 2 saves them"
    WEIGHTS = "weights alone, as Keras 3 saves them"


class LegacyWeights(H5Weights):
    """An open file whose variables are listed by name, in groups named as the layers."""

    def __init__(self, file: Any) -> None:
        super().__init__(file)
        check_heaps(Path(file.filename))
        self._root = f"{_WITHIN_MODEL}/" if _WITHIN_MODEL in file else ""

    def model(self) -> Any:
        """Return the model's configuration, JSON values of which none is trusted."""
        stored = self.file.attrs.get_id(_MODEL)
        if stored.shape != () or stored.get_storage_size() > _LARGEST_MODEL:
            raise KerasError("its configuration is not one text.")
        text = self.file.attrs[_MODEL]
        if not isinstance(text, str | bytes) or len(text) > _LARGEST_MODEL:
            raise KerasError("its configuration is not one text.")
        try:
            return json.loads(text)
        except (ValueError, RecursionError) as error:
            raise KerasError(f"its configuration is not JSON ({first_line(error)}).") from error

    def layers(self) -> list[str]:
        """Return the groups of the layers that have variables, in the order of the model."""
        if _MODEL in self.file.attrs:
            names = [layer.path for layer in list_layers(self.model(), lambda name, _: name)]
        else:
            names = self._names(self._root, _LAYERS)[:_MOST_LAYERS]
        return [name for name in names if self.paths(name)]

    def paths(self, group: str) -> list[str]:
        """Return where a layer's variables lie, in their order; those of a layer in a model inside stand with that."""
        own = [f"{self._root}{group}/{name}" for name in self._names(f"{self._root}{group}", _WEIGHTS)]
        if own:
            return own
        return [
            f"{self._root}{model}/{name}"
            for model in islice(self.find(_WITHIN_MODEL) or (), _MOST_LAYERS)
            for name in self._names(f"{self._root}{model}", _WEIGHTS)
            if f"/{group}/" in f"/{name}"
        ]

    @cached_property
    def _loose_bytes(self) -> int:
        """How much of the file is not in variables, and so how long a text in it can be."""
        import h5py

        stored = 0

        def add(_: str, item: Any) -> None:
            nonlocal stored
            stored += item.id.get_storage_size() if isinstance(item, h5py.Dataset) else 0

        self.file.visititems(add)  # each object once
        return max(0, int(self.file.id.get_filesize()) - stored)

    def _names(self, path: str, key: str) -> list[str]:
        holder = self.find(path.rstrip("/")) if path else self.file
        if holder is None or key not in holder.attrs:
            return []
        stored = holder.attrs.get_id(key)
        if stored.shape == (0,):
            return []
        if len(stored.shape) != 1 or stored.dtype.kind not in "SO":
            raise KerasError(f"{path or 'it'} has {key} that are not a list of names.")
        # Texts of unlike lengths lie apart, where all could be the same long one.
        size = stored.get_storage_size() if stored.dtype.kind == "S" else stored.shape[0] * self._loose_bytes
        if size > _LARGEST_NAMES:
            raise KerasError(f"{path or 'it'} has {key} that could take {size:,} bytes, which is more than is read.")
        try:
            return [name if isinstance(name, str) else bytes(name).decode() for name in holder.attrs[key]]
        except (UnicodeDecodeError, TypeError) as error:
            raise KerasError(f"{path} has {key} that are not text.") from error


def is_hdf5(path: Path) -> bool:
    """Say whether a file begins as HDF5."""
    try:
        with path.open("rb") as file:
            return file.read(len(_SIGNATURE)) == _SIGNATURE
    except OSError:
        return False


def h5_kind(path: Path) -> H5Kind:
    """Return what an HDF5 file holds; raise `KerasError` if it cannot be opened."""
    with open_h5(path) as weights:
        attributes = weights.file.attrs
        if _MODEL in attributes:
            return H5Kind.MODEL
        return H5Kind.LEGACY_WEIGHTS if _LAYERS in attributes else H5Kind.WEIGHTS
