"""Which pictures to label next: none twice, none that is labelled, and the rest is said."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

import catseye
from catseye.active_learning.suggestions import Suggestions
from catseye.errors import UsageError
from tests.conftest import draw_folder

if TYPE_CHECKING:
    from catseye.runs.run import Run

COUNT = 30


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Digits in a folder and one below it, one of them twice, and a broken picture."""
    digits = catseye.load("digits", "test")
    root = tmp_path / "in box"
    for number in range(COUNT):
        path = root / ("sub" if number % 2 else "") / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(digits.picture(number)[:, :, 0]).save(path)
    shutil.copy(root / "0.png", root / "copy of 0.png")
    (root / "broken.png").write_bytes(b"no picture")
    return root


def test_different_pictures_are_chosen_the_most_uncertain_first(digits_run: Run, folder: Path) -> None:
    found = catseye.label_next(digits_run, folder, n=6)
    assert repr(found) == "Suggestions(6 of 30 unlabelled pictures, 1 broken)"
    assert len({one.path for one in found.pictures}) == 6
    uncertainties = []
    for one in found.pictures:
        (predicted,) = digits_run.classifier.predict(one.path)
        assert one.prediction.class_name == predicted.class_name
        assert one.prediction.probability == pytest.approx(predicted.probability, abs=1e-4)
        best, second = np.sort(predicted.probabilities)[::-1][:2]
        uncertainties.append(1 - (best - second))
    assert [one.uncertainty for one in found.pictures] == pytest.approx(uncertainties, abs=1e-4)
    assert uncertainties == sorted(uncertainties, reverse=True)
    assert (found.copies, found.labelled) == (1, 0)
    assert [Path(error.picture).name for error in found.broken] == ["broken.png"]
    again = catseye.label_next(digits_run, folder, n=6)
    assert [one.path for one in again.pictures] == [one.path for one in found.pictures]


def test_if_there_are_few_pictures_all_are_listed(digits_run: Run, folder: Path) -> None:
    found = catseye.label_next(digits_run, folder, n=100)
    assert len(found.pictures) == COUNT
    assert any(note == f"{folder} has only 30 pictures to choose from; all are listed." for note in found.notes)


def test_labelled_pictures_are_skipped(tmp_path: Path, folder: Path) -> None:
    draw_folder(tmp_path / "photos", {"red": 10, "blue": 10})
    run = catseye.train(str(tmp_path / "photos"), "flatten, dense 2", epochs=1, out=tmp_path / "run")
    shutil.copy(tmp_path / "photos" / "red" / "3.png", folder / "red.png")
    shutil.copy(tmp_path / "photos" / "blue" / "4.png", folder / "blue.png")
    for source in (run, tmp_path / "run"):
        found = catseye.label_next(source, folder, n=40)
        assert not {"red.png", "blue.png"} & {one.path.name for one in found.pictures}
        assert (found.labelled, found.candidates) == (2, COUNT)
        assert all(one.distance is not None for one in found.pictures)
        assert "skipped: 2 pictures already labelled in the run." in found.notes
    shutil.rmtree(tmp_path / "photos")
    unknown = catseye.label_next(tmp_path / "run", folder, n=40)
    assert unknown.notes[0] == (
        f"the classifier's training pictures are not available: there is no folder or archive {tmp_path / 'photos'}."
    )
    assert {one.distance for one in unknown.pictures} == {None}
    assert unknown.labelled + unknown.candidates == COUNT + 2  # the test pictures cannot be recognised


def test_every_output_format_has_every_picture(digits_run: Run, folder: Path, tmp_path: Path) -> None:
    found = catseye.label_next(digits_run, folder, n=5)
    values = json.loads(json.dumps(found.to_json()))
    assert [one["picture"] for one in values["pictures"]] == [str(one.path) for one in found.pictures]
    assert values["pictures"][0]["top"][0]["class"] == found.pictures[0].prediction.class_name
    assert values["broken"][0]["picture"] == str(folder / "broken.png")
    page = found.save(tmp_path / "next.html").read_text()
    html = found._repr_html_()
    for one in found.pictures:
        place = one.path.relative_to(folder).as_posix()
        for shown in (page, html):
            assert f'alt="{place}"' in shown
            assert one.reasons[0] in shown
    assert page.count("<img") == html.count("<img") == 5
    assert "broken.png" in page
    assert found.save(tmp_path / "next.png").read_bytes()[:4] == b"\x89PNG"
    sheet = found.save(tmp_path / "next.csv").read_text().splitlines()
    assert sheet[0] == "file,label"
    assert sheet[1:] == [f"in box/{one.path.relative_to(folder).as_posix()}," for one in found.pictures]


def test_names_cannot_write_into_the_page(digits_run: Run, tmp_path: Path) -> None:
    bad = "<img src=x onerror=alert(1)>.png"
    (tmp_path / "odd").mkdir()
    Image.fromarray(np.eye(8, dtype=np.uint8) * 255).save(tmp_path / "odd" / bad)
    found = catseye.label_next(digits_run, tmp_path / "odd", n=1)
    for shown in (found.save(tmp_path / "x.html").read_text(), found._repr_html_()):
        assert "<img src=x" not in shown


@pytest.mark.parametrize(
    ("n", "where", "message"),
    [
        (0, "in box", "n must be at least 1; got 0."),
        (-3, "in box", "n must be at least 1; got -3."),
        (5, "nowhere", "there is no folder .*nowhere."),
        (5, "in box/0.png", "0.png is a file; expected a folder of pictures."),
        (5, "empty", "empty holds no pictures.$"),
        (5, "films", r"films holds no pictures. 1 × a video \(.mp4\)"),
        (5, "broken", "the only unlabelled picture in .*broken cannot be used: .*1.png: "),
    ],
)
def test_what_is_wrong_is_said(digits_run: Run, folder: Path, n: int, where: str, message: str) -> None:
    root = folder.parent
    for name in ("empty", "films", "broken"):
        (root / name).mkdir()
    (root / "films" / "1.mp4").write_bytes(b"\0\0\0\x18ftypmp42")
    (root / "broken" / "1.png").write_bytes(b"no picture")
    with pytest.raises(UsageError, match=message):
        catseye.label_next(digits_run, root / where, n)


def test_a_folder_of_labelled_pictures_has_nothing_to_label(tmp_path: Path) -> None:
    draw_folder(tmp_path / "photos", {"red": 10, "blue": 10})
    run = catseye.train(str(tmp_path / "photos"), "flatten, dense 2", epochs=1)
    with pytest.raises(UsageError, match=r"all 20 pictures in .*photos are labelled already\.$"):
        catseye.label_next(run, tmp_path / "photos")


def test_a_sheet_that_would_not_find_its_pictures_is_refused(digits_run: Run, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    found = catseye.label_next(digits_run, folder, n=1)
    with pytest.raises(UsageError, match=r"neither in .* nor in a folder above it"):
        found.save(tmp_path / "other" / "x.csv")
    assert isinstance(found, Suggestions)
    assert list((tmp_path / "other").iterdir()) == []


def test_it_says_of_each_picture_what_predictions_say(digits_run: Run, folder: Path) -> None:
    chosen = catseye.label_next(digits_run, folder, n=5).to_json()["pictures"]
    predicted = catseye.predict(digits_run, [one["picture"] for one in chosen]).to_json()
    for one, other in zip(chosen, predicted, strict=True):
        assert one["unfamiliarity"] == pytest.approx(other["unfamiliarity"], abs=2e-3)
        assert ("unlike the training pictures" in one["reasons"]) == one["unfamiliar"] == other["unfamiliar"]
        assert one["calibrated"] is other["calibrated"] is True


def test_it_says_that_a_classifier_is_not_calibrated(digits_run: Run, folder: Path) -> None:
    raw = replace(digits_run.classifier, calibration=replace(digits_run.classifier.calibration, examples=0))
    found = catseye.label_next(raw, folder, n=2)
    assert not any(one.prediction.calibrated for one in found.pictures)
    assert any("the classifier is not calibrated" in note for note in found.notes)
