"""Features that were extracted once, kept in the home folder for every later run on the same pictures."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import numpy as np

from catseye.system.database import checksum, with_database

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from catseye.arrays import Floats
    from catseye.networks.pretrained import Pretrained

FOLDER = "features"
_FORMAT = 5  # raise it when the same picture comes to other pixels than before
_TABLE = "CREATE TABLE IF NOT EXISTS features (picture TEXT PRIMARY KEY, vector BLOB, checksum BLOB) WITHOUT ROWID"


class FeatureCache:
    """The features of one backbone with one set of weights, one preprocess and one engine, by picture.

    Another version of any of these has a file of its own. A damaged file is recreated, damaged features are computed
    again, and where nothing can be written nothing is kept; none of that is an error.
    """

    def __init__(self, home: Path, found: Pretrained, engine: str) -> None:
        parts = [_FORMAT, found.name, found.digest, found.preprocess.to_json(), engine]
        key = hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]
        self._file = home / FOLDER / f"{found.name.replace(':', '-').replace('/', '-')}-{key}.sqlite"
        self._width = found.features

    def read(self, pictures: Sequence[str]) -> dict[str, Floats]:
        """Return the features float32 (F,) of those ``pictures``, given by digest, that are kept."""

        def find(database: sqlite3.Connection) -> dict[str, Floats]:
            query = "SELECT vector, checksum FROM features WHERE picture = ?"
            rows = ((picture, database.execute(query, (picture,)).fetchone()) for picture in pictures)
            intact = ((picture, row[0]) for picture, row in rows if row and _is_intact(picture, *row))
            return {picture: np.frombuffer(values, np.float32) for picture, values in intact}

        kept = with_database(self._file, _TABLE, find) or {}
        return {picture: vector for picture, vector in kept.items() if self._is_usable(vector)}

    def keep(self, features: Mapping[str, Floats]) -> None:
        """Keep features by their pictures' digests; numbers that are not finite are not kept."""

        def write(database: sqlite3.Connection) -> None:
            database.executemany("INSERT OR REPLACE INTO features VALUES (?, ?, ?)", map(_row, usable.items()))

        usable = {picture: vector for picture, vector in features.items() if self._is_usable(vector)}
        if usable:
            with_database(self._file, _TABLE, write)

    def _is_usable(self, vector: Floats) -> bool:
        return vector.shape == (self._width,) and bool(np.isfinite(vector).all())


def _row(feature: tuple[str, Floats]) -> tuple[str, bytes, bytes]:
    picture, vector = feature
    values = vector.astype(np.float32).tobytes()
    return picture, values, checksum(picture, values)


def _is_intact(picture: str, values: object, expected: object) -> bool:
    return isinstance(values, bytes) and expected == checksum(picture, values)
