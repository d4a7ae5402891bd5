"""A classifier separates its own pictures from others, in whatever form these are given."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image
from sklearn.metrics import roc_auc_score

import catseye
from catseye.classifier.classifier import Classifier
from catseye.cli import main
from catseye.errors import UsageError
from tests.conftest import draw_folder

if TYPE_CHECKING:
    from pathlib import Path

    from catseye.runs.run import Run


@pytest.fixture
def noise(tmp_path: Path) -> Path:
    folder = tmp_path / "noise"
    (folder / "inside").mkdir(parents=True)
    for number in range(8):
        values = np.random.default_rng(number).integers(0, 256, (8, 8), np.uint8)
        Image.fromarray(values).save(folder / ("inside" if number % 2 else ".") / f"{number}.png")
    return folder


def test_auroc_agrees_with_scikit_learn_on_the_scores_of_predict(digits_run: Run, noise: Path) -> None:
    (noise / "broken.png").write_bytes(b"no picture")
    found = catseye.evaluate(digits_run, "digits", against=noise)
    own = [one["unfamiliarity"] for one in catseye.predict(digits_run, "digits", split="test").to_json()]
    others = [one.unfamiliarity for one in digits_run.classifier.predict(sorted(noise.rglob("[0-9].png")))]
    expected = roc_auc_score([0] * len(own) + [1] * len(others), own + others)
    answer = found.to_json()
    assert answer["auroc"] == pytest.approx(expected, abs=1e-9)
    assert answer["auroc_interval"][0] <= expected <= answer["auroc_interval"][1]
    assert answer["against_examples"] == 8
    assert answer["unfamiliar"] == pytest.approx(np.mean(np.array(own, float) > 1))
    assert f"left out: 1 picture in {noise} that cannot be read." in found.notes
    text = str(found.view().parts)
    assert "AUROC" in text
    assert "unlike the training pictures" in text


def test_a_split_and_a_data_set_give_the_same(digits_run: Run) -> None:
    by_split = catseye.evaluate(digits_run, "digits", against=catseye.load("digits", "test")).to_json()
    by_name = catseye.evaluate(digits_run, "digits", against="digits").to_json()
    assert by_split["auroc"] == by_name["auroc"] == 0.5  # they are the same pictures
    assert by_split["false_alarms_at_95"] >= 0.95


def test_a_saved_classifier_scores_as_the_trained_one_did(digits_run: Run, tmp_path: Path) -> None:
    pictures = catseye.load("digits", "test")
    saved = Classifier.load(digits_run.classifier.save(tmp_path / "c.safetensors")).unfamiliarities(pictures)
    trained = digits_run.classifier.unfamiliarities(pictures)
    assert saved is not None
    assert trained is not None
    np.testing.assert_allclose(saved, trained, atol=2e-3)  # OpenVINO's features and PyTorch's


def test_a_classifier_without_a_score_reports_none_and_refuses_against(
    digits_run: Run, tmp_path: Path, noise: Path
) -> None:
    old = replace(digits_run.classifier, unfamiliarity=None)
    loaded = Classifier.load(old.save(tmp_path / "old.safetensors"))
    prediction = loaded.predict(catseye.load("digits", "test").take([0]))[0]
    assert (prediction.unfamiliarity, prediction.unfamiliar) == (None, None)
    assert "unfamiliar" not in prediction.to_json()
    assert "unfamiliar" not in loaded.evaluate(catseye.load("digits", "test")).to_json()
    with pytest.raises(UsageError, match="has no unfamiliarity score"):
        catseye.evaluate(loaded, "digits", against=noise)


def test_what_does_not_exist_is_an_error(digits_run: Run) -> None:
    with pytest.raises(UsageError, match="nothing"):
        catseye.evaluate(digits_run, "digits", against="nothing/there")


def test_the_command_takes_the_name_of_a_data_set(
    digits_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)  # where no folder has that name
    assert main(["evaluate", str(digits_run.folder), "digits", "--against", "digits"]) == 0
    assert "against digits (test): " in capsys.readouterr().out


def test_the_command_names_data_sets_if_there_is_no_such_one(
    digits_run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", str(digits_run.folder), "digits", "--against", "digts"]) == 2
    assert "unknown data set, folder or archive 'digts'; did you mean digits?" in " ".join(
        capsys.readouterr().err.split()
    )


@pytest.mark.slow
def test_notes_say_which_others_are_left_out_and_that_some_were_learned_from(tmp_path: Path) -> None:
    own = draw_folder(tmp_path / "own", {"a": 6, "b": 6})
    run = catseye.transfer(own, out=tmp_path / "run")
    assert "the classifier was trained on some pictures of" in _notes(run, own, own)
    sheet = tmp_path / "sheet.csv"
    names = [path.relative_to(tmp_path).as_posix() for path in sorted(own.rglob("*.png"))[:3]]
    sheet.write_text(f"file,label\n{names[0]},\n{names[1]},a\n{names[2]},a\n")
    assert re.search(
        r"1 picture of \S*sheet\.csv left out, first \S*own/a/0\.png: it has no label", _notes(run, own, sheet)
    )
    new = tmp_path / "new"
    new.mkdir()
    Image.fromarray(np.zeros((9, 9), np.uint8)).save(new / "1.png")
    assert "trained on some" not in _notes(run, own, new)


def _notes(run: Run, own: Path, others: Path) -> str:
    return "\n".join(catseye.evaluate(run, own, against=others).notes)
