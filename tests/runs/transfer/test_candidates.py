"""What can be tried depends on what is installed, and on what it costs."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from catseye.networks import pretrained_weights
from catseye.runs.transfer import candidates
from catseye.runs.transfer.candidates import Candidate, list_backbones, list_pairs

LITES = [f"efficientnet_lite{number}" for number in range(5)]


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    names = ["efficientnet_lite2", "efficientnet_lite0", "mobilenet_v2", "efficientnet_lite1", "resnet18"]
    monkeypatch.setattr(candidates, "is_installed", lambda name, _: name in names)
    return names


@pytest.mark.usefixtures("installed")
def test_other_backbones_the_cheapest_first(tmp_path: Path) -> None:
    expected = ["mobilenet_v2", "efficientnet_lite1", "efficientnet_lite2", "resnet18"]
    assert list_backbones("efficientnet_lite0", tmp_path, math.inf) == expected
    assert list_backbones("efficientnet_lite0", tmp_path, 385_187_552) == ["mobilenet_v2"]


def test_pairs_of_the_best_with_the_same_normalisation() -> None:
    best = ["efficientnet_lite2", "efficientnet_lite0", "mobilenet_v2", "vgg16", "efficientnet_lite1"]
    assert list_pairs(best[:4], math.inf) == ["efficientnet_lite0+efficientnet_lite2"]
    assert list_pairs(best, math.inf) == list_pairs(LITES[:3], math.inf)  # of the three that can be joined
    assert list_pairs(LITES, math.inf) == [
        "efficientnet_lite0+efficientnet_lite1",
        "efficientnet_lite0+efficientnet_lite2",
        "efficientnet_lite1+efficientnet_lite2",
    ]
    assert list_pairs(LITES, 385_187_552) == []
    assert list_pairs(["timm:resnet10t", "efficientnet_lite0"], math.inf) == []


def test_names_in_a_table() -> None:
    assert Candidate("resnet18").name == "resnet18"
    assert Candidate("resnet18", mirrored=True).name == "resnet18, mirrored"
    assert Candidate("resnet18+resnet34", fine_tuned=True).name == "resnet18 + resnet34, fine-tuned"


def test_what_was_downloaded_counts_as_installed(tmp_path: Path) -> None:
    assert not pretrained_weights.is_installed("resnet18", tmp_path)
    (tmp_path / "weights").mkdir()
    (tmp_path / "weights" / "resnet18-f37072fd.pth").write_bytes(b"weights")
    assert pretrained_weights.is_installed("resnet18", tmp_path)
    assert pretrained_weights.is_installed("efficientnet_lite0", tmp_path)
    assert not pretrained_weights.is_installed("timm:resnet18", tmp_path)


def test_packages_that_are_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pretrained_weights, "_packaged", lambda name: Path("x") if name.endswith("0") else None)
    assert pretrained_weights.missing_packages(tmp_path) == ("lite1", "lite2")
