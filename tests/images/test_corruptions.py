"""Corruptions do by the numbers what they say."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from catseye.images.corruptions import CORRUPTIONS, STRENGTHS, corrupt


def picture(side: int = 224) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    rows, columns = np.mgrid[:side, :side] * 255 // side
    return np.stack([rows, columns, (rows + columns) // 2])[None].astype(np.uint8)


@pytest.mark.parametrize("kind", CORRUPTIONS)
def test_every_strength_changes_a_picture_more(kind: str) -> None:
    checks = np.kron(np.indices((32, 32)).sum(0) % 2, np.ones((7, 7)))[None, None] * 120 + 60
    original = np.repeat(checks, 3, 1).astype(np.uint8)
    changes = [np.abs(corrupt(original, kind, s).astype(float) - original).mean() for s in STRENGTHS]
    assert changes[0] > 0
    assert changes == sorted(changes)


@pytest.mark.parametrize("kind", CORRUPTIONS)
@pytest.mark.parametrize("channels", [1, 3])
def test_shape_and_type_stay_and_a_seed_repeats(kind: str, channels: int) -> None:
    original = picture(28)[:, :channels]
    first, again = (corrupt(original, kind, 3, seed=5) for _ in range(2))
    assert first.shape == original.shape
    assert first.dtype == np.uint8
    assert np.array_equal(first, again)


def test_noise_has_the_deviation_that_it_says() -> None:
    grey = np.full((1, 3, 224, 224), 128, np.uint8)
    assert np.std(corrupt(grey, "noise", 1) / 255) == pytest.approx(0.08, rel=0.01)


def test_contrast_and_brightness_by_hand() -> None:
    original = np.array([50, 150], np.uint8).reshape(1, 1, 1, 2)
    assert corrupt(original, "contrast", 2).flatten().tolist() == [85, 115]  # mean 100, three tenths of the distance
    assert corrupt(original, "brightness", 2).flatten().tolist() == [101, 201]  # 0.2 · 255 = 51
    assert corrupt(original, "brightness", 5).flatten().tolist() == [178, 255]


def test_a_blur_is_scipys_to_a_level_or_two() -> None:
    dot = np.zeros((1, 1, 224, 224), np.uint8)
    dot[:, :, 112, 100:124] = 255
    theirs = gaussian_filter(dot[0, 0].astype(float), 0.018 * 224)
    assert np.abs(corrupt(dot, "blur", 4)[0, 0] - theirs).max() < 4
