"""What is decided before a training begins."""

from pathlib import Path

import numpy as np
import pytest

import catseye
from catseye.training.planning import default_network, plan
from catseye.training.recipe import Recipe
from tests.conftest import draw_folder


def test_mean_and_deviation_are_those_of_the_training_pictures_alone() -> None:
    planned = plan(catseye.load("digits"), "dense", Recipe(), None)
    pixels = planned.train.batch(range(len(planned.train))) / 255
    assert planned.preprocess.mean == pytest.approx((pixels.mean(),), rel=1e-9)
    assert planned.preprocess.std == pytest.approx((pixels.std(),), rel=1e-9)


def test_channels_are_measured_one_by_one(tmp_path: Path) -> None:
    dataset = catseye.load(draw_folder(tmp_path, {"a": 30, "b": 30}))
    planned = plan(dataset, "dense", Recipe(), None)
    pixels = planned.train.batch(range(len(planned.train))) / 255
    assert planned.preprocess.mean == pytest.approx(pixels.mean((0, 2, 3)), rel=1e-9)
    assert planned.preprocess.std == pytest.approx(pixels.std((0, 2, 3)), rel=1e-9)


def test_what_is_set_aside_is_not_trained_on() -> None:
    digits = catseye.load("digits")
    planned = plan(digits, "dense", Recipe(validation=0.2), None)
    assert planned.validation is not None
    parts = [{p.tobytes() for p in part.batch(range(len(part)))} for part in (planned.train, planned.validation)]
    assert len(planned.train) + len(planned.validation) == len(digits["train"])
    assert len(parts[0] & parts[1]) <= 1  # the digits hold one picture twice at most
    shares = np.bincount(planned.validation.labels) / np.bincount(digits["train"].labels)
    assert shares == pytest.approx(np.full(10, 0.2), abs=0.005)


@pytest.mark.parametrize(
    ("dataset", "shape", "network"),
    [
        ("photos", (8, 8), "small_convnet"),
        ("photos", (18, 40), "convnet"),
        ("photos", (17, 40), "small_convnet"),
        ("mnist", (28, 28), "convnet"),
        ("fashion_mnist", (28, 28), "fashion_convnet"),
        ("fashion_mnist", (3, 3), "small_convnet"),
    ],
)
def test_the_default_network_is_the_lessons_and_fits_the_pictures(
    dataset: str, shape: tuple[int, int], network: str
) -> None:
    assert default_network(dataset, shape) == network
