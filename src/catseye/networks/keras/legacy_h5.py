"""HDF5 files as Keras 1 and 2 lay them out, and Keras 3 for ``model.save("model.h5")``. Nothing in them is trusted."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from catseye.errors import first_line
from catseye.networks.keras.h5_weights import MOST_VARIABLES, H5Weights, open_h5
from catseye.networks.keras.layer_list import KerasError

if TYPE_CHECKING:
    from pathlib import Path

_SIGNATURE = b"\x89HDF\r\n\x1a\n"
_LARGEST_NAMES, _LARGEST_MODEL = 2**20, 16 * 2**20  # bytes
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
        return [name for name in self._layer_names() if self._names(f"{self._root}{name}", _WEIGHTS)]

    def paths(self, group: str) -> list[str]:
        """Return where a layer's variables lie, in their order; those of a layer in a model inside stand with that."""
        own = [f"{self._root}{group}/{name}" for name in self._names(f"{self._root}{group}", _WEIGHTS)]
        if own:
            return own
        return [
            f"{self._root}{model}/{name}"
            for model in self._layer_names()
            for name in self._names(f"{self._root}{model}", _WEIGHTS)
            if f"/{group}/" in f"/{name}"
        ]

    def _layer_names(self) -> list[str]:
        return self._names(self._root, _LAYERS)[:_MOST_LAYERS]

    def _names(self, path: str, key: str) -> list[str]:
        holder = self.find(path.rstrip("/")) if path else self.file
        if holder is None or key not in holder.attrs:
            return []
        stored = holder.attrs.get_id(key)
        if stored.shape == (0,):
            return []
        # Of texts that are stored apart, many could be one long one: no more than one layer has are read.
        is_fixed = stored.dtype.kind == "S" and stored.get_storage_size() <= _LARGEST_NAMES
        is_apart = stored.dtype.kind == "O" and stored.shape[0:1] <= (MOST_VARIABLES,)
        if len(stored.shape) != 1 or not (is_fixed or is_apart):
            raise KerasError(f"{path} has {key} that are not a list of names.")
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
