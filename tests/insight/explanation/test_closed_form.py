"""Grad-CAM without a gradient is Grad-CAM."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from torch.nn.functional import interpolate

from catseye.classifier.classifier import Classifier
from catseye.classifier.stored_network import LogitsAndMaps, module_of
from catseye.insight.explanation import explanation
from catseye.insight.explanation.closed_form import _enlarging, compute_closed_form
from catseye.insight.explanation.explanation import explain

if TYPE_CHECKING:
    from pathlib import Path


def test_by_hand() -> None:
    """Two maps of 1 × 2 with the weights 2 and −1: (2·1 − 3)/2 is below 0, (2·5 − 4)/2 is 3; between them, a ramp."""
    maps = np.array([[[1.0, 5.0]], [[3.0, 4.0]]])
    found = compute_closed_form(LogitsAndMaps(np.zeros(2), maps, np.array([[0.0, 0.0], [2.0, -1.0]])), 1, 1, 4)
    assert found.map == pytest.approx(np.array([[0, 0.75, 2.25, 3]]))
    assert (found.layer, found.positions) == ("top", (1, 2))


@pytest.mark.parametrize(("size", "enlarged"), [(7, 224), (8, 240), (1, 5), (3, 4), (5, 5)])
def test_pytorch_enlarges_the_same(size: int, enlarged: int) -> None:
    values = np.random.default_rng(0).random((1, 1, size, size))
    expected = interpolate(torch.from_numpy(values), (enlarged, enlarged), mode="bilinear")[0, 0].numpy()
    weights = _enlarging(size, enlarged)
    assert weights @ values[0, 0] @ weights.T == pytest.approx(expected, abs=1e-12)


@pytest.mark.slow
def test_an_explanation_without_pytorch_is_the_one_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CATSEYE_HOME", str(tmp_path))
    picture = np.random.default_rng(0).integers(0, 256, (224, 224, 3), np.uint8)
    with_pytorch = Classifier.pretrained("efficientnet_lite0")
    module_of(with_pytorch)  # from now on it is there, and is asked
    for class_name in (None, 7, 281):
        expected = explain(with_pytorch, picture, class_name)
        with monkeypatch.context() as patch:
            patch.setattr(explanation, "_explain_with_pytorch", None)
            for _ in ("compiled", "kept"):
                found = explain(Classifier.pretrained("efficientnet_lite0"), picture, class_name)
                assert (found.class_name, found.predicted) == (expected.class_name, expected.predicted)
                assert found.probability == pytest.approx(expected.probability, abs=1e-5)
                ours, theirs = found.maps[0].attribution, expected.maps[0].attribution
                assert (ours.method, ours.layer, ours.positions) == (theirs.method, theirs.layer, theirs.positions)
                assert np.abs(ours.map - theirs.map).max() <= 1e-4 * theirs.map.max()
