"""Two backbones as one: the numbers are those of both."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from catseye.errors import UsageError
from catseye.networks.names import is_backbone, parts_of
from catseye.networks.pretrained_weights import preprocess_of, pretrained

NAME = "efficientnet_lite0+efficientnet_lite1"


@pytest.mark.slow
def test_the_logits_are_the_mean_of_both(tmp_path: Path) -> None:
    pair = pretrained(NAME, None, tmp_path)
    first, second = (pretrained(name, None, tmp_path) for name in parts_of(NAME))
    assert (pair.name, pair.features, pair.classes) == (NAME, 2560, 1000)
    assert pair.preprocess == second.preprocess == preprocess_of(NAME)
    pictures = torch.randn(2, 3, 240, 240, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        expected = (first.network(pictures) + second.network(pictures)) / 2
        features = torch.cat([first.network.extract(pictures), second.network.extract(pictures)], 1)
        assert torch.allclose(pair.network(pictures), expected, atol=1e-4)
        assert torch.allclose(pair.network.extract(pictures), features, atol=1e-5)
    assert pair.parameters == sum(weight.numel() for weight in pair.network.parameters())
    own = {name: value.numpy() for name, value in pair.network.state_dict().items()}
    assert own.keys() == pair.arrays.keys()
    assert all(np.array_equal(value, own[name]) for name, value in pair.arrays.items())
    assert pair.summarise().parameters == pair.parameters


@pytest.mark.parametrize(
    "name",
    [
        "efficientnet_lite0+efficientnet_lite0",
        "efficientnet_lite0+resnet18",
        "resnet18+vgg16",
        "resnet18+resnet34+resnet50",
        "resnet18+",
        "+resnet18",
        "+",
    ],
)
def test_what_is_no_pair(name: str, tmp_path: Path) -> None:
    assert not parts_of(name)
    assert not is_backbone(name)
    with pytest.raises(UsageError, match="unknown backbone"):
        pretrained(name, None, tmp_path)


def test_one_weight_file_is_not_for_two(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="two backbones, which one weight file cannot hold"):
        pretrained(NAME, "weights.pth", tmp_path)
