"""Pictures of every kind become arrays of one shape, and what was changed is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from catseye.errors import UsageError
from catseye.insight.tensors.reading import form_batch, read_pictures

if TYPE_CHECKING:
    from pathlib import Path

PIXELS = np.random.default_rng(1).integers(0, 256, (6, 8, 3), np.uint8)


def test_what_decoding_changed_is_said(tmp_path: Path) -> None:
    transparent = np.dstack([PIXELS, np.zeros((6, 8), np.uint8)])
    Image.fromarray(transparent).save(tmp_path / "rgba.png")
    Image.fromarray(PIXELS[:, :, 0].astype(np.uint16) * 257).save(tmp_path / "deep.png")
    Image.fromarray(PIXELS).save(tmp_path / "plain.png")
    paths = [tmp_path / name for name in ("rgba.png", "deep.png", "plain.png")]
    names, images, notes = read_pictures([*paths, PIXELS / 255, Image.fromarray(PIXELS).convert("P")])
    assert names == ["rgba.png", "deep.png", "plain.png", "picture 3", "picture 4"]
    assert [image.mode for image in images] == ["RGB", "L", "RGB", "RGB", "RGB"]
    assert np.asarray(images[0]).min() == 255
    assert np.array_equal(np.asarray(images[1]), PIXELS[:, :, 0])
    assert [note.partition(":")[0] for note in notes] == ["rgba.png", "deep.png", "picture 3", "picture 4"]


def test_one_picture_becomes_four_versions() -> None:
    batch, said = form_batch(["it"], [Image.fromarray(PIXELS)])
    assert [picture.shape for picture in batch] == [(6, 8, 3)] * 4
    assert np.array_equal(batch[0], PIXELS)
    assert np.array_equal(batch[1], PIXELS[:, ::-1])
    assert np.array_equal(batch[3], batch[2][:, ::-1])
    assert said.startswith("4 versions of the one picture")


def test_too_many_and_too_large_pictures_are_refused_before_memory_is_taken() -> None:
    with pytest.raises(UsageError, match="at most 64 pictures"):
        read_pictures([PIXELS] * 65)
    with pytest.raises(UsageError, match="expected a picture, or several; got none"):
        read_pictures([])
    with pytest.raises(UsageError, match="take more than 512 MiB"):
        form_batch(["it"] * 64, [Image.new("RGB", (2000, 1500))] * 64)
