"""Copies are found as groups, different pictures are not, and thousands of copies are no more trouble than two."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image, ImageEnhance

from catseye.images.decoding import decode
from catseye.quality.cropped_copies import join_cropped_copies
from catseye.quality.duplicates import LARGEST_DISTANCE, group_near_duplicates, group_same_content
from catseye.quality.groups import join_groups
from catseye.quality.registration import Registration, register
from catseye.quality.survey import THUMBNAIL_SIDE
from tests.quality.scenes import scene

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from catseye.arrays import Floats, Pixels


def thumbnails(images: Iterable[Image.Image]) -> Pixels:
    size = (THUMBNAIL_SIDE, THUMBNAIL_SIDE)
    return np.stack([np.asarray(image.convert("L").resize(size, Image.Resampling.BOX)) for image in images])


def saved_anew(image: Image.Image) -> Image.Image:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=50)
    return Image.open(buffer)


def inner(image: Image.Image, cut: float) -> Image.Image:
    width, height = image.size
    return image.crop((round(cut * width), round(cut * height), round((1 - cut) * width), round((1 - cut) * height)))


def rotated(image: Image.Image) -> Image.Image:
    return inner(image.rotate(3, Image.Resampling.BICUBIC), 0.06)


def cropped(image: Image.Image) -> Image.Image:
    width, height = image.size
    return image.crop((round(0.03 * width), round(0.03 * height), width, height))


COPIES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "half the size": lambda image: image.resize((image.width // 2, image.height // 2)),
    "four fifths of the size": lambda image: image.resize((image.width * 4 // 5, image.height * 4 // 5)),
    "quality 50": saved_anew,
    "darker": lambda image: ImageEnhance.Brightness(image).enhance(0.8),
    "brighter": lambda image: ImageEnhance.Brightness(image).enhance(1.2),
    "cropped": cropped,
    "mirrored": lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    "5 % of each side cut off": lambda image: inner(image, 0.05),
    "rotated by 3 degrees": rotated,
    "mirrored, 5 % of each side cut off": lambda image: inner(image.transpose(Image.Transpose.FLIP_LEFT_RIGHT), 0.05),
}


def test_same_content_makes_groups_in_order() -> None:
    assert group_same_content(["a", "b", "a", "c", "b", "a"]) == [[0, 2, 5], [1, 4]]


def test_groups_with_a_picture_in_common_are_one() -> None:
    assert join_groups(7, [[0, 3], [3, 5], [1, 2]]) == [[0, 3, 5], [1, 2]]
    assert join_groups(3, []) == []


@pytest.mark.parametrize("name", COPIES)
def test_each_copy_is_found_and_nothing_else(name: str) -> None:
    scenes = [scene(seed) for seed in range(40)]
    found = group_near_duplicates(thumbnails([*scenes, *(COPIES[name](image) for image in scenes)]))
    assert found.members == [[number, number + 40] for number in range(40)]
    assert found.mirrored == (frozenset(range(40, 80)) if name.startswith("mirrored") else frozenset())


@pytest.mark.slow
def test_copies_of_photographs_are_found_and_nothing_else(photographs: Path) -> None:
    """Of 120 real photographs in ten versions at least 95 % of the copies, and never two photographs as one."""
    import zipfile

    with zipfile.ZipFile(photographs) as archive:
        names = [name for name in archive.namelist() if name.endswith(".jpg")][:120]
        originals = [decode(archive.read(name)).convert("RGB") for name in names]
    count = len(originals)
    found = 0
    for change in COPIES.values():
        groups = group_near_duplicates(thumbnails([*originals, *map(change, originals)])).members
        assert all(group[1:] == [group[0] + count] for group in groups)
        found += len(groups)
    assert found >= 0.95 * count * len(COPIES)


def test_pictures_that_are_alike_anyway_must_agree_more_closely() -> None:
    """Figures of one shape on white paper: none is a copy, though many agree in three quarters of their bits."""
    generator = np.random.default_rng(0)
    figures = []
    for _ in range(300):
        paper = np.full((THUMBNAIL_SIDE // 2, THUMBNAIL_SIDE // 2), 255.0)
        height, width = generator.integers(8, 13, 2)
        paper[2 : 2 + height, 2 : 2 + width] = generator.integers(0, 100, (height, width))
        figures.append(paper.repeat(2, axis=0).repeat(2, axis=1))
    figures.append(figures[0].clip(0, 250))  # one real copy, of which only the paper was made darker
    found = group_near_duplicates(np.array(figures).astype(np.uint8))
    assert found.limit < LARGEST_DISTANCE
    assert found.members == [[0, 300]]
    assert not found.are_all_registered  # and that is said


def test_thousands_of_copies_are_one_group_beside_thousands_of_others() -> None:
    generator = np.random.default_rng(0)
    pictures = generator.integers(0, 256, (4500, THUMBNAIL_SIDE, THUMBNAIL_SIDE)).astype(np.uint8)
    pictures[1000:3500] = pictures[0] // 2 + generator.integers(0, 3, (2500, THUMBNAIL_SIDE, THUMBNAIL_SIDE)).astype(
        np.uint8
    )
    assert group_near_duplicates(pictures).members == [[0, *range(1000, 3500)]]


@pytest.mark.parametrize("count", [0, 1])
def test_too_few_to_compare_are_no_copies(count: int) -> None:
    assert group_near_duplicates(np.zeros((count, THUMBNAIL_SIDE, THUMBNAIL_SIDE), np.uint8)).members == []


def test_pictures_without_light_and_shade_are_not_taken_for_one_another() -> None:
    assert group_near_duplicates(np.full((9, THUMBNAIL_SIDE, THUMBNAIL_SIDE), 77, np.uint8)).members == []


def test_the_work_of_registration_grows_with_the_number_of_pictures_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 200 pictures in the same frame nearly all 20,000 pairs look alike; two for each picture are registered."""
    generator, registered = np.random.default_rng(0), []

    def count(one: Pixels, other: Pixels, maps: Floats, steps: int) -> Registration:
        registered.append(len(one) if one.shape[1] == THUMBNAIL_SIDE // 2 else 0)
        return register(one, other, maps, steps)

    monkeypatch.setattr("catseye.quality.cropped_copies.register", count)
    framed = np.zeros((200, THUMBNAIL_SIDE, THUMBNAIL_SIDE), np.uint8)
    framed[:, 5:-5, 5:-5] = 150 + generator.integers(0, 100, (200, THUMBNAIL_SIDE - 10, THUMBNAIL_SIDE - 10))
    halved = framed.reshape(200, THUMBNAIL_SIDE // 2, 2, THUMBNAIL_SIDE // 2, 2).mean(axis=(2, 4)).astype(np.uint8)
    found = join_cropped_copies(framed, halved, np.arange(200))
    assert not found.are_all_registered
    assert sum(registered) == 2 * 200
