"""What is recorded about every picture in one pass of decoding, about one and a half kilobytes each."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import accumulate
from os.path import commonpath
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image, ImageStat

from catseye.datasets.file_pictures import CHANGED, FilePictures
from catseye.datasets.label_files.table import is_label_file
from catseye.errors import PictureError
from catseye.images.decoding import decode, header, read_bytes
from catseye.images.formats import FORMAT_OF_SUFFIX
from catseye.quality.finding import SHORTEST_SIDE, Place
from catseye.system.progress_bar import progress
from catseye.system.threads import map_threads

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from catseye.arrays import Integers, Pixels
    from catseye.datasets import Dataset
    from catseye.datasets.pictures import Pictures
    from catseye.images.decoding import Header
    from catseye.images.value_range import ValueRange

THUMBNAIL_SIDE = 34  # pixels per side; halved, neighbours differ in 16 places per row
_DECODED_SIDE = 2 * THUMBNAIL_SIDE  # a JPEG is decoded no smaller
_CHUNK = 1024


@dataclass(frozen=True)
class PictureSurvey:
    """What was seen of one picture.

    Attributes
    ----------
    digest : str
        The same for the same content.
    width, height : int
        In pixels.
    spread : float
        Largest standard deviation of a channel's values, which go from 0 to 255.
    thumbnail : uint8 (34, 34), or None where the picture is too small for one
        The picture in grey.
    modes : tuple of str
        Unusual properties of how the file stores the picture.
    misnamed : str
        What is wrong with the ending of the file's name; empty if nothing is.
    fault : str
        Why the file can no longer be read; empty if it can.
    """

    digest: str
    width: int = 0
    height: int = 0
    spread: float = 0.0
    thumbnail: Pixels | None = None
    modes: tuple[str, ...] = ()
    misnamed: str = ""
    fault: str = ""


@dataclass(frozen=True, eq=False)
class Survey:
    """What was seen of all N pictures of a data set, split after split.

    Attributes
    ----------
    dataset : Dataset
    digests : tuple of str
    sizes : int64 (N, 2)
        Width and height in pixels.
    spreads : float32 (N,)
    thumbnails : uint8 (N, 34, 34)
    modes : mapping of int to tuple of str
    misnamed, faults : mapping of int to str
        Remarks on pictures, by number; pictures without a remark are missing.
    """

    dataset: Dataset
    digests: tuple[str, ...]
    sizes: Integers
    spreads: np.ndarray[Any, np.dtype[np.float32]]
    thumbnails: Pixels
    modes: Mapping[int, tuple[str, ...]]
    misnamed: Mapping[int, str]
    faults: Mapping[int, str]

    def __len__(self) -> int:
        return len(self.digests)

    @cached_property
    def labels(self) -> Integers:
        """Index of each picture's class, int64 (N,)."""
        return np.concatenate([part.labels for part in self.dataset.splits.values()])

    @cached_property
    def _ends(self) -> list[int]:
        return list(accumulate(len(part) for part in self.dataset.splits.values()))

    @cached_property
    def _folder(self) -> str:
        """The common prefix of all paths, if it means nothing to the user; empty if it is the user's own folder."""
        files = [part for part in self.dataset.splits.values() if isinstance(part, FilePictures)]
        user = Path(self.dataset.info.name).expanduser()
        if not files or user.is_dir() or is_label_file(user):
            return ""
        folders = {path.parent for part in files for path in part.paths}
        above = {folder.parent for folder in folders} if len(folders) == 1 else folders
        return commonpath(above)

    def place(self, number: int) -> Place:
        """Return where picture ``number`` is."""
        turn = int(np.searchsorted(self._ends, number, side="right"))
        split, pictures = list(self.dataset.splits.items())[turn]
        index = number - (self._ends[turn] - len(pictures))
        path = f"{split}[{index}]"
        if isinstance(pictures, FilePictures):
            path = pictures.name(index)
            if self._folder:  # an archive's, unpacked somewhere in the home folder
                path = f"{self.dataset.info.name}/{Path(path).relative_to(self._folder).as_posix()}"
        return Place(path, pictures.classes[pictures.labels[index]], split, index)


def survey_pictures(dataset: Dataset) -> Survey:
    """Survey every picture of a data set once, with several threads."""
    count = sum(len(part) for part in dataset.splits.values())
    digests: list[str] = []
    sizes = np.zeros((count, 2), np.int64)
    spreads = np.zeros(count, np.float32)
    thumbnails = np.zeros((count, THUMBNAIL_SIDE, THUMBNAIL_SIDE), np.uint8)
    modes, misnamed, faults = {}, {}, {}
    with progress("surveying pictures", count) as advance:
        found = (one for part in dataset.splits.values() for one in _survey_split(part))
        for number, one in enumerate(found):
            digests.append(one.digest)
            sizes[number] = one.width, one.height
            spreads[number] = one.spread
            if one.thumbnail is not None:
                thumbnails[number] = one.thumbnail
            if one.modes:
                modes[number] = one.modes
            if one.misnamed:
                misnamed[number] = one.misnamed
            if one.fault:
                faults[number] = one.fault
            advance(1)
    return Survey(dataset, tuple(digests), sizes, spreads, thumbnails, modes, misnamed, faults)


def _survey_split(pictures: Pictures) -> Iterator[PictureSurvey]:
    if isinstance(pictures, FilePictures):
        # In parts: the pool takes all that it is given at once, and what waits there weighs more than what is kept.
        for start in range(0, len(pictures), _CHUNK):
            part = slice(start, start + _CHUNK)
            files = zip(pictures.paths[part], pictures.digests[part], strict=True)
            yield from map_threads(partial(_survey_file, pictures.value_range), files)
        return
    height, width, _ = pictures.shape
    for images, _ in pictures.batches(_CHUNK):
        spreads = images.std(axis=(2, 3), dtype=np.float32).max(axis=1)
        for image, spread in zip(images, spreads.tolist(), strict=True):
            digest = hashlib.sha256(np.ascontiguousarray(image).data).hexdigest()
            small = None if min(height, width) < SHORTEST_SIDE else _thumbnail(_to_image(image))
            yield PictureSurvey(digest, width, height, spread, small)


def _to_image(image: Pixels) -> Image.Image:
    return Image.fromarray(image[0] if len(image) == 1 else np.ascontiguousarray(image.transpose(1, 2, 0)))


def _survey_file(value_range: ValueRange | None, file: tuple[Path, str]) -> PictureSurvey:
    path, digest = file
    try:
        content = read_bytes(path)
        if hashlib.sha256(content).hexdigest() != digest:
            return PictureSurvey(digest, fault=CHANGED)
        kind = header(content, str(path))
        image = decode(content, str(path), _DECODED_SIDE, value_range)
    except PictureError as error:
        return PictureSurvey(digest, fault=error.reason)
    spread = max(ImageStat.Stat(image).stddev)
    small = None if min(kind.width, kind.height) < SHORTEST_SIDE else _thumbnail(image)
    return PictureSurvey(digest, kind.width, kind.height, spread, small, _modes(kind), _misnamed(kind, path))


def _thumbnail(image: Image.Image) -> Pixels:
    grey = image.convert("L").resize((THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.BOX)
    return np.asarray(grey, dtype=np.uint8)


def _modes(kind: Header) -> tuple[str, ...]:
    unusual = {
        "palette": kind.mode in ("P", "PA") and kind.format != "GIF",  # a GIF is nothing else
        "CMYK": kind.mode == "CMYK",
        f"colours as {kind.mode}": kind.mode in ("YCbCr", "LAB", "HSV"),
        "black and white": kind.mode == "1",
        "16 bits per channel": kind.deep,
        "transparent": kind.transparent,
        "several frames or pages": kind.animated,
    }
    return tuple(words for words, applies in unusual.items() if applies)


def _misnamed(kind: Header, path: Path) -> str:
    suffix = path.suffix.lower()
    return "" if FORMAT_OF_SUFFIX.get(suffix, kind.format) == kind.format else f"a {kind.format} file called {suffix}"
