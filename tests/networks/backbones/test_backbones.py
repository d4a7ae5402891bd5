"""Backbones against torchvision's and timm's: the same names, numbers and answers."""

from __future__ import annotations

import pytest
import torch

from catseye.errors import UsageError
from catseye.networks import build, summarise
from catseye.networks.backbones.backbone import Backbone
from catseye.networks.backbones.blocks import SameConv2d
from catseye.networks.backbones.lite_plan import _rounded_channels
from catseye.networks.names import BACKBONES
from catseye.networks.pretrained_weights import preprocess_of
from tests.judges import bare_judge, judge

OFFICIAL_PARAMETERS = {
    "vgg16": 138_357_544,
    "vgg19": 143_667_240,
    "resnet18": 11_689_512,
    "resnet50": 25_557_032,
    "mobilenet_v2": 3_504_872,
    "efficientnet_lite0": 4_652_008,
}
# One of each kind of block, and every EfficientNet-Lite, whose sizes follow from a rule; the others differ in depth.
ANSWERING = ("vgg11", "vgg11_bn", "resnet18", "resnet50", "mobilenet_v2", *(f"efficientnet_lite{n}" for n in range(5)))
ANSWERING_QUICKLY = ("resnet18", "mobilenet_v2", "efficientnet_lite0")


def made(name: str) -> Backbone:
    network = build(name, preprocess_of(name).shape, 1000)
    assert isinstance(network, Backbone)
    return network.eval()


@pytest.mark.parametrize("name", BACKBONES)
def test_names_and_shapes_are_the_official_ones(name: str) -> None:
    with torch.device("meta"):
        ours = {key: value.shape for key, value in made(name).state_dict().items()}
    with torch.device("meta"):
        theirs = {key: value.shape for key, value in bare_judge(name).state_dict().items()}
    assert ours == theirs


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[] if name in ANSWERING_QUICKLY else [pytest.mark.slow]) for name in ANSWERING],
)
def test_logits_are_the_judges(name: str) -> None:
    theirs, ours = judge(name), made(name)
    ours.load_state_dict(theirs.state_dict())
    height, width, _ = preprocess_of(name).shape
    picture = torch.rand(1, 3, height, width, generator=torch.Generator().manual_seed(1)) * 2 - 1
    with torch.inference_mode():
        expected = theirs(picture)
        torch.testing.assert_close(ours(picture), expected, atol=1e-5, rtol=1e-5)
    assert expected.std() > 0.01  # answers that are all alike would say nothing


@pytest.mark.parametrize(("height", "width"), [(97, 64), (33, 130)])
def test_odd_sizes_are_padded_as_timm_pads_them(height: int, width: int) -> None:
    theirs, ours = judge("efficientnet_lite0"), made("efficientnet_lite0")
    ours.load_state_dict(theirs.state_dict())
    picture = torch.rand(2, 3, height, width, generator=torch.Generator().manual_seed(2))
    with torch.inference_mode():
        torch.testing.assert_close(ours(picture), theirs(picture), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("name", BACKBONES)
def test_summary_counts_what_the_network_has(name: str) -> None:
    with torch.device("meta"):
        network = made(name)
    summary = summarise(network, preprocess_of(name).shape, name)
    parameters = sum(weight.numel() for weight in network.parameters())
    assert summary.parameters == parameters == OFFICIAL_PARAMETERS.get(name, parameters)
    assert summary.layers[-1].output == (1000,)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["vgg11_bn", "resnet50", "mobilenet_v2", "efficientnet_lite0"])
@pytest.mark.parametrize("side", [(224, 224), (65, 97)])
def test_sizes_are_those_that_pass(name: str, side: tuple[int, int]) -> None:
    network, shapes = made(name), {}
    for path, module in network.named_modules():
        if isinstance(module, torch.nn.Conv2d | torch.nn.MaxPool2d | torch.nn.AdaptiveAvgPool2d):
            module.register_forward_hook(lambda _, __, out, path=path: shapes.update({path: tuple(out.shape[1:])}))
    with torch.inference_mode():
        network(torch.rand(1, 3, *side))
    rows = {layer.name: layer.output for layer in summarise(network, (*side, 3)).layers}
    assert {name: (rows[name][2], *rows[name][:2]) for name in shapes} == shapes


def test_work_is_that_of_the_papers() -> None:
    """Multiply-adds in millions: He et al. say 1,800, Sandler et al. 300."""
    with torch.device("meta"):
        work = {n: summarise(made(n), (224, 224, 3)).multiply_adds / 1e6 for n in ("resnet18", "mobilenet_v2")}
    assert work["resnet18"] == pytest.approx(1800, rel=0.02)
    assert work["mobilenet_v2"] == pytest.approx(300, rel=0.02)


def test_a_shortcut_is_told_in_the_row_that_it_is_added_to() -> None:
    with torch.device("meta"):
        kinds = {layer.name: layer.kind for layer in summarise(made("resnet18"), (224, 224, 3)).layers}
    assert kinds["conv1"] == "conv 7×7, stride 2, pad 3"
    assert kinds["bn1"] == "batch norm + relu"
    assert kinds["layer2.1.bn2"] == "batch norm + sum + relu"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["vgg11", "resnet18", "mobilenet_v2", "efficientnet_lite0"])
def test_outputs_have_names_and_lead_to_the_logits(name: str) -> None:
    network = made(name)
    picture = torch.rand(1, 3, 64, 64)
    with torch.inference_mode():
        outputs = network.outputs(picture)
        torch.testing.assert_close(outputs["logits"], network(picture))
        torch.testing.assert_close(outputs["features"], network.extract(picture))
    assert list(outputs)[-2:] == ["features", "logits"]
    sides = [values.shape[2] for values in outputs.values() if values.dim() == 4]
    assert sides == sorted(sides, reverse=True)
    assert sides[-1] == 2  # 64 pixels, halved five times


def test_a_new_head_leaves_the_features() -> None:
    network = made("resnet18")
    picture = torch.rand(1, 3, 32, 32)
    with torch.inference_mode():
        before = network.extract(picture)
        network.replace_head(7)
        assert network(picture).shape == (1, 7)
        torch.testing.assert_close(network.extract(picture), before)


def test_same_padding_by_hand() -> None:
    """Four columns, 3×3 with stride 2: two places, and the one column that is missing is put on the right."""
    conv = SameConv2d(1, 1, 3, stride=2)
    torch.nn.init.ones_(conv.weight)
    row = torch.tensor([1.0, 2.0, 3.0, 4.0]).view(1, 1, 1, 4)
    assert conv(row).flatten().tolist() == [1 + 2 + 3, 3 + 4]


@pytest.mark.parametrize(("channels", "expected"), [(32, 32), (35.2, 32), (44.8, 48), (17.6, 16), (11, 16), (22.4, 24)])
def test_channels_are_rounded_to_eights_but_not_far_down(channels: float, expected: int) -> None:
    assert _rounded_channels(channels) == expected


@pytest.mark.parametrize(
    ("name", "shape", "says"),
    [
        ("resnet8", (224, 224, 3), "did you mean resnet18"),
        ("resnet18", (28, 28, 3), "smallest is 32×32"),
        ("resnet18", (224, 224, 1), "takes colour pictures"),
    ],
)
def test_what_a_backbone_cannot_take(name: str, shape: tuple[int, int, int], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        build(name, shape, 10)


def test_options_of_the_lessons_are_not_a_backbones() -> None:
    with pytest.raises(UsageError, match="batch_norm and dropout are for dense, convnet"):
        build("resnet18", (32, 32, 3), 10, batch_norm=True)
