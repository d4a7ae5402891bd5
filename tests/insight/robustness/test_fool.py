"""An adversarial example is what its file holds, at the picture's own size."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

import catseye
from catseye.attacks.projected_gradient_descent import L2, Attack
from catseye.errors import UsageError
from catseye.insight.robustness.fool import create_adversarial_example

if TYPE_CHECKING:
    from catseye.runs.run import Run


@pytest.fixture(scope="module")
def flower(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A photograph that scikit-learn ships, 640 × 427 pixels."""
    from sklearn.datasets import load_sample_image

    path = tmp_path_factory.mktemp("pictures") / "flower.png"
    Image.fromarray(load_sample_image("flower.jpg")).save(path)
    return path


def test_a_photograph_is_attacked_at_its_own_size_and_its_file_fools(flower: Path, tmp_path: Path) -> None:
    classifier = catseye.Classifier.load("efficientnet_lite0")
    file = tmp_path / "adversarial.png"
    found = create_adversarial_example(classifier, flower, Attack(4 / 255), file, "tabby")
    with Image.open(file) as after, Image.open(flower) as before:
        saved, original = np.asarray(after).astype(int), np.asarray(before).astype(int)
    assert saved.shape == original.shape == (427, 640, 3)
    assert np.abs(saved - original).max() == round(found.linf * 255) <= 4
    read_back = classifier.predict(file)[0]
    assert read_back.class_name == "tabby" == found.to_json()["after"][0]["class"]
    assert read_back.probability == found.after.probability > 0.5
    assert found.succeeded
    assert found.before.class_name != "tabby"
    assert found.noisy.class_name == found.before.class_name


def test_an_l2_attack_is_no_longer_than_allowed_once_it_is_rounded(flower: Path, tmp_path: Path) -> None:
    classifier = catseye.Classifier.load("efficientnet_lite0")
    found = create_adversarial_example(classifier, flower, Attack(3.0, L2, steps=5), tmp_path / "adversarial.png")
    assert 2.0 < found.l2 <= 3.0


def test_what_cannot_be_attacked_is_said_and_nothing_is_written(digits_run: Run, tmp_path: Path) -> None:
    picture = catseye.load("digits", split="test").picture(0)
    present, file = digits_run.classifier.predict(picture)[0].class_name, tmp_path / "no.png"
    for target, attack, message in (
        (present, Attack(0.1), "already"),
        ("cat", Attack(0.1), "unknown class"),
        (None, Attack(0.003), "at least 1/255"),
    ):
        with pytest.raises(UsageError, match=message):
            create_adversarial_example(digits_run.classifier, picture, attack, file, target)
    assert not file.exists()
