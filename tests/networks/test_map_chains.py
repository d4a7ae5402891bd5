"""Which layers have maps, in networks of every kind: functions, blocks that join, channels that lie last."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch
from torch import nn
from torch.nn import functional

from catseye.networks import build
from catseye.networks.map_chains import find_chains
from catseye.networks.probe import Probe
from catseye.networks.walk import Walk

if TYPE_CHECKING:
    from collections.abc import Callable

SHAPE = (8, 8, 1)


class Functional(nn.Module):
    """Functions only between the convolutions, the second of which runs twice."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Conv2d(1, 4, 3, padding=1), nn.Conv2d(4, 4, 3, padding=1)
        self.last = nn.Linear(4 * 4, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = functional.max_pool2d(functional.relu(self.first(x)), 2)
        x = functional.relu(self.second(functional.relu(self.second(x))))
        logits: torch.Tensor = self.last(functional.max_pool2d(x, 2).flatten(1))
        return logits


class Residual(nn.Module):
    """The block of ResNet-18, with one relu that runs twice."""

    def __init__(self, received: int, channels: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(received, channels, 3, stride, 1), nn.BatchNorm2d(channels)
        self.conv2, self.bn2 = nn.Conv2d(channels, channels, 3, padding=1), nn.BatchNorm2d(channels)
        self.relu = nn.ReLU(inplace=True)
        self.down = nn.Conv2d(received, channels, 1, stride) if stride > 1 else nn.Identity()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        y += self.down(x)
        maps: torch.Tensor = self.relu(y)
        return maps


class Excited(nn.Module):
    """Squeeze and excitation: a product of maps and a number for each channel."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.squeeze, self.excite = nn.Conv2d(1, 4, 3), nn.Conv2d(4, 2, 1), nn.Conv2d(2, 4, 1)
        self.last = nn.Linear(4, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.conv(x)
        weights = self.excite(self.squeeze(functional.adaptive_avg_pool2d(x, 1)).relu()).sigmoid()
        logits: torch.Tensor = self.last((x * weights).mean((2, 3)))
        return logits


class Dense(nn.Module):
    """As DenseNet: what was there before, and what is new, behind each other."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Conv2d(1, 4, 3, padding=1), nn.Conv2d(5, 4, 3, padding=1)
        self.last = nn.Linear(9 * 64, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = torch.cat((x, self.first(x).relu()), 1)
        x = torch.cat((x, self.second(x).relu()), 1)
        logits: torch.Tensor = self.last(x.flatten(1))
        return logits


class ChannelsLast(nn.Module):
    """The block of ConvNeXt, whose dense layers work along the channels."""

    def __init__(self) -> None:
        super().__init__()
        self.stem, self.depthwise = nn.Conv2d(1, 6, 2, 2), nn.Conv2d(6, 6, 3, padding=1, groups=6)
        self.norm, self.wide, self.act, self.narrow = nn.LayerNorm(6), nn.Linear(6, 4), nn.GELU(), nn.Linear(4, 6)
        self.last = nn.Linear(6, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.stem(x)
        y = self.narrow(self.act(self.wide(self.norm(self.depthwise(x).permute(0, 2, 3, 1)))))
        logits: torch.Tensor = self.last((x + y.permute(0, 3, 1, 2)).mean((2, 3)))
        return logits


class Mixer(nn.Module):
    """Dense layers along the width, then along the height, with as many units as there are positions."""

    def __init__(self) -> None:
        super().__init__()
        self.stem, self.across, self.down = nn.Conv2d(1, 8, 1), nn.Linear(8, 8), nn.Linear(8, 8)
        self.act, self.last = nn.GELU(), nn.Linear(8, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.act(self.across(self.stem(x)))
        x = self.down(x.transpose(2, 3)).transpose(2, 3)
        logits: torch.Tensor = self.last(x.mean((2, 3)))
        return logits


def blocks() -> nn.Module:
    """Return two residual blocks, the second of which halves the maps."""
    head = (nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 10))
    return nn.Sequential(Residual(1, 1), Residual(1, 4, 2), *head)


def pre_activated() -> nn.Module:
    """Return a convolution, pooling, and normalisation with its activation behind it."""
    return nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.MaxPool2d(2, 1), nn.BatchNorm2d(4), nn.ReLU())


@pytest.mark.parametrize(
    ("make", "by_default", "others"),
    [
        (Functional, ["relu", "relu_1", "relu_2"], ["max_pool2d", "max_pool2d_1"]),
        (blocks, ["0.relu@1", "0", "1.relu@1", "1"], []),
        (Excited, ["mul"], []),
        (Dense, ["relu", "relu_1"], ["cat", "cat_1"]),
        (pre_activated, ["1"], ["2", "4"]),
        (ChannelsLast, ["stem", "norm", "act", "add"], []),
        (Mixer, ["stem", "act", "down"], []),
    ],
)
def test_every_convolution_has_the_map_of_what_follows_it(
    make: Callable[[], nn.Module], by_default: list[str], others: list[str]
) -> None:
    network = make().eval()
    chains = find_chains(network, SHAPE)
    assert [chain.name for chain in chains if chain.convolves] == by_default
    assert sorted(chain.name for chain in chains if not chain.convolves) == others
    names = [chain.name for chain in chains]
    outputs = Probe(network).layer_outputs(torch.rand(2, 1, 8, 8), names)
    assert all(values.dim() == 4 for values in outputs.values())


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("conv 4 same, batch norm, conv 4 linear, batch norm, relu, flatten", ["norm1", "relu2"]),
        ("[conv 4 same, conv 1 same linear] + input, relu, flatten", ["sum1.path.relu1", "relu2"]),
        (
            "[conv 4 same, conv 1 same linear] + input, batch norm, conv 4, flatten",
            ["sum1.path.relu1", "sum1", "relu2"],
        ),
        ("[conv 4 1x1 | conv 4 same, pool 3 stride 1 same], relu, flatten", ["relu3"]),
    ],
)
def test_of_texts_a_residual_part_has_a_map_of_its_own(text: str, names: list[str]) -> None:
    chains = find_chains(build(text, SHAPE, 10), SHAPE)
    assert [chain.name for chain in chains if chain.convolves] == names


def test_before_the_activation_lies_what_may_be_negative() -> None:
    before = {chain.name: chain.before_activation for chain in find_chains(blocks().eval(), SHAPE)}
    assert before == {"0.relu@1": "0.bn1", "0": "add", "1.relu@1": "1.bn1", "1": "add_1"}


def test_what_a_block_returns_is_what_its_name_gives() -> None:
    network = blocks().eval()
    pictures = torch.randn(2, 1, 8, 8)
    outputs = Probe(network).layer_outputs(pictures, ["0", "0.relu@2", "add", "logits"])
    expected = network.get_submodule("0")(pictures)
    torch.testing.assert_close(outputs["0"], expected)
    torch.testing.assert_close(outputs["0.relu@2"], expected)
    torch.testing.assert_close(outputs["add"].relu(), expected)
    torch.testing.assert_close(outputs["logits"], network(pictures))


def test_every_name_of_a_step_gives_its_output() -> None:
    for make in (Functional, blocks, Excited, Dense, ChannelsLast, Mixer):
        network = make().eval()
        steps = list(Walk(network).steps(SHAPE))
        outputs = Probe(network).layer_outputs(torch.rand(3, 1, 8, 8), [step.name for step in steps])
        for step in steps:
            assert tuple(outputs[step.name].shape[1:]) == step.output, step.name


@pytest.mark.parametrize(
    ("make", "name", "shape"),
    [
        (ChannelsLast, "act", (1, 4, 4, 4)),
        (ChannelsLast, "norm", (1, 6, 4, 4)),
        (Mixer, "across", (1, 8, 8, 8)),
        (Mixer, "down", (1, 8, 8, 8)),
    ],
)
def test_channels_come_first_wherever_they_lie(make: type[nn.Module], name: str, shape: tuple[int, ...]) -> None:
    network = make().eval()
    probe, pictures = Probe(network), torch.rand(1, 1, 8, 8)
    values = probe.layer_outputs(pictures, [name])[name]
    moved = probe.with_channels_first(name, values)
    assert tuple(moved.shape) == shape
    is_last = make is ChannelsLast
    torch.testing.assert_close(moved, values.permute(0, 3, 1, 2) if is_last else values)
