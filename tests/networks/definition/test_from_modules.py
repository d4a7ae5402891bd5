"""Modules as texts: the same predictions, or no text."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from catseye.networks.definition.definition import Definition
from catseye.networks.definition.from_modules import define_modules

SHAPE = (20, 16, 3)


def keras_like() -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(3, 8, 3),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3, padding=1, bias=False),
        nn.BatchNorm2d(16),
        nn.GELU(),
        nn.AvgPool2d(2, 1),
        nn.Flatten(),
        nn.Linear(16 * 8 * 6, 12),
        nn.Tanh(),
        nn.Dropout(0.4),
        nn.Linear(12, 5),
    )


def test_a_sequence_is_a_text_with_the_same_weights() -> None:
    network = keras_like()
    found = define_modules(network, SHAPE, 5)
    assert found is not None
    definition, built = found
    assert str(definition) == (
        "conv 8, pool, conv 16 same no bias linear, batch norm, gelu, pool average stride 1, flatten, dense 12 tanh, "
        "dropout 0.4, dense 5"
    )
    pictures = torch.rand(2, 3, 20, 16)
    torch.testing.assert_close(built.eval()(pictures), network.eval()(pictures))


@pytest.mark.parametrize(
    "text",
    [
        "conv 8 5x3 stride 2 groups 1, conv 16 depthwise same, pool same, flatten, dense 5",
        "conv 8 same dilation 2, [conv 8 same, conv 8 same linear] + input, relu, pool global, dense 5",
        "[conv 4 1x1 | conv 4 same | input], layer norm, upsample 2, pool global max, dense 7 no bias, dense 5",
        "conv 4, upsample 2 bilinear, flatten",
        "conv 4 7x1 padding 3x2, conv 4 3x5 padding 0x1 stride 2, flatten",
        "conv 4 stride 2 same, 2 × [conv 4 same, batch norm epsilon 0.001], flatten, layer norm",
    ],
)
def test_what_a_text_builds_is_read_back(text: str) -> None:
    network = Definition.read(text).build(SHAPE, 5)
    found = define_modules(network, SHAPE, 5)
    assert found is not None
    torch.testing.assert_close(found[1].eval()(pictures := torch.rand(2, 3, 20, 16)), network.eval()(pictures))


def test_padding_down_and_across_is_read_from_a_module() -> None:
    network = nn.Sequential(
        nn.Conv2d(3, 4, (7, 1), padding=(3, 1)),
        nn.Conv2d(4, 4, (3, 1), padding=(1, 0)),
        nn.Flatten(),
        nn.Linear(4 * 20 * 18, 5),
    )
    found = define_modules(network, SHAPE, 5)
    assert found is not None
    assert str(found[0]) == "conv 4 7x1 padding 3x1 linear, conv 4 3x1 same linear, flatten, dense 5"


class _Own(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layers = keras_like()

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self.layers(pictures)
        return -logits


@pytest.mark.parametrize(
    "network",
    [
        _Own(),
        nn.Sequential(nn.Conv2d(3, 4, 3, padding=1, padding_mode="reflect"), nn.Flatten(), nn.Linear(1280, 5)),
        nn.Sequential(nn.Flatten(), nn.Linear(960, 5), nn.Softmax(1)),
        nn.Sequential(nn.Flatten(), nn.Linear(960, 4)),  # of other classes
        nn.Sequential(nn.Conv2d(1, 4, 3), nn.Flatten(), nn.Linear(1008, 5)),  # of other pictures
    ],
    ids=["forward", "reflect", "softmax", "classes", "channels"],
)
def test_what_no_text_says_is_none(network: nn.Module) -> None:
    assert define_modules(network, SHAPE, 5) is None
