"""The sanity check finds out maps that do not depend on the weights, and leaves the network alone."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import torch
from scipy.stats import spearmanr

from catseye.insight.explanation.sanity import DRAWS, Depth, Sanity, check_sanity, depths, maps_made, reset, similarity
from catseye.networks import build
from catseye.networks.registry import backbone
from tests.insight.explanation import class_scores


def test_the_network_is_taken_apart_from_the_head_down() -> None:
    assert depths(build("convnet", (28, 28, 1), 10)) == [["dense1"], ["conv3"], ["conv2"], ["conv1"]]
    normed = build("convnet", (28, 28, 1), 10, batch_norm=True)
    assert depths(normed) == [["dense1"], ["norm3", "conv3"], ["norm2", "conv2"], ["norm1", "conv1"]]
    lite = backbone("efficientnet_lite0", (64, 64, 3), 5)
    found = depths(lite)
    assert (len(found), found[0], found[-1][-1]) == (6, ["classifier"], "conv_stem")
    randomised = {id(weight) for part in found for name in part for weight in lite.get_submodule(name).parameters()}
    assert randomised == {id(weight) for weight in lite.parameters()}


def test_similarity_is_spearmans() -> None:
    generator = np.random.default_rng(0)
    one = generator.integers(0, 9, (6, 6)).astype(np.float32)
    other = generator.random((6, 6), np.float32)
    assert similarity(one, other) == pytest.approx(spearmanr(one.ravel(), other.ravel()).statistic)
    assert similarity(one, one**3) == pytest.approx(1)
    assert similarity(one, np.zeros_like(one)) == 0


@pytest.mark.slow
def test_the_check_makes_weights_random_in_a_copy_only() -> None:
    class_score = class_scores.convnet()
    before = copy.deepcopy(class_score.probe.network.state_dict())
    made: list[int] = []
    found = check_sanity("smooth_grad", class_score, layer=None, seed=0, advance=made.append)
    assert all(torch.equal(before[name], value) for name, value in class_score.probe.network.state_dict().items())
    assert [depth.layer for depth in found.depths] == ["dense1", "conv3", "conv2", "conv1"]
    assert all(len(depth.similarities) == DRAWS for depth in found.depths)
    assert sum(made) == maps_made(class_score.probe.network)
    again = check_sanity("smooth_grad", class_score, layer=None, seed=0)
    assert again.to_json() == found.to_json()


def test_a_map_that_never_changes_fails() -> None:
    one = np.arange(4, dtype=np.float32).reshape(2, 2)
    same = Sanity(one, (Depth("dense1", (0.1,), one), Depth("conv1", (0.9, 0.7), one)))
    assert not same.passed
    assert same.verdict.startswith("failed: with random weights the map is much the same (similarity 0.80)")
    other = Sanity(one, (Depth("dense1", (0.9,), one), Depth("conv1", (0.1,), one)))
    assert other.passed
    empty = Sanity(np.zeros_like(one), (Depth("conv1", (0.0,), one),))
    assert not empty.passed
    assert "not possible" in empty.verdict


def test_random_weights_are_drawn_as_by_pytorch_but_not_from_its_generator() -> None:
    drawn, expected = (build("convnet", (28, 28, 1), 10, batch_norm=True) for _ in range(2))
    layers = ("conv1", "norm1", "dense1")
    before = torch.random.get_rng_state()
    reset(drawn, layers, seed=3)
    assert torch.equal(torch.random.get_rng_state(), before)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        for name in layers:
            expected.get_submodule(name).reset_parameters()  # type: ignore[operator]
    for name in layers:
        for ours, theirs in zip(*(n.get_submodule(name).parameters() for n in (drawn, expected)), strict=True):
            assert torch.equal(ours, theirs)
