"""Maps are the layers' own outputs, ordered by strengths worked out by hand; boxes are what the gradient reaches."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from torch import nn

from catseye.classifier.classifier import Classifier
from catseye.datasets.memory_pictures import MemoryPictures
from catseye.errors import CatseyeError, UsageError
from catseye.evaluation.calibration import Calibration
from catseye.images.preprocess import Preprocess
from catseye.insight.maps.filters import read_first_filters
from catseye.insight.maps.maps import LayerMaps, compute_feature_maps
from catseye.insight.maps.positions import locate_positions
from catseye.insight.maps.top_pictures import find_top_pictures
from catseye.networks import LESSONS, build
from catseye.networks.imagenet import CLASSES, class_names
from catseye.networks.registry import backbone
from tests.judges import timm

if TYPE_CHECKING:
    from catseye.insight.maps.positions import Positions

SIDE = 64


def classifier(name: str, side: int = SIDE) -> Classifier:
    torch.manual_seed(0)
    network = backbone(name, (side, side, 3), CLASSES)
    return Classifier(network, name, {}, Preprocess(side, side, 3), class_names(), Calibration(), {})


def noise(side: int = SIDE) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.random.default_rng(0).integers(0, 256, (side, side, 3), dtype=np.uint8)


def test_strength_is_the_mean_of_absolute_responses() -> None:
    maps = np.zeros((4, 2, 2), np.float32)
    maps[0] = [[1, 2], [3, 4]]
    maps[1] = [[-8, 0], [0, 4]]
    maps[3] = [[1, 2], [3, 4]]
    layer = LayerMaps("conv", maps)
    assert [channel.channel for channel in layer.strongest(9)] == [1, 0, 3, 2]
    assert layer.silent == 1
    assert layer.signed
    channel = layer.channel(1).to_json()
    assert channel == {
        **{"channel": 1, "strength": 3.0, "mean": -1.0, "smallest": -8.0, "largest": 4.0},
        "share_active": 0.25,
    }
    with pytest.raises(UsageError, match="channels 0 to 3; got 4"):
        layer.channel(4)
    with pytest.raises(UsageError, match="got -1"):
        layer.channel(-1)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "layer", "shape"),
    [
        ("efficientnet_lite0", "stage3", (40, 8, 8)),
        ("resnet18", "layer2", (128, 8, 8)),
        ("vgg16", "features.3", (64, 64, 64)),
        ("mobilenet_v2", "stem", (32, 32, 32)),
        ("timm:resnet18", "stage1", (512, 2, 2)),
        ("timm:swin_tiny_patch4_window7_224", "stage1", (768, 7, 7)),
    ],
)
def test_maps_of_every_kind_of_network(name: str, layer: str, shape: tuple[int, ...]) -> None:
    assert not name.startswith("timm:") or timm.is_model(name.removeprefix("timm:"))
    one = classifier(name, 224 if "swin" in name else SIDE)
    found = compute_feature_maps(one, noise(one.preprocess.height), [layer, layer])
    (maps,) = found.layers
    assert maps.maps.shape == shape
    picture = one.preprocess.tensor(torch.from_numpy(found.pixels)[None])
    with torch.inference_mode():
        network = one.network.eval()
        if layer == "features.3":
            first = nn.Sequential(*(network.get_submodule(f"features.{number}") for number in range(4)))
            expected = first(picture)[0]
            np.testing.assert_allclose(maps.maps, expected, rtol=1e-4, atol=1e-5)
        best = one.classes[int(network(picture)[0].argmax())]
    assert found.prediction.class_name == best


def test_tokens_and_dense_layers_and_dense_networks_are_refused_in_a_line() -> None:
    with pytest.raises(UsageError, match="stage1 gives 197×192 numbers without height and width"):
        compute_feature_maps(classifier("timm:vit_tiny_patch16_224", 224), noise(224))
    dense = build("dense", (28, 28, 1), 10)
    digits = Classifier(dense, "dense", {}, Preprocess(28, 28, 1), tuple("0123456789"), Calibration(), {})
    with pytest.raises(UsageError, match="no convolution"):
        compute_feature_maps(digits, np.zeros((28, 28), np.uint8))
    with pytest.raises(UsageError, match="dense1 gives 512 numbers"):
        compute_feature_maps(digits, np.zeros((28, 28), np.uint8), ["dense1"])


def test_spoilt_weights_are_an_error() -> None:
    one = classifier("resnet18")
    one.network.get_parameter("conv1.weight").data.fill_(torch.nan)
    with pytest.raises(CatseyeError, match="stem gives what is no finite number"):
        compute_feature_maps(one, noise(), ["stem"])


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


def spot_detector() -> nn.Sequential:
    """Return a network whose second channel answers to one bright pixel, at its place."""
    conv = nn.Conv2d(1, 2, 3, bias=False)
    nn.init.zeros_(conv.weight)
    conv.weight.data[1, 0, 1, 1] = 1.0
    return nn.Sequential(OrderedDict(conv1=conv, relu1=nn.ReLU(), flatten=nn.Flatten(), dense1=nn.Linear(2 * 36, 2)))


def spots() -> MemoryPictures:
    """Return 300 pictures 8×8, black but for three: a spot of 200, one of 255, and a whole square of 100."""
    images = np.zeros((300, 1, 8, 8), np.uint8)
    images[7, 0, 2, 5] = 200
    images[290, 0, 6, 1] = 255
    images[120, 0, 2:6, 2:6] = 100
    labels = np.zeros(300, np.int64)
    labels[290] = 1
    return MemoryPictures(images, labels, ("dull", "bright"))


def test_what_excites_a_channel_most_and_where() -> None:
    network, preprocess = spot_detector(), Preprocess(8, 8, 1)
    found = find_top_pictures(network, preprocess, spots(), "relu1", 1, count=4)
    assert [one.index for one in found.found] == [290, 7, 120, 0]  # of equal ones the first
    best = found.found[0]
    assert (best.class_name, best.place, best.box) == ("bright", (5, 0), (5, 0, 8, 3))
    assert best.response == pytest.approx(1.0)
    assert np.array_equal(best.pixels, spots().images[290])
    assert found.to_json()["share_excited"] == pytest.approx(3 / 300)
    by_mean = find_top_pictures(network, preprocess, spots(), "relu1", 1, count=1, measure="mean")
    assert by_mean.found[0].index == 120
    assert by_mean.found[0].response == pytest.approx(16 * 100 / 255 / 36)
    with pytest.raises(UsageError, match="channels 0 to 1; got 2"):
        find_top_pictures(network, preprocess, spots(), "relu1", 2)
    with pytest.raises(UsageError, match="no pictures"):
        find_top_pictures(network, preprocess, spots().take([]), "relu1", 1)


def test_the_network_is_left_as_it_was() -> None:
    network = spot_detector().train()
    find_top_pictures(network, Preprocess(8, 8, 1), spots(), "relu1", 1)
    assert network.training
    assert all(weight.requires_grad for weight in network.parameters())


def test_first_filters_are_the_first_convolutions_and_no_other_layers() -> None:
    network = build("convnet", (28, 28, 1), 10)
    weights = network.get_parameter("conv1.weight")
    weights.data[5] = 10.0
    weights.data[6] = 0.0
    found = read_first_filters(network)
    assert found.layer == "conv1"
    assert found.largest(1) == [5]
    assert found.norms[5] == pytest.approx(30)
    assert (found.empty, found.is_empty(6)) == (1, True)
    np.testing.assert_array_equal(found.weights, weights.detach().numpy())
    for layer, says in (("conv2", "32 maps"), ("relu1", "no filters of its own"), ("conv9", "did you mean conv")):
        with pytest.raises(UsageError, match=says):
            read_first_filters(network, layer)
    with pytest.raises(UsageError, match="no convolution"):
        read_first_filters(build("dense", (28, 28, 1), 10))
