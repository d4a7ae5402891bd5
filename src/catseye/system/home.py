"""The folder in which Catseye keeps data, weights and features."""

from __future__ import annotations

import os
from pathlib import Path


def home_folder(data_dir: str | Path | None) -> Path:
    """Return the folder where data are kept: the argument, ``CATSEYE_HOME``, or the user's cache folder."""
    given = data_dir or os.environ.get("CATSEYE_HOME")
    if given:
        return Path(given).expanduser()
    from platformdirs import user_cache_path

    return user_cache_path("catseye")
