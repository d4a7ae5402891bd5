"""Variations of whole batches."""

import torch

from catseye.images.augment import crop, flip, shift


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


def test_the_whole_is_the_only_crop_that_keeps_everything() -> None:
    pictures = torch.randint(0, 256, (20, 3, 9, 7), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    assert torch.equal(crop(pictures, 1.0, torch.Generator().manual_seed(0)), pictures)


def test_a_crop_is_a_part_enlarged_evenly_and_of_the_area_that_was_asked_for() -> None:
    """On a ramp, where a value is its own column (or row), the slope is the part's side, the middle its place."""
    side = 200
    ramp = torch.arange(side, dtype=torch.uint8)
    pictures = torch.stack([ramp.expand(side, side), ramp[:, None].expand(side, side)]).expand(400, 2, side, side)
    cropped = crop(pictures, 0.25, torch.Generator().manual_seed(0))
    assert cropped.dtype == torch.uint8
    across, down = cropped[:, 0, 0].double(), cropped[:, 1, :, 0].double()
    assert (cropped[:, 0].double() - across[:, None]).abs().max() <= 1  # all rows alike, but for a rounding
    sides = (across[:, -1] - across[:, 0]) / (side - 1)
    assert torch.allclose(sides, (down[:, -1] - down[:, 0]) / (side - 1), atol=0.011)
    places = torch.arange(side) / (side - 1)
    assert torch.allclose(across, across[:, :1] + sides[:, None] * (side - 1) * places, atol=1.1)
    areas = sides**2
    assert 0.24 < areas.min() < 0.27
    assert 0.97 < areas.max() < 1.01
    assert abs(areas.mean() - 0.625) < 0.04  # even between ¼ and 1: 0.625 ± 0.011
    for starts in (across[:, 0], down[:, 0]):
        shares = starts[sides < 0.8] / (side * (1 - sides[sides < 0.8]))
        assert abs(shares.mean() - 0.5) < 0.08
        assert shares.min() < 0.05
        assert shares.max() > 0.95
