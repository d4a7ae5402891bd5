"""A trial computes a few pictures first, which tell how long the others take; nothing is computed twice."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import catseye
from catseye.datasets import Dataset
from catseye.inference.torch_engine import TorchEngine
from catseye.networks.pretrained_weights import pretrained
from catseye.runs.transfer.candidates import Candidate
from catseye.runs.transfer.engines import Engines
from catseye.runs.transfer.trial import FIRST_PICTURES, Attempt
from catseye.transfer_learning.extraction import extract
from tests.conftest import draw_folder

LITE0, PAIR = "efficientnet_lite0", "efficientnet_lite0+efficientnet_lite1"


@pytest.fixture(scope="module")
def colours(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    folder = draw_folder(tmp_path_factory.mktemp("data") / "colours", {"red": 35, "blue": 35})
    return catseye.load(folder)


@pytest.mark.slow
def test_the_first_pictures_are_cached_and_tell_about_the_others(colours: Dataset, tmp_path: Path) -> None:
    """Of 56 training pictures 40 are computed for the forecast; 14 are test pictures."""
    found = pretrained(LITE0, None, tmp_path)
    attempt = Attempt(Candidate(LITE0), found, colours, tmp_path, "cpu")
    assert attempt.forecast() > 0
    engines = Engines(found, tmp_path, "cpu")
    assert len(engines.find_missing(colours["train"])) == 56 - FIRST_PICTURES == 16
    assert attempt.finish_seconds() > 5
    tried = attempt.carry_out(0, None, balanced=False)
    assert engines.find_missing(colours["train"]) == []
    assert len(engines.find_missing(colours["train"], mirrored=True)) == 56
    assert len(engines.find_missing(colours["test"], exactly=True)) == 14  # which no choice may depend on
    assert len(tried.content) == len(tried.judged.losses) == 56
    assert tried.judged.right.sum() / 56 == tried.accuracy
    assert tried.milliseconds > 0
    assert Attempt(Candidate(LITE0), found, colours, tmp_path, "cpu").forecast() == 0


@pytest.mark.slow
def test_features_of_two_are_those_of_their_network_and_each_is_cached_alone(colours: Dataset, tmp_path: Path) -> None:
    pair = pretrained(PAIR, None, tmp_path)
    some = colours["train"].take(range(5))
    engines = Engines(pair, tmp_path, "cpu")
    features = engines.extract(some, exactly=True)
    whole = extract(pair, some, None, engine=TorchEngine(pair.load, pair.preprocess, "cpu", "fp32"))
    assert features.vectors.shape == (5, 2560)
    assert np.abs(features.vectors - whole.vectors).max() < 1e-4
    larger = Engines(pretrained("efficientnet_lite1", None, tmp_path), tmp_path, "cpu")
    assert larger.find_missing(some, exactly=True) == []
