"""Pictures of more than 8 bits: one range for the whole data set, kept with the classifier wherever it goes."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import tifffile
from PIL import Image

import catseye
from catseye.classifier.prediction import Prediction
from catseye.datasets.file_pictures import FilePictures
from catseye.errors import CatseyeError, PictureError
from catseye.images.decoding import decode
from catseye.images.value_range import ValueRange
from catseye.networks.pretrained_weights import pretrained
from catseye.transfer_learning.extraction import extract
from tests.conftest import score

if TYPE_CHECKING:
    from pathlib import Path

TWELVE_BITS = ValueRange(0, 4095)


def write_greys(root: Path, brightest: dict[str, int], kind: Any = np.uint16, suffix: str = ".png") -> Path:
    """Write ten pictures of each class, gradients from 0 to the class's brightest value, each a little different."""
    for name, value in brightest.items():
        (root / name).mkdir(parents=True)
        for number in range(10):
            values = np.linspace(0, value * (1 - number / 100), 24 * 24).reshape(24, 24)
            values = values.T if name == "b" else values
            if suffix == ".png":
                Image.fromarray(values.astype(kind)).save(root / name / f"{number}{suffix}")
            else:
                tifffile.imwrite(root / name / f"{number}{suffix}", values.astype(kind))
    return root


def files(dataset: catseye.Dataset, split: str = "train") -> FilePictures:
    pictures = dataset[split]
    assert isinstance(pictures, FilePictures)
    return pictures


def test_the_brightest_picture_sets_the_scale_of_all(tmp_path: Path) -> None:
    dataset = catseye.load(write_greys(tmp_path, {"a": 400, "b": 3900}))
    pictures = files(dataset)
    assert pictures.value_range == TWELVE_BITS
    note = "20 pictures have more than 8 bits per channel, with values from 0 to 3,900: 0 is black and 4,095 white."
    assert note in dataset.notes
    for index, path in enumerate(pictures.paths):
        brightest = int(np.asarray(Image.open(path)).max())
        wanted = round(brightest * 255 / 4095)
        assert pictures.picture(index).max() == wanted
        assert pictures.batch([index]).max() == wanted
        assert pictures[index][0].shape == (24, 24, 1)


@pytest.mark.parametrize(
    ("kind", "brightest", "wanted"),
    [
        (np.int32, 100_000, ValueRange(0, 100_000)),
        (np.uint32, 3_000_000_000, ValueRange(0, 3_000_000_000)),
        (np.int16, 1000, ValueRange(0, 1023)),
        (np.float32, 250, ValueRange(0, 255, True)),
        (np.float64, 1, ValueRange(0, 1, True)),
    ],
)
def test_so_do_whole_numbers_with_a_sign_and_fractions(
    tmp_path: Path, kind: Any, brightest: int, wanted: ValueRange
) -> None:
    dataset = catseye.load(write_greys(tmp_path, {"a": brightest, "b": brightest}, kind, ".tif"))
    assert files(dataset).value_range == wanted
    assert not dataset.left_out
    assert dataset["train"].batch(range(16)).max() >= 240


def test_ordinary_pictures_have_no_range(tmp_path: Path) -> None:
    dataset = catseye.load(write_greys(tmp_path, {"a": 200, "b": 250}, np.uint8))
    assert files(dataset).value_range is None
    assert not any("bits" in note for note in dataset.notes)


def test_fractions_beside_whole_numbers_are_left_out(tmp_path: Path) -> None:
    write_greys(tmp_path, {"a": 4000, "b": 4000})
    tifffile.imwrite(tmp_path / "a" / "other.tif", np.linspace(0, 1, 576, dtype=np.float32).reshape(24, 24))
    dataset = catseye.load(tmp_path)
    assert [out.picture for out in dataset.left_out] == [f"{tmp_path}/a/other.tif"]
    assert dataset.left_out[0].reason.startswith("holds fractions, unlike other pictures, which hold whole numbers")
    assert files(dataset).value_range == TWELVE_BITS


def test_the_fingerprint_knows_the_range_and_what_is_remembered_is_what_is_found(tmp_path: Path) -> None:
    root = write_greys(tmp_path / "pictures", {"a": 400, "b": 900})
    first, second = (catseye.load(root, data_dir=tmp_path / "home") for _ in range(2))
    assert first.notes == second.notes
    pictures = files(first)
    assert pictures.fingerprint() == files(second).fingerprint()
    assert pictures.ranged(TWELVE_BITS).fingerprint() != pictures.fingerprint()
    assert pictures.ranged(None) is pictures


def test_a_check_surveys_them_by_the_same_range(tmp_path: Path) -> None:
    checkup = catseye.check(write_greys(tmp_path, {"a": 3900, "b": 3900}))
    assert not any(finding.kind == "broken" for finding in checkup.findings)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A small run on 12-bit pictures, with its folder and the folder of the pictures."""
    folder = tmp_path_factory.mktemp("deep")
    pictures = write_greys(folder / "pictures", {"a": 3900, "b": 3900})
    return catseye.train(pictures, out=folder / "run", network="dense", epochs=2), folder / "run", pictures


def test_a_classifier_keeps_the_range_and_sees_single_pictures_by_it(run: Any) -> None:
    _, folder, pictures = run
    classifier = catseye.Classifier.load(folder)
    assert classifier.preprocess.value_range == TWELVE_BITS
    path = pictures / "a" / "3.png"
    values = np.asarray(Image.open(path))
    wanted = np.floor(values.astype(float) * 255 / 4095 + 0.5)
    for one in (path, values, values.astype(np.int32), Image.open(path), Image.fromarray(values.astype(np.float32))):
        assert np.array_equal(classifier.pixels(one)[0], wanted)
        assert np.array_equal(classifier.whole(one)[..., 0], wanted)
    shown = classifier.predict(path)[0].shown
    assert isinstance(shown, np.ndarray)
    assert np.array_equal(shown[..., 0], wanted)


def test_another_folder_is_seen_as_the_training_pictures_were_and_a_note_says_so(run: Any, tmp_path: Path) -> None:
    trained, _, _ = run
    classifier = trained.classifier
    dark = write_greys(tmp_path, {"a": 700, "b": 700})
    evaluation = catseye.evaluate(classifier, dark, split="train")
    assert (
        "the classifier was trained on another range of values, which is used here too: 0 is black and 4,095 white."
        in evaluation.notes
    )
    pictures = files(catseye.load(dark))
    assert pictures.value_range == ValueRange(0, 1023)
    by_path = classifier.predict([str(path) for path in pictures.paths])
    by_split = catseye.predict(classifier, pictures)
    logits = classifier.logits(pictures)
    for one, other, row in zip(by_path, by_split, logits, strict=True):
        assert isinstance(other, Prediction)
        assert np.allclose(one.probabilities, other.probabilities, atol=1e-6)
        assert one.class_name == classifier.classes[row.argmax()]
    assert pictures.through(classifier.preprocess).batch([0]).max() <= 700 * 255 / 4095 + 1


def test_pictures_of_another_kind_of_numbers_are_refused(run: Any, tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "1.tif", np.linspace(0, 1, 576, dtype=np.float32).reshape(24, 24))
    with pytest.raises(PictureError, match=r"holds 32-bit fractions .* unlike the other pictures, where 0 is black"):
        run[0].classifier.predict(tmp_path / "1.tif")


def test_features_of_another_range_are_other_features(tmp_path: Path) -> None:
    pictures = files(catseye.load(write_greys(tmp_path / "pictures", {"a": 900, "b": 900})))
    found = pretrained("efficientnet_lite0", None, tmp_path / "home")
    first = extract(found, pictures, tmp_path / "home")
    again = extract(found, pictures, tmp_path / "home")
    darker = extract(found, pictures.ranged(TWELVE_BITS), tmp_path / "home")
    assert (first.computed, again.computed, darker.computed) == (len(pictures), 0, len(pictures))
    assert not np.allclose(first.vectors, darker.vectors)


@pytest.mark.slow  # a backbone
def test_a_transferred_classifier_keeps_the_range(tmp_path: Path) -> None:
    pictures = write_greys(tmp_path / "pictures", {"a": 3900, "b": 3900})
    trained = catseye.transfer(pictures, data_dir=tmp_path / "home", out=tmp_path / "run")
    assert catseye.Classifier.load(tmp_path / "run").preprocess.value_range == TWELVE_BITS
    evaluation = catseye.evaluate(trained, pictures)
    assert evaluation.accuracy == score(trained).accuracy == 1


def test_all_broken_names_the_commonest_reasons_with_counts(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    for number in range(5):
        (tmp_path / "a" / f"{number}.png").write_bytes(b"<!DOCTYPE html>")
    for number in range(3):
        (tmp_path / "a" / f"{number}.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    with pytest.raises(CatseyeError) as caught:
        catseye.load(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path}: all 8 pictures are broken, first {tmp_path}/a/0.jpg.\n"
        "5 × not a picture in a supported format: it is a web page left by a failed download; "
        "3 × is truncated: its end is missing."
    )


def test_a_package_that_is_installed_later_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault for want of a package is not remembered."""
    import sys

    root = write_greys(tmp_path / "pictures", {"a": 1, "b": 1}, np.float64, ".tif")
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "tifffile", None)
        with pytest.raises(CatseyeError, match=r'20 × is a TIFF file .*pip install "catseye\[tiff\]"'):
            catseye.load(root, data_dir=tmp_path / "home")
    assert not catseye.load(root, data_dir=tmp_path / "home").left_out


def test_pillows_own_logger_and_decoder_are_silent_in_the_command(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    from catseye.cli import main

    write_greys(tmp_path / "pictures", {"a": 900, "b": 900})
    bands = tmp_path / "pictures" / "a" / "bands.tif"
    tifffile.imwrite(bands, np.zeros((9, 9, 13), np.uint8), photometric="minisblack", planarconfig="contig")
    assert main(["info", str(tmp_path / "pictures")]) == 0
    error = capfd.readouterr().err
    assert "More samples" not in error
    assert "Warning" not in error
    assert logging.getLogger("PIL").level == logging.NOTSET


def test_the_first_page_of_a_stack_is_taken() -> None:
    import io

    stack = np.arange(3 * 8 * 9, dtype=np.uint16).reshape(3, 8, 9)
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, stack, photometric="minisblack")
    found = decode(buffer.getvalue(), value_range=ValueRange(0, 255))
    assert np.array_equal(np.asarray(found), stack[0])


@pytest.mark.parametrize("suffix", [".tif", ".png"])
def test_12_bits_beside_16_bits_are_refused_as_no_scale_fits_both(suffix: str, tmp_path: Path) -> None:
    root = write_greys(tmp_path, {"a": 4095, "b": 65535}, suffix=suffix)
    with pytest.raises(CatseyeError) as caught:
        catseye.load(root)
    assert str(caught.value).splitlines() == [
        f"{root}: 10 pictures hold values up to 4,095 (12 bits), 10 up to 65,535; no scale fits both, and the first "
        "would be nearly black.",
        "Multiply the values of the 10 by 16, save all with 8 bits per channel, or load them separately.",
    ]
    for number in range(10):  # as the error says
        path = root / "a" / f"{number}{suffix}"
        values = (tifffile.imread(path) if suffix == ".tif" else np.asarray(Image.open(path))).astype(np.uint16) * 16
        tifffile.imwrite(path, values) if suffix == ".tif" else Image.fromarray(values).save(path)
    assert files(catseye.load(root)).value_range == ValueRange(0, 65535)


def test_dark_pictures_beside_bright_ones_are_told_not_refused(tmp_path: Path) -> None:
    dataset = catseye.load(write_greys(tmp_path, {"a": 1100, "b": 65535}))
    assert any(
        note.startswith("10 pictures hold values up to 4,095 (12 bits), 10 up to 65,535, so the first look dark.")
        for note in dataset.notes
    )


def test_tags_that_state_two_depths_are_evidence_enough(tmp_path: Path) -> None:
    root = write_greys(tmp_path, {"a": 1500, "b": 65535}, suffix=".tif")
    for path in (root / "a").iterdir():  # 281: MaxSampleValue
        values = tifffile.imread(path)
        tifffile.imwrite(path, values, extratags=[(281, "H", 1, 4095, True)])
    with pytest.raises(CatseyeError, match="10 pictures hold values up to 4,095"):
        catseye.load(root)
