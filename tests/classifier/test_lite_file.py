"""Classifier files with an EfficientNet-Lite are checked without PyTorch, and odd ones are left to it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import safetensors.numpy

from catseye.classifier.description import Description
from catseye.classifier.header import compose
from catseye.classifier.lite_file import read_lite
from catseye.evaluation.calibration import Calibration
from catseye.images.preprocess import Preprocess
from catseye.networks.backbones.lite_plan import plan_shapes

DESCRIPTION = Description("efficientnet_lite0", {}, Preprocess(64, 64, 3), ("cat", "dog"), Calibration(), {})
NORM = "blocks.1.0.bn2"


def weights() -> dict[str, Any]:
    shapes = plan_shapes("efficientnet_lite0", 2)
    return {name: np.ones(shape, np.float32 if shape else np.int64) for name, shape in shapes.items()}


def test_sound_weights_are_read() -> None:
    found = read_lite(compose(weights(), DESCRIPTION), DESCRIPTION)
    assert found is not None
    assert found.keys() == weights().keys()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("conv_stem.weight", np.nan),
        ("classifier.bias", np.inf),
        (f"{NORM}.running_mean", 1e5),
        (f"{NORM}.running_var", -1e-3),
        (f"{NORM}.running_var", np.nan),
        ("conv_head.weight", -1e30),
    ],
)
def test_numbers_that_overflow_somewhere_are_left_to_pytorch(name: str, value: float) -> None:
    arrays = weights()
    arrays[name].reshape(-1)[-1] = value
    assert read_lite(compose(arrays, DESCRIPTION), DESCRIPTION) is None


def test_other_names_shapes_and_types_are_left_to_pytorch() -> None:
    arrays = weights()
    others = [
        {name: value for name, value in arrays.items() if name != "classifier.bias"},
        arrays | {"extra": np.ones(3, np.float32)},
        arrays | {"classifier.bias": np.ones(3, np.float32)},
        arrays | {"classifier.bias": np.ones(2, np.float64)},
        arrays | {f"{NORM}.num_batches_tracked": np.ones((), np.float32)},
    ]
    for other in others:
        assert read_lite(compose(other, DESCRIPTION), DESCRIPTION) is None


def test_other_networks_and_what_is_no_file_are_left_to_pytorch() -> None:
    content = compose(weights(), DESCRIPTION)
    assert read_lite(content, replace(DESCRIPTION, network_name="resnet18")) is None
    assert read_lite(content, replace(DESCRIPTION, network_name="efficientnet_lite1")) is None
    assert read_lite(content, replace(DESCRIPTION, network_options={"dropout": 0.5})) is None
    assert read_lite(content[:-1], DESCRIPTION) is None
    assert read_lite(safetensors.numpy.save({}), DESCRIPTION) is None
    assert read_lite(b"", DESCRIPTION) is None
