"""A ``.keras`` file: a zip of a configuration, metadata and weights. Sizes are checked before anything is read."""

from __future__ import annotations

import json
import zipfile
import zlib
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

from catseye.errors import first_line
from catseye.networks.keras.layer_list import KerasError

if TYPE_CHECKING:
    from pathlib import Path

_CONFIG, _METADATA, _WEIGHTS = "config.json", "metadata.json", "model.weights.h5"
_LARGEST_JSON = 16 * 2**20
_LARGEST_WEIGHTS = 4 * 2**30  # 268 million parameters, with an optimizer's two moments
_MOST_EXPANSION = 100  # times; Keras compresses nothing
_TIME = (1980, 1, 1, 0, 0, 0)  # the same model gives the same file
KEY = "catseye"  # of the metadata, which Keras does not read


@dataclass(frozen=True)
class KerasContent:
    """What a file holds: the model, what Catseye wrote beside it (``{}`` if nothing), and its weights as HDF5."""

    model: Any
    extra: dict[str, Any]
    weights: bytes


def read_keras_file(path: Path) -> KerasContent:
    """Return the content of a ``.keras`` file.

    Raises
    ------
    KerasError
        It is not such a file, or unpacks to more than is reasonable.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            model = json.loads(_member(archive, _CONFIG, _LARGEST_JSON))
            metadata = json.loads(_member(archive, _METADATA, _LARGEST_JSON)) if _has(archive, _METADATA) else {}
            weights = _member(archive, _WEIGHTS, _LARGEST_WEIGHTS)
    except (ValueError, RecursionError) as error:
        raise KerasError(f"its configuration is not JSON ({first_line(error)}).") from error
    except (zipfile.BadZipFile, EOFError, RuntimeError, OSError, zlib.error) as error:
        raise KerasError(f"it is not a .keras file of Keras 3, or is incomplete ({first_line(error)}).") from error
    extra = metadata.get(KEY) if isinstance(metadata, dict) else None
    return KerasContent(model, extra if isinstance(extra, dict) else {}, weights)


def keras_file_bytes(content: KerasContent, version: str) -> bytes:
    """Return a ``.keras`` file with this content, for Keras of ``version`` and later."""
    metadata = {"keras_version": version, "date_saved": "1980-01-01@00:00:00", KEY: content.extra}
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, part in (
            (_METADATA, json.dumps(metadata).encode()),
            (_CONFIG, json.dumps(content.model).encode()),
            (_WEIGHTS, content.weights),
        ):
            archive.writestr(zipfile.ZipInfo(name, _TIME), part)
    return file.getvalue()


def _has(archive: zipfile.ZipFile, name: str) -> bool:
    return name in archive.namelist()


def _member(archive: zipfile.ZipFile, name: str, largest: int) -> bytes:
    if not _has(archive, name):
        raise KerasError(f"it holds no {name}, as a .keras file of Keras 3 does.")
    info = archive.getinfo(name)
    if info.file_size > min(largest, _LARGEST_JSON + _MOST_EXPANSION * info.compress_size):
        raise KerasError(f"its {name} would take {info.file_size:,} bytes unpacked, which is more than is read.")
    return archive.read(info)
