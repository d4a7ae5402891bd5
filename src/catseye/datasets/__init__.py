"""Data sets by name, or from the user's own folder or archive: `load`, `describe`, `names`."""

from catseye.datasets.catalogue import describe, load, names
from catseye.datasets.dataset import Dataset, LeftOut
from catseye.datasets.info import Feature, Info
from catseye.datasets.labelling import Labelling
from catseye.datasets.pictures import FilePictures, MemoryPictures, Pictures

__all__ = [
    "Dataset",
    "Feature",
    "FilePictures",
    "Info",
    "Labelling",
    "LeftOut",
    "MemoryPictures",
    "Pictures",
    "describe",
    "load",
    "names",
]
