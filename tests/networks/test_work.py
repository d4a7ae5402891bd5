"""The work of a backbone, as its layers' in a summary."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from catseye.networks.names import BACKBONES
from catseye.networks.pretrained_weights import preprocess_of, pretrained
from catseye.networks.registry import backbone
from catseye.networks.summarising import summarise
from catseye.networks.work import MULTIPLY_ADDS, count_multiply_adds, estimate_multiply_adds


def _count(name: str, classes: int = 1000) -> int:
    preprocess = preprocess_of(name)
    with torch.device("meta"):
        network = backbone(name, preprocess.shape, classes)
    return summarise(network, preprocess.shape, name).multiply_adds


@pytest.mark.slow  # builds them all
def test_all_backbones_are_known() -> None:
    assert {name: _count(name) for name in BACKBONES} == MULTIPLY_ADDS


def test_a_backbone_with_a_head_for_some_classes(tmp_path: Path) -> None:
    found = pretrained("efficientnet_lite0", None, tmp_path)
    assert count_multiply_adds(found, 7) == _count("efficientnet_lite0", 7)


@pytest.mark.slow
def test_a_pair_at_the_size_of_the_larger(tmp_path: Path) -> None:
    """Maps of 240 pixels halve to 8, not to 7.5."""
    name = "efficientnet_lite0+efficientnet_lite1"
    assert count_multiply_adds(pretrained(name, None, tmp_path), 7) == _count(name, 7)
    assert estimate_multiply_adds(name) == pytest.approx(_count(name), rel=0.03)
