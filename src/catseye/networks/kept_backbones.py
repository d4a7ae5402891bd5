"""Backbones whose weights were read and checked once, kept so that the next process can read them without PyTorch."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from typing import TYPE_CHECKING

import safetensors
import safetensors.numpy

from catseye.errors import CatseyeError
from catseye.networks.pretrained import Pretrained
from catseye.networks.summary import Layer, Summary
from catseye.system.files import write_atomically

if TYPE_CHECKING:
    from pathlib import Path

    from catseye.images.preprocess import Preprocess

FOLDER = "backbones"
_KEY, _FORMAT = "backbone", 2  # raise the number when the same file is read as other weights than before
_MOST_BYTES = 2**27  # of one backbone; reading a larger one takes longer than loading PyTorch


class KeptBackbones:
    """What the official and other weight files came to, by their content.

    A kept file that is damaged is as good as none, and where nothing can be written nothing is kept; neither is an
    error.
    """

    def __init__(self, home: Path) -> None:
        self._folder = home / FOLDER

    def read(self, name: str, weights: Path, preprocess: Preprocess, origin: str) -> Pretrained | None:
        """Return the backbone with the weights in a file, or ``None`` if it is not kept."""
        if not weights.is_file():  # a pipe, say, would never end
            return None
        try:
            with safetensors.safe_open(self._file(name, weights), framework="np") as file:
                checksum, _, text = (file.metadata() or {})[_KEY].partition(" ")
                said = json.loads(text)
                arrays = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 (no mapping)
            rows = tuple(Layer.from_json(row) for row in said["summary"])
            summary = Summary(name, preprocess.shape, rows, said["other_parameters"])
            found = Pretrained.of_arrays(name, arrays, said["head"], preprocess, origin, summary)
            intact = checksum == _checksum(text) and found.digest == said["digest"]
            return found if intact else None
        except (OSError, safetensors.SafetensorError, ValueError, KeyError, TypeError, IndexError):
            return None

    def keep(self, weights: Path, found: Pretrained) -> None:
        """Keep the backbone that a file came to."""
        if sum(value.nbytes for value in found.arrays.values()) > _MOST_BYTES:
            return
        summary = found.summarise()
        said = {
            "head": found.head_name,
            "digest": found.digest,
            "summary": [row.to_json() for row in summary.layers],
            "other_parameters": summary.other_parameters,
        }
        with suppress(OSError, CatseyeError):
            text = json.dumps(said)
            content = safetensors.numpy.save(dict(found.arrays), {_KEY: f"{_checksum(text)} {text}"})
            self._folder.mkdir(parents=True, exist_ok=True)
            write_atomically(self._file(found.name, weights), content)

    def _file(self, name: str, weights: Path) -> Path:
        key = hashlib.sha256(f"{_FORMAT} {name} {_hash(weights)}".encode()).hexdigest()[:16]
        return self._folder / f"{name}-{key}.safetensors"


def _checksum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
