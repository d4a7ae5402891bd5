"""Maps are the layers' own outputs, ordered by strengths worked out by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from torch import nn

from catseye.classifier.classifier import Classifier
from catseye.errors import CatseyeError, UsageError
from catseye.evaluation.calibration import Calibration
from catseye.images.preprocess import Preprocess
from catseye.insight.maps.maps import LayerMaps, compute_feature_maps
from catseye.networks import build
from catseye.networks.imagenet import CLASSES, class_names
from catseye.networks.registry import backbone
from tests.judges import timm

if TYPE_CHECKING:
    pass


SIDE = 64


def classifier(name: str, side: int = SIDE) -> Classifier:
    torch.manual_seed(0)
    network = backbone(name, (side, side, 3), CLASSES)
    return Classifier(network, name, {}, Preprocess(side, side, 3), class_names(), Calibration(), {})


def noise(side: int = SIDE) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.random.default_rng(0).integers(0, 256, (side, side, 3), dtype=np.uint8)


def test_strength_is_the_mean_of_absolute_responses_and_contrast_the_standard_deviation() -> None:
    maps = np.zeros((4, 2, 2), np.float32)
    maps[0] = [[1, 2], [3, 4]]
    maps[1] = [[-8, 0], [0, 4]]
    maps[3] = [[1, 2], [3, 4]]
    layer = LayerMaps("conv", maps)
    assert [channel.channel for channel in layer.clearest(9)] == [1, 0, 3, 2]
    assert layer.zero_channels == 1
    assert layer.signed
    channel = layer.channel(1).to_json()
    assert channel == {
        **{"channel": 1, "strength": 3.0, "mean": -1.0, "smallest": -8.0, "largest": 4.0},
        **{"contrast": 19**0.5, "share_active": 0.25},
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


def test_corrupted_weights_are_an_error() -> None:
    one = classifier("resnet18")
    one.network.get_parameter("conv1.weight").data.fill_(torch.nan)
    with pytest.raises(CatseyeError, match="output of layer stem is not finite"):
        compute_feature_maps(one, noise(), ["stem"])


class _Lasting(nn.Module):
    """Dense layers along the channels, which lie last, and gelu as a function behind the second."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second, self.head = nn.Linear(1, 3), nn.Linear(3, 5), nn.Linear(5, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = torch.nn.functional.gelu(self.second(self.first(x.permute(0, 2, 3, 1))))
        logits: torch.Tensor = self.head(x.mean((1, 2)))
        return logits


def test_maps_of_dense_layers_along_the_channels_have_these_first_and_say_what_follows() -> None:
    network = _Lasting().eval()
    made = Classifier(network, "python:Lasting", {}, Preprocess(4, 6, 1), ("a", "b"), Calibration(), {})
    pixels = np.arange(24, dtype=np.uint8).reshape(4, 6) * 10
    first, second = compute_feature_maps(made, pixels, ["first", "second"]).layers
    assert (first.maps.shape, second.maps.shape) == ((3, 4, 6), (5, 4, 6))
    assert (first.title, second.title) == ("first", "second (before gelu)")
    assert ("before" in first.to_json(1), second.to_json(1)["before"]) == (False, "gelu")
    weight, bias = network.first.weight.detach().numpy(), network.first.bias.detach().numpy()
    for channel in range(3):
        np.testing.assert_allclose(
            first.maps[channel], pixels / 255 * weight[channel, 0] + bias[channel], rtol=1e-5, atol=1e-6
        )


def test_a_layer_inside_a_stage_is_called_what_layer_takes() -> None:
    """A stage that ends in a convolution alone has other channels than its last activation."""
    inside = LayerMaps("blocks.5.3.act2", np.zeros((4, 2, 2), np.float32), "stage6")
    assert inside.title == "blocks.5.3.act2 (in stage6)"
    assert LayerMaps("stem", np.zeros((4, 2, 2), np.float32), "stem").title == "stem"


def test_a_channel_that_responds_only_to_the_padding_has_no_contrast() -> None:
    frame, spot = np.ones((12, 12), np.float32), np.zeros((12, 12), np.float32)
    frame[1:-1, 1:-1], spot[5, 5] = 0, 0.1
    layer = LayerMaps("conv", np.stack((frame, spot)))
    assert [one.channel for one in layer.clearest(2)] == [1, 0]
    assert layer.channel(0).contrast == 0
    assert layer.channel(0).share_active == pytest.approx(44 / 144)
    smaller = LayerMaps("conv", frame[None, 1:, 1:])  # 11×11: the outermost are too many to leave out
    assert smaller.channel(0).contrast > 0.3
