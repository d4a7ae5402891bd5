"""Transforms translate, rotate and scale by the amounts that they state."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch

from catseye.errors import UsageError
from catseye.insight.ideal.transforms import UNCHANGED, Transforms

if TYPE_CHECKING:
    pass


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_a_turn_of_an_oblong_keeps_lengths() -> None:
    rows, columns = torch.meshgrid(torch.arange(40.0), torch.arange(80.0), indexing="ij")
    places = torch.stack((rows, columns))[None]
    turned = Transforms(0, 20, 1, 1)(places, 50, seeded())
    steps = turned[:, :, 20, 45] - turned[:, :, 20, 40]  # five pixels to the right, in the original's coordinates
    assert torch.allclose(steps.norm(dim=1), torch.full((50,), 5.0), atol=1e-3)
    angles = torch.rad2deg(torch.atan2(steps[:, 0], steps[:, 1]))
    assert -20 <= angles.min() < -15
    assert 15 < angles.max() <= 20


def test_a_scale_of_two_shows_the_middle_twice_as_large() -> None:
    ramp = torch.linspace(0, 255, 9).expand(1, 1, 9, 9)
    larger = Transforms(0, 0, 2, 2)(ramp, 1, seeded())
    slope = 255 / 8
    expected = torch.tensor([127.5 + slope * (column - 4) / 2 for column in range(9)])
    assert torch.allclose(larger[0, 0, 4], expected, atol=1e-3)


def test_jitter_moves_by_no_more_than_it_says_and_both_ways() -> None:
    ramp = torch.arange(100.0).expand(1, 1, 100, 100)
    moved = Transforms(0.05, 0, 1, 1)(ramp, 200, seeded())[:, 0, 50, 50] - 50
    assert -5 <= moved.min() < -4
    assert 4 < moved.max() <= 5


def test_nothing_asked_changes_nothing() -> None:
    picture = torch.rand(1, 3, 5, 7)
    assert UNCHANGED(picture, 1, seeded()) is picture


@pytest.mark.parametrize("wrong", [(-0.1, 0, 1, 1), (0, 181, 1, 1), (0, 0, 0, 1), (0, 0, 2, 1)])
def test_impossible_transforms_are_refused(wrong: tuple[float, float, float, float]) -> None:
    with pytest.raises(UsageError, match="got"):
        Transforms(*wrong)
