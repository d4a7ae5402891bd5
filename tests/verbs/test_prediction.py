"""Predicting, in Python."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

import catseye
from catseye.classifier.classifier import Classifier
from catseye.classifier.prediction import Prediction
from catseye.datasets import MemoryPictures
from catseye.drawing.answer import make_view
from catseye.errors import PictureError, UsageError
from catseye.evaluation.calibration import Calibration
from catseye.insight.explanation.words import sentence

if TYPE_CHECKING:
    from catseye.runs.run import Run


@pytest.fixture
def digit(tmp_path: Path) -> Path:
    """The file of a digit's picture, alone in its folder."""
    path = tmp_path / "digits" / "a.png"
    path.parent.mkdir()
    Image.fromarray(catseye.load("digits", "test").picture(0)[:, :, 0]).save(path)
    return path


def test_a_run_its_path_and_its_classifier_predict_the_same(digits_run: Run, digit: Path) -> None:
    assert digits_run.folder
    expected = digits_run.classifier.predict(digit)[0].to_json()
    for classifier in (digits_run, digits_run.folder, str(digits_run.folder), digits_run.classifier):
        (found,) = catseye.predict(classifier, digit).to_json()
        assert found["class"] == expected["class"]
        assert found["probability"] == pytest.approx(expected["probability"], abs=1e-5)  # OpenVINO's and PyTorch's


def test_folders_files_and_arrays_are_pictures_and_broken_ones_are_entries(digits_run: Run, digit: Path) -> None:
    (digit.parent / "broken.png").write_bytes(b"")
    found = catseye.predict(digits_run, [digit.parent, np.zeros((8, 8), np.uint8)])
    assert len(found) == 3
    (broken,) = found.broken
    assert (broken.picture, broken.reason) == (str(digit.parent / "broken.png"), "the file is empty")
    assert repr(found).startswith("Predictions(3 pictures: ")
    assert repr(found).endswith(", 1 cannot be used)")
    assert found.to_json()[1] == {"picture": broken.picture, "error": "the file is empty"}
    assert [type(answer) for answer in found] == [Prediction, PictureError, Prediction]
    assert repr(found[1:]).startswith("Predictions(2 pictures: ")
    (digit.parent.parent / "empty").mkdir()
    with pytest.raises(UsageError, match="empty holds no pictures"):
        catseye.predict(digits_run, digit.parent.parent / "empty")


def test_a_picture_by_itself_that_cannot_be_used_is_an_error(digits_run: Run, digit: Path) -> None:
    (digit.parent / "broken.png").write_bytes(b"")
    ways: list[Any] = [digit.parent / "none.png", str(digit.parent / "broken.png"), np.zeros((8, 8, 2), np.uint8)]
    for picture in ways:
        with pytest.raises(PictureError):
            catseye.predict(digits_run, picture)
    found = catseye.predict(digits_run, ways)
    assert repr(found) == "Predictions(3 pictures: 3 cannot be used)"
    assert found.broken[2].picture == "picture 2"
    with pytest.raises(AttributeError, match=r"there is no probability, because this is an error: .*none\.png: "):
        _ = found[0].probability


def test_a_name_longer_than_is_allowed_is_that_of_no_picture_and_of_no_data(digits_run: Run, digit: Path) -> None:
    long = "x" * 5_000
    answer, missing = catseye.predict(digits_run, [digit, long])
    assert isinstance(answer, Prediction)
    assert isinstance(missing, PictureError)
    assert missing.reason == "File name too long"
    with pytest.raises(PictureError, match="File name too long"):
        catseye.predict(digits_run, long)
    with pytest.raises(PictureError):
        catseye.predict(digits_run, "")  # not the folder that we are in
    for use in (catseye.load, catseye.summary, catseye.Classifier.load):
        with pytest.raises(UsageError, match=r"unknown|there is no classifier"):
            use(long)


def test_channels_may_come_first(digits_run: Run) -> None:
    test = catseye.load("digits", "test[:5]")
    assert isinstance(test, MemoryPictures)
    expected = [answer["class"] for answer in catseye.predict(digits_run, test).to_json()]
    for pictures in (test.images, test.images.transpose(0, 2, 3, 1), list(test.images), test.images[:, 0] / 255):
        assert [answer["class"] for answer in catseye.predict(digits_run, pictures).to_json()] == expected
    one = test.images[0]
    assert catseye.explain(digits_run, one).to_json() == catseye.explain(digits_run, one[0]).to_json()
    with pytest.raises(PictureError, match=r"\(3, 8, 3\) could have its channels first or last"):
        catseye.explain(digits_run, np.zeros((3, 8, 3), np.uint8))


def test_a_split_is_many_pictures(digits_run: Run) -> None:
    found = catseye.predict(digits_run, catseye.load("digits", "test[:60]"))
    predicted = digits_run.evaluations["test"].predicted[:60]
    names = [answer.class_name for answer in found if isinstance(answer, Prediction)]
    assert names == [digits_run.classifier.classes[label] for label in predicted]
    html = found._repr_html_()
    assert html.count("<img") == 50
    assert "10 more rows" in html


def test_of_many_pictures_only_the_first_are_kept_and_those_small(digits_run: Run) -> None:
    large = np.zeros((400, 200), np.uint8)
    answers = catseye.predict(digits_run, [large] * 51)
    shown = [answer.shown for answer in answers if isinstance(answer, Prediction)]
    assert shown[50] is None
    assert isinstance(shown[0], np.ndarray)
    assert shown[0].shape == (160, 80, 1)


def test_a_prediction_shows_its_picture_with_bars(digits_run: Run, digit: Path) -> None:
    prediction = digits_run.classifier.predict(digit)[0]
    unlike = ", unlike the training pictures" if prediction.unfamiliar else ""
    words = f"{prediction.class_name}, {100 * prediction.probability:.1f} %{unlike}"
    assert repr(prediction) == f"Prediction({digit}: {words})"
    html = prediction._repr_html_()
    assert html.count("<img") == 1
    assert html.count("<tr>") == 5
    assert len(prediction.figure().axes) == 2
    digit.unlink()
    assert "<img" not in prediction._repr_html_()
    assert len(prediction.figure().axes) == 1


def test_predictions_of_a_data_set_have_the_true_classes_beside(digits_run: Run, tmp_path: Path) -> None:
    part = catseye.load("digits")["test[:4]"]
    found = catseye.predict(digits_run, "digits", split="test[:4]")
    assert found.to_json() == catseye.predict(digits_run, part).to_json()
    assert [one["true_class"] for one in found.to_json()] == [str(label) for label in part.labels]
    right = sum(one["class"] == one["true_class"] for one in found.to_json())
    assert f"{right} of 4 right. Predicted: " in repr(found)
    head, *rows = found.save_csv(tmp_path / "p.csv", all_classes=True).read_text("utf-8").splitlines()
    assert head.startswith("picture,class,probability,error,true_class,unfamiliarity,unfamiliar,0,1,2")
    for row, one in zip(rows, found.to_json(), strict=True):
        assert row.split(",")[5:7] == [str(round(one["unfamiliarity"], 6)), "yes" if one["unfamiliar"] else "no"]
        assert one["unfamiliar"] == (one["unfamiliarity"] > 1)
    assert [row.split(",")[4] for row in rows] == [str(label) for label in part.labels]


def test_pictures_in_files_keep_their_names_beside_their_classes(digits_run: Run, tmp_path: Path) -> None:
    for number, name in enumerate(("3", "8")):
        (tmp_path / name).mkdir()
        Image.fromarray(catseye.load("digits", "test").picture(number)[:, :, 0]).save(tmp_path / name / "a.png")
    found = catseye.predict(digits_run, tmp_path, split="all").to_json()
    named = {Path(one["picture"]).parts[-2:]: one["true_class"] for one in found}
    assert named == {("3", "a.png"): "3", ("8", "a.png"): "8"}


@pytest.mark.parametrize(
    ("name", "asked"), [("digits", "test[:20]"), ("digits:test[:32]", "test[:32]"), ("mnist/train", "train")]
)
def test_a_data_set_in_place_of_a_picture_is_told_how(digits_run: Run, name: str, asked: str) -> None:
    with pytest.raises(UsageError) as caught:
        catseye.predict(digits_run, name)
    known = name.partition(":")[0].partition("/")[0]
    assert str(caught.value) == (
        f"{known} is a data set: to predict its pictures, give it alone, with split={asked!r}."
    )
    with pytest.raises(PictureError, match="there is no such file"):
        catseye.predict(digits_run, "digits.png")
    with pytest.raises(UsageError, match="a split of one is given already"):
        catseye.predict(digits_run, catseye.load("digits", "test"), split="test")


def test_uncalibrated_probabilities_are_marked_wherever_they_are_shown(digits_run: Run, digit: Path) -> None:
    sure = digits_run.classifier
    bare = Classifier(
        sure.network,
        sure.network_name,
        sure.network_options,
        sure.preprocess,
        sure.classes,
        Calibration(),
        sure.provenance,
    )
    for classifier, calibrated in ((sure, True), (bare, False)):
        found = catseye.predict(classifier, [digit, digit])
        explained = catseye.explain(classifier, digit)
        assert [one["calibrated"] for one in found.to_json()] == [calibrated, calibrated]
        assert explained.to_json()["calibrated"] == calibrated
        shown = [
            found._repr_html_(),
            found[0]._repr_html_(),
            str(make_view(found).parts),
            str(make_view(found[0]).parts),
        ]
        said = "The classifier is not calibrated: a probability of 80 % may be right more or less often than that."
        assert [said in text for text in shown] == [not calibrated] * 4
        assert ("(not calibrated)" in sentence(explained)) != calibrated
        assert ("certain of it" in sentence(explained)) == calibrated
        found.save(digit.parent / "all.svg")
        found[:1].save(digit.parent / "one.svg")
        for name in ("all.svg", "one.svg"):
            assert ("not calibrated" in (digit.parent / name).read_text()) != calibrated
