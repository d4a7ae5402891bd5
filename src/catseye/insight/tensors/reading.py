"""From pictures, as a caller gives them, to arrays of one shape that form a batch."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageOps

from catseye.errors import PictureError, UsageError
from catseye.images.decoding import decode, header, read_bytes
from catseye.images.inputs import as_many, display_name, source_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from catseye.arrays import Pixels
    from catseye.images.inputs import Picture

MOST_PICTURES = 64
_LARGEST_BATCH = 2**29  # bytes
_KEPT = 3 / 4  # of a picture's sides in the version that is enlarged
VERSIONS = "4 versions of the one picture: as it is, mirrored, its middle enlarged, and that mirrored"


def read_pictures(pictures: Picture | Iterable[Picture]) -> tuple[list[str], list[Image.Image], list[str]]:
    """Return names, decoded pictures, and notes on what decoding changed.

    Raises
    ------
    UsageError
        There is no picture, or there are more than 64.
    PictureError
        One of them cannot be used.
    """
    names, images, notes = [], [], []
    for number, picture in enumerate(as_many(pictures)):
        if number == MOST_PICTURES:
            raise UsageError(f"a batch has at most {MOST_PICTURES} pictures here; give fewer.")
        if isinstance(picture, PictureError):
            raise picture
        name = display_name(picture, "the picture" if number == 0 else str(number))
        image = decode(source_of(picture, name), name)
        short = Path(name).name
        notes += [f"{short}: {note}" for note in _changes(picture, name, image)]
        names.append(short)
        images.append(image)
    if not images:
        raise UsageError("expected a picture, or several; got none.")
    return names, images, notes


def form_batch(names: list[str], images: list[Image.Image]) -> tuple[tuple[Pixels, ...], str]:
    """Return pictures uint8 (H, W, C) of the first one's size, and what they are, in words.

    A single picture becomes four versions of itself, as augmentation makes them.

    Raises
    ------
    UsageError
        Together they would be larger than 512 MiB.
    """
    mode = "RGB" if any(image.mode == "RGB" for image in images) else "L"
    count = len(images) if len(images) > 1 else 4
    width, height = images[0].size
    if count * width * height * len(mode) > _LARGEST_BATCH:
        raise UsageError(
            f"{count} pictures of {height}×{width} pixels take more than {_LARGEST_BATCH // 2**20} MiB; give smaller "
            "ones."
        )
    if len(images) == 1:
        return tuple(_versions(_array(images[0]))), VERSIONS
    fitted = [image for image in images if image.size != (width, height)]
    same = [ImageOps.fit(image.convert(mode), (width, height)) for image in images]
    size = f"{height}×{width} (height × width), the first one's size"
    changed = f", {len(fitted)} of them cropped and resized to {size}" if fitted else ""
    return tuple(_array(image) for image in same), f"{len(images)} pictures: {', '.join(names)}{changed}"


def _versions(picture: Pixels) -> Iterator[Pixels]:
    """Yield the picture, mirrored, its middle enlarged, and that mirrored."""
    height, width, channels = picture.shape
    yield picture
    yield picture[:, ::-1]
    tall, wide = max(1, round(height * _KEPT)), max(1, round(width * _KEPT))
    top, left = (height - tall) // 2, (width - wide) // 2
    middle = picture[top : top + tall, left : left + wide]
    image = Image.fromarray(middle[:, :, 0] if channels == 1 else middle)
    enlarged = np.asarray(image.resize((width, height), Image.Resampling.BICUBIC), np.uint8)
    enlarged = enlarged.reshape(height, width, channels)
    yield enlarged
    yield enlarged[:, ::-1]


def _array(image: Image.Image) -> Pixels:
    return np.array(image, np.uint8).reshape(image.height, image.width, -1)


def _changes(picture: Picture, name: str, decoded: Image.Image) -> Iterator[str]:
    """Yield what was done to the values before they are shown."""
    if isinstance(picture, np.ndarray):
        if picture.dtype != np.uint8:
            yield f"its values, {picture.dtype}, are shown as 8 bits, 0 to 255, as every network here receives them"
        return
    if isinstance(picture, Image.Image):
        if picture.mode != decoded.mode:
            yield f"converted from {picture.mode} to {decoded.mode}"
        return
    stored = header(read_bytes(Path(picture)), name)
    if stored.deep:
        yield "more than 8 bits per channel, shown as 8, as every network here receives them"
    if stored.transparent:
        yield "transparent parts are laid on white"
    if stored.animated:
        yield "only the first picture of several"
    if {stored.width, stored.height} != set(decoded.size):
        yield f"decoded at {decoded.width}×{decoded.height} of {stored.width}×{stored.height} pixels"
