"""What a classifier makes of pictures is what it predicts of them, and what its last dense layer is given."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

import catseye
from catseye.active_learning.candidates import find_candidates
from catseye.active_learning.features import open_describer
from tests.conftest import draw_folder

if TYPE_CHECKING:
    from catseye.arrays import Floats
    from catseye.classifier.classifier import Classifier
    from catseye.datasets.file_pictures import FilePictures
    from catseye.runs.run import Run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Pictures, one of which is broken."""
    draw_folder(tmp_path / "inbox", {"red": 4, "blue": 3})
    (tmp_path / "inbox" / "broken.png").write_bytes(b"no picture")
    return tmp_path / "inbox"


def pictures_in(folder: Path, classifier: Classifier) -> FilePictures:
    """Return the pictures of a folder."""
    return find_candidates(folder, classifier.preprocess, (), (), folder.parent / "home").pictures


def check(classifier: Classifier, folder: Path, tolerance: float) -> Floats:
    """Compare with predictions; return the directions."""
    pictures = pictures_in(folder, classifier)
    described = open_describer(classifier, folder.parent / "home")(pictures)
    assert [Path(out.picture).name for out in described.left_out] == ["broken.png"]
    good = [Path(pictures.name(int(index))) for index in described.kept]
    assert len(good) == 7
    predicted = np.stack([one.probabilities for one in classifier.predict(good)])
    assert described.probabilities == pytest.approx(predicted, abs=tolerance)
    assert np.linalg.norm(described.directions, axis=1) == pytest.approx(np.ones(7), abs=1e-5)
    return described.directions


def test_features_of_a_network_trained_here(digits_run: Run, folder: Path) -> None:
    assert digits_run.folder
    classifier = catseye.Classifier.load(digits_run.folder)
    found = check(classifier, folder, 1e-5)
    pictures = pictures_in(folder, classifier)
    batch = np.stack([pictures.pixels(i, classifier.preprocess) for i in range(8) if "broken" not in pictures.name(i)])
    layers = [*digits_run.classifier.network.eval().children()]
    assert isinstance(layers[-1], torch.nn.Linear)
    with torch.inference_mode():
        before = torch.nn.Sequential(*layers[:-1])(classifier.preprocess.tensor(torch.from_numpy(batch))).numpy()
    assert found == pytest.approx(before / np.linalg.norm(before, axis=1, keepdims=True), abs=1e-5)


@pytest.mark.slow  # runs a backbone
def test_cached_features_of_a_transfer_are_reused(folder: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    draw_folder(tmp_path / "photos", {"red": 6, "blue": 6})
    run = catseye.transfer(str(tmp_path / "photos"), out=tmp_path / "run", data_dir=home)
    (kept,) = (home / "features").iterdir()
    check(catseye.Classifier.load(run.folder or ""), folder, 0.02)  # features may be in bf16
    assert list((home / "features").iterdir()) == [kept]  # those of the same backbone, not of another with its head
