"""Features that were extracted once, kept in the home folder for every later run on the same pictures."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import numpy as np

from catseye.system.database import with_database

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from catseye.arrays import Floats
    from catseye.networks.pretrained_weights import Pretrained

FOLDER = "features"
_FORMAT = 3  # raise it when the same picture comes to other pixels than before
_TABLE = "CREATE TABLE IF NOT EXISTS features (picture TEXT PRIMARY KEY, vector BLOB) WITHOUT ROWID"


class FeatureCache:
    """The features of one backbone with one set of weights, one preprocess and one engine, by picture.

    Another version of any of these has a file of its own. A damaged file is recreated, and where nothing can be
    written nothing is kept; neither is an error.
    """

    def __init__(self, home: Path, found: Pretrained, engine: str) -> None:
        parts = [_FORMAT, found.name, found.digest, found.preprocess.to_json(), engine]
        key = hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]
        self._file = home / FOLDER / f"{found.name.replace(':', '-').replace('/', '-')}-{key}.sqlite"
        self._width = found.network.head.in_features

    def read(self, pictures: Sequence[str]) -> dict[str, Floats]:
        """Return the features float32 (F,) of those ``pictures``, given by digest, that are kept."""

        def find(database: sqlite3.Connection) -> dict[str, Floats]:
            query = "SELECT vector FROM features WHERE picture = ?"
            rows = ((picture, database.execute(query, (picture,)).fetchone()) for picture in pictures)
            return {picture: np.frombuffer(row[0], np.float32) for picture, row in rows if row}

        kept = with_database(self._file, _TABLE, find) or {}
        return {picture: vector for picture, vector in kept.items() if vector.shape == (self._width,)}

    def keep(self, features: Mapping[str, Floats]) -> None:
        """Keep features by their pictures' digests."""

        def write(database: sqlite3.Connection) -> None:
            rows = ((picture, vector.astype(np.float32).tobytes()) for picture, vector in features.items())
            database.executemany("INSERT OR REPLACE INTO features VALUES (?, ?)", rows)

        if features:
            with_database(self._file, _TABLE, write)
