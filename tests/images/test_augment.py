"""Variations of whole batches."""

import torch

from catseye.images.augment import flip, shift


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
