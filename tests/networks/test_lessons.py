"""The lessons' networks: one table drives the checks of all."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from catseye.errors import UsageError
from catseye.networks import build, smallest_side, summarise
from catseye.networks.initialisation import NONE, SCHEMES, initialise
from catseye.networks.names import LESSONS as NAMES
from catseye.training.choices import INITIALISATIONS

# layer, output (H, W, C), parameters: as the lessons print them (without pooling: from its own text)
LESSONS: dict[str, tuple[int, list[tuple[str, tuple[int, ...], int]]]] = {
    "dense": (
        407_050,
        [("input", (28, 28, 1), 0), ("flatten", (784,), 0), ("dense1", (512,), 401_920), ("dense2", (10,), 5_130)],
    ),
    "convnet": (
        104_202,
        [
            ("input", (28, 28, 1), 0),
            ("conv1", (26, 26, 32), 320),
            ("pool1", (13, 13, 32), 0),
            ("conv2", (11, 11, 64), 18_496),
            ("pool2", (5, 5, 64), 0),
            ("conv3", (3, 3, 128), 73_856),
            ("flatten", (1152,), 0),
            ("dense1", (10,), 11_530),
        ],
    ),
    "convnet_without_pooling": (
        712_202,
        [
            ("input", (28, 28, 1), 0),
            ("conv1", (26, 26, 32), 320),
            ("conv2", (24, 24, 64), 18_496),
            ("conv3", (22, 22, 128), 73_856),
            ("flatten", (61_952,), 0),
            ("dense1", (10,), 619_530),
        ],
    ),
    "fashion_convnet": (
        421_642,
        [
            ("input", (28, 28, 1), 0),
            ("conv1", (28, 28, 32), 320),
            ("pool1", (14, 14, 32), 0),
            ("conv2", (14, 14, 64), 18_496),
            ("pool2", (7, 7, 64), 0),
            ("flatten", (3136,), 0),
            ("dense1", (128,), 401_536),
            ("dense2", (10,), 1_290),
        ],
    ),
}


@pytest.mark.parametrize("name", NAMES)
def test_layers_and_parameters_are_the_lessons(name: str) -> None:
    total, layers = LESSONS[name]
    summary = summarise(build(name, (28, 28, 1), 10), (28, 28, 1), name)
    assert [(layer.name, layer.output, layer.parameters) for layer in summary.layers] == layers
    assert summary.parameters == total


@pytest.mark.parametrize("name", NAMES)
def test_it_computes_what_the_lesson_writes_down(name: str) -> None:
    """Against the same layers in the lessons' own order, relu before pooling, by functions of PyTorch."""
    torch.manual_seed(0)
    network, functional = build(name, (28, 28, 1), 10), nn.functional
    weights = network.state_dict()
    x = torch.rand(5, 1, 28, 28)
    expected = x
    padding = 1 if name == "fashion_convnet" else 0
    for layer in (layer for layer, _, _ in LESSONS[name][1][1:]):
        if layer.startswith("conv"):
            weight, bias = weights[f"{layer}.weight"], weights[f"{layer}.bias"]
            expected = functional.conv2d(expected, weight, bias, padding=padding).relu()
        elif layer.startswith("pool"):
            expected = functional.max_pool2d(expected, 2)
        elif layer == "flatten":
            expected = expected.flatten(1)
        else:
            expected = functional.linear(expected, weights[f"{layer}.weight"], weights[f"{layer}.bias"])
            if layer != LESSONS[name][1][-1][0]:
                expected = expected.relu()
    torch.testing.assert_close(network(x), expected)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("options", [{}, {"batch_norm": True}, {"dropout": 0.5}, {"batch_norm": True, "dropout": 0.2}])
@pytest.mark.parametrize(("shape", "classes"), [((28, 28, 1), 10), ((33, 20, 3), 2), ((64, 64, 3), 37)])
def test_any_shape_and_class_count_works(
    name: str, options: dict[str, Any], shape: tuple[int, int, int], classes: int
) -> None:
    height, width, channels = shape
    network = build(name, shape, classes, **options)
    assert network(torch.rand(2, channels, height, width)).shape == (2, classes)
    summary = summarise(network, shape)
    assert summary.parameters == sum(weight.numel() for weight in network.parameters())
    assert network.training  # a summary leaves the mode as it was


@pytest.mark.parametrize(
    ("name", "side", "layer"),
    [("convnet", 18, "5, conv 128"), ("convnet_without_pooling", 7, "3, conv 128"), ("fashion_convnet", 4, "4, pool")],
)
def test_too_small_a_picture_names_the_layer_and_the_smallest_size(name: str, side: int, layer: str) -> None:
    assert smallest_side(name) == side
    build(name, (side, side, 1), 10)
    with pytest.raises(UsageError, match=rf"layer {layer}: .* The smallest is {side}×{side}"):
        build(name, (side - 1, side, 1), 10)


def test_dense_takes_a_single_pixel() -> None:
    assert smallest_side("dense") == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("convent", (28, 28, 1), 10), "did you mean convnet"),
        (("dense", (28, 28, 1), 0), "1 to 100,000 classes"),
        (("dense", (0, 28, 1), 10), "at least one row"),
        (("dense", (4000, 4000, 3), 10), "24,576,005,642 parameters"),
    ],
)
def test_what_cannot_be_built_says_why(arguments: tuple[str, tuple[int, int, int], int], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        build(*arguments)


def test_initialisations_are_known_to_the_recipe() -> None:
    assert {*SCHEMES, NONE} == set(INITIALISATIONS)


@pytest.mark.parametrize(
    ("scheme", "deviation"),
    [
        ("he_normal", (2 / 784) ** 0.5),
        ("he_uniform", (2 / 784) ** 0.5),
        ("glorot_normal", (2 / (784 + 512)) ** 0.5),
        ("glorot_uniform", (2 / (784 + 512)) ** 0.5),
        ("orthogonal", (1 / 784) ** 0.5),
    ],
)
def test_initial_weights_have_the_spread_of_their_paper(scheme: str, deviation: float) -> None:
    network = build("dense", (28, 28, 1), 10)
    initialise(network, scheme, seed=1)
    weight = network.state_dict()["dense1.weight"]
    assert weight.std().item() == pytest.approx(deviation, rel=0.01)
    assert network.state_dict()["dense1.bias"].abs().max() == 0
    again = build("dense", (28, 28, 1), 10)
    initialise(again, scheme, seed=1)
    assert torch.equal(weight, again.state_dict()["dense1.weight"])
    initialise(again, scheme, seed=2)
    assert not torch.equal(weight, again.state_dict()["dense1.weight"])
