"""Data sets by name, or from the user's own folder, archive or arrays: `load`, `describe`, `names`.

The package is also a verb: ``catseye.datasets()`` lists the data sets that can be loaded by name.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING

from catseye._lazy import lazily

if TYPE_CHECKING:
    from pathlib import Path

    from catseye.datasets.arrays import from_arrays
    from catseye.datasets.dataset import Dataset
    from catseye.datasets.dataset_list import DatasetList, list_datasets
    from catseye.datasets.file_pictures import FilePictures
    from catseye.datasets.info import Feature, Info
    from catseye.datasets.left_out import LeftOut
    from catseye.datasets.loading import describe, load, names, open_dataset
    from catseye.datasets.memory_pictures import MemoryPictures
    from catseye.datasets.pictures import Labelling, Pictures

__all__ = [
    "Dataset",
    "DatasetList",
    "Feature",
    "FilePictures",
    "Info",
    "Labelling",
    "LeftOut",
    "MemoryPictures",
    "Pictures",
    "describe",
    "from_arrays",
    "list_datasets",
    "load",
    "names",
    "open_dataset",
]


__getattr__, __dir__ = lazily(
    __name__,
    {
        "from_arrays": "catseye.datasets.arrays",
        "Dataset": "catseye.datasets.dataset",
        "FilePictures": "catseye.datasets.file_pictures",
        "LeftOut": "catseye.datasets.left_out",
        "MemoryPictures": "catseye.datasets.memory_pictures",
        **dict.fromkeys(("DatasetList", "list_datasets"), "catseye.datasets.dataset_list"),
        **dict.fromkeys(("Feature", "Info"), "catseye.datasets.info"),
        **dict.fromkeys(("describe", "load", "names", "open_dataset"), "catseye.datasets.loading"),
        **dict.fromkeys(("Labelling", "Pictures"), "catseye.datasets.pictures"),
    },
)


class CallableModule(ModuleType):
    """This package, which can be called: one name cannot be that of a package and of a function otherwise."""

    def __call__(self, *, data_dir: str | Path | None = None) -> DatasetList:
        """List the data sets that can be loaded by name; see :func:`list_datasets`."""
        from catseye.datasets.dataset_list import list_datasets

        return list_datasets(data_dir=data_dir)


# Whoever imports catseye.datasets.loading makes this module the attribute `datasets` of `catseye`, whatever was there
# before. So the verb `catseye.datasets()` must be this module itself; Python lets a module change its class.
sys.modules[__name__].__class__ = CallableModule
