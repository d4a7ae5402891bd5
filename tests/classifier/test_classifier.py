"""A classifier takes pictures however they come, and answers the same."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from PIL import Image

import catseye
from catseye.classifier.classifier import Classifier
from catseye.datasets import MemoryPictures
from catseye.errors import PictureError, UsageError
from tests.conftest import draw_folder

if TYPE_CHECKING:
    from catseye.runs.run import Run


@pytest.fixture
def classifier(digits_run: Run) -> Classifier:
    return digits_run.classifier


def test_probabilities_of_a_batch_sum_to_one_and_the_largest_is_the_class(classifier: Classifier) -> None:
    test = catseye.load("digits", split="test")
    probabilities = classifier.probabilities(test.batch(range(32)))
    assert probabilities.shape == (32, 10)
    assert probabilities.sum(1) == pytest.approx(np.ones(32))
    names = [classifier.classes[row.argmax()] for row in probabilities]
    assert names == [p.class_name for p in classifier.predict(test.batch(range(32)).transpose(0, 2, 3, 1))]


def test_a_path_an_array_and_an_image_are_one_picture(classifier: Classifier, tmp_path: Path) -> None:
    image, _ = catseye.load("digits", split="test")[0]
    path = tmp_path / "digit.png"
    Image.fromarray(image[:, :, 0]).save(path)
    ways: list[Any] = [
        path,
        str(path),
        image,
        image[:, :, 0],
        image[:, :, 0] / 255,
        image.repeat(3, 2),
        Image.fromarray(image[:, :, 0]),
        Image.fromarray(image[:, :, 0]).convert("RGB"),
    ]
    answers = [classifier.predict(way)[0].probabilities for way in ways]
    for answer in answers:
        np.testing.assert_allclose(answer, answers[0], atol=1e-9)
    together = classifier.predict(ways)
    assert [p.picture for p in together[:3]] == [str(path), str(path), "picture 2"]


def test_arrays_of_many_pictures(classifier: Classifier) -> None:
    batch = catseye.load("digits", split="test").batch(range(5))
    one = classifier.predict(batch.transpose(0, 2, 3, 1))
    two = classifier.predict(batch[:, 0])
    assert len(one) == len(two) == 5
    assert [p.class_name for p in one] == [p.class_name for p in two]


def test_a_long_list_is_answered_in_order(classifier: Classifier) -> None:
    test = catseye.load("digits", split="test")
    pictures = [test.picture(i % len(test)) for i in range(600)]
    answers = classifier.predict(iter(pictures))
    assert len(answers) == 600
    np.testing.assert_allclose(answers[0].probabilities, answers[len(test)].probabilities, atol=1e-6)
    assert answers[1].probability == max(answers[1].probabilities)
    assert answers[1].top(3)[0] == (answers[1].class_name, answers[1].probability)
    assert len(answers[1].top(99)) == 10


def test_nothing_gives_nothing(classifier: Classifier) -> None:
    assert classifier.predict([]) == []


@pytest.mark.parametrize(
    ("picture", "says"),
    [
        ("nowhere.png", "nowhere.png: there is no such file"),
        (np.zeros((8, 8, 2), np.uint8), r"an array is \(H, W\)"),
        (np.zeros((8,), np.uint8), r"an array is \(H, W\)"),
        (np.zeros((0, 8), np.uint8), r"an array is \(H, W\)"),
        (np.full((8, 8), 2.0), "floats from 0 to 1; got float64 from 2.0 to 2.0"),
        (np.full((8, 8), np.nan), "floats from 0 to 1; got float64 from nan"),
        (np.zeros((8, 8), np.int64), "uint8, or floats"),
        (np.array([["a", "b"]]), "uint8, or floats"),
        (7, "got int"),
    ],
)
def test_what_is_no_picture_says_what_was_expected(classifier: Classifier, picture: Any, says: str) -> None:
    with pytest.raises(PictureError, match=says):
        classifier.predict([picture])


def test_each_bad_picture_has_its_error_and_the_others_their_answer(classifier: Classifier) -> None:
    good = np.zeros((8, 8), np.uint8)
    kinds = [type(answer).__name__ for answer in classifier.predict_each([good, "nowhere.png", good])]
    assert kinds == ["Prediction", "PictureError", "Prediction"]


@pytest.mark.parametrize("alone", [False, True])
def test_probabilities_take_whatever_predict_takes(classifier: Classifier, *, alone: bool) -> None:
    batch = catseye.load("digits", split="test").batch(range(1 if alone else 5))
    grey = batch[:, 0]
    expected = classifier.probabilities(batch)
    one: list[Any] = [grey[0], batch[0], batch[0, 0] / 255, grey[0][:, :, None].repeat(3, 2), Image.fromarray(grey[0])]
    many: list[Any] = [
        grey,
        batch.transpose(0, 2, 3, 1),
        batch.transpose(0, 2, 3, 1).repeat(3, 3),
        batch / 255,
        list(grey),
        [Image.fromarray(image) for image in grey],
        MemoryPictures(batch, np.zeros(5, np.int64), ("0",)),
    ]
    for way in one if alone else many:
        np.testing.assert_allclose(classifier.probabilities(way), expected, atol=1e-6)
    assert classifier.probabilities([]).shape == (0, 10)


def test_what_has_no_probabilities_says_what_was_expected(classifier: Classifier) -> None:
    with pytest.raises(PictureError, match=r"picture 0: array values are uint8, or floats from 0 to 1; got int64"):
        classifier.probabilities(np.full((2, 8, 8), 255))
    with pytest.raises(UsageError, match="pictures are paths, arrays, Pillow images, or a list of them; got int"):
        classifier.probabilities(3)  # type: ignore[arg-type]


def test_predictions_of_a_split_have_the_true_classes(classifier: Classifier) -> None:
    digits = catseye.load("digits")
    part = digits["test[:32]"]
    found = classifier.predict(part)
    assert [one.true_class for one in found] == [str(label) for label in part.labels]
    right = sum(one.class_name == one.true_class for one in found)
    assert right == (classifier.probabilities(part).argmax(1) == part.labels).sum()


def test_evaluation_matches_classes_by_name(tmp_path: Path) -> None:
    """A folder whose classes stand in another order, with one missing, is judged by the names."""
    train = draw_folder(tmp_path / "train", {"ant": 30, "bee": 30, "cow": 30})
    classifier = catseye.train(train, network="dense", epochs=8, batch_norm=False).classifier
    other = draw_folder(tmp_path / "other", {"train/cow": 20, "train/bee": 20, "test/bee": 1})
    evaluation = classifier.evaluate(catseye.load(other, split="train"))
    assert evaluation.accuracy == 1.0
    assert evaluation.confusion.tolist() == [[0, 0, 0], [0, 20, 0], [0, 0, 20]]
    strange = draw_folder(tmp_path / "strange", {"train/dog": 2, "train/bee": 2, "test/bee": 1})
    with pytest.raises(UsageError, match="does not know dog; it knows ant, bee, cow"):
        classifier.evaluate(catseye.load(strange, split="train"))


def test_evaluation_in_other_sizes_and_channels_goes_through_the_preprocess(classifier: Classifier) -> None:
    test = catseye.load("digits", split="test")
    large = np.kron(test.batch(range(len(test)))[:, 0], np.ones((4, 4), np.uint8))[..., None].repeat(3, 3)
    enlarged = MemoryPictures(large.transpose(0, 3, 1, 2), test.labels, test.classes)
    evaluation = classifier.evaluate(enlarged)
    one_by_one = np.array([prediction.probabilities for prediction in classifier.predict(large)])
    np.testing.assert_allclose(evaluation.probabilities, one_by_one, atol=1e-5)
    assert evaluation.accuracy > 0.75  # blurred by the way there and back, but the same digits


def test_calibration_divides_the_logits(digits_run: Run) -> None:
    classifier = digits_run.classifier
    test = catseye.load("digits", split="test[:20]")
    expected = torch.softmax(torch.from_numpy(classifier.logits(test)).double() / classifier.calibration.temperature, 1)
    np.testing.assert_allclose(classifier.probabilities(test.batch(range(20))), expected.numpy(), atol=1e-6)
    assert classifier.calibration.examples == 143  # a tenth of the 1,438 training pictures, class by class


@pytest.mark.parametrize(
    ("pictures", "says"),
    [(None, "pictures are paths"), (np.zeros((3, 8, 8), np.uint8), r"one picture \(C, H, W\) or three")],
)
def test_what_can_be_read_in_two_ways_is_asked_about(classifier: Classifier, pictures: Any, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        classifier.predict(pictures)


def test_it_is_saved_as_one_kind_of_file_in_a_folder_that_is_there(classifier: Classifier, tmp_path: Path) -> None:
    path = classifier.save(str(tmp_path / "c.safetensors"))
    assert path == tmp_path / "c.safetensors"
    assert Classifier.load(path).classes == classifier.classes
    with pytest.raises(UsageError, match=r"saved as a \.safetensors file; got .*x\.png\. figure\(\) draws"):
        classifier.save(tmp_path / "x.png")
    with pytest.raises(UsageError, match=r"there is no folder .*no\. Create it first"):
        classifier.save(tmp_path / "no" / "c.safetensors")
    assert [file.name for file in tmp_path.iterdir()] == ["c.safetensors"]


def test_in_a_notebook_it_is_a_table(classifier: Classifier) -> None:
    html = classifier._repr_html_()
    for words in ("small_convnet", "8×8×1", "0, 1, 2", "digits, 1,295 pictures", " %"):
        assert words in html
    assert classifier.to_json()["network"]["name"] == "small_convnet"
    assert classifier.figure().get_size_inches()[0] > 1
    backbone = Classifier.pretrained("efficientnet_lite0")._repr_html_()
    assert "1,000: " in backbone
    assert "ImageNet-1k" in backbone
