"""An adversarial example is what its PNG holds, at the picture's own size."""

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


@pytest.mark.slow
def test_a_photograph_is_attacked_at_its_own_size_and_its_file_fools(flower: Path, tmp_path: Path) -> None:
    classifier = catseye.Classifier.load("efficientnet_lite0")
    file = tmp_path / "adversarial.png"
    found = create_adversarial_example(classifier, flower, Attack(4 / 255), "tabby")
    assert not file.exists()
    file.write_bytes(found.png)
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


@pytest.mark.slow
def test_an_l2_attack_is_no_longer_than_allowed_once_it_is_rounded(flower: Path) -> None:
    classifier = catseye.Classifier.load("efficientnet_lite0")
    found = create_adversarial_example(classifier, flower, Attack(3.0, L2, steps=5))
    assert 2.0 < found.l2 <= 3.0


def test_what_cannot_be_attacked_is_said(digits_run: Run) -> None:
    picture = catseye.load("digits", split="test").picture(0)
    present = digits_run.classifier.predict(picture)[0].class_name
    for target, attack, message in (
        (present, Attack(0.1), "already"),
        ("cat", Attack(0.1), "unknown class"),
        (None, Attack(0.003), "at least 1/255"),
    ):
        with pytest.raises(UsageError, match=message):
            create_adversarial_example(digits_run.classifier, picture, attack, target)


def test_saving_writes_figure_and_picture_but_never_over_what_was_attacked(digits_run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a-adversarial.png"
    Image.fromarray(catseye.load("digits", split="test").picture(3)[:, :, 0]).save(path)
    before = path.read_bytes()
    found = create_adversarial_example(digits_run.classifier, path, Attack(0.5, steps=3))
    for figure in (path, tmp_path / "a.png"):  # the second one's picture would be a-adversarial.png
        with pytest.raises(UsageError, match="would be overwritten"):
            found.save(figure)
    assert [one.name for one in tmp_path.iterdir()] == [path.name]
    assert path.read_bytes() == before
    assert found.save(tmp_path / "b.svg") == tmp_path / "b.svg"
    assert (tmp_path / "b-adversarial.png").read_bytes() == found.png
    assert found.to_json()["adversarial"] is None
