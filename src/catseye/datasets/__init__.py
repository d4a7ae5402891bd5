"""Data sets by name, or from the user's own folder or archive: `load`, `describe`, `names`."""

from catseye.datasets.dataset import Dataset, LeftOut
from catseye.datasets.file_pictures import FilePictures
from catseye.datasets.info import Feature, Info
from catseye.datasets.loading import describe, load, names
from catseye.datasets.memory_pictures import MemoryPictures
from catseye.datasets.pictures import Labelling, Pictures

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
