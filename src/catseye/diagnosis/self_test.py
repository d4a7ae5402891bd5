"""A classification small enough to work out by hand: decode, compile, predict, compare."""

from __future__ import annotations

import io
import math
import time
from pathlib import Path

import numpy as np
from PIL import Image

from catseye.classifier.classifier import Classifier
from catseye.classifier.description import Description
from catseye.classifier.header import compose
from catseye.classifier.stored_network import StoredNetwork
from catseye.diagnosis.diagnosis import SelfTest
from catseye.errors import first_line
from catseye.evaluation.calibration import Calibration
from catseye.images.preprocess import Preprocess
from catseye.inference.openvino_plugin import is_usable
from catseye.inference.with_torch import has_torch

_SIDE = 8
_NETWORK = "conv 2 1x1, pool global, dense 2"
# The convolution selects red and blue, whose means are 1/2 in a picture that is half red and half blue; the dense layer
# turns them into 4 · 1/2 = 2 and 2 · 1/2 = 1.
_WEIGHTS = {
    "conv1.weight": np.array([[1, 0, 0], [0, 0, 1]], np.float32).reshape(2, 3, 1, 1),
    "conv1.bias": np.zeros(2, np.float32),
    "dense1.weight": np.array([[4, 0], [0, 2]], np.float32),
    "dense1.bias": np.zeros(2, np.float32),
}
_EXPECTED = 1 / (1 + math.exp(-1))  # softmax of (2, 1)
_TOLERANCE = 1e-4


def run_self_test() -> SelfTest:
    """Check that each installed engine decodes and classifies a picture correctly."""
    begun = time.perf_counter()
    engines: list[str] = []
    problem = ""
    try:
        picture = _make_picture()
        if is_usable():
            _compare("OpenVINO", _make_classifier().predict(picture)[0].probabilities[0], engines)
        if has_torch():
            classifier = _make_classifier()
            classifier.network  # noqa: B018 (from now on PyTorch computes)
            _compare("PyTorch", classifier.predict(picture)[0].probabilities[0], engines)
        if not engines:
            problem = "neither OpenVINO nor PyTorch is installed"
    except Exception as error:  # whatever a broken installation raises is the finding
        problem = first_line(error)
    return SelfTest(not problem, round(time.perf_counter() - begun, 2), tuple(engines), problem)


def _compare(engine: str, probability: float, engines: list[str]) -> None:
    if not abs(probability - _EXPECTED) <= _TOLERANCE:
        raise ArithmeticError(f"{engine} computes a probability of {probability:.4f} instead of {_EXPECTED:.4f}")
    engines.append(engine)


def _make_classifier() -> Classifier:
    preprocess = Preprocess(_SIDE, _SIDE, 3, (0.0,) * 3, (1.0,) * 3)
    description = Description(_NETWORK, {}, preprocess, ("red", "blue"), Calibration(), {})
    stored = StoredNetwork(compose(_WEIGHTS, description), Path("self-test"), description)
    return Classifier(stored, **vars(description))  # type: ignore[arg-type]  # as in Classifier.load


def _make_picture() -> Image.Image:
    pixels = np.zeros((_SIDE, _SIDE, 3), np.uint8)
    pixels[:, : _SIDE // 2, 0] = pixels[:, _SIDE // 2 :, 2] = 255
    content = io.BytesIO()
    Image.fromarray(pixels).save(content, "PNG")
    return Image.open(io.BytesIO(content.getvalue()))
