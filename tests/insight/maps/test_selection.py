"""A page has layers from the whole depth whose maps follow an activation, and no more channels than it has room for."""

from __future__ import annotations

import pytest
import torch

from catseye.errors import UsageError
from catseye.insight.maps.selection import check_size, default_count, fits_page, select_layers
from catseye.networks import build
from catseye.networks.probe import Probe
from catseye.networks.registry import backbone


def test_five_layers_from_the_first_to_the_last_are_chosen() -> None:
    chosen = select_layers(backbone("efficientnet_lite0", (64, 64, 3), 10), (64, 64, 3))
    assert chosen == {
        "stem": "stem",
        "blocks.1.1.act2": "stage2",
        "blocks.3.2.act2": "stage4",
        "blocks.5.3.act2": "stage6",
        "top": "top",
    }
    assert list(select_layers(build("convnet", (28, 28, 1), 10), (28, 28, 1))) == ["relu1", "relu2", "relu3"]
    assert select_layers(build("dense", (28, 28, 1), 10), (28, 28, 1)) == {}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["efficientnet_lite0", "mobilenet_v2", "resnet18", "resnet50", "vgg11", "vgg11_bn"])
def test_no_value_of_a_chosen_layer_is_negative_and_some_are_not_zero(name: str) -> None:
    torch.manual_seed(0)
    network = backbone(name, (64, 64, 3), 10)
    with torch.inference_mode():
        outputs = Probe(network).layer_outputs(torch.randn(1, 3, 64, 64), list(select_layers(network, (64, 64, 3))))
    for maps in outputs.values():
        assert maps.ndim == 4
        assert maps.min() >= 0
        assert maps.max() > 0


def test_a_page_has_five_rows_of_eight() -> None:
    assert fits_page([8] * 5)
    assert fits_page([40])
    assert fits_page([16, 16])
    assert not fits_page([8] * 6)
    assert not fits_page([41])
    assert not fits_page([9, 9, 9])  # two rows each
    for layers in range(1, 6):
        assert fits_page([default_count(layers, long=False)] * layers)


def test_more_than_a_sheet_holds_is_refused() -> None:
    check_size([512, 512])
    with pytest.raises(UsageError, match="that makes 1,025 maps, but at most 1,024 are drawn"):
        check_size([512, 513])
