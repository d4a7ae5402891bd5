"""Batches of one picture: refused before training where a network normalises by the others."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

import catseye
from catseye.datasets.arrays import from_arrays
from catseye.datasets.dataset import Dataset
from catseye.errors import UsageError
from catseye.training.lone_picture import check_lone_picture
from catseye.training.recipe import Recipe

SHAPE = (8, 8, 1)


def behind_dense() -> nn.Sequential:
    return nn.Sequential(nn.Flatten(), nn.Linear(64, 4), nn.BatchNorm1d(4), nn.Linear(4, 2))


def on_maps(kernel: int) -> nn.Sequential:
    side = 9 - kernel
    return nn.Sequential(nn.Conv2d(1, 2, kernel), nn.BatchNorm2d(2), nn.Flatten(), nn.Linear(2 * side * side, 2))


def made(count: int) -> Dataset:
    labels = np.arange(count) % 2
    pixels = np.repeat(labels * 200, 64).reshape(count, 8, 8).astype(np.uint8)
    return from_arrays(pixels, labels)


@pytest.mark.parametrize("network", [behind_dense(), on_maps(8)])
def test_batch_norm_of_one_value_is_refused(network: nn.Module) -> None:
    with pytest.raises(
        UsageError, match=r"at least 2 for this network: batch normalisation cannot .* picture; got 1\.$"
    ):
        check_lone_picture(network, SHAPE, Recipe(batch_size=1), 9)
    with pytest.raises(UsageError, match=r"there is only 1 training picture\.$"):
        check_lone_picture(network, SHAPE, Recipe(), 1)


def test_other_networks_and_batches_are_accepted_and_nothing_changes() -> None:
    network = on_maps(3)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    check_lone_picture(network, SHAPE, Recipe(batch_size=1), 9)
    check_lone_picture(behind_dense(), SHAPE, Recipe(batch_size=8), 9)
    check_lone_picture(behind_dense(), SHAPE, Recipe(batch_size=1, frozen_statistics=True), 9)
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())


def test_training_says_so_before_it_writes_anything(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="batch_size must be at least 2"):
        catseye.train(made(10), network="flatten, dense 4, batch norm", batch_size=1, out=tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_picture_left_over_is_left_out_and_one_alone_is_evaluated() -> None:
    run = catseye.train(made(11), network=behind_dense(), batch_size=5, epochs=1, validation=0.0)
    assert run.result.train.examples == 9  # one over; two are set aside for the test
    assert catseye.evaluate(run, made(11)["train[:1]"]).examples == 1
