"""The boxes of positions are what the gradient reaches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch
from torch import nn

from catseye.images.preprocess import Preprocess
from catseye.insight.maps.positions import locate_positions
from catseye.networks import build
from catseye.networks.names import LESSONS
from catseye.networks.registry import backbone

if TYPE_CHECKING:
    from catseye.insight.maps.positions import Positions


def seen_by(network: nn.Sequential, until: str, place: tuple[int, int]) -> list[tuple[int, int]]:
    """Measure the first and last row and column of a 28×28 picture that change one value of a layer's output."""
    picture = torch.rand(1, 1, 28, 28, requires_grad=True)
    output = picture
    for name, layer in network.named_children():
        if isinstance(layer, nn.Conv2d):
            nn.init.constant_(layer.weight, 1.0)
        # The largest of a window hides the others from the gradient; their mean does not.
        output = nn.functional.avg_pool2d(output, 2) if isinstance(layer, nn.MaxPool2d) else layer(output)
        if name == until:
            break
    (gradient,) = torch.autograd.grad(output[0, 0, *place], picture)
    lines = [(gradient[0, 0] != 0).any(axis).nonzero().flatten() for axis in (1, 0)]
    return [(int(line[0]), int(line[-1]) + 1) for line in lines]


@pytest.mark.parametrize("name", [name for name in LESSONS if name != "dense"])
def test_boxes_are_what_the_gradient_reaches(name: str) -> None:
    network = build(name, (28, 28, 1), 10)
    assert isinstance(network, nn.Sequential)
    for layer, counts in sizes(network).items():
        places = locate_positions(network, Preprocess(28, 28, 1), layer, counts)
        assert places.exact
        for place in [(0, 0), (counts[0] // 2, counts[1] - 1)]:
            top, left, bottom, right = places.box(*place)
            assert seen_by(network, layer, place) == [(top, bottom), (left, right)], layer


def sizes(network: nn.Sequential) -> dict[str, tuple[int, int]]:
    """Return height and width of the maps of every layer that has any."""
    found, maps = {}, torch.rand(1, 1, 28, 28)
    for name, layer in network.named_children():
        maps = layer(maps)
        if maps.dim() == 4:
            found[name] = int(maps.shape[2]), int(maps.shape[3])
    return found


def test_a_stage_whose_activation_also_serves_another_sees_as_much_as_what_is_before_it() -> None:
    lite, preprocess = backbone("efficientnet_lite0", (64, 64, 3), 10), Preprocess(64, 64, 3)
    top, before = (locate_positions(lite, preprocess, layer, (2, 2)) for layer in ("top", "conv_head"))
    assert top == before
    assert top.field[0] > 64  # not the stem's 3


def test_stages_blocks_and_uneven_padding_have_places_too() -> None:
    lite = backbone("efficientnet_lite0", (64, 64, 3), 10)
    preprocess = Preprocess(64, 64, 3)

    def of(layer: str, side: int) -> Positions:
        return locate_positions(lite, preprocess, layer, (side, side))

    # 3×3 with stride 2 on an even side: one row is added, at the bottom.
    assert of("stem", 32).box(0, 0) == (0, 0, 3, 3)
    assert of("stem", 32).box(31, 31) == (62, 62, 64, 64)
    assert of("stem", 32).extent() == (0.5, 0.5, 64.5, 64.5)
    assert of("stage2", 16) == of("blocks.1", 16) == of("blocks.1.1", 16)
    timm = backbone("timm:resnet18", (64, 64, 3), 10)
    shared = locate_positions(timm, preprocess, "stage1", (2, 2))
    assert not shared.exact
    assert shared.box(1, 0) == (32, 0, 64, 32)


@pytest.mark.parametrize(
    ("padding", "side", "position", "at_edge"),
    [
        (1, 28, (0, 9), True),
        (1, 28, (9, 27), True),
        (1, 28, (1, 1), False),
        (0, 28, (0, 9), False),  # the outermost see no padding
        (1, 6, (0, 3), False),  # 20 of 36 positions are outermost
    ],
)
def test_a_position_is_at_the_edge_if_it_sees_padding_and_few_do(
    padding: int, side: int, position: tuple[int, int], at_edge: bool
) -> None:
    network = nn.Sequential(nn.Conv2d(1, 1, 3, padding=padding))
    count = side - 2 + 2 * padding
    places = locate_positions(network, Preprocess(side, side, 1), "0", (count, count))
    assert places.is_at_edge(*position) is at_edge
    assert places.outermost_share == pytest.approx((4 * count - 4) / count**2)
