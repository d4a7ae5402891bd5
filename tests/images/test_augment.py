"""Variations of whole batches."""

import numpy as np
import pytest
import torch
from PIL import Image, ImageEnhance

from catseye.images.augment import crop, flip, jitter_colour, shift


def batch() -> torch.Tensor:
    return torch.arange(200 * 2 * 3 * 4, dtype=torch.int64).reshape(200, 2, 3, 4)


def test_each_picture_is_mirrored_or_left() -> None:
    pictures = batch()
    result = flip(pictures, torch.Generator().manual_seed(0))
    mirrored = [torch.equal(new, old.flip(-1)) for new, old in zip(result, pictures, strict=True)]
    left = [torch.equal(new, old) for new, old in zip(result, pictures, strict=True)]
    assert all(a != b for a, b in zip(mirrored, left, strict=True))
    assert 70 < sum(mirrored) < 130  # 100 ± 4 standard deviations of a fair coin


def test_shifts_move_whole_pictures_and_repeat_edges() -> None:
    picture = torch.tensor([[1, 2, 3], [4, 5, 6], [7, 8, 9]]).expand(500, 1, 3, 3)
    moved = {tuple(new.flatten().tolist()) for new in shift(picture, 1, torch.Generator().manual_seed(0))}
    by_hand = {
        tuple(row[min(max(x + dx, 0), 2)] for row in rows for x in range(3))
        for dx in (-1, 0, 1)
        for dy in (-1, 0, 1)
        for rows in [[[[1, 2, 3], [4, 5, 6], [7, 8, 9]][min(max(y + dy, 0), 2)] for y in range(3)]]
    }
    assert moved == by_hand


def test_the_generator_alone_decides() -> None:
    results = [shift(batch(), 2, torch.Generator().manual_seed(3)) for _ in range(2)]
    assert torch.equal(*results)
    assert results[0].dtype == torch.int64


def draw(monkeypatch: pytest.MonkeyPatch, values: list[list[float]]) -> None:
    """Let the next random numbers be these, one picture a column."""
    monkeypatch.setattr(torch, "rand", lambda *shape, **_: torch.tensor(values).view(shape))


def test_a_crop_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """A quarter of the area: half of each side, from the top left and from the bottom right corner.

    The new pixels' centres lie at -¼, ¼, ¾ and 1¼ of the old ones; outside, the edge is repeated.
    """
    picture = torch.tensor([0, 40, 80, 120], dtype=torch.uint8).repeat(4, 1).expand(2, 1, 4, 4)
    draw(monkeypatch, [[0.0, 0.0], [0.5, 0.5], [0.0, 1.0], [0.0, 1.0]])
    left, right = crop(picture, 0.25, torch.Generator())
    assert left[0, 0].tolist() == [0, 10, 30, 50]
    assert right[0, 3].tolist() == [70, 90, 110, 120]
    draw(monkeypatch, [[0.0, 0.0], [0.5, 0.5], [0.0, 1.0], [0.0, 1.0]])
    upright, _ = crop(picture.transpose(2, 3), 0.25, torch.Generator())
    assert upright[0, :, 2].tolist() == [0, 10, 30, 50]


@pytest.mark.parametrize(("height", "width", "channels"), [(64, 64, 3), (48, 96, 1)])
def test_crops_of_a_ramp_have_the_area_and_the_proportions_that_they_should(
    height: int, width: int, channels: int
) -> None:
    across, down = (torch.arange(side) / (side - 1) for side in (width, height))
    ramps = torch.stack([across.expand(height, width), down[:, None].expand(height, width)])[:, None]
    ramps = ramps.expand(2, channels, height, width).repeat(300, 1, 1, 1)
    crops = crop(ramps, 0.3, torch.Generator().manual_seed(0))
    # Each ramp shows one side of its crop by how much steeper it has become, away from edges that are repeated.
    middle = crops[:, 0, height // 2 - 5 : height // 2 + 5, width // 2 - 5 : width // 2 + 5]
    wide = (middle[0::2, 5, 6] - middle[0::2, 5, 5]) * (width - 1)
    tall = (middle[1::2, 6, 5] - middle[1::2, 5, 5]) * (height - 1)
    assert crops.min() >= 0
    assert crops.max() <= 1
    assert wide.min() > 0.3**0.5 * (3 / 4) ** 0.5 - 1e-3  # the narrowest crop of the smallest area
    assert tall.min() > 0.3**0.5 * (3 / 4) ** 0.5 - 1e-3
    assert max(wide.max(), tall.max()) <= 1.001
    assert wide.mean().item() == pytest.approx(tall.mean().item(), abs=0.05)
    assert (wide * tall).mean().item() == pytest.approx(0.65, abs=0.04)  # the area is uniform from 0.3 to 1


def test_a_crop_of_everything_changes_nothing() -> None:
    pictures = torch.randint(0, 256, (20, 3, 28, 31), dtype=torch.uint8, generator=torch.Generator().manual_seed(1))
    assert torch.equal(crop(pictures, 1.0, torch.Generator().manual_seed(0)), pictures)


def test_colours_as_pillow_changes_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Values near the middle, so that nothing is cut off; Pillow rounds down after each of the three steps."""
    pictures = torch.randint(100, 150, (3, 3, 9, 7), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    draw(monkeypatch, [[0.1, 0.5, 0.9], [0.8, 0.2, 0.5], [1.0, 0.0, 0.3]])
    changed = jitter_colour(pictures, 0.2, torch.Generator())
    factors = [(0.84, 1.12, 1.2), (1.0, 0.88, 0.8), (1.16, 1.0, 0.92)]  # 1 + 0.2 (2 u - 1), picture by picture
    for picture, result, (brightness, contrast, saturation) in zip(pictures, changed, factors, strict=True):
        expected = ImageEnhance.Brightness(Image.fromarray(picture.permute(1, 2, 0).numpy())).enhance(brightness)
        expected = ImageEnhance.Color(ImageEnhance.Contrast(expected).enhance(contrast)).enhance(saturation)
        np.testing.assert_allclose(result.permute(1, 2, 0).int(), np.asarray(expected, np.int64), atol=3)


def test_one_channel_keeps_its_mean_but_for_brightness_and_is_cut_off_at_white(monkeypatch: pytest.MonkeyPatch) -> None:
    picture = torch.tensor([100, 140], dtype=torch.uint8).view(1, 1, 1, 2)
    draw(monkeypatch, [[1.0], [0.0], [1.0]])  # brightness 1.5, contrast 0.5
    # 150 and 210, whose mean is 180.
    assert jitter_colour(picture, 0.5, torch.Generator()).flatten().tolist() == [165, 195]
    draw(monkeypatch, [[1.0], [1.0], [0.0]])  # brightness 2, contrast 2: 200 and 280, whose mean is 240
    assert jitter_colour(picture, 1.0, torch.Generator()).flatten().tolist() == [160, 255]


def test_grey_pictures_stay_grey() -> None:
    grey = torch.randint(0, 256, (8, 1, 5, 5), dtype=torch.uint8, generator=torch.Generator().manual_seed(2))
    changed = jitter_colour(grey.expand(8, 3, 5, 5), 0.9, torch.Generator().manual_seed(0))
    assert torch.equal(changed[:, 0], changed[:, 1])
    assert torch.equal(changed[:, 1], changed[:, 2])
    assert not torch.equal(changed[:, :1], grey)


@pytest.mark.parametrize("shape", [(1, 3, 28, 28), (5, 1, 1, 1), (2, 3, 1, 40)], ids=str)
@pytest.mark.parametrize("kind", [torch.uint8, torch.float32], ids=str)
def test_crops_and_colours_keep_shape_type_and_range(shape: tuple[int, ...], kind: torch.dtype) -> None:
    pictures = torch.randint(0, 256, shape, generator=torch.Generator().manual_seed(3)).to(kind)
    for changed in (
        crop(pictures, 0.01, torch.Generator().manual_seed(0)),
        jitter_colour(pictures, 1.0, torch.Generator().manual_seed(0)),
    ):
        assert changed.shape == pictures.shape
        assert changed.dtype == kind
        assert changed.min() >= 0
        assert changed.max() <= 255
        assert changed.isfinite().all()
