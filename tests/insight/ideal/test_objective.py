"""Objectives add, scale and mean the same for pictures of any size."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch

from catseye.insight.ideal.objective import Responses, class_logit, l2, variation

if TYPE_CHECKING:
    pass


def test_objectives_add_and_scale() -> None:
    picture = torch.zeros(1, 1, 224, 224)
    picture[..., 112:] = 0.5
    seen = Responses(picture, {"logits": torch.tensor([[1.0, 5.0], [3.0, 7.0]])}, torch.zeros(()))
    # One of the 223 steps across is of 50 %, none down; half of the pixels lie 0.5 above 0.
    by_hand = 2 * 6 - 3 * (50**2 / 223) - 4 * 0.125
    assert (2 * class_logit(1) - 3 * variation() - 4 * l2((0.0,)))(seen).item() == pytest.approx(by_hand, rel=1e-5)


def test_variation_means_the_same_for_any_size() -> None:
    small, large = (
        Responses(torch.linspace(0, 1, side + 1)[:side].expand(1, 1, side, side), {}, torch.zeros(()))
        for side in (28, 224)
    )
    assert variation()(small).item() == pytest.approx(variation()(large).item(), rel=1e-4)
